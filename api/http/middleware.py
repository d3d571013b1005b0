"""Around every request: an id, a limit on its size, one line in the log, and the figures behind /metrics."""

import asyncio
import re
import time
from typing import Annotated
from uuid import uuid4

import structlog
from fastapi import Depends, Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .metrics import Metrics
from .problems import Problem, TooLarge, TooSlow, Wrong, answer, problem_of

_GIVEN_ID = re.compile(r"[0-9a-fA-F-]{8,64}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SECRET = "/shared/"  # what follows opens a report, and is not to stand in logs
_UPLOADS = ("/v1/jobs", "/v1/documents", "/v1/rows")
_BODILESS = "contentcheck.bodiless"
_log = structlog.get_logger()


def _bodiless(request: Request) -> bool:
    return request.scope.get(_BODILESS, False)


HeadOnly = Annotated[bool, Depends(_bodiless)]
"""Whether a GET came as HEAD: nothing of its body is sent, so what takes long, or is noted, is better left undone."""


class Requests:
    """Pure ASGI, so that nothing is buffered and no task is made."""

    def __init__(self, app: ASGIApp, metrics: Metrics, body_limit: int, upload_limit: int, silence: float):
        """Limits in bytes; `upload_limit` holds for uploaded files. `silence`: seconds between chunks."""
        self._app, self._metrics = app, metrics
        self._body_limit, self._upload_limit, self._silence = body_limit, upload_limit, silence

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get("x-request-id", "")
        request_id = given if _GIVEN_ID.fullmatch(given) else str(uuid4())
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        start, status = time.perf_counter(), 499  # as others log a caller that left without an answer
        bodiless = scope["method"] == "HEAD"
        if bodiless:
            scope = {**scope, "method": "GET", _BODILESS: True}

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = request_id
            await send({**message, "body": b""} if bodiless and message["type"] == "http.response.body" else message)

        try:
            limit = self._upload_limit if _is_upload(scope, headers) else self._body_limit
            await self._within(limit, headers, scope, receive, sending)
        finally:
            route = getattr(scope.get("route"), "path", "")
            took = time.perf_counter() - start
            method = "HEAD" if bodiless else scope["method"]
            self._metrics.request(scope["method"] if method in _METHODS else "other", route, status, took)
            path = _SECRET if scope["path"].startswith(_SECRET) else scope["path"]
            _log.info("request", method=method, path=path, status=status, ms=round(1000 * took, 1))

    async def _within(self, limit: int, headers: Headers, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 413 as soon as the body is known to be longer than `limit` bytes, 408 when it stays away.

        And 500 for what nobody foresaw.
        """
        read, complete, started = 0, False, False

        async def receiving() -> Message:
            nonlocal read, complete
            try:
                async with asyncio.timeout(None if complete else self._silence):
                    message = await receive()
            except TimeoutError:
                raise TooSlow(self._silence) from None
            if message["type"] == "http.request":
                complete = not message.get("more_body", False)
                read += len(message.get("body", b""))
                if read > limit:
                    raise TooLarge(limit)
            return message

        async def sending(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            declared = headers.get("content-length", "0")
            if declared.isdecimal() and int(declared) > limit:
                raise TooLarge(limit)
            _refuse_nul(scope)
            await self._app(scope, receiving, sending)
        except Exception as error:
            if started:
                raise
            await answer(problem_of(error))(scope, receive, send)


def _is_upload(scope: Scope, headers: Headers) -> bool:
    """Whether the body goes to disk as it is read. All others are held in memory, whatever type they claim to be."""
    return scope["path"] in _UPLOADS and headers.get("content-type", "").lower().startswith("multipart/")


def _refuse_nul(scope: Scope) -> None:
    """Nothing has a name with NUL in it, and PostgreSQL cannot even look for one."""
    if "\0" in scope["path"]:
        raise Problem(
            404, "not_found", "地址里不能有 NUL 字符", [Wrong(field="path", value=scope["path"], remedy="去掉 %00")]
        )
    if b"%00" in scope["query_string"]:
        query = scope["query_string"].decode("latin-1")
        raise Problem(422, "invalid", "地址里不能有 NUL 字符", [Wrong(field="query", value=query, remedy="去掉 %00")])
