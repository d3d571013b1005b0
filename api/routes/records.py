"""What is kept of drafts and decisions: looked up, given out, deleted."""

import json
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from contentcheck.corpus.store.audit import LAST, Entry
from contentcheck.corpus.store.checks import CheckLine
from contentcheck.corpus.store.ids import AFTER_ALL
from contentcheck.engine.verdict import Verdict

from ..access import Caller, TheCaller
from ..http.conditional import NOT_MODIFIED, TheKnown
from ..http.middleware import HeadOnly
from ..http.paging import Page, ThePage
from ..http.problems import described, not_found
from ..inputs import Parameter
from ..owned import brand_number, stored_check
from ..service import Service, TheService

router = APIRouter(prefix="/v1", tags=["records"])

_OfBrand = Annotated[Parameter | None, Query(description="of this brand only")]


class Deleted(BaseModel):
    """How much was deleted."""

    deleted: dict[str, int] = Field(description="rows by kind: check, share, job, job_row, delivery, feedback")


_KEPT = {
    "allOf": [
        {"$ref": "#/components/schemas/Report"},
        {"type": "object", "properties": {"check": {"type": "object"}}, "required": ["text", "check"]},
    ]
}


@router.get("/checks", response_model=Page[CheckLine], responses=described(403, 404, 422, 503) | NOT_MODIFIED)
def list_checks(
    asked: ThePage,
    known: TheKnown,
    caller: TheCaller,
    service: TheService,
    brand: _OfBrand = None,
    verdict: Annotated[Verdict | None, Query(description="with this verdict only")] = None,
) -> Response:
    """The checks that were kept, the newest first, without their texts."""
    caller.need("read")
    (before,) = asked.after(AFTER_ALL)
    brands = _brands(service, caller, brand)
    rows = service.store.checks.page(asked.limit + 1, before, brands, verdict and verdict.value)
    page = asked.page(rows, lambda row: row, lambda row: (row.id,))
    return known.answer(page, asked.link(page))


@router.get(
    "/checks/{check_id}",
    responses={
        200: {
            "description": "The report, always with its `text`, and `check`",
            "content": {"application/json": {"schema": _KEPT}},
        },
        **described(403, 404, 422, 503),
        **NOT_MODIFIED,
    },
    response_model=None,
)
def show_check(check_id: Parameter, known: TheKnown, caller: TheCaller, service: TheService) -> Response:
    """A report as it was made, whatever has changed since; `check` says whose it is and when."""
    caller.need("read")
    check = stored_check(service, caller, check_id, "path.check_id")
    about = {"id": check.id, "brand": check.brand, "title": check.title, "made_at": check.made_at}
    return known.answer({**check.report, "text": check.text, "check": about})


@router.delete("/checks/{check_id}", status_code=204, responses=described(403, 404, 422, 503))
def delete_check(check_id: Parameter, caller: TheCaller, service: TheService) -> None:
    """Draft and report are deleted for good."""
    caller.need("admin")
    check = stored_check(service, caller, check_id, "path.check_id")
    service.store.checks.remove(check.id, caller.name)


@router.get("/audit", response_model=Page[Entry], responses=described(403, 404, 422, 503) | NOT_MODIFIED)
def list_audit(
    asked: ThePage, known: TheKnown, caller: TheCaller, service: TheService, brand: _OfBrand = None
) -> Response:
    """Who changed policies, granted or revoked exceptions, exported or deleted; the newest first."""
    caller.need("read")
    (before,) = asked.after(LAST)
    rows = service.store.audit.page(asked.limit + 1, before, _brands(service, caller, brand))
    page = asked.page(rows, lambda row: row, lambda row: (row.id,))
    return known.answer(page, asked.link(page))


@router.get(
    "/brands/{brand}/export",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": (
                "JSON Lines; `kind` is check, share, feedback, job, job_row, delivery, policy, exception or audit"
            ),
            "content": {"application/x-ndjson": {"schema": {"type": "string"}}},
        },
        **described(403, 404, 422, 503),
    },
)
def export(brand: Parameter, caller: TheCaller, service: TheService, head_only: HeadOnly) -> StreamingResponse:
    """Everything that is kept of the brand's drafts and of decisions on them.

    A key that is not limited to some brands is given what is left of removed brands of this name as well.
    """
    caller.need("admin")
    numbers = _numbers(service, caller, brand)
    lines = iter(()) if head_only else service.store.holdings.export(numbers, caller.name)
    return StreamingResponse(_jsonl(lines), media_type="application/x-ndjson")


@router.delete("/brands/{brand}/data", responses=described(403, 404, 422, 503))
def delete_data(brand: Parameter, caller: TheCaller, service: TheService) -> Deleted:
    """Checks, jobs and feedback of the brand are deleted for good; policy, exceptions and audit trail stay.

    A key that is not limited to some brands deletes what is left of removed brands of this name as well.
    """
    caller.need("admin")
    return Deleted(deleted=service.store.holdings.erase(_numbers(service, caller, brand), caller.name))


def _brands(service: Service, caller: Caller, wanted: str | None) -> frozenset[str] | None:
    """Whose rows are shown."""
    if wanted is None:
        return caller.brands
    brand_number(service, caller, wanted, "query.brand")
    return frozenset([wanted])


def _numbers(service: Service, caller: Caller, name: str) -> list[int]:
    """Of the brand of this name and, for those who may see what belongs to no brand, of removed ones."""
    caller.need_brand(name, "path.brand")
    found = service.store.holdings.numbers(name, removed=caller.sees(None))
    if not found:
        raise not_found("path.brand", name, "品牌")
    return found


def _jsonl(lines: Iterator[dict[str, Any]]) -> Iterator[str]:
    return (json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
