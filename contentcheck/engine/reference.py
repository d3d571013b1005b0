"""What is the same for every user: the shipped edition, encoded, with the ordinary writing it is held against."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .documents import CorpusItem, Edition, Sample
from .drift import Nearest
from .encoder import Encoder, Vectors
from .index import PassageIndex, Rows
from .normalise import bare, normalise
from .passages import KnownPassage, cut
from .segment import Passage
from .shard import Shard
from .subjects import Subjects

REFLECTIVE, BY_SUBJECT, PLAIN = 0, 1, 2
GROUPS = 3
"""Passages that are searched apart: of genres told by their feelings and wisdom, of genres told by their subjects,
which they share with news, and passages that read like ordinary writing whatever their genre: of these only copies are
found, and being near them makes no draft more common."""
NEIGHBOURS = 10  # how many known passages a likeness is averaged over; fewer is noise, more blurs genres


class Texts:
    """Texts cut into passages, with a vector for each passage; titles count as passages."""

    def __init__(self, documents: list[tuple[str, str]], encoder: Encoder):
        """`documents`: (title, text) pairs."""
        cuts = [cut(title, text) for title, text in documents]
        self.passages: list[Passage] = [p for passages in cuts for p in passages]
        self.vectors: Vectors = encoder.encode([normalise(p.text).text for p in self.passages])
        self.owners: Rows = np.repeat(np.arange(len(cuts)), [len(c) for c in cuts]).astype(np.int64)

    def __len__(self) -> int:
        return len(self.passages)


class Samples(Texts):
    """Ordinary writing, each passage with the kind of its sample."""

    def __init__(self, samples: tuple[Sample, ...], encoder: Encoder):
        super().__init__([(s.title, s.text) for s in samples], encoder)
        kinds = np.array([s.kind for s in samples] or [""], dtype=object)
        self.kinds: NDArray[np.object_] = kinds[self.owners]


class Reference:
    """An edition made ready for one encoder.

    Attributes:
        known: the shipped pieces as a shard; the key of passage `row` is `row - len(known)`, below zero.
        usual: mean cosine to the nearest ordinary writing beyond which a known passage is PLAIN. Half of the shipped
            ones are: leaving them out of the comparison helps drafts, titles and articles alike (measured).
    """

    def __init__(self, edition: Edition, encoder: Encoder):
        self.edition = edition
        self.background = Samples(edition.background, encoder)
        self.fields = Samples(edition.fields, encoder)
        self.background_index = PassageIndex(self.background.vectors)
        pieces = Texts([(i.title, i.text) for i in edition.items], encoder)
        self.vectors = pieces.vectors
        owners: list[int] = pieces.owners.tolist()
        self._passages = [known(edition.items[o], p) for o, p in zip(owners, pieces.passages, strict=True)]
        ordinary = self.background_index.top_mean(pieces.vectors, NEIGHBOURS)
        self.usual = float(np.median(ordinary)) if len(pieces) else 1.0
        by_genre = np.array([self.group_of(p.genre) for p in self._passages], dtype=np.int8)
        self.known = Shard.of(
            np.arange(-len(pieces), 0, dtype=np.int64),
            np.where(ordinary > self.usual, np.int8(PLAIN), by_genre),
            pieces.vectors,
            [bones(p) for p in pieces.passages],
            GROUPS,
        )

    @cached_property
    def nearest(self) -> Nearest:
        """The shipped pieces nearest to each passage of the background."""
        empty = Nearest.to(self.background.vectors, GROUPS, NEIGHBOURS)
        return empty.with_shard(self.known, self.background.vectors)

    @cached_property
    def subjects(self) -> Subjects:
        """Trades and kinds of writing, and where they lie."""
        genres = np.array([p.genre for p in self._passages], dtype=object)
        wise = np.array([self.group_of(g) == REFLECTIVE for g in genres], dtype=bool)
        return Subjects(
            (self.fields.vectors, self.fields.kinds),
            (self.background.vectors, self.background.kinds),
            (self.vectors[wise], genres[wise]),
        )

    @property
    def telling(self) -> Rows:
        """Rows of the shipped passages that make a draft common, ascending: all but the PLAIN ones."""
        return np.sort(np.concatenate([self.known.groups[group][0] for group in (REFLECTIVE, BY_SUBJECT)]))

    def group_of(self, genre: str) -> int:
        """REFLECTIVE or BY_SUBJECT; a genre that the edition does not know is taken for the latter."""
        known = self.edition.genres.get(genre)
        return REFLECTIVE if known is not None and known.reflective else BY_SUBJECT

    def passages(self, keys: list[int]) -> dict[int, KnownPassage]:
        """Shipped passages by key, as a `PassageSource`."""
        return {key: self._passages[key] for key in keys if -len(self._passages) <= key < 0}


def known(item: CorpusItem, passage: Passage) -> KnownPassage:
    """A passage with what a match says of its item."""
    return KnownPassage(item.id, item.genre, item.title, item.published, passage.text, passage.start, passage.end)


def bones(passage: Passage) -> str:
    """The skeleton by which a known passage's wording is found: none for a title."""
    return "" if passage.start == passage.end else bare(passage.text)
