"""Idempotency-Key: a write that is sent again under its key is not done again but answered as before."""

import json
import re
from collections.abc import Iterator, Sequence
from hashlib import sha256
from tempfile import SpooledTemporaryFile
from typing import IO

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from contentcheck.corpus.store.answers import AlreadyRunning, Answer, Answers, Attempt, OtherRequest
from contentcheck.corpus.store.database import now
from contentcheck.engine.errors import ContentcheckError

from .problems import Problem, Wrong, invalid

HEADER = "Idempotency-Key"
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
PATTERN = "[!-~]([ -~]{0,253}[!-~])?"
_REPEATED = ("content-type", "content-language", "content-location", "etag", "last-modified", "location")
_LONGEST_ANSWER = 2**20  # bytes; an answer that is longer is not kept: what changes anything answers briefly
_IN_MEMORY = 2**20  # bytes of a request; the rest of it waits on disk
_CHUNK = 2**16
_BOUNDARY = re.compile(r'boundary="?([^";]+)', re.IGNORECASE)
_JSON = re.compile(r"\s*application/([\w.-]+\+)?json\b", re.IGNORECASE)


def tell_once(request: Request, *fields: str) -> dict[str, str]:
    """Have these fields of a handler's JSON answer kept nowhere: sent again, the write is answered with null for them.

    Returns:
        Headers that the answer has to carry.
    """
    request.state.told_once = fields
    return {"Cache-Control": "no-store"}


class Idempotency:
    """Pure ASGI, within the guard, which knows the caller.

    Answers of 2xx and 3xx are kept: after any other nothing has changed, and a retry must run. What says
    `Cache-Control: no-store` is not kept either, unless the handler has said by `tell_once` what of it is secret.
    """

    def __init__(self, app: ASGIApp, answers: Answers):
        self._app, self._answers = app, answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises Problem 409 while an earlier attempt runs, 422 for a key that is used for another request."""
        is_write = scope["type"] == "http" and scope["method"] in WRITES and scope["path"].startswith("/v1/")
        tokens = Headers(scope=scope).getlist(HEADER) if is_write else []
        if not tokens:
            await self._app(scope, receive, send)
            return
        if len(tokens) > 1 or not re.fullmatch(PATTERN, tokens[0]):
            remedy = "一个，1 至 255 个可打印的 ASCII 字符，例如 UUID"
            raise invalid(f"header.{HEADER}", ", ".join(tokens), f"{HEADER} 不可用", remedy)
        with SpooledTemporaryFile(_IN_MEMORY) as body:
            last = await _read(receive, body)
            again = _Replay(body, last, receive)
            if last["type"] == "http.disconnect":
                return  # nobody is there to be answered, and nothing has been done
            attempt = await run_in_threadpool(_attempt, scope, tokens[0], body)
            if attempt is None:
                await self._app(scope, again, send)
            else:
                await self._once(attempt, scope, again, send)

    async def _once(self, attempt: Attempt, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            earlier = await run_in_threadpool(self._answers.begin, attempt)
        except AlreadyRunning as error:
            detail = f"{HEADER} 为“{attempt.token}”的请求正在处理，稍后再试会得到它的结果"
            wrong = Wrong(field=f"header.{HEADER}", value=attempt.token, remedy="稍后原样再发一次")
            raise Problem(409, "conflict", detail, [wrong], {"Retry-After": "1"}) from error
        except OtherRequest as error:
            detail = f"{HEADER}“{attempt.token}”已用于另一个请求"
            raise invalid(f"header.{HEADER}", attempt.token, detail, "每个新请求用一个新的值，例如 UUID") from error
        if earlier is not None:
            headers = {**earlier.headers, "Idempotency-Replayed": "true"}
            await Response(earlier.body, earlier.status, headers)(scope, receive, send)
            return
        recorder = _Recorder(send)
        try:
            await self._app(scope, receive, recorder)
        except Exception:
            await run_in_threadpool(self._answers.drop, attempt)
            raise
        await self._conclude(attempt, recorder.answer(scope["state"].get("told_once", ())))
        await recorder.release()

    async def _conclude(self, attempt: Attempt, answer: Answer | None) -> None:
        """Before the caller has the answer, so that whoever has one gets it again."""
        try:
            if answer is None:
                await run_in_threadpool(self._answers.drop, attempt)
            else:
                await run_in_threadpool(self._answers.keep, attempt, answer)
        except ContentcheckError as error:  # the write is done all the same, and its answer is true
            structlog.get_logger().error("answer not kept", token=attempt.token, reason=str(error))


class _Replay:
    """Receives a request again that has been read."""

    def __init__(self, body: IO[bytes], last: Message, receive: Receive):
        self._body, self._receive = body, receive
        self._done = False

    async def __call__(self) -> Message:
        if self._done:
            return await self._receive()
        chunk = self._body.read(_CHUNK)
        self._done = len(chunk) < _CHUNK
        return {"type": "http.request", "body": chunk, "more_body": not self._done}


class _Recorder:
    """Holds an answer back until it is complete, or too long to be kept."""

    def __init__(self, send: Send):
        self._send = send
        self._held: list[Message] = []
        self._length = 0
        self._passing = False

    async def __call__(self, message: Message) -> None:
        self._length += len(message.get("body", b""))
        self._held.append(message)
        if self._passing or self._length > _LONGEST_ANSWER:
            self._passing = True
            await self.release()

    async def release(self) -> None:
        """Send what is held back."""
        held, self._held = self._held, []
        for message in held:
            await self._send(message)

    def answer(self, told_once: Sequence[str]) -> Answer | None:
        """What is worth keeping of it, without the fields that are `told_once`."""
        if self._passing or not self._held or not 200 <= self._held[0]["status"] < 400:
            return None
        headers = MutableHeaders(raw=self._held[0]["headers"])
        if "no-store" in headers.get("cache-control", "") and not told_once:
            return None
        kept = {name: headers[name] for name in _REPEATED if name in headers}
        body = b"".join(m.get("body", b"") for m in self._held)
        if told_once:
            body = json.dumps({**json.loads(body), **dict.fromkeys(told_once)}, ensure_ascii=False).encode()
        return Answer(self._held[0]["status"], kept, body)


async def _read(receive: Receive, body: IO[bytes]) -> Message:
    """The last message of a request; its body is written to a file, which is left at its start."""
    while True:
        message = await receive()
        body.write(message.get("body", b""))
        if not message.get("more_body", False):
            body.seek(0)
            return message


def _attempt(scope: Scope, token: str, body: IO[bytes]) -> Attempt | None:
    """None: the answer must not be kept, so the request is simply made."""
    headers = Headers(scope=scope)
    kind = headers.get("content-type", "")
    if _JSON.match(kind) and _is_not_to_be_kept(body.read()):
        body.seek(0)
        return None
    body.seek(0)
    digest = sha256(f"{scope['method']}\n{scope['path']}\n".encode() + scope["query_string"] + b"\n")
    for part in _same_each_time(body, kind):
        digest.update(part)
    body.seek(0)
    return Attempt(scope["state"]["caller"].key_id, token, digest.digest(), now())


def _is_not_to_be_kept(body: bytes) -> bool:
    """Whether a draft comes with no_store; what only might be meant so counts as well."""
    try:
        content = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        return False  # nor will it be read by anybody else
    return isinstance(content, dict) and content.get("no_store", False) is not False


def _same_each_time(body: IO[bytes], kind: str) -> Iterator[bytes]:
    """A body without what separates the parts of an upload, which is drawn anew for each try."""
    boundary = _BOUNDARY.search(kind) if kind.startswith("multipart/") else None
    separator = f"--{boundary[1]}".encode("latin-1") if boundary else b""
    rest = b""
    while chunk := body.read(_CHUNK):
        rest += chunk
        if separator:
            rest = rest.replace(separator, b"")
        end = len(rest) - len(separator)
        yield rest[: max(end, 0)]
        rest = rest[max(end, 0) :]
    yield rest
