"""Everything that is kept of a brand's drafts: given out, deleted, or let go when its time is over."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    Text,
    cast,
    delete,
    false,
    func,
    or_,
    select,
    tuple_,
    update,
)

from . import schema
from .answers import forget
from .audit import Action, note
from .database import Database
from .jobs import finish_if_over
from .overwriting import for_good

_AT_ONCE = 50  # rows of an export read together: a report may be long
# Of no use elsewhere, or with a secret in it.
_HIDDEN = {"brand_id", "key_id", "owner", "leased_until", "webhook", "token_digest", "brief"}
_FINISHED = ("done", "cancelled")

_B, _C, _F = schema.brands.c, schema.checks.c, schema.feedback.c
_J, _R, _D = schema.jobs.c, schema.job_rows.c, schema.deliveries.c
_S = schema.shares.c

_Rows = list[tuple[str, Table, ColumnElement[bool]]]
"""Kinds of rows, and which of a table's they are; what refers to others comes before them."""


class Holdings:
    """What a database keeps of drafts, by the brand's number."""

    def __init__(self, database: Database):
        self._database = database

    def numbers(self, name: str, *, removed: bool) -> list[int]:
        """Of the brand of this name; `removed`: of those too that had it before they were removed."""
        found = select(_B.id).where(_B.name == name, *([] if removed else [~_B.removed]))
        with self._database.reading() as connection:
            return list(connection.execute(found).scalars())

    def export(self, brand_ids: Sequence[int], actor: str) -> Iterator[dict[str, Any]]:
        """Everything, policy and trail too, in the order of the keys; `kind` says what a line is.

        Read a few rows at a time, so that a slow receiver holds nobody up. That it was asked for is in the trail.
        """
        with self._database.writing() as connection:
            for number in brand_ids:
                note(connection, number, actor, Action.DATA_EXPORTED, "data")
            kinds = _of_drafts(_names(connection, brand_ids))
        about = {"policy": schema.policies, "exception": schema.exceptions, "audit": schema.audit}
        rest = [(kind, table, table.c.brand_id.in_(brand_ids)) for kind, table in about.items()]
        return self._lines([*reversed(kinds), *rest])

    def erase(self, brand_ids: Sequence[int], actor: str) -> dict[str, int]:
        """Delete checks, shares, feedback, jobs with rows and deliveries for good; returns how many of each kind.

        A draft of the brand in a job of several brands is taken out of the job.
        """
        with for_good(self._database) as connection:
            gone = _delete(connection, _of_drafts(_names(connection, brand_ids)))
            for number in brand_ids:
                note(connection, number, actor, Action.DATA_DELETED, "data", **gone)
        return gone

    def purge(self, brand_id: int, before: str, actor: str) -> dict[str, int]:
        """Delete checks made and jobs finished before a moment (ISO, UTC; a day is its start); how many of each kind.

        Feedback stays: it is kept for calibration.
        """
        with for_good(self._database) as connection:
            kinds = _of_drafts(_names(connection, [brand_id]), before)
            gone = _delete(connection, [k for k in kinds if k[1] is not schema.feedback])
            if any(gone.values()):
                note(connection, brand_id, actor, Action.DATA_PURGED, "data", before=before, **gone)
        return gone

    def retentions(self) -> dict[int, int]:
        """Days that a brand's checks and jobs are kept, by its number, where a policy limits them."""
        policies = schema.policies.c
        limited = select(policies.brand_id, policies.retention_days).where(policies.retention_days.is_not(None))
        with self._database.reading() as connection:
            return {row.brand_id: row.retention_days for row in connection.execute(limited)}

    def _lines(self, kinds: _Rows) -> Iterator[dict[str, Any]]:
        for kind, table, mine in kinds:
            keys = list(table.primary_key)
            rows = select(table).where(mine).order_by(*keys).limit(_AT_ONCE)
            part = self._read(rows)
            while part:
                yield from ({"kind": kind} | _plain(row) for row in part)
                last = [part[-1]._mapping[key] for key in keys]
                part = self._read(rows.where(tuple_(*keys) > tuple_(*last)))

    def _read(self, query: Select[Any]) -> Sequence[Row[Any]]:
        with self._database.reading() as connection:
            return connection.execute(query).all()


def _names(connection: Connection, brand_ids: Sequence[int]) -> dict[int, str]:
    return {row.id: row.name for row in connection.execute(select(_B.id, _B.name).where(_B.id.in_(brand_ids)))}


def _of_drafts(brands: Mapping[int, str], before: str | None = None) -> _Rows:
    """What holds drafts of these brands (names by number), or tells of them; `before`: only what is past it."""
    brand_ids = list(brands)
    past = [] if before is None else [_J.state.in_(_FINISHED), _J.finished_at < before]
    own = _J.brand_id.in_(brand_ids)
    jobs = select(_J.id).where(own, *past)
    # All drafts of a job of one brand are of that one, which may have had the name of a later one.
    of_several = select(_J.id).where(_J.brand_id.is_(None), *past)
    in_others = _R.job_id.in_(of_several) & or_(false(), *(_is_of(number, name) for number, name in brands.items()))
    checks = _C.brand_id.in_(brand_ids) & (True if before is None else _C.made_at < before)
    return [
        ("delivery", schema.deliveries, _D.job_id.in_(jobs)),
        ("job_row", schema.job_rows, _R.job_id.in_(jobs) | in_others),
        ("job", schema.jobs, _J.id.in_(jobs)),
        ("feedback", schema.feedback, _F.brand_id.in_(brand_ids)),
        ("share", schema.shares, _S.check_id.in_(select(_C.id).where(checks))),
        ("check", schema.checks, checks),
    ]


def _is_of(number: int, name: str) -> ColumnElement[bool]:
    """Whether a draft is of a brand, by the end of its JSON as `new_rows.stored` makes it; older ones have no number.

    PostgreSQL would refuse to look into one that holds a NUL. What a draft says itself has its quotes escaped.
    """
    stored, told = cast(_R.draft, Text), f'"brand": {json.dumps(name)}'
    ends = [f'{told}, "brand_id": {number}}}', f'{told}, "brand_id": null}}', f"{told}}}"]
    return or_(*(func.substr(stored, func.length(stored) - len(end) + 1) == end for end in ends))


def _delete(connection: Connection, kinds: _Rows) -> dict[str, int]:
    [of_jobs] = [mine for _, table, mine in kinds if table is schema.job_rows]
    touched = list(connection.execute(select(_R.job_id).where(of_jobs).distinct()).scalars())
    gone = {kind: connection.execute(delete(table).where(mine)).rowcount for kind, table, mine in kinds}
    left = select(func.count()).where(_R.job_id == _J.id).scalar_subquery()
    for job in touched:
        connection.execute(update(schema.jobs).where(_J.id == job).values(total=left))
        finish_if_over(connection, job)  # its last drafts may be among those that are gone
    forget(connection)
    return gone


def _plain(row: Row[Any]) -> dict[str, Any]:
    """A row as JSON can hold it."""
    shown = {name: value for name, value in row._mapping.items() if name not in _HIDDEN}
    return {name: value.hex() if isinstance(value, bytes) else value for name, value in shown.items()}
