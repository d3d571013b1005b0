"""What editors say of reports, kept for calibration."""

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Path, Query, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from contentcheck.corpus.store.feedback import LAST, Wanted
from contentcheck.engine.errors import InputError, UnknownBrand
from contentcheck.engine.opinion import About, Finding, Opinion
from contentcheck.saved_report import SavedReport, brand_of, finding_of

from .. import inputs
from ..access import Caller, TheCaller
from ..http.conditional import NOT_MODIFIED, TheKnown, etag
from ..http.paging import Page, ThePage
from ..http.problems import described, invalid, not_found
from ..owned import brand_number
from ..service import Service, TheService

router = APIRouter(prefix="/v1/feedback", tags=["feedback"])

_Number = Annotated[int, Path(ge=1, lt=2**31)]


class FeedbackBody(inputs.Body):
    """An editor's word on one finding of a report."""

    report: SavedReport = Field(description="the whole report, as /v1/checks answered")
    text: str | None = Field(default=None, min_length=1, description="the draft; without it, as the report shows it")
    about: About = Field(description="which score is meant")
    passage: int | None = Field(default=None, ge=0, description="number of the passage meant; null: the whole draft")
    agrees: bool
    note: str = Field(default="", max_length=10_000)
    brand: str | None = Field(
        default=None, min_length=1, max_length=500, description="of the report; needed where its products have changed"
    )

    def draft_text(self, limit: int) -> str:
        """The draft. Raises Problem 422 where the report points beyond `limit` characters and carries no text."""
        if self.text is not None:
            return self.text
        ends = [s.end for s in (*self.report.passages, *self.report.set_aside)]
        if self.report.text is None and max(ends, default=0) > limit:
            raise invalid("body.report", max(ends), f"报告里的位置超过 {limit} 个字符", "同时给出 text")
        return self.report.draft_text()


class StoredFinding(BaseModel):
    """What the report had said."""

    about: About
    score: float
    passage: int | None


class ListedFeedback(BaseModel):
    """An editor's word on a finding; `brand` is null for a report without one, or whose brand was deleted."""

    id: int
    finding: StoredFinding
    agrees: bool
    note: str
    brand: str | None
    made_at: str

    @classmethod
    def of(cls, number: int, opinion: Opinion) -> "ListedFeedback":
        return cls(id=number, **_shown(opinion))


class StoredFeedback(ListedFeedback):
    """The same with the draft, and what its report rested on."""

    text: str
    provenance: dict[str, Any]

    @classmethod
    def of(cls, number: int, opinion: Opinion) -> "StoredFeedback":
        return cls(id=number, text=opinion.text, provenance=opinion.provenance, **_shown(opinion))


_REPORT: dict[str, Any] = {
    "id": "draft",
    "homogeneity": {"score": 87.5, "uncertainty": 6.0, "band": "high", "evidence": 0.31, "passages": 1},
    "relevance": {"score": 20.5, "uncertainty": 12.0, "band": "partly", "evidence": -0.4},
    "promotion": {"score": 3.2},
    "repetition": {"score": 0.0},
    "title": {"homogeneity": 41.0},
    "passages": [
        {
            "start": 0,
            "end": 16,
            "text": "人生没有白走的路，每一步都算数。",
            "homogeneity": 87.5,
            "relevance": 20.5,
            "matches": [],
        }
    ],
    "paragraphs": [{"end": 16}],
    "set_aside": [],
    "provenance": {"model": "use-m3", "revision": "1.0", "library_version": "2024-1", "calibration": "use-m3/1"},
}
_EXAMPLES: dict[str, Any] = {
    "disagree": {
        "summary": "不同意同质化的分数",
        "value": {"report": _REPORT, "about": "homogeneity", "agrees": False, "note": "这句是品牌口号"},
    }
}


@router.post(
    "",
    status_code=201,
    response_model=StoredFeedback,
    responses=described(400, 403, 404, 413, 422, 503),
)
def add_feedback(
    body: Annotated[FeedbackBody, Body(openapi_examples=_EXAMPLES)], caller: TheCaller, service: TheService
) -> Response:
    """Keep an editor's word on a report."""
    caller.need("feedback")
    brand = _brand(body, caller, service)
    text = body.draft_text(service.limits.text_limit)
    opinion = Opinion(text, _finding(body), body.agrees, body.note, brand, asdict(body.report.provenance))
    try:
        [number] = service.store.feedback.add([opinion])
    except UnknownBrand as error:
        raise not_found("body.brand", brand or "", "品牌") from error
    stored = StoredFeedback.of(number, service.store.feedback.get(number) or opinion)
    headers = {"Location": f"/v1/feedback/{number}", "ETag": etag(stored)}
    return JSONResponse(stored.model_dump(mode="json"), 201, headers)


@router.get("", response_model=Page[ListedFeedback], responses=described(403, 404, 422, 503) | NOT_MODIFIED)
def list_feedback(
    asked: ThePage,
    known: TheKnown,
    caller: TheCaller,
    service: TheService,
    order: Annotated[Literal["oldest", "newest"], Query(description="which comes first")] = "oldest",
    brand: Annotated[inputs.Parameter | None, Query(description="of this brand only")] = None,
    about: Annotated[About | None, Query(description="on this score only")] = None,
    agrees: Annotated[bool | None, Query(description="only those that agree, or only those that do not")] = None,
) -> Response:
    """What was said of reports, without the drafts."""
    caller.need("feedback")
    if brand is not None:
        brand_number(service, caller, brand, "query.brand")
    wanted = Wanted(caller.brands if brand is None else {brand}, about, agrees)
    feedback = service.store.feedback
    if order == "oldest":
        rows = feedback.page(*asked.after(0), asked.limit + 1, wanted)
    else:
        rows = feedback.newest(*asked.after(LAST), asked.limit + 1, wanted)
    page = asked.page(rows, lambda row: ListedFeedback.of(*row), lambda row: (row[0],))
    return known.answer(page, asked.link(page))


@router.get("/{feedback_id}", response_model=StoredFeedback, responses=described(403, 404, 422, 503) | NOT_MODIFIED)
def show_feedback(feedback_id: _Number, known: TheKnown, caller: TheCaller, service: TheService) -> Response:
    """What was said of one report, with the draft."""
    return known.answer(StoredFeedback.of(feedback_id, _opinion(feedback_id, caller, service)))


@router.delete("/{feedback_id}", status_code=204, responses=described(403, 404, 422, 503))
def delete_feedback(feedback_id: _Number, caller: TheCaller, service: TheService) -> None:
    """Take an editor's word back: opinion and draft are deleted for good."""
    _opinion(feedback_id, caller, service)
    service.store.feedback.remove(feedback_id)


def _opinion(number: int, caller: Caller, service: Service) -> Opinion:
    """Raises Problem 404 for one that the caller may not see, as for one that is not there."""
    caller.need("feedback")
    opinion = service.store.feedback.get(number)
    if opinion is None or not caller.sees(opinion.brand):
        raise not_found("path.feedback_id", str(number), "意见")
    return opinion


def _shown(opinion: Opinion) -> dict[str, Any]:
    finding = opinion.finding
    return {
        "finding": StoredFinding(about=finding.about, score=finding.score, passage=finding.passage),
        "agrees": opinion.agrees,
        "note": opinion.note,
        "brand": opinion.brand,
        "made_at": opinion.made_at,
    }


def _brand(body: FeedbackBody, caller: Caller, service: Service) -> str | None:
    """The brand that the report was made for: the one named, or the one that is still as it was then."""
    brand = body.brand
    if brand is None:
        theirs = [b for name, b in service.store.brands.all().items() if caller.sees(name)]
        try:
            brand = brand_of(body.report, theirs)
        except InputError as error:
            raise invalid("body.brand", None, str(error), "报告所用品牌的名称") from error
    caller.need_brand(brand, "body.brand")
    return brand


def _finding(body: FeedbackBody) -> Finding:
    try:
        return finding_of(body.report, body.about, body.passage)
    except InputError as error:
        field = "about" if body.passage is None else "passage"
        value = body.about if body.passage is None else body.passage
        raise invalid(f"body.{field}", value, str(error), "这份报告里有的分数或句子") from error
