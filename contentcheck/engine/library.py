"""The reference side of a check: known pieces, ordinary writing and other trades, indexed for one encoder."""

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .documents import CorpusItem, Edition, Sample
from .encoder import Encoder, Vectors
from .index import KnownPassage, PassageIndex, Rows
from .normalise import normalise, replace_unencodable, skeleton
from .segment import segment
from .wording import WordingIndex

NEIGHBOURS = 10  # how many known passages a contrast is averaged over; fewer is noise, more blurs genres
BACKGROUND_WEIGHT = 0.5
"""How much of the likeness to ordinary text is subtracted. The whole of it helps on the kinds of text the
background holds and hurts on those it does not; half helps on both (measured by leaving kinds out)."""
SUBJECT_HANDICAP = 0.02
"""Genres told by their subjects (gossip, scares) share them with news and have to be nearer to count."""
_DRIFT_SAMPLE = 8  # every n-th background passage tells how a grown library scores ordinary text


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """How passages stand to the library, one row for each passage.

    Attributes:
        contrast: cosine units, about -0.2 to 0.6: likeness to known pieces less that to ordinary writing,
            the larger of the two families of genres.
        rows: known passages nearest in meaning, both families together, nearest first.
        similarities: their cosines.
    """

    contrast: NDArray[np.float64]
    rows: Rows
    similarities: NDArray[np.float32]

    def part(self, which: slice) -> "Neighbourhood":
        """The same for some of the passages."""
        return Neighbourhood(self.contrast[which], self.rows[which], self.similarities[which])


class Collection:
    """Texts cut into passages, with a vector for each passage; titles count as passages."""

    def __init__(self, documents: list[tuple[str, str]], encoder: Encoder):
        """`documents`: (title, text) pairs."""
        self.passages = [p for owner, (title, text) in enumerate(documents) for p in _cut(owner, title, text)]
        self.vectors: Vectors = encoder.encode([normalise(p.text).text for p in self.passages])
        self.owners = np.array([p.owner for p in self.passages], dtype=np.int64)

    def __len__(self) -> int:
        return len(self.passages)


class SampleCollection(Collection):
    """Ordinary writing, each passage with the kind of its sample."""

    def __init__(self, samples: tuple[Sample, ...], encoder: Encoder):
        super().__init__([(s.title, s.text) for s in samples], encoder)
        kinds = np.array([s.kind for s in samples] or [""], dtype=object)
        self.kinds: NDArray[np.object_] = kinds[self.owners]


class Library:
    """All known pieces (the shipped edition's and the user's own) against ordinary writing."""

    def __init__(self, edition: Edition, items: list[CorpusItem], encoder: Encoder):
        self.edition = edition
        self._encode = encoder.encode
        self.items = [*edition.items, *items]
        self.known = Collection([(i.title, i.text) for i in self.items], encoder)
        self.background = SampleCollection(edition.background, encoder)
        self.fields = SampleCollection(edition.fields, encoder)
        self._background_index = PassageIndex(self.background.vectors)
        shipped = self.known.owners < len(edition.items)
        reflective = np.array([self._is_reflective(i.genre) for i in self.items], dtype=bool)[self.known.owners]
        self._families = [
            _Family(self.known.vectors, np.flatnonzero(members), shipped, handicap, self._ordinary_sample())
            for members, handicap in ((reflective, 0.0), (~reflective, SUBJECT_HANDICAP))
        ]

    def neighbourhood(self, vectors: Vectors) -> Neighbourhood:
        """Where passages with these vectors stand."""
        ordinary = BACKGROUND_WEIGHT * self._background_index.top_mean(vectors, NEIGHBOURS)
        likeness, similarities, rows = zip(*(f.search(vectors) for f in self._families), strict=True)
        similarity, row = np.concatenate(similarities, axis=1), np.concatenate(rows, axis=1)
        order = np.argsort(-similarity, axis=1, kind="stable")[:, :NEIGHBOURS]
        return Neighbourhood(
            contrast=np.max(likeness, axis=0) - ordinary,
            rows=np.take_along_axis(row, order, axis=1),
            similarities=np.take_along_axis(similarity, order, axis=1),
        )

    def nearest(self, text: str, count: int) -> list[tuple[float, CorpusItem, str]]:
        """(cosine, item, its passage) of the known passages nearest in meaning to a text, nearest first."""
        similarities, rows = PassageIndex(self.known.vectors).search(self._encode([normalise(text).text]), count)
        return [
            (float(s), self.item_of(int(row)), self.known.passages[int(row)].text)
            for s, row in zip(similarities[0], rows[0], strict=True)
        ]

    @cached_property
    def version(self) -> str:
        """The edition's version, with a digest of the user's items where there are any."""
        own = self.items[len(self.edition.items) :]
        if not own:
            return self.edition.version
        digest = hashlib.sha256()
        for item in own:
            digest.update(f"{item.id}\0{item.genre}\0{item.title}\0{item.text}\1".encode("utf-8", "replace"))
        return f"{self.edition.version}+{len(own)}.{digest.hexdigest()[:12]}"

    @cached_property
    def skeletons(self) -> list[str]:
        """The skeleton of each known passage, empty for titles, which are not looked for in drafts."""
        return ["" if p.is_title else skeleton(normalise(p.text)).text for p in self.known.passages]

    @cached_property
    def wording(self) -> WordingIndex:
        """Finds wordings; its rows are those of `holders`."""
        return WordingIndex(list(self._rows_by_wording))

    @cached_property
    def holders(self) -> list[list[int]]:
        """For each different wording the known passages that have it: the same text may be stored many times."""
        return list(self._rows_by_wording.values())

    @cached_property
    def _rows_by_wording(self) -> dict[str, list[int]]:
        rows: dict[str, list[int]] = {}
        for row, wording in enumerate(self.skeletons):
            rows.setdefault(wording, []).append(row)
        return rows

    @cached_property
    def chance(self) -> tuple[float, float]:
        """The cosine that half of ordinary passages, and the one that one in 200, reach with some known passage.

        Encoders differ: what is a close likeness for one is chance for another.
        """
        found = [f.search(self._ordinary_sample())[1][:, :1] for f in self._families]
        best = np.concatenate(found, axis=1)
        if not best.size:
            return 0.0, 0.0
        median, rare = np.quantile(best.max(axis=1), [0.5, 0.995])
        return float(median), float(rare)

    def item_of(self, row: int) -> CorpusItem:
        """The item that known passage `row` belongs to."""
        return self.items[self.known.passages[row].owner]

    def _is_reflective(self, genre: str) -> bool:
        known = self.edition.genres.get(genre)
        return known is not None and known.reflective

    def _ordinary_sample(self) -> Vectors:
        return self.background.vectors[::_DRIFT_SAMPLE]


class _Family:
    """Genres that are told the same way, with how far their growth has moved ordinary text.

    A larger library is nearer to everything. What it has come nearer to ordinary text, compared with the
    shipped edition alone, is taken off, so that a growing library does not move ordinary drafts.
    """

    def __init__(self, vectors: Vectors, rows: Rows, shipped: NDArray[np.bool_], handicap: float, ordinary: Vectors):
        self._rows = rows
        self._index = PassageIndex(vectors[rows])
        self._offset = handicap
        if not shipped[rows].all() and len(ordinary):
            now = self._index.top_mean(ordinary, NEIGHBOURS)
            then = PassageIndex(vectors[rows[shipped[rows]]]).top_mean(ordinary, NEIGHBOURS)
            self._offset += float(np.mean(now - then))

    def search(self, vectors: Vectors) -> tuple[NDArray[np.float64], NDArray[np.float32], Rows]:
        similarities, found = self._index.search(vectors, NEIGHBOURS)
        if not similarities.shape[1]:
            return np.full(len(vectors), -1.0), similarities, found
        return similarities.mean(axis=1, dtype=np.float64) - self._offset, similarities, self._rows[found]


def _cut(owner: int, title: str, text: str) -> list[KnownPassage]:
    """Passages of a known text, its title first; a text without sentences is one passage."""
    clean, _ = replace_unencodable(text)
    passages = [KnownPassage(owner, p.text, p.start, p.end) for p in segment(clean).passages]
    if not passages and clean.strip():
        passages = [KnownPassage(owner, clean, 0, len(clean))]
    heading, _ = replace_unencodable(title)
    return [KnownPassage(owner, heading, 0, 0), *passages] if heading.strip() else passages
