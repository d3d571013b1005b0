"""What an administrator does in the settings: thresholds, keys, what editors said, the language."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from contentcheck.app import Settings, open_store
from contentcheck.corpus.shipped import sample_brands
from contentcheck.engine.opinion import About, Finding, Opinion
from tests.page.accessible import violations
from tests.page.conftest import SIZES
from tests.service import SOUP

_BRAND = "苔朵"
_OWN = "\n".join(product.text for product in next(b for b in sample_brands() if b.name == _BRAND).products)
_WORDS: dict[str, dict[str, Any]] = {
    "zh": {
        "settings": "设置",
        "check": "检查",
        "draft": "正文",
        "brand": "品牌",
        "again": "检查",
        "done": "检查完",
        "reject": "不宜发布",
        "publish": "可以发布",
        "thresholds": "判定标准",
        "common": "套路内容",
        "mixed": "部分套路",
        "chart": "同质化分数从多少分起算时的查准率和查全率",
        "unsaved": "有改动还没保存",
        "save": "保存",
        "saved": "已保存“苔朵”的判定标准，下一次检查起生效。",
        "usual": "恢复默认",
        "keys": "密钥",
        "nobody": "还没有密钥：现在谁在这台机器上打开本页，谁就能用。",
        "warned": "没有密钥的会立刻进不来",
        "name": "名称",
        "make": "建立密钥",
        "secret": "新的密钥",
        "stored": "我已存好",
        "last": "最后一个能管理密钥的，要吊销请先另建一个",
        "limited": "只限这些品牌",
        "once": "已建立密钥“编辑部”。它只显示这一次",
        "revoke": "吊销",
        "revoked": "已吊销“编辑部”。",
        "gone": "已吊销的密钥",
        "key": "密钥",
        "sign_in": "登录",
        "sign_out": "退出",
        "wrong": "密钥不对，或已被吊销。",
        "feedback": "意见",
        "score": "分数",
        "title_score": "标题党",
        "opinion": "看法",
        "disagrees": "不同意",
        "read": "看稿件",
        "check_again": "重新检查这篇稿件",
        "remove": "删除",
        "removed": "已删除这条意见。",
        "none": "没有这样的意见。",
        "language": "语言",
        "other": "English",
        "in_other": ["Settings", "Language", "Check a draft"],
    },
    "en": {
        "settings": "Settings",
        "check": "Check",
        "draft": "Text",
        "brand": "Brand",
        "again": "Check",
        "done": "Checked",
        "reject": "Not fit to publish",
        "publish": "Ready to publish",
        "thresholds": "Thresholds",
        "common": "Common content",
        "mixed": "Partly common",
        "chart": "Precision and recall of homogeneity by the score from which it counts",
        "unsaved": "Not saved yet",
        "save": "Save",
        "saved": "The thresholds of “苔朵” are saved and count from the next check on.",
        "usual": "Reset to default",
        "keys": "Keys",
        "nobody": "There are no keys yet: whoever opens this page on this machine can use it.",
        "warned": "those without one are locked out at once",
        "name": "Name",
        "make": "Make the key",
        "secret": "The new key",
        "stored": "I have stored it",
        "last": "The last that can manage keys; make another before revoking it",
        "limited": "These only",
        "once": "The key “编辑部” is made. It is shown this once",
        "revoke": "Revoke",
        "revoked": "“编辑部” is revoked.",
        "gone": "Revoked keys",
        "key": "Key",
        "sign_in": "Sign in",
        "sign_out": "Sign out",
        "wrong": "The key is wrong or was revoked.",
        "feedback": "Feedback",
        "score": "Score",
        "title_score": "Clickbait",
        "opinion": "Opinion",
        "disagrees": "Disagrees",
        "read": "Read the draft",
        "check_again": "Check this draft again",
        "remove": "Delete",
        "removed": "The feedback is deleted.",
        "none": "There is no such feedback.",
        "language": "Language",
        "other": "中文",
        "in_other": ["设置", "语言", "检查稿件"],
    },
}


@pytest.fixture(autouse=True)
def without_keys(home: Path) -> None:
    """Those of the test before are revoked: a service without keys asks for none."""
    keys = open_store(Settings(home=home)).keys
    for key in keys.all():
        if key.revoked_at is None:
            keys.revoke(str(key.id))


def _open(page: Page, words: dict[str, Any], section: str) -> None:
    page.get_by_role("link", name=words["settings"], exact=True).click()
    page.get_by_role("link", name=words[section], exact=True).click()
    expect(page.get_by_role("heading", level=2)).to_have_text(words[section])


def _verdict(page: Page, words: dict[str, Any]) -> Locator:
    """On the draft as it stands, checked anew."""
    page.get_by_role("link", name=words["check"], exact=True).click()
    expect(page.get_by_role("textbox", name=words["draft"])).to_have_value(_OWN)
    page.get_by_role("button", name=words["again"], exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text(words["done"])
    return page.locator(".result .verdict")


def _set(page: Page, words: dict[str, Any], *, mixed: str, common: str) -> None:
    page.get_by_role("spinbutton", name=words["mixed"], exact=True).fill(mixed)
    page.get_by_role("spinbutton", name=words["common"], exact=True).fill(common)


def test_a_threshold_is_moved_and_the_next_verdict_shows_it(page: Page, size: str, language: str):
    words = _WORDS[language]
    page.goto("/#/check")
    page.get_by_role("combobox", name=words["brand"]).select_option(_BRAND)
    page.get_by_role("textbox", name=words["draft"]).fill(_OWN)
    expect(page.get_by_role("status").first).to_contain_text(words["done"])
    expect(_verdict(page, words)).to_have_text(words["publish"])

    # The curve says what a threshold costs; one is moved by keys, the other is typed.
    _open(page, words, "thresholds")
    page.get_by_role("combobox", name=words["brand"]).select_option(_BRAND)
    expect(page.get_by_role("img", name=words["chart"])).to_be_visible(timeout=30_000)
    slider = page.get_by_role("slider", name=words["common"], exact=True)
    number = page.get_by_role("spinbutton", name=words["common"], exact=True)
    slider.press("ArrowRight")
    expect(number).to_have_value("71")
    _set(page, words, mixed="0", common="1")
    expect(slider).to_have_value("1")
    expect(page.get_by_text(words["unsaved"])).to_be_visible()
    page.get_by_role("button", name=words["save"], exact=True).click()
    expect(page.locator("#messages")).to_contain_text(words["saved"])
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(_verdict(page, words)).to_have_text(words["reject"])

    # As it was.
    _open(page, words, "thresholds")
    expect(number).to_have_value("1")
    page.get_by_role("button", name=words["usual"]).click()
    expect(number).to_have_value("70")
    page.get_by_role("button", name=words["save"], exact=True).click()
    expect(page.locator("#messages")).to_contain_text(words["saved"])
    expect(_verdict(page, words)).to_have_text(words["publish"])
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_key_is_made_shown_once_used_and_revoked(page: Page, browser: Browser, size: str, language: str):
    words = _WORDS[language]
    page.goto("/#/check")
    _open(page, words, "keys")
    expect(page.get_by_text(words["nobody"])).to_be_visible()

    # The first one shuts the door, with this tab inside.
    expect(page.get_by_text(words["warned"])).to_be_visible()
    page.get_by_label(words["name"], exact=True).fill("管理员")
    page.get_by_role("button", name=words["make"]).click()
    expect(page.get_by_role("banner")).to_contain_text("管理员")
    expect(page.get_by_label(words["secret"])).to_have_value(re.compile("^ck_"))
    page.get_by_role("button", name=words["stored"]).click()
    expect(page.get_by_text(words["last"])).to_be_visible()

    # Another for an editor of one brand.
    page.get_by_label(words["name"], exact=True).fill("编辑部")
    page.get_by_label(words["limited"]).check()
    page.get_by_label(_BRAND, exact=True).check()
    page.get_by_role("button", name=words["make"]).click()
    expect(page.get_by_role("alert")).to_contain_text(words["once"])
    secret = page.get_by_label(words["secret"]).input_value()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.reload()
    expect(page.get_by_role("row", name="编辑部")).to_be_visible()
    expect(page.get_by_label(words["secret"])).to_have_count(0)
    assert secret not in page.content()

    # The editor comes in with it, and is shown out.
    context = browser.new_context(viewport=SIZES[size])
    context.add_init_script(f"localStorage['contentcheck.language'] = '{language}'")
    editor = context.new_page()
    editor.goto(page.url)
    editor.get_by_label(words["key"], exact=True).fill(secret)
    editor.get_by_role("button", name=words["sign_in"]).click()
    expect(editor.get_by_role("banner")).to_contain_text("编辑部")
    page.get_by_role("button", name=f"{words['revoke']} 编辑部").click()
    page.get_by_role("button", name=words["revoke"], exact=True).last.click()
    expect(page.locator("#messages")).to_contain_text(words["revoked"])
    editor.get_by_role("link", name=words["check"], exact=True).click()
    expect(editor.get_by_role("alert")).to_contain_text(words["wrong"])
    context.close()
    page.get_by_text(words["gone"]).click()
    expect(page.get_by_role("region", name=words["gone"])).to_contain_text("编辑部")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_editors_said_is_read_and_deleted(page: Page, home: Path, size: str, language: str):
    words = _WORDS[language]
    note = f"不是标题党（{size}，{language}）"
    said = [
        Opinion(SOUP, Finding(About.TITLE, 61.0), False, note, _BRAND),
        Opinion("别的稿件。", Finding(About.RELEVANCE, 17.0), True, "", _BRAND),
    ]
    store = open_store(Settings(home=home))
    store.feedback.add(said)
    store.database.close()
    page.goto("/#/check")
    _open(page, words, "feedback")
    cards = page.locator(".opinions > li")
    expect(cards.filter(has_text=note)).to_contain_text(words["disagrees"])
    page.get_by_role("combobox", name=words["score"]).select_option(label=words["title_score"])
    page.get_by_role("combobox", name=words["opinion"]).select_option(label=words["disagrees"])
    expect(cards).to_have_count(1)
    expect(cards).to_contain_text(note)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    # The draft is read, and checked again where drafts are.
    cards.get_by_text(words["read"]).click()
    expect(cards.get_by_text(SOUP)).to_be_visible()
    cards.get_by_role("button", name=words["check_again"]).click()
    expect(page.get_by_role("textbox", name=words["draft"])).to_have_value(SOUP)
    expect(page.get_by_role("status").first).to_contain_text(words["done"])

    # What was chosen is still chosen; the opinion goes.
    _open(page, words, "feedback")
    expect(cards).to_have_count(1)
    cards.get_by_role("button", name=words["remove"]).click()
    page.get_by_role("button", name=words["remove"], exact=True).last.click()
    expect(page.locator("#messages")).to_contain_text(words["removed"])
    expect(page.get_by_text(words["none"])).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_language_is_switched_in_the_settings_and_stays(page: Page, size: str, language: str):
    words = _WORDS[language]
    title, section, check = words["in_other"]
    page.goto("/#/check")
    _open(page, words, "language")
    page.get_by_role("radio", name=words["other"]).check()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.get_by_role("heading", level=2)).to_have_text(section)
    expect(page.get_by_role("radio", name=words["other"])).to_be_checked()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text(check)
