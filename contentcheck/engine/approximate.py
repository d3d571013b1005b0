"""Approximate search of many vectors: built batch by batch, and held to its promise by measuring it."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import faiss
import numpy as np
from numpy.typing import NDArray

from .encoder import Vectors

TOLERANCE = 0.01  # cosine; what a search may miss of each neighbour without counting as wrong

_AGREEMENT = 0.985  # the promise is 0.98; the rest is for chance in the trial queries
_TRIALS = 300
_TRIAL_NEIGHBOURS = 10
_CANDIDATES = (4.0, 6.0, 8.0, 10.0, 12.0, 16.0, *(20.0 * 2**i for i in range(8)))  # tried for each neighbour asked for
_RANKING = 80  # ranking a candidate by its 8-bit vector takes as long as looking at so many 4-bit codes (measured)
_MOST_LISTS = 4096  # more would take minutes to train
_SAMPLES_A_LIST = 40  # faiss asks for 39

Rows = NDArray[np.int64]
Batches = Callable[[], Iterator[Vectors]]
Progress = Callable[[int, int], None]


def no_progress(_done: int, _total: int) -> None:
    """For callers that do not show any."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How widely a search looks: inverted lists probed, and candidates ranked for each neighbour asked for."""

    lists: int
    candidates: float


@dataclass(frozen=True, slots=True)
class ApproximateIndex:
    """4-bit codes of rotated, shortened vectors in inverted lists find candidates, 8-bit vectors rank them."""

    index: faiss.IndexRefine
    effort: Effort

    def search(self, queries: Vectors, k: int) -> tuple[NDArray[np.float32], Rows]:
        """The `k` nearest of each query, (n, k); `queries` contiguous, `k` at most the size of the index."""
        probing = faiss.SearchParametersIVF()
        probing.nprobe = self.effort.lists
        params = faiss.IndexRefineSearchParameters()
        params.k_factor = max(1.0, min(self.effort.candidates, self.index.ntotal / k))
        shortened = faiss.SearchParametersPreTransform()
        shortened.index_params = probing
        params.base_index_params = shortened
        similarities, rows = self.index.search(queries, k, params=params)
        short = (rows < 0).any(axis=1)
        if short.any():  # the lists that were probed hold fewer than k vectors: look at all
            similarities[short], rows[short] = self.index.refine_index.search(queries[short], k)
        return similarities, rows


def build_approximate(batches: Batches, count: int, dim: int, progress: Progress) -> tuple[ApproximateIndex, float]:
    """An index of the vectors (see `PassageIndex.build`), and its measured agreement with brute force, 0 to 1.

    Neither all vectors nor more than a few hundred MB of them are ever in memory; the same vectors give the
    same index.
    """
    lists = 2 ** int(math.log2(min(_MOST_LISTS, 6 * math.sqrt(count), count / _SAMPLES_A_LIST)))
    rng = np.random.default_rng(0)
    chosen = np.sort(rng.choice(count, min(count, lists * _SAMPLES_A_LIST), replace=False))
    sample = np.empty((len(chosen), dim), np.float32)
    extremes = np.zeros((2, dim), np.float32)
    start = 0
    for batch in one_pass(batches, count, 0, 2 * count, progress):
        first, last = np.searchsorted(chosen, [start, start + len(batch)])
        sample[first:last] = batch[chosen[first:last] - start]
        extremes = np.stack([np.minimum(extremes[0], batch.min(axis=0)), np.maximum(extremes[1], batch.max(axis=0))])
        start += len(batch)
    # A mix of three is as far from all that is stored, and as hard to find neighbours for, as a new sentence.
    queries = sample[rng.permutation(len(sample))[: 3 * _TRIALS]].reshape(3, -1, dim).sum(axis=0)
    faiss.normalize_L2(queries)

    # Half the dimensions hold 95 % of what sentence vectors differ by, and take half the time. The rotation spreads it
    # evenly: all parts of a code tell as much.
    short = max(1, dim // 2)
    recipe = f"PCAR{short},IVF{lists},PQ{short // math.gcd(short, 4)}x4fs"
    codes = faiss.index_factory(dim, recipe, faiss.METRIC_INNER_PRODUCT)
    faiss.extract_index_ivf(codes).cp.niter = 10
    vectors = faiss.IndexScalarQuantizer(dim, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT)
    codes.train(sample)
    vectors.train(extremes)  # the 256 steps lie between these: what a sample has not seen would be cut off
    del sample

    index = faiss.IndexRefine(codes, vectors)
    best = faiss.ResultHeap(_TRIALS, _TRIAL_NEIGHBOURS, keep_max=True)
    for batch in one_pass(batches, count, count, 2 * count, progress):
        index.add(batch)
        best.add_result(*faiss.knn(queries, batch, _TRIAL_NEIGHBOURS, faiss.METRIC_INNER_PRODUCT))
    best.finalize()
    return _least_effort(index, queries, best.D, lists)


def _least_effort(
    index: faiss.IndexRefine, queries: Vectors, exact: NDArray[np.float32], lists: int
) -> tuple[ApproximateIndex, float]:
    """With the cheapest effort that reaches `_AGREEMENT`, else the greatest, and the share it reaches."""
    probed = [n for i in range(3, lists.bit_length()) for j in range(4) if (n := 2**i + j * 2 ** (i - 2)) <= lists]

    def cost(effort: Effort) -> float:
        return effort.lists / lists * index.ntotal + _RANKING * effort.candidates * exact.shape[1]

    efforts = sorted((Effort(n, candidates) for n in probed for candidates in _CANDIDATES), key=cost)
    made, agreement = ApproximateIndex(index, efforts[-1]), 0.0
    for effort in efforts:
        made = ApproximateIndex(index, effort)
        found, _ = made.search(queries, exact.shape[1])
        agreement = float(np.mean(found >= exact - TOLERANCE))
        if agreement >= _AGREEMENT:
            break
    return made, agreement


def one_pass(batches: Batches, count: int, done: int, total: int, progress: Progress) -> Iterator[Vectors]:
    """The batches of one pass, each contiguous; `done` rows of all `total` were read before."""
    end = done + count
    for batch in batches():
        done += len(batch)
        if done > end:
            break
        yield np.ascontiguousarray(batch)
        progress(done, total)
    if done != end:
        raise ValueError(f"expected {count} vectors, got {'more' if done > end else count - (end - done)}")
