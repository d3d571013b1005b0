"""Files of drafts to be checked: handed in, seen by whom they concern, ended and deleted."""

import time
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from typing import Any, Protocol
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, true, update

from contentcheck.engine.errors import StateError

from . import schema
from .answers import abandoned
from .audit import Action, note
from .branded import BRAND, with_brand
from .database import Database, now
from .deliveries import announce
from .new_rows import NewRow, in_parts, storable, stored
from .overwriting import for_good

_J = schema.jobs.c
_R = schema.job_rows.c
_B = schema.brands.c
_UNFINISHED = ("queued", "leased")
_ARRIVING = "arriving"  # still being written: nobody sees it, nobody works on it


class Viewer(Protocol):
    """Whoever asks. `reads`: sees others' jobs; `brands`: names of those it is limited to, None: all."""

    @property
    def key_id(self) -> int: ...
    @property
    def reads(self) -> bool: ...
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


class Jobs:
    """The jobs of a database."""

    def __init__(self, database: Database):
        self._database = database

    def make(
        self, rows: Iterable[NewRow], *, key_id: int, name: str = "", brand: str | None = None, webhook: Any = None
    ) -> Job:
        """Store a job with all its rows, or nothing at all.

        Long ones are written in parts, so that other writers can come between; until the last part is there, nobody
        sees the job. What a killed program leaves behind is deleted by `drop_abandoned`.

        Args:
            rows: taken part by part.
            brand: the one that all drafts are of. If it was removed meanwhile, the job is of none.
            webhook: `url` and `secret`.

        Raises:
            StateError: if it was deleted meanwhile, with all that is kept of its brand.
        """
        self.drop_abandoned()
        job_id = str(uuid4())
        told = {"webhook": webhook} if webhook else {}
        job = {"id": job_id, "key_id": key_id, "name": storable(name), "state": _ARRIVING, "total": 0, **told}
        total = 0
        try:
            for part, is_last in in_parts(rows):
                begun = time.monotonic()
                with self._database.writing() as connection:
                    brands = _live_brands(connection)
                    if total == 0:
                        brand_id = brands.get(brand) if brand is not None else None
                        connection.execute(insert(schema.jobs).values(**job, brand_id=brand_id, made_at=now()))
                    if part:
                        numbered = [stored(job_id, n, row, brands) for n, row in enumerate(part, total)]
                        connection.execute(insert(schema.job_rows), numbered)
                        total += len(part)
                    if is_last:
                        return _arrived(connection, job_id, total)
                    _renew(connection, job_id, made_at=now())
                time.sleep(time.monotonic() - begun)  # writers of SQLite do not queue: they look in now and then
        except BaseException:
            self._drop([job_id])
            raise
        raise AssertionError("the last part is always told")

    def drop_abandoned(self) -> None:
        """Delete what was left half written by programs that were killed."""
        with self._database.reading() as connection:
            begun = connection.execute(select(_J.id, _J.made_at).where(_J.state == _ARRIVING)).all()
        moment = now()
        if old := [job.id for job in begun if abandoned(job.made_at, moment)]:
            self._drop(old)

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

    def remove(self, job_id: str, actor: str) -> bool:
        """Delete a job that is over for good, with all that came of it; False, and nothing happens, if it is not.

        Args:
            actor: who does it, for the audit trail.
        """
        with for_good(self._database) as connection:
            job = connection.execute(select(_J.state, _J.brand_id, _J.total).where(_J.id == job_id)).first()
            if job is None or job.state not in ("done", "cancelled"):
                return job is None
            _delete(connection, [job_id])
            note(connection, job.brand_id, actor, Action.JOB_DELETED, f"job {job_id}", drafts=job.total)
            return True

    def _drop(self, job_ids: list[str]) -> None:
        """Delete for good what is still arriving."""
        with for_good(self._database) as connection:
            arriving = select(_J.id).where(_J.id.in_(job_ids), _J.state == _ARRIVING)
            _delete(connection, list(connection.execute(arriving).scalars()))


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


def _live_brands(connection: Connection) -> dict[str, int]:
    return {brand.name: brand.id for brand in connection.execute(select(_B.name, _B.id).where(~_B.removed))}


def _arrived(connection: Connection, job_id: str, total: int) -> Job:
    """Have it seen, and worked on."""
    _renew(connection, job_id, state="queued", total=total, made_at=now())
    finish_if_over(connection, job_id)
    return read_job(connection, job_id)


def _renew(connection: Connection, job_id: str, **values: Any) -> None:
    """Raises StateError where the job is gone."""
    if not connection.execute(update(schema.jobs).where(_J.id == job_id).values(**values)).rowcount:
        raise StateError(f"任务 {job_id} 在写入时被删除了")


def _delete(connection: Connection, job_ids: list[str]) -> None:
    for table in (schema.deliveries, schema.job_rows):
        connection.execute(delete(table).where(table.c.job_id.in_(job_ids)))
    connection.execute(delete(schema.jobs).where(_J.id.in_(job_ids)))


def _visible(viewer: Viewer) -> ColumnElement[bool]:
    complete, own = _J.state != _ARRIVING, _J.key_id == viewer.key_id
    if not viewer.reads:
        return complete & own
    if viewer.brands is None:
        return complete
    return complete & (own | _B.name.in_(sorted(viewer.brands)))


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
