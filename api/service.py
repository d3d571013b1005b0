"""What every handler works with; made by the application's lifespan."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import BoundedSemaphore
from typing import Annotated, Protocol, cast

from fastapi import Depends, Request

from contentcheck.app import Settings
from contentcheck.corpus.store import Store

from .charts.drawer import Drawer
from .checking import CheckQueue
from .http.limits import Visits
from .http.metrics import Metrics
from .http.problems import Problem
from .settings import ServiceSettings


class Worker(Protocol):
    """Work that goes on beside the answering of requests, in threads of its own; made with the running `Service`."""

    def start(self) -> None:
        """Begin, and return at once."""
        ...

    def stop(self) -> None:
        """End soon; what is unfinished must be found again by the next start, here or in another process."""
        ...


@dataclass
class Service:
    """One running service.

    Attributes:
        queue: None until the model is loaded and the index is open.
        failure: why it never will be.
        taking_in: held while pieces are stored: encoding them takes the cores from the checks.
        comparing: held while a text is compared with known passages, likewise.
        reading: held while an uploaded file is read whole, for the memory that takes.
        pasting: held while pasted HTML is read, likewise.
        drawing: held while a chart is drawn, or waits for others: it waits in a thread that could answer somebody.
    """

    settings: Settings
    limits: ServiceSettings
    store: Store
    metrics: Metrics
    queue: CheckQueue | None = None
    failure: str = ""
    workers: list[Worker] = field(default_factory=list[Worker])
    taking_in: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(2))
    comparing: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(2))
    reading: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(2))
    pasting: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))
    drawing: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(8))
    visits: Visits = field(default_factory=Visits)
    drawer: Drawer = field(default_factory=Drawer)

    def checks(self) -> CheckQueue:
        """Where drafts are checked. Raises Problem while the service starts."""
        if self.queue is None:
            detail = self.failure or "服务正在启动，几秒后再试"
            raise Problem(503, "not_ready", detail, headers={"Retry-After": "5"})
        return self.queue


@contextmanager
def at_once(places: BoundedSemaphore, what: str, seconds: int) -> Iterator[None]:
    """Hold one of the places. Raises Problem 503 where none is free; `what` is being done, in Chinese."""
    if not places.acquire(blocking=False):
        raise Problem(503, "overloaded", f"正在{what}，请稍后再试", headers={"Retry-After": str(seconds)})
    try:
        yield
    finally:
        places.release()


def service_of(request: Request) -> Service:
    """The service that answers a request."""
    return cast(Service, request.app.state.service)


TheService = Annotated[Service, Depends(service_of)]
