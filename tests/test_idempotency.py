"""Idempotency-Key: what is sent again is not done again, for each caller apart, on both databases."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event, Lock
from typing import Any

import pytest
import structlog
from fastapi import FastAPI, Request, Response, UploadFile
from fastapi.testclient import TestClient
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from contentcheck.api.access import LOCAL
from contentcheck.api.http import problems
from contentcheck.api.http.idempotency import Idempotency
from contentcheck.api.http.metrics import Metrics
from contentcheck.api.http.middleware import Requests
from contentcheck.corpus.store import Store
from contentcheck.corpus.store.answers import AlreadyRunning, Answer, Answers, Attempt, OtherRequest, abandoned
from contentcheck.corpus.store.database import now
from contentcheck.engine.errors import StateError
from tests.servers import Place, contents
from tests.service import SOUP, problem, running


class Doorkeeper:
    """Knows callers by a header, as the guard knows them by their keys."""

    def __init__(self, app: ASGIApp):
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            key_id = int(Headers(scope=scope).get("x-caller", "0"))
            scope.setdefault("state", {})["caller"] = replace(LOCAL, key_id=key_id)
        await self._app(scope, receive, send)


class Shop:
    """An application that counts what it does."""

    def __init__(self, answers: Answers):
        self.orders: list[Any] = []
        self.fails: list[int] = []
        self.may_go_on = Event()
        self.begun = Event()
        self.may_go_on.set()
        self._lock = Lock()
        self.app = FastAPI()
        self.app.add_middleware(Idempotency, answers=answers)
        self.app.add_middleware(Doorkeeper)
        limits = {"body_limit": 10_000_000, "upload_limit": 10_000_000, "silence": 30}
        self.app.add_middleware(Requests, metrics=Metrics(), **limits)
        problems.install(self.app)
        self.app.add_api_route("/v1/orders", self.order, methods=["POST", "DELETE"])
        self.app.add_api_route("/v1/uploads", self.upload, methods=["POST"])
        self.app.add_api_route("/v1/crash", self.crash, methods=["POST"])
        self.app.add_api_route("/v1/long", self.long, methods=["POST"])
        self.app.add_api_route("/open", self.crash, methods=["POST"])

    def order(self, body: dict[str, Any], response: Response) -> dict[str, int]:
        self.begun.set()
        assert self.may_go_on.wait(20)
        with self._lock:
            self.orders.append(body)
            if self.fails:
                raise problems.Problem(self.fails.pop(), "unavailable", "暂时不行")
            response.status_code = 201
            response.headers["Location"] = f"/v1/orders/{len(self.orders)}"
            response.headers["X-Other"] = "x"
            return {"number": len(self.orders)}

    def upload(self, file: UploadFile) -> int:
        self.orders.append(len(file.file.read()))
        return len(self.orders)

    def crash(self) -> None:
        self.orders.append("crash")
        raise RuntimeError("out of paper")

    async def long(self, request: Request) -> Response:
        self.orders.append(len(await request.body()))
        return Response(b"x" * 2_000_000)


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    store = place.store()
    yield store
    store.database.close()


@pytest.fixture(autouse=True)
def logs() -> Iterator[None]:
    """Kept back: printing a traceback takes seconds."""
    with structlog.testing.capture_logs():
        yield


@pytest.fixture
def shop(store: Store) -> Iterator[tuple[Shop, TestClient]]:
    shop = Shop(store.answers)
    with TestClient(shop.app) as client:
        yield shop, client


def key(token: str = "k-1", **others: str) -> dict[str, str]:
    return {"Idempotency-Key": token, **others}


def test_a_write_that_is_sent_again_is_answered_again_but_not_done_again(shop: tuple[Shop, TestClient]) -> None:
    counter, client = shop
    first = client.post("/v1/orders", json={"tea": 1}, headers=key())
    again = client.post("/v1/orders", json={"tea": 1}, headers=key())
    assert len(counter.orders) == 1
    assert (first.status_code, first.json()) == (again.status_code, again.json()) == (201, {"number": 1})
    assert first.headers["location"] == again.headers["location"] and "x-other" not in again.headers
    assert again.headers["content-type"] == "application/json"
    assert "idempotency-replayed" not in first.headers and again.headers["idempotency-replayed"] == "true"
    assert first.headers["x-request-id"] != again.headers["x-request-id"]
    client.post("/v1/orders", json={"tea": 1}, headers=key("k-2"))
    client.post("/v1/orders", json={"tea": 1})
    client.post("/v1/orders", json={"tea": 1})
    assert len(counter.orders) == 4


@pytest.mark.parametrize(
    "method, path, body",
    [
        ("POST", "/v1/orders", {"tea": 2}),
        ("DELETE", "/v1/orders", {"tea": 1}),
        ("POST", "/v1/orders?x=1", {"tea": 1}),
    ],
)
def test_a_key_stands_for_one_request(shop: tuple[Shop, TestClient], method: str, path: str, body: object) -> None:
    counter, client = shop
    client.post("/v1/orders", json={"tea": 1}, headers=key())
    details = problem(client.request(method, path, json=body, headers=key()), 422, "invalid")
    assert details["errors"][0]["field"] == "header.Idempotency-Key" and details["errors"][0]["value"] == "k-1"
    assert len(counter.orders) == 1


def test_callers_do_not_share_keys(shop: tuple[Shop, TestClient]) -> None:
    counter, client = shop
    numbers = [
        client.post("/v1/orders", json={"tea": 1}, headers=key(**{"X-Caller": caller})).json()["number"]
        for caller in ("0", "1", "2", "1")
    ]
    assert numbers == [1, 2, 3, 2] and len(counter.orders) == 3


def test_whoever_says_it_in_another_header_is_no_one_else(tmp_path: Path) -> None:
    place = Place(tmp_path, None)
    secrets = [place.store().keys.create(name, ["write"], None, 60)[1] for name in ("甲", "乙")]
    with running(place) as client:
        answers = [
            client.post("/v1/corpus/items", json={"id": "a", "text": SOUP}, headers=key(**{"X-API-Key": secret}))
            for secret in (*secrets, secrets[0])
        ]
    assert [a.status_code for a in answers] == [200, 200, 200]
    assert ["idempotency-replayed" in a.headers for a in answers] == [False, False, True]


def test_two_at_once_are_done_once(shop: tuple[Shop, TestClient]) -> None:
    counter, client = shop
    counter.may_go_on.clear()

    def send() -> Any:
        return client.post("/v1/orders", json={"tea": 1}, headers=key())

    with ThreadPoolExecutor() as threads:
        first = threads.submit(send)
        assert counter.begun.wait(20)
        busy = send()
        counter.may_go_on.set()
        assert first.result().json() == {"number": 1}
    assert problem(busy, 409, "conflict") and busy.headers["retry-after"] == "1"
    assert send().json() == {"number": 1} and len(counter.orders) == 1


def test_many_at_once_are_done_once(shop: tuple[Shop, TestClient]) -> None:
    counter, client = shop
    with ThreadPoolExecutor(8) as threads:
        sent = [threads.submit(client.post, "/v1/orders", json={"tea": 1}, headers=key()) for _ in range(24)]
        statuses = {answer.result().status_code for answer in sent}
    assert statuses <= {201, 409} and 201 in statuses and len(counter.orders) == 1


@pytest.mark.parametrize("status", [404, 409, 429, 503])
def test_what_did_not_succeed_is_tried_again(shop: tuple[Shop, TestClient], status: int) -> None:
    counter, client = shop
    counter.fails.append(status)
    assert client.post("/v1/orders", json={"tea": 1}, headers=key()).status_code == status
    assert client.post("/v1/orders", json={"tea": 1}, headers=key()).status_code == 201


def test_after_a_crash_it_is_tried_again(shop: tuple[Shop, TestClient], store: Store) -> None:
    counter, client = shop
    problem(client.post("/v1/crash", headers=key()), 500, "internal")
    problem(client.post("/v1/crash", headers=key()), 500, "internal")
    assert len(counter.orders) == 2 and not contents(store)["answers"]


@pytest.mark.parametrize("token", ["", "x" * 256, "键".encode(), b"a\tb", b"\xff", b" "])
def test_a_key_is_printable_and_not_long(shop: tuple[Shop, TestClient], token: str | bytes) -> None:
    counter, client = shop
    details = problem(client.post("/v1/orders", json={}, headers={"Idempotency-Key": token}), 422, "invalid")  # type: ignore[dict-item]
    assert details["errors"][0]["field"] == "header.Idempotency-Key" and not counter.orders


def test_two_keys_are_refused_and_the_longest_is_taken(shop: tuple[Shop, TestClient]) -> None:
    _, client = shop
    two = [("Idempotency-Key", "a"), ("Idempotency-Key", "b")]
    problem(client.post("/v1/orders", json={}, headers=two), 422, "invalid")
    assert client.post("/v1/orders", json={}, headers=key("~" * 255)).status_code == 201


def test_what_is_no_write_of_the_service_needs_no_key(shop: tuple[Shop, TestClient], store: Store) -> None:
    counter, client = shop
    client.get("/v1/orders", headers=key())
    client.post("/open", headers=key())
    assert counter.orders == ["crash"] and not contents(store)["answers"]


def test_an_upload_is_the_same_whatever_separates_its_parts(shop: tuple[Shop, TestClient]) -> None:
    counter, client = shop
    files = {"file": ("drafts.bin", bytes(range(256)) * 12_000)}
    first = client.post("/v1/uploads", files=files, headers=key())
    again = client.post("/v1/uploads", files=files, headers=key())  # with a boundary of its own
    assert first.json() == again.json() == 1 and counter.orders == [256 * 12_000]
    assert first.request.headers["content-type"] != again.request.headers["content-type"]
    other = {"file": ("drafts.bin", bytes(range(256)) * 11_999 + b"x" * 256)}
    problem(client.post("/v1/uploads", files=other, headers=key()), 422, "invalid")


def test_a_long_body_arrives_whole_and_a_long_answer_is_not_kept(shop: tuple[Shop, TestClient], store: Store) -> None:
    counter, client = shop
    for body in (b"x" * 3_000_001, b"x" * 65_536, b""):
        for _ in range(2):
            assert len(client.post("/v1/long", content=body, headers=key()).content) == 2_000_000
    assert counter.orders == [3_000_001, 3_000_001, 65_536, 65_536, 0, 0]
    assert not contents(store)["answers"]


@pytest.mark.parametrize("value", [b"true", b'"yes"', b"1", b"null"])
def test_a_draft_with_no_store_leaves_no_answer(shop: tuple[Shop, TestClient], store: Store, value: bytes) -> None:
    counter, client = shop
    body = b'{"text": "x", "no_stor\\u0065": %s}' % value
    for _ in range(2):
        client.post("/v1/orders", content=body, headers=key(**{"Content-Type": "application/json; charset=utf-8"}))
    assert len(counter.orders) == 2 and not contents(store)["answers"]
    client.post("/v1/orders", json={"text": "x", "no_store": False}, headers=key())
    assert len(contents(store)["answers"]) == 1


def test_a_check_is_answered_again(tmp_path: Path) -> None:
    with running(Place(tmp_path, None)) as client:
        first, again = (client.post("/v1/checks", json={"text": SOUP}, headers=key()) for _ in range(2))
    assert first.status_code == 200 and first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"


def test_a_database_that_fails_afterwards_does_not_take_the_answer_away(
    shop: tuple[Shop, TestClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    counter, client = shop

    def full(*_: object) -> None:
        raise StateError("磁盘已满")

    with monkeypatch.context() as patched:
        patched.setattr(Answers, "keep", full)
        assert client.post("/v1/orders", json={}, headers=key()).status_code == 201
    monkeypatch.setattr(Answers, "begin", full)
    problem(client.post("/v1/orders", json={}, headers=key("k-2")), 503, "unavailable")
    assert len(counter.orders) == 1


ATTEMPT = Attempt(7, "k-1", b"r" * 32, "2026-05-01T12:00:00Z")
ANSWER = Answer(201, {"location": "/v1/x"}, "答".encode())


def at(moment: str) -> Attempt:
    return replace(ATTEMPT, made_at=moment)


@pytest.mark.parametrize(
    "begun, moment, expected",
    [
        ("2026-05-01T12:00:00Z", "2026-05-01T12:10:00Z", False),
        ("2026-05-01T12:00:00Z", "2026-05-01T12:10:01Z", True),
        ("2026-05-01T23:59:00Z", "2026-05-02T00:05:00Z", False),
        ("2026-05-01T23:59:00Z", "2026-05-02T00:10:00Z", True),
        ("2026-05-01T12:00:00Z", "2026-05-01T11:00:00Z", False),
        (now(), now(), False),
    ],
)
def test_an_attempt_is_abandoned_after_ten_minutes(begun: str, moment: str, expected: bool) -> None:
    assert abandoned(begun, moment) is expected


def test_what_a_dead_server_left_is_taken_over_and_stays_so(store: Store) -> None:
    answers = store.answers
    assert answers.begin(ATTEMPT) is None
    with pytest.raises(AlreadyRunning):
        answers.begin(at("2026-05-01T12:09:00Z"))
    second = at("2026-05-01T12:11:00Z")
    assert answers.begin(second) is None
    answers.keep(ATTEMPT, Answer(500, {}, b"late"))  # the first was not dead after all
    answers.drop(ATTEMPT)
    with pytest.raises(AlreadyRunning):
        answers.begin(at("2026-05-01T12:12:00Z"))
    answers.keep(second, ANSWER)
    assert answers.begin(at("2026-05-01T12:13:00Z")) == ANSWER
    with pytest.raises(OtherRequest):
        answers.begin(replace(ATTEMPT, request=b"s" * 32))


def test_an_answer_is_kept_for_a_day(store: Store) -> None:
    for token in ("k-1", "k-2"):
        attempt = replace(ATTEMPT, token=token)
        assert store.answers.begin(attempt) is None
        store.answers.keep(attempt, ANSWER)
    assert store.answers.begin(at("2026-05-02T12:00:00Z")) == ANSWER
    assert store.answers.begin(at("2026-05-02T12:00:01Z")) is None
    assert [row["token"] for row in contents(store)["answers"]] == ["k-1"]
    store.answers.begin(replace(ATTEMPT, token="k-3", made_at=now()))
    store.answers.drop_old()
    assert [row["token"] for row in contents(store)["answers"]] == ["k-3"]
