"""What editors said of reports, kept with the text so that it can be scored again."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from sqlalchemy import insert, select

from contentcheck.engine.opinion import About, Finding, Opinion

from . import schema
from .brands import Brands
from .database import Database, now

_F = schema.feedback.c


class Feedback:
    """The opinions of a database, oldest first."""

    def __init__(self, database: Database):
        self._database = database

    def add(self, opinions: Iterable[Opinion]) -> None:
        """Store all or none. Raises UnknownBrand."""
        brands = Brands(self._database)
        rows = [_row(o, brands.version(o.brand)[0] if o.brand is not None else None) for o in opinions]
        if rows:
            with self._database.writing() as connection:
                connection.execute(insert(schema.feedback), rows)

    def all(self) -> list[Opinion]:
        """Every opinion."""
        brands = schema.brands.c
        live = schema.feedback.outerjoin(schema.brands, (brands.id == _F.brand_id) & ~brands.removed)
        columns = (_F.text, _F.finding, _F.agrees, _F.note, brands.name, _F.provenance, _F.made_at)
        with self._database.reading() as connection:
            rows = connection.execute(select(*columns).select_from(live).order_by(_F.id)).all()
        return [
            Opinion(text, _finding(finding), agrees, note, brand, provenance, made_at)
            for text, finding, agrees, note, brand, provenance, made_at in rows
        ]


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
