"""Who did what, a row for each change, written in the transaction of the change it tells of."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Connection, insert, literal, select

from . import schema
from .branded import BRAND, of_brands, with_brand
from .database import Database, now

_A = schema.audit.c
LAST = 2**63 - 1
"""Before this id is every line."""


class Action(StrEnum):
    """What can have been done."""

    POLICY_SET = "policy_set"
    EXCEPTION_GRANTED = "exception_granted"
    EXCEPTION_REVOKED = "exception_revoked"
    CHECK_DELETED = "check_deleted"
    SHARE_CREATED = "share_created"
    SHARE_REVOKED = "share_revoked"
    JOB_DELETED = "job_deleted"
    DATA_EXPORTED = "data_exported"
    DATA_DELETED = "data_deleted"
    DATA_PURGED = "data_purged"
    PIECES_REMOVED = "pieces_removed"
    KEY_CREATED = "key_created"
    KEY_REVOKED = "key_revoked"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the trail. `brand`: None too where the brand was removed since; `action`: a slug."""

    id: int
    brand: str | None
    actor: str
    action: str
    subject: str
    details: dict[str, Any]
    made_at: str


def note(
    connection: Connection, brand_id: int | None, actor: str, action: Action, subject: str, **details: Any
) -> None:
    """Add a line to the trail.

    Args:
        actor: name of the key, or of the part of the program that acted by itself.
        subject: what it was done to, as `check 0198c0de-…`.
        details: plain data; never a draft's title or text.
    """
    row = {"brand_id": brand_id, "actor": actor, "action": action.value, "subject": subject, "details": details}
    connection.execute(insert(schema.audit), {**row, "made_at": now()})


class Audit:
    """The trail of a database."""

    def __init__(self, database: Database):
        self._database = database

    def page(self, limit: int, before: int = LAST, brands: Collection[str] | None = None) -> list[Entry]:
        """The newest first, older than the one with the id `before`, of these brands (None: of all and of none)."""
        older = _A.id < literal(before, BigInteger)
        columns = (_A.id, BRAND, _A.actor, _A.action, _A.subject, _A.details, _A.made_at)
        found = select(*columns).select_from(with_brand(schema.audit)).where(older, *of_brands(brands))
        with self._database.reading() as connection:
            return [Entry(**r._mapping) for r in connection.execute(found.order_by(_A.id.desc()).limit(limit))]
