"""One change of a shelf within a transaction: what goes out, what comes in, and the record of it."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, text, update

from contentcheck.corpus.duplicates import bands
from contentcheck.engine.documents import CorpusItem
from contentcheck.engine.normalise import bare, normalise

from . import schema
from .database import in_parts, now
from .pieces import Piece
from .vectors import text_digest

_WHOLE = 2**128
_LETTER = re.compile(r"([^\W\x00-\x7f])")  # not of the Latin alphabet
_SIGNS = re.compile(r"[\W_]+")
_PART = 200  # words searched together in PostgreSQL, and how far a part reaches into the next:
_OVERLAP = 20  # no word that is asked for is longer
_PAGE = 2000  # items read at a time
_I = schema.items.c


@dataclass(frozen=True, slots=True)
class State:
    """Where a shelf stands: its last change, how many live items, and a digest that equal contents share.

    Attributes:
        epoch: of the store; restoring a backup begins another, and what was read before is no longer true.
    """

    epoch: str
    seq: int
    count: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Insertion:
    """A piece with its row number and the row it duplicates (likeness 0-1)."""

    number: int
    piece: Piece
    twin: int | None
    likeness: float


class Change:
    """Collects what is done to a shelf; nothing is recorded, and nobody sees it, before `record`."""

    def __init__(self, connection: Connection, shelf: int):
        self._connection = connection
        self._shelf = shelf
        self._seq = last_seq(connection) + 1
        state = state_of(connection, shelf)
        self._count, self._digest = state.count, int.from_bytes(state.digest)
        self._changed = False

    def take_out(self, rows: Sequence[Row[Any]]) -> None:
        """Rows of `items` that are live no more."""
        for part in in_parts([r.id for r in rows]):
            self._connection.execute(update(schema.items).where(_I.id.in_(part)).values(removed=self._seq))
            _forget_letters(self._connection, part)
        # By their keys, which are made again from the text: they have an index, the items' numbers have none.
        keys = [{"band_key": band, "number": r.id} for r in rows for band in bands(bare(item_of(r).text))]
        if keys:
            band, owner = schema.bands.c.band, schema.bands.c.item_id
            one = delete(schema.bands).where(band == bindparam("band_key"), owner == bindparam("number"))
            self._connection.execute(one, keys)
        self._counted([item_of(r) for r in rows], -1)

    def put_in(self, new: Sequence[Insertion]) -> None:
        """Pieces that are stored for the first time."""
        if not new:
            return
        moment = now()
        self._connection.execute(insert(schema.items), [self._row(n, moment) for n in new])
        first = (self._connection.execute(select(func.max(schema.passages.c.id))).scalar() or 0) + 1
        passages = [(n.number, *passage) for n in new for passage in n.piece.passages]
        if passages:
            self._connection.execute(
                insert(schema.passages),
                [
                    {"id": first + i, "item_id": number, "start": start, "stop": stop, "digest": digest}
                    for i, (number, start, stop, digest) in enumerate(passages)
                ],
            )
        self._remember_bands({n.number: n.piece.bands for n in new})
        remember_letters(self._connection, {n.number: n.piece.item for n in new})
        self._counted([n.piece.item for n in new], 1)

    def put_back(self, rows: Sequence[Row[Any]]) -> None:
        """Removed rows of `items` that live again."""
        for part in in_parts([r.id for r in rows]):
            back = update(schema.items).where(_I.id.in_(part)).values(removed=None, added=self._seq)
            self._connection.execute(back)
        items = {r.id: item_of(r) for r in rows}
        self._remember_bands({n: bands(bare(i.text)) for n, i in items.items()})
        remember_letters(self._connection, items)
        self._counted(list(items.values()), 1)

    def record(self) -> None:
        """Give the change its number, if there was any."""
        if self._changed:
            row = {"seq": self._seq, "shelf": self._shelf, "total": self._count, "made_at": now()}
            digest = (self._digest % _WHOLE).to_bytes(16)
            self._connection.execute(insert(schema.changes), {**row, "digest": digest})

    def _row(self, new: Insertion, moment: str) -> dict[str, Any]:
        item = new.piece.item
        return {
            "id": new.number,
            "shelf": self._shelf,
            "key": item.id,
            "title": item.title,
            "text": item.text,
            "genre": item.genre,
            "source": item.source,
            "licence": item.licence,
            "tags": list(item.tags),
            "published": item.published,
            "added_at": moment,
            "text_digest": text_digest(item.text),
            "added": self._seq,
            "duplicate_of": new.twin,
            "likeness": new.likeness if new.twin else None,
        }

    def _remember_bands(self, of: dict[int, list[int]]) -> None:
        rows = [{"band": band, "item_id": number} for number, found in of.items() for band in found]
        if rows:
            self._connection.execute(insert(schema.bands), rows)

    def _counted(self, items: Sequence[CorpusItem], sign: int) -> None:
        self._changed = self._changed or bool(items)
        self._count += sign * len(items)
        self._digest += sign * sum(content_digest(i) for i in items)


def last_seq(connection: Connection) -> int:
    """The number of the newest change of any shelf."""
    return connection.execute(select(func.max(schema.changes.c.seq))).scalar() or 0


def state_of(connection: Connection, shelf: int) -> State:
    """The present state; seq 0 of a shelf that was never changed."""
    epoch = connection.execute(select(schema.facts.c.value).where(schema.facts.c.name == "epoch")).scalar_one()
    columns = schema.changes.c
    newest = select(columns.seq, columns.total, columns.digest).where(columns.shelf == shelf)
    row = connection.execute(newest.order_by(columns.seq.desc()).limit(1)).first()
    return State(epoch, row.seq, row.total, row.digest) if row else State(epoch, 0, 0, bytes(16))


def was_in(connection: Connection, shelf: int, state: State) -> bool:
    """Whether the shelf was ever in this state."""
    columns = schema.changes.c
    that = (columns.shelf == shelf) & (columns.seq == state.seq)
    row = connection.execute(select(columns.total, columns.digest).where(that)).first()
    return row is not None and (row.total, row.digest) == (state.count, state.digest)


def item_of(row: Row[Any]) -> CorpusItem:
    """A row of `items` as the engine knows it."""
    return CorpusItem(row.key, row.text, row.title, row.genre, row.source, row.licence, tuple(row.tags), row.published)


def content_digest(item: CorpusItem) -> int:
    """An item's part in its shelf's digest, 0 to 2**128 - 1."""
    parts = "\0".join((item.id, item.genre, item.title, item.text))
    return int.from_bytes(hashlib.sha256(parts.encode("utf-8")).digest()[:16])


def searchable(words: str) -> str:
    """Normalised text in which each Chinese character stands alone, so that a run of them can be searched for."""
    return " ".join(_SIGNS.sub(" ", _LETTER.sub(r" \1 ", normalise(words).text)).split())


def remember_letters(connection: Connection, items: dict[int, CorpusItem]) -> None:
    """Make items, by their row numbers, findable by their words."""
    texts = [(number, searchable(f"{item.title}\n{item.text}")) for number, item in items.items()]
    if not texts:
        return
    if connection.dialect.name == "sqlite":
        rows = [{"number": number, "characters": characters} for number, characters in texts]
        connection.execute(text("INSERT INTO letters (rowid, characters) VALUES (:number, :characters)"), rows)
        return
    add = "INSERT INTO letters (item_id, part, characters) VALUES (:number, :part, to_tsvector('simple', :characters))"
    rows = [
        {"number": number, "part": part, "characters": " ".join(characters)}
        for number, whole in texts
        for part, characters in enumerate(_overlapping(whole.split()))
    ]
    connection.execute(text(add), rows)


def relearn_letters(connection: Connection) -> None:
    """Make every live item findable by its words, and nothing else."""
    connection.execute(text("DELETE FROM letters"))
    live = select(schema.items).where(_I.removed.is_(None)).order_by(_I.id)
    for page in connection.execute(live, execution_options={"yield_per": _PAGE}).partitions():
        remember_letters(connection, {row.id: item_of(row) for row in page})


def _overlapping(words: list[str]) -> Iterator[list[str]]:
    """Parts of a long text: PostgreSQL keeps 16,383 positions of a text and 256 of a word."""
    return (words[i : i + _PART + _OVERLAP] for i in range(0, max(len(words), 1), _PART))


def _forget_letters(connection: Connection, numbers: Iterable[int]) -> None:
    column = "rowid" if connection.dialect.name == "sqlite" else "item_id"
    connection.execute(text(f"DELETE FROM letters WHERE {column} = :number"), [{"number": n} for n in numbers])
