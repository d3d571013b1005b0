"""The gate and what is kept, in both databases: rules, exceptions, the trail, export, deletion and retention."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from typing import Any

import pytest
from sqlalchemy import insert, text, update

from contentcheck.api.retention import cutoff, purge
from contentcheck.corpus.store import Store, schema
from contentcheck.corpus.store.gate import AlreadyGranted, GrantedException, Policy, Ruling, draft_digest, rule
from contentcheck.corpus.store.new_rows import NewRow
from contentcheck.engine.checker import Checker
from contentcheck.engine.documents import Brand, Draft, Product
from contentcheck.engine.errors import StateError
from contentcheck.engine.opinion import About, Finding, Opinion
from contentcheck.engine.report import Report
from tests.servers import Place

BRANDS = [Brand(name, (Product("p1", "面霜", "含神经酰胺"),)) for name in ("花间", "海上")]
SECRET = "愿你历尽千帆，归来仍是少年。"
GRANTED = GrantedException("e", "00", "理由", "主编", "2026-01-01T00:00:00Z", None)


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    with closing((opened := place.store()).database):
        opened.brands.add(BRANDS)
        yield opened


@pytest.fixture(scope="module")
def report(small_checker: Checker) -> Report:
    return small_checker.check([Draft("稿一", SECRET, "余生")])[0]


def numbers(store: Store) -> tuple[int, int]:
    return store.brands.version("花间")[0], store.brands.version("海上")[0]


def actions(store: Store) -> list[tuple[str, str | None, str]]:
    return [(e.action, e.brand, e.actor) for e in reversed(store.audit.page(100))]


@pytest.mark.parametrize(
    ("verdict", "blocks", "exception", "ruling"),
    [
        ("publish", ("reject",), None, Ruling(True, "publish", None, None)),
        ("reject", ("reject",), None, Ruling(False, "reject", "reject", None)),
        ("reject", (), None, Ruling(True, "reject", None, None)),
        ("reject", ("reject",), GRANTED, Ruling(True, "reject", "reject", GRANTED)),
        ("revise", ("reject",), GRANTED, Ruling(True, "revise", None, None)),
        ("revise", ("reject", "revise"), None, Ruling(False, "revise", "revise", None)),
    ],
)
def test_a_verdict_that_blocks_needs_an_exception(
    verdict: str, blocks: tuple[str, ...], exception: GrantedException | None, ruling: Ruling
) -> None:
    assert rule(verdict, Policy(blocks), exception) == ruling


def test_a_draft_is_known_by_every_letter_but_not_by_its_line_ends() -> None:
    digest = draft_digest("题", "一\n二")
    assert digest == draft_digest("题", "一\r\n二") == draft_digest("题", "一\r二")
    others = [("题", "一\n二 "), ("题", "一\n\n二"), ("题一", "\n二"), ("题 ", "一\n二"), ("", "题\0一\n二")]
    assert digest not in [draft_digest(*other) for other in others]
    assert draft_digest("", "\ud800\0") == draft_digest("", "\ufffd\ufffd")


def test_a_policy_is_a_brands_own(store: Store) -> None:
    flower, sea = numbers(store)
    assert store.gate.policy(flower) == Policy(("reject",), None)
    store.gate.set_policy(flower, Policy(("reject", "revise"), 30), "主编")
    store.gate.set_policy(flower, Policy((), 7), "副主编")
    assert store.gate.policy(flower) == Policy((), 7)
    assert store.gate.policy(sea) == Policy()
    assert store.holdings.retentions() == {flower: 7}
    [second, first] = store.audit.page(10)
    assert (first.brand, first.actor, first.action) == ("花间", "主编", "policy_set")
    assert first.details == {"blocks": ["reject", "revise"], "retention_days": 30}
    assert (second.actor, second.details) == ("副主编", {"blocks": [], "retention_days": 7})


def test_an_exception_holds_for_one_text_of_one_brand_until_it_is_revoked(store: Store) -> None:
    flower, sea = numbers(store)
    digest = draft_digest("题", SECRET)
    granted = store.gate.grant(flower, digest, "卷首语", "主编", "c-1")
    assert store.gate.ruling(flower, digest, "reject") == Ruling(True, "reject", "reject", granted)
    assert not store.gate.ruling(sea, digest, "reject").allowed
    assert not store.gate.ruling(None, digest, "reject").allowed
    assert not store.gate.ruling(flower, draft_digest("题", SECRET + "！"), "reject").allowed
    with pytest.raises(AlreadyGranted, match=granted.id):
        store.gate.grant(flower, digest, "又一次", "主编")
    assert not store.gate.revoke(sea, granted.id, "别人")
    assert store.gate.revoke(flower, granted.id, "副主编")
    assert not store.gate.revoke(flower, granted.id, "副主编")
    assert not store.gate.ruling(flower, digest, "reject").allowed
    again = store.gate.grant(flower, digest, "还是要发", "主编")
    assert [(e.id, e.revoked_at is None) for e in store.gate.exceptions(flower, 9)] == [
        (again.id, True),
        (granted.id, False),
    ]
    assert store.gate.exceptions(flower, 9, again.id)[0].id == granted.id
    assert store.gate.exceptions(sea, 9) == []
    trail = [("exception_granted", "花间", "主编"), ("exception_revoked", "花间", "副主编")]
    assert actions(store) == [*trail, trail[0]]


def test_without_a_line_in_the_trail_nothing_changes(store: Store, report: Report) -> None:
    flower, _ = numbers(store)
    kept = store.checks.keep(Draft("稿一", SECRET, "余生", "花间"), report, 0)
    granted = store.gate.grant(flower, draft_digest("", "甲"), "卷首语", "主编")
    with store.database.writing() as connection:
        connection.execute(text("ALTER TABLE audit RENAME TO lost"))
    changes = [
        lambda: store.gate.set_policy(flower, Policy(()), "主编"),
        lambda: store.gate.grant(flower, draft_digest("", "乙"), "理由", "主编"),
        lambda: store.gate.revoke(flower, granted.id, "主编"),
        lambda: store.checks.remove(kept, "主编"),
        lambda: store.holdings.erase([flower], "主编"),
        lambda: store.holdings.purge(flower, "2999-01-01", "主编"),
    ]
    for change in changes:
        with pytest.raises(StateError):
            change()
    assert store.gate.policy(flower) == Policy()
    assert [(e.id, e.revoked_at) for e in store.gate.exceptions(flower, 9)] == [(granted.id, None)]
    assert store.checks.get(kept) is not None


def test_a_check_is_kept_as_it_was_and_listed_by_brand_and_verdict(store: Store, report: Report) -> None:
    draft = Draft("稿\ud800", "\0" + SECRET, "余\ud800生", "花间")
    first = store.checks.keep(draft, report, 7)
    second = store.checks.keep(Draft("稿一", SECRET), report, 7)
    found = store.checks.get(first)
    assert found is not None
    assert (found.brand, found.title, found.text) == ("花间", "余\ufffd生", "\ufffd" + SECRET)
    assert found.digest == draft_digest("余\ufffd生", "\ufffd" + SECRET)
    assert (found.verdict, found.report["verdict"]) == (report.verdict.value,) * 2
    assert store.checks.get("nowhere") is None
    assert [(c.id, c.brand) for c in store.checks.page(9)] == [(second, None), (first, "花间")]
    assert [c.id for c in store.checks.page(9, second)] == [first]
    assert [c.id for c in store.checks.page(9, brands=["花间"])] == [first]
    assert store.checks.page(9, brands=["海上"]) == store.checks.page(9, brands=[]) == []
    shown = store.checks.page(9)
    assert shown[0].homogeneity == report.homogeneity.score and shown[0].repetition is None
    with store.database.writing() as connection:  # one that an earlier version kept
        connection.execute(update(schema.checks).where(schema.checks.c.id == second).values(brief=None))
    assert store.checks.page(9) == shown
    assert len(store.checks.page(9, verdict=report.verdict.value)) == 2
    assert store.checks.page(9, verdict="publish") == []
    store.checks.remove(first, "管理员")
    store.checks.remove(first, "管理员")
    assert [c.id for c in store.checks.page(9)] == [second]
    assert actions(store) == [("check_deleted", "花间", "管理员")]


def test_ids_sort_by_time(store: Store, report: Report) -> None:
    ids = [store.checks.keep(Draft("稿", SECRET), report, 0) for _ in range(5)]
    assert [c.id for c in store.checks.page(9)] == sorted(ids, reverse=True)


JOB = {"key_id": 0, "name": "旧稿", "total": 2, "made_at": "2020-01-01T00:00:00Z"}


def add_job(store: Store, number: str, brand_id: int | None, state: str, finished: str | None, *brands: str) -> None:
    job = {**JOB, "id": number, "brand_id": brand_id, "state": state, "finished_at": finished}
    draft = {"id": "稿", "title": "余生", "text": SECRET}
    rows: list[dict[str, Any]] = [
        {"job_id": number, "number": n, "line": n, "draft": {**draft, "brand": b}, "state": "done", "attempts": 1}
        for n, b in enumerate(brands)
    ]
    webhook = {"url": "https://example.com/", "secret": "whsec_x"}
    delivery = {"id": f"d-{number}", "job_id": number, "event": "job.done", "payload": "{}", "state": "waiting"}
    with store.database.writing() as connection:
        connection.execute(insert(schema.jobs), {**job, "webhook": webhook})
        connection.execute(insert(schema.job_rows), rows)
        connection.execute(
            insert(schema.deliveries), {**delivery, "next_at": 0.0, "attempts": [], "made_at": JOB["made_at"]}
        )


def fill(store: Store, report: Report) -> None:
    flower, sea = numbers(store)
    for brand in ("花间", "海上"):
        store.checks.keep(Draft("稿一", SECRET, "余生", brand), report, 0)
        store.feedback.add([Opinion(SECRET, Finding(About.HOMOGENEITY, 81.5), False, "真事", brand)])
    add_job(store, "own", flower, "done", "2020-01-02T00:00:00Z", "花间", "花间")
    add_job(store, "running", flower, "queued", None, "花间", "花间")
    add_job(store, "mixed", None, "done", "2020-01-02T00:00:00Z", "花间", "海上")
    add_job(store, "theirs", sea, "done", "2020-01-02T00:00:00Z", "海上", "海上")


def jobs(store: Store) -> list[tuple[str, int]]:
    with store.database.reading() as connection:
        return sorted(tuple(r) for r in connection.execute(text("SELECT id, total FROM jobs")))


def rows_of(store: Store) -> list[tuple[str, int]]:
    with store.database.reading() as connection:
        return sorted(tuple(r) for r in connection.execute(text("SELECT job_id, number FROM job_rows")))


def test_an_export_holds_everything_of_the_brand_and_nothing_else(store: Store, report: Report) -> None:
    fill(store, report)
    flower, sea = numbers(store)
    store.gate.set_policy(flower, Policy(("revise",)), "主编")
    store.gate.set_policy(sea, Policy(("revise",)), "别人")
    store.gate.grant(flower, draft_digest("", "甲"), "卷首语", "主编")
    lines = list(store.holdings.export([flower], "管理员"))
    kinds = [line["kind"] for line in lines]
    assert kinds == ["check", "feedback", "job", "job", *["job_row"] * 5, *["delivery"] * 2, "policy", "exception"] + (
        ["audit"] * 3
    )
    check = lines[0]
    assert (check["title"], check["text"], check["report"]["verdict"]) == ("余生", SECRET, report.verdict.value)
    assert [(line["job_id"], line["number"]) for line in lines if line["kind"] == "job_row"] == [
        ("mixed", 0),
        *[("own", 0), ("own", 1), ("running", 0), ("running", 1)],
    ]
    assert "whsec_x" not in str(lines) and "海上" not in str(lines)
    assert lines[-1]["action"] == "data_exported"


def test_an_export_of_more_than_one_reading_is_whole(store: Store) -> None:
    flower, _ = numbers(store)
    add_job(store, "long", flower, "done", "2020-01-02T00:00:00Z", *["花间"] * 120)
    found = [line["number"] for line in store.holdings.export([flower], "管理员") if line["kind"] == "job_row"]
    assert found == list(range(120))


def test_deleted_data_is_gone_from_the_files_too(place: Place, store: Store, report: Report) -> None:
    fill(store, report)
    flower, sea = numbers(store)
    gone = store.holdings.erase([flower], "管理员")
    assert gone == {"check": 1, "share": 0, "feedback": 1, "job": 2, "job_row": 5, "delivery": 2}
    assert jobs(store) == [("mixed", 1), ("theirs", 2)]
    assert [c.brand for c in store.checks.page(9)] == [o.brand for o in store.feedback.all()] == ["海上"]
    [entry] = store.audit.page(9)
    assert (entry.action, entry.brand, entry.details) == ("data_deleted", "花间", gone)
    store.holdings.erase([sea], "管理员")
    assert jobs(store) == [("mixed", 0)] and rows_of(store) == []
    for file in place.home.glob("contentcheck.db*"):
        stored = file.read_bytes()
        assert SECRET.encode() not in stored and SECRET[:4].encode("unicode_escape") not in stored


def test_old_checks_and_finished_jobs_go_when_their_days_are_over(store: Store, report: Report) -> None:
    fill(store, report)
    flower, _ = numbers(store)
    old = store.checks.keep(Draft("旧", SECRET, "", "花间"), report, 0)
    edge = store.checks.keep(Draft("界", SECRET, "", "花间"), report, 0)
    with store.database.writing() as connection:
        for number, day in ((old, "2026-01-09T23:59:59Z"), (edge, "2026-01-10T00:00:00Z")):
            connection.execute(update(schema.checks).where(schema.checks.c.id == number).values(made_at=day))
    before = [c.id for c in store.checks.page(9)]
    purge(store.holdings, date(2026, 1, 20))
    assert [c.id for c in store.checks.page(9)] == before  # nothing was said of how long to keep it
    store.gate.set_policy(flower, Policy(retention_days=10), "主编")
    purge(store.holdings, date(2026, 1, 20))
    assert [c.id for c in store.checks.page(9)] == [c for c in before if c != old]
    assert jobs(store) == [("mixed", 1), ("running", 2), ("theirs", 2)]
    assert rows_of(store) == [("mixed", 1), ("running", 0), ("running", 1), ("theirs", 0), ("theirs", 1)]
    assert len(store.feedback.all()) == 2
    entry = store.audit.page(1)[0]
    assert (entry.actor, entry.action, entry.brand) == ("retention", "data_purged", "花间")
    assert entry.details == {"before": "2026-01-10", "check": 1, "share": 0, "job": 1, "job_row": 3, "delivery": 1}
    purge(store.holdings, date(2026, 1, 20))
    assert store.audit.page(1)[0] == entry  # where nothing went, nothing is told


def test_of_a_removed_brand_data_is_still_found(store: Store, report: Report) -> None:
    flower, _ = numbers(store)
    kept = store.checks.keep(Draft("稿一", SECRET, "余生", "花间"), report, 0)
    store.brands.remove("花间")
    store.brands.add(BRANDS[:1])
    again, _ = numbers(store)
    assert store.holdings.numbers("花间", removed=False) == [again]
    assert sorted(store.holdings.numbers("花间", removed=True)) == [flower, again]
    assert store.checks.page(9, brands=["花间"]) == []
    assert [(c.id, c.brand) for c in store.checks.page(9)] == [(kept, None)]


def test_a_later_brand_of_the_same_name_has_nothing_to_do_with_its_drafts(store: Store) -> None:
    flower, _ = numbers(store)
    add_job(store, "1", flower, "done", "2026-01-01T00:00:00Z", "花间", "花间")
    store.brands.remove("花间")
    store.brands.add(BRANDS[:1])
    again = store.brands.version("花间")[0]
    assert [line["kind"] for line in store.holdings.export([again], "新主")] == ["audit"]
    assert store.holdings.erase([again], "新主")["job_row"] == 0
    assert len(store.job_rows.page("1", (-1,), 9)) == 2


@pytest.mark.parametrize(
    ("today", "days", "first"),
    [
        (date(2026, 1, 20), 10, "2026-01-10"),
        (date(2024, 3, 1), 1, "2024-02-29"),
        (date(2026, 1, 1), 36_500, "1926-01-26"),
    ],
)
def test_the_day_from_which_checks_are_kept(today: date, days: int, first: str) -> None:
    assert cutoff(today, days) == first


def test_a_draft_in_a_job_of_several_brands_is_found_whatever_it_holds(store: Store) -> None:
    def of(line: int, brand: str, text: str = "字") -> NewRow:
        return NewRow(line, Draft(f"d{line}", text, "题", brand))

    store.brands.add([Brand(name, BRANDS[0].products) for name in ("Acme", "ACME", '引"号\\')])
    store.jobs.make([of(1, "花间", "\0\ud800"), of(2, "海上", '"brand": "花间"}'), of(3, "acme")], key_id=0)
    store.jobs.make([of(1, "Acme"), of(2, "ACME"), of(3, '引"号\\')], key_id=0)
    store.brands.remove("花间")
    store.brands.add(BRANDS[:1])  # another of the same name
    again = store.brands.version("花间")[0]
    [flower] = set(store.holdings.numbers("花间", removed=True)) - {again}

    def found(number: int) -> list[str]:
        return [line["draft"]["brand"] for line in store.holdings.export([number], "主编") if line["kind"] == "job_row"]

    assert (found(flower), found(again)) == (["花间"], [])
    for name in ("海上", "Acme", "ACME", '引"号\\'):
        assert found(store.brands.version(name)[0]) == [name]
    assert [store.holdings.erase([n], "主编")["job_row"] for n in (again, flower, flower)] == [0, 1, 0]
