"""Vectors that are remembered are the ones the encoder makes, and no more of them than there is room for."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from contentcheck.app import Settings, Workspace
from contentcheck.corpus.shipped import sample_drafts
from contentcheck.engine.documents import Draft
from contentcheck.engine.encoder import Encoder, Vectors
from contentcheck.models.recent import RecentVectors

ROOM = 10_000  # bytes; of the toy's vectors about eight fit


class Counting:
    """An encoder that keeps account of what it was asked."""

    def __init__(self, encoder: Encoder):
        self._encoder = encoder
        self.name, self.revision, self.dim = encoder.name, encoder.revision, encoder.dim
        self.asked: list[str] = []

    def encode(self, texts: list[str]) -> Vectors:
        self.asked += texts
        return self._encoder.encode(texts)


@given(
    batches=st.lists(
        st.lists(st.sampled_from("甲乙丙丁戊己庚辛壬癸子丑") | st.text(max_size=3), max_size=20), max_size=8
    )
)
@settings(deadline=None, max_examples=50)
def test_vectors_are_exactly_those_of_the_encoder_and_the_room_is_kept(toy: Encoder, batches: list[list[str]]) -> None:
    recent = RecentVectors(toy, ROOM)
    for texts in batches:
        made = recent.encode(texts)
        assert made.dtype == np.float32 and made.shape == (len(texts), toy.dim)
        assert np.array_equal(made, toy.encode(texts))
        assert recent.size <= ROOM
    assert (recent.name, recent.revision, recent.dim) == (toy.name, toy.revision, toy.dim)


def test_only_what_is_new_is_encoded_and_what_was_used_last_stays(toy: Encoder) -> None:
    counting = Counting(toy)
    recent = RecentVectors(counting, ROOM)
    recent.encode(["甲", "乙", "甲"])
    recent.encode(["乙", "丙"])
    assert counting.asked == ["甲", "乙", "丙"]
    for i in range(20):
        recent.encode([f"第{i}句", "甲"])
    assert counting.asked.count("甲") == 1
    recent.encode(["乙"])
    assert counting.asked.count("乙") == 2


def test_what_is_given_out_may_be_changed(toy: Encoder) -> None:
    recent = RecentVectors(toy, ROOM)
    recent.encode(["甲", "乙"])[:] = 0
    recent.encode(["甲"])[:] = 0
    assert np.array_equal(recent.encode(["甲"]), toy.encode(["甲"]))


def test_an_edited_draft_has_the_report_that_it_has_without_memory(home: Path) -> None:
    workspace = Workspace(Settings(home=home))
    plain, remembering = workspace.checker(), workspace.checker(2**24)
    text = (sample_drafts() / "cosmetics-sunscreen-how-it-works.md").read_text("utf-8")
    for edited in (text, text, text.replace("。", "。愿你历尽千帆，归来仍是少年。", 3), text):
        draft = Draft("d", edited, "防晒", "苔朵")
        assert remembering.check([draft])[0].to_json() == plain.check([draft])[0].to_json()


def test_threads_share_it(toy: Encoder) -> None:
    recent = RecentVectors(toy, ROOM)
    texts = [f"第{i % 30}句" for i in range(300)]
    right = dict(zip(texts, toy.encode(texts), strict=True))

    def one(start: int) -> bool:
        part = texts[start : start + 17]
        return np.array_equal(recent.encode(part), np.stack([right[t] for t in part]))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(one, range(0, 280, 3)))
    assert 0 < recent.size <= ROOM
