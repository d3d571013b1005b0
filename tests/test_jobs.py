"""Jobs in both databases: who has a draft in hand, what may be written, when a job is over, and who may see it."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from contentcheck.corpus.store import Store, new_rows, schema
from contentcheck.corpus.store.job_rows import FIRST, RowLine, Wanted
from contentcheck.corpus.store.jobs import Job
from contentcheck.corpus.store.leases import ATTEMPTS, Leased, Leases, Outcome
from contentcheck.corpus.store.new_rows import NewRow
from contentcheck.engine.documents import Brand, Draft, Product
from tests.servers import Place, contents

LONG, OVER = 60.0, -1.0  # seconds: a lease that lasts, and one that is over at once
HOOK = {"url": "https://cms.example.com/hook", "secret": "whsec_x"}


@dataclass(frozen=True)
class Viewer:
    key_id: int = 0
    brands: frozenset[str] | None = None
    reads: bool = True


ANYBODY = Viewer()


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    with closing((opened := place.store()).database):
        yield opened


def drafts(*texts: str) -> list[NewRow]:
    return [NewRow(line, Draft(f"d{line}", text)) for line, text in enumerate(texts, 2)]


def make(store: Store, *texts: str, **values: Any) -> Job:
    return store.jobs.make(drafts(*texts), **{"key_id": 0, **values})


def now(store: Store, job: Job) -> Job:
    found = store.jobs.get(job.id, ANYBODY)
    assert found is not None
    return found


def report(row: Leased) -> Outcome:
    return Outcome(report={"id": row.draft.id, "verdict": "publish"})


def work(leases: Leases, worker: str = "w", room: int = 100) -> list[Leased]:
    """Take, and write a report for each."""
    taken = leases.take(worker, room, LONG)
    leases.keep(worker, taken, {t.key: report(t) for t in taken}, LONG)
    return taken


def rows(store: Store, job: Job) -> list[RowLine]:
    return store.job_rows.page(job.id, FIRST["file"], 100)


def told(store: Store) -> list[str]:
    with store.database.reading() as connection:
        return list(connection.execute(select(schema.deliveries.c.event)).scalars())


def expire(store: Store) -> None:
    """As if every worker had been silent for long."""
    with store.database.writing() as connection:
        rows = schema.job_rows
        connection.execute(update(rows).where(rows.c.state == "leased").values(leased_until=0.0))


def test_drafts_go_through_a_worker_in_order(store: Store) -> None:
    job = make(store, "一", "二\0\ud800", "三", name="稿件.csv")
    assert (job.state, job.total, job.name, job.finished_at) == ("queued", 3, "稿件.csv", None)
    leases = Leases(store.database)
    [first, second] = leases.take("w", 2, LONG)
    assert (first.draft, first.attempt) == (Draft("d2", "一"), 1)
    assert second.draft.text == "二\0\ud800"
    assert now(store, job).state == "running"
    assert leases.keep("w", [first, second], {second.key: report(second)}, LONG) == {first.key}
    assert [r.id for r in store.job_rows.results(job.id)] == ["d3"]
    assert leases.keep("w", [first], {first.key: Outcome(error="没有\0")}, LONG) == frozenset()
    assert (now(store, job).done, now(store, job).failed, now(store, job).state) == (1, 1, "running")
    work(leases)
    over = now(store, job)
    assert (over.state, over.done, over.failed) == ("done", 2, 1) and over.finished_at
    assert [(r.id, r.line, r.error) for r in store.job_rows.results(job.id)] == [
        ("d2", 2, "没有\ufffd"),
        ("d3", 3, None),
        ("d4", 4, None),
    ]
    assert [(r.number, r.state, r.verdict) for r in rows(store, job)] == [
        (0, "failed", None),
        (1, "done", "publish"),
        (2, "done", "publish"),
    ]
    assert [r.number for r in store.job_rows.page(job.id, (0,), 10, wanted=Wanted("done"))] == [1, 2]
    assert leases.take("w", 2, LONG) == []


def test_a_worker_that_lost_a_draft_cannot_write_it(store: Store) -> None:
    job = make(store, "一")
    leases = Leases(store.database)
    [slow] = leases.take("slow", 5, OVER)
    [taken] = leases.take("quick", 5, LONG)
    assert taken.key == slow.key and taken.attempt == 2
    assert leases.keep("slow", [slow], {}, LONG) == frozenset()
    leases.keep("slow", [slow], {slow.key: Outcome(error="迟了")}, LONG)
    assert now(store, job).state == "running"
    leases.keep("quick", [taken], {taken.key: report(taken)}, LONG)
    leases.keep("slow", [slow], {slow.key: Outcome(error="更迟了")}, LONG)
    leases.release("slow", [slow.key])
    assert (now(store, job).done, now(store, job).failed) == (1, 0)


def test_a_sign_of_life_keeps_a_draft(store: Store) -> None:
    make(store, "一")
    leases = Leases(store.database)
    [slow] = leases.take("slow", 5, OVER)
    assert leases.keep("slow", [slow], {}, LONG) == {slow.key}
    assert leases.take("quick", 5, LONG) == []


def test_only_the_draft_that_kills_its_worker_is_given_up(store: Store) -> None:
    job = make(store, "好", "坏", "好", webhook=HOOK)
    leases = Leases(store.database)
    deaths = 0
    while now(store, job).state != "done":
        taken = leases.take(f"worker {deaths}", 10, LONG)
        if any(t.draft.text == "坏" for t in taken):
            deaths += 1
            expire(store)
        else:
            leases.keep(f"worker {deaths}", taken, {t.key: report(t) for t in taken}, LONG)
    assert deaths == ATTEMPTS
    assert [r.state for r in rows(store, job)] == ["done", "failed", "done"]
    assert f"中断了 {ATTEMPTS} 次" in str(rows(store, job)[1].error)
    assert told(store) == ["job.done"]


def test_what_failed_is_tried_again_after_a_while(store: Store) -> None:
    make(store, "一", "二")
    leases = Leases(store.database)
    taken = leases.take("w", 2, LONG)
    leases.keep("w", taken, {taken[0].key: Outcome(delay=LONG), taken[1].key: Outcome()}, LONG)
    [again] = leases.take("w", 2, LONG)
    assert (again.draft.text, again.attempt) == ("二", 2)
    assert leases.take("w", 2, LONG) == []


def test_what_is_given_back_counts_as_never_taken(store: Store) -> None:
    make(store, "一", "二")
    leases = Leases(store.database)
    taken = leases.take("w", 2, LONG)
    leases.release("w", [t.key for t in taken])
    assert [t.attempt for t in leases.take("w", 2, LONG)] == [1, 1]


def test_jobs_take_turns(store: Store) -> None:
    make(store, *["大"] * 9)
    make(store, "小", "小")
    leases = Leases(store.database)
    texts = [t.draft.text for t in leases.take("w", 6, LONG)]
    assert [sorted(texts[:2]), sorted(texts[2:4]), texts[4:]] == [["大", "小"], ["大", "小"], ["大", "大"]]


def test_the_end_is_told_once(store: Store) -> None:
    job = make(store, "一", "二", webhook=HOOK)
    leases = Leases(store.database)
    [first] = leases.take("a", 1, LONG)
    [second] = leases.take("b", 1, LONG)
    leases.keep("a", [first], {first.key: report(first)}, LONG)
    assert told(store) == []
    for _ in range(2):
        leases.keep("b", [second], {second.key: report(second)}, LONG)
    store.jobs.cancel(job.id)
    assert now(store, job).state == "done" and told(store) == ["job.done"]


def test_a_job_of_bad_rows_is_over_at_once(store: Store) -> None:
    job = store.jobs.make([NewRow(7, None, "空的")], key_id=0, webhook=HOOK)
    assert (job.state, job.failed) == ("done", 1) and told(store) == ["job.done"]
    assert [(r.id, r.error, r.line) for r in store.job_rows.results(job.id)] == [("7", "空的", 7)]


def test_a_cancelled_job_stays_as_it_was(store: Store) -> None:
    job = make(store, "一", "二", "三", webhook=HOOK)
    leases = Leases(store.database)
    work(leases, room=1)
    [held] = leases.take("w", 1, LONG)
    assert not store.jobs.remove(job.id, "管理员")
    for cancelled in (store.jobs.cancel(job.id), store.jobs.cancel(job.id)):
        assert cancelled is not None and (cancelled.state, cancelled.done) == ("cancelled", 1)
    assert leases.keep("w", [held], {held.key: report(held)}, LONG) == frozenset()
    assert leases.take("w", 5, LONG) == []
    assert [r.state for r in rows(store, job)] == ["done", "queued", "queued"]
    assert told(store) == ["job.cancelled"]
    assert store.jobs.remove(job.id, "管理员")
    assert store.jobs.get(job.id, ANYBODY) is None and list(store.job_rows.results(job.id)) == [] and told(store) == []
    assert store.jobs.cancel(job.id) is None


def test_a_deleted_job_leaves_no_text_in_the_files(tmp_path: Path) -> None:
    with closing((store := Store(tmp_path)).database):
        job = make(store, "人生没有白走的路，每一步都算数。" * 50)
        store.jobs.cancel(job.id)
        assert store.jobs.remove(job.id, "管理员")
    words = [json.dumps("每一步都算数")[1:-1].encode(), "每一步都算数".encode()]
    assert not any(word in file.read_bytes() for file in tmp_path.iterdir() for word in words)


def test_a_job_that_cannot_be_read_to_the_end_is_not_there(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(new_rows, "_PART", 20_000)  # a hundred rows

    def broken() -> Iterator[NewRow]:
        yield from drafts(*["一"] * 300)
        raise OSError

    with pytest.raises(OSError):
        store.jobs.make(broken(), key_id=0)
    assert not any(contents(store)[table] for table in ("jobs", "job_rows"))
    assert make(store, *["一"] * 401).total == 401


def test_others_come_between_the_parts_of_a_long_job_and_see_nothing_of_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(new_rows, "_PART", 20_000)
    seen = list[tuple[int, int, int]]()

    def watched() -> Iterator[NewRow]:
        for number, row in enumerate(drafts(*["一"] * 300)):
            if number == 250:
                written = len(contents(store)["job_rows"])
                make(store, "插进来的")
                seen.append(
                    (written, len(store.jobs.page(ANYBODY, "", "", 9)), len(Leases(store.database).take("w", 9, LONG)))
                )
            yield row

    job = store.jobs.make(watched(), key_id=0)
    [(written, jobs, leased)] = seen
    assert 0 < written < 250 and (jobs, leased) == (1, 1)
    assert (now(store, job).state, now(store, job).total) == ("queued", 300)
    assert [r.number for r in store.job_rows.page(job.id, FIRST["file"], 999)] == list(range(300))


def test_what_a_killed_program_has_left_half_written_is_deleted(store: Store) -> None:
    make(store, "好的")
    half = {"key_id": 0, "name": "", "state": "arriving", "total": 0}
    draft = {"id": "1", "text": "半篇", "title": "", "brand": None, "brand_id": None}
    with store.database.writing() as connection:
        for job_id, made_at in (("old", "2026-01-01T00:00:00Z"), ("new", "2999-01-01T00:00:00Z")):
            connection.execute(insert(schema.jobs).values(id=job_id, made_at=made_at, **half))
            row = {"job_id": job_id, "number": 0, "line": 1, "draft": draft, "state": "queued", "attempts": 0}
            connection.execute(insert(schema.job_rows).values(row))
    assert store.jobs.get("new", ANYBODY) is None and len(Leases(store.database).take("w", 9, LONG)) == 1
    store.jobs.drop_abandoned()
    assert {job["name"] or job["id"] for job in contents(store)["jobs"]} >= {"new"}
    assert {row["job_id"] for row in contents(store)["job_rows"]} & {"old", "new"} == {"new"}


def test_a_brand_that_is_gone_before_its_drafts_are_stored_fails_them(store: Store) -> None:
    job = store.jobs.make([NewRow(1, Draft("a", "一", brand="没有了")), NewRow(2, Draft("b", "二"))], key_id=0)
    assert [(r.state, bool(r.error)) for r in rows(store, job)] == [("failed", True), ("queued", False)]


def test_who_may_see_a_job(store: Store) -> None:
    store.brands.add([Brand(name, (Product("p", "面霜", "含神经酰胺"),)) for name in ("花间", "海上")])
    jobs = {b: make(store, "一", key_id=1, brand=b) for b in ("花间", "海上", None)}
    flower, sea = Viewer(2, frozenset({"花间"})), Viewer(1, frozenset({"海上"}))
    for viewer, seen in [(ANYBODY, ["花间", "海上", None]), (flower, ["花间"]), (sea, ["花间", "海上", None])]:
        assert [b for b, job in jobs.items() if store.jobs.get(job.id, viewer)] == seen
        assert {j.brand for j in store.jobs.page(viewer, "", "", 10)} == set(seen)
    for limits in (None, frozenset({"花间"})):  # who may only check has jobs of its own alone
        assert store.jobs.page(Viewer(2, limits, reads=False), "", "", 10) == []
        assert store.jobs.get(jobs["花间"].id, Viewer(1, limits, reads=False))
    store.brands.remove("花间")
    store.brands.add([Brand("花间", (Product("p", "面霜", "含神经酰胺"),))])  # another of the same name
    assert store.jobs.get(jobs["花间"].id, flower) is None


def test_pages_hold_every_job_once(store: Store) -> None:
    made = {make(store, "一").id for _ in range(5)}
    seen, after = list[str](), ("", "")
    while page := store.jobs.page(ANYBODY, *after, 2):
        seen += [job.id for job in page]
        after = page[-1].made_at, page[-1].id
    assert len(seen) == 5 and set(seen) == made
