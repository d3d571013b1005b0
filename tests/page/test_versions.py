"""Two versions of a draft side by side."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.page.accessible import violations

OPENING = "今天我们一起去公园看花，花期只有七天，周三闭园。\n"
LONG = "院子里的每一棵树都有自己的影子。" * 12
TEXTS = [
    OPENING * 4 + "人生没有白走的路，每一步都算数。\n结尾一样。",
    OPENING * 4 + "这款茶每袋三克<b>炒制</b>，没有白走的路。\n结尾一样。",
    OPENING * 4 + "这款茶每袋三克<b>炒制</b>，没有白走的路。\n" + LONG + "\n新的一段👨‍👩‍👧。",
]
SHOW = """async (texts) => {
    const { versionsView } = await import('/page/views/check/versions.js');
    const ask = (text) => fetch('/v1/checks', {
        method: 'POST', headers: {'Content-Type': 'application/json'},
        body: JSON.stringify({ text, title: text.slice(0, 2), brand: text.includes('茶') ? '苔朵' : null }) });
    const reports = await Promise.all(texts.map(async (t) => (await ask(t)).json()));
    const versions = texts.map((text, i) => (
        { made: new Date(2026, 4, 1, 9, i), title: `第${i}稿`, text, report: reports[i] }));
    window.again = () => document.querySelector('main').replaceChildren(versionsView(versions));
    window.again();
}"""


@pytest.fixture
def shown(page: Page) -> Page:
    """The three versions, after the check view has been left alone."""
    opened(page)
    expect(page.locator("main h1")).to_be_visible()
    page.evaluate(SHOW, TEXTS)
    return page


def marked(page: Page) -> list[tuple[str, str]]:
    """What was taken out and put in, change by change."""
    return [
        ("".join(row.locator("del").all_inner_texts()), "".join(row.locator("ins").all_inner_texts()))
        for row in page.locator(".sides .changed").all()
    ]


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_label(label).first.select_option(label=option)


def scores(page: Page) -> Locator:
    return page.get_by_role("table")


def opened(page: Page) -> None:
    """The page with its first view, which would else take the place of what is shown."""
    page.goto("/")
    expect(page.locator("main h1")).to_be_visible()


def test_the_last_two_are_compared_with_characters_marked_and_what_is_equal_folded(shown: Page) -> None:
    gone, come = marked(shown)[0]
    assert "结尾一样" in gone and "树都有自己的影子" in come and "新的一段👨‍👩‍👧" in come
    folded = shown.locator("details.unchanged")
    expect(folded).to_have_count(1)
    expect(folded.locator("p")).to_be_hidden()
    folded.locator("summary").press("Enter")
    expect(folded.locator("p")).to_contain_text("没有白走的路")
    expect(shown.locator(".changed").first.locator("ins")).to_have_text(["2"])  # the titles


def test_other_two_may_be_chosen_and_stay_chosen_in_the_other_language(shown: Page) -> None:
    choose(shown, "后来", "第 2 版（09:01:00）")
    choose(shown, "原来", "第 1 版（09:00:00）")
    [(gone, come)] = marked(shown)
    assert gone.startswith("人生") and come.startswith("这款茶每袋三克<b>炒制</b>")
    expect(shown.get_by_role("deletion").first).to_be_visible()
    expect(shown.get_by_text("没有白走的路").first).to_be_visible()
    shown.evaluate("localStorage.setItem('contentcheck.language', 'en'); window.again()")
    assert marked(shown) == [(gone, come)]
    expect(shown.get_by_label("Before").first).to_have_value("Version 1 (09:00:00)")
    choose(shown, "After", "Version 1 (09:00:00)")
    expect(shown.get_by_role("status").filter(has_text="are the same")).to_be_visible()


def test_the_scores_of_both_and_how_they_moved(shown: Page) -> None:
    choose(shown, "后来", "第 2 版（09:01:00）")
    choose(shown, "原来", "第 1 版（09:00:00）")
    texts = [
        shown.evaluate(
            "(text) => fetch('/v1/checks', {method: 'POST', headers: {'Content-Type': "
            "'application/json'}, body: JSON.stringify({text})}).then((r) => r.json())",
            text,
        )
        for text in TEXTS[:2]
    ]
    before, after = (round(report["homogeneity"]["score"]) for report in texts)
    cells = scores(shown).get_by_role("row", name="同质化").get_by_role("cell")
    assert cells.all_inner_texts()[:2] == [str(before), str(after)]
    told = cells.nth(2).inner_text()
    if before == after:
        assert told == "没有变化"
    else:
        assert told == f"{'+' if after > before else '−'}{abs(after - before)}，变{'差' if after > before else '好'}"
    relevance = scores(shown).get_by_role("row", name="相关性").get_by_role("cell")
    assert relevance.all_inner_texts()[0] == "无"  # the first was checked without a brand


def test_a_long_unchanged_stretch_of_a_changed_line_is_folded(page: Page) -> None:
    opened(page)
    page.evaluate(SHOW, [LONG + "雪。" + LONG, LONG + "雨。" + LONG])
    hidden = page.locator(".changed").last.get_by_role("button")
    expect(hidden).to_have_count(4)
    count = len(LONG) - 80 + 1
    expect(hidden.first).to_contain_text(str(count - 1))
    hidden.first.click()
    expect(hidden).to_have_count(3)
    expect(page.locator(".changed").last.get_by_role("group").first).to_contain_text(LONG)
    assert marked(page) == [("雪", "雨")]


def test_one_version_is_none_to_compare(page: Page) -> None:
    opened(page)
    page.evaluate(SHOW, TEXTS[:1])
    expect(page.get_by_text("还只有一个版本")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_accessible_and_fits_any_width(page: Page, size: str, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    opened(page)
    expect(page.locator("main h1")).to_be_visible()
    page.evaluate(SHOW, TEXTS)
    page.evaluate(
        "document.querySelector('main').prepend(Object.assign(document.createElement('h1'), {textContent: '检查'}))"
    )
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"
    first, second = (cell.bounding_box() for cell in page.locator(".sides .changed").first.get_by_role("group").all())
    assert first and second
    assert (second["x"] > first["x"]) if size == "desktop" else (second["y"] > first["y"] and second["x"] == first["x"])


def test_a_draft_of_50000_characters_is_compared_within_a_second_or_two(page: Page) -> None:
    opened(page)
    text = "".join(f"第{i}段说的是院子里的第{i * 7}棵树和它的影子。\n" for i in range(2_000))
    took = page.evaluate(
        """async (text) => {
            const { versionsView } = await import('/page/views/check/versions.js');
            const report = await (await fetch('/v1/checks', { method: 'POST', headers: {'Content-Type':
                'application/json'}, body: JSON.stringify({ text: '一段话。' }) })).json();
            const version = (minute, text) => ({ made: new Date(2026, 4, 1, 9, minute), title: '', text, report });
            const versions = [version(0, text), version(1, text.replaceAll('5段说', '5段没有说'))];
            const start = performance.now();
            document.querySelector('main').replaceChildren(versionsView(versions));
            document.querySelector('main').getBoundingClientRect();
            return performance.now() - start;
        }""",
        text,
    )
    assert took < 4_000
    expect(page.locator(".changed")).to_have_count(200)
