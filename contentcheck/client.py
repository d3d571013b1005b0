"""A client of the REST service, for programs in Python.

    with Client("http://127.0.0.1:8000", key) as client:
        report = client.check(text="…", brand="苔朵")

It needs httpx and nothing of the engine. Synchronous only: one way to call each operation; within asyncio,
`await asyncio.to_thread(client.check, text="…")` does.
"""

import json
import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self, Unpack, overload
from urllib.parse import quote
from uuid import uuid4

import httpx

from contentcheck.report_json import Report, Scores, Summary
from contentcheck.service_json import Brand, Draft, FailedDraft, Gate, Job, JobDraft, ListedBrand, Piece, Product, Taken

_BUSY = (429, 503)
_OVER = ("done", "cancelled")
_LONGEST_WAIT = 60.0  # seconds; a caller who is told to wait longer should decide for itself


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

    def brands(self) -> Iterator[ListedBrand]:
        """Those the key may see."""
        cursor: dict[str, str] = {}
        while True:
            page = self._send("GET", "/v1/brands", params=cursor).json()
            yield from page["items"]
            if page["next"] is None:
                return
            cursor = {"cursor": page["next"]}

    def brand(self, name: str) -> Brand:
        """A brand with its products."""
        return self._send("GET", _brand(name)).json()

    def put_brand(
        self,
        name: str,
        *,
        products: Iterable[Product] | None = None,
        words: Iterable[str] | None = None,
        allowed: Iterable[str] | None = None,
    ) -> Brand:
        """Make a brand or change it: what is given takes the place of the old, what is not stays as it is."""
        given = {"products": products, "words": words, "allowed": allowed}
        return self._write("PUT", _brand(name), json={k: list(v) for k, v in given.items() if v is not None}).json()

    def delete_brand(self, name: str) -> None:
        """With its products and posts."""
        self._write("DELETE", _brand(name))

    def add_posts(self, brand: str, posts: Iterable[Piece]) -> list[Taken]:
        """Store what the brand's account has published, up to 1,000 at a time, all or none."""
        return self._write("POST", f"{_brand(brand)}/posts", json=list(posts)).json()["items"]

    def add_items(self, items: Iterable[Piece]) -> list[Taken]:
        """Store known pieces for all brands, up to 1,000 at a time, all or none."""
        return self._write("POST", "/v1/corpus/items", json=list(items)).json()["items"]

    def feedback(
        self,
        report: Report,
        about: Literal["homogeneity", "relevance", "promotion", "repetition", "title"],
        agrees: bool,
        *,
        text: str | None = None,
        passage: int | None = None,
        note: str = "",
        brand: str | None = None,
    ) -> int:
        """Keep an editor's word on one score of a report; answers with its number.

        Args:
            about: which score.
            text: the draft; without it, as the report shows it.
            passage: the number of the passage meant, from 0; None: the whole draft.
            brand: of the report; needed where its products have changed since.
        """
        said = {"about": about, "agrees": agrees, "text": text, "passage": passage, "note": note, "brand": brand}
        return self._write("POST", "/v1/feedback", json={"report": report, **said}).json()["id"]

    def submit(
        self,
        drafts: Iterable[JobDraft] | Path,
        *,
        name: str = "",
        brand: str | None = None,
        webhook: str | None = None,
        skip_bad: bool = False,
    ) -> Job:
        """Hand in many drafts, to be checked when there is room.

        Args:
            drafts: the drafts, or a file of them: jsonl, csv or xlsx with the columns of `contentcheck bulk`.
            name: for people; by default the file's name.
            brand: of the drafts that name none.
            webhook: an address to be told when the job is over; the answer holds the secret it is signed with.
            skip_bad: take the job without the rows that cannot be used, rather than refuse it.
        """
        if isinstance(drafts, Path):
            fields = {"name": name, "brand": brand or "", "webhook_url": webhook or "", "skip_bad": str(skip_bad)}
            with drafts.open("rb") as file:
                sent = self._write("POST", "/v1/jobs", data=fields, files={"file": (drafts.name, file)})
        else:
            body = {"drafts": list(drafts), "name": name, "brand": brand, "skip_bad": skip_bad}
            sent = self._write("POST", "/v1/jobs", json=body | ({"webhook": {"url": webhook}} if webhook else {}))
        return sent.json()

    def job(self, job_id: str) -> Job:
        """How far a job is."""
        return self._send("GET", _job(job_id)).json()

    def wait(self, job_id: str, progress: Callable[[Job], None] | None = None, interval: float = 2.0) -> Job:
        """The job when it is over. `progress` is told how far it is, every `interval` seconds."""
        while True:
            job = self.job(job_id)
            if progress is not None:
                progress(job)
            if job["state"] in _OVER:
                return job
            time.sleep(interval)

    def results(self, job_id: str) -> Iterator[Report | FailedDraft]:
        """What there is so far, in the order of the drafts, read as it comes."""
        with closing(self._send("GET", f"{_job(job_id)}/results", True, params={"format": "jsonl"})) as response:
            try:
                yield from map(json.loads, _lines(response))
            except httpx.TransportError as error:
                raise self._no_answer(error) from error

    def cancel(self, job_id: str) -> Job:
        """Leave the drafts unchecked that have no report yet."""
        return self._write("POST", f"{_job(job_id)}/cancel").json()

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
                if not _passes(error) or wait > _LONGEST_WAIT:
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


def _passes(error: ServiceError) -> bool:
    """Whether to try again; 409 says when a request with the same Idempotency-Key is still being answered."""
    is_under_way = error.status == 409 and error.retry_after is not None
    return error.status in _BUSY or error.slug == "unreachable" or is_under_way


def _brand(name: str) -> str:
    return f"/v1/brands/{quote(name, safe='')}"


def _job(job_id: str) -> str:
    return f"/v1/jobs/{quote(job_id, safe='')}"


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


def _lines(response: httpx.Response) -> Iterator[bytes]:
    """Cut at line feeds alone: a text may hold other characters that end a line."""
    rest = b""
    for piece in response.iter_bytes():
        *lines, rest = (rest + piece).split(b"\n")
        yield from lines
    if rest:
        yield rest
