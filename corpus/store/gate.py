"""What may be published: which verdicts block a brand's drafts, and which drafts are excepted."""

import hashlib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from contentcheck.engine.errors import InputError
from contentcheck.engine.normalise import replace_unencodable

from . import schema
from .audit import Action, note
from .database import Database, now
from .ids import AFTER_ALL, new_id

_P = schema.policies.c
_E = schema.exceptions.c


@dataclass(frozen=True, slots=True)
class Policy:
    """A brand's rules.

    Attributes:
        blocks: verdicts with which a draft may not be published.
        retention_days: how long checks and finished jobs are kept; None: until they are deleted.
    """

    blocks: tuple[str, ...] = ("reject",)
    retention_days: int | None = None


@dataclass(frozen=True, slots=True)
class GrantedException:
    """Leave to publish one draft as it stands. `granted_by`: name of the key; `digest`: hexadecimal."""

    id: str
    digest: str
    reason: str
    granted_by: str
    made_at: str
    revoked_at: str | None


@dataclass(frozen=True, slots=True)
class Ruling:
    """Whether a draft may be published.

    Attributes:
        blocked_by: its verdict, where the policy blocks that.
        exception: what allows it all the same.
    """

    allowed: bool
    verdict: str
    blocked_by: str | None
    exception: GrantedException | None


class AlreadyGranted(InputError):
    """The draft is excepted already. `exception_id`: by which."""

    def __init__(self, exception_id: str):
        super().__init__(f"这篇稿件已有例外 {exception_id}")
        self.exception_id = exception_id


def draft_digest(title: str, text: str) -> bytes:
    """What an exception holds for: SHA-256 of the UTF-8 of title, NUL, text.

    In both, lone surrogates and NUL are read as U+FFFD (as everywhere), and CRLF and lone CR as LF, which editors and
    transports change by themselves. Nothing else is: another space, mark or letter is another draft.
    """
    parts = (replace_unencodable(s)[0].replace("\r\n", "\n").replace("\r", "\n") for s in (title, text))
    return hashlib.sha256("\0".join(parts).encode()).digest()


def rule(verdict: str, policy: Policy, exception: GrantedException | None) -> Ruling:
    """The ruling on a draft; `exception`: the one that holds for it, if there is one."""
    if verdict not in policy.blocks:
        return Ruling(True, verdict, None, None)
    return Ruling(exception is not None, verdict, verdict, exception)


class Gate:
    """Policies and exceptions of a database, by the brand's number."""

    def __init__(self, database: Database):
        self._database = database

    def policy(self, brand_id: int) -> Policy:
        """The default one where none was set."""
        with self._database.reading() as connection:
            return _policy(connection, brand_id)

    def set_policy(
        self, brand_id: int, policy: Policy, actor: str, permit: Callable[[Policy], None] = lambda present: None
    ) -> None:
        """In place of the one before. `permit` is shown that one; if it raises, nothing is changed."""
        new = {**asdict(policy), "blocks": list(policy.blocks)}
        with self._database.writing() as connection:
            permit(_policy(connection, brand_id))
            connection.execute(delete(schema.policies).where(_P.brand_id == brand_id))
            connection.execute(insert(schema.policies), {"brand_id": brand_id, **new})
            note(connection, brand_id, actor, Action.POLICY_SET, "policy", **new)

    def grant(
        self, brand_id: int, digest: bytes, reason: str, actor: str, check_id: str | None = None
    ) -> GrantedException:
        """Except the draft of this `draft_digest`. `check_id`: where it was seen.

        Raises:
            AlreadyGranted: if it is excepted.
        """
        granted = GrantedException(new_id(), digest.hex(), reason, actor, now(), None)
        with self._database.writing() as connection:
            known = connection.execute(select(_E.id).where(_holding(brand_id, digest))).scalar()
            if known is not None:
                raise AlreadyGranted(known)
            connection.execute(insert(schema.exceptions), {**asdict(granted), "brand_id": brand_id, "digest": digest})
            about = {"digest": granted.digest, "reason": reason, "check": check_id}
            note(connection, brand_id, actor, Action.EXCEPTION_GRANTED, f"exception {granted.id}", **about)
        return granted

    def revoke(self, brand_id: int, exception_id: str, actor: str) -> bool:
        """End an exception; it stays in the list. False: the brand has no such exception that still holds."""
        mine = (_E.id == exception_id, _E.brand_id == brand_id, _E.revoked_at.is_(None))
        with self._database.writing() as connection:
            ended = connection.execute(update(schema.exceptions).where(*mine).values(revoked_at=now())).rowcount
            if ended:
                note(connection, brand_id, actor, Action.EXCEPTION_REVOKED, f"exception {exception_id}")
        return bool(ended)

    def exceptions(self, brand_id: int, limit: int, before: str = AFTER_ALL) -> list[GrantedException]:
        """Of a brand, revoked ones too: the newest first, older than the one with the id `before`."""
        older = (_E.brand_id == brand_id, _E.id < before)
        found = select(schema.exceptions).where(*older).order_by(_E.id.desc()).limit(limit)
        with self._database.reading() as connection:
            return [_granted(row) for row in connection.execute(found)]

    def ruling(self, brand_id: int | None, digest: bytes, verdict: str) -> Ruling:
        """On the draft of this digest and verdict, by what holds now; without a brand by the default policy."""
        if brand_id is None:
            return rule(verdict, Policy(), None)
        with self._database.reading() as connection:
            row = connection.execute(select(schema.exceptions).where(_holding(brand_id, digest))).first()
            return rule(verdict, _policy(connection, brand_id), _granted(row) if row else None)


def _policy(connection: Connection, brand_id: int) -> Policy:
    row = connection.execute(select(_P.blocks, _P.retention_days).where(_P.brand_id == brand_id)).first()
    return Policy(tuple(row.blocks), row.retention_days) if row else Policy()


def _holding(brand_id: int, digest: bytes):
    return (_E.brand_id == brand_id) & (_E.digest == digest) & _E.revoked_at.is_(None)


def _granted(row: Row[Any]) -> GrantedException:
    return GrantedException(row.id, row.digest.hex(), row.reason, row.granted_by, row.made_at, row.revoked_at)
