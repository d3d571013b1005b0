"""Find where a text shares its wording with known passages, through an inverted index of shingles.

A shingle is three characters of a skeleton (letters, digits, Chinese characters; see `normalise`).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SHINGLE = 3
_LEAST_SHARE = 0.2  # of a known passage's shingle weight inside one window; less is chance
_LEAST_RUN = 11  # different shingles in one window; as many are no chance, however long the known passage
_COMMONEST = 0.02  # share of known passages; a shingle found in more of them says nothing
_NEVER_COMMON = 200  # passages; in a small library even a piece stored many times is found
_Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class WordingHit:
    """A known passage some of whose wording stands between `start` and `end` of the searched skeleton.

    Attributes:
        row: position of the known passage in the index.
        start, end: span in the searched skeleton that holds the shared shingles.
        share: 0-1, part of the known passage's shingles (weighted by rarity) found in that span.
        covered: 0-1, part of the known passage's characters that lie in a shared shingle, in any order.
    """

    row: int
    start: int
    end: int
    share: float
    covered: float


class WordingIndex:
    """Inverted index from shingles to the known passages that hold them."""

    def __init__(self, skeletons: list[str]):
        self._lengths = np.array([len(s) for s in skeletons], dtype=np.int64)
        grams = [shingles(s) for s in skeletons]
        rows = np.repeat(np.arange(len(skeletons)), [len(g) for g in grams])
        places = np.concatenate([np.arange(len(g)) for g in grams]) if grams else np.empty(0, np.int64)
        codes = np.concatenate(grams) if grams else np.empty(0, np.int64)
        order = np.argsort(codes, kind="stable")
        self._codes, firsts = np.unique(codes[order], return_index=True)
        self._firsts: _Ints = np.append(firsts, len(codes)).astype(np.int64)
        self._rows, self._places = rows[order], places[order]
        number = np.repeat(np.arange(len(self._codes)), np.diff(self._firsts))
        pairs = np.unique(np.stack([number, self._rows], axis=1), axis=0)  # a repeated shingle counts once
        holders = np.bincount(pairs[:, 0], minlength=len(self._codes))
        total = max(len(skeletons), 1)
        self._rarity = np.log1p(total / np.maximum(holders, 1))
        self._rarity[holders > max(_COMMONEST * total, _NEVER_COMMON)] = 0.0
        self._weights = np.bincount(pairs[:, 1], weights=self._rarity[pairs[:, 0]], minlength=len(skeletons))

    def search(self, skeleton: str) -> list[WordingHit]:
        """Known passages that share wording with `skeleton`, one hit each where they share the most."""
        at, code = self._known(shingles(skeleton))
        counts = self._firsts[code + 1] - self._firsts[code]
        if not counts.sum():
            return []
        within: _Ints = np.arange(int(counts.sum()), dtype=np.int64) - np.repeat(np.cumsum(counts) - counts, counts)
        posting: _Ints = np.repeat(self._firsts[code], counts) + within
        row, place = self._rows[posting], self._places[posting]
        at, number = np.repeat(at, counts), np.repeat(code, counts)
        order = np.lexsort((at, row))
        row, place, at, number = row[order], place[order], at[order], number[order]
        hits: list[WordingHit] = []
        for i, j in zip(*self._best_windows(row, at, self._rarity[number], len(skeleton)), strict=True):
            known = int(row[i])
            different = np.unique(number[i:j])
            share = float(self._rarity[different].sum() / self._weights[known])
            if share >= _LEAST_SHARE or len(different) >= _LEAST_RUN:
                covered = _covered(place[i:j]) / int(self._lengths[known])
                hits.append(WordingHit(known, int(at[i]), int(at[j - 1]) + SHINGLE, min(share, 1.0), covered))
        return hits

    def _known(self, codes: _Ints) -> tuple[_Ints, _Ints]:
        """Places in the searched text whose shingle is in the index and tells something; its number there."""
        if not len(self._codes):
            return np.empty(0, np.int64), np.empty(0, np.int64)
        found = np.minimum(np.searchsorted(self._codes, codes), len(self._codes) - 1)
        known = (self._codes[found] == codes) & (self._rarity[found] > 0)
        return np.flatnonzero(known), found[known]

    def _best_windows(self, row: _Ints, at: _Ints, weight: NDArray[np.float64], length: int) -> tuple[_Ints, _Ints]:
        """For each row the stretch of hits [first, last) within one window that weighs most, if it may be enough."""
        stride = length + int(self._lengths.max()) * 2 + 64
        key = row * stride + at
        end = np.searchsorted(key, key + self._lengths[row] * 3 // 2 + 8)
        sums = np.concatenate([[0.0], np.cumsum(weight)])
        share = (sums[end] - sums[:-1]) / np.maximum(self._weights[row], 1e-9)
        starts = np.flatnonzero(np.diff(row, prepend=-1))
        best = np.maximum.reduceat(share, starts)
        spread = np.repeat(best, np.diff(np.append(starts, len(row))))
        enough = (share >= _LEAST_SHARE) | (end - np.arange(len(row)) >= _LEAST_RUN)
        is_best = np.flatnonzero((share == spread) & enough)
        first = is_best[np.unique(row[is_best], return_index=True)[1]]
        return first, end[first]


def shingles(skeleton: str) -> _Ints:
    """The shingles of a skeleton in order, each as one number: shape (max(0, len - 2),)."""
    points = np.frombuffer(skeleton.encode("utf-32-le"), dtype=np.uint32).astype(np.int64)
    if len(points) < SHINGLE:
        return np.empty(0, np.int64)
    return (points[:-2] << 42) | (points[1:-1] << 21) | points[2:]


def _covered(places: _Ints) -> int:
    """How many characters the shingles starting at `places` cover together."""
    starts = np.unique(places)
    return int(np.minimum(np.diff(starts, append=starts[-1] + SHINGLE), SHINGLE).sum())
