"""/v1/brands: brands and products over HTTP, page by page, and changes that depend on what is there."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from tests.callers import calling
from tests.servers import Place
from tests.service import SOUP, problem, running

TEA = {
    "product_id": "tea-1",
    "name": "决明子茶",
    "text": "炒制决明子，每袋三克。",
    "key_points": ["不含咖啡因"],
    "synonyms": [],
}
CREAM = {"product_id": "霜/1", "name": "面霜", "text": "神经酰胺面霜。", "key_points": [], "synonyms": ["小绿罐"]}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with running(Place(tmp_path_factory.mktemp("service"), None)) as client:
        yield client


def test_a_brand_is_made_shown_changed_and_deleted(client: TestClient) -> None:
    made = client.put("/v1/brands/茶铺", json={"words": ["决明子", "决明子"], "products": [TEA]})
    usual = {"common": 70, "mixed": 50, "off_topic": 20, "weak": 35}
    brand = {"name": "茶铺", "words": ["决明子"], "allowed": [], "products": [TEA], "thresholds": usual}
    assert (made.status_code, made.json()) == (201, brand)
    shown = client.get("/v1/brands/茶铺")
    assert (shown.json(), shown.headers["etag"]) == (brand, made.headers["etag"])
    changed = client.put("/v1/brands/茶铺", json={"allowed": ["喝茶养生每一天"], "products": [CREAM, TEA]})
    assert changed.status_code == 200
    assert changed.json() == {**brand, "allowed": ["喝茶养生每一天"], "products": [CREAM, TEA]}
    assert client.put("/v1/brands/茶铺", json=changed.json()).json() == changed.json()
    assert client.delete("/v1/brands/茶铺").status_code == 204
    details = problem(client.get("/v1/brands/茶铺"), 404, "not_found")
    assert details["errors"][0]["field"] == "path.brand"


def test_a_product_is_made_shown_changed_and_deleted(client: TestClient) -> None:
    client.put("/v1/brands/面霜铺", json={"products": [TEA]})
    where = "/v1/brands/面霜铺/products/" + quote("霜/1", safe="")
    body = {name: value for name, value in CREAM.items() if name != "product_id"}
    made = client.put(where, json=body)
    assert (made.status_code, made.json()) == (201, CREAM)
    assert client.get(where).json() == CREAM
    changed = client.put(where, json={**body, "text": "新的介绍。"})
    assert (changed.status_code, changed.json()) == (200, {**CREAM, "text": "新的介绍。"})
    assert [p["product_id"] for p in client.get("/v1/brands/面霜铺").json()["products"]] == ["tea-1", "霜/1"]
    assert client.delete(where).status_code == 204
    problem(client.get(where), 404, "not_found")
    problem(client.delete(where), 404, "not_found")


def test_the_next_check_knows_the_change(client: TestClient) -> None:
    draft = {"text": SOUP + "每袋三克，炒制决明子。", "brand": "新铺"}
    problem(client.post("/v1/checks", json=draft), 404, "not_found")
    client.put("/v1/brands/新铺", json={"products": [TEA]})
    first = client.post("/v1/checks", json=draft).json()
    assert [p["product_id"] for p in first["relevance"]["products"]] == ["tea-1"]
    client.put("/v1/brands/新铺/products/cream", json={"name": "面霜", "text": "神经酰胺面霜。"})
    second = client.post("/v1/checks", json=draft).json()
    assert {p["product_id"] for p in second["relevance"]["products"]} == {"tea-1", "cream"}


def test_what_has_not_changed_is_not_sent_again(client: TestClient) -> None:
    client.put("/v1/brands/静铺", json={"products": [TEA]})
    for where in ("/v1/brands", "/v1/brands/静铺", "/v1/brands/静铺/products", "/v1/brands/静铺/products/tea-1"):
        tag = client.get(where).headers["etag"]
        for sent in (tag, f"W/{tag}", f'"other", {tag}', "*"):
            again = client.get(where, headers={"If-None-Match": sent})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert client.get(where, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_change_rests_on_what_was_seen(client: TestClient) -> None:
    for where, first, second in (
        ("/v1/brands/锁铺", {"words": ["一"]}, {"words": ["二"]}),
        ("/v1/brands/锁铺/products/a", {"name": "甲", "text": "甲茶"}, {"name": "乙", "text": "乙茶"}),
    ):
        problem(client.put(where, json=first, headers={"If-Match": '"x"'}), 412, "changed_meanwhile")
        seen = client.put(where, json=first, headers={"If-None-Match": "*"})
        assert seen.status_code == 201
        only_new = problem(client.put(where, json=second, headers={"If-None-Match": "*"}), 412, "changed_meanwhile")
        assert only_new["errors"][0]["field"] == "header.If-None-Match"
        old = {"If-Match": seen.headers["etag"]}
        assert client.put(where, json=second, headers=old).status_code == 200
        assert problem(client.put(where, json=first, headers=old), 412, "changed_meanwhile")["errors"][0]["remedy"]
        problem(client.delete(where, headers=old), 412, "changed_meanwhile")
        assert client.get(where).status_code == 200
    assert client.delete(where, headers={"If-Match": client.get(where).headers["etag"]}).status_code == 204


def test_of_many_that_saw_the_same_one_wins(place: Place) -> None:
    with running(place) as client:
        seen = client.put("/v1/brands/茶铺", json={}).headers["etag"]

        def change(n: int) -> int:
            body = {"words": [f"词{n}"]}
            return client.put("/v1/brands/茶铺", json=body, headers={"If-Match": seen}).status_code

        with ThreadPoolExecutor(6) as threads:
            assert sorted(threads.map(change, range(6))) == [200, *[412] * 5]


def test_pages_hold_every_brand_once_whatever_changes_meanwhile(client: TestClient) -> None:
    names = [f"页{n}" for n in range(5)]
    for name in names:
        client.put(f"/v1/brands/{name}", json={})
    with calling(client, brands={*names, "没有"}):
        first = client.get("/v1/brands?limit=2")
        assert first.json()["items"] == [{"name": n, "products": 0} for n in names[:2]]
        client.delete("/v1/brands/页0")
        client.delete("/v1/brands/页3")
        link = client.get(str(first.url.join(first.links["next"]["url"])))
        assert [b["name"] for b in link.json()["items"]] == ["页2", "页4"]
        assert link.json()["next"] is None and "link" not in link.headers
        assert client.get("/v1/brands", params={"limit": 2, "cursor": first.json()["next"]}).json() == link.json()


def test_pages_of_products(client: TestClient) -> None:
    products = [{**TEA, "product_id": f"p{n}"} for n in (3, 1, 2)]
    client.put("/v1/brands/多铺", json={"products": products})
    where, found, cursor = "/v1/brands/多铺/products", list[str](), {}
    while cursor is not None:
        page = client.get(where, params={"limit": 1, **cursor}).json()
        found += [p["product_id"] for p in page["items"]]
        cursor = {"cursor": page["next"]} if page["next"] else None
    assert found == ["p1", "p2", "p3"]


@pytest.mark.parametrize("cursor", ["", "x", "é", "WzEsMl0=", "WyJhIl0=", "W3RydWVd", "WzkyMjMzNzIwMzY4NTQ3NzU4MDhd"])
def test_a_wrong_cursor_is_named(client: TestClient, cursor: str) -> None:
    details = problem(client.get("/v1/brands", params={"cursor": cursor}), 422, "invalid")
    assert (details["errors"][0]["field"], details["errors"][0]["value"]) == ("query.cursor", cursor)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "别的"}, "body.name"),
        ({"words": ["茶", " "]}, "body.words.1"),
        ({"allowed": ["短"]}, "body.allowed.0"),
        ({"products": [TEA, {**CREAM, "text": "  "}]}, "body.products.1.text"),
        ({"products": [TEA, TEA]}, "body.products"),
        ({"products": [{"name": "x", "text": "y"}]}, "body.products.0.product_id"),
        ({"word": []}, "body.word"),
    ],
)
def test_a_wrong_brand_is_told_what_would_be_right(client: TestClient, body: Any, field: str) -> None:
    details = problem(client.put("/v1/brands/错铺", json=body), 422, "invalid")
    assert details["errors"][0]["field"] == field and details["errors"][0]["remedy"]
    problem(client.get("/v1/brands/错铺"), 404, "not_found")


def test_an_id_of_the_body_is_that_of_the_path(client: TestClient) -> None:
    client.put("/v1/brands/同铺", json={})
    details = problem(client.put("/v1/brands/同铺/products/other", json=TEA), 422, "invalid")
    assert details["errors"][0]["field"] == "body.product_id"
    problem(client.put("/v1/brands/%20", json={}), 422, "invalid")
    problem(client.get("/v1/brands/a%00b"), 404, "not_found")


def test_a_key_of_one_brand_knows_nothing_of_another(client: TestClient) -> None:
    for name in ("甲铺", "乙铺"):
        client.put(f"/v1/brands/{name}", json={"products": [TEA]})
    routes = [
        ("GET", ""),
        ("PUT", ""),
        ("DELETE", ""),
        ("GET", "/products"),
        ("GET", "/products/tea-1"),
        ("PUT", "/products/tea-1"),
        ("DELETE", "/products/tea-1"),
    ]
    body = {"name": "x", "text": "y"}
    with calling(client, brands={"甲铺"}):
        assert [b["name"] for b in client.get("/v1/brands").json()["items"]] == ["甲铺"]
        for method, rest in routes:
            sent = {"json": {} if rest == "" else body} if method == "PUT" else {}
            foreign, unknown = (client.request(method, f"/v1/brands/{b}{rest}", **sent) for b in ("乙铺", "无铺"))
            details = [problem(answer, 404, "not_found") for answer in (foreign, unknown)]
            assert details[0]["detail"].replace("乙铺", "无铺") == details[1]["detail"]
    assert client.get("/v1/brands/乙铺").json()["products"] == [TEA]
    with calling(client, "check"):
        for method, rest in routes:
            sent = {"json": {} if rest == "" else body} if method == "PUT" else {}
            problem(client.request(method, f"/v1/brands/甲铺{rest}", **sent), 403, "forbidden")
        problem(client.get("/v1/brands"), 403, "forbidden")
