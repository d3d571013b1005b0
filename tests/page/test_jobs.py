"""Files of drafts on the page: uploaded, followed, gone through worst first, cancelled, deleted."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.page.accessible import violations
from tests.service import SOUP, until

KNOWN = "外婆的院子里有一口老井，井沿被绳子磨出了三道深深的沟，夏天的西瓜总要在里面泡上一个下午才肯拿出来切。"
EVIL = "<img src=x onerror=alert(1)><script>alert(2)</script>"
DRAFTS: list[dict[str, Any]] = [
    {"id": "soup", "title": "余生很长", "text": SOUP * 10},
    {"id": "evil", "title": EVIL, "text": f"{EVIL}😀\n{SOUP * 8}\n{KNOWN}"},
    {"id": "tea", "title": "怎么泡", "text": "炒制决明子，每袋三克，八十五度的热水泡五分钟，茶汤是浅褐色的。" * 8},
    {"id": "short", "title": "短", "text": "太短了。"},
]
BAD = {"id": "bad", "text": ""}


def jsonl(drafts: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(draft, ensure_ascii=False) + "\n" for draft in drafts).encode()


@pytest.fixture
def service(address: str) -> Iterator[httpx.Client]:
    """As another program has it."""
    with httpx.Client(base_url=address, timeout=30) as client:
        yield client


@pytest.fixture
def done(service: httpx.Client) -> str:
    """The id of a job that is over, with one bad row, and one draft that has something from a known piece."""
    service.post("/v1/corpus/items", json=[{"id": "well", "title": "老井", "text": KNOWN}]).raise_for_status()
    sent = {"file": ("稿件.jsonl", jsonl([*DRAFTS, BAD]))}
    job = service.post("/v1/jobs", files=sent, data={"brand": "苔朵", "skip_bad": "true"}).json()["id"]
    until(lambda: service.get(f"/v1/jobs/{job}").json()["state"] == "done")
    return job


@pytest.fixture
def endless(service: httpx.Client) -> str:
    """The id of a job that goes on for longer than a test."""
    rows = [{"text": f"第{n}篇。{SOUP * 20}"} for n in range(4_000)]
    return service.post("/v1/jobs", files={"file": ("很多.jsonl", jsonl(rows))}).json()["id"]


def choose(page: Page, name: str, content: bytes) -> None:
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "", "buffer": content})


def test_a_file_is_uploaded_followed_and_its_results_gone_through(page: Page, size: str):
    page.goto("/#/jobs")
    send = page.get_by_role("button", name="上传并开始检查")
    expect(send).to_be_disabled()
    choose(page, "十一月.jsonl", jsonl(DRAFTS))
    expect(page.get_by_text("十一月.jsonl", exact=True)).to_be_visible()
    page.get_by_role("combobox", name="品牌").select_option("苔朵")
    page.get_by_label("任务名称").fill("第一批")
    send.click()
    expect(page.get_by_role("heading", name="第一批")).to_be_visible()
    expect(page.get_by_text("已检查 4 / 4 篇")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("全部检查完了。")).to_be_attached()
    rows = page.locator(".rows > li")
    expect(rows).to_have_count(4)
    expect(rows.get_by_text("还没检查")).to_have_count(0)
    verdicts = ["不宜发布", "建议修改", "文字太少，无法判断", "可以发布"]  # the worst first
    places = [verdicts.index(mark) for mark in rows.locator(".mark").all_inner_texts()]
    assert places == sorted(places) and len(set(places)) > 1

    page.get_by_role("button", name="文字太少，无法判断").click()
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("太短了。")
    page.get_by_role("button", name="全部").click()
    expect(rows).to_have_count(4)
    page.get_by_role("group", name="按原因").get_by_role("button").first.press("Enter")
    expect(page.get_by_role("group", name="按原因").get_by_role("button").first).to_be_focused()
    expect(rows).not_to_have_count(4)
    page.get_by_role("button", name="English").click()
    chosen = page.get_by_role("group", name="By reason").get_by_role("button").first
    expect(chosen).to_have_attribute("aria-pressed", "true")  # what was chosen is kept
    expect(page.get_by_role("heading", name="Results")).to_be_visible()


def test_a_row_opens_its_report_and_goes_to_the_check_page(page: Page, size: str, done: str):
    page.goto(f"/#/jobs/{done}")
    expect(page.locator(".rows > li").last).to_contain_text("“正文”列是空的")
    row = page.locator(".rows > li", has_text=EVIL)
    row.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(row.get_by_role("heading", name="最该改的地方")).to_be_visible()
    copied = row.locator(".finding").first
    expect(copied.locator("figcaption")).to_have_text("原文照搬")
    expect(copied.locator("blockquote")).to_contain_text("《老井》")
    expect(copied.locator("mark").first).to_contain_text("外婆的院子")
    assert violations(page) == []
    page.evaluate(
        "sessionStorage.setItem('contentcheck.draft', JSON.stringify({title: '', text: '没写完', brand: ''}))"
    )
    row.get_by_role("button", name="在检查页打开").click()
    field = page.get_by_role("textbox", name="正文")
    expect(field).to_have_value(DRAFTS[1]["text"])
    expect(page.get_by_role("textbox", name="标题")).to_have_value(EVIL)
    expect(page.get_by_role("combobox", name="品牌")).to_have_value("苔朵")
    page.get_by_role("button", name="换回原来的").click()
    expect(field).to_have_value("没写完")
    page.reload()
    expect(field).to_have_value("没写完")


def test_bad_rows_are_named_and_can_be_skipped(page: Page, size: str):
    page.goto("/#/jobs")
    choose(page, "坏.jsonl", jsonl([DRAFTS[0], BAD, {"text": "好", "brand": "没有"}]))
    page.get_by_role("button", name="上传并开始检查").click()
    alert = page.get_by_role("alert")
    expect(alert.get_by_role("row")).to_have_count(3)
    expect(alert.get_by_role("row").nth(1)).to_contain_text("“正文”列是空的")
    expect(alert.get_by_role("row").nth(2)).to_contain_text("没有名为“没有”的品牌")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"
    page.get_by_role("button", name="跳过坏行，检查其余的").click()
    page.get_by_role("button", name="没有结果 2").click()
    rows = page.locator(".rows > li")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("第 2 行")
    rows.first.locator("summary").click()
    expect(rows.first.locator(".inside")).to_contain_text("“正文”列是空的")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_job_is_accessible_and_fits_the_window(page: Page, size: str, done: str, scheme: Literal["light", "dark"]):
    page.emulate_media(color_scheme=scheme)
    page.goto(f"/#/jobs/{done}")
    expect(page.locator(".rows > li")).to_have_count(5)
    page.locator(".rows summary").first.click()
    expect(page.locator(".inside .bar").first).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"
    page.get_by_role("button", name="删除任务").click()
    assert violations(page) == []


def test_results_and_a_template_are_downloaded(page: Page, done: str):
    page.goto(f"/#/jobs/{done}")
    for kind in ("jsonl", "csv", "xlsx"):
        with page.expect_download() as download:
            page.get_by_role("button", name=f"下载结果 {kind}").click()
        assert download.value.suggested_filename == f"稿件.{kind}"
        content = Path(download.value.path()).read_bytes()
        assert content.startswith({"jsonl": b"{", "csv": b"\xef\xbb\xbfid", "xlsx": b"PK"}[kind])
    page.goto("/#/jobs")
    with page.expect_download() as download:
        page.get_by_role("button", name="下载模板").click()
    template = Path(download.value.path()).read_bytes()
    [row] = csv.DictReader(io.StringIO(template.decode("utf-8-sig")))
    assert list(row) == ["编号", "标题", "正文", "品牌"] and row["正文"]
    choose(page, "模板.csv", template)  # it can be uploaded as it is
    page.get_by_role("button", name="上传并开始检查").click()
    expect(page.get_by_text("已检查 1 / 1 篇")).to_be_visible()


def test_a_job_that_goes_on_is_cancelled_and_deleted(page: Page, size: str, service: httpx.Client, endless: str):
    page.goto(f"/#/jobs/{endless}")
    far = page.locator(".far")
    expect(far).to_contain_text("4,000 篇")
    begun = far.inner_text()
    expect(far).not_to_have_text(begun, timeout=30_000)  # by itself
    cancel = page.get_by_role("button", name="取消任务")
    cancel.click()
    page.keyboard.press("Escape")
    assert service.get(f"/v1/jobs/{endless}").json()["state"] == "running"
    cancel.click()
    page.get_by_role("dialog").get_by_role("button", name="取消任务").click()
    expect(page.locator(".job-head .mark")).to_have_text("已取消")
    remove = page.get_by_role("button", name="删除任务")
    remove.click()
    page.get_by_role("dialog").get_by_role("button", name="删除任务").click()
    expect(page.get_by_text("任务已删除。")).to_be_visible()
    expect(page.locator(f"a[href='#/jobs/{endless}']")).to_have_count(0)
    assert service.get(f"/v1/jobs/{endless}").status_code == 404


def test_nothing_is_asked_any_more_once_the_view_is_left(page: Page, service: httpx.Client, endless: str):
    page.goto(f"/#/jobs/{endless}")
    expect(page.locator(".far")).to_contain_text("4,000 篇")
    page.goto("/#/settings")
    expect(page.locator("main h1")).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(2_500)
    assert not [url for url in asked if endless in url]
    service.post(f"/v1/jobs/{endless}/cancel")


def test_it_fits_the_window_in_english_too(page: Page, size: str):
    page.goto("/#/jobs")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("button", name="Upload and check")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"


def test_a_dropped_file_of_another_kind_is_refused_in_words(page: Page):
    page.goto("/#/jobs")
    drop = """(name) => {
        const data = new DataTransfer();
        data.items.add(new File(['{"text": "一"}'], name));
        document.querySelector('.drop').dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true }));
    }"""
    expect(page.locator(".drop")).to_be_visible()
    page.evaluate(drop, "稿件.pdf")
    expect(page.get_by_role("alert")).to_contain_text("读不了“稿件.pdf”")
    page.evaluate(drop, "稿件.jsonl")
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_role("button", name="上传并开始检查")).to_be_enabled()


def test_a_job_that_is_not_there_is_told_so(page: Page):
    page.goto("/#/jobs/nonsense")
    expect(page.get_by_role("alert")).to_contain_text("没有任务“nonsense”")


def test_the_rest_is_estimated_only_when_enough_was_seen(page: Page):
    page.goto("/")
    js = """async () => {
        const { estimator } = await import('/page/views/jobs/following.js');
        const left = estimator();
        return [left(10, 100, 0), left(12, 100, 60), left(30, 100, 4), left(30, 100, 10), left(100, 100, 20)];
    }"""
    assert page.evaluate(js) == [None, None, None, 35, None]
