"""A client of the REST service, for programs in Python.

    with Client("http://127.0.0.1:8000", key) as client:
        report = client.check(text="…", brand="苔朵")

It needs httpx and nothing of the engine. Synchronous only: one way to call each operation; within asyncio,
`await asyncio.to_thread(client.check, text="…")` does.
"""

import random
import time
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Any, Literal, Self, TypedDict, Unpack, overload
from uuid import uuid4

import httpx

from contentcheck.report_json import Reason, Report, Scores, Summary, Verdict

_BUSY = (429, 503)
_LONGEST_WAIT = 60.0  # seconds; a caller who is told to wait longer should decide for itself


class Draft(TypedDict, total=False):
    """A draft as the service takes it: `text` or `html`, one of the two, and the rest as needed.

    `no_store`: the service is to keep nothing of it.
    """

    id: str
    title: str
    text: str
    html: str
    brand: str | None
    no_store: bool


class Gate(TypedDict):
    """Whether a draft may be published: `exception` is the one granted to it, `check` the check this rests on."""

    allowed: bool
    verdict: Verdict
    reasons: list[Reason]
    exception: dict[str, Any] | None
    check: Any


class ServiceError(Exception):
    """An operation that failed, after the retries there were.

    Attributes:
        status: of HTTP; 0 where no answer came.
        slug: the last part of the problem's type, as `not_found`; without an answer `unreachable` or `timeout`.
        detail: what is wrong, in Chinese.
        errors: each with `field`, `value` and `remedy`.
        request_id: what to name to whoever runs the service.
        retry_after: seconds the service asks to wait; None where it does not.
    """

    def __init__(
        self,
        status: int,
        slug: str,
        detail: str,
        errors: Iterable[Mapping[str, Any]] = (),
        request_id: str = "",
        retry_after: float | None = None,
    ):
        super().__init__(detail)
        self.status, self.slug, self.detail, self.errors = status, slug, detail, list(errors)
        self.request_id, self.retry_after = request_id, retry_after


class Client:
    """One service. Connections are kept until it is closed; several threads may use it."""

    def __init__(self, base_url: str, key: str | None = None, timeout: float = 90.0, retries: int = 3):
        """Sends nothing yet.

        Args:
            base_url: as `https://check.example.com`.
            key: as `contentcheck keys create` showed it; None for a service on this machine without keys.
            timeout: seconds to wait for an answer; the service gives up on a check after 60.
            retries: how often to try again where the service is too busy or cannot be reached.
        """
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._http = httpx.Client(base_url=base_url, headers=headers, timeout=httpx.Timeout(timeout, connect=10))
        self._retries = retries

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    @overload
    def check(self, *, detail: Literal["full"] = "full", **draft: Unpack[Draft]) -> Report: ...
    @overload
    def check(self, *, detail: Literal["summary"], **draft: Unpack[Draft]) -> Summary: ...
    @overload
    def check(self, *, detail: Literal["scores"], **draft: Unpack[Draft]) -> Scores: ...

    def check(self, *, detail: str = "full", **draft: Unpack[Draft]) -> Any:
        """The report of a draft, as much of it as `detail` says."""
        return self._send("POST", "/v1/checks", json={**draft, "detail": detail}).json()

    def gate(self, **draft: Unpack[Draft]) -> Gate:
        """Whether a draft may be published, by the policy of its brand."""
        return self._send("POST", "/v1/gate", json=draft).json()

    def info(self) -> dict[str, Any]:
        """Version, model, library, genres and limits of the service."""
        return self._send("GET", "/v1/info").json()

    def _write(self, method: str, path: str, **content: Any) -> httpx.Response:
        """With a key of its own, by which the service knows a repetition."""
        return self._send(method, path, headers={"Idempotency-Key": str(uuid4())}, **content)

    def _send(self, method: str, path: str, stream: bool = False, **content: Any) -> httpx.Response:
        """The answer, tried again while the service is busy or out of reach."""
        for failed in range(self._retries):
            try:
                return self._once(method, path, stream, content)
            except ServiceError as error:
                wait = 0.5 * 2**failed if error.retry_after is None else error.retry_after
                if not (error.status in _BUSY or error.slug == "unreachable") or wait > _LONGEST_WAIT:
                    raise
                time.sleep(wait * random.uniform(1, 1.2))  # who was turned away together should not return together
        return self._once(method, path, stream, content)

    def _once(self, method: str, path: str, stream: bool, content: Mapping[str, Any]) -> httpx.Response:
        try:
            response = self._http.send(self._http.build_request(method, path, **content), stream=stream)
            if not response.is_success:
                response.read()
        except httpx.TransportError as error:
            raise self._no_answer(error) from error
        if not response.is_success:
            raise _error(response)
        return response

    def _no_answer(self, error: httpx.TransportError) -> ServiceError:
        if isinstance(error, httpx.TimeoutException) and not isinstance(error, httpx.ConnectTimeout):
            return ServiceError(0, "timeout", f"{self._http.base_url} 没有在限定时间内回答")
        return ServiceError(0, "unreachable", f"连不上 {self._http.base_url}：{error}")


def _error(response: httpx.Response) -> ServiceError:
    """What an answer says is wrong; it need not come from the service itself: there may be a proxy before it."""
    try:
        details = response.json()
        slug, detail, errors = details["type"].rpartition(":")[2], details["detail"], details.get("errors", [])
    except (ValueError, KeyError, TypeError, AttributeError):
        slug, detail, errors = "", f"服务回答 {response.status_code}：{response.text[:200]}", []
    asked = response.headers.get("Retry-After", "")
    wait = float(asked) if asked.isdigit() else None
    return ServiceError(response.status_code, slug, detail, errors, response.headers.get("X-Request-Id", ""), wait)
