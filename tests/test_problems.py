"""Errors over all routes: one shape, whatever is wrong with a request, and nothing of the inside in it."""

import asyncio
import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
import uvicorn
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.testclient import TestClient

from contentcheck.api import application
from contentcheck.api.application import create_app
from contentcheck.api.http import problems
from contentcheck.api.http.metrics import Metrics
from contentcheck.api.http.middleware import Requests
from contentcheck.api.http.problems import TITLES, problem_of
from contentcheck.app import Settings
from contentcheck.engine.errors import EmptyBrand, InputError, StateError, UnknownBrand
from tests.servers import Place
from tests.service import SOUP, problem, running, until

ROOT = Path(__file__).parents[1]
JSON = {"Content-Type": "application/json"}
OPERATIONS = [
    (method, path, "requestBody" in operation)
    for path, operations in json.loads((ROOT / "docs/openapi.json").read_text("utf-8"))["paths"].items()
    for method, operation in operations.items()
]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with running(Place(tmp_path_factory.mktemp("service"), None), body_limit=20_000) as client:
        yield client


def address(path: str) -> str:
    return re.sub(r"\{[^}]+\}", "nothing", path)


def methods_of(url: str) -> set[str]:
    """What some operation does with an address; the ids of what a caller has named may hold slashes."""
    places = {path: re.sub(r"\{(post|product|item)_id\}", ".*", path) for _, path, _ in OPERATIONS}
    patterns = {path: re.sub(r"\{\w+\}", "[^/]+", place) for path, place in places.items()}
    return {method.upper() for method, path, _ in OPERATIONS if re.fullmatch(patterns[path], url)}


@pytest.mark.parametrize(("method", "path", "has_body"), OPERATIONS)
def test_every_operation_refuses_in_one_shape(client: TestClient, method: str, path: str, has_body: bool) -> None:
    url = address(path)
    for other in {"GET", "POST", "PUT", "PATCH", "DELETE"} - methods_of(url):
        refused = client.request(other, url)
        details = problem(refused, 405, "method_not_allowed")
        assert details["errors"][0]["value"] == other and method.upper() in refused.headers["allow"].split(", ")
    for none in (url + "/", url + "/%00"):
        if not methods_of(none):
            problem(client.request(method, none), 404, "not_found")
    if path.startswith("/v1/"):
        problem(client.request(method, f"{url}?x=%00"), 422, "invalid")
    if method != "get":
        problem(client.request(method, url, headers={"Idempotency-Key": "\x7f"}), 422, "invalid")
        problem(client.request(method, url, headers={"Content-Length": "300000000"}), 413, "too_large")
    if has_body:
        for content, headers in ((b"", JSON), (b"[]", JSON), (b'"x"', JSON), (b"{", JSON), (b"{}", {})):
            refused = client.request(method, url, content=content, headers=headers)
            assert 400 <= refused.status_code < 500
            problem(refused, refused.status_code, refused.json()["type"].rpartition(":")[2])


NOWHERE = "/v1 /v1/ /v2/checks /v1/checks/ /v1//checks /V1/checks //x.org/v1 /v1/%FF /v1/%ED%A0%80 /v1/%00 /v1/../etc"


@pytest.mark.parametrize("path", [*NOWHERE.split(), "/static-offline-docs/x"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_address_that_is_none_is_not_found(client: TestClient, method: str, path: str) -> None:
    answer = client.request(method, path, follow_redirects=False)
    if path.startswith("/static") and method != "GET":
        problem(answer, 405, "method_not_allowed")
    else:
        details = problem(answer, 404, "not_found")
        assert details["errors"][0]["field"] == "path" and details["errors"][0]["remedy"]


@pytest.mark.parametrize(
    "content, headers, status, slug, field",
    [
        (b"", JSON, 422, "invalid", "body"),
        (b"", {}, 422, "invalid", "body"),
        (b"null", JSON, 422, "invalid", "body"),
        (b"{", JSON, 422, "invalid", "body"),
        (b'{"text": "\xff"}', JSON, 400, "bad_request", "body"),
        (b"[" * 15_000, JSON, 400, "bad_request", "body"),
        (b'{"text": %s}' % (b"1" * 5000), JSON, 400, "bad_request", "body"),
        (b'{"text": NaN}', JSON, 422, "invalid", "body.text"),
        (b'{"text": -Infinity}', JSON, 422, "invalid", "body.text"),
        (b'{"text": 1e999}', JSON, 422, "invalid", "body.text"),
        (b'{"text": [%s]}' % (b"1," * 5000 + b"1"), JSON, 422, "invalid", "body.text"),
        (b'{"text": "x", "detail": "\\ud800"}', JSON, 422, "invalid", "body.detail"),
        (b'{"text": "x", "\\udfff": 1}', JSON, 422, "invalid", "body"),
        (b'{"text": "x", "brand": "\\ud800"}', JSON, 404, "not_found", "body.brand"),
        (b'{"text": "x", "brand": "\\u0000"}', JSON, 404, "not_found", "body.brand"),
        (b'{"text": "x"}', {"Content-Type": "text/plain"}, 415, "unsupported_type", "header.Content-Type"),
        (b'{"text": "x"}', {"Content-Type": "application/xml"}, 415, "unsupported_type", "header.Content-Type"),
        (b'{"text": "x"}', {"Content-Type": "\xff\xfe"}, 415, "unsupported_type", "header.Content-Type"),
        (b'{"text": "x"}', {}, 415, "unsupported_type", "header.Content-Type"),
        (b"x" * 20_001, JSON, 413, "too_large", "body"),
    ],
)
def test_a_body_that_cannot_be_used_is_refused(
    client: TestClient, content: bytes, headers: dict[str, str], status: int, slug: str, field: str
) -> None:
    encoded = {name: value.encode("latin-1") for name, value in headers.items()}
    answer = client.post("/v1/checks", content=content, headers=encoded)
    details = problem(answer, status, slug)
    assert details["errors"][0]["field"] == field and details["errors"][0]["remedy"]
    assert len(answer.content) < 2000


def test_a_body_without_a_length_is_refused_when_it_grows_too_long(client: TestClient) -> None:
    for headers in (JSON, {**JSON, "Idempotency-Key": "k-1"}):
        details = problem(
            client.post("/v1/checks", content=iter([b" " * 9_000] * 3), headers=headers), 413, "too_large"
        )
        assert "20000" in details["errors"][0]["remedy"]


def test_only_an_upload_may_be_as_long_as_one(client: TestClient) -> None:
    upload = {"Content-Type": "multipart/form-data; boundary=x"}
    for path in ("/v1/checks", "/v1/feedback", "/v1/jobs/1/cancel", "/nowhere"):
        problem(client.post(path, content=b"x" * 20_001, headers=upload), 413, "too_large")
    problem(client.post("/v1/jobs", content=b"x" * 20_001, headers=upload), 400, "bad_request")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/feedback", {"report": {"passages": [{}] * 6000}}),
        ("/v1/jobs", [{}] * 6000),
        ("/v1/jobs", {"drafts": [{}] * 6000}),
        ("/v1/corpus/items", [{}] * 6000),
    ],
)
def test_errors_without_end_are_told_as_one(client: TestClient, path: str, body: Any) -> None:
    answer = client.post(path, json=body)
    assert len(problem(answer, 422, "invalid")["errors"]) == 1 and len(answer.content) < 2000


def test_a_list_of_errors_has_an_end(client: TestClient) -> None:
    answer = client.post("/v1/corpus/items", json=[{}] * 900)
    assert len(problem(answer, 422, "invalid")["errors"]) == 50


@pytest.mark.parametrize("header", ["X-Request-Id", "Authorization", "Idempotency-Key", "Accept", "If-None-Match"])
def test_headers_may_be_anything(client: TestClient, header: str) -> None:
    for value in (b"\xe9\xff", "茶".encode(), b"", b"x" * 5000, b"%00"):
        answer = client.post("/v1/checks", json={"text": SOUP}, headers={header: value})
        assert answer.status_code < 500
        assert re.fullmatch(r"[0-9a-fA-F-]{8,64}", answer.headers["x-request-id"])
    assert client.get("/v1/info", headers={"Content-Length": "²".encode("latin-1")}).status_code < 500


def test_head_is_get_without_a_body_and_options_names_the_methods(client: TestClient) -> None:
    for path in ("/healthz", "/v1/info", "/openapi.json", "/docs"):
        head, get = client.head(path), client.get(path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-length"] == get.headers["content-length"]
    assert client.head("/v1/gate").status_code == 405 and client.head("/nowhere").status_code == 404
    for path, allowed in {"/v1/gate": "POST", "/v1/info": "GET, HEAD"}.items():
        options = client.options(path)
        assert (options.status_code, options.content, options.headers["allow"]) == (204, b"", allowed)
    problem(client.options("/nowhere"), 404, "not_found")


def crashing() -> FastAPI:
    app = FastAPI()
    app.add_middleware(Requests, metrics=Metrics(), body_limit=100, upload_limit=100, silence=30)
    problems.install(app)

    @app.get("/crash")
    def crash() -> None:
        raise RuntimeError("the secret 苔朵 draft")

    @app.post("/read")
    async def read(body: dict[str, Any]) -> None: ...

    return app


def test_a_crash_tells_its_number_to_the_caller_and_the_rest_to_the_log() -> None:
    merge = structlog.contextvars.merge_contextvars
    with TestClient(crashing()) as client, structlog.testing.capture_logs([merge]) as logs:
        answer = client.get("/crash", headers={"X-Request-Id": "12345678-abcd"})
    details = problem(answer, 500, "internal")
    assert details["instance"] == "urn:uuid:12345678-abcd"
    assert "secret" not in answer.text and "Traceback" not in answer.text
    [unexpected, request] = logs
    assert unexpected["request_id"] == request["request_id"] == "12345678-abcd"
    assert isinstance(unexpected["exc_info"], RuntimeError) and request["status"] == 500


def test_a_model_that_cannot_be_loaded_is_told_of_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def build(_: Settings, remembered: int) -> None:
        raise RuntimeError("the secret place of the model")

    monkeypatch.setattr(application, "build_checker", build)
    here = {"base_url": "http://127.0.0.1:8000", "client": ("127.0.0.1", 50_000)}
    with structlog.testing.capture_logs() as logs, TestClient(create_app(Settings(home=tmp_path)), **here) as client:
        until(lambda: "无法启动" in client.get("/readyz").json()["detail"])
        answer = client.get("/v1/info")
    assert "secret" not in problem(answer, 503, "not_ready")["detail"]
    assert any(line["event"] == "cannot start" and "exc_info" in line for line in logs)


def test_methods_that_nobody_knows_are_counted_as_one() -> None:
    metrics = Metrics()
    app = FastAPI()
    app.add_middleware(Requests, metrics=metrics, body_limit=100, upload_limit=100, silence=30)
    with TestClient(app) as client:
        for number in range(3):
            client.request(f"M{number}", "/")
    assert b'method="other"' in metrics.text() and b'method="M' not in metrics.text()


def test_a_caller_that_leaves_is_no_error(caplog: pytest.LogCaptureFixture) -> None:
    """With a real server and a real connection that ends in the middle of a body."""

    async def leave() -> None:
        server = uvicorn.Server(uvicorn.Config(crashing(), port=0, log_level="warning", lifespan="off"))
        with socket.create_server(("127.0.0.1", 0)) as listening:
            serving = asyncio.create_task(server.serve([listening]))
            for headers in ("", "Idempotency-Key: k\r\n"):
                _, writer = await asyncio.open_connection(*listening.getsockname())
                writer.write(f"POST /read HTTP/1.1\r\nHost: x\r\n{headers}".encode())
                writer.write(b'Content-Type: application/json\r\nContent-Length: 50\r\n\r\n{"a":')
                await writer.drain()
                await asyncio.sleep(0.2)
                writer.close()
                await writer.wait_closed()
            await asyncio.sleep(0.3)
            server.should_exit = True
            await serving

    with structlog.testing.capture_logs() as logs:
        asyncio.run(leave())
    assert [entry["event"] for entry in logs] == ["request", "request"] and not caplog.records


def test_a_body_that_stays_away_is_waited_for_only_so_long() -> None:
    """With a real server: a body that trickles in is read to its end, one that stops is answered 408."""
    app = FastAPI()
    app.add_middleware(Requests, metrics=Metrics(), body_limit=1000, upload_limit=1000, silence=0.5)
    problems.install(app)

    @app.post("/read")
    async def read(body: dict[str, Any]) -> int:
        await asyncio.sleep(0.7)  # which is no silence of the caller's
        return len(body)

    async def ask(port: int, pieces: list[bytes], length: int) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST /read HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n")
        writer.write(f"Content-Length: {length}\r\n\r\n".encode())
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.2)
        answer = await reader.readuntil(b"\r\n\r\n")
        writer.close()
        return answer

    async def both() -> tuple[bytes, bytes]:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        with socket.create_server(("127.0.0.1", 0)) as listening:
            serving = asyncio.create_task(server.serve([listening]))
            port = listening.getsockname()[1]
            pieces = [b'{"a"', b":", b"1", b"}"]
            answers = await asyncio.gather(ask(port, pieces, 7), ask(port, pieces, 70))
            server.should_exit = True
            await serving
        return answers[0], answers[1]

    slow, stopped = asyncio.run(both())
    assert slow.startswith(b"HTTP/1.1 200")
    assert stopped.startswith(b"HTTP/1.1 408") and b"application/problem+json" in stopped
    assert b"connection: close" in stopped.lower()


def test_errors_of_the_program_become_problems_without_its_secrets() -> None:
    with structlog.testing.capture_logs() as logs:
        found = [problem_of(e("/srv/db")) for e in (UnknownBrand, EmptyBrand, InputError, StateError, KeyError)]
    assert [(p.status, p.slug) for p in found] == [
        (404, "not_found"), (409, "conflict"), (422, "invalid"), (503, "unavailable"), (500, "internal"),
    ]  # fmt: skip
    assert "/srv/db" not in found[3].detail and logs[0]["reason"] == "/srv/db"


def test_the_documented_problems_are_those_of_the_code() -> None:
    page = (ROOT / "docs/service/errors.md").read_text("utf-8")
    rows = re.findall(r"^\| `([a-z_]+)` \| ([\d, ]+) \| (.+) \|$", page, re.MULTILINE)
    assert [slug for slug, _, _ in rows] == list(TITLES)
    documented = {(int(status), slug) for slug, statuses, _ in rows for status in statuses.split(",")}
    sources = "".join(file.read_text("utf-8") for file in sorted((ROOT / "api").rglob("*.py")))
    raised = {(int(status), slug) for status, slug in re.findall(r'Problem\(\s*(\d{3}),\s*"([a-z_]+)"', sources)}
    assert raised <= documented and {(s, slug) for s, slug in problems.BY_STATUS.items()} <= documented


def test_no_operation_is_left_out_of_these_tests(tmp_path: Path) -> None:
    routes = iter_route_contexts(create_app(Settings(home=tmp_path)).routes)
    known = {
        (m.lower(), (r.path or "").replace(":path}", "}"))
        for r in routes
        if isinstance(r.original_route, APIRoute)
        for m in r.methods or ()
    }
    assert {
        (method, path)
        for method, path in known
        if path not in ("", "/", "/shared/{token}") and not path.startswith(("/docs", "/redoc"))
    } == {(method, path) for method, path, _ in OPERATIONS}
