"""What the service keeps of drafts: found again, passed on, deleted, and never kept where nobody may."""

import json
import sqlite3
from contextlib import closing
from types import ModuleType
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select, update

from contentcheck.api.routes import checks
from contentcheck.corpus.store import Store, database, schema
from contentcheck.engine.documents import Brand
from contentcheck.engine.opinion import About, Finding, Opinion
from tests.callers import calling
from tests.servers import Place
from tests.service import SOUP, problem, running, until


def kept(client: TestClient, **draft: Any) -> str:
    """The path of a check that was kept."""
    answer = client.post("/v1/checks", json={"text": SOUP, **draft})
    assert answer.status_code == 200, answer.text
    return answer.headers["content-location"]


def stored(store: Store) -> int:
    with store.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(schema.checks)).scalar_one()


def test_a_report_can_be_read_again_where_the_answer_says(client: TestClient) -> None:
    body = {"id": "稿一", "title": "余生很长", "text": SOUP, "brand": "茶铺"}
    answer = client.post("/v1/checks", json=body)
    again = client.get(answer.headers["content-location"])
    report = again.json()
    about = report.pop("check")
    assert report == {**answer.json(), "text": SOUP}
    assert answer.headers["content-location"] == f"/v1/checks/{about['id']}"
    assert (about["brand"], about["title"]) == ("茶铺", "余生很长")
    known = {"If-None-Match": again.headers["etag"]}
    assert client.get(answer.headers["content-location"], headers=known).status_code == 304


def test_all_of_the_report_is_kept_however_much_was_asked_for(client: TestClient) -> None:
    page = client.post("/v1/checks", json={"html": f"<h1>余生</h1><p>{SOUP}</p>", "detail": "scores"})
    report = client.get(page.headers["content-location"]).json()
    assert report["check"]["title"] == "余生"
    assert all(p["text"] == report["text"][p["start"] : p["end"]] for p in report["passages"]) and report["passages"]


def test_a_draft_that_must_not_be_kept_is_not(client: TestClient, home: Place, store: Store) -> None:
    before, secret = stored(store), "此稿绝密，请勿留存，阅后即焚。"
    for path in ("/v1/checks", "/v1/gate"):
        answer = client.post(path, json={"title": secret, "text": secret, "brand": "茶铺", "no_store": True})
        assert answer.status_code == 200 and "content-location" not in answer.headers
        assert answer.headers["cache-control"] == "no-store"
    assert stored(store) == before
    written = [f.read_bytes() for f in home.home.rglob("*") if f.is_file()]
    for encoded in (secret.encode(), secret.encode("unicode_escape")):
        assert not any(encoded in content for content in written)


@pytest.mark.parametrize(("module", "patience"), [(database, "_PATIENCE"), (checks, "_STORING")])
def test_what_cannot_be_stored_is_answered_all_the_same(
    module: ModuleType,
    patience: str,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    place = Place(tmp_path_factory.mktemp("locked"), None)
    monkeypatch.setattr(module, patience, 0.5)
    with running(place) as client, closing(sqlite3.connect(place.home / "contentcheck.db")) as other:
        kept(client)
        other.execute("BEGIN IMMEDIATE")
        answer = client.post("/v1/checks", json={"text": SOUP})
        gate = client.post("/v1/gate", json={"text": SOUP})
        other.rollback()
        monkeypatch.undo()
        kept(client)
    assert answer.status_code == 200 and "content-location" not in answer.headers
    assert answer.json()["passages"]
    assert gate.status_code == 200 and gate.json()["check"] is None
    assert "check not kept" in capsys.readouterr().out


def test_checks_are_listed_by_brand_and_verdict_a_page_at_a_time(client: TestClient) -> None:
    made = [kept(client, id=f"{n}", title="余生", brand="海上") for n in range(3)]
    found: list[dict[str, Any]] = []
    query = "?brand=海上&limit=2"
    while query:
        answer = client.get(f"/v1/checks{query}")
        found += answer.json()["items"]
        query = answer.links["next"]["url"] if "next" in answer.links else ""
    assert [f"/v1/checks/{line['id']}" for line in found] == sorted(made, reverse=True)
    assert {(line["brand"], line["title"], line["draft_id"]) for line in found} == {
        ("海上", "余生", n) for n in ("0", "1", "2")
    }
    assert SOUP not in answer.text
    verdicts = {line["verdict"] for line in found}
    [verdict] = verdicts
    other = "publish" if verdict != "publish" else "reject"
    assert len(client.get("/v1/checks", params={"brand": "海上", "verdict": verdict}).json()["items"]) == 3
    assert client.get("/v1/checks", params={"brand": "海上", "verdict": other}).json()["items"] == []
    problem(client.get("/v1/checks", params={"verdict": "无"}), 422, "invalid")
    problem(client.get("/v1/checks", params={"cursor": "x"}), 422, "invalid")


def test_a_listed_check_has_its_scores_and_first_words(client: TestClient) -> None:
    for brand in ("茶铺", None):
        report = client.get(kept(client, brand=brand)).json()
        line = client.get("/v1/checks", params={"limit": 1}).json()["items"][0]
        scores = ("homogeneity", "relevance", "promotion", "repetition")
        assert {score: line[score] for score in scores} == {s: report[s] and report[s]["score"] for s in scores}
        assert (line["relevance"] is None) == (brand is None)
        assert line["opening"] == SOUP[:24]


def test_a_key_of_one_brand_sees_that_alone(client: TestClient, store: Store) -> None:
    ours, theirs, nobodys = kept(client, brand="茶铺"), kept(client, brand="海上"), kept(client)
    for path in (kept(client, brand="海上"), kept(client, brand="茶铺")):
        assert client.delete(path).status_code == 204
    with calling(client, "admin", brands=["茶铺"]):
        assert {c["brand"] for c in client.get("/v1/checks").json()["items"]} == {"茶铺"}
        assert {e["brand"] for e in client.get("/v1/audit").json()["items"]} == {"茶铺"}
        assert client.get(ours).status_code == 200
        for path in (theirs, nobodys, "/v1/checks/%00", "/v1/checks/x"):
            for method in ("GET", "DELETE"):
                problem(client.request(method, path), 404, "not_found")
    assert client.get(theirs).status_code == client.get(nobodys).status_code == 200
    with calling(client, "admin", brands=[]):
        assert client.get("/v1/checks").json()["items"] == client.get("/v1/audit").json()["items"] == []


def test_reading_and_deleting_need_their_scopes(client: TestClient) -> None:
    path = kept(client)
    with calling(client, "check", "write", "feedback", "gate"):
        for of in (path, "/v1/checks", "/v1/audit"):
            problem(client.get(of), 403, "forbidden")
    with calling(client, "check", "read", "write", "feedback", "gate"):
        problem(client.delete(path), 403, "forbidden")
    assert client.delete(path).status_code == 204
    problem(client.get(path), 404, "not_found")
    entry = client.get("/v1/audit", params={"limit": 1}).json()["items"][0]
    assert (entry["action"], entry["subject"]) == ("check_deleted", f"check {path.rpartition('/')[2]}")


def test_a_brands_data_is_exported_and_then_deleted(client: TestClient, store: Store) -> None:
    for brand in ("茶铺", "海上"):
        kept(client, brand=brand)
        store.feedback.add([Opinion(SOUP, Finding(About.HOMOGENEITY, 81.5), False, "真事", brand)])
    others = len(client.get("/v1/checks", params={"brand": "海上"}).json()["items"])
    with calling(client, "admin", brands=["茶铺"], name="管理员"):
        exported = client.get("/v1/brands/茶铺/export")
        assert exported.headers["content-type"].startswith("application/x-ndjson")
        lines = [json.loads(line) for line in exported.text.splitlines()]
        deleted = client.delete("/v1/brands/茶铺/data").json()["deleted"]
        assert client.get("/v1/checks").json()["items"] == []
        trail = client.get("/v1/audit", params={"limit": 2}).json()["items"]
    kinds = [line["kind"] for line in lines]
    assert (kinds.count("check"), kinds.count("feedback")) == (deleted["check"], deleted["feedback"])
    assert deleted["check"] and deleted["feedback"] == 1
    assert all(line["text"] == SOUP for line in lines if line["kind"] in ("check", "feedback"))
    assert [(e["action"], e["actor"]) for e in trail] == [("data_deleted", "管理员"), ("data_exported", "管理员")]
    assert len(client.get("/v1/checks", params={"brand": "海上"}).json()["items"]) == others
    assert [o.brand for o in store.feedback.all()] == ["海上"]


def test_old_checks_are_gone_after_a_start(two_brands: list[Brand], tmp_path_factory: pytest.TempPathFactory) -> None:
    place = Place(tmp_path_factory.mktemp("old"), None)
    with closing((store := place.store()).database):
        store.brands.add(two_brands)
        with running(place) as client:
            old, new = kept(client, brand="茶铺"), kept(client, brand="茶铺")
            client.put("/v1/brands/茶铺/policy", json={"blocks": [], "retention_days": 30})
        mine = schema.checks.c.id == old.rpartition("/")[2]
        with store.database.writing() as connection:
            connection.execute(update(schema.checks).where(mine).values(made_at="2020-01-01T00:00:00Z"))
        with running(place) as client:
            until(lambda: client.get(old).status_code == 404)
            assert client.get(new).status_code == 200
            entry = client.get("/v1/audit").json()["items"][0]
        assert (entry["action"], entry["actor"], entry["details"]["check"]) == ("data_purged", "retention", 1)


def test_a_head_of_an_export_leaves_no_trace(client: TestClient) -> None:
    before = client.get("/v1/audit").json()
    with calling(client, "admin"):
        head = client.head("/v1/brands/茶铺/export")
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-type"].startswith("application/x-ndjson")
        assert client.head("/v1/brands/无有/export").status_code == 404
    assert client.get("/v1/audit").json() == before
