"""What an editor does from a pasted draft to the history, without a stop and through the real parts."""

import json
import re

from playwright.sync_api import Browser, Page, Request, expect

from tests.command_line import small_edition
from tests.page.flows.settled import settled

_OWN = "苔朵夜庐神经酰胺面霜每罐 50 克，2024 年 3 月在绍兴的车间试制了 17 次，干性皮肤每晚用黄豆大一粒。"
_KNOWN = next(item.text for item in small_edition().items if 60 <= len(item.text) <= 200 and "\n" not in item.text)
_TITLE = "一个女人最高级的活法"
_HTML = f"""<h1 style="font-size:22px">{_TITLE}</h1><section onclick="alert(1)"><p><span>{_OWN}👩‍🔬</span></p>
<p><img data-src="https://mmbiz.example/a.png" alt="面霜" onerror="alert(1)"></p>
<p><strong>{_KNOWN}</strong></p></section>
<script>alert(1)</script>"""
_PASTE = """(field, html) => {
    const carried = new DataTransfer();
    carried.setData('text/html', html);
    field.dispatchEvent(new ClipboardEvent('paste', { clipboardData: carried, bubbles: true, cancelable: true }));
}"""
_WORDS = {
    "zh": {
        "title": "标题",
        "draft": "正文",
        "done": "检查完",
        "wrong": "这里判断得不对",
        "noted": "已记下",
        "undo": "撤销",
        "images": "稿件里有 1 张图片",
        "links": "分享链接",
        "make": "生成链接",
        "url": "链接地址",
        "withdraw": "收回",
        "withdrawn": "链接已收回",
        "gone": "这个链接打不开报告",
        "history": "历史",
        "verdict": re.compile("^(可以发布|建议修改|不宜发布)$"),
    },
    "en": {
        "title": "Title",
        "draft": "Text",
        "done": "Checked",
        "wrong": "This is judged wrong",
        "noted": "Noted",
        "undo": "Undo",
        "images": "The draft has 1 image.",
        "links": "Links to share",
        "make": "Make a link",
        "url": "Link",
        "withdraw": "Withdraw",
        "withdrawn": "The link is withdrawn",
        "gone": "This link opens no report",
        "history": "History",
        "verdict": re.compile("^(Ready to publish|Should be revised|Not fit to publish)$"),
    },
}


def _checked_titles(page: Page) -> list[str]:
    """Of the drafts that are checked from now on."""
    titles: list[str] = []

    def keep(sent: Request) -> None:
        if sent.method == "POST" and sent.url.endswith("/v1/checks"):
            titles.append(json.loads(sent.post_data or "")["title"])

    page.on("request", keep)
    return titles


def test_from_a_pasted_draft_to_the_history(page: Page, browser: Browser, size: str, language: str):
    words = _WORDS[language]
    page.goto("/#/check")
    field = page.get_by_role("textbox", name=words["draft"])

    # Pasted from an editor of formatted text: cleaned by the service, with images and emoji as marks; checked once.
    titles = _checked_titles(page)
    field.evaluate(_PASTE, _HTML)
    expect(page.get_by_role("status").first).to_contain_text(words["done"])
    assert titles == [_TITLE]
    expect(field).to_have_value(re.compile("👩‍🔬.*［图片：面霜］", re.DOTALL))
    expect(page.get_by_role("textbox", name=words["title"])).to_have_value(_TITLE)

    # The worst sentence is there without a click; one leads to where it comes from.
    worst = page.locator(".worst .sentence")
    expect(worst).to_be_in_viewport()
    assert worst.locator("span").inner_text() in _KNOWN
    verdict = page.locator(".result .verdict").inner_text()
    assert re.match(words["verdict"], verdict)
    worst.click()
    evidence = page.locator(".evidence")
    expect(evidence.locator(".known mark").first).to_be_visible()

    # An opinion in one click, and taken back.
    evidence.get_by_role("button", name=words["wrong"]).click()
    expect(evidence).to_contain_text(words["noted"])
    evidence.get_by_role("button", name=words["undo"]).click()
    expect(evidence.get_by_role("button", name=words["wrong"])).to_be_visible()
    page.keyboard.press("Escape")

    # Of images it is said once that they were not read.
    expect(page.locator(".notes")).to_contain_text(words["images"])
    expect(page.locator(".notes")).not_to_contain_text("有 1 张图片，")
    expect(page.locator(".notes")).not_to_contain_text("［图片")

    # Others see the report by a link, until it is withdrawn.
    page.get_by_text(words["links"], exact=True).click()
    page.get_by_role("button", name=words["make"]).click()
    link = page.get_by_label(words["url"], exact=True).input_value()
    stranger = browser.new_context().new_page()
    stranger.goto(link)
    expect(stranger.get_by_role("heading", level=1)).to_have_text(_TITLE)
    assert worst.locator("span").inner_text() in stranger.locator(".worst li").first.inner_text()
    page.get_by_role("button", name=words["withdraw"]).first.click()
    expect(page.locator("#messages")).to_contain_text(words["withdrawn"])
    stranger.reload()
    expect(stranger.get_by_role("heading", level=1)).to_have_text(words["gone"])
    stranger.context.close()

    # The history has it, under the same verdict, and opens it again.
    page.get_by_role("link", name=words["history"], exact=True).click()
    line = page.locator(".check-line").first
    expect(line).to_contain_text(_TITLE)
    expect(line.locator(".verdict")).to_have_text(verdict)
    settled(page)
    line.get_by_role("link").click()
    expect(field).to_have_value(re.compile(re.escape(_KNOWN[:20])))
    expect(page.locator(".worst .sentence")).to_be_visible()
    settled(page)
