"""Keys to the service: shown once when they are made, kept as a hash."""

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from contentcheck.engine.errors import InputError

from . import schema
from .audit import Action, note
from .brands import Brands
from .database import Database, now

_K = schema.keys.c
_LIVE = _K.revoked_at.is_(None)
MOST_PER_MINUTE = 60_000
_HERE = "command line"  # who makes and revokes keys unless somebody else is named


@dataclass(frozen=True, slots=True)
class Key:
    """One key, without its secret.

    Attributes:
        brands: names of those it is limited to, without those that were removed since; None: all brands.
        rate: requests a minute.
        revoked_at: None while it may be used.
    """

    id: int
    name: str
    scopes: tuple[str, ...]
    brands: tuple[str, ...] | None
    rate: int
    made_at: str
    revoked_at: str | None = None

    @property
    def manages_keys(self) -> bool:
        """Whether it may make and revoke keys: nobody does so for some brands only."""
        return "admin" in self.scopes and self.brands is None


class Keys:
    """The keys of a database."""

    def __init__(self, database: Database):
        self._database = database

    def create(
        self, name: str, scopes: Sequence[str], brands: Iterable[str] | None, rate: int, actor: str = _HERE
    ) -> tuple[Key, str]:
        """Make a key; the second value is its secret, which is known to nobody afterwards.

        Args:
            brands: names of those it is limited to; None: all, and what belongs to no brand. They are kept by id: a
                brand that is removed and made anew under the same name is another one.
            rate: requests a minute, 1 to `MOST_PER_MINUTE`.
            actor: as in the audit trail.

        Raises:
            InputError: if the name is empty, a number or already that of a live key, or the rate is out of range.
            UnknownBrand: if there is no such brand.
        """
        if not name.strip() or name.isdecimal():
            raise InputError(f"密钥的名称不能是“{name}”；请用能认出使用者的文字，不能只是数字（会与编号混淆）")
        if not 1 <= rate <= MOST_PER_MINUTE:
            raise InputError(f"每分钟请求数 {rate} 不合适；应为 1 至 {MOST_PER_MINUTE}")
        known = Brands(self._database)
        ids = None if brands is None else sorted({known.version(brand)[0] for brand in brands})
        secret = "ck_" + secrets.token_urlsafe(32)
        values = {"name": name, "digest": _digest(secret), "scopes": list(scopes), "brands": ids, "rate": rate}
        with self._database.writing() as connection:
            if connection.execute(select(_K.id).where(_LIVE, _K.name == name)).first() is not None:
                raise InputError(f"已有名为“{name}”的密钥；请换一个名称，或先吊销它：contentcheck keys revoke {name}")
            number = connection.execute(insert(schema.keys).values(**values, made_at=now()).returning(_K.id)).scalar()
            key = _key(connection, connection.execute(select(schema.keys).where(_K.id == number)).one())
            limited = None if key.brands is None else list(key.brands)
            about = {"name": name, "scopes": list(scopes), "brands": limited, "rate": rate}
            note(connection, None, actor, Action.KEY_CREATED, f"key {key.id}", **about)
            return key, secret

    def all(self) -> list[Key]:
        """Every key there ever was, oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute(select(schema.keys).order_by(_K.id)).all()
            return [_key(connection, row) for row in rows]

    def page(self, after: int, limit: int) -> list[Key]:
        """Up to `limit` keys, those of higher ids than `after`; 0 for all."""
        with self._database.reading() as connection:
            rows = connection.execute(select(schema.keys).where(_K.id > after).order_by(_K.id).limit(limit)).all()
            return [_key(connection, row) for row in rows]

    def any(self) -> bool:
        """Whether there is a live key."""
        with self._database.reading() as connection:
            return connection.execute(select(_K.id).where(_LIVE).limit(1)).first() is not None

    def find(self, secret: str) -> Key | None:
        """The live key with this secret; one that was revoked, here or by another program, is not found."""
        with self._database.reading() as connection:
            row = connection.execute(select(schema.keys).where(_K.digest == _digest(secret), _LIVE)).first()
            return _key(connection, row) if row else None

    def revoke(
        self, which: str, actor: str = _HERE, permit: Callable[[Key, list[Key]], None] = lambda key, others: None
    ) -> Key:
        """Make the live key with this id or name useless from now on; returns it.

        Args:
            actor: as in the audit trail.
            permit: is shown the key and all other live ones as they are, and may raise.

        Raises:
            InputError: if there is none.
        """
        with self._database.writing() as connection:
            live = connection.execute(select(schema.keys).where(_LIVE).order_by(_K.id)).all()
            row = next((row for row in live if which in (str(row.id), row.name)), None)
            if row is None:
                known = "、".join(f"{row.id}（{row.name}）" for row in live) or "（没有）"
                raise InputError(f"没有编号或名称为“{which}”的有效密钥；有效的密钥：{known}")
            key = _key(connection, row)
            permit(key, [_key(connection, other) for other in live if other.id != key.id])
            connection.execute(update(schema.keys).where(_K.id == key.id).values(revoked_at=now()))
            note(connection, None, actor, Action.KEY_REVOKED, f"key {key.id}", name=key.name)
            return key


def _digest(secret: str) -> bytes:
    """SHA-256; a lookup by it tells by its time nothing that would help to guess the secret."""
    return sha256(secret.encode("utf-8", "surrogatepass")).digest()


def _key(connection: Connection, row: Row[Any]) -> Key:
    brands = None if row.brands is None else tuple(_names(connection, row.brands))
    return Key(row.id, row.name, tuple(row.scopes), brands, row.rate, row.made_at, row.revoked_at)


def _names(connection: Connection, ids: list[int]) -> Iterable[str]:
    brands = schema.brands.c
    live = select(brands.name).where(brands.id.in_(ids), ~brands.removed).order_by(brands.id)
    return connection.execute(live).scalars()
