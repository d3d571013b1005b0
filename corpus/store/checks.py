"""Drafts that were checked over the service, with their reports."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, select

from contentcheck.engine.documents import Draft
from contentcheck.engine.normalise import replace_unencodable
from contentcheck.engine.report import SCORES, Report

from . import schema
from .answers import forget
from .audit import Action, note
from .branded import BRAND, of_brands, with_brand
from .briefs import brief, score
from .database import Database, now
from .gate import draft_digest
from .ids import AFTER_ALL, new_id
from .overwriting import for_good

_B = schema.brands.c
_C = schema.checks.c
_OPENING = 24  # characters by which an editor knows a draft without a title


@dataclass(frozen=True, slots=True)
class CheckLine:
    """A stored check without its text.

    Attributes:
        brand: None too where the brand was removed since.
        opening: the text's first characters.
        homogeneity, relevance, promotion, repetition: scores, 0-100; None where the report has none.
    """

    id: str
    brand: str | None
    draft_id: str
    title: str
    opening: str
    verdict: str
    homogeneity: float
    relevance: float | None
    promotion: float
    repetition: float | None
    made_at: str


@dataclass(frozen=True, slots=True)
class StoredCheck:
    """A stored check. `report` as `Report.to_json` gave it; its offsets are those of `text`."""

    id: str
    brand: str | None
    brand_id: int | None
    title: str
    text: str
    digest: bytes
    verdict: str
    report: dict[str, Any]
    made_at: str


class Checks:
    """The checks of a database; later ones have greater ids."""

    def __init__(self, database: Database):
        self._database = database

    def keep(self, draft: Draft, report: Report, key_id: int) -> str:
        """Store a draft and its report; returns the id. Raises StateError, and then nothing was stored."""
        brand = select(_B.id).where(_B.name == draft.brand, ~_B.removed).scalar_subquery()
        content = report.to_json()
        row = {
            "id": new_id(),
            "brand_id": None if draft.brand is None else brand,
            "key_id": key_id,
            "draft_id": report.id,
            "title": replace_unencodable(draft.title)[0],
            "text": replace_unencodable(draft.text)[0],
            "digest": draft_digest(draft.title, draft.text),
            "verdict": report.verdict.value,
            "report": content,
            "brief": brief(content),
            "made_at": now(),
        }
        with self._database.writing() as connection:
            connection.execute(insert(schema.checks).values(row))
        return row["id"]

    def get(self, check_id: str) -> StoredCheck | None:
        """None: there is no such check."""
        columns = (_C.id, BRAND, _C.brand_id, _C.title, _C.text, _C.digest, _C.verdict, _C.report, _C.made_at)
        found = select(*columns).select_from(with_brand(schema.checks)).where(_C.id == check_id)
        with self._database.reading() as connection:
            row = connection.execute(found).first()
        return StoredCheck(**row._mapping) if row else None

    def page(
        self,
        limit: int,
        before: str = AFTER_ALL,
        brands: Collection[str] | None = None,
        verdict: str | None = None,
    ) -> list[CheckLine]:
        """The newest first, older than the one with the id `before`, of these brands (None: of all and of none)."""
        wanted = [_C.id < before]
        if verdict is not None:
            wanted.append(_C.verdict == verdict)
        opening = func.substr(_C.text, 1, _OPENING).label("opening")
        scores = [score(schema.checks, name).label(name) for name in SCORES]
        columns = (_C.id, BRAND, _C.draft_id, _C.title, opening, _C.verdict, *scores, _C.made_at)
        found = select(*columns).select_from(with_brand(schema.checks)).where(*wanted, *of_brands(brands))
        with self._database.reading() as connection:
            return [CheckLine(**r._mapping) for r in connection.execute(found.order_by(_C.id.desc()).limit(limit))]

    def remove(self, check_id: str, actor: str) -> None:
        """Delete one for good, if it is there."""
        with for_good(self._database) as connection:
            connection.execute(delete(schema.shares).where(schema.shares.c.check_id == check_id))
            gone = delete(schema.checks).where(_C.id == check_id).returning(_C.brand_id, _C.key_id)
            for brand_id, key_id in connection.execute(gone).all():
                forget(connection, key_id)
                note(connection, brand_id, actor, Action.CHECK_DELETED, f"check {check_id}")
