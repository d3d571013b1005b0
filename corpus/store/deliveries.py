"""Webhooks to be sent: written with what they tell of, sent afterwards, at least once."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal
from uuid import uuid4

from sqlalchemy import Connection, Row, insert, select, update

from . import schema
from .database import Database, now

State = Literal["waiting", "sending", "delivered", "given_up"]

SCHEDULE = (0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Seconds to wait before each attempt, as Standard Webhooks suggests; after the last one a delivery is given up."""

_SPREAD = 0.1  # of a delay is added at random, so that what failed together does not come back together
_LONGEST = SCHEDULE[-1]  # seconds a receiver may have us wait
_LEASE = 60.0  # seconds a sender may take with what it took; then another one sends it again
_KEPT = 50  # attempts of one delivery
_GONE = 410

_D = schema.deliveries.c
_J = schema.jobs.c


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of sending once.

    Attributes:
        at: when, as ISO time in UTC.
        status: of the answer; None if there was none.
        error: what went wrong, for the user; empty for a delivery.
        ms: how long it took, in milliseconds.
        retry_after: seconds the receiver asks to be left alone.
    """

    at: str
    status: int | None
    error: str
    ms: int
    retry_after: float | None = None

    @property
    def delivered(self) -> bool:
        """Whether the receiver has it."""
        return self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be sent. `id` and `body` are the same in every attempt; secret and body stay out of logs."""

    id: str
    url: str
    secret: str = field(repr=False)
    body: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One entry of the log. `next_at`: seconds since 1970, of use while it is waiting."""

    id: str
    event: str
    state: State
    next_at: float
    attempts: tuple[Attempt, ...]
    made_at: str


def body(event: str, timestamp: str, data: Mapping[str, Any]) -> str:
    """What a webhook says, in ASCII: the same bytes wherever it is stored."""
    return json.dumps({"type": event, "timestamp": timestamp, "data": data}, separators=(",", ":"))


def announce(connection: Connection, job_id: str, event: str, payload: Mapping[str, Any]) -> None:
    """Have the job's webhook told, if it has one: in the transaction that makes it true, or not at all.

    Args:
        connection: the one that is writing.
        event: as job.done.
    """
    if not connection.scalar(select(_J.webhook).where(_J.id == job_id)):
        return
    at = now()
    row = {
        "id": str(uuid4()),
        "job_id": job_id,
        "event": event,
        "payload": body(event, at, payload),
        "state": "waiting",
        "next_at": 0.0,
        "attempts": [],
        "made_at": at,
    }
    connection.execute(insert(schema.deliveries).values(row))


def delay(attempts: int, jitter: float, retry_after: float | None = None) -> float | None:
    """Seconds until the next attempt, after so many that failed; None if there is to be none.

    Args:
        jitter: in [0, 1], drawn at random.
        retry_after: seconds the receiver asks for; honoured up to a day.
    """
    if attempts >= len(SCHEDULE):
        return None
    return max(SCHEDULE[attempts] * (1 + _SPREAD * jitter), min(retry_after or 0.0, _LONGEST))


class Deliveries:
    """The webhooks of a database. Moments are seconds since 1970."""

    def __init__(self, database: Database):
        self._database = database

    def due(self, moment: float, limit: int) -> list[Message]:
        """At most `limit` to be sent now. They are the caller's for a minute; no other sender gets them meanwhile."""
        is_due = _D.state.in_(("waiting", "sending")) & (_D.next_at <= moment)
        some = select(_D.id, _D.payload, _J.webhook).join(schema.jobs).where(is_due).order_by(_D.next_at).limit(limit)
        with self._database.reading() as connection:  # most times there is nothing, and no writer need wait for us
            if connection.execute(some.limit(1)).first() is None:
                return []
        with self._database.writing() as connection:
            rows = connection.execute(some).all()
            taken = update(schema.deliveries).where(_D.id.in_([row.id for row in rows]))
            connection.execute(taken.values(state="sending", next_at=moment + _LEASE))
        return [Message(row.id, row.webhook["url"], row.webhook["secret"], row.payload) for row in rows]

    def note(self, delivery_id: str, attempt: Attempt, moment: float, jitter: float) -> None:
        """Write down what came of sending, and when to try again. Nothing if the delivery was deleted meanwhile.

        Args:
            moment: from which the time to the next attempt counts.
            jitter: as `delay`.
        """
        with self._database.writing() as connection:
            found = connection.execute(select(_D.state, _D.attempts).where(_D.id == delivery_id)).first()
            if found is None:
                return
            attempts = [*found.attempts, asdict(attempt)][-_KEPT:]
            state, next_at = "delivered", moment
            if not attempt.delivered and found.state != "delivered":  # by another sender, when our time had run out
                wait = None if attempt.status == _GONE else delay(len(attempts), jitter, attempt.retry_after)
                state, next_at = ("given_up", moment) if wait is None else ("waiting", moment + wait)
            changed = update(schema.deliveries).where(_D.id == delivery_id)
            connection.execute(changed.values(state=state, next_at=next_at, attempts=attempts))

    def redeliver(self, job_id: str, delivery_id: str, moment: float) -> Delivery | None:
        """Send it once more now, whatever came of it before; None if the job has no such delivery.

        If that fails too, the schedule goes on from where it was. What is just being sent is left alone.
        """
        this = (_D.id == delivery_id) & (_D.job_id == job_id)
        with self._database.writing() as connection:
            again = update(schema.deliveries).where(this, _D.state != "sending")
            connection.execute(again.values(state="waiting", next_at=moment))
            row = connection.execute(select(schema.deliveries).where(this)).first()
        return None if row is None else _delivery(row)

    def of(self, job_id: str) -> list[Delivery]:
        """A job's, oldest first."""
        query = select(schema.deliveries).where(_D.job_id == job_id).order_by(_D.made_at, _D.id)
        with self._database.reading() as connection:
            return [_delivery(row) for row in connection.execute(query)]


def _delivery(row: Row[Any]) -> Delivery:
    attempts = tuple(Attempt(**attempt) for attempt in row.attempts)
    return Delivery(row.id, row.event, row.state, row.next_at, attempts, row.made_at)
