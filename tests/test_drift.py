"""What is nearest to the background is kept up as passages come and go, and is then what a fresh search finds."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from contentcheck.engine.collection import Collection
from contentcheck.engine.drift import Nearest, mean_of_found
from contentcheck.engine.passages import KnownPassage
from contentcheck.engine.shard import Shard

DIM, GROUPS, K = 10, 2, 4


class NoSource:
    """These tests look at vectors alone."""

    def passages(self, keys: list[int]) -> dict[int, KnownPassage]:
        raise AssertionError(keys)


def unit_rows(n: int, seed: int) -> NDArray[np.float32]:
    rows = np.random.default_rng(seed).normal(size=(n, DIM))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


BACKGROUND = unit_rows(25, 77)


@dataclass(frozen=True)
class Known:
    """Passages in shards of these sizes, with keys from 1 on."""

    keys: NDArray[np.int64]
    vectors: NDArray[np.float32]
    groups: NDArray[np.int8]
    shards: list[Shard]

    @classmethod
    def of(cls, sizes: list[int], seed: int) -> "Known":
        total = sum(sizes)
        keys, vectors = np.arange(1, total + 1), unit_rows(total, seed)
        groups = np.random.default_rng(seed + 1).integers(0, GROUPS, total).astype(np.int8)
        parts = np.split(np.arange(total), np.cumsum(sizes)[:-1]) if sizes else []
        shards = [Shard.of(keys[p], groups[p], vectors[p], [""] * len(p), GROUPS) for p in parts]
        return cls(keys, vectors, groups, shards)

    def nearest(self) -> Nearest:
        """As it is kept: shard by shard."""
        nearest = Nearest.to(BACKGROUND, GROUPS, K)
        for shard in self.shards:
            nearest = nearest.with_shard(shard, BACKGROUND)
        return nearest

    def by_brute_force(self, hidden: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        similarities = np.full((GROUPS, len(BACKGROUND), K), -1.0)
        keys = np.zeros((GROUPS, len(BACKGROUND), K), np.int64)
        for group in range(GROUPS):
            here = (self.groups == group) & ~np.isin(self.keys, hidden)
            cosines = BACKGROUND.astype(np.float64) @ self.vectors[here].astype(np.float64).T
            order = np.argsort(-cosines, axis=1)[:, :K]
            similarities[group, :, : order.shape[1]] = np.take_along_axis(cosines, order, axis=1)
            keys[group, :, : order.shape[1]] = self.keys[here][order]
        return similarities, keys

    def collection(self, hidden: NDArray[np.int64]) -> Collection:
        return Collection(tuple(self.shards), hidden, NoSource())


def assert_is(nearest: Nearest, expected: tuple[NDArray[np.float64], NDArray[np.int64]]) -> None:
    similarities, keys = expected
    np.testing.assert_array_equal(nearest.keys, keys)
    np.testing.assert_allclose(nearest.similarities, similarities, atol=1e-5)


SIZES = st.lists(st.integers(0, 30), max_size=4)
SEEDS = st.integers(0, 5000)
NOTHING = np.empty(0, np.int64)


@settings(max_examples=60, deadline=None)
@given(sizes=SIZES, seed=SEEDS)
def test_shards_added_one_by_one_give_what_brute_force_gives(sizes: list[int], seed: int) -> None:
    known = Known.of(sizes, seed)
    assert_is(known.nearest(), known.by_brute_force(NOTHING))


@settings(max_examples=60, deadline=None)
@given(sizes=SIZES, seed=SEEDS, share=st.sampled_from([0.1, 0.5, 0.9, 1.0]))
def test_without_what_is_hidden_it_is_as_if_that_had_never_come(sizes: list[int], seed: int, share: float) -> None:
    known = Known.of(sizes, seed)
    hidden = known.keys[np.random.default_rng(seed + 2).random(len(known.keys)) < share]
    left = known.nearest().without(hidden, known.collection(hidden), BACKGROUND)
    assert_is(left, known.by_brute_force(hidden))


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS)
def test_hidden_in_two_steps_is_hidden_at_once(seed: int) -> None:
    known = Known.of([30, 20], seed)
    order = np.random.default_rng(seed).permutation(known.keys)
    first, both = np.sort(order[:12]), np.sort(order[:25])
    stepwise = known.nearest().without(first, known.collection(first), BACKGROUND)
    stepwise = stepwise.without(np.setdiff1d(both, first), known.collection(both), BACKGROUND)
    assert_is(stepwise, known.by_brute_force(both))


def test_what_no_background_passage_is_near_to_is_not_searched_again() -> None:
    known = Known.of([400], 3)
    far = np.setdiff1d(known.keys, known.nearest().keys)[:5]
    assert len(far) == 5
    # A collection without shards would find nothing.
    left = known.nearest().without(far, Collection((), far, NoSource()), BACKGROUND)
    assert_is(left, known.by_brute_force(NOTHING))


def test_an_older_moment_is_not_changed() -> None:
    known = Known.of([20, 20], 8)
    before = known.nearest()
    similarities, keys = before.similarities.copy(), before.keys.copy()
    before.with_shard(Known.of([30], 9).shards[0], BACKGROUND)
    before.without(known.keys, known.collection(known.keys), BACKGROUND)
    np.testing.assert_array_equal(before.similarities, similarities)
    np.testing.assert_array_equal(before.keys, keys)


def test_of_groups_is_what_they_were() -> None:
    nearest = Known.of([20, 20], 8).nearest()
    again = Nearest.of([(nearest.similarities[g], nearest.keys[g]) for g in range(GROUPS)])
    np.testing.assert_array_equal(again.similarities, nearest.similarities)
    np.testing.assert_array_equal(again.keys, nearest.keys)


@settings(max_examples=40, deadline=None)
@given(sizes=SIZES, seed=SEEDS)
def test_means_and_best_are_those_of_brute_force(sizes: list[int], seed: int) -> None:
    known = Known.of(sizes, seed)
    nearest = known.nearest()
    for group in range(GROUPS):
        here = known.vectors[known.groups == group].astype(np.float64)
        cosines = BACKGROUND.astype(np.float64) @ here.T
        mean = np.sort(cosines, axis=1)[:, -K:].mean(axis=1) if len(here) else np.full(len(BACKGROUND), -1.0)
        np.testing.assert_allclose(nearest.means()[group], mean, atol=1e-5)
    cosines = BACKGROUND.astype(np.float64) @ known.vectors.astype(np.float64).T
    best = cosines.max(axis=1, initial=-1.0)
    np.testing.assert_allclose(nearest.best(), best, atol=1e-5)
    assert (nearest.means().shape, nearest.best().shape) == ((GROUPS, len(BACKGROUND)), (len(BACKGROUND),))


def test_without_a_background() -> None:
    none = np.empty((0, DIM), np.float32)
    known = Known.of([10], 4)
    nearest = Nearest.to(none, GROUPS, K).with_shard(known.shards[0], none)
    left = nearest.without(known.keys, known.collection(known.keys), none)
    assert (left.means().shape, left.best().shape) == ((GROUPS, 0), (0,))


@pytest.mark.parametrize(
    ("similarities", "keys", "mean"),
    [
        ([0.5, 0.3, -1], [4, -7, 0], 0.4),
        ([0.9, 0.6, 0.3], [1, 2, 3], 0.6),
        ([-0.5, -1, -1], [3, 0, 0], -0.5),
        ([-1, -1, -1], [0, 0, 0], -1.0),
        ([-1, -1, -1], [5, 0, 0], -1.0),
        ([0.0, -1, -1], [5, 0, 0], 0.0),
    ],
)
def test_mean_of_those_that_have_a_key(similarities: list[float], keys: list[int], mean: float) -> None:
    found = mean_of_found(np.array([[similarities]], np.float32), np.array([[keys]], np.int64))
    assert found.tolist() == [[pytest.approx(mean, abs=1e-7)]]
