"""/v1/keys: made, shown once, listed and revoked over HTTP, by those who may do everything."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from fastapi.testclient import TestClient

from contentcheck.corpus.store import Store
from contentcheck.engine.documents import Brand
from tests.callers import calling
from tests.servers import Place, contents
from tests.service import problem, running

EDITOR = {"name": "编辑部", "scopes": ["read", "check"], "brands": ["茶铺"], "rate": 90}


@pytest.fixture
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    place = Place(tmp_path_factory.mktemp("service"), None)
    with closing((store := place.store()).database):
        store.brands.add([Brand("茶铺"), Brand("油坊")])
        yield store


@pytest.fixture
def client(store: Store) -> Iterator[TestClient]:
    """Of a service that has no key yet."""
    with running(Place(store.database.home, None)) as client:
        yield client


def bearer(made: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {made['key']}"}


def test_the_first_key_shuts_the_door_and_makes_others(client: TestClient, store: Store) -> None:
    assert client.get("/v1/keys").json() == {"items": [], "next": None}
    first = client.post("/v1/keys", json={"name": "总", "scopes": ["admin"]})
    assert (first.status_code, first.headers["cache-control"]) == (201, "no-store")
    owner = bearer(first.json())
    problem(client.get("/v1/keys"), 401, "unauthenticated")
    made = client.post("/v1/keys", json=EDITOR, headers=owner).json()
    assert (made["scopes"], made["brands"], made["rate"]) == (["check", "read"], ["茶铺"], 90)
    me = client.get("/v1/me", headers=bearer(made)).json()
    assert me == {"name": "编辑部", "scopes": ["check", "read"], "brands": ["茶铺"]}
    listed = client.get("/v1/keys", headers=owner)
    assert [k["name"] for k in listed.json()["items"]] == ["总", "编辑部"]
    assert made["key"] not in listed.text and all("key" not in k for k in listed.json()["items"])
    assert client.delete(f"/v1/keys/{made['id']}", headers=owner).status_code == 204
    problem(client.get("/v1/me", headers=bearer(made)), 401, "unauthenticated")
    problem(client.delete(f"/v1/keys/{made['id']}", headers=owner), 404, "not_found")
    problem(client.delete("/v1/keys/99", headers=owner), 404, "not_found")
    trail = [(e.action, e.actor, e.subject) for e in store.audit.page(9)]
    assert trail == [
        ("key_revoked", "总", "key 2"),
        ("key_created", "总", "key 2"),
        ("key_created", "本机", "key 1"),
    ]
    assert made["key"][3:] not in repr(contents(store)) and made["key"][3:] not in repr(store.audit.page(9))


def test_the_last_that_can_manage_keys_stays(client: TestClient, store: Store) -> None:
    owner = client.post("/v1/keys", json={"name": "总", "scopes": ["admin"]}).json()
    head = bearer(owner)
    for name, brands in (("茶铺的", ["茶铺"]), ("网站", None)):
        scopes = ["admin"] if brands else ["check"]
        client.post("/v1/keys", json={"name": name, "scopes": scopes, "brands": brands}, headers=head)
    refused = problem(client.delete(f"/v1/keys/{owner['id']}", headers=head), 409, "conflict")
    assert "最后一个" in refused["detail"] and "keys revoke 1" in refused["errors"][0]["remedy"]
    other = client.post("/v1/keys", json={"name": "副", "scopes": ["admin"]}, headers=head).json()
    assert client.delete(f"/v1/keys/{owner['id']}", headers=head).status_code == 204
    problem(client.delete(f"/v1/keys/{other['id']}", headers=bearer(other)), 409, "conflict")
    assert [k.name for k in store.keys.all() if k.revoked_at is None] == ["茶铺的", "网站", "副"]


def test_a_key_is_told_once_and_made_once(client: TestClient, store: Store) -> None:
    owner = bearer(client.post("/v1/keys", json={"name": "总", "scopes": ["admin"]}).json())
    again = {**owner, "Idempotency-Key": "k-1"}
    made = client.post("/v1/keys", json=EDITOR, headers=again)
    assert made.status_code == 201
    assert made.json()["key"][3:] not in repr(contents(store))
    repeated = client.post("/v1/keys", json=EDITOR, headers=again)
    assert repeated.headers["idempotency-replayed"] == "true"
    assert (repeated.status_code, repeated.json()) == (201, {**made.json(), "key": None})
    assert len(store.keys.all()) == 2


def test_pages_hold_every_key_once(client: TestClient) -> None:
    owner = bearer(client.post("/v1/keys", json={"name": "总", "scopes": ["admin"]}).json())
    for name in ("甲", "乙"):
        client.post("/v1/keys", json={"name": name, "scopes": ["check"]}, headers=owner)
    names, cursor = list[str](), ""
    while cursor is not None:
        page = client.get("/v1/keys", params={"limit": 2, **({"cursor": cursor} if cursor else {})}, headers=owner)
        names += [k["name"] for k in page.json()["items"]]
        cursor = page.json()["next"]
    assert names == ["总", "甲", "乙"]
    tag = client.get("/v1/keys", headers=owner).headers["etag"]
    assert client.get("/v1/keys", headers={**owner, "If-None-Match": tag}).status_code == 304


def test_only_those_who_may_do_everything_have_to_do_with_keys(client: TestClient, store: Store) -> None:
    requests = (("GET", "/v1/keys", None), ("POST", "/v1/keys", EDITOR), ("DELETE", "/v1/keys/1", None))
    for scopes, brands in ((("check", "read", "write", "feedback", "gate"), None), (("admin",), {"茶铺"})):
        with calling(client, *scopes, brands=brands):
            for method, path, body in requests:
                problem(client.request(method, path, json=body), 403, "forbidden")
    assert store.keys.all() == []


def test_a_wrong_key_is_told_what_would_be_right(client: TestClient, store: Store) -> None:
    for changes, status, field in (
        ({"name": ""}, 422, "body.name"),
        ({"name": " "}, 422, "body.name"),
        ({"name": "12"}, 422, "body.name"),
        ({"scopes": []}, 422, "body.scopes"),
        ({"scopes": ["wirte"]}, 422, "body.scopes.0"),
        ({"brands": []}, 422, "body.brands"),
        ({"brands": ["没有"]}, 404, "body.brands"),
        ({"rate": 0}, 422, "body.rate"),
        ({"rate": 60_001}, 422, "body.rate"),
        ({"rate": "9"}, 422, "body.rate"),
        ({"secret": "ck_x"}, 422, "body.secret"),
    ):
        slug = {404: "not_found", 422: "invalid"}[status]
        details = problem(client.post("/v1/keys", json={**EDITOR, **changes}), status, slug)
        assert details["errors"][0]["field"] == field and details["errors"][0]["remedy"]
    assert store.keys.all() == []
