"""A shelf: the known pieces of the library, or a brand's published posts. Added, removed, searched and counted here."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, select, text

from contentcheck.engine.documents import CorpusItem
from contentcheck.engine.errors import InputError
from contentcheck.engine.normalise import normalise
from contentcheck.engine.terms import Terms

from . import schema
from .audit import Action, note
from .change import Change, Insertion, State, item_of, searchable, state_of, was_in
from .database import Database, in_parts
from .pieces import Fate, Outcome, Piece
from .twins import Twins

_PAGE = 1000  # rows fetched at a time when a whole shelf is read
_I = schema.items.c


class Shelf:
    """One shelf of a database; `number` is `schema.LIBRARY` or a brand's id."""

    def __init__(self, database: Database, number: int = schema.LIBRARY):
        self._database = database
        self.number = number

    def state(self) -> State:
        """The present one; seq 0 of a shelf that was never changed."""
        with self._database.reading() as connection:
            return state_of(connection, self.number)

    def was(self, state: State) -> bool:
        """Whether the shelf was ever in this state."""
        with self._database.reading() as connection:
            return was_in(connection, self.number, state)

    def add(self, pieces: Sequence[Piece], *, skip_duplicates: bool = False) -> list[Outcome]:
        """Store pieces whose ids differ from one another, all or none; what became of each, in order.

        A piece whose id is there already replaces the old one, unless nothing has changed.
        """
        with self._database.writing() as connection:
            change = Change(connection, self.number)
            old = self._live_by_key(connection, [p.item.id for p in pieces])
            new = [p for p in pieces if p.item.id not in old or item_of(old[p.item.id]) != p.item]
            replaced = [old[p.item.id] for p in new if p.item.id in old]
            outcomes = {p.item.id: Outcome(Fate.UNCHANGED) for p in pieces}
            twins = Twins(connection, self.number, new, {r.id for r in replaced})
            number = connection.execute(select(func.max(_I.id))).scalar() or 0
            insertions: list[Insertion] = []
            for piece in new:
                twin, likeness = twins.of(piece)
                fate = Fate.REPLACED if piece.item.id in old else Fate.ADDED
                if twin is not None and skip_duplicates and fate is Fate.ADDED:
                    fate = Fate.SKIPPED
                else:
                    number += 1
                    insertions.append(Insertion(number, piece, twin.id if twin else None, likeness))
                    twins.include(number, piece)
                outcomes[piece.item.id] = Outcome(fate, twin.key if twin else None, likeness)
            change.take_out(replaced)
            change.put_in(insertions)
            change.record()
        return [outcomes[p.item.id] for p in pieces]

    def remove(self, keys: Iterable[str], permit: Callable[[CorpusItem], None] = lambda item: None) -> int:
        """Take items out of use; returns how many. They can be brought back by `undo`.

        Args:
            permit: shown each item as it is at that moment; if it raises, nothing is removed.

        Raises:
            InputError: if an id is not on the shelf; then nothing is removed.
        """
        wanted = sorted(set(keys))
        with self._database.writing() as connection:
            found = self._live_by_key(connection, wanted)
            unknown = [k for k in wanted if k not in found]
            if unknown:
                raise InputError(f"没有编号为“{'、'.join(unknown)}”的内容；可用 list 命令查看已有的编号")
            for row in found.values():
                permit(item_of(row))
            return self._take_out(connection, list(found.values()))

    def remove_present(self, keys: Iterable[str], actor: str) -> list[str]:
        """Take out of use what is on the shelf of these ids; returns which. They can be brought back by `undo`.

        Args:
            actor: who does it, for the audit trail.
        """
        with self._database.writing() as connection:
            found = self._live_by_key(connection, sorted(set(keys)))
            if found:
                self._take_out(connection, list(found.values()))
                of_library = self.number == schema.LIBRARY
                subject, brand_id = ("library", None) if of_library else ("posts", self.number)
                note(connection, brand_id, actor, Action.PIECES_REMOVED, subject, count=len(found))
        return list(found)

    def undo(self, keys: Iterable[str]) -> int:
        """Bring removed items back, as they last were; returns how many.

        Raises:
            InputError: if an id was never removed, or is in use again; then nothing is brought back.
        """
        wanted = sorted(set(keys))
        with self._database.writing() as connection:
            live = self._live_by_key(connection, wanted)
            back = [self._last_removed(connection, key, key in live) for key in wanted]
            change = Change(connection, self.number)
            change.put_back(back)
            change.record()
            return len(back)

    def expire(self, before: date) -> int:
        """Remove what was published (where unknown: added) before a day; returns how many."""
        day = func.coalesce(func.nullif(_I.published, ""), func.substr(_I.added_at, 1, 10))
        with self._database.writing() as connection:
            old = connection.execute(self._live().where(day < before.isoformat())).all()
            return self._take_out(connection, list(old))

    def get(self, key: str) -> CorpusItem | None:
        """The live item with this id."""
        with self._database.reading() as connection:
            found = self._live_by_key(connection, [key])
        return item_of(found[key]) if key in found else None

    def items(
        self, *, genre: str | None = None, words: str | None = None, duplicates: bool = False
    ) -> Iterator[CorpusItem]:
        """Live items in the order they were added, read a page at a time; for the rest see `page`."""
        last = 0
        while True:
            page = self.page(last, _PAGE, genre=genre, words=words, duplicates=duplicates)
            yield from (item for _, item in page)
            if len(page) < _PAGE:
                return
            last = page[-1][0]

    def page(
        self,
        after: int,
        limit: int,
        *,
        genre: str | None = None,
        words: str | None = None,
        duplicates: bool = False,
    ) -> list[tuple[int, CorpusItem]]:
        """Up to `limit` live items with their row numbers, in the order they were added.

        Args:
            after: only those of higher row numbers; 0 for all.
            words: only items in which every word of this text occurs, in traditional characters or simplified.
            duplicates: only those that were found to duplicate an earlier one.

        Raises:
            InputError: if `words` holds no word.
        """
        wanted = self._live().where(_I.id > after).order_by(_I.id).limit(limit)
        if genre is not None:
            wanted = wanted.where(_I.genre == genre)
        if duplicates:
            wanted = wanted.where(_I.duplicate_of.is_not(None))
        if words is not None:
            wanted = wanted.where(self._matching(words))
        with self._database.reading() as connection:
            return [(row.id, item_of(row)) for row in connection.execute(wanted)]

    def originals(self, rows: Sequence[int]) -> dict[int, str]:
        """Of those rows, by number, that were found to duplicate an earlier one: its id."""
        earlier = schema.items.alias()
        found = select(_I.id, earlier.c.key).join(earlier, _I.duplicate_of == earlier.c.id)
        with self._database.reading() as connection:
            return {
                row.id: row.key for part in in_parts(rows) for row in connection.execute(found.where(_I.id.in_(part)))
            }

    def genres(self) -> dict[str, int]:
        """How many live items each genre has."""
        return self._counted(_I.genre)

    def months(self) -> dict[str, int]:
        """How many live items were published in each month, as YYYY-MM; under "" those whose date is not known."""
        return self._counted(func.substr(_I.published, 1, 7))

    def _counted(self, by: ColumnElement[str]) -> dict[str, int]:
        live = select(by, func.count()).where(_I.shelf == self.number, _I.removed.is_(None)).group_by(by)
        with self._database.reading() as connection:
            return {row[0]: row[1] for row in connection.execute(live)}

    def _live(self) -> Select[Any]:
        return select(schema.items).where(_I.shelf == self.number, _I.removed.is_(None))

    def _live_by_key(self, connection: Connection, keys: Sequence[str]) -> dict[str, Row[Any]]:
        return {
            row.key: row for part in in_parts(keys) for row in connection.execute(self._live().where(_I.key.in_(part)))
        }

    def _last_removed(self, connection: Connection, key: str, is_live: bool) -> Row[Any]:
        removed = select(schema.items).where(_I.shelf == self.number, _I.key == key, _I.removed.is_not(None))
        row = connection.execute(removed.order_by(_I.removed.desc(), _I.id.desc()).limit(1)).first()
        if row is None or is_live:
            why = "现在就在库中" if is_live else "没有被删除过"
            raise InputError(f"编号“{key}”{why}，无法恢复；可用 list 命令查看已有的编号")
        return row

    def _take_out(self, connection: Connection, rows: list[Row[Any]]) -> int:
        change = Change(connection, self.number)
        change.take_out(rows)
        change.record()
        return len(rows)

    def _matching(self, words: str) -> ColumnElement[bool]:
        """Every word as jieba cuts it, each as a run of its characters, so that no text has to be cut the same way."""
        asked = [searchable(w) for w in Terms().words(normalise(words).text) if any(c.isalnum() for c in w)]
        if not asked:
            raise InputError(f"“{words}”里没有可以查找的字词；请给出汉字、字母或数字")
        if self._database.is_sqlite:
            match = " AND ".join(f'"{w}"' for w in asked)
            return _I.id.in_(text("SELECT rowid FROM letters WHERE letters MATCH :match").bindparams(match=match))
        one = "SELECT item_id FROM letters WHERE characters @@ phraseto_tsquery('simple', :word{i})"
        each = [text(one.format(i=i)).bindparams(**{f"word{i}": w}) for i, w in enumerate(asked)]
        return and_(*(_I.id.in_(found) for found in each))
