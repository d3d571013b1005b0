"""Checks the drafts of jobs beside everything else; any number of processes share one database's."""

from concurrent.futures import Future, wait
from threading import Event, Thread
from uuid import uuid4

import structlog

from contentcheck.corpus.store.leases import ATTEMPTS, Key, Leased, Leases, Outcome
from contentcheck.corpus.store.new_rows import brand_is_gone
from contentcheck.engine.errors import InputError, StateError, UnknownBrand
from contentcheck.engine.report import Report

from ..service import Service

_TOGETHER = 32  # drafts taken at once: as many as are checked together where they are short
_PAUSE = 0.5  # seconds until the next look for work
_DELAY = 1.0  # seconds until a draft is tried again
_BEAT = 1.0  # seconds between signs of life, at most

_Waiting = dict[Key, Future[Report]]
_log = structlog.get_logger()


class JobWorker:
    """One thread that keeps the queue of patient drafts filled and writes down what comes out."""

    def __init__(self, service: Service):
        self._leases = Leases(service.store.database)
        self._queue = service.checks()
        self._duration = service.limits.job_lease
        self._id = str(uuid4())
        self._stopping = Event()
        self._waiting: _Waiting = {}
        self._thread = Thread(target=self._work, name="jobs", daemon=True)

    def start(self) -> None:
        """Begin, and return at once."""
        self._thread.start()

    def stop(self) -> None:
        """End as soon as what is just being checked is done; the rest is given back."""
        self._stopping.set()
        for future in list(self._waiting.values()):
            future.cancel()
        self._thread.join()

    def _work(self) -> None:
        while not self._stopping.is_set():
            try:
                if taken := self._leases.take(self._id, _TOGETHER, self._duration):
                    self._check(taken)
                    continue
            except StateError as error:  # the database may be back in a moment
                _log.error("jobs wait", reason=str(error))
            except Exception as error:  # nothing would start this thread again
                _log.error("unexpected error", exc_info=error)
            self._stopping.wait(_PAUSE)

    def _check(self, taken: list[Leased]) -> None:
        attempts = {row.key: row for row in taken}
        self._waiting = {row.key: self._queue.submit(row.draft, patient=True) for row in taken}
        if self._stopping.is_set():  # too late for `stop` to see them
            for future in self._waiting.values():
                future.cancel()
        beat = min(_BEAT, self._duration / 3)
        while self._waiting:
            wait(self._waiting.values(), beat)
            over = {key: future for key, future in self._waiting.items() if future.done()}
            outcomes = {key: _outcome(attempts[key], future) for key, future in over.items() if not future.cancelled()}
            try:
                rows = [attempts[key] for key in self._waiting]
                held = self._leases.keep(self._id, rows, outcomes, self._duration)
            except StateError as error:  # what is done is not to be lost: once more
                _log.error("results wait", reason=str(error))
                if self._stopping.wait(beat):
                    return
                continue
            for key in [key for key in self._waiting if key in over or key not in held]:
                self._waiting.pop(key).cancel()
        if self._stopping.is_set():
            self._leases.release(self._id, attempts.keys())


def _outcome(row: Leased, future: Future[Report]) -> Outcome:
    try:
        return Outcome(report=future.result().to_json())
    except UnknownBrand:  # whose words name the brands of others
        return Outcome(error=brand_is_gone(row.draft.brand or ""))
    except InputError as error:
        return Outcome(error=str(error))
    except StateError as error:  # no fault of the draft
        _log.error("jobs wait", reason=str(error))
        return Outcome(delay=_DELAY, counts=False)
    except Exception as error:
        _log.error("draft failed", job=row.key[0], number=row.key[1], attempt=row.attempt, exc_info=error)
        if row.attempt < ATTEMPTS:
            return Outcome(delay=_DELAY)
        return Outcome(error=f"检查这一篇时程序出错 {ATTEMPTS} 次，已记入日志；请告诉管理员任务编号和行号")
