"""Find where a text shares its wording with known passages, through an inverted index of shingles.

A shingle is three characters of a skeleton (letters, digits, Chinese characters; see `normalise`). The index is
made for a million passages: it is a handful of flat arrays, which can be saved and opened again by memory map.
"""

import hashlib
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

SHINGLE = 3
_LEAST_SHARE = 0.2  # of a known passage's shingle weight inside one window; less is chance
_LEAST_RUN = 11  # different shingles in one window; as many are no chance, however long the known passage
_COMMONEST = 0.02  # share of known passages; a shingle found in more of them says nothing
_NEVER_COMMON = 200  # passages; in a small library even a piece stored many times is found
_ALWAYS_COMMON = 2000  # passages; in a large library no shingle makes a search look at more of them
_BLOCK = 2048  # characters of the searched text; passages that share too little with two in a row are left out
_BITS = 21  # of a character in a code
_FORMAT = 1  # of the saved files; another one is due when they or any number above change
_Ints = NDArray[np.int64]
_Floats = NDArray[np.float64]
_Unsigned = NDArray[np.unsignedinteger[Any]]


@dataclass(frozen=True, slots=True)
class WordingHit:
    """A known wording some of which stands between `start` and `end` of the searched skeleton.

    Attributes:
        row: number of the known wording; `WordingIndex.holders` tells the rows that have it.
        start, end: span in the searched skeleton that holds the shared shingles.
        share: 0-1, part of the known wording's shingles (weighted by rarity) found in that span.
        covered: 0-1, part of the known wording's characters that lie in a shared shingle, in any order.
    """

    row: int
    start: int
    end: int
    share: float
    covered: float


@dataclass(frozen=True, slots=True)
class _Tables:
    """The arrays of an index: N rows with W wordings, in which shingles that tell something stand P times.

    The P postings are in the order of their shingles, then wordings, then places. Of each shingle the first two
    characters are looked up among B pairs, which costs far less memory than a list of all shingles.
    """

    pairs: _Ints  # (B,) codes of two characters, ascending
    firsts: _Unsigned  # (B + 1,) where the postings begin whose shingles begin with each pair
    thirds: _Unsigned  # (P,) last character of the shingle
    rows: NDArray[np.int32]  # (P,) a wording that holds the shingle
    places: _Unsigned  # (P,) where the shingle stands in it
    repeats: _Unsigned  # postings whose wording has the shingle at an earlier place as well, ascending
    lengths: NDArray[np.int32]  # (W,) characters
    weights: _Floats  # (W,) rarities of each wording's different shingles together
    needed: NDArray[np.float32]  # (W,) weight that two neighbouring blocks of a text hold if there is a hit in it
    groups: NDArray[np.int32]  # (W + 1,) where each wording's rows begin in `members`
    members: NDArray[np.int32]  # (N,)
    summary: _Ints  # (2,) format, characters of the longest wording

    def check(self) -> None:
        """Raise ValueError where these cannot be the tables of one index; reads no more than their ends."""
        arrays = [getattr(self, f.name) for f in fields(self)]
        kinds = [a.dtype.str[1:] if a.dtype.kind != "u" else "u" for a in arrays]
        postings, wordings = len(self.rows), len(self.lengths)
        if (
            kinds != ["i8", "u", "u", "i4", "u", "u", "i4", "f8", "f4", "i4", "i4", "i8"]
            or any(a.ndim != 1 for a in arrays)
            or len(self.summary) != 2
            or int(self.summary[0]) != _FORMAT
            or (len(self.thirds), len(self.places)) != (postings, postings)
            or (len(self.weights), len(self.needed)) != (wordings, wordings)
            or (len(self.firsts), len(self.groups)) != (len(self.pairs) + 1, wordings + 1)
            or (int(self.firsts[-1]), int(self.groups[-1])) != (postings, len(self.members))
        ):
            raise ValueError("not the files of one wording index of this version")


@dataclass(frozen=True, slots=True)
class _Shared:
    """What a text shares with an index: K different shingles, which stand in the text n times."""

    at: _Ints  # (n,) places in the text, ascending
    number: _Ints  # (n,) which of the K stands there
    first: _Ints  # (K,) the postings of each
    last: _Ints  # (K,)
    rarity: _Floats  # (K,)

    def blocks(self) -> list["_Shared"]:
        """The same for one block of the text after the other."""
        ends = np.arange(_BLOCK, int(self.at.max(initial=0)) + 1, _BLOCK)
        cuts = np.searchsorted(self.at, ends)
        parts = zip(np.split(self.at, cuts), np.split(self.number, cuts), strict=True)
        return [_Shared(at, number, self.first, self.last, self.rarity) for at, number in parts]


class WordingIndex:
    """Inverted index from shingles to the known wordings that hold them."""

    def __init__(self, skeletons: Iterable[str]):
        """`skeletons`: of every row, read once; the same one in several rows is one wording, numbered as they come.

        A row with an empty skeleton is never found; all such rows have one number as well.
        """
        self._tables = _build(skeletons)
        self._set_numbers()

    def __len__(self) -> int:
        """How many rows it was made of."""
        return len(self._tables.members)

    def holders(self, number: int) -> _Ints:
        """The rows, ascending, that have wording `number`: the same text may be stored many times."""
        first, last = self._tables.groups[number : number + 2]
        return self._tables.members[first:last].astype(np.int64)

    def save(self, folder: Path) -> None:
        """Write the index as npy files into `folder`, which must not hold one that is open anywhere."""
        folder.mkdir(parents=True, exist_ok=True)
        for field in fields(self._tables):
            np.save(_file(folder, field.name), getattr(self._tables, field.name))

    @classmethod
    def load(cls, folder: Path) -> "WordingIndex":
        """Open a saved index by memory map: nothing is read before it is needed, nor checked beyond the sizes.

        Raises:
            ValueError: a file is missing, cut short, or not of such an index.
        """
        try:
            # A plain view: slices of np.memmap itself are slow.
            tables = _Tables(
                *(np.lib.format.open_memmap(_file(folder, f.name), mode="r").view(np.ndarray) for f in fields(_Tables))
            )
        except OSError as error:
            raise ValueError(f"cannot open the wording index: {error}") from error
        tables.check()
        index = cls(())
        index._tables = tables
        index._set_numbers()
        return index

    def _set_numbers(self) -> None:
        self._longest = int(self._tables.summary[1])
        wordings = len(self._tables.lengths)
        self._rarities = _rarity(wordings, np.arange(1, _limit(wordings) + 1))  # of a shingle in 1, 2, ... wordings

    def search(self, skeleton: str) -> list[WordingHit]:
        """Known wordings of which `skeleton` has a part, one hit each where it has the most, by their numbers."""
        shared = self._shared(shingles(skeleton))
        row, place, at, number = self._postings(shared)
        if not len(row):
            return []
        stride = len(skeleton) + self._longest * 2 + 64
        order = np.argsort(row * stride + at)
        row, place, at, number = row[order], place[order], at[order], number[order]
        first, last = self._best_windows(row, at, shared.rarity[number], stride)
        known = row[first]
        hit, inside = _ranges(first, last)

        owner, different = np.divmod(_different(hit * len(shared.rarity) + number[inside]), len(shared.rarity))
        share = _sums(shared.rarity[different], owner, len(known)) / self._tables.weights[known]
        enough = (share >= _LEAST_SHARE) | (np.bincount(owner, minlength=len(known)) >= _LEAST_RUN)

        # So wide that the last place of one hit and the first of the next do not overlap.
        width = self._longest + SHINGLE
        covering = _different(hit * width + place[inside])
        advance = np.minimum(np.diff(covering, append=np.iinfo(np.int64).max), SHINGLE)
        covered = _sums(advance, covering // width, len(known)) / self._tables.lengths[known]
        found = (known, at[first], at[last - 1] + SHINGLE, np.minimum(share, 1.0), covered)
        return [WordingHit(*hit) for hit in zip(*(column[enough].tolist() for column in found), strict=True)]

    def _shared(self, codes: _Ints) -> _Shared:
        """The shingles of a text that are in the index."""
        different, number = np.unique(codes, return_inverse=True)
        pair = np.searchsorted(self._tables.pairs, different >> _BITS)
        begins = self._tables.firsts[pair].astype(np.int64)
        ends = self._tables.firsts[np.searchsorted(self._tables.pairs, different >> _BITS, side="right")]
        third = different & (1 << _BITS) - 1
        first = _first_not_below(self._tables.thirds, third, begins, ends.astype(np.int64))
        last = _first_not_below(self._tables.thirds, third + 1, first, ends.astype(np.int64))
        again = np.searchsorted(self._tables.repeats, last) - np.searchsorted(self._tables.repeats, first)
        known = np.flatnonzero(last > first)
        rarity = self._rarities[(last - first - again)[known] - 1].astype(np.float64)
        at = np.flatnonzero((last > first)[number])
        return _Shared(at, np.searchsorted(known, number[at]), first[known], last[known], rarity)

    def _candidates(self, blocks: list[_Shared]) -> NDArray[np.bool_]:
        """(W,) whether a wording shares enough with some part of the text that there may be a hit."""
        candidates = np.zeros(len(self._tables.lengths), dtype=np.bool_)
        before: _Floats | None = None
        for block in blocks:
            different = _different(block.number)
            which, posting = _ranges(block.first[different], block.last[different])
            here = _sums(block.rarity[different][which], self._tables.rows[posting], len(candidates))
            candidates |= (here if before is None else here + before) >= self._tables.needed
            before = here
        return candidates

    def _postings(self, shared: _Shared) -> tuple[_Ints, _Ints, _Ints, _Ints]:
        """What the text shares with candidates: wording, place in it, place in the text, number of the shingle."""
        found: list[tuple[_Ints, _Ints, _Ints, _Ints]] = []
        blocks = shared.blocks()
        candidates = self._candidates(blocks)
        for block in blocks:
            which, posting = _ranges(block.first[block.number], block.last[block.number])
            row = self._tables.rows[posting]
            keep = np.flatnonzero(candidates[row])
            which, place = which[keep], self._tables.places[posting[keep]].astype(np.int64)
            found.append((row[keep].astype(np.int64), place, block.at[which], block.number[which]))
        row, place, at, number = (np.concatenate(column) for column in zip(*found, strict=True))
        return row, place, at, number

    def _best_windows(self, row: _Ints, at: _Ints, weight: _Floats, stride: int) -> tuple[_Ints, _Ints]:
        """For each row the stretch of hits [first, last) within one window that weighs most, if it may be enough."""
        key = row * stride + at
        end = np.searchsorted(key, key + _window(self._tables.lengths[row]))
        sums = np.concatenate([[0.0], np.cumsum(weight)])
        share = (sums[end] - sums[:-1]) / self._tables.weights[row]
        starts = _begins(row)
        best = np.maximum.reduceat(share, starts)
        spread = np.repeat(best, np.diff(np.append(starts, len(row))))
        enough = (share >= _LEAST_SHARE) | (end - np.arange(len(row)) >= _LEAST_RUN)
        is_best = np.flatnonzero((share == spread) & enough)
        first = is_best[_begins(row[is_best])]
        return first, end[first]


def shingles(skeleton: str) -> _Ints:
    """The shingles of a skeleton in order, each as one number: shape (max(0, len - 2),)."""
    return _codes(np.frombuffer(skeleton.encode("utf-32-le"), dtype=np.uint32))


def _codes(points: NDArray[np.uint32]) -> _Ints:
    """Each three consecutive characters as one number; a character takes 21 bits."""
    if len(points) < SHINGLE:
        return np.empty(0, np.int64)
    codes = points[:-2].astype(np.int64)
    for following in (points[1:-1], points[2:]):  # in place: a large library has no memory to spare
        codes <<= _BITS
        codes |= following
    return codes


def _build(skeletons: Iterable[str]) -> _Tables:
    points, lengths, wording_of_row = _read(skeletons)
    wordings, longest = len(lengths), int(lengths.max(initial=0))
    codes, rows, places = _sorted_postings(points, lengths)
    del points  # of a million passages these arrays are large: each goes as soon as it can

    counts, repeated = _counts(codes, rows)
    spread = counts - np.add.reduceat(repeated, np.cumsum(counts) - counts, dtype=np.int32)
    telling = spread <= _limit(wordings)
    if not telling.all():
        stay = np.repeat(telling, counts)
        codes, rows, places, repeated = codes[stay], rows[stay], places[stay], repeated[stay]
    del counts
    rarity = _rarity(wordings, spread[telling])
    weights = np.zeros(wordings)
    np.add.at(weights, rows[~repeated], np.repeat(rarity, spread[telling]))

    thirds = (codes & (1 << _BITS) - 1).astype(np.uint32)
    codes >>= _BITS
    firsts = _begins(codes)
    return _Tables(
        pairs=codes[firsts],
        firsts=_compact(np.append(firsts, len(codes))),
        thirds=_compact(thirds),
        rows=rows,
        places=places,
        repeats=_compact(np.flatnonzero(repeated)),
        lengths=lengths,
        weights=weights,
        needed=_needed(weights, lengths, float(rarity.min(initial=np.inf))),
        groups=np.append(0, np.cumsum(np.bincount(wording_of_row, minlength=wordings))).astype(np.int32),
        members=np.argsort(wording_of_row, kind="stable").astype(np.int32),
        summary=np.array([_FORMAT, longest], dtype=np.int64),
    )


def _counts(codes: _Ints, rows: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """How many postings each different shingle has, and for each posting whether its wording had the shingle before."""
    begins = _begins(codes)
    repeated = np.zeros(len(rows), dtype=np.bool_)
    repeated[1:] = rows[1:] == rows[:-1]
    repeated[begins] = False
    return np.diff(begins, append=len(codes)).astype(np.int32), repeated


def _read(skeletons: Iterable[str]) -> tuple[NDArray[np.uint32], NDArray[np.int32], NDArray[np.int32]]:
    """The characters of the different skeletons one after another, their lengths, and which one each row has."""
    numbers: dict[bytes, int] = {}
    points, lengths, wording_of_row = bytearray(), array("i"), array("i")
    for skeleton in skeletons:
        characters = skeleton.encode("utf-32-le")
        number = numbers.setdefault(hashlib.blake2b(characters, digest_size=16).digest(), len(numbers))
        wording_of_row.append(number)
        if number == len(lengths):
            points += characters
            lengths.append(len(skeleton))
    return (
        np.frombuffer(points, dtype=np.uint32),
        np.array(lengths, dtype=np.int32),
        np.array(wording_of_row, dtype=np.int32),
    )


def _sorted_postings(
    points: NDArray[np.uint32], lengths: NDArray[np.int32]
) -> tuple[_Ints, NDArray[np.int32], _Unsigned]:
    """Every shingle of every wording: its code, the wording, its place there; by code, then wording, then place."""
    ends = np.cumsum(lengths, dtype=np.int64)
    within = np.ones(len(points), dtype=np.bool_)  # no shingle reaches from one wording into the next
    for distance in range(1, SHINGLE):
        within[np.maximum(ends - distance, 0)[lengths > 0]] = False
    codes = _codes(points)
    codes = codes[within[: len(codes)]]
    order = np.argsort(codes, kind="stable")
    codes = codes[order]
    counts = np.maximum(lengths - (SHINGLE - 1), 0)
    rows = np.repeat(np.arange(len(lengths), dtype=np.int32), counts)[order]
    order -= (np.cumsum(counts, dtype=np.int64) - counts)[rows]
    return codes, rows, _compact(order)


def _needed(weights: _Floats, lengths: NDArray[np.int32], least_rarity: float) -> NDArray[np.float32]:
    """Weight that two neighbouring blocks of a text share with each wording at least, wherever there is a hit."""
    weight = np.minimum(_LEAST_SHARE * weights, _LEAST_RUN * least_rarity)
    blocks = -(-_window(lengths) // _BLOCK) + 1  # that a window touches at most; more than two for a long wording
    weight /= (blocks + 1) // 2  # by so many pairs, one of which has its part
    weight[weights == 0] = np.inf  # nothing to find it by
    return (weight * (1 - 1e-6)).astype(np.float32)  # rounding must not lose a hit


def _limit(wordings: int) -> int:
    """How many of the wordings may hold a shingle that still tells something."""
    return int(min(max(_COMMONEST * wordings, _NEVER_COMMON), _ALWAYS_COMMON))


def _rarity(wordings: int, holders: NDArray[np.integer[Any]]) -> NDArray[np.float32]:
    """How much a shingle tells that so many of the wordings hold.

    At least log 2, hence float64 adds up millions of these float32 numbers exactly: equal shares stay equal
    in whichever order they are added up, and a share that lies on a limit reaches it.
    """
    return np.log1p(wordings / holders).astype(np.float32)


def _window(lengths: NDArray[np.int32]) -> _Ints:
    """How far apart in a text two shingles of a wording may begin, plus one, to count together."""
    return lengths.astype(np.int64) * 3 // 2 + 8


def _ranges(first: NDArray[np.integer[Any]], last: NDArray[np.integer[Any]]) -> tuple[_Ints, _Ints]:
    """The numbers from each `first` up to its `last`, one after another: which range, and the number."""
    first = first.astype(np.int64)
    counts = last.astype(np.int64) - first
    which = np.repeat(np.arange(len(first)), counts)
    return which, np.arange(len(which)) + (first - np.cumsum(counts) + counts)[which]


def _sums(values: NDArray[np.floating[Any]], groups: NDArray[np.integer[Any]], count: int) -> _Floats:
    """(count,) sum of the values in each group."""
    return np.bincount(groups, weights=values, minlength=count).astype(np.float64, copy=False)


def _begins(ascending: _Ints) -> _Ints:
    """Where each different value begins."""
    return np.append(0, np.flatnonzero(ascending[1:] != ascending[:-1]) + 1)[: len(ascending)]


def _different(values: _Ints) -> _Ints:
    """Like np.unique, which takes twenty times as long."""
    ordered = np.sort(values)
    return ordered[_begins(ordered)]


def _compact(numbers: NDArray[np.integer[Any]]) -> _Unsigned:
    """The same in as few bytes as the largest allows: one long text does not fit where short passages do."""
    return numbers.astype(np.min_scalar_type(int(numbers.max(initial=0))))


def _first_not_below(values: _Unsigned, wanted: _Ints, low: _Ints, high: _Ints) -> _Ints:
    """Like np.searchsorted, for each one wanted in its own ascending stretch [low, high) of `values`."""
    while (low < high).any():
        middle = (low + high) // 2
        below = (low < high) & (values[np.minimum(middle, len(values) - 1)] < wanted)
        low, high = np.where(below, middle + 1, low), np.where(below, high, middle)
    return low


def _file(folder: Path, name: str) -> Path:
    return folder / f"wording-{name}.npy"
