"""A report for others: saved, printed, opened by a link until it is withdrawn."""

import re
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from contentcheck.names import NAMES, Language
from contentcheck.report_page.scores import scores
from contentcheck.report_page.words import WORDS
from tests.page.accessible import violations
from tests.service import SOUP

MOUNT = """async (id) => {
    const { sharing } = await import('/page/share.js');
    window.leaving = new AbortController();
    document.querySelector('main > section').append(sharing(id, window.leaving.signal));
}"""

TOLD = """async ([report, language]) => {
    const [{ told }, { check }] = await Promise.all(
        ['/page/views/check/sentences.js', '/page/words/check.js'].map((path) => import(path)));
    const words = check[language];
    return told(report, words).map((s) => [words.scoreNames[s.name], Math.round(s.score), s.level, s.sentence]);
}"""


@pytest.fixture
def check(page: Page, address: str) -> str:
    """The id of a stored check; the page shows what can be done with its report."""
    hostile = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    body = {"title": f"余生很长{hostile}", "text": f"{SOUP * 3}\n{hostile}", "brand": "苔朵"}
    answer = httpx.post(f"{address}/v1/checks", json=body, timeout=30)
    check = answer.headers["content-location"].rpartition("/")[2]
    page.add_init_script("window.print = () => { window.printed = true; };")
    page.goto("/#/history")
    expect(page.get_by_role("list", name="检查记录")).to_contain_text("余生很长")
    page.evaluate(MOUNT, check)
    return check


def test_the_report_is_saved_as_one_file_that_opens_offline(page: Page, size: str, check: str, tmp_path: Path):
    with page.expect_download() as saving:
        page.get_by_role("button", name="下载报告").click()
    assert saving.value.suggested_filename == f"检查报告 {check}.html"
    saving.value.save_as(file := tmp_path / "报告.html")
    other = page.context.new_page()
    other.route("http*://**", lambda route: route.abort())
    complaints: list[str] = []
    other.on("console", lambda message: complaints.append(message.text))
    other.on("request", lambda sent: complaints.append(sent.url) if not sent.url.startswith("file:") else None)
    other.goto(file.as_uri())
    expect(other.get_by_role("heading", level=1)).to_contain_text("余生很长<script>")
    expect(other.locator("script, img")).to_have_count(0)
    assert violations(other) == []
    assert other.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert [url for url in complaints if "axe" not in url] == []
    assert other.pdf().startswith(b"%PDF")


def test_the_report_is_printed_in_its_own_style(page: Page, check: str):
    page.context.add_init_script("window.print = () => { window.printed = true; };")
    with page.expect_popup() as opening:
        page.get_by_role("button", name="打印").click()
    report = opening.value
    complaints: list[str] = []
    report.on("console", lambda message: complaints.append(message.text))
    expect(report.get_by_role("heading", level=1)).to_contain_text("余生很长")
    report.wait_for_function("window.printed")
    shown = report.locator(".verdict").evaluate("node => getComputedStyle(node).borderTopWidth")
    assert shown == "2px", "its style is not allowed by the page's policy"
    assert complaints == []


def test_a_link_is_made_copied_opened_and_withdrawn(page: Page, size: str, check: str, browser: Browser):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_text("分享链接").click()
    expect(page.get_by_text("现在没有有效的链接")).to_be_visible()
    page.get_by_label("有效期").select_option("30 天")
    page.get_by_role("button", name="生成链接").click()
    url = page.get_by_label("链接地址").input_value()
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/shared/[\w-]{43}", url)
    page.get_by_role("button", name="复制").click()
    expect(page.get_by_text("链接已复制")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == url
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    stranger = browser.new_context().new_page()
    complaints: list[str] = []
    stranger.on("console", lambda message: complaints.append(message.text))
    stranger.goto(url)
    expect(stranger.get_by_role("heading", level=1)).to_contain_text("余生很长<script>")
    width = stranger.locator(".verdict").evaluate("node => getComputedStyle(node).borderTopWidth")
    assert (width, complaints) == ("2px", [])

    page.get_by_role("button", name="收回").click()
    expect(page.get_by_text("现在没有有效的链接")).to_be_visible()
    assert stranger.goto(url).status == 404  # pyright: ignore[reportOptionalMemberAccess]
    expect(stranger.get_by_role("heading")).to_have_text("这个链接打不开报告")
    stranger.context.close()


def test_others_read_it_in_the_language_of_who_made_it(page: Page, size: str, check: str, browser: Browser):
    page.evaluate("localStorage.setItem('contentcheck.language', 'en')")
    page.reload()
    expect(page.get_by_role("list", name="Checks")).to_contain_text("余生很长")
    page.evaluate(MOUNT, check)
    page.context.add_init_script("window.print = () => { window.printed = true; };")
    with page.expect_popup() as opening:
        page.get_by_role("button", name="Print").click()
    expect(opening.value.get_by_role("heading", name="Draft")).to_be_visible()
    page.get_by_text("Links to share").click()
    page.get_by_role("button", name="Make a link").click()
    url = page.get_by_label("Link", exact=True).input_value()

    stranger = browser.new_context().new_page()
    stranger.set_viewport_size({"width": 390, "height": 800})
    stranger.goto(url)
    expect(stranger.get_by_role("heading", name="Draft")).to_be_visible()
    assert violations(stranger) == []
    assert stranger.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_text("There is no link that opens this report")).to_be_visible()
    assert stranger.goto(url).status == 404  # pyright: ignore[reportOptionalMemberAccess]
    expect(stranger.get_by_role("heading")).to_have_text("This link opens no report")
    stranger.context.close()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_file_says_of_scores_what_the_page_says(page: Page, address: str, check: str, language: Language):
    report = httpx.get(f"{address}/v1/checks/{check}").json()
    said = page.evaluate(TOLD, [report, language])
    assert len(said) >= 4
    made = scores(report, NAMES[language], WORDS[language])
    assert [[s.name, s.value, s.level, s.sentence] for s in made] == said


def test_where_nothing_can_be_copied_the_link_is_selected(page: Page, check: str):
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.get_by_text("分享链接").click()
    page.get_by_role("button", name="生成链接").click()
    page.get_by_role("button", name="复制").click()
    expect(page.get_by_text("链接已选中")).to_be_visible()
    url = page.get_by_label("链接地址").input_value()
    assert page.evaluate("getSelection().toString()") == url


def test_what_goes_wrong_is_said(page: Page, address: str, check: str):
    httpx.delete(f"{address}/v1/checks/{check}")
    page.get_by_role("button", name="下载报告").click()
    expect(page.locator("#messages")).to_contain_text("没有检查记录")
    page.get_by_text("分享链接").click()
    expect(page.get_by_role("alert")).to_contain_text("没有检查记录")
