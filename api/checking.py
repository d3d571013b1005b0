"""One checker for all callers: their drafts are checked together, those of people before those of jobs."""

import asyncio
import math
import time
from collections import deque
from concurrent.futures import Future
from threading import Condition, Thread

from contentcheck.engine.checker import Checker
from contentcheck.engine.documents import Draft
from contentcheck.engine.report import Report

from .http.metrics import Metrics

_BATCH = 16_000  # characters checked together; more gains little and has everyone wait longer
_EACH = 200  # characters that a draft counts for beside its own: one without any takes its time as well
_FIRST_SPEED = 20_000.0  # characters a second, until it is measured

_Waiting = deque[tuple[Draft, Future[Report]]]


class Overloaded(Exception):
    """Too many drafts are waiting. `retry_after`: seconds until there is room, estimated."""

    def __init__(self, retry_after: int):
        super().__init__(retry_after)
        self.retry_after = retry_after


class CheckQueue:
    """Drafts wait here for the one thread that checks; it is started at once and ends with `close`."""

    def __init__(self, checker: Checker, limit: int, metrics: Metrics):
        """`limit`: characters of callers' drafts that may wait; jobs do not count, they wait for their own."""
        self.checker = checker
        self._limit, self._metrics = limit, metrics
        self._urgent: _Waiting = deque()
        self._patient: _Waiting = deque()
        self._changed = Condition()
        self._speed = _FIRST_SPEED
        self._closed = False
        self._thread = Thread(target=self._work, name="checking", daemon=True)
        self._thread.start()

    async def check(self, draft: Draft) -> Report:
        """The report of one draft. A caller that goes away takes its draft out of the queue.

        Raises:
            Overloaded: at once, if too much is waiting.
            InputError: as `Checker.check`.
        """
        return await asyncio.wrap_future(self.submit(draft))

    def submit(self, draft: Draft, *, patient: bool = False) -> Future[Report]:
        """The report to come. `patient`: of a job, checked when no caller is waiting, and never refused."""
        future: Future[Report] = Future()
        with self._changed:
            waiting = sum(_size(d) for d, _ in self._urgent)
            if not patient and waiting and waiting + _size(draft) > self._limit:
                self._metrics.refused.inc()
                raise Overloaded(math.ceil(waiting / self._speed))
            (self._patient if patient else self._urgent).append((draft, future))
            self._metrics.waiting.set(len(self._urgent) + len(self._patient))
            self._changed.notify()
        return future

    def close(self) -> None:
        """Finish what is being checked; what still waits is cancelled."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()
        for _, future in (*self._urgent, *self._patient):
            future.cancel()

    def _work(self) -> None:
        while not self._closed:
            if not (batch := self._next()):
                continue  # else the speed would seem to be nought
            drafts = [d for d, _ in batch]
            start = time.perf_counter()
            try:
                for (_, future), report in zip(batch, self.checker.check(drafts), strict=True):
                    future.set_result(report)
            except Exception:
                for draft, future in batch:  # one of them is to blame; the others are not to suffer
                    self._alone(draft, future)
            took = time.perf_counter() - start
            self._speed += 0.2 * (sum(map(_size, drafts)) / max(took, 1e-6) - self._speed)
            self._metrics.checking.observe(took)
            self._metrics.batch.observe(len(batch))

    def _alone(self, draft: Draft, future: Future[Report]) -> None:
        if future.done():
            return
        try:
            future.set_result(self.checker.check([draft])[0])
        except Exception as error:
            future.set_exception(error)

    def _next(self) -> list[tuple[Draft, Future[Report]]]:
        """What is checked next, once there is something; empty when closed, or when nobody wants it any more."""
        batch: list[tuple[Draft, Future[Report]]] = []
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._urgent or self._patient)
            queue, length = self._urgent or self._patient, 0
            while queue and not self._closed and (not batch or length + _length(queue[0][0]) <= _BATCH):
                draft, future = queue.popleft()
                if future.set_running_or_notify_cancel():
                    batch.append((draft, future))
                    length += _length(draft)
            self._metrics.waiting.set(len(self._urgent) + len(self._patient))
        return batch


def _size(draft: Draft) -> int:
    """How much of the queue a draft takes up."""
    return _EACH + _length(draft)


def _length(draft: Draft) -> int:
    return len(draft.title) + len(draft.text)
