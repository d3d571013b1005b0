"""Links to reports: made, opened by anybody, ended; and the report as a page."""

import re
import time
from contextlib import closing
from hashlib import sha256

import httpx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from contentcheck.api.http.limits import VISITS
from contentcheck.corpus.store import Store, schema
from contentcheck.engine.documents import Brand
from tests.callers import calling
from tests.servers import Place, contents
from tests.service import SOUP, problem, running, until

COUNTED = ("ratelimit-limit", "ratelimit-remaining", "ratelimit-reset")


@pytest.fixture
def stranger(client: TestClient) -> TestClient:
    """On another machine, without a key."""
    return TestClient(client.app, base_url="http://check.example", client=("192.0.2.7", 5000))


def kept(client: TestClient, brand: str | None = "茶铺") -> str:
    """The path of a check that was kept."""
    answer = client.post("/v1/checks", json={"title": "余生很长", "text": SOUP, "brand": brand})
    return answer.headers["content-location"]


def shared(client: TestClient, check: str, days: int = 7) -> dict[str, str]:
    answer = client.post(f"{check}/shares", json={"days": days})
    assert answer.status_code == 201 and answer.headers["cache-control"] == "no-store", answer.text
    return answer.json()


def path_of(share: dict[str, str]) -> str:
    return httpx.URL(share["url"]).path


def refused(stranger: TestClient, path: str) -> tuple[str, dict[str, str]]:
    """What a link that opens nothing is answered with."""
    answer = stranger.get(path)
    assert answer.status_code == 404 and "打不开" in answer.text and SOUP not in answer.text
    return answer.text, {k: v for k, v in answer.headers.items() if k not in ("x-request-id", *COUNTED)}


def test_a_link_opens_the_report_to_anybody_and_nothing_else(client: TestClient, stranger: TestClient) -> None:
    check = kept(client)
    share = shared(client, check)
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/shared/[\w-]{43}", share["url"])
    opened = stranger.get(path_of(share))
    assert opened.status_code == 200 and opened.headers["content-type"] == "text/html; charset=utf-8"
    assert opened.text == client.get(f"{check}/report.html").text
    assert "余生很长" in opened.text and SOUP[:12] in opened.text
    problem(stranger.get(f"{check}/report.html"), 401, "unauthenticated")
    problem(stranger.get(check), 401, "unauthenticated")
    assert stranger.head(path_of(share)).status_code == 200


def test_a_report_is_read_in_the_language_that_is_asked_for(client: TestClient, stranger: TestClient) -> None:
    check = kept(client)
    page = f"{check}/report.html"
    chinese, english = client.get(page).text, client.get(page, params={"language": "en"}).text
    assert client.get(page, params={"language": "zh"}).text == chinese
    assert '<html lang="zh-CN">' in chinese and '<html lang="en">' in english and SOUP[:12] in english
    problem(client.get(page, params={"language": "fr"}), 422, "invalid")
    problem(client.post(f"{check}/shares", json={"days": 7, "language": "fr"}), 422, "invalid")
    url = httpx.URL(client.post(f"{check}/shares", json={"days": 7, "language": "en"}).json()["url"])
    assert stranger.get(url.raw_path.decode()).text == english
    assert stranger.get(url.path).text == chinese  # a link that was not copied whole still opens the report
    assert stranger.get(url.path, params={"language": "en&language=zh"}).text == chinese
    gone = stranger.get("/shared/unknown", params={"language": "en"})
    assert gone.status_code == 404 and "opens no report" in gone.text


def test_the_page_may_run_nothing_and_is_kept_nowhere(client: TestClient, stranger: TestClient) -> None:
    share = shared(client, kept(client))
    for path in (path_of(share), "/shared/unknown"):
        headers = stranger.get(path).headers
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-robots-tag"] == "noindex"
        assert headers["x-content-type-options"] == "nosniff"
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy and "script-src" not in policy and "unsafe" not in policy


def test_links_that_ended_are_as_those_that_never_were(client: TestClient, stranger: TestClient, store: Store) -> None:
    check = kept(client)
    expired, withdrawn, gone = (shared(client, check) for _ in range(3))
    with store.database.writing() as connection:
        old = update(schema.shares).where(schema.shares.c.id == expired["id"])
        connection.execute(old.values(expires_at=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())))
    assert client.delete(f"/v1/shares/{withdrawn['id']}").status_code == 204
    assert stranger.get(path_of(gone)).status_code == 200
    assert [s["id"] for s in client.get(f"{check}/shares").json()["items"]] == [gone["id"]]
    assert client.delete(check).status_code == 204
    expected = refused(stranger, "/shared/unknown")
    other = [path_of(expired), path_of(withdrawn), path_of(gone), "/shared/", "/shared/a/b", "/shared/%E7%A8%BF%FF"]
    for path in other:
        assert refused(stranger, path) == expected
    for share in (expired, withdrawn, gone):
        problem(client.delete(f"/v1/shares/{share['id']}"), 404, "not_found")


def test_an_address_may_not_try_links_without_end(client: TestClient) -> None:
    path = path_of(shared(client, kept(client)))
    somebody, another = (
        TestClient(client.app, base_url="http://check.example", client=(f"192.0.2.{n}", 5000)) for n in (8, 9)
    )
    left = [int(somebody.get(f"/shared/{n}").headers["ratelimit-remaining"]) for n in range(VISITS - 1)]
    assert left == list(range(VISITS - 1, 0, -1))
    opened = somebody.get(path)
    assert (opened.status_code, opened.headers["ratelimit-remaining"]) == (200, "0")
    refused = somebody.get(path)
    assert refused.status_code == 429 and refused.headers["content-type"] == "text/html; charset=utf-8"
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.headers["ratelimit-limit"] == str(VISITS)
    assert refused.headers["cache-control"] == "no-store" and "content-security-policy" in refused.headers
    seconds = refused.headers["retry-after"]
    assert f"请过 {seconds} 秒再刷新本页" in refused.text and SOUP[:12] not in refused.text
    assert another.get(path).status_code == 200 and client.get("/v1/info").status_code == 200


def test_only_the_hash_of_a_token_is_kept(client: TestClient, store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    check = kept(client)
    key = {"Idempotency-Key": "share-1"}
    made, again = (client.post(f"{check}/shares", json={"days": 1}, headers=key).json() for _ in range(2))
    assert again == {**made, "url": None} and len(client.get(f"{check}/shares").json()["items"]) == 1
    token = path_of(made).removeprefix("/shared/")
    assert client.get(path_of(made)).status_code == 200
    everything = repr(contents(store)) + capsys.readouterr().out
    assert '"path": "/shared/"' in everything or "path=/shared/" in everything
    assert token not in everything
    assert repr(sha256(token.encode()).digest()) in everything


def test_links_end_with_the_brands_data_and_its_retention(
    client: TestClient, stranger: TestClient, two_brands: list[Brand], tmp_path_factory: pytest.TempPathFactory
) -> None:
    share = shared(client, kept(client, "海上"))
    assert '"kind": "share"' in client.get("/v1/brands/海上/export").text
    assert client.delete("/v1/brands/海上/data").json()["deleted"]["share"] == 1
    refused(stranger, path_of(share))
    place = Place(tmp_path_factory.mktemp("old"), None)
    with closing((store := place.store()).database):
        store.brands.add(two_brands)
        with running(place) as old:
            share = shared(old, kept(old))
            old.put("/v1/brands/茶铺/policy", json={"blocks": [], "retention_days": 30})
        with store.database.writing() as connection:
            connection.execute(update(schema.checks).values(made_at="2020-01-01T00:00:00Z"))
        with running(place) as old:
            until(lambda: old.get(path_of(share)).status_code == 404)


def test_links_are_made_and_ended_in_somebodys_name(client: TestClient) -> None:
    check = kept(client)
    with calling(client, "check", "read", brands=["茶铺"], name="主编"):
        share = shared(client, check)
        [listed] = client.get(f"{check}/shares").json()["items"]
        assert client.delete(f"/v1/shares/{share['id']}").status_code == 204
    assert (listed["made_by"], listed["expires_at"]) == ("主编", share["expires_at"])
    ended, made = client.get("/v1/audit", params={"brand": "茶铺", "limit": 2}).json()["items"]
    assert [(e["action"], e["actor"], e["subject"]) for e in (made, ended)] == [
        ("share_created", "主编", f"share {share['id']}"),
        ("share_revoked", "主编", f"share {share['id']}"),
    ]
    assert made["details"] == {"check": check.rpartition("/")[2], "expires_at": share["expires_at"]}


def test_other_brands_and_scopes_stay_out(client: TestClient) -> None:
    theirs = kept(client, "海上")
    share = shared(client, theirs)
    with calling(client, "check", "read", brands=["茶铺"]):
        for method, path in (("GET", "report.html"), ("GET", "shares"), ("POST", "shares")):
            body = {"days": 1} if method == "POST" else None
            problem(client.request(method, f"{theirs}/{path}", json=body), 404, "not_found")
        problem(client.delete(f"/v1/shares/{share['id']}"), 404, "not_found")
    with calling(client, "read"):
        problem(client.post(f"{theirs}/shares", json={"days": 1}), 403, "forbidden")
        problem(client.delete(f"/v1/shares/{share['id']}"), 403, "forbidden")
    with calling(client, "check"):  # who may not read it may not have a link to it either
        problem(client.post(f"{theirs}/shares", json={"days": 1}), 403, "forbidden")
        problem(client.get(f"{theirs}/shares"), 403, "forbidden")
        problem(client.get(f"{theirs}/report.html"), 403, "forbidden")
        problem(client.delete(f"/v1/shares/{share['id']}"), 403, "forbidden")
    for days in (0, 91, 1.5, "7", None, 10**400):
        problem(client.post(f"{theirs}/shares", json={"days": days}), 422, "invalid")


def test_a_link_works_where_keys_are_asked_for(client: TestClient, stranger: TestClient, store: Store) -> None:
    share = shared(client, kept(client))
    key, _ = store.keys.create("总", ["read"], None, 60)
    try:
        assert stranger.get(path_of(share)).status_code == 200
        wrong = {"Authorization": "Bearer ck_wrong"}
        assert stranger.get(path_of(share), headers=wrong).status_code == 200
    finally:
        store.keys.revoke(str(key.id))
