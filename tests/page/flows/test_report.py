"""A report for others: as one file, on paper, by a link that is withdrawn again."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.command_line import small_edition
from tests.page.accessible import violations
from tests.page.conftest import SIZES

_KNOWN = next(item.text for item in small_edition().items if 60 <= len(item.text) <= 200 and "\n" not in item.text)
_TITLE = "一个女人最高级的活法<script>alert(1)</script>"
_WORDS: dict[str, dict[str, Any]] = {
    "zh": {
        "title": "标题",
        "draft": "正文",
        "done": "检查完",
        "show": "看结果",
        "download": "下载报告",
        "print": "打印或存为 PDF",
        "links": "分享链接",
        "none": "现在没有有效的链接。",
        "days": "有效期",
        "month": "30 天",
        "make": "生成链接",
        "once": "链接只显示这一次，请现在就复制。",
        "url": "链接地址",
        "copy": "复制",
        "copied": "链接已复制。",
        "withdraw": "收回",
        "withdrawn": "链接已收回，不能再打开。",
    },
    "en": {
        "title": "Title",
        "draft": "Text",
        "done": "Checked",
        "show": "Show result",
        "download": "Download the report",
        "print": "Print or save as PDF",
        "links": "Links to share",
        "none": "There is no link that opens this report.",
        "days": "Opens for",
        "month": "30 days",
        "make": "Make a link",
        "once": "The link is shown only once: copy it now.",
        "url": "Link",
        "copy": "Copy",
        "copied": "Copied.",
        "withdraw": "Withdraw",
        "withdrawn": "The link is withdrawn and opens nothing.",
    },
}


@pytest.fixture
def checked(page: Page, size: str, language: str) -> Page:
    """With the result of a draft on the screen."""
    words = _WORDS[language]
    page.goto("/#/check")
    page.get_by_role("textbox", name=words["title"]).fill(_TITLE)
    page.get_by_role("textbox", name=words["draft"]).fill(_KNOWN)
    expect(page.get_by_role("status").first).to_contain_text(words["done"])
    if size == "phone":
        page.get_by_role("button", name=words["show"]).click()
    return page


def _read(report: Page) -> None:
    """It is all there, and is as good on a screen of this size as any other page."""
    expect(report.get_by_role("heading", level=1)).to_have_text(_TITLE)
    assert report.locator(".worst li").first.inner_text().split(maxsplit=2)[-1] in _KNOWN
    expect(report.locator(".row mark").first).to_contain_text(_KNOWN[:12])
    expect(report.locator("script, img, link")).to_have_count(0)
    bordered = report.locator(".verdict").evaluate("node => getComputedStyle(node).borderTopWidth")
    assert bordered == "2px", "it has lost its style"
    assert violations(report) == []
    assert report.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_report_is_one_file_that_needs_nothing_else(checked: Page, language: str, tmp_path: Path):
    with checked.expect_download() as saving:
        checked.get_by_role("button", name=_WORDS[language]["download"]).click()
    assert saving.value.suggested_filename.endswith(".html")
    saving.value.save_as(file := tmp_path / "报告.html")
    other = checked.context.new_page()
    said: list[str] = []
    other.on("console", lambda message: said.append(message.text))
    other.on("request", lambda sent: said.append(sent.url))
    other.goto(file.as_uri())
    _read(other)
    assert said == [file.as_uri()]
    assert violations(checked) == []
    assert checked.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_report_is_printed(checked: Page, language: str):
    checked.context.add_init_script("window.print = () => { window.printed = true; };")
    with checked.expect_popup() as opening:
        checked.get_by_role("button", name=_WORDS[language]["print"]).click()
    report = opening.value
    said: list[str] = []
    report.on("console", lambda message: said.append(message.text))
    report.wait_for_function("window.printed")  # by itself
    _read(report)
    assert said == []
    paper = report.pdf(prefer_css_page_size=True)
    assert paper.startswith(b"%PDF")
    assert b"/Type /Page\n" in paper
    assert violations(checked) == []
    assert checked.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_stranger_opens_the_link_until_it_is_withdrawn(checked: Page, browser: Browser, size: str, language: str):
    words = _WORDS[language]
    page = checked
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_text(words["links"], exact=True).click()
    expect(page.get_by_text(words["none"])).to_be_visible()
    page.get_by_role("combobox", name=words["days"]).select_option(label=words["month"])
    page.get_by_role("button", name=words["make"]).click()
    expect(page.get_by_text(words["once"])).to_be_visible()
    link = page.get_by_label(words["url"], exact=True).input_value()
    page.get_by_role("button", name=words["copy"], exact=True).click()
    expect(page.locator("#messages")).to_contain_text(words["copied"])
    assert page.evaluate("navigator.clipboard.readText()") == link
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    stranger = browser.new_context(viewport=SIZES[size]).new_page()
    said: list[str] = []
    stranger.on("console", lambda message: said.append(message.text))
    stranger.goto(link)
    _read(stranger)
    assert said == []

    page.get_by_role("button", name=words["withdraw"], exact=True).click()
    expect(page.locator("#messages")).to_contain_text(words["withdrawn"])
    expect(page.get_by_text(words["none"])).to_be_visible()
    gone = stranger.goto(link)
    assert gone is not None
    assert gone.status == 404
    assert _KNOWN[:12] not in stranger.content()
    assert violations(stranger) == []
    assert stranger.evaluate("document.documentElement.scrollWidth <= innerWidth")
    stranger.context.close()
