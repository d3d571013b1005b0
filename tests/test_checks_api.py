"""POST /v1/checks: the report over HTTP, as much of it as is wanted, and every way to ask for it wrongly."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from contentcheck.app import Settings, build_checker
from contentcheck.engine.documents import Brand, Draft, Product
from tests.command_line import shipping, small_edition
from tests.servers import Place
from tests.service import SOUP, problem, running

TEA = Brand("茶铺", (Product("tea-1", "决明子茶", "炒制决明子，每袋三克。", ("不含咖啡因",)),))


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    place = Place(tmp_path_factory.mktemp("service"), None)
    place.store().brands.add([TEA])
    with running(place, text_limit=1000, body_limit=20_000) as client:
        yield client


def test_the_report_is_the_one_of_the_command_line(client: TestClient, tmp_path: Path) -> None:
    answer = client.post("/v1/checks", json={"id": "a", "title": "余生很长", "text": SOUP, "brand": "茶铺"})
    assert answer.status_code == 200
    place = Place(tmp_path, None)
    place.store().brands.add([TEA])
    with shipping(small_edition()):
        checker = build_checker(Settings(home=tmp_path, model="toy"))
        [report] = checker.check([Draft("a", SOUP, "余生很长", "茶铺")])
    assert answer.json() == json.loads(json.dumps(report.to_json()))


def test_html_is_read_as_text_that_comes_back(client: TestClient) -> None:
    report = client.post("/v1/checks", json={"html": f"<h1>余生很长</h1><p>{SOUP}</p><script>x</script>"}).json()
    assert report["text"].strip().endswith(SOUP) and "script" not in report["text"]
    assert all(p["text"] == report["text"][p["start"] : p["end"]] for p in report["passages"])


@pytest.mark.parametrize(
    ("detail", "there", "missing"), [("scores", "verdict", "reasons"), ("summary", "reasons", "passages")]
)
def test_less_is_told_where_less_is_wanted(client: TestClient, detail: str, there: str, missing: str) -> None:
    full = client.post("/v1/checks", json={"text": SOUP}).json()
    report = client.post("/v1/checks", json={"text": SOUP, "detail": detail}).json()
    assert there in report and missing not in report
    assert report["homogeneity"]["score"] == full["homogeneity"]["score"]


@pytest.mark.parametrize(
    ("body", "status", "slug", "field"),
    [
        ({}, 422, "invalid", "body"),
        ({"text": SOUP, "html": SOUP}, 422, "invalid", "body"),
        ({"text": 3}, 422, "invalid", "body.text"),
        ({"text": SOUP, "tilte": "x"}, 422, "invalid", "body.tilte"),
        ({"text": SOUP, "detail": "all"}, 422, "invalid", "body.detail"),
        ({"text": "长" * 1001}, 422, "invalid", "body.text"),
        ({"text": SOUP, "brand": "没有"}, 404, "not_found", "body.brand"),
    ],
)
def test_a_wrong_request_is_told_what_would_be_right(
    client: TestClient, body: object, status: int, slug: str, field: str
) -> None:
    details = problem(client.post("/v1/checks", json=body), status, slug)
    assert details["errors"][0]["field"] == field
    assert details["errors"][0]["remedy"]


def test_what_is_no_json_or_too_long_is_refused(client: TestClient) -> None:
    problem(client.post("/v1/checks", content=b"{", headers={"Content-Type": "application/json"}), 422, "invalid")
    problem(client.post("/v1/checks", json={"text": "x" * 30_000}), 413, "too_large")
    problem(client.get("/v1/nowhere"), 404, "not_found")
    problem(client.delete("/v1/checks"), 405, "method_not_allowed")


def test_what_cannot_be_encoded_is_replaced_and_told(client: TestClient) -> None:
    body = json.dumps({"text": "\ud800" + SOUP}).encode()
    report = client.post("/v1/checks", content=body, headers={"Content-Type": "application/json"}).json()
    assert report["passages"][0]["text"].startswith("\ufffd")
    assert report["notices"]


def test_the_scores_of_a_title_are_among_the_scores(client: TestClient) -> None:
    draft = {"title": "震惊！这3个方法救了他", "text": SOUP}
    full = client.post("/v1/checks", json=draft).json()["title"]
    scores = client.post("/v1/checks", json={**draft, "detail": "scores"}).json()
    assert scores["title"] == {name: full[name] for name in ("homogeneity", "clickbait_score", "promise")}
    assert client.post("/v1/checks", json={"text": SOUP, "detail": "scores"}).json()["title"] is None
