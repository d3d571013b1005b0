"""All known pieces, the shipped edition's and the user's own, against ordinary writing."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .collection import Collection, merge
from .drift import Nearest, mean_of_found
from .encoder import Vectors
from .index import Rows
from .reference import BY_SUBJECT, GROUPS, NEIGHBOURS, PLAIN, REFLECTIVE, Reference

BACKGROUND_WEIGHT = 0.3
"""How much of the likeness to ordinary text is subtracted. The whole of it helps on the kinds of text the
background holds and hurts on those it does not; a third helps on both (measured by leaving kinds out)."""
HANDICAP = {REFLECTIVE: 0.0, BY_SUBJECT: 0.02}  # by the groups that make a draft common
"""Genres told by their subjects (gossip, scares) share them with news and have to be nearer to count."""


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """How passages stand to the library, one row for each passage.

    Attributes:
        contrast: cosine units, about -0.2 to 0.6: likeness to known pieces less that to ordinary writing,
            the larger of the two groups of genres.
        ordinary: mean cosine to the nearest ordinary writing.
        keys: known passages nearest in meaning, all groups together, nearest first; 0 where there are fewer.
        similarities: their cosines.
    """

    contrast: NDArray[np.float64]
    ordinary: NDArray[np.float64]
    keys: Rows
    similarities: NDArray[np.float32]

    def part(self, which: slice) -> "Neighbourhood":
        """The same for some of the passages."""
        return Neighbourhood(self.contrast[which], self.ordinary[which], self.keys[which], self.similarities[which])


class Library:
    """One moment of everything that a draft is held against."""

    def __init__(self, reference: Reference, known: Collection, nearest: Nearest, version: str):
        """`nearest`: of the whole collection to the reference's background."""
        self.reference = reference
        self.edition = reference.edition
        self.known = known
        self.version = version
        self._nearest = nearest
        shipped = reference.nearest.means()
        self._gained = np.where(shipped > -1, nearest.means() - shipped, 0.0)  # (groups, background)

    def neighbourhood(self, vectors: Vectors) -> Neighbourhood:
        """Where passages with these vectors stand."""
        ordinary, rows = self.reference.background_index.search(vectors, NEIGHBOURS)
        likeness: list[NDArray[np.float64]] = []
        found: list[tuple[NDArray[np.float32], Rows]] = []
        for group in range(GROUPS):
            similarities, keys = self.known.nearest(vectors, NEIGHBOURS, group)
            found.append((similarities, keys))
            if group in HANDICAP:
                like = mean_of_found(similarities, keys) - self._chance_gain(group, rows) - HANDICAP[group]
                likeness.append(like)
        similarities, keys = merge(NEIGHBOURS, *found)
        usual = ordinary.mean(axis=1, dtype=np.float64) if ordinary.shape[1] else np.zeros(len(vectors))
        return Neighbourhood(
            contrast=np.max(likeness, axis=0) - BACKGROUND_WEIGHT * usual,
            ordinary=usual,
            keys=keys,
            similarities=similarities,
        )

    @cached_property
    def chance(self) -> tuple[float, float]:
        """The cosine that half of ordinary passages, and the one that one in 200, reach with some known passage.

        Encoders differ: what is a close likeness for one is chance for another.
        """
        best = self._nearest.best()
        if not best.size:
            return 0.0, 0.0
        median, rare = np.quantile(best, [0.5, 0.995])
        return float(median), float(rare)

    @property
    def drift(self) -> float:
        """Cosine units: how much nearer than to the shipped edition ordinary writing is on the average."""
        return float(self._gained.mean()) if self._gained.size else 0.0

    def _chance_gain(self, group: int, rows: Rows) -> NDArray[np.float64]:
        """What ordinary writing beside each passage has gained, shape (n,)."""
        return self._gained[group][rows].mean(axis=1) if rows.shape[1] else np.zeros(len(rows))


def groups_of(genres: Sequence[str], vectors: Vectors, shipped: Library, midpoint: float) -> NDArray[np.int8]:
    """The group of each passage of a user's pieces, by its genre and by how it reads.

    A piece may be added to find copies of it although it reads like any news: it must not make news look common. So a
    passage is PLAIN whose contrast with the shipped edition is below `midpoint`, where a draft is as likely original
    as common, or that is as near to ordinary writing as the plain ones of the shipped edition.
    """
    by_genre = np.array([shipped.reference.group_of(g) for g in genres], dtype=np.int8)
    around = shipped.neighbourhood(vectors)
    plain = (around.contrast < midpoint) | (around.ordinary > shipped.reference.usual)
    return np.where(plain, np.int8(PLAIN), by_genre)


def shipped_library(reference: Reference) -> Library:
    """The edition alone."""
    known = Collection((reference.known,), np.empty(0, np.int64), reference)
    return Library(reference, known, reference.nearest, reference.edition.version)
