"""Links that open a stored report to whoever has them, until they expire or are withdrawn."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, insert, select

from . import schema
from .audit import Action, note
from .checks import StoredCheck
from .database import Database, now
from .ids import AFTER_ALL, new_id

_C, _S = schema.checks.c, schema.shares.c
LONGEST = 90
"""Days that a link may open its report."""


@dataclass(frozen=True, slots=True)
class Share:
    """A link without its secret. `made_by`: name of the key; times in ISO, UTC."""

    id: str
    check_id: str
    made_by: str
    made_at: str
    expires_at: str


_COLUMNS = (_S.id, _S.check_id, _S.made_by, _S.made_at, _S.expires_at)


class Shares:
    """The links of a database; later ones have greater ids. One that has expired is nowhere to be found."""

    def __init__(self, database: Database):
        self._database = database

    def create(self, check: StoredCheck, days: int, actor: str) -> tuple[Share, str] | None:
        """Make a link; the second value is its token, which is known to nobody afterwards. None: the check is gone.

        Args:
            days: until it expires, 1 to `LONGEST`.
        """
        token = secrets.token_urlsafe(32)
        expires_at = (datetime.now(UTC) + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
        share = Share(new_id(), check.id, actor, now(), expires_at)
        row = {name: getattr(share, name) for name in Share.__slots__} | {"token_digest": _digest(token)}
        with self._database.writing() as connection:
            if connection.execute(select(_C.id).where(_C.id == check.id)).first() is None:
                return None
            connection.execute(delete(schema.shares).where(_S.expires_at <= now()))
            connection.execute(insert(schema.shares).values(row))
            about = {"check": check.id, "expires_at": expires_at}
            note(connection, check.brand_id, actor, Action.SHARE_CREATED, f"share {share.id}", **about)
        return share, token

    def page(self, check_id: str, limit: int, before: str = AFTER_ALL) -> list[Share]:
        """Of a check: the newest first, older than the one with the id `before`."""
        mine = (_S.check_id == check_id, _S.id < before, _S.expires_at > now())
        found = select(*_COLUMNS).where(*mine).order_by(_S.id.desc()).limit(limit)
        with self._database.reading() as connection:
            return [Share(**row._mapping) for row in connection.execute(found)]

    def get(self, share_id: str) -> Share | None:
        """None: there is no such link, or no more."""
        with self._database.reading() as connection:
            row = connection.execute(select(*_COLUMNS).where(_S.id == share_id, _S.expires_at > now())).first()
        return Share(**row._mapping) if row else None

    def opens(self, token: str) -> str | None:
        """The id of the check that a token opens; None: nothing, now."""
        mine = (_S.token_digest == _digest(token), _S.expires_at > now())
        with self._database.reading() as connection:
            return connection.execute(select(_S.check_id).where(*mine)).scalar()

    def withdraw(self, share_id: str, brand_id: int | None, actor: str) -> None:
        """Have a link open nothing from now on. `brand_id`: of its check."""
        with self._database.writing() as connection:
            if connection.execute(delete(schema.shares).where(_S.id == share_id)).rowcount:
                note(connection, brand_id, actor, Action.SHARE_REVOKED, f"share {share_id}")


def _digest(token: str) -> bytes:
    """SHA-256; a lookup by it tells by its time nothing that would help to guess the token."""
    return sha256(token.encode("utf-8", "surrogatepass")).digest()
