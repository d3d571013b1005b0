"""The vectors on disk: the same as the encoder's, each text encoded once, and no damage believed."""

import contextlib
import gc
import io
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contentcheck.corpus.vector_cache import VectorCache
from contentcheck.engine.encoder import Encoder, Vectors
from contentcheck.engine.errors import StateError

TEXTS = ["余生很长", "相信时间", "二号线下月试运行", "滤芯更换", "", "a\nb"]


class CountingEncoder:
    """The toy encoder, cut to `dim` numbers, which notes every text it is given."""

    def __init__(self, toy: Encoder, name: str = "counting", revision: str = "1", dim: int = 256):
        self._toy, self.name, self.revision, self.dim = toy, name, revision, dim
        self.seen: Counter[str] = Counter()

    def encode(self, texts: list[str]) -> Vectors:
        self.seen.update(texts)
        return np.ascontiguousarray(self._toy.encode(texts)[:, : self.dim])


@pytest.fixture
def saved(toy: Encoder, tmp_path: Path) -> Path:
    """The file with the vectors of TEXTS."""
    cache = VectorCache(CountingEncoder(toy), tmp_path)
    cache.encode(TEXTS)
    cache.save()
    (file,) = tmp_path.iterdir()
    return file


def encode_again(toy: Encoder, folder: Path, **changes: str | int) -> Counter[str]:
    """Texts that a new cache has to encode; its vectors are compared with the encoder's."""
    encoder = CountingEncoder(toy, **changes)  # type: ignore[arg-type]
    expected = toy.encode([*TEXTS, "新的"])[:, : encoder.dim]
    cache = VectorCache(encoder, folder)
    np.testing.assert_array_equal(cache.encode(["新的", *TEXTS])[[*range(1, 7), 0]], expected)
    np.testing.assert_array_equal(cache.encode([*TEXTS, "新的"]), expected)
    cache.save()
    return encoder.seen


@settings(max_examples=50, deadline=None)
@given(batches=st.lists(st.lists(st.sampled_from(TEXTS) | st.text("余生ab\n ", max_size=4)), max_size=6))
def test_same_vectors_as_the_encoder_and_each_text_once(toy: Encoder, batches: list[list[str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        encoder = CountingEncoder(toy)
        for number, batch in enumerate(batches):
            if number % 2 == 0:  # sometimes what was saved, sometimes what is in memory
                cache = VectorCache(encoder, Path(folder))
            np.testing.assert_array_equal(cache.encode(batch), toy.encode(batch))
            cache.save()
        assert encoder.seen == Counter({text for batch in batches for text in batch})


def test_it_has_the_encoder_s_name_revision_and_dim(toy: Encoder, tmp_path: Path) -> None:
    cache = VectorCache(toy, tmp_path)
    assert (cache.name, cache.revision, cache.dim) == (toy.name, toy.revision, 256)


def test_more_texts_than_one_batch(toy: Encoder, tmp_path: Path) -> None:
    texts = [f"第{i}段" for i in range(5000)]
    encoder = CountingEncoder(toy)
    np.testing.assert_array_equal(VectorCache(encoder, tmp_path).encode(texts), toy.encode(texts))
    assert set(encoder.seen.values()) == {1}


def test_what_was_saved_is_not_encoded_again(toy: Encoder, saved: Path) -> None:
    assert encode_again(toy, saved.parent) == Counter(["新的"])
    assert encode_again(toy, saved.parent) == Counter()
    assert list(saved.parent.iterdir()) == [saved]


def test_what_was_not_saved_is_encoded_again(toy: Encoder, tmp_path: Path) -> None:
    VectorCache(CountingEncoder(toy), tmp_path).encode(TEXTS)
    assert list(tmp_path.iterdir()) == []
    assert encode_again(toy, tmp_path) == Counter([*TEXTS, "新的"])


def test_saving_nothing_new_leaves_the_file_alone(toy: Encoder, saved: Path) -> None:
    before = saved.stat()
    cache = VectorCache(CountingEncoder(toy), saved.parent)
    cache.encode(TEXTS)
    cache.save()
    assert (saved.stat().st_ino, saved.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.parametrize("changes", [{"name": "other"}, {"revision": "2"}, {"dim": 100}])
def test_vectors_of_another_model_are_not_used(toy: Encoder, saved: Path, changes: dict[str, str | int]) -> None:
    assert encode_again(toy, saved.parent, **changes) == Counter([*TEXTS, "新的"])


def test_two_models_share_a_folder(toy: Encoder, saved: Path) -> None:
    encode_again(toy, saved.parent, revision="2")
    assert encode_again(toy, saved.parent) == Counter(["新的"])
    assert encode_again(toy, saved.parent, revision="2") == Counter()


def npz(**arrays: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=True, **arrays)
    return buffer.getvalue()


def flipped(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 255]) + data[middle + 1 :]


KEYS, VECTORS = np.zeros((6, 16), np.uint8), np.ones((6, 256), np.float32)
DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "no zip": lambda data: "这不是向量".encode(),
    "half": lambda data: data[: len(data) // 2],
    "end cut off": lambda data: data[:-40],
    "first bytes only": lambda data: data[:8],
    "one byte changed": flipped,
    "zeros": lambda data: bytes(len(data)),
    "other arrays": lambda data: npz(something=VECTORS),
    "float64": lambda data: npz(keys=KEYS, vectors=VECTORS.astype(np.float64)),
    "objects": lambda data: npz(keys=KEYS, vectors=VECTORS.astype(object)),
    "fewer vectors": lambda data: npz(keys=KEYS, vectors=VECTORS[:5]),
    "one row": lambda data: npz(keys=KEYS[0], vectors=VECTORS[0]),
    "single array": lambda data: npz(keys=np.zeros(()), vectors=np.zeros(())),
    "keys without columns": lambda data: npz(keys=np.zeros(6, np.uint8), vectors=VECTORS),
    "repeated keys": lambda data: npz(keys=KEYS, vectors=VECTORS),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_as_good_as_none(toy: Encoder, saved: Path, damage: str) -> None:
    saved.write_bytes(DAMAGES[damage](saved.read_bytes()))
    assert encode_again(toy, saved.parent) == Counter([*TEXTS, "新的"])
    assert encode_again(toy, saved.parent) == Counter()
    gc.collect()  # a file left open is reported here, as a warning


def test_a_folder_that_cannot_be_written_does_not_stop_the_encoding(toy: Encoder, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file in place of the folder")
    cache = VectorCache(toy, tmp_path / "home" / "cache")
    np.testing.assert_array_equal(cache.encode(TEXTS), toy.encode(TEXTS))
    with contextlib.suppress(StateError):
        cache.save()
