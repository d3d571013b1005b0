"""A draft for a brand is revised: what to do next, which paragraph is about what, what is missing, what it brought."""

import re

from playwright.sync_api import Page, expect

from tests.command_line import small_edition
from tests.page.flows.settled import settled

_ABOUT = "晴序防晒乳SPF50+、PA++++，每瓶50毫升，通勤和短途户外都能用。出汗或擦脸后补涂，久晒每两小时补一次。"
_KNOWN = next(item.text for item in small_edition().items if 60 <= len(item.text) <= 200 and "\n" not in item.text)
_OTHER = "敏感肌先在耳后试用两天，晚上用普通洁面膏洗两遍可以卸净。"
_OWN = "室内办公一天涂一次就够。"
_DRAFT = f"{_ABOUT}\n\n{_KNOWN}\n\n{_OTHER}"
_CHOSEN = "() => [...CSS.highlights.get('chosen')].map((range) => range.toString()).join('')"
_WORDS = {
    "zh": {
        "draft": "正文",
        "brand": "品牌",
        "done": "检查完",
        "show": "看结果",
        "relevance": "相关性",
        "nearest": "最接近“晴序防晒乳”",
        "next": "接下来怎么改",
        "copied": re.compile("相同或几乎相同，等于转载"),
        "stray": re.compile("让跑题的段落说到产品，或者删去。"),
        "points": re.compile("把产品的这些要点写进去。.*晴序防晒乳：脸和脖子一次用一元硬币大小"),
        "into": "可写进第 1 段",
        "map": "段落与产品",
        "picture": "热图：每一段与每个产品的相关程度，0 到 100",
        "original": "原文照搬",
        "back": "返回结果",
        "moved": re.compile(r"比上一版 −\d+"),
        "compare": "比较版本（3）",
        "versions": "这次的各个版本",
        "older": "原来",
        "newer": "后来",
        "homogeneity": "同质化",
        "better": re.compile(r"−\d+，变好"),
        "close": "关闭",
    },
    "en": {
        "draft": "Text",
        "brand": "Brand",
        "done": "Checked",
        "show": "Show result",
        "relevance": "Relevance",
        "nearest": "nearest to “晴序防晒乳”",
        "next": "What to do next",
        "copied": re.compile("Much of the text is the same as known pieces"),
        "stray": re.compile("Connect stray paragraphs to the products, or delete them."),
        "points": re.compile("Work in these points of the product.*晴序防晒乳: 脸和脖子一次用一元硬币大小"),
        "into": "could go into paragraph 1",
        "map": "Paragraphs and products",
        "picture": "Heat map: how much each paragraph has to do with each product, 0 to 100",
        "original": "Copied",
        "back": "Back to result",
        "moved": re.compile(r"−\d+ since the last version"),
        "compare": "Compare versions (3)",
        "versions": "The versions of this session",
        "older": "Before",
        "newer": "After",
        "homogeneity": "Homogeneity",
        "better": re.compile(r"−\d+, better"),
        "close": "Close",
    },
}


def _checked(page: Page, language: str) -> None:
    """A draft, checked for its brand."""
    words = _WORDS[language]
    page.goto("/#/check")
    page.get_by_role("textbox", name=words["draft"]).fill(_DRAFT)
    expect(page.get_by_role("status").first).to_contain_text(words["done"])
    page.get_by_label(words["brand"]).select_option("苔朵")
    expect(page.locator(".dial", has_text=words["relevance"])).to_contain_text(words["nearest"])


def _raise(page: Page, size: str, language: str) -> None:
    """On a phone the result is a sheet over the draft."""
    if size == "phone":
        page.get_by_role("button", name=_WORDS[language]["show"]).click()


def test_a_draft_is_held_against_the_products_of_a_brand(page: Page, size: str, language: str):
    words = _WORDS[language]
    _checked(page, language)
    _raise(page, size, language)
    result = page.get_by_role("region").filter(has=page.get_by_role("heading", name=words["next"]))
    steps = page.locator(".steps > ol > li")
    told = steps.all_inner_texts()
    assert words["copied"].search(told[0])  # what matters most
    assert any(words["stray"].search(step) for step in told)
    assert words["points"].search(told[-1].replace("\n", " "))

    result.get_by_text(words["map"], exact=True).click()
    picture = page.get_by_role("img", name=words["picture"])
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalHeight)") > 100
    settled(page)

    # From a missing point to the paragraph that could carry it, from a place to its evidence, and back.
    page.locator(".missing").get_by_role("button", name=words["into"]).first.click()
    assert page.evaluate(_CHOSEN) == _ABOUT
    _raise(page, size, language)
    place = steps.first.get_by_role("button").nth(1)
    place.click()
    expect(page.locator(".evidence")).to_contain_text(words["original"])
    assert page.evaluate(_CHOSEN) in _KNOWN
    page.get_by_role("button", name=words["back"]).click()
    expect(place).to_be_focused()
    settled(page)


def test_a_sentence_is_rewritten_and_two_versions_are_compared(page: Page, size: str, language: str):
    words = _WORDS[language]
    _checked(page, language)
    field = page.get_by_role("textbox", name=words["draft"])
    field.focus()
    field.evaluate("(field, at) => field.setSelectionRange(...at)", [len(_ABOUT) + 2, len(_ABOUT) + 2 + len(_KNOWN)])
    page.keyboard.insert_text(_OWN)
    homogeneity = page.locator(".dial", has_text=words["homogeneity"])
    expect(homogeneity.locator("h3")).to_have_text(words["moved"])
    expect(page.get_by_role("status").first).to_contain_text(words["done"])
    expect(field).to_have_value(f"{_ABOUT}\n\n{_OWN}\n\n{_OTHER}")

    _raise(page, size, language)
    page.get_by_role("button", name=words["compare"]).click()
    dialog = page.get_by_role("dialog", name=words["versions"])
    row = dialog.get_by_role("row", name=words["homogeneity"])
    expect(row.get_by_role("cell").last).to_have_text(words["better"])
    before, after = dialog.get_by_role("group", name=words["older"]), dialog.get_by_role("group", name=words["newer"])
    expect(before.locator("del")).to_have_text(_KNOWN.removesuffix("。"))  # which both end with
    expect(after.locator("ins")).to_have_text(_OWN.removesuffix("。"))
    settled(page)
    dialog.get_by_role("button", name=words["close"]).click()
    expect(dialog).to_have_count(0)
    settled(page)
