"""The results of a job, worst first and by reason: in both databases, over the service, and for long jobs."""

import json
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from contentcheck.corpus.store import Store, schema
from contentcheck.corpus.store.job_rows import FIRST, Order, Wanted
from contentcheck.corpus.store.leases import Leases, Outcome
from contentcheck.corpus.store.new_rows import NewRow
from contentcheck.engine.documents import Brand, Draft, Product
from tests.servers import Place
from tests.service import SOUP, problem, running, until

EVERY = Wanted()
LONG = 60.0
MANY = 5_000
QUICK = 6.0  # seconds for a page of a long job: half of one, on a machine with nothing else to do

_REASONS = {
    "reject": [{"code": "common_content", "message": "像“套话”。"}, {"code": "off_topic", "message": '"code": "x"'}],
    "revise": [{"code": "partly_common", "message": "有些\\像套话。"}],
    "insufficient_text": [{"code": "insufficient_text", "message": "太短。"}],
    "publish": [],
}


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    with closing((opened := place.store()).database):
        yield opened


def report(verdict: str, homogeneity: float, relevance: float | None) -> dict[str, Any]:
    return {
        "verdict": verdict,
        "reasons": _REASONS[verdict],
        "homogeneity": {"score": homogeneity},
        "relevance": None if relevance is None else {"score": relevance},
        "promotion": {"score": 1.5},
        "repetition": None,
        "passages": [{"text": "长" * 2_000}],
    }


def checked(store: Store, outcomes: list[Outcome], waiting: int = 0) -> str:
    """A job with these outcomes in the order of its drafts, and some that are not checked yet."""
    rows = (NewRow(n + 1, Draft(f"d{n}", f"第{n}篇。\0\ud800", "题")) for n in range(len(outcomes) + waiting))
    job = store.jobs.make(rows, key_id=0)
    leases = Leases(store.database)
    for start in range(0, len(outcomes), 500):
        part = outcomes[start : start + 500]
        taken = leases.take("w", len(part), LONG)
        leases.keep("w", taken, {row.key: o for row, o in zip(taken, part, strict=True)}, LONG)
    return job.id


def without_briefs(store: Store) -> None:
    """As rows are that were checked by an earlier version."""
    with store.database.writing() as connection:
        connection.execute(update(schema.job_rows).values(brief=None))


def numbers(store: Store, job: str, order: Order, wanted: Wanted = EVERY, limit: int = 2) -> list[int]:
    """Of all rows, by small pages."""
    found, after = list[int](), FIRST[order]
    while page := store.job_rows.page(job, after, limit, order, wanted):
        found += [row.number for row in page]
        after = page[-1].position
    return found


@pytest.mark.parametrize("earlier", [False, True], ids=["", "of an earlier version"])
def test_the_worst_come_first_and_what_is_asked_for_alone(store: Store, earlier: bool) -> None:
    reports = [
        report("publish", 5, 90),
        report("reject", 80, 70),
        report("revise", 95, None),
        report("reject", 90, 5),
        report("insufficient_text", 50, None),
        report("reject", 80, 70),
    ]
    job = checked(store, [*(Outcome(report=r) for r in reports), Outcome(error="坏了")], waiting=1)
    if earlier:
        without_briefs(store)
    assert numbers(store, job, "worst") == [3, 1, 5, 2, 4, 6, 0, 7]
    assert numbers(store, job, "file") == list(range(8))
    assert numbers(store, job, "worst", Wanted(verdict="reject")) == [3, 1, 5]
    assert numbers(store, job, "file", Wanted(reason="off_topic")) == [1, 3, 5]
    assert numbers(store, job, "worst", Wanted(state="failed")) == [6]
    for code in ("x", "code", "off_", "off_topi_", "%", "", "common_content\\"):
        assert numbers(store, job, "file", Wanted(reason=code)) == []
    [row] = store.job_rows.page(job, FIRST["worst"], 1, "worst")
    assert (row.id, row.title, row.opening, row.line) == ("d3", "题", "第3篇。\ufffd\ufffd", 4)
    assert row.scores == {"homogeneity": 90, "relevance": 5, "promotion": 1.5, "repetition": None}
    assert row.reasons == _REASONS["reject"]
    summary = store.job_rows.summary(job)
    assert summary.verdicts == {"reject": 3, "revise": 1, "insufficient_text": 1, "publish": 1}
    assert summary.reasons == {"common_content": 3, "off_topic": 3, "insufficient_text": 1, "partly_common": 1}
    assert summary.states == {"done": 6, "failed": 1, "queued": 1}
    assert summary.messages["partly_common"] == "有些\\像套话。"


def test_a_long_job_is_triaged_quickly(store: Store) -> None:
    outcomes = [
        Outcome(report=report(verdict, n % 100, n % 97)) for n in range(MANY) for verdict in [list(_REASONS)[n % 4]]
    ]
    job = checked(store, outcomes)
    begun = time.monotonic()
    page = store.job_rows.page(job, FIRST["worst"], 50, "worst", Wanted(reason="off_topic"))
    paged = time.monotonic() - begun
    summary = store.job_rows.summary(job)
    counted = time.monotonic() - begun - paged
    scores = [(row.scores["homogeneity"] or 0) - (row.scores["relevance"] or 0) for row in page]
    assert len(page) == 50 and scores == sorted(scores, reverse=True)
    assert summary.verdicts == dict.fromkeys(_REASONS, MANY // 4)
    assert paged < QUICK and counted < QUICK


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    place = Place(tmp_path_factory.mktemp("service"), None)
    place.store().brands.add([Brand("茶铺", (Product("tea-1", "决明子茶", "炒制决明子，每袋三克。"),))])
    with running(place) as client:
        yield client


@pytest.fixture(scope="module")
def job(client: TestClient) -> str:
    rows = [
        {"text": "炒制决明子，每袋三克，八十五度热水泡五分钟。" * 5, "title": "怎么泡"},
        {"text": SOUP * 3, "id": "b\ud800"},
    ]
    body = json.dumps({"drafts": [*rows, {"text": ""}], "brand": "茶铺", "skip_bad": True})
    made = client.post("/v1/jobs", content=body, headers={"Content-Type": "application/json"}).json()
    until(lambda: client.get(f"/v1/jobs/{made['id']}").json()["state"] == "done")
    return f"/v1/jobs/{made['id']}"


def test_a_list_tells_what_came_of_each_draft(client: TestClient, job: str) -> None:
    answer = client.get(f"{job}/rows", params={"order": "worst", "limit": 2})
    first, second = answer.json()["items"]
    rest = client.get(f"{job}/rows", params={"order": "worst", "cursor": answer.json()["next"]}).json()
    shown = {row["number"]: row for row in (first, second, *rest["items"])}
    assert len(shown) == 3 and rest["next"] is None
    assert shown[1]["id"] == "b\ufffd" and shown[1]["opening"].startswith(SOUP[:20]) and shown[1]["brand"] == "茶铺"
    assert shown[0]["scores"].keys() == {"homogeneity", "relevance", "promotion", "repetition"}
    assert shown[2]["error"] and shown[2]["scores"] is None and shown[2]["reasons"] == []
    again = client.get(
        f"{job}/rows", params={"order": "worst", "limit": 2}, headers={"If-None-Match": answer.headers["etag"]}
    )
    assert again.status_code == 304


def test_a_summary_agrees_with_the_lists(client: TestClient, job: str) -> None:
    summary = client.get(f"{job}/summary").json()
    assert (summary["failed"], summary["waiting"], sum(summary["verdicts"].values())) == (1, 0, 2)
    assert summary["reasons"]
    for reason in summary["reasons"]:
        rows = client.get(f"{job}/rows", params={"reason": reason["code"]}).json()["items"]
        assert len(rows) == reason["count"]
        told = [r["message"] for row in rows for r in row["reasons"] if r["code"] == reason["code"]]
        assert reason["message"] in told
    for verdict, count in summary["verdicts"].items():
        assert len(client.get(f"{job}/rows", params={"verdict": verdict}).json()["items"]) == count


def test_a_row_comes_with_its_report_and_text(client: TestClient, job: str) -> None:
    row = client.get(f"{job}/rows/1").json()
    [line] = [r for r in client.get(f"{job}/results").text.splitlines() if '"passages"' in r and "b\ufffd" in r]
    assert row["report"] == json.loads(line) and row["error"] is None
    assert all(row["text"][p["start"] : p["end"]] == p["text"] for p in row["report"]["passages"])
    failed = client.get(f"{job}/rows/2").json()
    assert failed["report"] is None and failed["error"] == "字段 text 是空的；应为一段文字"
    problem(client.get(f"{job}/rows/3"), 404, "not_found")
    problem(client.get(f"{job}/rows/-1"), 422, "invalid")
    problem(client.get(f"{job}/rows/{2**40}"), 422, "invalid")


@pytest.mark.parametrize(
    "query", [{"order": "x"}, {"verdict": "x"}, {"cursor": "WzFd", "order": "worst"}, {"reason": "x" * 101}]
)
def test_a_wrong_question_is_told_so(client: TestClient, job: str, query: dict[str, str]) -> None:
    problem(client.get(f"{job}/rows", params=query), 422, "invalid")


def test_any_reason_may_be_asked_for(client: TestClient, job: str) -> None:
    for reason in ("", "%", '"', "'; drop table jobs"):
        answer = client.get(f"{job}/rows", params={"reason": reason})
        assert answer.status_code == 200 and answer.json()["items"] == [], (reason, answer.text)
