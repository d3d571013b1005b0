"""The frame of the page: views, language, offsets."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page, Route, expect

from tests.page.accessible import violations

VIEWS = {
    "check": "检查",
    "library": "内容库",
    "brands": "品牌",
    "history": "历史",
    "jobs": "批量任务",
    "settings": "设置",
}


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_view_is_accessible_in_both_schemes(page: Page, size: str, view: str, scheme: str):
    page.emulate_media(color_scheme=scheme)
    page.goto(f"/#/{view}")
    expect(page.get_by_role("link", name=VIEWS[view], exact=True)).to_have_attribute("aria-current", "page")
    expect(page.locator("main h1")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"


def test_the_language_is_switched_and_kept(page: Page):
    page.goto("/")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("link", name="Library")).to_be_visible()
    page.reload()
    expect(page.get_by_role("link", name="Library")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_a_view_that_is_left_before_it_comes_is_not_made(page: Page):
    """It would hold on to what the next one needs: its colours, of no draft, would stand in place of the draft's."""
    page.add_init_script("""window.made = 0;
        const set = HighlightRegistry.prototype.set;
        HighlightRegistry.prototype.set = function (name, colours) {
            if (name === 'chosen') window.made += 1;
            return set.call(this, name, colours);
        };""")
    held: list[Route] = []
    page.route("**/page/views/check.js", lambda route: held.append(route))
    page.goto("/#/check")
    page.get_by_role("button", name="English").click()
    page.get_by_role("button", name="中文").click()
    page.wait_for_timeout(1_000)  # each has asked who the reader is, and waits for its module
    for route in held:
        route.continue_()
    expect(page.locator("main h1")).to_have_text("检查稿件")
    assert page.evaluate("window.made") == 1


def test_what_is_told_on_a_phone_can_be_touched(page: Page, size: str):
    page.goto("/#/check")
    field = page.get_by_role("textbox", name="正文")
    field.fill("愿你历尽千帆，归来仍是少年。人生没有白走的路，每一步都算数。" * 3)
    expect(page.get_by_role("status").first).to_contain_text("检查完")
    page.get_by_role("button", name="打开文件").locator("xpath=..").locator("input").set_input_files(
        {"name": "稿.md", "mimeType": "text/markdown", "buffer": "# 题\n\n人生没有白走的路，每一步都算数。".encode()}
    )
    page.get_by_role("button", name="换回原来的").click()  # whatever covered it would take the click
    expect(field).to_have_value(re.compile("愿你历尽千帆"))


def test_offsets_are_those_of_the_text_with_any_characters(page: Page):
    page.goto("/")

    @settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.text(st.characters(exclude_categories=["Cs"])))
    def check(text: str):
        js = """async ([text, points]) => {
            const { offsetsOf } = await import('/page/offsets.js');
            const offsets = offsetsOf(text);
            return points.map((p) => [text.slice(0, offsets.toUnits(p)), offsets.toPoints(offsets.toUnits(p))]);
        }"""
        points = list(range(len(text) + 1))
        assert page.evaluate(js, [text, points]) == [[text[:p], p] for p in points]

    check()
