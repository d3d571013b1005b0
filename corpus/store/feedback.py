"""What editors said of reports, kept with the text so that it can be scored again."""

from collections.abc import Collection, Iterable
from dataclasses import asdict
from typing import Any

from sqlalchemy import Row, Select, insert, select

from contentcheck.engine.opinion import About, Finding, Opinion

from . import schema
from .branded import BRAND, of_brands, with_brand
from .brands import Brands
from .database import Database, now

_F = schema.feedback.c


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
            return [_opinion(row) for row in connection.execute(_opinions())]

    def page(self, after: int, limit: int, brands: Collection[str] | None = None) -> list[tuple[int, Opinion]]:
        """Up to `limit` opinions with their row numbers.

        Args:
            after: only those of higher row numbers; 0 for all.
            brands: only what belongs to one of these; None: everything.
        """
        wanted = _opinions().where(_F.id > after, *of_brands(brands)).limit(limit)
        with self._database.reading() as connection:
            return [(row.id, _opinion(row)) for row in connection.execute(wanted)]

    def get(self, number: int) -> Opinion | None:
        """The opinion with this row number."""
        with self._database.reading() as connection:
            row = connection.execute(_opinions().where(_F.id == number)).first()
        return _opinion(row) if row is not None else None


def _opinions() -> Select[Any]:
    return select(schema.feedback, BRAND).select_from(with_brand(schema.feedback)).order_by(_F.id)


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
