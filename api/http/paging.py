"""Lists a page at a time: `?limit=1..200&cursor=…`, answered with {"items": […], "next": …} and a Link header.

A cursor says after which row the next page begins, not how many have been seen, so that what others add or delete
meanwhile neither repeats nor hides a row. A handler reads one row more than it shows:

    @router.get("", response_model=Page[JobShown], responses=described(403, 422) | NOT_MODIFIED)
    def list_jobs(asked: ThePage, known: TheKnown, caller: TheCaller, service: TheService) -> Response:
        rows = service.store.jobs.page(*asked.after("", ""), asked.limit + 1)  # made_at > ? or made_at = ? and id > ?
        page = asked.page(rows, shown, lambda r: (r.made_at, r.id))
        return known.answer(page, asked.link(page))
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar, TypeVarTuple, cast
from urllib.parse import urlencode

from fastapi import Depends, Query, Request
from pydantic import BaseModel, Field

from contentcheck.engine.normalise import replace_unencodable

from .problems import Problem, invalid

T = TypeVar("T")
R = TypeVar("R")
Position = TypeVarTuple("Position")
_INTEGERS = range(-(2**63), 2**63)  # what the databases can compare with


class Page(BaseModel, Generic[T]):
    """Some of a list."""

    items: list[T]
    next: str | None = Field(description="cursor of the next page; null: this is the last")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which page is wanted.

    Attributes:
        limit: how many items it holds at most.
        filters: the other parameters of the query, which the next page shares.
    """

    limit: int
    cursor: str | None
    filters: tuple[tuple[str, str], ...]

    def after(self, *start: *Position) -> tuple[*Position]:
        """The position after which the page begins: numbers and texts as `page` was given them.

        Args:
            start: the position before the first row; also says which types the parts have.

        Raises:
            Problem: 422 for a cursor that no page of this list has given.
        """
        if self.cursor is None:
            return start
        try:
            found = json.loads(urlsafe_b64decode(self.cursor.encode("ascii")))
        except (ValueError, RecursionError) as error:
            raise self._wrong_cursor() from error
        if not isinstance(found, list):
            raise self._wrong_cursor()
        parts = cast(list[Any], found)
        if len(parts) != len(start) or not all(map(_comparable, parts, start)):
            raise self._wrong_cursor()
        return cast(tuple[*Position], tuple(parts))

    def page(
        self, rows: Sequence[R], show: Callable[[R], T], position: Callable[[R], tuple[int | str, ...]]
    ) -> Page[T]:
        """The page of `limit` rows; `rows` are up to `limit` + 1, so that it is known whether another page follows."""
        here = rows[: self.limit]
        more = len(rows) > self.limit
        return Page[T](items=[show(r) for r in here], next=_cursor(position(here[-1])) if more else None)

    def link(self, page: Page[Any]) -> dict[str, str]:
        """The Link header to the page that follows, relative to the request's address; none after the last."""
        if page.next is None:
            return {}
        query = urlencode([*self.filters, ("limit", self.limit), ("cursor", page.next)])
        return {"Link": f'<?{query}>; rel="next"'}

    def _wrong_cursor(self) -> Problem:
        remedy = "上一页答复里的 next，原样使用；第一页不填"
        return invalid("query.cursor", self.cursor, f"cursor 的值“{self.cursor}”无法识别", remedy)


def asked(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=200, description="items of a page")] = 50,
    cursor: Annotated[str | None, Query(description="`next` of the page before")] = None,
) -> Asked:
    """As a request's query says."""
    others = ((k, v) for k, v in request.query_params.multi_items() if k not in ("limit", "cursor"))
    return Asked(limit, cursor, tuple(others))


ThePage = Annotated[Asked, Depends(asked)]


def _cursor(position: tuple[int | str, ...]) -> str:
    return urlsafe_b64encode(json.dumps(position, separators=(",", ":")).encode()).decode()


def _comparable(part: Any, start: object) -> bool:
    if isinstance(part, str):
        return isinstance(start, str) and not replace_unencodable(part)[1]
    return type(part) is int and isinstance(start, int) and part in _INTEGERS
