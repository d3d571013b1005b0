"""/v1/jobs: every way to hand drafts in, wrongly too, what comes back, and who may see it."""

import base64
import csv
import io
import json
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from openpyxl import Workbook, load_workbook

from contentcheck.api.access import Caller, caller
from contentcheck.api.jobs import worker
from contentcheck.api.routes import jobs as routes
from contentcheck.app import Settings, build_checker
from contentcheck.bulk import run_bulk
from contentcheck.corpus.store.leases import ATTEMPTS
from contentcheck.engine.documents import Brand, Product
from contentcheck.engine.errors import StateError
from tests.command_line import shipping, small_edition
from tests.servers import Place, contents
from tests.service import SOUP, problem, running, until

BRANDS = [
    Brand("茶铺", (Product("tea-1", "决明子茶", "炒制决明子，每袋三克。", ("不含咖啡因",)),)),
    Brand("别家", (Product("p", "面霜", "含神经酰胺。"),)),
    Brand("空店"),
]
ROWS: list[dict[str, Any]] = [
    {"编号": "a", "标题": "余生很长", "正文": SOUP},
    {"编号": "=1+1", "标题": "@title", "正文": "炒制决明子，每袋三克，八十五度热水泡五分钟。", "品牌": "茶铺"},
    {"标题": "", "正文": "据知情人士透露，某顶流与圈外女友已经秘密领证，粉丝集体心碎。"},
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    place = Place(tmp_path_factory.mktemp("service"), None)
    place.store().brands.add(BRANDS)
    return place


@pytest.fixture(scope="module")
def client(place: Place) -> Iterator[TestClient]:
    with running(place, text_limit=1000, job_limit=50, allow_private=True) as client:
        yield client


@contextmanager
def called_by(
    client: TestClient, key_id: int, *brands: str, scopes: tuple[str, ...] = ("check", "read")
) -> Iterator[None]:
    who = Caller(key_id, "钥匙", frozenset(scopes), frozenset(brands))
    client.app.dependency_overrides[caller] = lambda: who  # type: ignore[attr-defined]
    yield
    client.app.dependency_overrides.clear()  # type: ignore[attr-defined]


def finished(client: TestClient, answer: Any) -> dict[str, Any]:
    assert answer.status_code == 202, answer.text
    where = answer.headers["location"]
    assert where == f"/v1/jobs/{answer.json()['id']}"
    until(lambda: client.get(where).json()["state"] == "done")
    return client.get(where).json()


def upload(client: TestClient, name: str, content: bytes, **fields: Any) -> Any:
    return client.post("/v1/jobs", files={"file": (name, content)}, data=fields)


def as_jsonl(rows: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def as_csv(rows: list[dict[str, Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, ["编号", "标题", "正文", "品牌"])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("gb18030")


def as_xlsx(rows: list[dict[str, Any]]) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(columns := ["编号", "标题", "正文", "品牌"])
    for row in rows:
        sheet.append([row.get(c) for c in columns])
        sheet.cell(sheet.max_row, 1).data_type = "s"  # no formula
    book.save(file := io.BytesIO())
    return file.getvalue()


def results(client: TestClient, job: dict[str, Any], kind: str) -> bytes:
    answer = client.get(f"/v1/jobs/{job['id']}/results", params={"format": kind})
    assert answer.status_code == 200 and f"{job['id']}.{kind}" in answer.headers["content-disposition"]
    return answer.content


@pytest.mark.parametrize(("ending", "written"), [("jsonl", as_jsonl), ("csv", as_csv), ("xlsx", as_xlsx)])
def test_an_uploaded_file_gives_what_bulk_gives(
    client: TestClient, place: Place, tmp_path: Path, ending: str, written: Any
) -> None:
    content = written(ROWS)
    job = finished(client, upload(client, f"稿件.{ending}", content))
    assert (job["name"], job["total"], job["done"], job["failed"]) == (f"稿件.{ending}", 3, 3, 0)
    assert job["brand"] is None and job["finished_at"]
    source, output = tmp_path / f"in.{ending}", tmp_path / "out.jsonl"
    source.write_bytes(content)
    with shipping(small_edition()):
        run_bulk(source, output, build_checker(Settings(home=place.home, model="toy")))
    assert results(client, job, "jsonl") == output.read_bytes()


def test_json_comes_as_an_array_or_with_options(client: TestClient) -> None:
    job = finished(client, client.post("/v1/jobs", json=[{"text": SOUP}, {"id": "x", "title": "标题", "text": SOUP}]))
    lines = [json.loads(line) for line in results(client, job, "jsonl").splitlines()]
    assert [line["id"] for line in lines] == ["1", "x"] and lines[1]["title"]
    body = {"drafts": [{"text": SOUP}], "brand": "茶铺", "name": "第一批"}
    job = finished(client, client.post("/v1/jobs", json=body))
    assert (job["brand"], job["name"]) == ("茶铺", "第一批")
    [line] = results(client, job, "jsonl").splitlines()
    assert json.loads(line)["relevance"]


def test_bad_rows_refuse_the_job_or_are_skipped(client: TestClient) -> None:
    before = client.get("/v1/jobs").json()["items"]
    rows = [{"text": SOUP}, {"text": ""}, {"text": SOUP, "brand": "没有"}, {"text": "长" * 1001}, {"text": [1]}]
    content = as_jsonl(rows) + b"{\n"
    details = problem(upload(client, "a.jsonl", content), 422, "invalid")
    assert details["detail"].startswith("第 2 行：字段 text 是空的；应为一段文字。没有保存任何稿件")
    assert [w["field"] for w in details["errors"]] == [f"body.file.{line}" for line in range(2, 7)]
    assert client.get("/v1/jobs").json()["items"] == before
    job = finished(client, upload(client, "a.jsonl", content, skip_bad="true"))
    assert (job["total"], job["done"], job["failed"]) == (6, 1, 5)
    first, second, *_ = map(json.loads, results(client, job, "jsonl").splitlines())
    assert first["verdict"] and second == {"id": "2", "error": "字段 text 是空的；应为一段文字", "line": 2}
    page = client.get(f"/v1/jobs/{job['id']}/rows", params={"state": "failed", "limit": 2})
    shown = page.json()
    assert [(r["number"], r["line"], r["state"], r["verdict"]) for r in shown["items"]] == [
        (1, 2, "failed", None),
        (2, 3, "failed", None),
    ]
    rest = client.get(f"/v1/jobs/{job['id']}/rows{page.headers['link'].split('>')[0][1:]}").json()
    assert [r["line"] for r in rest["items"]] == [4, 5] and "没有名为“没有”的品牌" in shown["items"][1]["error"]


def test_a_table_of_results_is_safe_to_open(client: TestClient) -> None:
    job = finished(client, upload(client, "a.csv", as_csv([*ROWS, {"正文": "", "编号": "4"}]), skip_bad="1"))
    written = results(client, job, "csv")
    assert written.startswith(b"\xef\xbb\xbf")
    table = list(csv.DictReader(io.StringIO(written.decode("utf-8-sig"), newline="")))
    assert [row["id"] for row in table] == ["a", "'=1+1", "4", "5"] and table[1]["title"] == "'@title"
    assert table[0]["verdict"] and table[0]["reason"] and float(table[0]["homogeneity"]) >= 0
    assert table[1]["relevance_band"] and not table[0]["relevance"]
    assert table[3]["error"] == "字段 text 是空的；应为一段文字" and not table[3]["verdict"]
    sheet = load_workbook(io.BytesIO(results(client, job, "xlsx"))).worksheets[0]
    cells = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert cells[0] == list(table[0]) and cells[2][0] == "'=1+1" and isinstance(cells[1][3], float | int)
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize(
    ("body", "status", "slug", "field"),
    [
        ([], 422, "invalid", "body.drafts"),
        ({}, 422, "invalid", "body.drafts"),
        (3, 422, "invalid", "body"),
        ([{"txt": "x"}], 422, "invalid", "body.drafts.0.text"),
        ([{"text": " "}], 422, "invalid", "body.drafts.1"),
        ({"drafts": [{"text": SOUP}], "brand": "没有"}, 404, "not_found", "body.brand"),
        ({"drafts": [{"text": SOUP}], "brand": "a\0"}, 404, "not_found", "body.brand"),
        ({"drafts": [{"text": SOUP}], "brand": "空店"}, 422, "invalid", "body.brand"),
        ({"drafts": [{"text": SOUP}] * 51}, 422, "invalid", "body.drafts"),
        ({"drafts": [{"text": SOUP}], "webhook": {"url": "ftp://x"}}, 422, "invalid", "body.webhook.url"),
        (
            {"drafts": [{"text": SOUP}], "webhook": {"url": "https://example.com", "secret": "x"}},
            422,
            "invalid",
            "body.webhook.secret",
        ),
    ],
)
def test_a_wrong_job_is_told_what_would_be_right(
    client: TestClient, body: object, status: int, slug: str, field: str
) -> None:
    before = client.get("/v1/jobs").json()
    details = problem(client.post("/v1/jobs", json=body), status, slug)
    assert details["errors"][0]["field"] == field and details["errors"][0]["remedy"]
    assert client.get("/v1/jobs").json() == before


def test_a_wrong_upload_is_told_what_would_be_right(client: TestClient) -> None:
    problem(upload(client, "a.exe", b"x"), 415, "unsupported_type")
    problem(client.post("/v1/jobs", content=b"x", headers={"Content-Type": "text/plain"}), 415, "unsupported_type")
    problem(client.post("/v1/jobs", content=b"{", headers={"Content-Type": "application/json"}), 422, "invalid")
    problem(client.post("/v1/jobs", content=b"\xff", headers={"Content-Type": "application/json"}), 422, "invalid")
    problem(client.post("/v1/jobs", content=b"x", headers={"Content-Type": "multipart/form-data"}), 400, "bad_request")
    assert "a.xlsx" in problem(upload(client, "a.xlsx", b"x"), 422, "invalid")["detail"]
    assert "a.csv" in problem(upload(client, "a.csv", b"a,b\n1,2\n"), 422, "invalid")["detail"]
    details = problem(upload(client, "a.jsonl", as_jsonl(ROWS), skip_bad="vielleicht", other="x"), 422, "invalid")
    assert {w["field"] for w in details["errors"]} == {"body.skip_bad", "body.other"}
    details = problem(client.post("/v1/jobs", data={"brand": "茶铺"}, files={"x": b"x"}), 422, "invalid")
    assert details["errors"][0]["field"] == "body.file"


def test_a_webhook_gets_a_secret_that_is_told_once(client: TestClient, place: Place) -> None:
    answer = upload(client, "a.jsonl", as_jsonl(ROWS), webhook_url="http://127.0.0.1:9/hook", brand="茶铺")
    secret = answer.json()["webhook_secret"]
    assert len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) == 32
    job = finished(client, answer)
    assert "webhook_secret" not in job
    hook = {"url": "http://127.0.0.1:9/hook", "secret": secret}
    assert client.post("/v1/jobs", json={"drafts": [{"text": SOUP}], "webhook": hook}).json()["webhook_secret"] is None


def test_a_secret_that_was_made_is_not_kept_with_the_answer(client: TestClient, place: Place) -> None:
    body = {"drafts": [{"text": SOUP}], "webhook": {"url": "http://127.0.0.1:9/hook"}}
    first, again = (client.post("/v1/jobs", json=body, headers={"Idempotency-Key": "secret"}) for _ in range(2))
    secret = first.json()["webhook_secret"]
    assert again.json() == {**first.json(), "webhook_secret": None}
    assert again.headers["location"] == first.headers["location"] and first.headers["cache-control"] == "no-store"
    with closing((store := place.store()).database):
        assert secret.encode() not in b"".join(row["body"] or b"" for row in contents(store)["answers"])
    given = {**body, "webhook": {"url": "http://127.0.0.1:9/hook", "secret": secret}}
    assert "cache-control" not in client.post("/v1/jobs", json=given).headers


def test_jobs_are_listed_newest_first_and_only_sent_when_changed(client: TestClient) -> None:
    time.sleep(1.1)  # moments are kept in seconds
    newest = finished(client, client.post("/v1/jobs", json=[{"text": SOUP}]))
    page = client.get("/v1/jobs", params={"limit": 1})
    assert page.json()["items"] == [newest] and page.json()["next"]
    assert client.get("/v1/jobs", params={"limit": 1, "cursor": page.json()["next"]}).json()["items"] != [newest]
    assert (
        client.get("/v1/jobs", params={"limit": 1}, headers={"If-None-Match": page.headers["etag"]}).status_code == 304
    )


def test_a_job_is_cancelled_and_deleted(client: TestClient) -> None:
    job = client.post("/v1/jobs", json=[{"text": SOUP}] * 50).json()
    where = f"/v1/jobs/{job['id']}"
    if client.delete(where).status_code == 409:
        state = client.post(f"{where}/cancel").json()
        assert state["state"] in ("cancelled", "done")
        assert client.post(f"{where}/cancel").json() == state
        assert client.delete(where).status_code == 204
    for path in ("", "/rows", "/rows/0", "/summary", "/results", "/deliveries"):
        problem(client.get(where + path), 404, "not_found")
    trail = client.get("/v1/audit", params={"limit": 1}).json()["items"][0]
    told = ("job_deleted", f"job {job['id']}", "本机", {"drafts": 50})
    assert (trail["action"], trail["subject"], trail["actor"], trail["details"]) == told
    problem(client.delete(where), 404, "not_found")
    for path in ("nonsense", "nonsense/deliveries", "nonsense/rows/0", "a%00", f"{job['id'].upper()}x"):
        problem(client.get(f"/v1/jobs/{path}"), 404, "not_found")


@pytest.mark.parametrize("made_anew", [False, True])
def test_a_draft_whose_brand_is_gone_fails_by_itself(client: TestClient, made_anew: bool) -> None:
    """Also where there is another brand of the same name by now: its products are none of the job's business."""
    service = client.app.state.service  # type: ignore[attr-defined]
    brands = service.store.brands
    brands.add([Brand("一时", (Product("p", "面霜", "含神经酰胺。"),))])
    check, seen = service.queue.checker.check, list[str]()

    def gone(drafts: Any) -> Any:
        if not seen:
            brands.remove("一时")
            if made_anew:
                brands.add([Brand("一时", (Product("q", "口红", "含植物油。"),))])
        seen.extend(d.text for d in drafts)
        return check(drafts)

    service.queue.checker.check = gone
    try:
        job = finished(client, client.post("/v1/jobs", json=[{"text": SOUP, "brand": "一时"}, {"text": SOUP}]))
    finally:
        del service.queue.checker.check
        if made_anew:
            brands.remove("一时")
    failed, done = map(json.loads, results(client, job, "jsonl").splitlines())
    error = "品牌“一时”在检查之前被删除了（同名的新品牌不算）；请重新提交这一篇"
    assert failed == {"id": "1", "error": error, "line": 1} and done["verdict"]


def test_a_database_that_is_away_is_no_fault_of_the_draft(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_DELAY", 0.05)
    checker, failed = client.app.state.service.queue.checker, list[str]()  # type: ignore[attr-defined]
    check = checker.check

    def away(drafts: Any) -> Any:
        if len(failed) < 2 * ATTEMPTS:
            failed.append("away")
            raise StateError("数据库暂时连不上")
        return check(drafts)

    checker.check = away
    try:
        job = finished(client, client.post("/v1/jobs", json=[{"text": SOUP}]))
    finally:
        del checker.check
    assert (job["done"], job["failed"]) == (1, 0) and len(failed) == 2 * ATTEMPTS


def test_another_error_is_tried_three_times(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_DELAY", 0.1)
    checker, seen = client.app.state.service.queue.checker, list[str]()  # type: ignore[attr-defined]
    check = checker.check

    def failing(drafts: Any) -> Any:
        if any("坏" in d.text for d in drafts):
            seen.append(str(len(drafts)))
            raise RuntimeError("broken")
        return check(drafts)

    checker.check = failing
    try:
        job = finished(client, client.post("/v1/jobs", json=[{"text": SOUP}, {"text": "坏" + SOUP}]))
    finally:
        del checker.check
    assert (job["done"], job["failed"]) == (1, 1) and seen == ["2", "1", "1", "1", "1", "1"]
    assert "程序出错 3 次" in results(client, job, "jsonl").decode()


def test_a_key_of_one_brand_sees_nothing_of_another(client: TestClient) -> None:
    theirs = finished(client, client.post("/v1/jobs", json={"drafts": [{"text": SOUP}], "brand": "别家"}))
    ours = finished(client, client.post("/v1/jobs", json={"drafts": [{"text": SOUP}], "brand": "茶铺"}))
    both = [{"text": SOUP, "brand": "茶铺"}, {"text": SOUP, "brand": "别家"}]
    mixed = finished(client, client.post("/v1/jobs", json={"drafts": both, "brand": "茶铺"}))
    bad = {"drafts": [{"text": SOUP}, {"text": SOUP, "brand": "空店"}], "brand": "茶铺", "skip_bad": True}
    told = finished(client, client.post("/v1/jobs", json=bad))
    with called_by(client, 7, "茶铺"):
        own = finished(client, client.post("/v1/jobs", json=[{"text": SOUP, "brand": "茶铺"}]))
        seen = {job["id"] for job in client.get("/v1/jobs", params={"limit": 200}).json()["items"]}
        assert {ours["id"], own["id"]} <= seen and not {theirs["id"], mixed["id"], told["id"]} & seen
        for job in (theirs, mixed, told):
            for method, path in [
                ("GET", ""),
                ("GET", "/rows"),
                ("GET", "/rows/0"),
                ("GET", "/summary"),
                ("GET", "/deliveries"),
                ("GET", "/results"),
                ("POST", "/cancel"),
                ("DELETE", ""),
            ]:
                problem(client.request(method, f"/v1/jobs/{job['id']}{path}"), 404, "not_found")
        problem(client.post("/v1/jobs", json=[{"text": SOUP}]), 422, "invalid")
        answers = [client.post("/v1/jobs", json=[{"text": SOUP, "brand": b}]) for b in ("别家", "空店", "没有")]
        texts = [
            problem(a, 422, "invalid")["detail"].replace(f"“{b}”", "")
            for a, b in zip(answers, ("别家", "空店", "没有"), strict=True)
        ]
        assert len(set(texts)) == 1 and "茶铺" not in texts[0]
        skipped = {"drafts": [{"text": SOUP, "brand": "别家"}], "skip_bad": True}
        assert finished(client, client.post("/v1/jobs", json=skipped))["brand"] is None
    with called_by(client, 7, "茶铺", scopes=("check",)):  # a website's key: what it handed in itself, no more
        assert client.get(f"/v1/jobs/{own['id']}/rows/0").json()["text"] == SOUP
        for method, path in [("GET", "/rows/0"), ("GET", "/results"), ("POST", "/cancel"), ("DELETE", "")]:
            problem(client.request(method, f"/v1/jobs/{ours['id']}{path}"), 404, "not_found")
    with called_by(client, 8, "茶铺", scopes=("read",)):
        of_one = [("GET", p) for p in ("", "/rows", "/rows/0", "/summary", "/results", "/deliveries")]
        of_one = [(method, f"/{ours['id']}{path}") for method, path in [*of_one, ("DELETE", "")]]
        for method, path in [("GET", ""), ("POST", ""), *of_one]:
            problem(client.request(method, f"/v1/jobs{path}"), 403, "forbidden")
    assert client.get(f"/v1/jobs/{theirs['id']}").json() == theirs


def test_the_document_describes_both_bodies(client: TestClient) -> None:
    operation = client.get("/openapi.json").json()["paths"]["/v1/jobs"]["post"]
    content = operation["requestBody"]["content"]
    assert content["application/json"]["examples"] and "$defs" not in json.dumps(content)
    assert content["multipart/form-data"]["schema"]["properties"]["file"]["format"] == "binary"


def test_a_restarted_service_goes_on(tmp_path: Path) -> None:
    place = Place(tmp_path, None)
    with running(place) as client:
        job = client.post("/v1/jobs", json=[{"text": f"{n}。{SOUP}"} for n in range(100)]).json()
    with running(place) as client:
        until(lambda: client.get(f"/v1/jobs/{job['id']}").json()["state"] == "done")
        assert results(client, job, "jsonl").count(b"\n") == 100


def test_a_head_of_results_builds_no_file(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    job = finished(client, client.post("/v1/jobs", json=[{"text": SOUP}]))
    path = f"/v1/jobs/{job['id']}/results?format=xlsx"
    full = client.get(path)
    monkeypatch.setattr(routes, "written", None)
    head = client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-type", "content-disposition"):
        assert head.headers[name] == full.headers[name]
