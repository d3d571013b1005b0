"""Search by meaning agrees with brute-force numpy."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from contentcheck.corpus.shipped import shipped_edition
from contentcheck.engine.approximate import ApproximateIndex, Effort
from contentcheck.engine.index import EXACT_UP_TO, PassageIndex
from contentcheck.engine.normalise import normalise
from contentcheck.engine.passages import cut
from contentcheck.models.registry import SentenceEncoder

DIM = 16
MANY, WIDE = 30_000, 64


@cache
def shipped_vectors() -> NDArray[np.float32]:
    """The first 10,000 passages of the shipped pieces, by the default encoder."""
    passages = [normalise(p.text).text for item in shipped_edition().items for p in cut(item.title, item.text)]
    return SentenceEncoder("use-m3").encode(passages[:10_000])


def unit_rows(n: int, seed: int) -> NDArray[np.float32]:
    rows = np.random.default_rng(seed).normal(size=(n, DIM))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


CASES = given(n=st.integers(1, 60), m=st.integers(1, 8), k=st.integers(1, 80), seed=st.integers(0, 10_000))


@settings(deadline=None)
@CASES
def test_search_agrees_with_brute_force(n: int, m: int, k: int, seed: int) -> None:
    known, queries = unit_rows(n, seed), unit_rows(m, seed + 1)
    cosines = queries.astype(np.float64) @ known.astype(np.float64).T
    similarities, rows = PassageIndex(known).search(queries, k)
    np.testing.assert_array_equal(rows, np.argsort(-cosines, axis=1)[:, :k])
    np.testing.assert_allclose(similarities, -np.sort(-cosines, axis=1)[:, :k], atol=1e-5)


@settings(deadline=None)
@CASES
def test_top_mean_agrees_with_brute_force(n: int, m: int, k: int, seed: int) -> None:
    known, queries = unit_rows(n, seed), unit_rows(m, seed + 1)
    cosines = queries.astype(np.float64) @ known.astype(np.float64).T
    expected = np.sort(cosines, axis=1)[:, -k:].mean(axis=1)
    np.testing.assert_allclose(PassageIndex(known).top_mean(queries, k), expected, atol=1e-5)


def test_a_row_finds_itself_with_a_cosine_of_one_at_most() -> None:
    known = unit_rows(1000, 3)
    similarities, rows = PassageIndex(known).search(known, 1)
    assert rows[:, 0].tolist() == list(range(1000))
    np.testing.assert_allclose(similarities, 1.0, atol=1e-5)
    assert similarities.max() <= 1.0


def test_an_opposite_row_has_a_cosine_of_minus_one_at_least() -> None:
    known = unit_rows(1000, 3)
    similarities, _ = PassageIndex(known).search(-known, 1000)
    np.testing.assert_allclose(similarities[:, -1], -1.0, atol=1e-5)
    assert similarities.min() >= -1.0


def test_k_larger_than_the_index_gives_every_row() -> None:
    similarities, rows = PassageIndex(unit_rows(3, 1)).search(unit_rows(2, 2), 10)
    assert similarities.shape == (2, 3)
    assert [sorted(r) for r in rows.tolist()] == [[0, 1, 2], [0, 1, 2]]


def test_an_empty_index_gives_nothing_and_a_mean_of_zero() -> None:
    index = PassageIndex(unit_rows(0, 1))
    similarities, rows = index.search(unit_rows(2, 2), 5)
    assert (len(index), similarities.shape, rows.shape) == (0, (2, 0), (2, 0))
    assert index.top_mean(unit_rows(2, 2), 5).tolist() == [0.0, 0.0]


@pytest.mark.parametrize("n", [0, 4])
def test_no_queries_give_no_rows(n: int) -> None:
    index = PassageIndex(unit_rows(n, 1))
    similarities, rows = index.search(unit_rows(0, 2), 3)
    assert similarities.shape == rows.shape == (0, min(n, 3))
    assert index.top_mean(unit_rows(0, 2), 3).tolist() == []


def test_rows_need_not_be_contiguous() -> None:
    known = unit_rows(20, 5)
    assert PassageIndex(known[::2]).search(known[::4], 1)[1][:, 0].tolist() == [0, 2, 4, 6, 8]


def clustered_rows(n: int, seed: int) -> NDArray[np.float32]:
    """Rows of length 1 around 500 subjects that are the same for every seed."""
    subjects = np.random.default_rng(99).normal(size=(500, WIDE))
    rng = np.random.default_rng(seed)
    rows = subjects[rng.integers(0, 500, n)] + 0.6 * rng.normal(size=(n, WIDE))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


KNOWN, NEW = clustered_rows(MANY, 1), clustered_rows(400, 2)
EXACT = -np.sort(-(NEW @ KNOWN.T), axis=1)[:, :10]


def batches() -> Iterator[NDArray[np.float32]]:
    yield from np.split(KNOWN, [7_000, 7_001, 20_000])


@pytest.fixture(scope="module")
def large() -> PassageIndex:
    return PassageIndex.build(batches, MANY, WIDE)


@pytest.fixture(scope="module")
def saved(large: PassageIndex, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("saved") / "索引"
    large.save(folder)
    return folder


def test_a_row_finds_the_same_alone_and_in_company() -> None:
    index = PassageIndex(unit_rows(5_000, 1))
    queries = unit_rows(70, 2)
    alone = [index.search(queries[i : i + 1], 10)[0][0] for i in range(70)]
    np.testing.assert_array_equal(index.search(queries, 10)[0], alone)


@pytest.mark.parametrize("n", [1_000, 9_999])
def test_codes_choose_candidates_and_the_vectors_decide(n: int) -> None:
    """Sentences of a library, and mixtures of them that are none of its own."""
    known = shipped_vectors()[:n]
    queries = known[:600].reshape(3, 200, -1).sum(axis=0)
    queries /= np.linalg.norm(queries, axis=1, keepdims=True)
    index = PassageIndex(known)
    similarities, rows = index.search(queries, 10)
    exact = -np.sort(-(queries.astype(np.float64) @ known.T), axis=1)[:, :10]
    np.testing.assert_allclose(similarities.mean(axis=1), exact.mean(axis=1), atol=1e-6)
    np.testing.assert_allclose(similarities, np.take_along_axis(queries @ known.T, rows, axis=1), atol=2e-6)
    alone = [index.search(q[None], 10) for q in queries[:20]]
    assert all((s[0] == a).all() and (r[0] == b).all() for (s, r), a, b in zip(alone, similarities, rows, strict=False))


def test_a_thousand_equal_vectors_hide_nothing() -> None:
    known = np.vstack([np.repeat(unit_rows(1, 5), 3_000, axis=0), unit_rows(500, 6)])
    similarities, _ = PassageIndex(known).search(known[:1], 10)
    np.testing.assert_allclose(similarities, 1.0, atol=1e-5)


def test_a_small_build_is_exact() -> None:
    known, told = unit_rows(50, 1), list[tuple[int, int]]()
    index = PassageIndex.build(lambda: iter([known[:30], known[30:]]), 50, DIM, lambda *done: told.append(done))
    expected = PassageIndex(known).search(unit_rows(9, 2), 7)
    for got, right in zip(index.search(unit_rows(9, 2), 7), expected, strict=True):
        np.testing.assert_array_equal(got, right)
    assert index.agreement == 1.0
    assert told == [(30, 50), (50, 50)]


def test_a_build_of_nothing_is_empty() -> None:
    index = PassageIndex.build(lambda: iter([]), 0, DIM)
    assert (len(index), index.agreement) == (0, 1.0)


def test_the_largest_exact_build_returns_exact_cosines() -> None:
    known = clustered_rows(EXACT_UP_TO, 3)
    index = PassageIndex.build(lambda: iter([known]), EXACT_UP_TO, WIDE)
    np.testing.assert_allclose(index.search(NEW, 10)[0], -np.sort(-(NEW @ known.T), axis=1)[:, :10], atol=1e-6)


def test_a_large_build_keeps_its_promise_on_queries_it_never_saw(large: PassageIndex) -> None:
    similarities, rows = large.search(NEW, 10)
    reached = similarities >= EXACT - 0.01
    assert len(large) == MANY
    assert reached.mean() >= 0.98
    assert 0.985 <= large.agreement <= 1.0
    assert abs(reached.mean() - large.agreement) < 0.02
    own = np.take_along_axis(NEW @ KNOWN.T, rows, axis=1)
    np.testing.assert_allclose(similarities, own, rtol=0, atol=0.005)
    assert (np.diff(similarities, axis=1) <= 0).all()
    assert (similarities.dtype, rows.dtype) == (np.float32, np.int64)


def test_the_vectors_of_a_large_build_find_themselves(large: PassageIndex) -> None:
    similarities, rows = large.search(KNOWN[::100], 1)
    assert (rows[:, 0] == np.arange(0, MANY, 100)).mean() > 0.99
    assert similarities.max() <= 1.0


def test_top_mean_of_a_large_build_is_close_to_exact(large: PassageIndex) -> None:
    np.testing.assert_allclose(large.top_mean(NEW, 10), EXACT.mean(axis=1), atol=0.02)
    assert np.abs(large.top_mean(NEW, 10) - EXACT.mean(axis=1)).mean() < 0.002


def test_a_large_build_tells_its_progress_and_is_repeatable(large: PassageIndex) -> None:
    told = list[tuple[int, int]]()
    again = PassageIndex.build(batches, MANY, WIDE, lambda *done: told.append(done))
    assert told == [(n, 60_000) for n in (7_000, 7_001, 20_000, 30_000, 37_000, 37_001, 50_000, 60_000)]
    assert again.agreement == large.agreement
    np.testing.assert_array_equal(again.search(NEW, 10)[1], large.search(NEW, 10)[1])


@pytest.mark.parametrize("k", [1_000, MANY, MANY + 5])
def test_no_result_is_missing_however_many_are_asked_for(large: PassageIndex, k: int) -> None:
    similarities, rows = large.search(NEW[:20], k)
    assert rows.shape == (20, min(k, MANY))
    assert rows.min() >= 0
    assert all(len(set(r)) == len(r) for r in rows.tolist())
    assert similarities.min() >= -1.0


def test_lists_too_short_for_the_results_asked_for_are_made_up_for(large: PassageIndex) -> None:
    """With one list probed there are about 100 candidates; the 500 nearest come from the rest as well."""
    inner = large._approximate
    assert inner is not None
    similarities, rows = ApproximateIndex(inner.index, Effort(1, 1.0)).search(NEW[:20], 500)
    expected = -np.sort(-(NEW[:20] @ KNOWN.T), axis=1)[:, :500]
    assert rows.min() >= 0
    np.testing.assert_allclose(similarities, expected, rtol=0, atol=0.005)


def test_codes_that_tell_little_are_made_up_for_by_looking_further() -> None:
    """Vectors without any structure: hardly any neighbour is among the usual candidates."""
    rows = np.random.default_rng(5).normal(size=(MANY, 30)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    index = PassageIndex.build(lambda: iter([rows]), MANY, 30)
    queries = np.random.default_rng(6).normal(size=(100, 30)).astype(np.float32)
    queries /= np.linalg.norm(queries, axis=1, keepdims=True)
    exact = -np.sort(-(queries @ rows.T), axis=1)[:, :10]
    assert (index.search(queries, 10)[0] >= exact - 0.01).mean() >= 0.97
    assert index.agreement >= 0.985


@pytest.mark.parametrize(("count", "got"), [(MANY + 1, "got 30000"), (MANY - 1, "got more"), (49, "got more")])
def test_a_wrong_count_is_refused(count: int, got: str) -> None:
    with pytest.raises(ValueError, match=f"expected {count} vectors, {got}"):
        PassageIndex.build(batches, count, WIDE)


def test_a_saved_index_finds_the_same(large: PassageIndex, saved: Path) -> None:
    loaded = PassageIndex.load(saved)
    for got, right in zip(loaded.search(NEW, 10), large.search(NEW, 10), strict=True):
        np.testing.assert_array_equal(got, right)
    assert (len(loaded), loaded.agreement) == (MANY, large.agreement)
    assert sorted(f.name for f in saved.iterdir()) == ["index.json", "vectors.faiss"]


@pytest.mark.parametrize("n", [0, 1, 40])
def test_a_saved_exact_index_finds_the_same(n: int, tmp_path: Path) -> None:
    index = PassageIndex(unit_rows(n, 1))
    index.save(tmp_path)
    loaded = PassageIndex.load(tmp_path)
    for got, right in zip(loaded.search(unit_rows(9, 2), 5), index.search(unit_rows(9, 2), 5), strict=True):
        np.testing.assert_array_equal(got, right)
    assert (len(loaded), loaded.agreement) == (n, 1.0)


def test_a_save_replaces_what_another_still_reads(tmp_path: Path) -> None:
    PassageIndex(unit_rows(40, 1)).save(tmp_path)
    first = PassageIndex.load(tmp_path)
    PassageIndex(unit_rows(3, 2)).save(tmp_path)
    assert (len(first), len(PassageIndex.load(tmp_path))) == (40, 3)
    np.testing.assert_allclose(first.search(unit_rows(40, 1), 1)[0][:, 0], 1.0, atol=1e-5)


def test_loading_maps_the_vectors_and_does_not_read_them(saved: Path) -> None:
    file = saved / "vectors.faiss"
    loaded = PassageIndex.load(saved)
    mapped = [line for line in Path("/proc/self/smaps").read_text().splitlines() if str(file) in line]
    assert mapped
    assert len(loaded) == MANY


@pytest.mark.parametrize("name", ["vectors.faiss", "index.json"])
@pytest.mark.parametrize("damage", ["missing", "empty", "cut", "foreign", "longer"])
def test_a_damaged_index_is_refused(saved: Path, tmp_path: Path, name: str, damage: str) -> None:
    for file in saved.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    content = (tmp_path / name).read_bytes()
    spoilt = {"empty": b"", "cut": content[:-9], "foreign": bytes(len(content)), "longer": content + b"!"}
    (tmp_path / name).unlink()
    if damage != "missing":
        (tmp_path / name).write_bytes(spoilt[damage])
    with pytest.raises(ValueError):
        PassageIndex.load(tmp_path)


@pytest.mark.parametrize("where", [0.0, 0.0001, 0.05, 0.15, 0.99999])
def test_a_flaw_in_the_lists_or_at_the_end_is_refused(large: PassageIndex, tmp_path: Path, where: float) -> None:
    """The lists lie in the first fifth of the file; its end is what an interrupted copy leaves empty."""
    large.save(tmp_path)
    file = tmp_path / "vectors.faiss"
    content = bytearray(file.read_bytes())
    at = min(len(content) - 1, int(where * len(content)))
    content[at] ^= 0x55
    file.write_bytes(content)
    with pytest.raises(ValueError, match="damaged"):
        PassageIndex.load(tmp_path)


@pytest.mark.parametrize("note", [[], 5, {}, {"format": 99}, {"format": 1}, {"format": 1, "size": "many"}])
def test_a_foreign_note_is_refused(saved: Path, tmp_path: Path, note: object) -> None:
    (tmp_path / "vectors.faiss").write_bytes((saved / "vectors.faiss").read_bytes())
    (tmp_path / "index.json").write_text(json.dumps(note))
    with pytest.raises(ValueError):
        PassageIndex.load(tmp_path)


def test_a_failed_save_leaves_the_old_index(tmp_path: Path) -> None:
    PassageIndex(unit_rows(40, 1)).save(tmp_path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("faiss.write_index", _full_disk)
        with pytest.raises(OSError, match="cannot write the index: no space left"):
            PassageIndex(unit_rows(3, 2)).save(tmp_path)
    assert len(PassageIndex.load(tmp_path)) == 40
    assert sorted(f.name for f in tmp_path.iterdir()) == ["index.json", "vectors.faiss"]


def _full_disk(*_: object) -> None:
    raise RuntimeError("no space left")
