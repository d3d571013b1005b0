"""/v1/feedback: what editors say of reports, over HTTP."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from contentcheck.engine.opinion import About
from tests.callers import calling
from tests.servers import Place
from tests.service import SOUP, problem, running

PRODUCT = {"product_id": "tea-1", "name": "决明子茶", "text": "炒制决明子，每袋三克。"}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(tmp_path_factory.mktemp("service"), None)


@pytest.fixture(scope="module")
def client(place: Place) -> Iterator[TestClient]:
    with running(place) as client:
        for brand in ("茶铺", "别铺"):
            client.put(f"/v1/brands/{brand}", json={"words": [brand], "products": [PRODUCT]})
        yield client


def said(client: TestClient, brand: str | None, **changes: Any) -> Any:
    """The answer to an opinion on a report made for a brand."""
    report = client.post("/v1/checks", json={"text": SOUP, "brand": brand}).json()
    return client.post("/v1/feedback", json={"report": report, "about": "homogeneity", "agrees": False, **changes})


def test_an_opinion_is_kept_for_calibration(client: TestClient, place: Place) -> None:
    answer = said(client, "茶铺", about="relevance", passage=0, note="是品牌口号")
    assert answer.status_code == 201
    kept = answer.json()
    assert (kept["brand"], kept["text"].strip(), kept["note"]) == ("茶铺", SOUP, "是品牌口号")
    assert (kept["finding"]["about"], kept["finding"]["passage"]) == ("relevance", 0)
    again = client.get(answer.headers["location"])
    assert (again.json(), again.headers["etag"]) == (kept, answer.headers["etag"])
    opinion = place.store().feedback.get(kept["id"])
    assert opinion is not None and opinion.finding.about is About.RELEVANCE
    assert opinion.provenance == kept["provenance"] and opinion.provenance["model"] == "toy"
    assert said(client, "茶铺", text="编辑手里的全文").json()["text"] == "编辑手里的全文"


def test_the_list_is_without_drafts_and_comes_in_pages(client: TestClient) -> None:
    ids = [said(client, brand, agrees=True).json()["id"] for brand in (None, "茶铺", "别铺")]
    found, cursor = list[Any](), None
    while not found or cursor:
        page = client.get("/v1/feedback", params={"limit": 1, **({"cursor": cursor} if cursor else {})})
        found += page.json()["items"]
        cursor = page.json()["next"]
    assert [f["id"] for f in found][-3:] == ids
    assert [f["brand"] for f in found][-3:] == [None, "茶铺", "别铺"]
    assert "text" not in found[-1]
    assert (
        client.get("/v1/feedback", headers={"If-None-Match": client.get("/v1/feedback").headers["etag"]}).status_code
        == 304
    )


def test_the_brand_has_to_be_named_once_its_products_have_changed(client: TestClient) -> None:
    client.put("/v1/brands/改铺", json={"products": [PRODUCT]})
    report = client.post("/v1/checks", json={"text": SOUP, "brand": "改铺"}).json()
    client.put("/v1/brands/改铺", json={"words": ["新词"]})
    body = {"report": report, "about": "homogeneity", "agrees": True}
    assert problem(client.post("/v1/feedback", json=body), 422, "invalid")["errors"][0]["field"] == "body.brand"
    assert client.post("/v1/feedback", json={**body, "brand": "改铺"}).json()["brand"] == "改铺"
    unknown = problem(client.post("/v1/feedback", json={**body, "brand": "没有"}), 404, "not_found")
    assert unknown["errors"][0]["field"] == "body.brand"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"about": "taste"}, "body.about"),
        ({"about": "title"}, "body.about"),
        ({"passage": 999}, "body.passage"),
        ({"about": "promotion", "passage": 0}, "body.passage"),
        ({"report": {"id": "x"}}, "body.report.homogeneity"),
        ({"reprot": {}}, "body.reprot"),
    ],
)
def test_a_wrong_opinion_is_told_what_would_be_right(client: TestClient, changes: Any, field: str) -> None:
    details = problem(said(client, None, **changes), 422, "invalid")
    assert details["errors"][0]["field"] == field and details["errors"][0]["remedy"]


def test_a_report_that_nobody_made_does_no_harm(client: TestClient) -> None:
    report = client.post("/v1/checks", json={"text": SOUP}).json()
    body = {"report": report, "about": "homogeneity", "agrees": True}
    far = {**report["passages"][0], "start": 10**12, "end": 10**12 + 1}
    details = problem(
        client.post("/v1/feedback", json={**body, "report": {**report, "passages": [far]}}), 422, "invalid"
    )
    assert details["errors"][0]["field"] == "body.report"
    for score in ("NaN", "Infinity", "1e999", "-1", "101"):
        sent = json.dumps({**body, "report": {**report, "homogeneity": {"score": "@"}}}).replace('"@"', score)
        problem(client.post("/v1/feedback", content=sent, headers={"Content-Type": "application/json"}), 422, "invalid")
    for n in (-1, 2**70):
        paragraphs = {**report, "paragraphs": [{"end": n}]}
        assert client.post("/v1/feedback", json={**body, "report": paragraphs}).status_code in (201, 422)


def test_a_key_of_one_brand_knows_nothing_of_anothers_opinions(client: TestClient) -> None:
    foreign, own = said(client, "别铺").json()["id"], said(client, "茶铺").json()["id"]
    none = said(client, None).json()["id"]
    with calling(client, "feedback", "check", brands={"茶铺"}):
        seen = client.get("/v1/feedback", params={"limit": 200}).json()["items"]
        assert {f["brand"] for f in seen} == {"茶铺"} and own in [f["id"] for f in seen]
        assert client.get(f"/v1/feedback/{own}").status_code == 200
        for hidden in (foreign, none, 10**6):
            problem(client.get(f"/v1/feedback/{hidden}"), 404, "not_found")
        assert said(client, "茶铺").status_code == 201
    report = client.post("/v1/checks", json={"text": SOUP, "brand": "别铺"}).json()
    body = {"report": report, "about": "homogeneity", "agrees": True}
    with calling(client, "feedback", brands={"茶铺"}):
        problem(client.post("/v1/feedback", json=body), 422, "invalid")
        problem(client.post("/v1/feedback", json={**body, "brand": "别铺"}), 404, "not_found")
    with calling(client, "read", "write", "check"):
        problem(client.post("/v1/feedback", json=body), 403, "forbidden")
        problem(client.get("/v1/feedback"), 403, "forbidden")
        problem(client.get(f"/v1/feedback/{own}"), 403, "forbidden")


def test_the_list_is_filtered_and_shown_from_the_newest_on(client: TestClient) -> None:
    ids = [
        said(client, "茶铺", about=about, agrees=about == "relevance").json()["id"]
        for about in ("promotion", "relevance")
    ]
    ids.append(said(client, "别铺", about="promotion").json()["id"])

    def found(**asked: Any) -> list[int]:
        numbers, cursor = list[int](), ""
        while cursor is not None:
            page = client.get("/v1/feedback", params={"limit": 2, **asked, **({"cursor": cursor} if cursor else {})})
            numbers += [f["id"] for f in page.json()["items"]]
            cursor = page.json()["next"]
        return numbers

    everything = found()
    assert everything == sorted(everything) and set(ids) <= set(everything)
    assert found(order="newest") == everything[::-1]
    assert found(order="newest", about="promotion")[:2] == [ids[2], ids[0]]
    assert found(order="newest", brand="茶铺")[:2] == [ids[1], ids[0]]
    assert ids[1] in found(agrees=True) and not {ids[0], ids[2]} & set(found(agrees=True))
    assert found(order="newest", brand="茶铺", about="promotion", agrees=False)[0] == ids[0]
    with calling(client, "feedback", brands={"茶铺"}):
        assert ids[2] not in found(about="promotion")
        for brand in ("别铺", "没有"):
            details = problem(client.get("/v1/feedback", params={"brand": brand}), 404, "not_found")
            assert details["errors"][0]["field"] == "query.brand"
    for asked in ({"order": "worst"}, {"about": "taste"}, {"agrees": "perhaps"}):
        problem(client.get("/v1/feedback", params=asked), 422, "invalid")


def test_a_word_is_taken_back_for_good(client: TestClient, place: Place) -> None:
    unique = "这一篇只此一处，撤回以后哪里都不应再有。"
    with calling(client, "feedback", "check", brands={"茶铺"}):
        made = said(client, "茶铺", text=unique)
        where = made.headers["location"]
    sent = {"report": client.post("/v1/checks", json={"text": SOUP}).json(), "about": "homogeneity", "agrees": False}
    repeated = client.post("/v1/feedback", json={**sent, "text": unique}, headers={"Idempotency-Key": "undone"})
    foreign = said(client, "别铺").headers["location"]
    with calling(client, "feedback", brands={"茶铺"}):
        for hidden in (foreign, repeated.headers["location"], f"/v1/feedback/{10**6}"):
            problem(client.delete(hidden), 404, "not_found")
        assert client.delete(where).status_code == 204
        problem(client.delete(where), 404, "not_found")
    with calling(client, "read", "write", "check", "gate"):
        problem(client.delete(foreign), 403, "forbidden")
    assert client.delete(repeated.headers["location"]).status_code == 204
    assert client.get(foreign).status_code == 200
    for file in place.home.glob("contentcheck.db*"):
        assert unique.encode() not in file.read_bytes(), file
