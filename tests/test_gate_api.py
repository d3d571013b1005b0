"""The gate over HTTP: rules set, asked for and excepted from, and a trail of who did it."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from contentcheck.engine.documents import Brand, Product
from tests.callers import calling
from tests.command_line import small_edition
from tests.servers import Place
from tests.service import SOUP, problem, running

BRANDS = [Brand(name, (Product("p1", "决明子茶", "炒制决明子，每袋三克。"),)) for name in ("茶铺", "海上")]
LONG = next(item.text for item in small_edition().items if len(item.text) > 120)
"""Copied, and so rejected."""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    place = Place(tmp_path_factory.mktemp("service"), None)
    place.store().brands.add(BRANDS)
    with running(place) as client:
        yield client


@pytest.fixture
def client(service: TestClient) -> TestClient:
    """The rules of every test begin with the default ones."""
    for brand in BRANDS:
        service.put(f"/v1/brands/{brand.name}/policy", json={"blocks": ["reject"], "retention_days": None})
        for granted in service.get(f"/v1/brands/{brand.name}/exceptions").json()["items"]:
            service.delete(f"/v1/brands/{brand.name}/exceptions/{granted['id']}")
    return service


def ask(client: TestClient, **draft: Any) -> dict[str, Any]:
    answer = client.post("/v1/gate", json={"title": "余生很长", "text": LONG, "brand": "茶铺", **draft})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_one_call_says_whether_a_draft_may_be_published(client: TestClient) -> None:
    answer = ask(client)
    report = client.get(f"/v1/checks/{answer['check']}").json()
    assert answer["verdict"] == answer["blocked_by"] == report["verdict"] == "reject"
    assert (answer["allowed"], answer["exception"], answer["reasons"]) == (False, None, report["reasons"])
    assert client.get(f"/v1/checks/{answer['check']}/gate").json() == {
        "allowed": False,
        "verdict": "reject",
        "blocked_by": "reject",
        "exception": None,
    }
    assert not ask(client, brand=None)["allowed"]
    unkept = ask(client, no_store=True)
    assert unkept == {**answer, "check": None}


def test_the_policy_says_what_blocks_from_now_on(client: TestClient) -> None:
    check = ask(client)["check"]
    path = "/v1/brands/茶铺/policy"
    policy = {"blocks": ["revise", "insufficient_text"], "retention_days": 30}
    tag = client.get(path).headers["etag"]
    assert client.put(path, json=policy).json() == client.get(path).json() == policy
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 200
    answer = client.get(f"/v1/checks/{check}/gate").json()
    assert (answer["allowed"], answer["verdict"], answer["blocked_by"]) == (True, "reject", None)
    assert not ask(client, text="短")["allowed"]
    assert client.get("/v1/brands/海上/policy").json() == {"blocks": ["reject"], "retention_days": None}


@pytest.mark.parametrize("known_by", ["check_id", "text"])
def test_an_exception_holds_until_the_text_changes_or_it_is_revoked(client: TestClient, known_by: str) -> None:
    of = {"check_id": ask(client)["check"]} if known_by == "check_id" else {"title": "余生很长", "text": LONG}
    body = {**of, "reason": " 栏目卷首语 "}
    made = client.post("/v1/brands/茶铺/exceptions", json=body)
    assert made.status_code == 201
    exception = made.json()
    assert (exception["reason"], exception["granted_by"], exception["revoked_at"]) == ("栏目卷首语", "本机", None)
    allowed = ask(client)
    assert (allowed["allowed"], allowed["blocked_by"], allowed["exception"]) == (True, "reject", exception)
    assert client.get(f"/v1/checks/{allowed['check']}/gate").json()["exception"] == exception
    assert ask(client, text=LONG + " ")["allowed"] is False
    assert ask(client, title="余生")["allowed"] is ask(client, brand="海上")["allowed"] is False
    details = problem(client.post("/v1/brands/茶铺/exceptions", json=body), 409, "conflict")
    assert details["errors"][0]["value"] == exception["id"]
    assert client.delete(f"/v1/brands/茶铺/exceptions/{exception['id']}").status_code == 204
    problem(client.delete(f"/v1/brands/茶铺/exceptions/{exception['id']}"), 404, "not_found")
    assert not ask(client)["allowed"]
    listed = client.get("/v1/brands/茶铺/exceptions").json()["items"][0]
    assert listed == {**exception, "revoked_at": listed["revoked_at"]} and listed["revoked_at"]


def test_line_ends_are_no_other_text(client: TestClient) -> None:
    body = {"title": "余生很长", "text": LONG.replace("，", "，\n"), "reason": "卷首语"}
    assert client.post("/v1/brands/茶铺/exceptions", json=body).status_code == 201
    answer = ask(client, text=body["text"].replace("\n", "\r\n"))
    assert answer["allowed"] and answer["exception"]


def test_exceptions_come_in_pages(client: TestClient) -> None:
    made = [
        client.post("/v1/brands/海上/exceptions", json={"title": "", "text": text, "reason": "因为"}).json()["id"]
        for text in "甲乙丙"
    ]
    first = client.get("/v1/brands/海上/exceptions", params={"limit": 2}).json()
    second = client.get("/v1/brands/海上/exceptions", params={"limit": 2, "cursor": first["next"]}).json()
    assert {e["id"] for e in first["items"] + second["items"]} == set(made) and len(second["items"]) == 1


def test_the_trail_tells_who_did_what_and_never_a_draft(client: TestClient) -> None:
    with calling(client, "gate", "read", "check", brands=["茶铺"], name="主编"):
        client.put("/v1/brands/茶铺/policy", json={"blocks": ["revise"], "retention_days": None})
        body = {"title": "余生很长", "text": LONG, "reason": "卷首语"}
        made = client.post("/v1/brands/茶铺/exceptions", json=body).json()["id"]
        client.delete(f"/v1/brands/茶铺/exceptions/{made}")
        trail = client.get("/v1/audit", params={"limit": 3})
    told = [(e["brand"], e["actor"], e["action"], e["subject"]) for e in trail.json()["items"]]
    assert told == [
        ("茶铺", "主编", "exception_revoked", f"exception {made}"),
        ("茶铺", "主编", "exception_granted", f"exception {made}"),
        ("茶铺", "主编", "policy_set", "policy"),
    ]
    everything = client.get("/v1/audit", params={"limit": 200})
    assert LONG[:8] not in everything.text and "余生很长" not in everything.text
    assert trail.json()["next"]


POLICY = {"blocks": [], "retention_days": None}
REASON = {"reason": "因为"}


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("PUT", "/v1/brands/茶铺/policy", {}, "body.blocks"),
        ("PUT", "/v1/brands/茶铺/policy", {**POLICY, "blocks": ["publish"]}, "body.blocks.0"),
        ("PUT", "/v1/brands/茶铺/policy", {**POLICY, "retention_days": 0}, "body.retention_days"),
        ("PUT", "/v1/brands/茶铺/policy", {**POLICY, "retention_days": 10**30}, "body.retention_days"),
        ("PUT", "/v1/brands/茶铺/policy", {**POLICY, "more": 1}, "body.more"),
        ("POST", "/v1/brands/茶铺/exceptions", {"check_id": "x"}, "body.reason"),
        ("POST", "/v1/brands/茶铺/exceptions", {"check_id": "x", "reason": " \n"}, "body.reason"),
        ("POST", "/v1/brands/茶铺/exceptions", REASON, "body"),
        ("POST", "/v1/brands/茶铺/exceptions", {**REASON, "text": "甲"}, "body"),
        ("POST", "/v1/brands/茶铺/exceptions", {**REASON, "check_id": "x", "text": "甲", "title": ""}, "body"),
        ("POST", "/v1/gate", {"text": SOUP, "no_store": "yes"}, "body.no_store"),
        ("GET", "/v1/brands/茶铺/exceptions?cursor=x", None, "query.cursor"),
        ("GET", "/v1/audit?cursor=WyJ4Il0=", None, "query.cursor"),
    ],
)
def test_a_wrong_request_is_told_what_would_be_right(
    client: TestClient, method: str, path: str, body: Any, field: str
) -> None:
    details = problem(client.request(method, path, json=body), 422, "invalid")
    assert details["errors"][0]["field"] == field


REQUESTS = [
    ("GET", "/v1/brands/{brand}/policy", None, "read"),
    ("PUT", "/v1/brands/{brand}/policy", POLICY, "gate"),
    ("GET", "/v1/brands/{brand}/exceptions", None, "read"),
    ("POST", "/v1/brands/{brand}/exceptions", {"title": "", "text": "甲", "reason": "因为"}, "gate"),
    ("DELETE", "/v1/brands/{brand}/exceptions/x", None, "gate"),
    ("GET", "/v1/audit?brand={brand}", None, "read"),
    ("GET", "/v1/checks?brand={brand}", None, "read"),
    ("GET", "/v1/brands/{brand}/export", None, "admin"),
    ("DELETE", "/v1/brands/{brand}/data", None, "admin"),
]


@pytest.mark.parametrize(("method", "path", "body", "scope"), REQUESTS)
def test_another_brand_is_like_none(client: TestClient, method: str, path: str, body: Any, scope: str) -> None:
    answers = []
    with calling(client, scope, brands=["茶铺"]):
        for brand in ("海上", "无有"):
            details = problem(client.request(method, path.format(brand=brand), json=body), 404, "not_found")
            name = details["errors"][0].pop("value")
            answers.append(str({**details, "instance": ""}).replace(name, ""))
    assert len(set(answers)) == 1
    with calling(client, scope):
        problem(client.request(method, path.format(brand="无有"), json=body), 404, "not_found")


@pytest.mark.parametrize(("method", "path", "body", "scope"), [*REQUESTS, ("GET", "/v1/checks/x/gate", None, "check")])
def test_every_operation_needs_its_scope(client: TestClient, method: str, path: str, body: Any, scope: str) -> None:
    others = {"check", "read", "write", "feedback", "gate"} - {scope}
    with calling(client, *others):
        problem(client.request(method, path.format(brand="茶铺"), json=body), 403, "forbidden")


def test_checks_of_another_brand_are_like_none(client: TestClient) -> None:
    theirs, nobodys = ask(client, brand="海上")["check"], ask(client, brand=None)["check"]
    with calling(client, "gate", "check", brands=["茶铺"]):
        for check in (theirs, nobodys, "无有"):
            problem(client.get(f"/v1/checks/{check}/gate"), 404, "not_found")
            body = {"check_id": check, "reason": "因为"}
            problem(client.post("/v1/brands/茶铺/exceptions", json=body), 404, "not_found")
        problem(client.post("/v1/gate", json={"text": LONG}), 403, "forbidden")
        problem(client.post("/v1/gate", json={"text": LONG, "brand": "海上"}), 404, "not_found")
    problem(client.post("/v1/brands/茶铺/exceptions", json={"check_id": theirs, "reason": "因为"}), 404, "not_found")


def test_a_brand_that_cannot_be_written_is_none(client: TestClient) -> None:
    body = b'{"text": "\\u6587", "brand": "\\ud800"}'
    answer = client.post("/v1/gate", content=body, headers={"Content-Type": "application/json"})
    problem(answer, 404, "not_found")


def test_a_policy_is_changed_only_by_who_has_seen_it(client: TestClient) -> None:
    path = "/v1/brands/茶铺/policy"
    seen = client.get(path).headers["etag"]
    first = client.put(path, json={"blocks": ["revise"], "retention_days": 7}, headers={"If-Match": seen})
    assert (first.status_code, first.headers["etag"]) == (200, client.get(path).headers["etag"])
    before = client.get("/v1/audit").json()
    late = client.put(path, json={"blocks": [], "retention_days": None}, headers={"If-Match": seen})
    assert problem(late, 412, "changed_meanwhile")["errors"][0]["field"] == "header.If-Match"
    assert client.get(path).json() == {"blocks": ["revise"], "retention_days": 7}
    assert client.get("/v1/audit").json() == before
