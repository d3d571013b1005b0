"""Webhooks as a receiver sees them, and the routes that tell what became of them."""

import asyncio
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from contentcheck.api import access
from contentcheck.api.http.metrics import Metrics
from contentcheck.api.jobs import webhooks
from contentcheck.api.jobs.webhooks import Webhooks, new_secret, send, usable_secret
from contentcheck.api.service import Service
from contentcheck.api.settings import ServiceSettings
from contentcheck.app import Settings
from contentcheck.corpus.store import Store, deliveries
from contentcheck.corpus.store.deliveries import Attempt, Message
from contentcheck.engine.documents import Brand, Product
from tests.receiver import SECRET, add_delivery, add_job, receiving, reply, trickle
from tests.servers import Place, new_place
from tests.service import problem, running, until

DOCUMENT = Path(__file__).parents[1] / "docs/service/webhooks.md"
TEA = Brand("茶铺", (Product("tea-1", "决明子茶", "炒制决明子，每袋三克。"),))


@contextmanager
def sending(place: Place, *, allow_private: bool = True) -> Iterator[Store]:
    """A worker of its own store, as one more server has it."""
    store = place.store()
    worker = Webhooks(Service(Settings(), ServiceSettings(allow_private=allow_private), store, Metrics()))
    worker.start()
    try:
        yield store
    finally:
        worker.stop()
        store.database.close()


def once(url: str, *, secret: str = SECRET, allow_private: bool = True) -> Attempt:
    return asyncio.run(send(Message("id-1", url, secret, '{"type":"x","data":{}}'), allow_private=allow_private))


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seconds become hundredths."""
    monkeypatch.setattr(deliveries, "SCHEDULE", tuple(s / 100 for s in deliveries.SCHEDULE))
    monkeypatch.setattr(webhooks, "_PAUSE", 0.02)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "home", None)


@pytest.mark.usefixtures("quick")
def test_a_failure_is_sent_again_the_same_and_signed_anew(place: Place) -> None:
    with receiving(500, 204) as receiver, sending(place) as store:
        add_job(store, "job-1", receiver.url)
        add_delivery(store, "job-1", name="稿件.csv")
        until(lambda: [d.state for d in store.deliveries.of("job-1")] == ["delivered"])
        [delivery] = store.deliveries.of("job-1")
    assert receiver.ids == [delivery.id, delivery.id]
    assert receiver.bodies[0] == receiver.bodies[1]
    assert receiver.headers[0]["content-type"] == "application/json"
    for number in (0, 1):
        said = receiver.verified(number)
        assert said["type"] == "job.finished" and said["data"] == {"job_id": "job-1", "name": "稿件.csv"}
        with pytest.raises(Exception, match="No matching signature"):
            receiver.verified(number, new_secret())
    assert [(a.status, a.error) for a in delivery.attempts] == [(500, "对方应答 500"), (204, "")]


def test_two_senders_share_the_work_and_nothing_is_sent_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "_PAUSE", 0.01)
    monkeypatch.setattr(webhooks, "_AT_ONCE", 2)
    place = new_place("postgresql", tmp_path)
    with receiving(_after(0.02)) as receiver, ExitStack() as senders:
        store, other = (senders.enter_context(sending(place)) for _ in range(2))
        add_job(store, "job-1", receiver.url)
        for number in range(30):
            add_delivery(store, "job-1", number=number)
        until(lambda: all(d.state == "delivered" for d in other.deliveries.of("job-1")))
        assert sorted(receiver.ids) == sorted(d.id for d in other.deliveries.of("job-1"))
    assert len(receiver.ids) == 30


def test_one_slow_receiver_does_not_hold_up_another(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "_PAUSE", 0.02)
    with receiving(_after(3)) as slow, receiving() as quick, sending(place) as store:
        add_job(store, "slow", slow.url)
        add_job(store, "quick", quick.url)
        add_delivery(store, "slow")
        until(lambda: slow.bodies)
        start = time.monotonic()
        add_delivery(store, "quick")
        until(lambda: quick.bodies)
        assert time.monotonic() - start < 2


def test_a_worker_outlives_a_database_that_is_away(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "_PAUSE", 0.02)
    real, failures = deliveries.Deliveries.due, iter([OSError("away"), OSError("away")])

    def due(self: deliveries.Deliveries, *rest: Any) -> list[Message]:
        for failure in failures:
            raise failure
        return real(self, *rest)

    monkeypatch.setattr(deliveries.Deliveries, "due", due)
    with receiving() as receiver, sending(place) as store:
        add_job(store, "job-1", receiver.url)
        add_delivery(store, "job-1")
        until(lambda: receiver.bodies)


def test_a_redirect_is_not_followed() -> None:
    with receiving() as inside, receiving(lambda handler: reply(handler, 307, location=inside.url)) as receiver:
        attempt = once(receiver.url)
    assert (attempt.status, attempt.delivered) == (307, False) and "不跟随跳转" in attempt.error
    assert inside.bodies == []


def test_an_answer_that_trickles_in_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "SECONDS", 0.5)
    for answer in (trickle, _after(2)):
        with receiving(answer) as receiver:
            start = time.monotonic()
            attempt = once(receiver.url)
            assert time.monotonic() - start < 1.5
        assert (attempt.status, attempt.error) == (None, "0.5 秒内没有应答") and attempt.ms >= 500


def test_a_huge_answer_is_not_read() -> None:
    sent = 0

    def endless(handler: BaseHTTPRequestHandler) -> None:
        nonlocal sent
        reply(handler, 200, content_length=str(2**40))
        while sent < 2**30:
            sent += handler.wfile.write(b"x" * 2**16)

    with receiving(endless) as receiver:
        assert once(receiver.url).delivered
    assert sent < 2**26


def test_what_goes_wrong_has_words() -> None:
    with receiving(lambda handler: handler.wfile.write(b"220 smtp.example.com ESMTP\r\n")) as receiver:
        assert once(receiver.url).error == "连接中断，或应答不是 HTTP"
        assert "安全连接" in once(receiver.url.replace("http:", "https:")).error
        assert "不在公共互联网上" in once(receiver.url, allow_private=False).error
        assert once(receiver.url, secret="whsec_").error == "签名密钥无法使用"
    assert once(receiver.url).error == "没有连上"
    assert once("http://h:x/").error == "不是可用的网址"
    assert len(receiver.bodies) == 1


@pytest.mark.parametrize(
    ("status", "value", "seconds"),
    [
        (429, "120", 120),
        (503, "in an hour", 3600),
        (503, "9" * 5000, float("inf")),
        (503, "soon", None),
        (429, "-5", None),
        (500, "120", None),
    ],
)
def test_a_busy_receiver_says_when_to_come_back(status: int, value: str, seconds: float | None) -> None:
    if value == "in an hour":
        value = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    with receiving(lambda handler: reply(handler, status, retry_after=value)) as receiver:
        assert once(receiver.url).retry_after == (seconds and pytest.approx(seconds, abs=60))


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_c2hvcnQ=", SECRET[6:], "whsec_密钥", SECRET + "!", "\ud800"])
def test_secrets_that_cannot_sign(secret: str) -> None:
    with pytest.raises(ValueError, match="whsec_"):
        usable_secret(secret)
    assert usable_secret(SECRET) == SECRET
    assert usable_secret(new_secret())


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    place = Place(tmp_path_factory.mktemp("service"), None)
    place.store().brands.add([TEA])
    with running(place, allow_private=True) as client:
        yield client


@pytest.fixture
def store(client: TestClient) -> Store:
    return client.app.state.service.store  # type: ignore[attr-defined]


def test_the_log_of_a_job_and_sending_again(client: TestClient, store: Store) -> None:
    with receiving(410, 200) as receiver:
        add_job(store, "job-1", receiver.url)
        add_delivery(store, "job-1")
        log = "/v1/jobs/job-1/deliveries"
        until(lambda: client.get(log).json()["items"][0]["state"] == "given_up")
        [item] = client.get(log).json()["items"]
        assert item.keys() == {"id", "event", "state", "next_at", "made_at", "attempts"}
        [attempt] = item["attempts"]
        assert attempt.keys() == {"at", "status", "error", "ms"} and attempt["status"] == 410
        answer = client.post(f"{log}/{item['id']}/redeliver")
        assert answer.status_code == 202 and answer.json()["state"] == "waiting" and answer.json()["next_at"]
        until(lambda: client.get(log).json()["items"][0]["state"] == "delivered")
    assert receiver.ids == [item["id"]] * 2
    problem(client.post(f"{log}/no-such/redeliver"), 404, "not_found")
    problem(client.post(f"{log}/%00/redeliver"), 404, "not_found")
    for job_id in ("no-such", "%FF", "任务"):
        details = problem(client.get(f"/v1/jobs/{job_id}/deliveries"), 404, "not_found")
        assert details["errors"][0]["field"] == "path.job_id"


def test_a_test_ping_tells_what_came_back(client: TestClient) -> None:
    with receiving(204, 204, 500) as receiver:
        answer = client.post("/v1/webhooks/test", json={"url": receiver.url, "secret": SECRET}).json()
        assert answer["delivered"] and (answer["status"], answer["error"]) == (204, "")
        assert receiver.verified(0)["type"] == "test.ping" and receiver.ids == [answer["id"]]
        once = {"Idempotency-Key": "ping"}
        made, again = (client.post("/v1/webhooks/test", json={"url": receiver.url}, headers=once).json() for _ in "ab")
        assert receiver.verified(1, made["secret"])["data"] == {} and again == {**made, "secret": None}
        failed = client.post("/v1/webhooks/test", json={"url": receiver.url}).json()
        assert not failed["delivered"] and failed["error"] == "对方应答 500"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "body.url"),
        ({"url": ""}, "body.url"),
        ({"url": "ftp://one.test/"}, "body.url"),
        ({"url": "http://one.test/" + "x" * 2000}, "body.url"),
        ({"url": "http://one.test/\0"}, "body.url"),
        ({"url": "http://one.test/\ud800"}, "body.url"),
        ({"url": float("nan")}, "body.url"),
        ({"url": "http://127.0.0.1:1/", "\ud800": 1}, "body"),
        ({"url": "http://127.0.0.1:1/", "secret": "hunter2"}, "body.secret"),
        ({"url": "http://127.0.0.1:1/", "method": "GET"}, "body.method"),
    ],
)
def test_a_wrong_ping_is_told_what_would_be_right(client: TestClient, body: object, field: str) -> None:
    headers = {"Content-Type": "application/json"}
    details = problem(client.post("/v1/webhooks/test", content=json.dumps(body), headers=headers), 422, "invalid")
    assert details["errors"][0]["field"] == field and details["errors"][0]["remedy"]


def test_inside_is_refused_unless_allowed(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client.app.state.service.limits, "allow_private", False)  # type: ignore[attr-defined]
    with receiving() as inside:
        details = problem(client.post("/v1/webhooks/test", json={"url": inside.url}), 422, "invalid")
        assert details["errors"][0]["field"] == "body.url" and details["errors"][0]["value"] == inside.url
    assert inside.bodies == []


def test_the_jobs_of_others_are_not_there(client: TestClient, store: Store) -> None:
    brand_id = store.brands.version("茶铺")[0]
    with receiving() as receiver:
        for job_id, key_id, brand in (("none", 1, None), ("tea", 1, brand_id), ("mine", 2, None)):
            add_job(store, job_id, receiver.url, key_id=key_id, brand_id=brand)
            add_delivery(store, job_id)
        until(lambda: len(receiver.bodies) == 3)
    tea = access.Caller(2, "茶", frozenset({"read", "check"}), frozenset({"茶铺"}))
    other = access.Caller(3, "酒", frozenset({"read", "check"}), frozenset({"酒坊"}))
    for who, visible in ((tea, {"tea", "mine"}), (other, set()), (access.LOCAL, {"none", "tea", "mine"})):
        with _calling(client, who):
            for job_id in ("none", "tea", "mine"):
                [delivery] = store.deliveries.of(job_id)
                log = client.get(f"/v1/jobs/{job_id}/deliveries")
                again = client.post(f"/v1/jobs/{job_id}/deliveries/{delivery.id}/redeliver")
                if job_id in visible:
                    assert (log.status_code, again.status_code) == (200, 202)
                else:
                    missing = problem(client.get("/v1/jobs/no-such/deliveries"), 404, "not_found")
                    seen = problem(log, 404, "not_found")
                    assert seen["detail"] == missing["detail"].replace("no-such", job_id)
                    problem(again, 404, "not_found")
                    assert store.deliveries.of(job_id) == [delivery]


def test_scopes(client: TestClient) -> None:
    with _calling(client, access.Caller(2, "只读", frozenset({"read"}), None)):
        problem(client.post("/v1/webhooks/test", json={"url": "http://127.0.0.1:1/"}), 403, "forbidden")
        problem(client.post("/v1/jobs/none/deliveries/x/redeliver"), 403, "forbidden")
        problem(client.get("/v1/jobs/none/deliveries"), 403, "forbidden")
    with _calling(client, access.Caller(2, "只检查", frozenset({"check"}), None)):
        problem(client.get("/v1/jobs/none/deliveries"), 404, "not_found")


def test_the_receiver_of_the_documentation_works(tmp_path: Path) -> None:
    [program] = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {**os.environ, "WEBHOOK_SECRET": SECRET, "PORT": str(port)}
    command = [sys.executable, "-W", "error", "-c", program]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as hook:
        try:
            url = f"http://127.0.0.1:{port}/hook"
            until(lambda: once(url, secret=new_secret()).status == 400)
            assert [once(url).status for _ in range(2)] == [204, 204]
        finally:
            hook.terminate()
        out, _ = hook.communicate()
    assert out.splitlines() == ["x {}"]


@contextmanager
def _calling(client: TestClient, who: access.Caller) -> Iterator[None]:
    overrides = client.app.dependency_overrides  # type: ignore[attr-defined]
    overrides[access.caller] = lambda: who
    try:
        yield
    finally:
        del overrides[access.caller]


def _after(seconds: float) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(seconds)
        reply(handler, 204)

    return answer
