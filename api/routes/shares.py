"""A stored report as a page: for those who may read it, and by a link that expires for others."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field, StrictInt
from starlette.requests import Request

from contentcheck.corpus.store.checks import StoredCheck
from contentcheck.corpus.store.ids import AFTER_ALL
from contentcheck.corpus.store.shares import LONGEST, Share
from contentcheck.names import Language
from contentcheck.report_page import POLICY, Checked, gone_page, report_page, too_often_page

from .. import inputs
from ..access import Caller, TheCaller
from ..http.conditional import NOT_MODIFIED, TheKnown
from ..http.idempotency import tell_once
from ..http.paging import Page, ThePage
from ..http.problems import described, not_found
from ..inputs import Parameter
from ..owned import stored_check
from ..service import TheService

router = APIRouter(prefix="/v1", tags=["shares"])
public = APIRouter(include_in_schema=False)

_HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
_EXAMPLES: dict[str, Any] = {
    "week": {"summary": "一周", "value": {"days": 7}},
    "english": {"summary": "一周，英文的报告", "value": {"days": 7, "language": "en"}},
}


class ShareBody(inputs.Body):
    """A link to be made."""

    days: StrictInt = Field(ge=1, le=LONGEST, description="until it expires")
    language: Language = Field(default="zh", description="that the link opens the report in; its `url` says it")


class ShareMade(BaseModel):
    """A new link."""

    id: str
    url: str | None = Field(
        description="opens the report to whoever has it; told only now, null when the request is sent again"
    )
    expires_at: str


@router.get(
    "/checks/{check_id}/report.html",
    response_class=HTMLResponse,
    responses={
        200: {"description": "One file, which needs nothing else", "content": {"text/html": {}}},
        **described(403, 404, 422, 503),
    },
)
def show_report(
    check_id: Parameter,
    caller: TheCaller,
    service: TheService,
    language: Annotated[Language, Query(description="of the report's own words; the draft stays as it is")] = "zh",
) -> HTMLResponse:
    """The report for people: to be kept, printed, sent on."""
    caller.need("read")
    return _page(stored_check(service, caller, check_id, "path.check_id"), language)


@router.post(
    "/checks/{check_id}/shares",
    status_code=201,
    response_model=ShareMade,
    responses=described(400, 403, 404, 409, 413, 422, 503),
)
def create_share(
    check_id: Parameter,
    body: Annotated[ShareBody, Body(openapi_examples=_EXAMPLES)],
    request: Request,
    caller: TheCaller,
    service: TheService,
    response: Response,
) -> ShareMade:
    """Make a link that opens the report without a key. It ends with its days, when it is withdrawn, or with the check.

    The link is kept nowhere: sent again under its `Idempotency-Key`, the request is answered without it.
    """
    _need(caller)
    check = stored_check(service, caller, check_id, "path.check_id")
    made = service.store.shares.create(check, body.days, caller.name)
    if made is None:  # deleted this very moment
        raise not_found("path.check_id", check_id, "检查记录")
    share, token = made
    response.headers.update(tell_once(request, "url"))
    url = f"{request.base_url}shared/{token}{'' if body.language == 'zh' else f'?language={body.language}'}"
    return ShareMade(id=share.id, url=url, expires_at=share.expires_at)


@router.get(
    "/checks/{check_id}/shares", response_model=Page[Share], responses=described(403, 404, 422, 503) | NOT_MODIFIED
)
def list_shares(
    check_id: Parameter, asked: ThePage, known: TheKnown, caller: TheCaller, service: TheService
) -> Response:
    """The links that open the report now, the newest first, without their secret."""
    _need(caller)
    check = stored_check(service, caller, check_id, "path.check_id")
    (before,) = asked.after(AFTER_ALL)
    rows = service.store.shares.page(check.id, asked.limit + 1, before)
    page = asked.page(rows, lambda row: row, lambda row: (row.id,))
    return known.answer(page, asked.link(page))


@router.delete("/shares/{share_id}", status_code=204, responses=described(403, 404, 422, 503))
def delete_share(share_id: Parameter, caller: TheCaller, service: TheService) -> None:
    """Withdraw a link: from now on it opens nothing."""
    _need(caller)
    share = service.store.shares.get(share_id)
    check = share and service.store.checks.get(share.check_id)
    if check is None or not caller.sees(check.brand):
        raise not_found("path.share_id", share_id, "分享链接")
    service.store.shares.withdraw(share_id, check.brand_id, caller.name)


@public.get("/shared/{token:path}")
def open_shared(token: str, request: Request, service: TheService, language: str = "zh") -> HTMLResponse:
    """The report, whoever asks; the same page for a token that expired, was withdrawn or never was.

    In Chinese where the link is damaged and says anything but `en`: a reader has no use for an error about it.
    """
    spoken: Language = "en" if language == "en" else "zh"
    allowance = service.visits.take(request.client.host if request.client else "")
    if allowance.spent:
        headers = {**_HEADERS, **allowance.headers, "Retry-After": str(allowance.reset)}
        return HTMLResponse(too_often_page(allowance.reset, spoken), 429, headers)
    check_id = service.store.shares.opens(token)
    check = check_id and service.store.checks.get(check_id)
    answer = _page(check, spoken) if check else HTMLResponse(gone_page(spoken), 404, _HEADERS)
    answer.headers.update(allowance.headers)
    return answer


def _need(caller: Caller) -> None:
    caller.need("check")
    caller.need("read")  # what may not be read may not be shown to others, nor taken from them


def _page(check: StoredCheck, language: Language) -> HTMLResponse:
    checked = Checked(check.report, check.title, check.text, check.brand, check.made_at, check.id)
    return HTMLResponse(report_page(checked, language), headers=_HEADERS)
