"""Drafts of jobs in workers' hands: a worker has them for a while, and only while it has them may it write results.

A draft whose worker fell silent is suspected of having killed it: it is handed out again, but alone, so that only
the one to blame is given up.
"""

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from itertools import chain, islice, zip_longest
from typing import Any

from sqlalchemy import JSON, Connection, bindparam, func, select, tuple_, update

from contentcheck.engine.documents import Draft

from . import schema
from .briefs import brief
from .database import Database
from .jobs import finish_if_over
from .new_rows import brand_is_gone, storable

ATTEMPTS = 3
"""Times a draft is handed out before it is given up."""

Key = tuple[str, int]
"""A draft by its job and number."""

_GIVEN_UP = f"检查这一篇时服务中断了 {ATTEMPTS} 次，不再重试；请用 /v1/checks 单独检查它"
_J = schema.jobs.c
_R = schema.job_rows.c
_B = schema.brands.c
_OPEN = _J.state == "queued"


@dataclass(frozen=True, slots=True)
class Leased:
    """A draft to be checked. `attempt` counts from 1; `brand_id`: the number its brand had when it was handed in."""

    key: Key
    draft: Draft
    attempt: int
    brand_id: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a draft: a report, an error, or with neither another attempt after `delay` seconds.

    Attributes:
        counts: whether this was one of the `ATTEMPTS`; not where the draft is not to blame.
    """

    report: dict[str, Any] | None = None
    error: str | None = None
    delay: float = 0.0
    counts: bool = True

    def values(self, worker: str, moment: float) -> dict[str, Any]:
        """Of the row; it goes on naming the worker that is done with it."""
        over = self.report is not None or self.error is not None
        return {
            "to_owner": worker if over else None,
            "to_state": "leased" if not over else "failed" if self.report is None else "done",
            "to_until": None if over else moment + self.delay,
            "to_verdict": None if self.report is None else str(self.report["verdict"]),
            "to_report": self.report,
            "to_brief": None if self.report is None else brief(self.report),
            "to_error": None if self.error is None else storable(self.error),
            "not_counted": 0 if over or self.counts else 1,
        }


class Leases:
    """What the workers of a database have in hand. Durations are seconds; `worker`: an id of its own for each."""

    def __init__(self, database: Database):
        self._database = database

    def take(self, worker: str, room: int, duration: float) -> list[Leased]:
        """Up to `room` drafts, in turn from all jobs, the oldest job first; or one alone that has been tried before."""
        with self._database.reading() as connection:  # most times there is nothing, and no writer need wait for us
            if not _free(connection, room):
                return []
        with self._database.writing() as connection:
            while (found := _free(connection, room)) and found[0].attempt > ATTEMPTS:
                key = found[0].key
                failed = update(schema.job_rows).where(_R.job_id == key[0], _R.number == key[1])
                connection.execute(failed.values(state="failed", owner=None, leased_until=None, error=_GIVEN_UP))
                finish_if_over(connection, key[0])
            if found:
                taken = _rows([row.key for row in found])
                until = _clock(connection) + duration
                values = {"state": "leased", "owner": worker, "leased_until": until, "attempts": _R.attempts + 1}
                connection.execute(update(schema.job_rows).where(taken).values(values))
            return found

    def keep(
        self, worker: str, held: Collection[Leased], outcomes: Mapping[Key, Outcome], duration: float
    ) -> frozenset[Key]:
        """Write outcomes of drafts that the worker still has, and have it keep the others for `duration` from now.

        A draft whose brand was removed meanwhile gets no report: it may be one of another brand of the same name.

        Args:
            held: all that it took to have, with or without an outcome.

        Returns:
            What it has now; what it lost belongs to another, or its job was cancelled.
        """
        mine = (_R.owner == worker) & (_R.state == "leased")
        with self._database.writing() as connection:
            moment = _clock(connection)
            if outcomes:
                removed = _removed(connection, [row.brand_id for row in held if row.key in outcomes])
                gone = {row.key: row.draft.brand for row in held if row.brand_id in removed}
                outcomes = {k: o if k not in gone else _without_brand(o, gone[k]) for k, o in outcomes.items()}
                this = mine & (_R.job_id == bindparam("of_job")) & (_R.number == bindparam("of_number"))
                rows = [{"of_job": k[0], "of_number": k[1], **o.values(worker, moment)} for k, o in outcomes.items()]
                connection.execute(_settle().where(this), rows)
                for job_id in {job_id for job_id, _ in outcomes}:
                    finish_if_over(connection, job_id)
            still = mine & _rows([row.key for row in held if row.key not in outcomes])
            connection.execute(update(schema.job_rows).where(still).values(leased_until=moment + duration))
            return frozenset(
                (r.job_id, r.number) for r in connection.execute(select(_R.job_id, _R.number).where(still))
            )

    def release(self, worker: str, held: Collection[Key]) -> None:
        """Give back what the worker will not check after all, as if it had never had it."""
        mine = (_R.owner == worker) & (_R.state == "leased") & _rows(held)
        free = {"state": "queued", "owner": None, "leased_until": None, "attempts": 0}
        with self._database.writing() as connection:
            connection.execute(update(schema.job_rows).where(mine).values(free))


def _free(connection: Connection, room: int) -> list[Leased]:
    """What may be taken now."""
    tried = (_R.state == "leased") & (_R.leased_until <= _clock(connection))
    again = select(schema.job_rows).join(schema.jobs).where(_OPEN, tried).order_by(_R.leased_until).limit(1)
    if row := connection.execute(again).first():
        return [_leased(row)]
    numbers: list[list[Key]] = []
    for job_id in connection.execute(select(_J.id).where(_OPEN).order_by(_J.made_at, _J.id)).scalars().all():
        fresh = select(_R.number).where(_R.job_id == job_id, _R.state == "queued").order_by(_R.number).limit(room)
        if found := connection.execute(fresh).scalars().all():
            numbers.append([(job_id, number) for number in found])
        if len(numbers) == room:
            break
    in_turn = (key for key in chain.from_iterable(zip_longest(*numbers)) if key is not None)
    keys = list(islice(in_turn, room))
    rows = {(r.job_id, r.number): r for r in connection.execute(select(schema.job_rows).where(_rows(keys)))}
    return [_leased(rows[key]) for key in keys]


def _removed(connection: Connection, brand_ids: Collection[int | None]) -> frozenset[int]:
    """Those of the brands that are gone for good: a number is never used again."""
    named = {number for number in brand_ids if number is not None}
    return frozenset(connection.execute(select(_B.id).where(_B.id.in_(named), _B.removed)).scalars())


def _without_brand(outcome: Outcome, brand: str | None) -> Outcome:
    return replace(outcome, report=None, error=brand_is_gone(brand or ""))


def _rows(keys: Collection[Key]):
    return tuple_(_R.job_id, _R.number).in_(list(keys))


def _leased(row: Any) -> Leased:
    draft = {**row.draft}
    brand_id = draft.pop("brand_id", None)
    return Leased((row.job_id, row.number), Draft(**draft), row.attempts + 1, brand_id)


def _settle():
    return update(schema.job_rows).values(
        state=bindparam("to_state"),
        owner=bindparam("to_owner"),
        leased_until=bindparam("to_until"),
        verdict=bindparam("to_verdict"),
        report=bindparam("to_report", type_=JSON(none_as_null=True)),
        brief=bindparam("to_brief", type_=JSON(none_as_null=True)),
        error=bindparam("to_error"),
        attempts=_R.attempts - bindparam("not_counted"),
    )


def _clock(connection: Connection) -> float:
    """Seconds since 1970 by the clock that all workers share: their own machines' may differ."""
    if connection.dialect.name == "postgresql":
        return float(connection.execute(select(func.extract("epoch", func.clock_timestamp()))).scalar_one())
    return time.time()
