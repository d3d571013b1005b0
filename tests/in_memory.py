"""Known pieces held in memory, for tests that need more than the shipped ones and no store."""

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from contentcheck.engine.collection import Collection
from contentcheck.engine.documents import CorpusItem
from contentcheck.engine.encoder import Encoder, Vectors
from contentcheck.engine.library import Library
from contentcheck.engine.normalise import normalise
from contentcheck.engine.passages import KnownPassage, cut
from contentcheck.engine.reference import GROUPS, Reference, bones, known
from contentcheck.engine.shard import Shard


class Pieces:
    """Items cut into passages with their vectors; the keys count from 1."""

    def __init__(self, items: Iterable[CorpusItem], encoder: Encoder):
        pairs = [(item, passage) for item in items for passage in cut(item.title, item.text)]
        self.by_key = {key: known(item, passage) for key, (item, passage) in enumerate(pairs, 1)}
        self.keys = np.array(list(self.by_key), dtype=np.int64)
        self.vectors: Vectors = encoder.encode([normalise(p.text).text for _, p in pairs])
        self.bones = [bones(passage) for _, passage in pairs]

    @property
    def genres(self) -> list[str]:
        """Of each passage."""
        return [p.genre for p in self.by_key.values()]

    def shard(self, groups: NDArray[np.int8], number: int) -> Shard:
        """All of them as one shard."""
        return Shard.of(self.keys, groups, self.vectors, self.bones, number)

    def passages(self, keys: list[int]) -> dict[int, KnownPassage]:
        """As a `PassageSource`."""
        return {key: self.by_key[key] for key in keys if key in self.by_key}


def posts_of(encoder: Encoder, *items: CorpusItem) -> Collection:
    """An account's published posts."""
    pieces = Pieces(items, encoder)
    shard = pieces.shard(np.zeros(len(pieces.keys), np.int8), 1)
    return Collection((shard,), np.empty(0, np.int64), pieces)


def library_with(
    reference: Reference,
    items: Iterable[CorpusItem],
    encoder: Encoder,
    grouping: Callable[[list[str], Vectors], NDArray[np.int8]] | None = None,
) -> Library:
    """The shipped pieces and these, in the groups of their genres, or as `grouping` says by genres and vectors."""
    pieces = Pieces(items, encoder)
    by_genre = np.array([reference.group_of(g) for g in pieces.genres], dtype=np.int8)
    own = pieces.shard(grouping(pieces.genres, pieces.vectors) if grouping else by_genre, GROUPS)
    both = Collection((reference.known, own), np.empty(0, np.int64), _Joined(reference, pieces))
    nearest = reference.nearest.with_shard(own, reference.background.vectors)
    return Library(reference, both, nearest, f"{reference.edition.version}+{len(pieces.keys)}")


class _Joined:
    def __init__(self, reference: Reference, own: Pieces):
        self._reference, self._own = reference, own

    def passages(self, keys: list[int]) -> dict[int, KnownPassage]:
        return {**self._reference.passages(keys), **self._own.passages(keys)}
