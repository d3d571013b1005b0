"""Rewritings are told from near misses by what they say; the shipped pairs keep the figures that are published."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contentcheck.engine.checker import Checker
from contentcheck.engine.documents import Draft, Edition
from contentcheck.engine.encoder import Encoder, Vectors
from contentcheck.engine.matching import MatchKind
from contentcheck.engine.paraphrase import Agreement, Floors, Pair, agreements, find_restated, shared_words
from contentcheck.engine.passages import KnownPassage
from contentcheck.engine.segment import segment

PAIRS = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "corpus/benchmark/rewrites.jsonl").read_text("utf-8").splitlines()
]


@pytest.mark.parametrize(("kind", "least", "most"), [("light", 0.98, 1), ("heavy", 0.88, 1), ("near_miss", 0, 0.28)])
def test_the_shipped_pairs(checker: Checker, kind: str, least: float, most: float) -> None:
    reports = checker.check([Draft(p["id"], p[kind]) for p in PAIRS])
    taken = [{m.item_id for p in r.passages for m in p.matches if m.kind.taken} for r in reports]
    assert least <= sum(p["item_id"] in ids for p, ids in zip(PAIRS, taken, strict=True)) / len(PAIRS) <= most


ODD = st.lists(st.sampled_from(["😀", "\u200b", "　", "\n", "，", "ＡＢ", "繁體", "\r\n"]), max_size=6).map("".join)


@settings(max_examples=40, deadline=None)
@given(
    parts=st.lists(st.tuples(ODD, st.sampled_from(PAIRS), st.sampled_from(["light", "heavy"])), min_size=1, max_size=3)
)
def test_spans_are_exact_in_the_draft_and_in_the_item(
    checker: Checker, edition: Edition, parts: list[tuple[str, dict[str, str], str]]
) -> None:
    text = "\n".join(odd + pair[kind] + odd for odd, pair, kind in parts)
    texts = {item.id: item.text for item in edition.items}
    (report,) = checker.check([Draft("d", text)])
    for passage in report.passages:
        assert text[passage.start : passage.end] == passage.text
        for match in passage.matches:
            assert texts[match.item_id][match.item_start : match.item_end] == match.item_text != ""
            if match.kind is MatchKind.PARAPHRASE:
                assert text[match.start : match.end] == passage.text


def test_a_stretch_is_held_against_what_stands_around_in_the_item_and_nothing_else(toy: Encoder) -> None:
    said = ["井里的水你不去打也不会满出来", "舍得往外掏的人才总是有新的水", "所以愿意给出去的人从来不缺什么"]
    starts = [0, 15, 30]
    item = [KnownPassage("well", "soup", "", "", t, s, s + 14) for t, s in zip(said, starts, strict=True)]
    other = KnownPassage("other", "soup", "", "", "邻家的井里早就没有水可以打", 0, 13)
    earlier = KnownPassage("well", "soup", "", "", "这是同一篇旧稿的最后一句水话", 60, 74)
    by_key = {7: earlier, 8: item[0], 9: item[1], 10: item[2], 11: other}
    encoded: list[str] = []

    def encode(texts: list[str]) -> Vectors:
        encoded.extend(texts)
        return toy.encode(texts)

    def known(keys: np.ndarray) -> dict[int, KnownPassage]:
        return {k: by_key[k] for k in keys.tolist() if k in by_key}

    passages = segment(f"{said[0]}。{said[2]}。").passages
    for key, around in ((8, said[:2]), (9, said), (10, said[1:])):
        encoded.clear()
        pointers = {"well": {i: {key: 0.9} for i in range(len(passages))}}
        floors = Floors(theme=0.4, candidate=0.6, paraphrase=0.7, margin=0.1, chance=0.4)
        find_restated("".join(p.text for p in passages), passages, pointers, {}, known, floors, encode)
        assert set(encoded) == {said[0], said[2], *around}


def test_what_a_text_has_in_common_with_itself(toy: Encoder) -> None:
    text = "井里的水你不去打，也不会满出来，舍得往外掏的人才总是新的。"
    (agreement,) = agreements([Pair(text, text, 1.0)], toy.encode)
    assert (agreement.words, agreement.phrases, agreement.negations) == (1.0, 1.0, 0)
    assert agreement.support == pytest.approx(1.0)


def test_a_negation_put_in_is_counted(toy: Encoder) -> None:
    pair = Pair("他今天早上来上班了，下午就回家休息。", "他今天早上没来上班，下午就回家休息。", 0.9)
    assert agreements([pair], toy.encode)[0].negations == 1


def test_shared_words_leave_out_empty_ones() -> None:
    assert shared_words("我的猫在这里", "我的狗在那里") == 0
    assert shared_words("猫抓鱼", "猫吃鱼") == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("feature", "less", "more"), [("support", 0.5, 0.9), ("nearness", 0.6, 0.95), ("words", 0.5, 1)]
)
def test_more_support_nearness_or_words_speak_for_a_rewriting(feature: str, less: float, more: float) -> None:
    middling = {"nearness": 0.75, "support": 0.68, "words": 0.72, "phrases": 0.2, "negations": 0}
    assert not Agreement(**{**middling, feature: less}).restates(0.46)
    assert Agreement(**{**middling, feature: more}).restates(0.46)
