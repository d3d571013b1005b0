"""May this draft be published? The brand's policy says, and the exceptions that people have granted."""

from dataclasses import fields
from typing import Annotated, Any, Literal, cast

from fastapi import APIRouter, Body, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, StrictInt, model_validator

from contentcheck.corpus.store.gate import AlreadyGranted, GrantedException, Policy, Ruling, draft_digest
from contentcheck.corpus.store.ids import AFTER_ALL
from contentcheck.engine.documents import Draft

from ..access import TheCaller
from ..http.conditional import NOT_MODIFIED, TheKnown, ThePrecondition, etag
from ..http.paging import Page, ThePage
from ..http.problems import Problem, Wrong, described, not_found
from ..inputs import Parameter
from ..owned import brand_number, stored_check
from ..service import TheService
from .checks import CheckRequest, answered, caching

router = APIRouter(tags=["gate"])

Blocking = Literal["revise", "reject", "insufficient_text"]


class PolicyBody(BaseModel):
    """A brand's rules."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"blocks": ["reject", "revise"], "retention_days": 90}]}
    )

    blocks: list[Blocking] = Field(max_length=3, description="verdicts with which a draft may not be published")
    retention_days: StrictInt | None = Field(
        ge=1, le=36_500, description="checks and finished jobs are deleted after so many days; null: never"
    )


class ExceptionBody(BaseModel):
    """Leave to publish a draft as it stands: that of a stored check, or this title and text."""

    model_config = ConfigDict(extra="forbid")

    check_id: Parameter | None = None
    title: str | None = Field(default=None, max_length=2_000, description="as sent to be checked; empty if it has none")
    text: str | None = Field(default=None, min_length=1)
    reason: Parameter = Field(min_length=1, max_length=1_000, pattern=r"\S", description="why; shown to all who ask")

    @model_validator(mode="after")
    def _one_of_two(self) -> "ExceptionBody":
        whole = self.title is not None and self.text is not None
        if (self.check_id is None) == (not whole) or (self.check_id and (self.title or self.text)):
            raise ValueError("要给出 check_id，或者 title 和 text，而且只给一种")
        return self


class Ruled(BaseModel):
    """Whether a draft may be published."""

    allowed: bool
    verdict: str
    blocked_by: str | None = Field(description="the verdict, where the policy blocks it")
    exception: GrantedException | None = Field(description="what allows a blocked draft all the same")


class ReasonShown(BaseModel):
    """A stable code for programs and a Chinese sentence for people."""

    code: str
    message: str


class RuledDraft(Ruled):
    """Whether a draft that was sent along may be published, and what an editor should know."""

    reasons: list[ReasonShown]
    check: str | None = Field(description="id of the stored check; null: it was not kept")


_EXCEPTION: dict[str, Any] = {
    "check": {
        "summary": "为一次检查过的稿件",
        "value": {"check_id": "0198c0de-0000-7000-8000-000000000000", "reason": "栏目固定的卷首语"},
    },
    "text": {
        "summary": "为一篇稿件，按标题和正文",
        "value": {"title": "余生很长", "text": "人生没有白走的路，每一步都算数。", "reason": "读者来信，原文照登"},
    },
}
_GATE: dict[str, Any] = {
    "draft": {
        "summary": "发布前问一次",
        "value": {"title": "余生很长", "text": "人生没有白走的路，每一步都算数。愿你历尽千帆，归来仍是少年。"},
    },
}


@router.get(
    "/v1/brands/{brand}/policy", response_model=PolicyBody, responses=described(403, 404, 422, 503) | NOT_MODIFIED
)
def show_policy(brand: Parameter, known: TheKnown, caller: TheCaller, service: TheService) -> Response:
    """The brand's rules; where none were set, `reject` blocks and everything is kept."""
    caller.need("read")
    return known.answer(_shown(service.store.gate.policy(brand_number(service, caller, brand, "path.brand"))))


@router.put(
    "/v1/brands/{brand}/policy", response_model=PolicyBody, responses=described(400, 403, 404, 412, 413, 422, 503)
)
def set_policy(
    brand: Parameter, body: PolicyBody, condition: ThePrecondition, caller: TheCaller, service: TheService
) -> Response:
    """In place of the rules before. Checks made until now are held against the new ones too."""
    caller.need("gate")
    policy = Policy(tuple(dict.fromkeys(body.blocks)), body.retention_days)
    number = brand_number(service, caller, brand, "path.brand")
    service.store.gate.set_policy(number, policy, caller.name, lambda present: condition.check(_shown(present)))
    content = _shown(policy)
    return JSONResponse(content.model_dump(mode="json"), headers={"ETag": etag(content)})


@router.get(
    "/v1/brands/{brand}/exceptions",
    response_model=Page[GrantedException],
    responses=described(403, 404, 422, 503) | NOT_MODIFIED,
)
def list_exceptions(
    brand: Parameter, asked: ThePage, known: TheKnown, caller: TheCaller, service: TheService
) -> Response:
    """Every exception of the brand, revoked ones too, the newest first."""
    caller.need("read")
    number = brand_number(service, caller, brand, "path.brand")
    (before,) = asked.after(AFTER_ALL)
    rows = service.store.gate.exceptions(number, asked.limit + 1, before)
    page = asked.page(rows, lambda row: row, lambda row: (row.id,))
    return known.answer(page, asked.link(page))


@router.post(
    "/v1/brands/{brand}/exceptions",
    status_code=201,
    response_model=GrantedException,
    responses=described(400, 403, 404, 409, 413, 422, 503),
)
def grant_exception(
    brand: Parameter,
    body: Annotated[ExceptionBody, Body(openapi_examples=_EXCEPTION)],
    caller: TheCaller,
    service: TheService,
) -> GrantedException:
    """Allow a draft of the brand whatever its verdict, in the name of the key that asks.

    It holds for exactly this title and text, line ends apart: with any change of either it is over.
    """
    caller.need("gate")
    number = brand_number(service, caller, brand, "path.brand")
    gate = service.store.gate
    if body.check_id is not None:
        check = stored_check(service, caller, body.check_id, "body.check_id")
        if check.brand_id != number:
            raise not_found("body.check_id", body.check_id, "检查记录")
        digest = check.digest
    else:
        digest = draft_digest(body.title or "", body.text or "")
    try:
        return gate.grant(number, digest, body.reason.strip(), caller.name, body.check_id)
    except AlreadyGranted as error:
        remedy = "先撤销这个例外，再重新准许"
        wrong = Wrong(field="body", value=error.exception_id, remedy=remedy)
        raise Problem(409, "conflict", str(error), [wrong]) from error


@router.delete("/v1/brands/{brand}/exceptions/{exception_id}", status_code=204, responses=described(403, 404, 422, 503))
def revoke_exception(brand: Parameter, exception_id: Parameter, caller: TheCaller, service: TheService) -> None:
    """It stays in the list, with the time it ended."""
    caller.need("gate")
    number = brand_number(service, caller, brand, "path.brand")
    if not service.store.gate.revoke(number, exception_id, caller.name):
        raise not_found("path.exception_id", exception_id, "有效的例外")


@router.get("/v1/checks/{check_id}/gate", response_model=Ruled, responses=described(403, 404, 422, 503) | NOT_MODIFIED)
def ask_again(check_id: Parameter, known: TheKnown, caller: TheCaller, service: TheService) -> Response:
    """Whether a stored check's draft may be published, by the policy and the exceptions of now."""
    caller.need("check")
    check = stored_check(service, caller, check_id, "path.check_id")
    return known.answer(Ruled(**_fields(service.store.gate.ruling(check.brand_id, check.digest, check.verdict))))


@router.post("/v1/gate", responses=described(400, 403, 404, 409, 413, 422, 503, 504))
async def ask(
    request: Annotated[CheckRequest, Body(openapi_examples=_GATE)],
    caller: TheCaller,
    service: TheService,
    response: Response,
) -> RuledDraft:
    """Check a draft and say whether it may be published; `detail` is of no account here."""
    caller.need("check")
    draft, report, check_id = await answered(request, caller, service)
    response.headers.update(caching(request))
    ruling = await run_in_threadpool(_rule_on_draft, draft, report.verdict.value, caller, service)
    reasons = [ReasonShown(code=r.code, message=r.message) for r in report.reasons]
    return RuledDraft(**_fields(ruling), reasons=reasons, check=check_id)


def _rule_on_draft(draft: Draft, verdict: str, caller: TheCaller, service: TheService) -> Ruling:
    number = None if draft.brand is None else brand_number(service, caller, draft.brand, "body.brand")
    return service.store.gate.ruling(number, draft_digest(draft.title, draft.text), verdict)


def _fields(ruling: Ruling) -> dict[str, Any]:
    return {field.name: getattr(ruling, field.name) for field in fields(ruling)}


def _shown(policy: Policy) -> PolicyBody:
    return PolicyBody(blocks=[*cast(tuple[Blocking, ...], policy.blocks)], retention_days=policy.retention_days)
