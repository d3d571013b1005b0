"""Around every request: an id, a limit on its size, one line in the log, and the figures behind /metrics."""

import re
import time
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .metrics import Metrics
from .problems import Problem, answer

_GIVEN_ID = re.compile(r"[0-9a-fA-F-]{8,64}")
_log = structlog.get_logger()


class Requests:
    """Pure ASGI, so that nothing is buffered and no task is made."""

    def __init__(self, app: ASGIApp, metrics: Metrics, body_limit: int, upload_limit: int):
        """Limits in bytes; `upload_limit` holds for multipart bodies."""
        self._app, self._metrics = app, metrics
        self._body_limit, self._upload_limit = body_limit, upload_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get("x-request-id", "")
        request_id = given if _GIVEN_ID.fullmatch(given) else str(uuid4())
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        start, status = time.perf_counter(), 500

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = request_id
            await send(message)

        try:
            limit = self._upload_limit if headers.get("content-type", "").startswith("multipart/") else self._body_limit
            await self._within(limit, headers, scope, receive, sending)
        finally:
            route = getattr(scope.get("route"), "path", "")
            took = time.perf_counter() - start
            self._metrics.request(scope["method"], route, status, took)
            _log.info("request", method=scope["method"], path=scope["path"], status=status, ms=round(1000 * took, 1))

    async def _within(self, limit: int, headers: Headers, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 413 as soon as the body is known to be longer than `limit` bytes."""
        read, started = 0, False

        async def receiving() -> Message:
            nonlocal read
            message = await receive()
            if message["type"] == "http.request":
                read += len(message.get("body", b""))
                if read > limit:
                    raise _TooLarge
            return message

        async def sending(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            declared = headers.get("content-length", "0")
            if declared.isdigit() and int(declared) > limit:
                raise _TooLarge
            await self._app(scope, receiving, sending)
        except _TooLarge:
            if started:
                raise
            detail = f"请求正文超过 {limit} 字节；请分成几次，或请管理员调高上限"
            await answer(Problem(413, "too_large", detail))(scope, receive, send)


class _TooLarge(Exception):
    pass
