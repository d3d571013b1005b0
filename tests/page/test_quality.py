"""What holds for every view: light, still, by keyboard alone, readable enlarged, plain about a service in trouble."""

import json
from collections.abc import Iterator
from itertools import cycle
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Response, Route, expect

from tests.page.test_frame import VIEWS

BYTES = 200_000
CONTROLS = (
    "a[href], button, input, select, textarea, summary, [tabindex='0'], [contenteditable]:not([contenteditable=false])"
)
REACHABLE = f"""() => [...document.querySelectorAll({json.dumps(CONTROLS)})].filter((one) =>
    !one.disabled && one.tabIndex >= 0 && one.checkVisibility({{ visibilityProperty: true }}) &&
    !(one.type === 'radio' && !one.checked && document.querySelector(`[name="${{one.name}}"]:checked`)))"""


def _opened(page: Page, view: str) -> None:
    page.goto(f"/#/{view}")
    expect(page.locator("main h1")).to_be_visible()
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("view", VIEWS)
def test_a_first_visit_loads_little(page: Page, view: str):
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    _opened(page, view)
    assert {r.url.rpartition("/")[2] for r in answers} >= {"app.js", "base.css", f"{view}.js"}
    loaded = {answer.url: len(answer.body()) for answer in answers}
    assert sum(loaded.values()) < BYTES, sorted(loaded.items(), key=lambda of: -of[1])[:10]


@pytest.mark.parametrize("view", VIEWS)
def test_nothing_moves_while_a_view_loads(page: Page, size: str, view: str):
    page.add_init_script(
        """window.shifts = [];
        new PerformanceObserver((list) => shifts.push(...list.getEntries().map((one) => [one.value,
            one.sources.map(({ node }) => node?.outerHTML?.slice(0, 80))])))
            .observe({ type: "layout-shift", buffered: true })"""
    )
    _opened(page, view)
    page.wait_for_timeout(300)
    shifts = page.evaluate("shifts")
    assert sum(value for value, _ in shifts) < 0.1, shifts


@pytest.mark.parametrize("view", VIEWS)
def test_the_keyboard_reaches_every_control_in_order_and_shows_where_it_is(page: Page, view: str):
    _opened(page, view)
    wanted = page.evaluate(f"(window.reachable = ({REACHABLE})()).map((one) => one.outerHTML.slice(0, 120))")
    reached: list[int] = []
    for _ in range(2 * len(wanted) + 10):
        page.keyboard.press("Tab")
        at, seen = page.evaluate(
            """() => {
                const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(document.activeElement);
                const outlined = outlineStyle !== "none" && parseFloat(outlineWidth) > 0;
                const framed = getComputedStyle(document.activeElement.parentElement).boxShadow !== "none";
                return [reachable.indexOf(document.activeElement), outlined || framed || boxShadow !== "none"];
            }"""
        )
        if at < 0 or at in reached:
            if reached and at != reached[-1]:  # a control may have several stops, as a date has
                break
            continue
        assert seen, f"no focus to be seen on {wanted[at]}"
        reached.append(at)
    assert [wanted[n] for n in range(len(wanted)) if n not in reached] == []
    assert reached == sorted(reached), "not in the order of the page"


def test_the_header_can_be_skipped(page: Page, size: str):
    _opened(page, "brands")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="跳到正文")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_the_focus_survives_language_and_view(page: Page):
    _opened(page, "brands")
    page.get_by_role("button", name="English").press("Enter")
    expect(page.get_by_role("button", name="中文")).to_be_focused()
    page.get_by_role("link", name="History").press("Enter")
    expect(page.locator("main h1")).to_be_visible()
    expect(page.get_by_role("link", name="History")).to_be_focused()
    page.get_by_role("link", name="Brands").press("Enter")
    page.get_by_role("link", name="苔朵").press("Enter")
    expect(page.get_by_role("heading", name="苔朵")).to_be_visible()
    expect(page.locator("main")).to_be_focused()


def test_nothing_moves_for_those_who_ask_for_it(page: Page):
    page.emulate_media(reduced_motion="reduce")
    js = """[...document.querySelectorAll("*")].map((one) => getComputedStyle(one))
        .filter((style) => parseFloat(style.transitionDuration) > 0 || style.animationName !== "none").length"""
    for view in VIEWS:
        _opened(page, view)
        assert page.evaluate(js) == page.evaluate("document.getAnimations().length") == 0, view


@pytest.mark.parametrize("width", [1280, 390])
def test_text_twice_as_large_is_not_cut_off(page: Page, width: int):
    page.set_viewport_size({"width": width, "height": 844})
    font = "parseFloat(getComputedStyle(document.querySelector('main h1')).fontSize)"
    cut = """[...document.querySelectorAll("main *, header *")].filter((one) => {
        const { overflowX, overflowY, textOverflow } = getComputedStyle(one);
        const hides = (way) => way === "hidden" || way === "clip";
        return one.checkVisibility() && one.clientWidth > 1 && textOverflow !== "ellipsis" &&
            ((hides(overflowX) && one.scrollWidth > one.clientWidth + 1) ||
             (hides(overflowY) && one.scrollHeight > one.clientHeight + 1));
    }).map((one) => one.outerHTML.slice(0, 120))"""
    for view in VIEWS:
        _opened(page, view)
        page.evaluate("document.documentElement.style.removeProperty('font-size')")
        before = page.evaluate(font)
        page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
        assert page.evaluate(font) == pytest.approx(2 * before), view
        assert page.evaluate(cut) == [], view
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{view} scrolls sideways"


def test_nothing_scrolls_sideways_on_the_smallest_screen(page: Page):
    page.set_viewport_size({"width": 320, "height": 640})
    for view in VIEWS:
        _opened(page, view)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), view


@pytest.fixture
def troubled(browser: Browser, address: str) -> Iterator[Page]:
    """A tab whose network may fail, which the browser logs; scripts may not."""
    context = browser.new_context(base_url=address, locale="zh-CN")
    errors: list[str] = []
    tab = context.new_page()
    tab.on("pageerror", lambda error: errors.append(str(error)))
    yield tab
    context.close()
    assert errors == []


@pytest.mark.parametrize(("view", "language"), list(zip(VIEWS, cycle(["zh", "en"]), strict=False)))
def test_a_service_that_is_down_is_said_in_words_and_tried_again(troubled: Page, view: str, language: str):
    troubled.add_init_script(f"localStorage.setItem('contentcheck.language', '{language}')")
    _opened(troubled, "history" if view == "check" else "check")
    troubled.context.set_offline(True)
    troubled.goto(f"/#/{view}")
    said, retry = {"zh": ("连不上服务", "再试一次"), "en": ("cannot be reached", "Try again")}[language]
    told = troubled.get_by_role("alert").filter(has_text=said)
    expect(told).to_be_visible()
    troubled.context.set_offline(False)
    told.get_by_role("button", name=retry).click()
    expect(troubled.locator("main h1")).to_be_visible()
    expect(told).to_have_count(0)


@pytest.mark.parametrize("view", ["check", "brands"])
def test_a_service_that_starts_is_waited_for(troubled: Page, view: str):
    refused: list[str] = []

    def starting(route: Route) -> None:
        if route.request.url in refused:
            route.continue_()
            return
        refused.append(route.request.url)
        route.fulfill(status=503, json=_NOT_READY, content_type="application/problem+json")

    troubled.route("**/v1/**", starting)
    troubled.goto(f"/#/{view}")
    expect(troubled.get_by_role("status")).to_contain_text("正在启动")
    expect(troubled.locator("main h1")).to_be_visible()
    troubled.wait_for_load_state("networkidle")
    expect(troubled.locator(".failure:visible")).to_have_count(0)
    assert refused


_NOT_READY: dict[str, Any] = {
    "type": "urn:contentcheck:problem:not_ready",
    "title": "服务正在启动",
    "status": 503,
    "detail": "服务正在启动，几秒后再试",
    "instance": "urn:uuid:x",
    "errors": [],
}
