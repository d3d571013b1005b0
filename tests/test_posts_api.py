"""/v1/brands/{brand}/posts: what an account has published, over HTTP."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from tests.callers import calling
from tests.servers import Place
from tests.service import problem, running

SAID = "我们把货架重新编了号，仓库从此再没有人迷路。"
POSTS = "/v1/brands/茶铺/posts"
PRODUCT = {"product_id": "tea-1", "name": "决明子茶", "text": "炒制决明子，每袋三克。"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with running(Place(tmp_path_factory.mktemp("service"), None)) as client:
        for brand in ("茶铺", "别铺"):
            client.put(f"/v1/brands/{brand}", json={"products": [PRODUCT]})
        yield client


def repeated(client: TestClient, brand: str = "茶铺") -> bool:
    """Whether a check knows that the account has said it before."""
    report = client.post("/v1/checks", json={"text": SAID, "brand": brand}).json()
    return bool(report["repetition"] and report["repetition"]["score"] > 50)


def test_a_post_is_in_the_next_check_until_it_is_deleted_and_again_when_restored(client: TestClient) -> None:
    assert not repeated(client)
    where = f"{POSTS}/{quote('a/1', safe='')}"
    sent = {"id": "a/1", "title": "编号", "text": SAID, "published": "2024-03-05", "tags": ["仓库"]}
    [taken] = client.post(POSTS, json=sent).json()["items"]
    assert taken == {"id": "a/1", "outcome": "added", "duplicate_of": None, "likeness": 0}
    assert client.get(where).json() == {"genre": "", "source": "", "licence": "", **sent}
    assert repeated(client) and not repeated(client, "别铺")
    tag = client.get(where).headers["etag"]
    assert client.get(where, headers={"If-None-Match": tag}).status_code == 304
    problem(client.delete(where, headers={"If-Match": '"other"'}), 412, "changed_meanwhile")
    problem(client.post(f"{where}/restore"), 409, "conflict")
    assert client.delete(where, headers={"If-Match": tag}).status_code == 204
    problem(client.get(where), 404, "not_found")
    problem(client.delete(where), 404, "not_found")
    assert not repeated(client)
    assert client.post(f"{where}/restore").json()["text"] == SAID
    assert repeated(client)
    problem(client.post(f"{POSTS}/never/restore"), 404, "not_found")


def test_many_are_removed_at_once_by_those_who_may(client: TestClient) -> None:
    posts, others = "/v1/brands/多铺/posts", f"{POSTS}/remove"
    client.put("/v1/brands/多铺", json={"products": [PRODUCT]})
    ids = [f"多/{n}" for n in range(600)]
    for where in (posts, POSTS):
        assert client.post(where, json=[{"id": i, "text": f"第 {i} 篇。"} for i in ids]).status_code == 200
    with calling(client, "write", brands={"茶铺"}):
        problem(client.post(f"{posts}/remove", json={"ids": ids}), 404, "not_found")
    with calling(client, "read"):
        problem(client.post(f"{posts}/remove", json={"ids": ids}), 403, "forbidden")
    problem(client.post("/v1/brands/无此/posts/remove", json={"ids": ids}), 404, "not_found")
    for wrong, field in (({"ids": []}, "body.ids"), ({"ids": ids + ids}, "body.ids"), ({"ids": [""]}, "body.ids.0")):
        assert problem(client.post(f"{posts}/remove", json=wrong), 422, "invalid")["errors"][0]["field"] == field
    once = {"Idempotency-Key": "remove"}
    with calling(client, name="主编"):
        for _ in range(2):
            asked = {"ids": [*ids[1:], "never", ids[1]]}
            assert client.post(f"{posts}/remove", json=asked, headers=once).json() == {"removed": 599}
    assert client.post(f"{posts}/remove", json={"ids": ids[1:]}).json() == {"removed": 0}
    assert [p["id"] for p in client.get(posts).json()["items"]] == ids[:1]
    assert client.get(f"{POSTS}/{quote(ids[1], safe='')}").status_code == 200  # the other brand's
    assert client.post(f"{posts}/{quote(ids[1], safe='')}/restore").status_code == 200
    trail = client.get("/v1/audit", params={"brand": "多铺"}).json()["items"]
    assert [(e["actor"], e["action"], e["subject"], e["details"]) for e in trail] == [
        ("主编", "pieces_removed", "posts", {"count": 599})
    ]
    assert client.post(others, json={"ids": ids}).json() == {"removed": 600}


def test_pages_and_words(client: TestClient) -> None:
    posts = "/v1/brands/别铺/posts"
    client.post(
        posts, json=[{"id": f"p{n}", "text": f"第{n}篇说的是{'茶叶' if n % 2 else '面霜'}。"} for n in range(5)]
    )
    first = client.get(posts, params={"limit": 2, "words": "茶叶"})
    assert [p["id"] for p in first.json()["items"]] == ["p1", "p3"]
    client.post(
        posts, json=[{"id": "p1", "text": "改说茶叶。"}, {"id": "p9", "text": "又说茶叶。"}]
    )  # p1 goes to the end
    assert first.json()["next"] is None
    found, cursor = list[str](), None
    while not found or cursor:
        page = client.get(posts, params={"limit": 2, **({"cursor": cursor} if cursor else {})})
        found += [p["id"] for p in page.json()["items"]]
        cursor = page.json()["next"]
    assert found == ["p0", "p2", "p3", "p4", "p1", "p9"]
    linked = client.get(posts, params={"limit": 1, "words": "茶叶"})
    following = client.get(str(linked.url.join(linked.links["next"]["url"])))
    assert [p["id"] for p in following.json()["items"]] == ["p1"]
    problem(client.get(posts, params={"words": "，。"}), 422, "invalid")


def test_a_key_of_one_brand_knows_nothing_of_anothers_posts(client: TestClient) -> None:
    client.put("/v1/brands/甲铺", json={})
    client.post("/v1/brands/甲铺/posts", json={"id": "x", "text": SAID})
    routes = [("GET", ""), ("POST", ""), ("GET", "/x"), ("DELETE", "/x"), ("POST", "/x/restore")]
    with calling(client, brands={"茶铺"}):
        assert client.get(POSTS).status_code == 200
        for method, rest in routes:
            body = {"text": SAID} if (method, rest) == ("POST", "") else None
            foreign, unknown = (
                client.request(method, f"/v1/brands/{b}/posts{rest}", json=body) for b in ("甲铺", "无铺")
            )
            details = [problem(answer, 404, "not_found") for answer in (foreign, unknown)]
            assert details[0]["detail"].replace("甲铺", "无铺") == details[1]["detail"]
    assert client.get("/v1/brands/甲铺/posts/x").status_code == 200
    with calling(client, "read"):
        problem(client.post(POSTS, json={"text": SAID}), 403, "forbidden")
        problem(client.delete(f"{POSTS}/x"), 403, "forbidden")
        problem(client.post(f"{POSTS}/x/restore"), 403, "forbidden")
    with calling(client, "write"):
        problem(client.get(POSTS), 403, "forbidden")
        problem(client.get(f"{POSTS}/x"), 403, "forbidden")
