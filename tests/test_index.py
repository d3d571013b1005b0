"""Search by meaning agrees with brute-force numpy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from contentcheck.engine.index import KnownPassage, PassageIndex

DIM = 16


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


@pytest.mark.parametrize(("start", "end", "title"), [(0, 0, True), (0, 4, False), (3, 4, False)])
def test_a_known_passage_without_extent_is_a_title(start: int, end: int, title: bool) -> None:
    assert KnownPassage(owner=0, text="人生", start=start, end=end).is_title is title
