"""Vectors in the store, on both databases: each text encoded once per model, and nearly as the encoder made it."""

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from contentcheck.corpus.store import Store, schema
from contentcheck.corpus.store.backup import backup, restore
from contentcheck.corpus.store.vectors import Model, Models, StoredVectors, text_digest, unit
from contentcheck.engine.encoder import Encoder, Vectors
from contentcheck.engine.errors import StateError
from tests.servers import Place

TEXTS = ["余生很长", "相信时间", "二号线下月试运行", "滤芯更换", "", "a\nb"]
ENCODE = """
import sys
from collections import Counter
from pathlib import Path
import numpy as np
from contentcheck.corpus.store import Store
from contentcheck.corpus.store.vectors import StoredVectors

class Encoder:
    name, revision, dim = "counting", "1", 4
    seen = 0
    def encode(self, texts):
        self.seen += len(texts)
        return np.array([[len(t), 1, 0, 0] for t in texts], np.float32) / [[np.hypot(len(t), 1)] for t in texts]

encoder = Encoder()
vectors = StoredVectors(Store(Path(sys.argv[1]), sys.argv[2] or None).database, encoder)
made = vectors.encode(["x" * n for n in range(int(sys.argv[3]), int(sys.argv[4]))])
print(encoder.seen, np.round(float((made[:, 0] / made[:, 1]).sum())))
"""


class CountingEncoder:
    """The toy encoder, cut to `dim` numbers, which notes every text it is given."""

    def __init__(self, toy: Encoder, name: str = "counting", revision: str = "1", dim: int = 256):
        self._toy, self.name, self.revision, self.dim = toy, name, revision, dim
        self.seen: Counter[str] = Counter()

    def make(self, texts: list[str]) -> Vectors:
        """What `encode` makes, unnoticed."""
        made = self._toy.encode(texts)[:, : self.dim] + np.float32(1e-3)  # no row is all zero
        return made / np.linalg.norm(made, axis=1, keepdims=True)

    def encode(self, texts: list[str]) -> Vectors:
        self.seen.update(texts)
        return self.make(texts)


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    with closing((opened := place.store()).database):
        yield opened


def stored(store: Store) -> int:
    with store.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(schema.vectors)).scalar_one()


# What is remembered


def test_it_has_the_encoder_s_name_revision_and_dim(toy: Encoder, store: Store) -> None:
    vectors = StoredVectors(store.database, toy)
    assert (vectors.name, vectors.revision, vectors.dim) == (toy.name, toy.revision, 256)
    assert vectors.model == Model(1, toy.name, toy.revision, 256, active=False)


def test_nothing_to_encode(toy: Encoder, store: Store) -> None:
    encoder = CountingEncoder(toy)
    made = StoredVectors(store.database, encoder).encode([])
    assert (made.shape, made.dtype) == ((0, 256), np.float32)
    assert encoder.seen == Counter()


def test_vectors_are_nearly_the_encoder_s_of_length_1_and_in_order(toy: Encoder, store: Store) -> None:
    texts = [*TEXTS, TEXTS[0], "新的", TEXTS[3]]
    made = StoredVectors(store.database, toy).encode(texts)
    assert (made.shape, made.dtype) == ((9, 256), np.float32)
    np.testing.assert_allclose(np.linalg.norm(made, axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(made, toy.encode(texts), atol=5e-4)
    np.testing.assert_array_equal(made[[0, 3]], made[[6, 8]])


@pytest.mark.parametrize("dim", [256, 384, 512, 1024])
def test_half_precision_moves_a_cosine_by_less_than_half_a_thousandth(dim: int) -> None:
    rng = np.random.default_rng(dim)
    # Alike in all degrees: a common part, more or less.
    common = rng.standard_normal(dim)
    raw = rng.standard_normal((400, dim)) + rng.uniform(0, 3, (400, 1)) * common
    raw[0, 1:] = 0  # all in one number
    raw[1, 1:] *= 1e-6  # nearly all
    exact = (raw / np.linalg.norm(raw, axis=1, keepdims=True)).astype(np.float32)
    kept = unit(exact.astype(np.float16))
    errors = np.abs(kept @ kept.T - exact @ exact.T)
    assert errors.max() < 0.0005
    assert errors.max() > 0


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.lists(st.sampled_from(TEXTS) | st.text("余生ab\n ", max_size=4)), max_size=6))
def test_each_text_is_encoded_once_by_whatever_instance(toy: Encoder, store: Store, batches: list[list[str]]) -> None:
    encoder = CountingEncoder(toy, revision=f"example {stored(store)}")
    for batch in batches:
        made = StoredVectors(store.database, encoder).encode(batch)
        np.testing.assert_allclose(made, encoder.make(batch), atol=5e-4)
    assert encoder.seen == Counter({text for batch in batches for text in batch})


def test_what_was_kept_is_the_same_for_ever(toy: Encoder, place: Place, store: Store) -> None:
    first = StoredVectors(store.database, CountingEncoder(toy)).encode(TEXTS)
    again = CountingEncoder(toy)
    with closing((other := place.store()).database):
        np.testing.assert_array_equal(StoredVectors(other.database, again).encode(TEXTS[::-1]), first[::-1])
    assert again.seen == Counter()


def test_other_programs_find_them(place: Place) -> None:
    def run(first: int, last: int) -> str:
        command = [sys.executable, "-c", ENCODE, *place.arguments, str(first), str(last)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert run(0, 4) == "4 6.0\n"
    assert run(0, 4) == "0 6.0\n"
    assert run(2, 6) == "2 14.0\n"


def test_programs_that_encode_at_once_do_not_collide(place: Place, store: Store) -> None:
    def start(first: int, last: int) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", ENCODE, *place.arguments, str(first), str(last)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    several = [start(0, 1500), start(500, 2000), start(0, 2000)]
    said = [p.communicate(timeout=60)[0].split()[1] for p in several]
    assert [float(s) for s in said] == pytest.approx(
        [sum(range(1500)), sum(range(500, 2000)), sum(range(2000))], rel=0.01
    )
    assert stored(store) == 2000
    assert [m.name for m in store.models.all()] == ["counting"]


def test_instances_of_one_program_do_not_collide(toy: Encoder, place: Place, store: Store) -> None:
    texts = [f"第{i}段" for i in range(700)]
    made: dict[int, Vectors] = {}

    def encode(number: int) -> None:
        with closing((other := place.store()).database):
            made[number] = StoredVectors(other.database, toy).encode(texts)

    threads = [threading.Thread(target=encode, args=(n,)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(made) == [0, 1, 2]
    for vectors in made.values():
        np.testing.assert_array_equal(vectors, made[0])
    assert stored(store) == 700


def test_remembering_gives_the_digests_and_keeps_the_vectors(toy: Encoder, store: Store) -> None:
    encoder = CountingEncoder(toy)
    vectors = StoredVectors(store.database, encoder)
    texts = ["余生", "相信", "余生"]
    assert vectors.remember(texts) == [text_digest(t) for t in texts]
    assert encoder.seen == Counter(["余生", "相信"])
    with store.database.reading() as connection:
        columns = schema.vectors.c
        rows = connection.execute(select(columns.digest, columns.vector).order_by(columns.id)).all()
    assert [r.digest for r in rows] == [text_digest("余生"), text_digest("相信")]
    half = encoder.encode(["余生", "相信"]).astype(np.float16)
    assert [r.vector for r in rows] == [v.tobytes() for v in half]


def test_the_digest_of_a_text_never_changes() -> None:
    assert text_digest("余生很长").hex() == "a777c87f8c63c89f3b59f2e2f4aba901"


def test_progress_is_told_when_there_is_much_to_do(toy: Encoder, store: Store) -> None:
    told: list[tuple[int, int]] = []
    vectors = StoredVectors(store.database, toy, lambda done, total: told.append((done, total)))
    vectors.encode([f"第{i}段" for i in range(512)])
    assert told == []
    vectors.encode([f"第{i}段" for i in range(1712)])
    assert told == [(512, 1200), (1024, 1200), (1200, 1200)]


def test_what_was_encoded_before_an_interruption_is_kept(toy: Encoder, place: Place, store: Store) -> None:
    def interrupt(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    texts = [f"第{i}段" for i in range(1200)]
    with pytest.raises(KeyboardInterrupt):
        StoredVectors(store.database, toy, interrupt).encode(texts)
    again = CountingEncoder(toy, toy.name, toy.revision)
    with closing((other := place.store()).database):
        StoredVectors(other.database, again).encode(texts)
    assert again.seen == Counter(texts[512:])


def test_texts_that_differ_in_anything_have_vectors_of_their_own(toy: Encoder, store: Store) -> None:
    encoder = CountingEncoder(toy)
    StoredVectors(store.database, encoder).encode(["a", "A", "a ", "ａ"])
    assert stored(store) == 4


# Models


def test_models_in_the_order_they_came(toy: Encoder, store: Store) -> None:
    assert store.models.all() == []
    assert store.models.active() is None
    encoders = [CountingEncoder(toy, "m", "1"), CountingEncoder(toy, "m", "2", 100), CountingEncoder(toy, "n", "1")]
    models = [store.models.register(e) for e in encoders]
    expected = [Model(1, "m", "1", 256, False), Model(2, "m", "2", 100, False), Model(3, "n", "1", 256, False)]
    assert models == store.models.all() == expected
    assert [store.models.register(e) for e in encoders] == expected
    assert store.models.active() is None


def test_at_most_one_model_is_active_in_every_process(toy: Encoder, place: Place, store: Store) -> None:
    one, two = (store.models.register(CountingEncoder(toy, name)) for name in ("one", "two"))
    store.models.activate(one)
    with closing((other := place.store()).database):
        assert other.models.active() == Model(1, "one", "1", 256, True)
        other.models.activate(two)
        other.models.activate(two)
    assert store.models.active() == Model(2, "two", "1", 256, True)
    assert [m.active for m in store.models.all()] == [False, True]
    assert store.models.register(CountingEncoder(toy, "two")).active


@pytest.mark.parametrize("change", [{"name": "other"}, {"revision": "2"}, {"dim": 100, "revision": "3"}])
def test_models_do_not_share_vectors(toy: Encoder, store: Store, change: dict) -> None:
    first = CountingEncoder(toy)
    before = StoredVectors(store.database, first).encode(TEXTS)
    second = CountingEncoder(toy, **change)
    made = StoredVectors(store.database, second).encode(TEXTS)
    assert made.shape == (6, second.dim)
    assert second.seen == Counter(TEXTS)
    np.testing.assert_array_equal(StoredVectors(store.database, first).encode(TEXTS), before)
    assert first.seen == Counter(TEXTS)


def test_registering_at_once_makes_one_row(toy: Encoder, place: Place) -> None:
    found: list[Model] = []

    def register() -> None:
        with closing((other := place.store()).database):
            found.append(Models(other.database).register(toy))

    threads = [threading.Thread(target=register) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert found == [Model(1, toy.name, toy.revision, 256, False)] * 4


@pytest.mark.parametrize("in_backup", ["no models", "another model first"])
def test_a_running_program_goes_on_after_another_store_is_restored(
    toy: Encoder, tmp_path: Path, store: Store, in_backup: str
) -> None:
    vectors = StoredVectors(store.database, CountingEncoder(toy))
    before = vectors.encode(TEXTS)
    with closing((other := Store(tmp_path / "other")).database):
        if in_backup == "another model first":
            StoredVectors(other.database, CountingEncoder(toy, "another", dim=100)).encode(TEXTS)
        backup(other.database, tmp_path / "backup.db")
    restore(store.database, tmp_path / "backup.db")
    np.testing.assert_array_equal(vectors.encode([*TEXTS, "新的"])[:-1], before)


def test_a_vector_that_cannot_be_made_leaves_nothing(store: Store) -> None:
    class Broken:
        name, revision, dim = "broken", "1", 4

        def encode(self, texts: list[str]) -> Vectors:
            raise StateError("没有内存")

    with pytest.raises(StateError, match="没有内存"):
        StoredVectors(store.database, Broken()).encode(TEXTS)
    assert stored(store) == 0
