"""Charts on a page: in their place before they come, right for scheme, language and width, and errors said in words."""

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.page.accessible import violations

LABEL = "每段与每个产品的相关性"
HEAT = {
    "paragraphs": ["第 1 段 <b>人生</b>没有白走的路", "第 2 段 这款面霜含三种神经酰胺", "第 3 段 😀"],
    "products": ["神经酰胺修护面霜", "清透防晒乳", "氨基酸洁面"],
    "scores": [[4.2, 3, 1], [97, 41, 60], [50, 20, 35]],
}
SHOW = """async ([path, body, label]) => {
    const { chart } = await import('/page/chart.js');
    const { el } = await import('/page/elements.js');
    globalThis.leaving = new AbortController();
    globalThis.shifts = 0;
    new PerformanceObserver((list) => { for (const e of list.getEntries()) globalThis.shifts += e.value; })
        .observe({ type: 'layout-shift' });
    const made = chart(path, { body: body ?? undefined, label, signal: globalThis.leaving.signal });
    document.querySelector('main').replaceChildren(
        el('section', {}, el('h1', {}, 'charts'), made, el('p', { id: 'after' }, 'after')));
}"""


def show(page: Page, path: str, body: object = None) -> Request:
    """What the service was asked for the chart that is shown then."""
    page.goto("/#/check")
    expect(page.locator("main h1")).to_be_visible()
    with page.expect_response("**/v1/charts/**", timeout=30_000) as answer:
        page.evaluate(SHOW, [path, body, LABEL])
    if answer.value.ok:
        expect(page.get_by_role("img", name=LABEL)).to_be_visible()
        expect(page.locator(".chart")).to_have_attribute("aria-busy", "false")
    return answer.value.request


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/charts/relevance", HEAT),
        ("/v1/charts/library?by=genre", None),
        ("/v1/charts/thresholds?score=relevance", None),
    ],
)
def test_a_chart_takes_the_place_that_was_kept_for_it(page: Page, size: str, path: str, body: object) -> None:
    show(page, path, body)
    assert page.evaluate("globalThis.shifts") == 0
    natural = page.evaluate("""() => {
        const image = document.querySelector('.chart img');
        return [image.naturalWidth - image.width, image.naturalHeight - image.height];
    }""")
    assert natural == [0, 0], "letters would be smaller than meant"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"
    assert violations(page) == []


def test_it_is_drawn_anew_for_the_other_colours_and_language(page: Page) -> None:
    page.emulate_media(color_scheme="light")
    asked = show(page, "/v1/charts/relevance", HEAT).post_data_json
    assert (asked["scheme"], asked["language"], asked["paragraphs"]) == ("light", "zh", HEAT["paragraphs"])
    before = page.locator(".chart img").get_attribute("src") or ""
    with page.expect_request("**/v1/charts/relevance") as again:
        page.emulate_media(color_scheme="dark")
    assert again.value.post_data_json["scheme"] == "dark"
    expect(page.locator(".chart img")).not_to_have_attribute("src", before)
    page.evaluate("localStorage.setItem('contentcheck.language', 'en')")
    assert "scheme=dark&language=en" in show(page, "/v1/charts/library?by=month").url


def test_a_wide_one_is_scrolled_within_its_place_by_keys_as_well(page: Page, size: str) -> None:
    products = [f"产品{n}" for n in range(30)]
    show(page, "/v1/charts/relevance", {"paragraphs": ["第 1 段"], "products": products, "scores": [[50] * 30]})
    place = page.get_by_role("region", name=LABEL)
    place.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.querySelector('.chart').scrollLeft > 0")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations(page) == []


def test_an_error_is_said_and_can_be_tried_again(page: Page) -> None:
    def refused(route: Route) -> None:
        details = {"type": "urn:contentcheck:problem:overloaded", "status": 503, "detail": "正在画别的图，请稍后再试"}
        route.fulfill(status=400, json=details)

    page.route("**/v1/charts/**", refused, times=1)
    show(page, "/v1/charts/library?by=genre")
    expect(page.get_by_role("alert")).to_contain_text("正在画别的图")
    page.get_by_role("button", name="再试一次").click()
    expect(page.get_by_role("img", name=LABEL)).to_be_visible(timeout=30_000)


def test_nothing_is_drawn_once_the_view_is_left(page: Page) -> None:
    show(page, "/v1/charts/library?by=genre")
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url))
    page.evaluate("globalThis.leaving.abort()")
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 700, "height": 700})
    page.wait_for_timeout(400)
    assert [url for url in asked if "/v1/charts" in url] == []
