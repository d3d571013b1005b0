"""What is stored of one piece, and what became of it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from contentcheck.corpus.duplicates import bands
from contentcheck.engine.documents import CorpusItem
from contentcheck.engine.normalise import bare, normalise
from contentcheck.engine.passages import cut


@dataclass(frozen=True, slots=True)
class Piece:
    """An item ready to be stored.

    Attributes:
        passages: (start, stop, digest of the encoded text) of each; a title has start == stop.
        bones: the skeleton of the text, by which duplicates are told.
        bands: its MinHash bands.
    """

    item: CorpusItem
    passages: list[tuple[int, int, bytes]]
    bones: str
    bands: list[int]


class Fate(StrEnum):
    """What became of a piece that was to be stored."""

    ADDED = "added"
    REPLACED = "replaced"  # another text was there under the same id
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"  # a duplicate, and duplicates were not wanted


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a piece, and which earlier one (by id) it duplicates: likeness 0-1, 1 for the same text."""

    fate: Fate
    duplicate_of: str | None = None
    likeness: float = 0.0


def prepare(items: list[CorpusItem], remember: Callable[[list[str]], list[bytes]]) -> list[Piece]:
    """Cut items into passages and have these encoded: `remember` encodes texts and gives their digests."""
    passages = [cut(i.title, i.text) for i in items]
    digests = iter(remember([normalise(p.text).text for found in passages for p in found]))
    bones = [bare(i.text) for i in items]
    return [
        Piece(item, [(p.start, p.end, next(digests)) for p in found], bone, bands(bone))
        for item, found, bone in zip(items, passages, bones, strict=True)
    ]
