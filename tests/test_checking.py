"""The queue before the checker: what may wait in it, and what callers are told when it is full."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any, cast

import pytest

from contentcheck.api.checking import CheckQueue, Overloaded
from contentcheck.api.http.metrics import Metrics
from contentcheck.engine.checker import Checker
from contentcheck.engine.documents import Draft


class Held:
    """A checker that goes on when it is let go."""

    def __init__(self) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()
        self.checked: list[str] = []

    def check(self, drafts: list[Draft]) -> list[Any]:
        self.begun.set()
        assert self.go_on.wait(10)
        self.checked += [draft.id for draft in drafts]
        return [draft.id for draft in drafts]


@contextmanager
def holding(limit: int) -> Iterator[tuple[CheckQueue, Held]]:
    held = Held()
    with closing(CheckQueue(cast(Checker, held), limit, Metrics())) as queue:
        queue.submit(Draft("first", "x"))
        assert held.begun.wait(10)
        try:
            yield queue, held
        finally:
            held.go_on.set()


@pytest.mark.parametrize("draft", [Draft("a", ""), Draft("a", "", "题" * 1000), Draft("a", "字" * 1000)])
def test_drafts_of_whatever_kind_are_refused_when_too_many_wait(draft: Draft) -> None:
    with holding(5000) as (queue, _), pytest.raises(Overloaded) as refused:
        for _ in range(100):
            queue.submit(draft)
    assert refused.value.retry_after == 1


def test_callers_that_leave_do_not_make_it_seem_slow() -> None:
    with holding(5000) as (queue, held):
        for _ in range(20):
            queue.submit(Draft("left", "x")).cancel()
        held.go_on.set()
        assert queue.submit(Draft("last", "x")).result(10) == "last"
        held.go_on.clear()
        held.begun.clear()
        queue.submit(Draft("held", "x"))
        assert held.begun.wait(10)
        with pytest.raises(Overloaded) as refused:
            for _ in range(100):
                queue.submit(Draft("a", "x" * 100))
    assert refused.value.retry_after <= 2 and "left" not in held.checked
