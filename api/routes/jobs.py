"""Files of drafts: handed in, followed, cancelled, and their results fetched."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, Field
from starlette.datastructures import UploadFile

from contentcheck.corpus.reading.rows import Row
from contentcheck.corpus.store.job_rows import FIRST, Order, RowLine, RowState, Wanted
from contentcheck.corpus.store.jobs import Job
from contentcheck.engine.verdict import Verdict

from ..access import Caller, TheCaller
from ..http.conditional import NOT_MODIFIED, TheKnown
from ..http.idempotency import tell_once
from ..http.middleware import HeadOnly
from ..http.paging import Page, ThePage
from ..http.problems import Problem, Wrong, described, not_found
from ..inputs import Parameter
from ..jobs.requests import JobOptions, body_schema, json_request, upload_request
from ..jobs.results import MEDIA_TYPES, Format, written
from ..jobs.uploads import Drafts, Terms, read_drafts, uploaded_rows
from ..owned import stored_job
from ..service import Service, TheService

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])


class JobShown(BaseModel):
    """A job: how many drafts, how many of them have a report (`done`) and how many never will (`failed`)."""

    id: str
    name: str
    brand: str | None = Field(description="the one that all drafts are of")
    state: str = Field(description="queued, running, done or cancelled")
    total: int
    done: int
    failed: int
    made_at: str
    finished_at: str | None


class JobMade(JobShown):
    """A job just handed in."""

    webhook_secret: str | None = Field(
        description="made by the service, told only now; null where one was given, and when the request is sent again"
    )


class ReasonShown(BaseModel):
    """A stable code for programs and a Chinese sentence for people."""

    code: str
    message: str


class ScoresShown(BaseModel):
    """0-100; null where the report has no such score."""

    homogeneity: float | None
    relevance: float | None
    promotion: float | None
    repetition: float | None


class RowShown(BaseModel):
    """One draft of a job, and in short what came of it."""

    number: int = Field(description="its place, from 0")
    line: int = Field(description="where it began in the file, from 1")
    state: RowState
    id: str
    title: str
    opening: str = Field(description="the first words of the text")
    brand: str | None
    verdict: str | None
    scores: ScoresShown | None = Field(description="null without a report")
    reasons: list[ReasonShown] = Field(description="those of the verdict, gravest first")
    error: str | None = Field(description="why there is no report")


class ReasonCount(BaseModel):
    """How many drafts have a reason."""

    code: str
    message: str = Field(description="what one of them is told")
    count: int


class SummaryShown(BaseModel):
    """How many drafts of a job came to what."""

    verdicts: dict[str, int] = Field(description="drafts by verdict; only those there are")
    reasons: list[ReasonCount] = Field(description="the most frequent first; a draft counts for each of its reasons")
    failed: int = Field(description="drafts that never will have a report")
    waiting: int = Field(description="drafts not yet checked")


@router.post(
    "",
    status_code=202,
    response_model=JobMade,
    openapi_extra={"requestBody": body_schema()},
    responses=described(400, 403, 404, 413, 415, 422),
)
async def make_job(request: Request, caller: TheCaller, service: TheService) -> JSONResponse:
    """Take in drafts to be checked when there is room: an array in JSON, or a file (jsonl, csv, xlsx).

    Nothing is stored if any row is bad, unless `skip_bad` has those fail by themselves. A `webhook_secret` that was
    made is kept for signing alone: sent again under its `Idempotency-Key`, the request is answered without it.
    """
    caller.need("check")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        made = await run_in_threadpool(_from_json, await request.body(), caller, service)
    elif kind == "multipart/form-data":
        async with request.form(max_files=1, max_fields=8) as form:
            file, options = upload_request(form, dict(request.query_params))
            made = await run_in_threadpool(_from_file, file, options, caller, service)
    else:
        wrong = Wrong(field="header.Content-Type", value=kind, remedy="application/json 或 multipart/form-data")
        raise Problem(415, "unsupported_type", f"不支持的内容类型“{kind}”", [wrong])
    headers = {"Location": f"/v1/jobs/{made.id}"}
    if made.webhook_secret is not None:
        headers |= tell_once(request, "webhook_secret")
    return JSONResponse(made.model_dump(), 202, headers)


@router.get("", response_model=Page[JobShown], responses=described(403, 422) | NOT_MODIFIED)
def list_jobs(asked: ThePage, known: TheKnown, caller: TheCaller, service: TheService) -> Response:
    """The jobs there are, newest first."""
    caller.need("check")
    jobs = service.store.jobs.page(caller, *asked.after("", ""), asked.limit + 1)
    page = asked.page(jobs, _shown, lambda job: (job.made_at, job.id))
    return known.answer(page, asked.link(page))


@router.get("/{job_id}", response_model=JobShown, responses=described(403, 404, 422) | NOT_MODIFIED)
def show_job(job_id: Parameter, known: TheKnown, caller: TheCaller, service: TheService) -> Response:
    """How far a job is."""
    return known.answer(_shown(_job(job_id, caller, service)))


@router.post("/{job_id}/cancel", responses=described(403, 404, 422))
def cancel_job(job_id: Parameter, caller: TheCaller, service: TheService) -> JobShown:
    """End a job: drafts not yet checked stay unchecked. One that is over is left as it is."""
    job = service.store.jobs.cancel(_job(job_id, caller, service).id)
    if job is None:  # deleted this very moment
        raise not_found("path.job_id", job_id, "任务")
    return _shown(job)


@router.delete("/{job_id}", status_code=204, responses=described(403, 404, 409, 422))
def delete_job(job_id: Parameter, caller: TheCaller, service: TheService) -> None:
    """Delete a job that is over, its drafts and its results; the audit trail says who did."""
    job = _job(job_id, caller, service)
    if not service.store.jobs.remove(job.id, caller.name):
        wrong = Wrong(field="path.job_id", value=job.id, remedy="先用 POST /v1/jobs/{job_id}/cancel 取消它")
        raise Problem(409, "conflict", "任务还没有结束，不能删除", [wrong])


@router.get("/{job_id}/rows", response_model=Page[RowShown], responses=described(403, 404, 422) | NOT_MODIFIED)
def list_rows(
    job_id: Parameter,
    asked: ThePage,
    known: TheKnown,
    caller: TheCaller,
    service: TheService,
    order: Annotated[
        Order, Query(description="as in the file, or the worst first: by verdict, then by scores")
    ] = "file",
    state: Annotated[RowState | None, Query(description="only those in this state")] = None,
    verdict: Annotated[Verdict | None, Query(description="only those with this verdict")] = None,
    reason: Annotated[
        Parameter | None, Query(max_length=100, description="only those with a reason of this code")
    ] = None,
) -> Response:
    """How far each draft is, and what came of it."""
    job = _job(job_id, caller, service)
    wanted = Wanted(state, verdict and verdict.value, reason)
    rows = service.store.job_rows.page(job.id, asked.after(*FIRST[order]), asked.limit + 1, order, wanted)
    page = asked.page(rows, _row, lambda row: row.position)
    return known.answer(page, asked.link(page))


_ROW = {
    "type": "object",
    "required": ["number", "line", "state", "id", "title", "text", "brand", "report", "error"],
    "properties": {
        "number": {"type": "integer"},
        "line": {"type": "integer"},
        "state": {"type": "string"},
        "id": {"type": "string"},
        "title": {"type": "string"},
        "text": {"type": "string", "description": "what the report's offsets count in"},
        "brand": {"type": ["string", "null"]},
        "report": {"anyOf": [{"$ref": "#/components/schemas/Report"}, {"type": "null"}]},
        "error": {"type": ["string", "null"], "description": "why there is no report"},
    },
}


@router.get(
    "/{job_id}/rows/{number}",
    responses={
        200: {"description": "The draft and its report", "content": {"application/json": {"schema": _ROW}}},
        **described(403, 404, 422),
        **NOT_MODIFIED,
    },
    response_model=None,
)
def show_row(
    job_id: Parameter,
    number: Annotated[int, Path(ge=0, lt=2**31, description="its place in the job, from 0")],
    known: TheKnown,
    caller: TheCaller,
    service: TheService,
) -> Response:
    """One draft of a job, with its whole report once there is one."""
    row = service.store.job_rows.one(_job(job_id, caller, service).id, number)
    if row is None:
        raise not_found("path.number", str(number), "稿件")
    return known.answer(asdict(row))


@router.get("/{job_id}/summary", response_model=SummaryShown, responses=described(403, 404, 422) | NOT_MODIFIED)
def summarise_job(job_id: Parameter, known: TheKnown, caller: TheCaller, service: TheService) -> Response:
    """How many drafts came to what so far, by verdict and by reason."""
    summary = service.store.job_rows.summary(_job(job_id, caller, service).id)
    reasons = [ReasonCount(code=c, message=summary.messages[c], count=n) for c, n in summary.reasons.items()]
    waiting = summary.states.get("queued", 0) + summary.states.get("leased", 0)
    failed = summary.states.get("failed", 0)
    return known.answer(SummaryShown(verdicts=summary.verdicts, reasons=reasons, failed=failed, waiting=waiting))


_FILES: dict[str, Any] = {kind.partition(";")[0]: {"schema": {"type": "string"}} for kind in MEDIA_TYPES.values()}


@router.get(
    "/{job_id}/results",
    response_class=StreamingResponse,
    responses={200: {"description": "One draft a line, in order", "content": _FILES}, **described(403, 404, 422)},
)
def fetch_results(
    job_id: Parameter,
    caller: TheCaller,
    service: TheService,
    head_only: HeadOnly,
    wanted: Annotated[Format, Query(alias="format", description="of the file")] = Format.JSONL,
) -> StreamingResponse:
    """What there is so far. jsonl: reports as `contentcheck bulk` writes them; csv, xlsx: verdict, scores, reason."""
    job = _job(job_id, caller, service)
    headers = {"Content-Disposition": f'attachment; filename="{job.id}.{wanted}"', "Cache-Control": "no-store"}
    content = iter(()) if head_only else written(service.store.job_rows.results(job.id), wanted)
    return StreamingResponse(content, 200, headers, MEDIA_TYPES[wanted])


def _job(job_id: str, caller: Caller, service: Service) -> Job:
    """Raises Problem 404 for one that the caller may not see, as for one that is not there."""
    caller.need("check")
    return stored_job(service, caller, job_id, "path.job_id")


def _shown(job: Job) -> JobShown:
    return JobShown(**asdict(job))


def _row(row: RowLine) -> RowShown:
    shown = asdict(row)
    del shown["position"]
    return RowShown(**{**shown, "scores": row.scores or None})


def _from_json(body: bytes, caller: Caller, service: Service) -> JobMade:
    request = json_request(body)
    terms = Terms(service, caller, request.brand, request.skip_bad)
    rows = (Row(line, draft.model_dump(exclude_none=True)) for line, draft in enumerate(request.drafts, 1))
    with read_drafts(rows, terms, "body.drafts", service.limits.job_limit) as drafts:
        return _made(drafts, request, caller, service)


def _from_file(file: UploadFile, options: JobOptions, caller: Caller, service: Service) -> JobMade:
    terms = Terms(service, caller, options.brand, options.skip_bad)
    with (
        uploaded_rows(file.file, file.filename or "") as rows,
        read_drafts(rows, terms, "body.file", service.limits.job_limit) as drafts,
    ):
        return _made(drafts, options, caller, service)


def _made(drafts: Drafts, options: JobOptions, caller: Caller, service: Service) -> JobMade:
    webhook = options.webhook.stored(allow_private=service.limits.allow_private) if options.webhook else None
    jobs, owner = service.store.jobs, caller.key_id
    job = jobs.make(drafts.rows, key_id=owner, name=options.name, brand=drafts.brand, webhook=webhook)
    secret = webhook["secret"] if webhook and options.webhook and not options.webhook.secret else None
    return JobMade(**asdict(job), webhook_secret=secret)
