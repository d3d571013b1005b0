"""Find pieces that are nearly the same: a forwarded text with a few words changed, a sentence added or moved.

Pieces are compared by their shingles, the three-character pieces of their skeleton (see `engine.wording`), with the
Jaccard likeness: shared shingles by all shingles. Comparing every pair would take days for a large library, so each
piece gets a few band keys, and only pieces that share one are compared.

A skeleton of fewer than three characters has no shingles and no keys: it has exact duplicates, and no near ones.
"""

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from contentcheck.engine.wording import shingles

if TYPE_CHECKING:
    from datasketch import MinHash

# One two-character word changed in 20 characters gives 0.63, a sentence of a third added 0.75, sentences in another
# order 0.9. Different texts in the same frame (two notices, two products of a line) reach 0.42, parodies of one
# saying 0.47. Of 20 million pairs of real pieces (sayings, shop texts, the edition) 31 are at 0.6 or above: 25 variants
# of one text, and 6 pairs of lines of two songs' refrains.
NEAR = 0.6
"""Pieces whose likeness is at least this are near duplicates."""

BANDS = 12
"""Keys of one piece. Two pieces of likeness j share one with probability 1 - (1 - j**3)**12.

That is 0.95 at 0.6, 0.80 at 0.5, 0.28 at 0.3, 0.01 at 0.1.
"""

_ROWS = 3  # minima that must all agree for a key to agree
# Keys are stored: whoever changes a number below, or the library's own scheme, must recompute all that were kept.
_SEED = 1
_SCHEME = "affine32"
_FOLD = np.uint64(0x9E3779B97F4A7C15)  # the golden ratio: multiplying and keeping the high bits spreads near codes
_HALF = np.uint64(32)


def bands(skeleton: str) -> list[int]:
    """The band keys of a skeleton: BANDS signed 64-bit integers, or none for fewer than three characters.

    The same on every machine and in every run. Two pieces that share any key are candidates for `likeness`. Keys of
    different bands differ, so all can stand in one column.

    Raises:
        UnicodeEncodeError: if the skeleton holds a lone surrogate.
    """
    codes = shingles(skeleton)
    if not len(codes):
        return []
    hashes = (codes.astype(np.uint64) * _FOLD) >> _HALF
    sketch = _empty_sketch().copy()
    sketch.update_batch(hashes.tolist())
    minima = sketch.hashvalues.reshape(BANDS, _ROWS).astype(np.uint64)
    return (minima * _multipliers()).sum(axis=1).view(np.int64).tolist()


def likeness(a: str, b: str) -> float:
    """The Jaccard likeness of two skeletons' shingles, 0-1: 1 for the same set, 0 for nothing in common.

    Where neither has shingles, 1 if they are equal and 0 if not.

    Raises:
        UnicodeEncodeError: if a skeleton holds a lone surrogate.
    """
    of_a, of_b = set(shingles(a).tolist()), set(shingles(b).tolist())
    every = len(of_a | of_b)
    return len(of_a & of_b) / every if every else float(a == b)


@cache
def _empty_sketch() -> "MinHash":
    """A sketch to copy, so that its permutations are drawn once."""
    from datasketch import MinHash  # takes a third of a second, which only an import needs

    return MinHash(num_perm=BANDS * _ROWS, seed=_SEED, scheme=_SCHEME, hashfunc=int)


@cache
def _multipliers() -> NDArray[np.uint64]:
    """Odd 64-bit numbers, shape (BANDS, _ROWS): three minima times these, summed modulo 2**64, are a key.

    From RandomState, whose stream numpy promises never to change.
    """
    drawn = np.random.RandomState(_SEED).randint(2**63, size=(BANDS, _ROWS), dtype=np.uint64)
    return drawn * np.uint64(2) + np.uint64(1)
