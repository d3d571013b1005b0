"""Who is let in, how often, and to what: over every operation of the OpenAPI document."""

import json
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from hashlib import md5
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from contentcheck.api.access import SCOPES
from contentcheck.api.http.guard import is_loopback
from contentcheck.api.http.limits import WRONG_KEYS
from contentcheck.commands import service
from contentcheck.corpus.store import Store
from contentcheck.corpus.store.pieces import prepare
from contentcheck.engine.documents import Brand, CorpusItem, Product
from tests.command_line import Run, refusal, start
from tests.servers import Place, contents
from tests.service import SOUP, problem, running, until

TEA = Brand("茶铺", (Product("tea-1", "决明子茶", "炒制决明子，每袋三克。", ("不含咖啡因",)),))
OIL = Brand("油坊", (Product("oil-1", "菜籽油", "物理压榨，每桶五升。", ("物理压榨",)),))
OIL_POST = CorpusItem("oil-1", "今天讲一讲菜籽油怎么存放。", "存油")
UNKNOWN = "无此"
OFTEN = 60_000


@dataclass(frozen=True)
class Open:
    """A running service and its database, as another process has it."""

    store: Store
    client: TestClient

    def key(self, *scopes: str, brands: list[str] | None = None, rate: int = OFTEN) -> dict[str, str]:
        """The headers of a new key."""
        keys = self.store.keys
        return bearer(keys.create(f"第 {len(keys.all())} 个", scopes, brands, rate)[1])


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    """A service with keys and two brands."""
    place = Place(tmp_path_factory.mktemp("keyed"), None)
    with closing((store := place.store()).database), running(place) as client:
        store.brands.add([TEA, OIL])
        store.brands.posts("油坊").add(prepare([OIL_POST], lambda texts: [md5(t.encode()).digest() for t in texts]))
        store.keys.create("总", list(SCOPES), None, OFTEN)
        yield Open(store, client)


@pytest.fixture(scope="module")
def unkeyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service that never had a key."""
    with running(Place(tmp_path_factory.mktemp("unkeyed"), None)) as client:
        yield client


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


@dataclass(frozen=True)
class Operation:
    """One of the OpenAPI document, and how to call it for a brand."""

    method: str
    path: str
    description: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def names_a_brand(self) -> bool:
        return self._asked("茶铺") != self._asked("油坊")

    def call(self, client: TestClient, headers: dict[str, str], brand: str) -> httpx.Response:
        """With the brand wherever one is asked for, and the example of the body if there is one."""
        return client.request(self.method, headers=headers, **self._asked(brand))

    def _asked(self, brand: str) -> dict[str, Any]:
        parameters = {(p["in"], p["name"]): p["schema"] for p in self.description.get("parameters", ())}
        path = self.path.replace("{brand}", brand)
        for place, name in parameters:
            if place == "path":  # there is a product and a post of this id, of the other brand
                path = path.replace(f"{{{name}}}", "1" if "integer" in repr(parameters[place, name]) else "oil-1")
        content = self.description.get("requestBody", {}).get("content", {}).get("application/json", {})
        examples = [e["value"] for e in content.get("examples", {}).values()]
        examples += content.get("schema", {}).get("examples", [])
        bodies = sorted((_of_brand(e, brand) for e in examples), key=lambda body: brand not in repr(body))
        return {
            "url": path,
            "params": {"brand": brand} if ("query", "brand") in parameters else None,
            "json": None if self.method == "GET" else bodies[0] if bodies else {},
        }


def _of_brand(body: Any, brand: str) -> Any:
    """A body that names the brand wherever it names one."""
    if isinstance(body, dict):
        return {name: brand if name == "brand" else _of_brand(value, brand) for name, value in body.items()}
    return [_of_brand(value, brand) for value in body] if isinstance(body, list) else body


def operations(client: TestClient) -> list[Operation]:
    """Every one that is not open to all."""
    paths = client.get("/openapi.json").json()["paths"]
    every = [Operation(method.upper(), path, d) for path, on in paths.items() for method, d in on.items()]
    guarded = [o for o in every if o.path not in ("/healthz", "/readyz")]
    assert "POST /v1/checks" in map(str, guarded) and len(every) == len(guarded) + 2
    return guarded


def test_nothing_is_answered_without_a_key(keyed: Open) -> None:
    for operation in operations(keyed.client):
        answer = operation.call(keyed.client, {}, "茶铺")
        assert problem(answer, 401, "unauthenticated")["errors"][0]["remedy"], operation
        assert answer.headers["www-authenticate"] == "Bearer"
    for path in ("/v1/checks/x/y", "/v1", "/nowhere", "/v1/../v1/info", "//v1/info", "/healthz/x"):
        problem(keyed.client.get(path), 401, "unauthenticated")
    unread = keyed.client.post("/v1/checks", content=b"{", headers={"Content-Type": "application/json"})
    problem(unread, 401, "unauthenticated")  # and not 422: a stranger's body is not read


def test_what_is_open_to_all(keyed: Open) -> None:
    for path in ("/healthz", "/readyz", "/openapi.json", "/docs", "/redoc"):
        assert keyed.client.get(path).status_code == 200, path
    page = keyed.client.get("/docs").text
    loaded = re.findall(r'(?:src|href)="(/[^"]+)"', page)
    assert loaded and all(keyed.client.get(path).status_code == 200 for path in loaded)


def test_every_guarded_operation_says_so(keyed: Open) -> None:
    for operation in operations(keyed.client):
        assert operation.description["security"] == [{"bearer": []}, {"header": []}], operation
        assert {"401", "403", "429"} <= operation.description["responses"].keys(), operation


@pytest.mark.parametrize(
    "headers",
    [
        bearer("ck_wrong"),
        bearer(""),
        {"Authorization": "Basic Y2tfOg=="},
        {"X-API-Key": "ck_wrong"},
        {"Authorization": "Bearer"},
        {"Authorization": b"Bearer \xff\xfe"},
    ],
)
def test_a_wrong_key_opens_nothing_even_where_none_is_needed(
    keyed: Open, unkeyed: TestClient, headers: dict[str, Any]
) -> None:
    for client in (keyed.client, unkeyed):
        problem(client.get("/v1/info", headers=headers), 401, "unauthenticated")


def test_a_key_is_taken_from_either_header_until_it_is_revoked(keyed: Open) -> None:
    headers = keyed.key("check")
    secret = headers["Authorization"].removeprefix("Bearer ")
    ways = (headers, {"X-API-Key": secret}, {"authorization": f"bearer {secret}"})
    for way in ways:
        assert keyed.client.post("/v1/checks", json={"text": SOUP}, headers=way).status_code == 200
    keyed.store.keys.revoke(keyed.store.keys.all()[-1].name)
    for way in ways:
        problem(keyed.client.get("/v1/info", headers=way), 401, "unauthenticated")


def test_nothing_is_done_without_the_scope(keyed: Open) -> None:
    nothing = keyed.key()
    for operation in operations(keyed.client):
        if str(operation) in ("GET /v1/info", "GET /v1/me"):  # for any key
            continue
        answer = operation.call(keyed.client, nothing, "茶铺")
        if answer.status_code != 422:  # a path or body without an example
            problem(answer, 403, "forbidden")
    refused = keyed.client.post("/v1/checks", json={"text": SOUP}, headers=keyed.key("read", "write"))
    assert "check" in problem(refused, 403, "forbidden")["errors"][0]["remedy"]
    assert keyed.client.post("/v1/checks", json={"text": SOUP}, headers=keyed.key("admin")).status_code == 200
    problem(keyed.client.get("/metrics", headers=keyed.key("check")), 403, "forbidden")
    assert "contentcheck_request_seconds" in keyed.client.get("/metrics", headers=keyed.key("read")).text


def test_another_brand_is_as_one_that_does_not_exist(keyed: Open) -> None:
    limited = keyed.key(*SCOPES, brands=["茶铺"])
    before = contents(keyed.store)
    asked = [operation for operation in operations(keyed.client) if operation.names_a_brand]
    assert "POST /v1/checks" in map(str, asked)
    for operation in asked:
        forbidden, unknown = (operation.call(keyed.client, limited, brand) for brand in ("油坊", UNKNOWN))
        assert _alike(forbidden, "油坊") == _alike(unknown, UNKNOWN), operation
        if forbidden.status_code != 422:  # a body without an example
            problem(forbidden, 404, "not_found")
    assert contents(keyed.store) == before


def test_nothing_of_another_brand_is_shown(keyed: Open) -> None:
    limited = keyed.key(*SCOPES, brands=["茶铺"])
    for operation in operations(keyed.client):
        if operation.method == "GET":
            answer = operation.call(keyed.client, limited, "茶铺")
            assert not any(secret in answer.text for secret in ("油坊", "菜籽油", "物理压榨")), operation


def test_a_limited_key_works_for_its_brand_and_needs_one(keyed: Open) -> None:
    limited = keyed.key("check", brands=["茶铺"])
    assert keyed.client.post("/v1/checks", json={"text": SOUP, "brand": "茶铺"}, headers=limited).status_code == 200
    details = problem(keyed.client.post("/v1/checks", json={"text": SOUP}, headers=limited), 403, "forbidden")
    assert details["errors"] == [{"field": "body.brand", "value": None, "remedy": "这个密钥只能用于：茶铺"}]


def _alike(answer: httpx.Response, brand: str) -> tuple[Any, ...]:
    """All of an answer but its number, the time, and the name that was asked for."""
    passing = {"x-request-id", "ratelimit-remaining", "ratelimit-reset", "content-length"}
    headers = {name: value for name, value in answer.headers.items() if name not in passing}
    body = answer.text.replace(answer.headers["x-request-id"], "").replace(brand, "")
    return answer.status_code, headers, body


def test_a_key_may_ask_as_often_as_was_agreed(keyed: Open) -> None:
    headers = keyed.key("check", rate=3)
    first = keyed.client.get("/v1/info", headers=headers)
    refused = keyed.client.get("/metrics", headers=headers)
    wrong = keyed.client.post("/v1/checks", json={}, headers=headers)
    spent = keyed.client.get("/v1/info", headers=headers)
    assert [a.status_code for a in (first, refused, wrong, spent)] == [200, 403, 422, 429]
    for answer, remaining in ((first, 2), (refused, 1), (wrong, 0), (spent, 0)):
        assert answer.headers["ratelimit-limit"] == "3"
        assert answer.headers["ratelimit-remaining"] == str(remaining)
        assert 50 <= int(answer.headers["ratelimit-reset"]) <= 60
    assert "每分钟最多 3 次" in problem(spent, 429, "rate_limited")["detail"]
    assert 50 <= int(spent.headers["retry-after"]) <= 60
    assert keyed.client.get("/v1/info", headers=keyed.key("check", rate=3)).status_code == 200


def test_an_allowance_comes_back_with_time(keyed: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    headers = keyed.key("check", rate=1)
    start = time.time()
    assert keyed.client.get("/v1/info", headers=headers).status_code == 200
    for passed, status in ((59, 429), (90, 200), (91, 429)):
        with monkeypatch.context() as patches:
            patches.setattr(time, "time", lambda passed=passed: start + passed)
            assert keyed.client.get("/v1/info", headers=headers).status_code == status, passed


def test_guessing_keys_is_slowed_down_and_locks_nobody_out(keyed: Open) -> None:
    guesser = TestClient(keyed.client.app, client=("192.0.2.7", 5000))
    answers = [guesser.get("/v1/info", headers=bearer(f"ck_{i}")) for i in range(WRONG_KEYS + 5)]
    assert [answer.status_code for answer in answers] == [401] * WRONG_KEYS + [429] * 5
    assert problem(answers[-1], 429, "rate_limited") and answers[-1].headers["retry-after"] == "60"
    assert guesser.get("/v1/info", headers=keyed.key("read")).status_code == 200
    problem(keyed.client.get("/v1/info", headers=bearer("ck_0")), 401, "unauthenticated")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "localhost:8000"}, 200),
        ({"Host": "[::1]:8000"}, 200),
        ({"Host": "127.8.9.10"}, 200),
        ({"Origin": "http://localhost:8000"}, 200),
        ({"Origin": "https://evil.example"}, 401),
        ({"Origin": "null"}, 401),
        ({"Origin": "http://[::1"}, 401),
        ({"Origin": "http://localhost.evil.example"}, 401),
        ({"Origin": "http://127.0.0.1@evil.example"}, 401),
        ({"Host": "evil.example:8000"}, 401),
        ({"Host": "127.0.0.1.evil.example"}, 401),
        ({"Host": "192.168.1.5:8000"}, 401),
        ({"Host": ""}, 401),
        ({"Host": "[::1"}, 401),
        ({"X-Forwarded-For": "127.0.0.1"}, 401),
        ({"Forwarded": "for=127.0.0.1"}, 401),
    ],
)
def test_without_keys_only_programs_on_this_machine_are_served(
    unkeyed: TestClient, headers: dict[str, str], status: int
) -> None:
    answer = unkeyed.post("/v1/checks", json={"text": SOUP}, headers=headers)
    assert answer.status_code == status
    assert "ratelimit-limit" not in answer.headers
    if status != 200:
        assert "本机" in problem(answer, 401, "unauthenticated")["detail"]


def test_without_keys_other_machines_are_not_served(unkeyed: TestClient) -> None:
    there = TestClient(unkeyed.app, base_url="http://127.0.0.1:8000", client=("192.168.1.5", 5000))
    problem(there.get("/v1/info"), 401, "unauthenticated")
    assert there.get("/healthz").status_code == 200


def test_a_database_that_is_gone_is_no_way_in(tmp_path: Path) -> None:
    with running(Place(tmp_path / "home", None)) as client:
        client.app.state.service.store.database.close()  # type: ignore[attr-defined]
        (tmp_path / "home" / "contentcheck.db").write_bytes(b"not a database" * 100)
        for file in (tmp_path / "home").glob("contentcheck.db-*"):
            file.unlink()
        problem(client.get("/v1/info"), 503, "unavailable")
        problem(client.get("/v1/info", headers=bearer("ck_x")), 503, "unavailable")


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[tuple[Place, str, subprocess.Popen[str]]]:
    """`contentcheck serve` without keys, in a process of its own."""
    place = Place(tmp_path / "home", None)
    process = start(place.home, "serve", "--port", "0")
    assert process.stderr
    try:
        said = process.stderr.readline() + process.stderr.readline()
        address = re.search(r"http://127\.0\.0\.1:[1-9]\d*", said)
        assert address and "还没有密钥" in said, said + process.stderr.read()
        yield place, address[0], process
    finally:
        process.kill()
        process.communicate()


def test_a_real_server_asks_for_keys_as_soon_as_there_is_one(
    serving: tuple[Place, str, subprocess.Popen[str]],
) -> None:
    place, address, process = serving
    with httpx.Client(base_url=address, timeout=30) as client:
        until(lambda: _ready(client))
        assert client.post("/v1/checks", json={"text": SOUP}).status_code == 200
        problem(
            client.post("/v1/checks", json={"text": SOUP}, headers={"Host": "evil.example"}), 401, "unauthenticated"
        )
        _, secret = place.store().keys.create("网站", ["check"], None, 60)
        problem(client.post("/v1/checks", json={"text": SOUP}), 401, "unauthenticated")
        answer = client.post("/v1/checks", json={"text": SOUP}, headers=bearer(secret))
        assert (answer.status_code, answer.headers["ratelimit-remaining"]) == (200, "59")
        problem(client.post("/v1/checks", json={"text": SOUP}, headers=bearer("ck_wrong")), 401, "unauthenticated")
    process.terminate()
    out, err = process.communicate(timeout=30)
    lines = [json.loads(line) for line in err.splitlines()]
    [served] = [line for line in lines if line.get("key") == 1]
    assert (served["event"], served["path"], served["status"]) == ("request", "/v1/checks", 200)
    assert served["request_id"] == answer.headers["x-request-id"] and served["level"] == "info"
    assert {"ready", "wrong key"} <= {line["event"] for line in lines}
    assert out == "" and secret not in err and "ck_" not in err and SOUP[:8] not in err


def _ready(client: httpx.Client) -> bool:
    return client.get("/readyz").status_code == 200


def test_a_server_without_keys_listens_here_only(tmp_path: Path) -> None:
    process = start(tmp_path, "serve", "--host", "0.0.0.0", "--port", "0")
    out, err = process.communicate(timeout=30)
    done = subprocess.CompletedProcess(process.args, process.returncode, out, err)
    assert "contentcheck keys create --name" in refusal(done)
    assert all(is_loopback(host) for host in ("localhost", "127.0.0.1", "127.9.9.9", "::1"))
    assert not any(is_loopback(host) for host in ("", None, "0.0.0.0", "::", "192.168.1.5", "localhost.example", "1"))


def test_a_taken_port_is_said_at_once(serving: tuple[Place, str, subprocess.Popen[str]], run_here: Run) -> None:
    place, address, _ = serving
    port = address.rpartition(":")[2]
    assert f"端口 {port}" in refusal(run_here("serve", "--port", port, home=place.home))


def test_connections_are_known_to_be_tcp_so_that_answers_are_sent_without_delay():
    with service._listening("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.proto == socket.IPPROTO_TCP
