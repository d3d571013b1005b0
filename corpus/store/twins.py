"""Which stored pieces new ones duplicate, exactly or nearly."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from contentcheck.corpus.duplicates import NEAR, likeness
from contentcheck.engine.normalise import bare

from . import schema
from .database import in_parts
from .pieces import Piece
from .vectors import text_digest

_I = schema.items.c


@dataclass(frozen=True, slots=True)
class Twin:
    """A piece that a new one may duplicate; `bones` is its skeleton."""

    id: int
    key: str
    bones: str


class Twins:
    """For each text, and each MinHash band, of some new pieces: the earliest live item of the shelf that has it."""

    def __init__(self, connection: Connection, shelf: int, new: Sequence[Piece], replaced: set[int]):
        """`replaced`: ids of rows that are about to go and are nobody's twin."""
        live = [_I.shelf == shelf, _I.removed.is_(None)]
        if replaced:
            live.append(_I.id.not_in(replaced))
        columns = select(_I.id, _I.key, _I.text)
        self._by_text: dict[bytes, Twin] = {}
        for part in in_parts(list({text_digest(p.item.text) for p in new})):
            same = select(func.min(_I.id)).where(*live, _I.text_digest.in_(part)).group_by(_I.text_digest)
            for row in connection.execute(columns.where(_I.id.in_(same))):
                self._by_text[text_digest(row.text)] = Twin(row.id, row.key, "")
        earliest: dict[int, int] = {}
        band, owner = schema.bands.c.band, schema.bands.c.item_id
        for part in in_parts(list({b for p in new for b in p.bands})):
            sharing = select(band, func.min(owner)).join(schema.items, _I.id == owner).where(*live, band.in_(part))
            earliest.update((b, i) for b, i in connection.execute(sharing.group_by(band)))
        twins: dict[int, Twin] = {}
        for part in in_parts(list(set(earliest.values()))):
            for row in connection.execute(columns.where(_I.id.in_(part))):
                twins[row.id] = Twin(row.id, row.key, bare(row.text))
        self._by_band = {b: twins[i] for b, i in earliest.items()}

    def of(self, piece: Piece) -> tuple[Twin | None, float]:
        """The piece's closest duplicate and its likeness (1: the same text); (None, 0) where there is none."""
        same = self._by_text.get(text_digest(piece.item.text))
        if same is not None:
            return same, 1.0
        candidates = {t.id: t for t in (self._by_band.get(b) for b in piece.bands) if t is not None}
        alike = [(likeness(piece.bones, t.bones), -t.id) for t in candidates.values()]
        best, owner = max(alike, default=(0.0, 0))
        return (candidates[-owner], round(best, 4)) if best >= NEAR else (None, 0.0)

    def include(self, number: int, piece: Piece) -> None:
        """From now on later pieces may duplicate this one, stored as row `number`."""
        twin = Twin(number, piece.item.id, piece.bones)
        self._by_text.setdefault(text_digest(piece.item.text), twin)
        for band in piece.bands:
            self._by_band.setdefault(band, twin)
