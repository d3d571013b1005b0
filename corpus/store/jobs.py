"""Files of drafts to be checked: who may see them, how far they are, and what came of each draft."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any, Literal, Protocol
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, true, update

from contentcheck.engine.documents import Draft
from contentcheck.engine.normalise import replace_unencodable

from . import schema
from .branded import BRAND, with_brand
from .database import Database, now
from .deliveries import announce
from .overwriting import for_good

RowState = Literal["queued", "leased", "done", "failed"]

_J = schema.jobs.c
_R = schema.job_rows.c
_B = schema.brands.c
_UNFINISHED = ("queued", "leased")
_INSERTED = 200  # rows of one statement
_READ = 50  # rows held in memory while results are written out


class Viewer(Protocol):
    """Whoever asks. `brands`: names of those it is limited to; None: sees all."""

    @property
    def key_id(self) -> int: ...
    @property
    def brands(self) -> frozenset[str] | None: ...


@dataclass(frozen=True, slots=True)
class Job:
    """How far a job is.

    Attributes:
        state: queued, running, done or cancelled.
        brand: the one that all its drafts are of; None where there is no such brand.
        done, failed: drafts that have a report, and those that never will have one.
    """

    id: str
    name: str
    brand: str | None
    state: str
    total: int
    done: int
    failed: int
    made_at: str
    finished_at: str | None


@dataclass(frozen=True, slots=True)
class NewRow:
    """A draft of a job to be made; or without one, why the line of the file cannot be used."""

    line: int
    draft: Draft | None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class RowStatus:
    """How far one draft is. `number` counts from 0; `line` is that of the file, from 1."""

    number: int
    line: int
    state: RowState
    verdict: str | None
    error: str | None


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one draft: a report, or why there is none."""

    id: str
    title: str
    line: int
    report: dict[str, Any] | None
    error: str | None


class Jobs:
    """The jobs of a database."""

    def __init__(self, database: Database):
        self._database = database

    def make(
        self, rows: Iterable[NewRow], *, key_id: int, name: str = "", brand: str | None = None, webhook: Any = None
    ) -> Job:
        """Store a job with all its rows, or nothing at all.

        Args:
            rows: taken one by one, while other writers wait.
            brand: the one that all drafts are of. If it was removed meanwhile, the job is of none.
            webhook: `url` and `secret`.
        """
        job = {"id": str(uuid4()), "key_id": key_id, "name": storable(name), "state": "queued", "total": 0}
        with self._database.writing() as connection:
            brand_id = connection.scalar(select(_B.id).where(_B.name == brand, ~_B.removed))
            told = {"webhook": webhook} if webhook else {}
            connection.execute(insert(schema.jobs).values(**job, **told, brand_id=brand_id, made_at=now()))
            total, coming = 0, iter(rows)
            while some := [_new(job["id"], n, r) for n, r in enumerate(islice(coming, _INSERTED), total)]:
                connection.execute(insert(schema.job_rows), some)
                total += len(some)
            connection.execute(update(schema.jobs).where(_J.id == job["id"]).values(total=total))
            finish_if_over(connection, job["id"])
            return read_job(connection, job["id"])

    def get(self, job_id: str, viewer: Viewer) -> Job | None:
        """None if there is none, or none that the viewer may see."""
        with self._database.reading() as connection:
            return _first(connection, (_J.id == job_id) & _visible(viewer))

    def page(self, viewer: Viewer, made_at: str, job_id: str, limit: int) -> list[Job]:
        """Newest first, those that follow the job with these; empty texts: from the newest on."""
        after = (_J.made_at < made_at) | ((_J.made_at == made_at) & (_J.id < job_id)) if made_at else true()
        query = _jobs().where(_visible(viewer), after).order_by(_J.made_at.desc(), _J.id.desc()).limit(limit)
        with self._database.reading() as connection:
            return _with_counts(connection, connection.execute(query).all())

    def cancel(self, job_id: str) -> Job | None:
        """Take it out of the workers' hands; drafts not yet checked stay so. Nothing if it is over already.

        None if somebody has deleted it.
        """
        with self._database.writing() as connection:
            still = (_J.id == job_id) & (_J.state == "queued")
            if connection.execute(
                update(schema.jobs).where(still).values(state="cancelled", finished_at=now())
            ).rowcount:
                held = (_R.job_id == job_id) & (_R.state == "leased")
                free = update(schema.job_rows).where(held).values(state="queued", owner=None, leased_until=None)
                connection.execute(free)
                _tell(connection, job_id, "job.cancelled")
            return _first(connection, _J.id == job_id)

    def remove(self, job_id: str) -> bool:
        """Delete a job that is over for good, with all that came of it; False, and nothing happens, if it is not."""
        with for_good(self._database) as connection:
            if connection.scalar(select(_J.state).where(_J.id == job_id)) == "queued":
                return False
            for table in (schema.deliveries, schema.job_rows):
                connection.execute(delete(table).where(table.c.job_id == job_id))
            connection.execute(delete(schema.jobs).where(_J.id == job_id))
            return True

    def rows(self, job_id: str, after: int, limit: int, state: RowState | None = None) -> list[RowStatus]:
        """In order, those after a number; -1: from the first on."""
        query = select(_R.number, _R.line, _R.state, _R.verdict, _R.error)
        query = query.where(_R.job_id == job_id, _R.number > after, _R.state == state if state else true())
        with self._database.reading() as connection:
            return [RowStatus(*row) for row in connection.execute(query.order_by(_R.number).limit(limit))]

    def results(self, job_id: str) -> Iterator[Result]:
        """What there is so far, in order. Memory does not grow, and nobody waits for a slow reader."""
        last = -1
        query = select(_R.number, _R.draft, _R.line, _R.report, _R.error)
        query = query.where(_R.job_id == job_id, _R.state.in_(("done", "failed"))).order_by(_R.number).limit(_READ)
        while True:
            with self._database.reading() as connection:
                rows = connection.execute(query.where(_R.number > last)).all()
            for number, draft, line, report, error in rows:
                yield Result(draft["id"], draft["title"], line, report, error)
                last = number
            if len(rows) < _READ:
                return


def storable(text: str) -> str:
    """The text as any database takes it."""
    return replace_unencodable(text)[0]


def read_job(connection: Connection, job_id: str) -> Job:
    """As it is within a transaction; the job has to exist."""
    job = _first(connection, _J.id == job_id)
    assert job is not None
    return job


def finish_if_over(connection: Connection, job_id: str) -> None:
    """Note that a job is done, once, if none of its drafts is left to be checked."""
    left = select(_R.number).where(_R.job_id == job_id, _R.state.in_(_UNFINISHED)).limit(1)
    if connection.execute(left).first() is not None:
        return
    still = (_J.id == job_id) & (_J.state == "queued")
    if connection.execute(update(schema.jobs).where(still).values(state="done", finished_at=now())).rowcount:
        _tell(connection, job_id, "job.done")


def _tell(connection: Connection, job_id: str, event: str) -> None:
    announce(connection, job_id, event, {"job": asdict(read_job(connection, job_id))})


def _new(job_id: str, number: int, row: NewRow) -> dict[str, Any]:
    draft = row.draft or Draft(str(row.line), "")
    return {
        "job_id": job_id,
        "number": number,
        "line": row.line,
        "draft": {"id": draft.id, "text": draft.text, "title": draft.title, "brand": draft.brand},
        "state": "queued" if row.draft else "failed",
        "attempts": 0,
        "error": None if row.draft else storable(row.error or ""),
    }


def _visible(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.brands is None:
        return true()
    return (_J.key_id == viewer.key_id) | _B.name.in_(sorted(viewer.brands))


def _jobs():
    columns = (_J.id, _J.name, _J.state, _J.total, _J.made_at, _J.finished_at, BRAND)
    return select(*columns).select_from(with_brand(schema.jobs))


def _first(connection: Connection, condition: ColumnElement[bool]) -> Job | None:
    jobs = _with_counts(connection, connection.execute(_jobs().where(condition)).all())
    return jobs[0] if jobs else None


def _with_counts(connection: Connection, jobs: Collection[Any]) -> list[Job]:
    ids = [job.id for job in jobs]
    counting = select(_R.job_id, _R.state, func.count()).where(_R.job_id.in_(ids)).group_by(_R.job_id, _R.state)
    counts = {(job_id, state): count for job_id, state, count in connection.execute(counting)}
    return [_job(job, {s: counts.get((job.id, s), 0) for s in ("leased", "done", "failed")}) for job in jobs]


def _job(job: Any, counts: dict[str, int]) -> Job:
    begun = job.state == "queued" and (counts["leased"] or counts["done"])
    state = "running" if begun else job.state
    done, failed = counts["done"], counts["failed"]
    return Job(job.id, job.name, job.brand, state, job.total, done, failed, job.made_at, job.finished_at)
