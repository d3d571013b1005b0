"""Many drafts at once: bad rows mended, the job followed, gone through worst first, saved as files; one cancelled."""

import csv
import io
import re
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.command_line import small_edition
from tests.page.accessible import violations
from tests.service import SOUP

_KNOWN = next(item.text for item in small_edition().items if 60 <= len(item.text) <= 200 and "\n" not in item.text)
_DRAFTS = [
    ("tea", "怎么泡", "炒制决明子，每袋三克，八十五度的热水泡五分钟，茶汤是浅褐色的。" * 8, ""),
    ("copied", "别人的话", f"{_KNOWN}\n{SOUP * 3}", "苔朵"),
    ("short", "短", "太短了。", ""),
    ("empty", "忘了写", "", ""),
]
_TYPO = ("typo", "写错品牌", SOUP * 6, "苔藓")
_MENDED = ("typo", "写错品牌", SOUP * 6, "苔朵")
_WORDS: dict[str, dict[str, Any]] = {
    "zh": {
        "columns": ["编号", "标题", "正文", "品牌"],
        "name": "任务名称",
        "send": "上传并开始检查",
        "bad": "文件里有不能用的行，还没有保存任何稿件",
        "no_text": "“正文”列是空的",
        "no_brand": "没有名为“苔藓”的品牌",
        "skip": "跳过坏行，检查其余的",
        "over": "已检查 5 / 5 篇 · 1 篇没有结果",
        "finished": "全部检查完了。",
        "waiting": "还没检查",
        "verdicts": ["不宜发布", "建议修改", "文字太少，无法判断", "可以发布", "没有结果"],
        "short": "文字太少，无法判断 1",
        "every": "全部 5",
        "copied": "大段照搬 1",
        "title": "标题",
        "download": "下载结果",
        "worst": "最该改的地方",
        "kind": "原文照搬",
        "open": "在检查页打开",
        "draft": "正文",
        "brand": "品牌",
        "running": "进行中",
        "far": re.compile(r"已检查 [1-9][\d,]* / 1,200 篇"),
        "jobs": "全部任务",
        "cancel": "取消任务",
        "cancelled": "已取消",
        "remove": "删除任务",
        "removed": "任务已删除。",
    },
    "en": {
        "columns": ["id", "title", "text", "brand"],
        "name": "Name of the job",
        "send": "Upload and check",
        "bad": "Some rows cannot be used; nothing has been stored yet",
        "no_text": "是空的",
        "no_brand": "苔藓",
        "skip": "Skip them and check the others",
        "over": "5 of 5 checked · 1 without a result",
        "finished": "All drafts have been checked.",
        "waiting": "Not checked yet",
        "verdicts": [
            "Not fit to publish",
            "Should be revised",
            "Too little text to judge",
            "Ready to publish",
            "No result",
        ],
        "short": "Too little text to judge 1",
        "every": "All 5",
        "copied": "Much is copied 1",
        "title": "Title",
        "download": "Download results",
        "worst": "What to mend first",
        "kind": "Copied",
        "open": "Open in the check page",
        "draft": "Text",
        "brand": "Brand",
        "running": "Running",
        "far": re.compile(r"[1-9][\d,]* of 1,200 checked"),
        "jobs": "All jobs",
        "cancel": "Cancel the job",
        "cancelled": "Cancelled",
        "remove": "Delete the job",
        "removed": "The job has been deleted.",
    },
}


def _table(columns: list[str], rows: list[tuple[str, ...]]) -> bytes:
    """As a spreadsheet saves it."""
    written = io.StringIO()
    csv.writer(written).writerows([columns, *rows])
    return written.getvalue().encode("utf-8-sig")


def _choose(page: Page, name: str, content: bytes) -> None:
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})


def _saved(page: Page, label: str) -> bytes:
    with page.expect_download() as saving:
        page.get_by_role("button", name=label).click()
    return Path(saving.value.path()).read_bytes()


def test_a_file_with_bad_rows_is_mended_followed_and_gone_through(page: Page, size: str, language: str):
    words = _WORDS[language]
    page.goto("/#/jobs")

    # Two rows are bad: one is mended in the file, the other is skipped.
    _choose(page, "十一月.csv", _table(words["columns"], [*_DRAFTS, _TYPO]))
    page.get_by_label(words["name"]).fill("十一月")
    page.get_by_role("button", name=words["send"]).click()
    told = page.get_by_role("alert")
    expect(told).to_contain_text(words["bad"])
    expect(told.get_by_role("row")).to_have_count(3)
    expect(told.get_by_role("row").nth(1)).to_contain_text(words["no_text"])
    expect(told.get_by_role("row").nth(2)).to_contain_text(words["no_brand"])
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    _choose(page, "十一月.csv", _table(words["columns"], [*_DRAFTS, _MENDED]))
    page.get_by_role("button", name=words["send"]).click()
    expect(told.get_by_role("row")).to_have_count(2)
    expect(page.get_by_label(words["name"])).to_have_value("十一月")
    page.get_by_role("button", name=words["skip"]).click()

    # It goes on by itself; then the worst come first.
    expect(page.get_by_role("heading", name="十一月")).to_be_visible()
    expect(page.locator(".far")).to_have_text(words["over"], timeout=30_000)
    expect(page.get_by_text(words["finished"])).to_be_attached()
    rows = page.locator(".rows > li")
    expect(rows).to_have_count(5)
    expect(rows.get_by_text(words["waiting"], exact=True)).to_have_count(0)
    verdicts = rows.locator(".mark").all_inner_texts()
    places = [words["verdicts"].index(verdict) for verdict in verdicts]
    assert places == sorted(places)
    assert places[0] < places[-1]
    assert violations(page) == []

    # One reason, one verdict, and all again.
    page.get_by_role("button", name=words["short"]).click()
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("太短了。")
    page.get_by_role("button", name=words["every"]).click()
    expect(rows).to_have_count(5)
    page.get_by_role("button", name=words["copied"]).click()
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("别人的话")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    # Both kinds of file say the same.
    csv_file = _saved(page, f"{words['download']} csv").decode("utf-8-sig")
    sheet = load_workbook(io.BytesIO(_saved(page, f"{words['download']} xlsx"))).worksheets[0]
    lines = list(csv.reader(io.StringIO(csv_file)))
    assert [line[0] for line in lines[1:] if line[2]] == ["tea", "copied", "short", "typo"]
    assert [[cell or "" for cell in line[:3]] for line in sheet.iter_rows(values_only=True)] == [
        line[:3] for line in lines
    ]

    # The worst sentence of a draft, and the draft itself where it is written.
    rows.locator("summary").click()
    expect(rows.get_by_role("heading", name=words["worst"])).to_be_visible()
    finding = rows.locator(".finding").first
    expect(finding.locator("figcaption")).to_have_text(words["kind"])
    expect(finding.locator("blockquote mark").first).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    verdict = rows.locator(".mark").inner_text()
    rows.get_by_role("button", name=words["open"]).click()
    expect(page.get_by_role("textbox", name=words["draft"])).to_have_value(_DRAFTS[1][2])
    expect(page.get_by_role("textbox", name=words["title"])).to_have_value("别人的话")
    expect(page.get_by_role("combobox", name=words["brand"])).to_have_value("苔朵")
    expect(page.locator(".result .verdict")).to_have_text(verdict)


def test_a_long_job_is_watched_cancelled_and_deleted(page: Page, size: str, language: str):
    words = _WORDS[language]
    page.goto("/#/jobs")
    many = [("", "", f"第 {n} 篇。{SOUP * 12}", "") for n in range(1_200)]
    _choose(page, "很多.csv", _table(words["columns"], many))
    page.get_by_role("button", name=words["send"]).click()

    # It tells how far it is, by itself, here and in the list.
    far = page.locator(".far")
    expect(far).to_have_text(words["far"], timeout=30_000)
    begun = far.inner_text()
    expect(far).not_to_have_text(begun, timeout=30_000)
    page.get_by_role("link", name=words["jobs"]).click()
    line = page.locator(".job-list > li").first
    expect(line.locator(".mark")).to_have_text(words["running"])
    expect(line).to_contain_text(words["far"])
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    line.get_by_role("link", name="很多").click()

    # Put an end to: what was checked stays.
    page.get_by_role("button", name=words["cancel"]).click()
    page.get_by_role("button", name=words["cancel"], exact=True).last.click()
    expect(page.get_by_role("heading", name=f"很多.csv {words['cancelled']}")).to_be_visible()
    expect(page.locator(".rows .mark.reject, .rows .mark.revise").first).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.get_by_role("button", name=words["remove"]).click()
    page.get_by_role("button", name=words["remove"], exact=True).last.click()
    expect(page.locator("#messages")).to_contain_text(words["removed"])
    expect(page.get_by_role("button", name=words["send"])).to_be_disabled()  # the list, with a form for the next
    expect(page.locator(".job-list")).not_to_contain_text("很多")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
