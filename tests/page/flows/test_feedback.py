"""An editor says that a finding or a score is wrong, takes it back, and an administrator reads it."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.command_line import small_edition
from tests.page.accessible import violations

_KNOWN = next(item.text for item in small_edition().items if 60 <= len(item.text) <= 200 and "\n" not in item.text)
_WORDS: dict[str, dict[str, Any]] = {
    "zh": {
        "draft": "正文",
        "brand": "品牌",
        "done": "检查完",
        "show": "看结果",
        "back": "返回结果",
        "wrong": "这里判断得不对",
        "noted": "已记下",
        "undo": "撤销",
        "homogeneity": "同质化",
        "relevance": "相关性",
        "settings": "设置",
        "feedback": "意见",
        "disagrees": "不同意",
        "on_passage": re.compile(r"同质化 \d+.*第 \d+ 句"),
        "on_score": re.compile(r"相关性 \d+"),
        "read": "看稿件",
        "remove": "删除",
        "removed": "已删除这条意见。",
        "check": "检查",
    },
    "en": {
        "draft": "Text",
        "brand": "Brand",
        "done": "Checked",
        "show": "Show result",
        "back": "Back to result",
        "wrong": "This is judged wrong",
        "noted": "Noted",
        "undo": "Undo",
        "homogeneity": "Homogeneity",
        "relevance": "Relevance",
        "settings": "Settings",
        "feedback": "Feedback",
        "disagrees": "Disagrees",
        "on_passage": re.compile(r"Homogeneity \d+.*sentence \d+"),
        "on_score": re.compile(r"Relevance \d+"),
        "read": "Read the draft",
        "remove": "Delete",
        "removed": "The feedback is deleted.",
        "check": "Check",
    },
}


def test_what_is_judged_wrong_is_said_undone_and_read(page: Page, size: str, language: str):
    words = _WORDS[language]
    draft = f"{_KNOWN}\n{size}，{language}。"
    page.goto("/#/check")
    page.get_by_role("combobox", name=words["brand"]).select_option("苔朵")
    page.get_by_role("textbox", name=words["draft"]).fill(draft)
    expect(page.get_by_role("status").first).to_contain_text(words["done"])
    if size == "phone":
        page.get_by_role("button", name=words["show"]).click()
    expect(page.get_by_role("heading", name=words["relevance"])).to_be_visible()

    # On a finding: said, taken back, said again.
    page.locator(".worst .sentence").click()
    evidence = page.locator(".evidence")
    evidence.get_by_role("button", name=words["wrong"]).click()
    expect(evidence).to_contain_text(words["noted"])
    evidence.get_by_role("button", name=words["undo"]).click()
    expect(evidence.get_by_role("button", name=words["wrong"])).to_be_focused()
    page.keyboard.press("Enter")
    expect(evidence).to_contain_text(words["noted"])
    assert violations(page) == []
    page.get_by_role("button", name=words["back"]).click()

    # On two scores, of which one is taken back.
    dials = page.locator(".dial")
    for score in ("homogeneity", "relevance"):
        dial = dials.filter(has=page.get_by_role("heading", name=words[score]))
        dial.get_by_role("button", name=words["wrong"]).click()
        expect(dial).to_contain_text(words["noted"])
    dial = dials.filter(has=page.get_by_role("heading", name=words["homogeneity"]))
    dial.get_by_role("button", name=words["undo"]).click()
    expect(dial.get_by_role("button", name=words["wrong"])).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    # In the settings stands what is left, the newest first, with its draft.
    page.get_by_role("link", name=words["settings"], exact=True).click()
    page.get_by_role("link", name=words["feedback"], exact=True).click()
    cards = page.locator(".opinions > li")
    for card, said in ((cards.nth(0), "on_score"), (cards.nth(1), "on_passage")):
        expect(card).to_contain_text(words[said])
        expect(card).to_contain_text(words["disagrees"])
        expect(card).to_contain_text("苔朵")
        card.get_by_text(words["read"]).click()
        expect(card.locator(".draft-text")).to_have_text(draft)
        assert violations(page) == []
        card.get_by_text(words["read"]).click()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    # What is deleted there can be said again, and what is left is still said.
    cards.nth(0).get_by_role("button", name=words["remove"]).click()
    page.get_by_role("button", name=words["remove"], exact=True).last.click()
    expect(page.locator("#messages")).to_contain_text(words["removed"])
    expect(cards.nth(0)).to_contain_text(words["on_passage"])
    page.get_by_role("link", name=words["check"], exact=True).click()
    page.locator(".worst .sentence").click()
    expect(evidence).to_contain_text(words["noted"])
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
