"""What editors said of reports, kept with the text so that it can be scored again."""

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, delete, func, insert, literal, select

from contentcheck.engine.opinion import About, Finding, Opinion

from . import schema
from .answers import forget_answer
from .branded import BRAND, of_brands, with_brand
from .brands import Brands
from .database import Database, now
from .overwriting import for_good

_F = schema.feedback.c
_BESIDE_TEXT = ("finding", "agrees", "note", "provenance", "made_at")
LAST = 2**31
"""No opinion has a row number so high."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which opinions are meant; None: whatever it is.

    Attributes:
        brands: only what belongs to one of these.
    """

    brands: Collection[str] | None = None
    about: About | None = None
    agrees: bool | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """On the opinions beside their brands."""
        about = [] if self.about is None else [_F.finding["about"].as_string() == self.about.value]
        agrees = [] if self.agrees is None else [_F.agrees.is_(self.agrees)]
        return [*of_brands(self.brands), *about, *agrees]


EVERYTHING = Wanted()


class Feedback:
    """The opinions of a database, oldest first."""

    def __init__(self, database: Database):
        self._database = database

    def add(self, opinions: Iterable[Opinion]) -> list[int]:
        """Store all or none; returns their row numbers. Raises UnknownBrand."""
        brands = Brands(self._database)
        rows = [_row(o, brands.version(o.brand)[0] if o.brand is not None else None) for o in opinions]
        if not rows:
            return []
        with self._database.writing() as connection:
            added = insert(schema.feedback).returning(_F.id, sort_by_parameter_order=True)
            return list(connection.execute(added, rows).scalars())

    def all(self) -> list[Opinion]:
        """Every opinion."""
        with self._database.reading() as connection:
            return [_opinion(row) for row in connection.execute(_opinions().order_by(_F.id))]

    def page(self, after: int, limit: int, wanted: Wanted = EVERYTHING) -> list[tuple[int, Opinion]]:
        """Up to `limit` opinions with their row numbers, those of higher ones than `after`; 0 for all."""
        return self._page(wanted, _F.id > after, _F.id, limit)

    def newest(self, before: int, limit: int, wanted: Wanted = EVERYTHING) -> list[tuple[int, Opinion]]:
        """The same from the newest on, those of lower row numbers than `before`; LAST for all."""
        return self._page(wanted, _F.id < before, _F.id.desc(), limit)

    def last_words(self, about: About, brands: Collection[str] | None) -> list[Opinion]:
        """The newest opinion on the score of each whole draft of these brands (None: of all, and of none).

        The drafts, which are long, stay where they are: `text` is empty.
        """
        whole = _F.finding["passage"].as_string().is_(None)
        mine = (whole, *Wanted(brands, about).conditions())
        newest = select(func.max(_F.id)).select_from(with_brand(schema.feedback)).where(*mine).group_by(_F.text, BRAND)
        columns: list[Any] = [literal("").label("text"), *(schema.feedback.c[name] for name in _BESIDE_TEXT), BRAND]
        found: Any = select(*columns).select_from(with_brand(schema.feedback)).where(_F.id.in_(newest))
        with self._database.reading() as connection:
            return [_opinion(row) for row in connection.execute(found.order_by(_F.id))]

    def get(self, number: int) -> Opinion | None:
        """The opinion with this row number."""
        with self._database.reading() as connection:
            row = connection.execute(_opinions().where(_F.id == number)).first()
        return _opinion(row) if row is not None else None

    def remove(self, number: int) -> None:
        """Delete the opinion with this row number for good, if it is there."""
        with for_good(self._database) as connection:
            connection.execute(delete(schema.feedback).where(_F.id == number))
            forget_answer(connection, f"/v1/feedback/{number}")

    def _page(
        self, wanted: Wanted, part: ColumnElement[bool], order: ColumnElement[int], limit: int
    ) -> list[tuple[int, Opinion]]:
        found = _opinions().where(part, *wanted.conditions()).order_by(order).limit(limit)
        with self._database.reading() as connection:
            return [(row.id, _opinion(row)) for row in connection.execute(found)]


def _opinions() -> Select[Any]:
    return select(schema.feedback, BRAND).select_from(with_brand(schema.feedback))


def _opinion(row: Row[Any]) -> Opinion:
    return Opinion(row.text, _finding(row.finding), row.agrees, row.note, row.brand, row.provenance, row.made_at)


def _row(opinion: Opinion, brand_id: int | None) -> dict[str, Any]:
    return {
        "brand_id": brand_id,
        "text": opinion.text,
        "finding": asdict(opinion.finding),
        "agrees": opinion.agrees,
        "note": opinion.note,
        "provenance": opinion.provenance,
        "made_at": now(),
    }


def _finding(data: dict[str, Any]) -> Finding:
    return Finding(**{**data, "about": About(data["about"])})
