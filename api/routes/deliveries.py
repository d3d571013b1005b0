"""What became of a job's webhooks; send one again; try an address."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Body, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from contentcheck.corpus.store.database import now
from contentcheck.corpus.store.deliveries import Attempt, Delivery, Message, State, body

from ..access import TheCaller
from ..http.idempotency import tell_once
from ..http.problems import described, not_found
from ..inputs import Parameter
from ..jobs.outbound import refuse_inside
from ..jobs.webhooks import new_secret, send, usable_secret
from ..owned import stored_job
from ..service import TheService

router = APIRouter(prefix="/v1", tags=["webhooks"])

_PROBLEMS = described(403, 404, 422, 503)
_URL = "https://cms.example.com/hooks/contentcheck"
_SECRET = "whsec_Y29udGVudGNoZWNrLWV4YW1wbGUtc2VjcmV0LTMyYnl0"


class AttemptAnswer(BaseModel):
    """What came of sending once."""

    at: str = Field(description="ISO time, UTC")
    status: int | None = Field(description="of the receiver's answer; null without one")
    error: str = Field(description="what went wrong, in Chinese; empty if it arrived")
    ms: int = Field(description="how long it took, in milliseconds")


class DeliveryAnswer(BaseModel):
    """One webhook of a job."""

    id: str = Field(description="the webhook-id header, the same in every attempt")
    event: str = Field(description="job.done or job.cancelled")
    state: State
    next_at: str | None = Field(description="ISO time, UTC, of the next attempt while waiting")
    made_at: str
    attempts: list[AttemptAnswer] = Field(description="oldest first, the last 50")


class DeliveriesAnswer(BaseModel):
    """The webhooks of a job, oldest first; a job has a few, so that they come on one page."""

    items: list[DeliveryAnswer]


class PingRequest(BaseModel):
    """Where to send a test.ping."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(
        min_length=1,
        max_length=2_000,
        json_schema_extra={"format": "uri"},
        description="http or https, to a host of the public internet",
    )
    secret: Annotated[str, AfterValidator(usable_secret)] | None = Field(
        default=None, description="to sign with: whsec_ and 24 to 64 bytes in base64; one is made if there is none"
    )


class PingAnswer(AttemptAnswer):
    """What came back."""

    delivered: bool
    id: str = Field(description="the webhook-id header")
    secret: str | None = Field(description="the one it was signed with; null when the request is sent again")


@router.get("/jobs/{job_id}/deliveries", responses=_PROBLEMS)
def deliveries(job_id: Parameter, caller: TheCaller, service: TheService) -> DeliveriesAnswer:
    """The webhooks of a job, and what came of every attempt to send them."""
    caller.need("check")
    stored_job(service, caller, job_id, "path.job_id")
    return DeliveriesAnswer(items=[_shown(d) for d in service.store.deliveries.of(job_id)])


@router.post("/jobs/{job_id}/deliveries/{delivery_id}/redeliver", status_code=202, responses=_PROBLEMS)
def redeliver(job_id: Parameter, delivery_id: Parameter, caller: TheCaller, service: TheService) -> DeliveryAnswer:
    """Send a webhook once more, now, whether it arrived or was given up."""
    caller.need("check")
    stored_job(service, caller, job_id, "path.job_id")
    found = service.store.deliveries.redeliver(job_id, delivery_id, datetime.now(UTC).timestamp())
    if found is None:
        raise not_found("path.delivery_id", delivery_id, "回调")
    return _shown(found)


_EXAMPLES: dict[str, Any] = {
    "made": {"summary": "由服务生成签名密钥", "value": {"url": _URL}},
    "given": {"summary": "自带签名密钥", "value": {"url": _URL, "secret": _SECRET}},
}


@router.post("/webhooks/test", responses=described(400, 403, 413, 422))
async def ping(
    sent: Annotated[PingRequest, Body(openapi_examples=_EXAMPLES)],
    request: Request,
    caller: TheCaller,
    service: TheService,
    response: Response,
) -> PingAnswer:
    """Send a signed test.ping to an address now, once, and tell what came back."""
    caller.need("check")
    private = service.limits.allow_private
    await run_in_threadpool(refuse_inside, sent.url, "body.url", allow_private=private)
    secret = sent.secret or new_secret()
    message = Message(str(uuid4()), sent.url, secret, body("test.ping", now(), {}))
    attempt = await send(message, allow_private=private)
    response.headers.update(tell_once(request, "secret"))
    return PingAnswer(**_seen(attempt), delivered=attempt.delivered, id=message.id, secret=secret)


def _shown(delivery: Delivery) -> DeliveryAnswer:
    next_at = datetime.fromtimestamp(delivery.next_at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return DeliveryAnswer(
        id=delivery.id,
        event=delivery.event,
        state=delivery.state,
        next_at=next_at if delivery.state == "waiting" else None,
        made_at=delivery.made_at,
        attempts=[AttemptAnswer(**_seen(a)) for a in delivery.attempts],
    )


def _seen(attempt: Attempt) -> dict[str, Any]:
    return {"at": attempt.at, "status": attempt.status, "error": attempt.error, "ms": attempt.ms}
