"""Several shards are searched as one, as brute-force numpy finds it, and what is hidden never appears."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from contentcheck.engine.collection import Collection, merge
from contentcheck.engine.passages import KnownPassage
from contentcheck.engine.shard import Shard

DIM, GROUPS = 12, 3
NOTHING_HIDDEN = np.empty(0, np.int64)


@dataclass(frozen=True)
class Asked:
    """A source that knows every key and notes which it was asked for."""

    keys: list[int]

    def passages(self, keys: list[int]) -> dict[int, KnownPassage]:
        self.keys.extend(keys)
        return {key: KnownPassage(f"item-{key}", "soup", "", "", "文字", 0, 2) for key in keys}


def unit_rows(n: int, seed: int) -> NDArray[np.float32]:
    rows = np.random.default_rng(seed).normal(size=(n, DIM))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@dataclass(frozen=True)
class World:
    """Passages in shards: keys, vectors and groups of all of them."""

    keys: NDArray[np.int64]
    vectors: NDArray[np.float32]
    groups: NDArray[np.int8]
    shards: tuple[Shard, ...]

    @classmethod
    def of(cls, sizes: list[int], seed: int) -> "World":
        """Keys in ascending runs, some below zero, none of them 0."""
        rng = np.random.default_rng(seed)
        total = sum(sizes)
        numbers = np.sort(rng.choice(np.setdiff1d(np.arange(-total, 3 * total + 1), [0]), total, replace=False))
        keys = numbers.astype(np.int64)
        vectors, groups = unit_rows(total, seed + 1), rng.integers(0, GROUPS, total).astype(np.int8)
        ends = np.cumsum(sizes)
        parts = [np.arange(end - size, end) for size, end in zip(sizes, ends, strict=True)]
        shards = [Shard.of(keys[p], groups[p], vectors[p], [""] * len(p), GROUPS) for p in parts]
        return cls(keys, vectors, groups, tuple(shards))

    def nearest(
        self, queries: NDArray[np.float32], k: int, group: int, hidden: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """By brute force."""
        visible = (self.groups == group) & ~np.isin(self.keys, hidden)
        cosines = queries.astype(np.float64) @ self.vectors[visible].astype(np.float64).T
        order = np.argsort(-cosines, axis=1)[:, :k]
        similarities, keys = np.full((len(queries), k), -1.0), np.zeros((len(queries), k), np.int64)
        similarities[:, : order.shape[1]] = np.take_along_axis(cosines, order, axis=1)
        keys[:, : order.shape[1]] = self.keys[visible][order]
        return similarities, keys


def assert_brute_force(world: World, hidden: NDArray[np.int64], queries: NDArray[np.float32], k: int) -> None:
    collection = Collection(world.shards, hidden, Asked([]))
    for group in range(GROUPS):
        similarities, keys = collection.nearest(queries, k, group)
        expected, expected_keys = world.nearest(queries, k, group, hidden)
        np.testing.assert_array_equal(keys, expected_keys)
        np.testing.assert_allclose(similarities, expected, atol=1e-5)
        assert (similarities.dtype, keys.dtype) == (np.float32, np.int64)


@settings(max_examples=60, deadline=None)
@given(
    sizes=st.lists(st.integers(0, 40), max_size=5),
    k=st.integers(1, 30),
    share=st.sampled_from([0.0, 0.1, 0.5, 0.95, 1.0]),
    seed=st.integers(0, 10_000),
)
def test_shards_are_searched_as_one_without_what_is_hidden(sizes: list[int], k: int, share: float, seed: int) -> None:
    world = World.of(sizes, seed)
    chosen = np.random.default_rng(seed + 2).random(len(world.keys)) < share
    assert_brute_force(world, world.keys[chosen], unit_rows(4, seed + 3), k)


@pytest.mark.parametrize("k", [1, 3, 10])
def test_enough_are_found_though_all_the_nearest_are_hidden(k: int) -> None:
    world = World.of([300, 50, 300], 5)
    query = unit_rows(1, 6)
    cosines = (query @ world.vectors.T)[0]
    hidden = np.sort(world.keys[np.argsort(-cosines)[:600]])
    assert_brute_force(world, hidden, query, k)
    assert (Collection(world.shards, hidden, Asked([])).nearest(query, k, 0)[1] != 0).sum() > 0


def test_one_query_with_hidden_neighbours_does_not_change_what_another_finds() -> None:
    world = World.of([80, 80], 9)
    queries = unit_rows(2, 10)
    hidden = np.sort(world.keys[np.argsort(-(queries[0] @ world.vectors.T))[:60]])
    collection = Collection(world.shards, hidden, Asked([]))
    together = collection.nearest(queries, 8, 1)
    for i in range(2):
        alone = collection.nearest(queries[i : i + 1], 8, 1)
        np.testing.assert_array_equal(together[1][i], alone[1][0])
        np.testing.assert_array_equal(together[0][i], alone[0][0])


def test_no_queries_and_no_shards() -> None:
    world = World.of([20], 1)
    similarities, keys = Collection(world.shards, NOTHING_HIDDEN, Asked([])).nearest(unit_rows(0, 1), 5, 0)
    assert (similarities.shape, keys.shape) == ((0, 5), (0, 5))
    similarities, keys = Collection((), NOTHING_HIDDEN, Asked([])).nearest(unit_rows(2, 1), 3, 0)
    assert (similarities.tolist(), keys.tolist()) == ([[-1, -1, -1]] * 2, [[0, 0, 0]] * 2)


TEXT = "一个人最好的状态是眼里写满故事脸上却不见风霜不羡慕谁也不依赖谁"
OTHER = "城东水厂二期扩建工程已于上周完成管网冲洗日供水能力提高到十二万吨"


def worded(keys: list[int], skeletons: list[str]) -> Shard:
    vectors = unit_rows(len(keys), keys[0])
    return Shard.of(np.array(keys, np.int64), np.zeros(len(keys), np.int8), vectors, skeletons, 1)


@pytest.mark.parametrize(
    ("hidden", "expected"),
    [
        ([], [[1, 4], [3], [7], [8]]),
        ([4], [[1], [3], [7], [8]]),
        ([1, 4], [[3], [7], [8]]),
        ([3, 7], [[1, 4], [8]]),
        ([1, 3, 4, 7, 8], []),
    ],
)
def test_wording_is_found_in_every_shard_and_all_that_have_it_are_named(
    hidden: list[int], expected: list[list[int]]
) -> None:
    shards = worded([1, 3, 4], [TEXT, OTHER, TEXT]), worded([6, 7, 8], ["", TEXT, OTHER])
    collection = Collection(shards, np.array(hidden, np.int64), Asked([]))
    found = collection.wordings(OTHER + TEXT)
    assert sorted(keys.tolist() for _, keys in found) == expected
    for hit, keys in found:
        here = TEXT if {1, 4, 7} & set(keys.tolist()) else OTHER
        assert (OTHER + TEXT)[hit.start : hit.end] == here
        assert hit.share == hit.covered == 1.0


def test_passages_are_asked_for_once_each_and_never_the_key_of_none() -> None:
    source = Asked([])
    found = Collection((), NOTHING_HIDDEN, source).passages(np.array([5, 0, -3, 5, 0], np.int64))
    assert source.keys == [-3, 5]
    assert {key: passage.item_id for key, passage in found.items()} == {-3: "item--3", 5: "item-5"}


@given(first=st.integers(1, 8), second=st.integers(0, 12), queries=st.integers(0, 3), seed=st.integers(0, 1000))
def test_merging_keeps_the_nearest_and_the_first_of_equal_ones(
    first: int, second: int, queries: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    ours, theirs = (-np.sort(-rng.integers(-4, 5, (queries, n)) / 4, axis=1) for n in (first, second))
    keys = np.arange(1, first + second + 1) * np.ones((queries, 1), np.int64)
    findings = (ours.astype(np.float32), keys[:, :first]), (theirs.astype(np.float32), keys[:, first:])
    similarities, found = merge(first, *findings)
    assert similarities.shape == found.shape == (queries, first)
    for i in range(queries):
        both = [*zip(-ours[i], keys[i, :first], strict=True), *zip(-theirs[i], keys[i, first:], strict=True)]
        best = sorted(both)[:first]
        assert [(-s, k) for s, k in zip(similarities[i], found[i], strict=True)] == best
