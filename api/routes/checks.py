"""Check a draft."""

import asyncio
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Body
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, StrictBool, model_validator

from contentcheck.engine.documents import Draft
from contentcheck.engine.errors import UnknownBrand
from contentcheck.engine.report import SCORES, Report

from ..access import TheCaller
from ..checking import Overloaded
from ..http.problems import Problem, described, invalid, not_found
from ..inputs import Parameter
from ..pasted import read_html
from ..service import TheService

router = APIRouter(prefix="/v1/checks", tags=["checks"])


class Detail(StrEnum):
    """How much of a report is wanted."""

    SCORES = "scores"
    SUMMARY = "summary"
    FULL = "full"


_ONE_OF_TWO: list[Any] = [
    {"required": [given], "properties": {given: {"type": "string"}, other: {"type": "null"}}}
    for given, other in (("text", "html"), ("html", "text"))
]


class CheckRequest(BaseModel):
    """A draft. `text` or `html`, one of the two."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"oneOf": _ONE_OF_TWO})

    id: str = Field(default="draft", max_length=500, description="comes back in the report")
    title: str = Field(default="", max_length=2_000)
    text: str | None = None
    html: str | None = Field(default=None, description="as pasted from an editor; the report then carries its text")
    brand: Parameter | None = Field(default=None, min_length=1)
    detail: Detail = Field(
        default=Detail.FULL,
        description="scores: verdict and scores; summary: all but passages and paragraphs; full: the whole report",
    )

    no_store: StrictBool = Field(default=False, description="true: neither the draft nor its report is kept")

    @model_validator(mode="after")
    def _one_of_two(self) -> "CheckRequest":
        if (self.text is None) == (self.html is None):
            raise ValueError("text 和 html 要给出一个，而且只给一个")
        return self

    async def draft(self, service: TheService) -> Draft:
        """As the engine reads it. Raises InputError or Problem where its HTML cannot be read, or not now."""
        if self.html is None:
            return Draft(self.id, self.text or "", self.title, self.brand)
        article = await read_html(self.html, service)
        return Draft(self.id, article.text, self.title or article.title, self.brand, extracted=True)


EVIDENCE = ("text", "passages", "paragraphs")
_OF_SCORE = ("score", "uncertainty", "band", "copied")
_OF_TITLE = ("homogeneity", "clickbait_score", "promise")

_STORING = 3.0  # seconds that a caller waits for a finished report to be stored: others may be writing

_EXAMPLES: dict[str, Any] = {
    "soup": {
        "summary": "一篇鸡汤，对照品牌的产品",
        "value": {"text": "人生没有白走的路，每一步都算数。愿你历尽千帆，归来仍是少年。", "brand": "苔朵"},
    },
    "html": {
        "summary": "从编辑器粘贴的 HTML，只要分数",
        "value": {"html": "<h1>标题</h1><p>正文</p>", "detail": "scores"},
    },
}


_LOCATION = {
    "description": "Where the report can be read again; missing if it was not kept",
    "schema": {"type": "string"},
}
_REPORTS = [{"$ref": f"#/components/schemas/{name}"} for name in ("Report", "ReportSummary", "ReportScores")]
_REPORT = {
    "description": "The report, as much of it as is wanted",
    "content": {"application/json": {"schema": {"anyOf": _REPORTS}}},
    "headers": {"Content-Location": _LOCATION},
}


@router.post("", responses={200: _REPORT, **described(404, 409, 504)})
async def check(
    request: Annotated[CheckRequest, Body(openapi_examples=_EXAMPLES)], caller: TheCaller, service: TheService
) -> JSONResponse:
    """The report of a draft, the same data as `contentcheck check --json`.

    It is kept with the draft, unless `no_store` is set: `GET` what `Content-Location` names.
    """
    caller.need("check")
    _, report, check_id = await answered(request, caller, service)
    headers = caching(request)
    if check_id is not None:
        headers["Content-Location"] = f"/v1/checks/{check_id}"
    return JSONResponse(shown(report, request.detail), headers=headers)


async def answered(request: CheckRequest, caller: TheCaller, service: TheService) -> tuple[Draft, Report, str | None]:
    """The draft as it was read, its report, and the id they are kept under, if they are. Raises Problem."""
    caller.need_brand(request.brand, "body.brand")
    draft = await request.draft(service)
    if len(draft.text) > service.limits.text_limit:
        limit = service.limits.text_limit
        raise invalid("body.text", draft.text, f"正文有 {len(draft.text)} 个字符", f"最多 {limit} 个字符")
    report = await checked(service, draft)
    if request.no_store:
        return draft, report, None
    try:
        async with asyncio.timeout(_STORING):  # a write begun by then goes on, and may still be kept
            return draft, report, await asyncio.to_thread(service.store.checks.keep, draft, report, caller.key_id)
    except Exception as error:  # whatever it was, the report is not lost with it
        structlog.get_logger().error("check not kept", reason=str(error) or type(error).__name__)
        return draft, report, None


def caching(request: CheckRequest) -> dict[str, str]:
    """Headers that have whatever else keeps answers leave alone one that must not be kept."""
    return {"Cache-Control": "no-store"} if request.no_store else {}


async def checked(service: TheService, draft: Draft) -> Report:
    """The report, within the time and the room there is. Raises Problem 503 or 504 where there is none."""
    queue = service.checks()
    try:
        async with asyncio.timeout(service.limits.timeout):
            return await queue.check(draft)
    except UnknownBrand as error:  # whose message names the brands there are
        raise not_found("body.brand", draft.brand or "", "品牌") from error
    except Overloaded as busy:
        headers = {"Retry-After": str(busy.retry_after)}
        detail = f"排队的稿件太多，请在 {busy.retry_after} 秒后再试"
        raise Problem(503, "overloaded", detail, headers=headers) from busy
    except TimeoutError as error:
        detail = f"{service.limits.timeout:g} 秒内没有检查完；长稿件可用 /v1/jobs"
        raise Problem(504, "timeout", detail) from error


def shown(report: Report, detail: Detail) -> dict[str, Any]:
    """As much of a report as is wanted."""
    data = report.to_json()
    if detail is Detail.FULL:
        return data
    if detail is Detail.SUMMARY:
        return {name: value for name, value in data.items() if name not in EVIDENCE}
    scores = {name: _only(_OF_SCORE, data[name]) for name in SCORES}
    title = _only(_OF_TITLE, data["title"])
    return {"id": data["id"], "verdict": data["verdict"], **scores, "title": title, "provenance": data["provenance"]}


def _only(names: Sequence[str], judgement: dict[str, Any] | None) -> dict[str, Any] | None:
    return judgement and {name: judgement[name] for name in names if name in judgement}
