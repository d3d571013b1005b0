"""The check view: what an editor does with a draft."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Request, Route, expect

from tests.command_line import small_edition
from tests.page.accessible import violations

_WHOLE = next(item.text for item in small_edition().items if 60 <= len(item.text) <= 200 and "\n" not in item.text)
_OWN = "苔朵夜庐神经酰胺面霜每罐 50 克，2024 年 3 月在绍兴的车间试制了 17 次，干性皮肤每晚用黄豆大一粒。"
_DRAFT = f"👩‍🔬 {_OWN}\n\n{_WHOLE}\n\n{_OWN}"
_SCHEMES = ["light", "dark"]

_PAINTED = """(kind) => [...CSS.highlights.get(kind)].map((range) => range.toString())"""
_PASTE = """(field, data) => {
    const carried = new DataTransfer();
    for (const [type, value] of Object.entries(data)) carried.setData(type, value);
    field.dispatchEvent(new ClipboardEvent('paste', { clipboardData: carried, bubbles: true, cancelable: true }));
}"""

_NATURAL_HEIGHTS = """() => {
    const both = ['textarea.paper', 'div.paper'].map((name) => document.querySelector('.editor ' + name));
    for (const { style } of both) Object.assign(style, { height: '0px', alignSelf: 'start' });
    const heights = both.map((e) => e.scrollHeight);
    for (const { style } of both) Object.assign(style, { height: '', alignSelf: '' });
    return heights;
}"""


def _field(page: Page) -> Locator:
    return page.get_by_role("textbox", name="正文")


def _open(page: Page) -> Locator:
    page.goto("/#/check")
    field = _field(page)
    expect(field).to_be_visible()
    return field


def _paste(page: Page, text: str) -> None:
    """As an editor pastes plain text, where the caret is."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("ControlOrMeta+v")


def _checked(page: Page, text: str = _DRAFT) -> Locator:
    """A page with a draft and its result."""
    field = _open(page)
    field.focus()
    _paste(page, text)
    expect(page.get_by_role("status").first).to_contain_text("检查完")
    return field


def _answer(route: Route, body: dict[str, Any], status: int = 200) -> None:
    route.fulfill(status=status, content_type="application/json", body=json.dumps(body))


def _sent(page: Page) -> list[dict[str, Any]]:
    """The drafts that are checked from now on."""
    bodies: list[dict[str, Any]] = []

    def keep(request: Request) -> None:
        if request.method == "POST" and request.url.endswith("/v1/checks"):
            bodies.append(json.loads(request.post_data or ""))

    page.on("request", keep)
    return bodies


def test_a_pasted_draft_shows_its_worst_sentence_without_a_click(page: Page, size: str):
    _checked(page)
    worst = page.locator(".worst")
    expect(worst).to_be_in_viewport()
    expect(worst).to_contain_text("最该改的一句")
    expect(worst).to_contain_text("原文照搬")
    expect(page.locator(".verdict")).to_be_in_viewport()
    [chosen] = page.evaluate(_PAINTED, "chosen")
    assert chosen in _WHOLE
    expect(worst).to_contain_text(chosen)
    top, bottom = page.evaluate(
        "() => { const r = [...CSS.highlights.get('chosen')][0].getBoundingClientRect(); return [r.top, r.bottom] }"
    )
    assert 0 <= top < bottom <= page.viewport_size["height"]  # pyright: ignore[reportOptionalSubscript]


def test_what_is_painted_is_what_the_report_says(page: Page):
    _checked(page)
    assert "".join(page.evaluate(_PAINTED, "verbatim")).replace("\n", "") == _WHOLE


def test_the_colours_lie_under_the_words(page: Page, size: str):
    """The field and the painted copy break their lines alike: neither is higher than the other."""
    field = _open(page)
    for text in ["短句", "a" * 500, "字" * 3000 + "。" * 40, "行\n\n\n" * 30, "价 50 元，ABC 👩‍👩‍👧 é  \n" * 40]:
        field.fill(text)
        field_height, copy_height = page.evaluate(_NATURAL_HEIGHTS)
        assert abs(field_height - copy_height) < 2, text[:20]


def test_evidence_stands_beside_the_passage_and_escape_leads_back(page: Page, size: str):
    _checked(page)
    sentence = page.locator(".worst .sentence")
    sentence.click()
    evidence = page.locator(".evidence")
    expect(evidence).to_be_in_viewport()
    expect(evidence.locator("h2")).to_be_focused()
    expect(evidence.locator(".known mark").first).to_be_visible()
    expect(evidence).to_contain_text("几乎一字不差")
    expect(evidence.locator(".origin").first).to_contain_text("来源：随程序附带的内容库")
    page.keyboard.press("Escape")
    expect(evidence).to_be_hidden()
    expect(sentence).to_be_focused()


def test_a_click_on_coloured_words_opens_their_evidence(page: Page, size: str):
    field = _checked(page)
    spot = page.evaluate(
        """() => {
            const range = [...CSS.highlights.get('verbatim')][0];
            const { left, top, height } = range.getClientRects()[0];
            return [left + 20, top + height / 2];
        }"""
    )
    page.mouse.click(*spot)
    expect(page.locator(".evidence")).to_contain_text("这一句和已知内容一字不差")
    page.keyboard.press("Escape")
    field.evaluate("e => e.setSelectionRange(3, 3)")
    expect(page.locator(".evidence")).to_be_hidden()


def test_keys_lead_from_finding_to_finding(page: Page):
    _checked(page, _DRAFT + "\n\n" + "愿你历尽千帆，归来仍是少年。" * 3)
    page.locator("h1").click()
    page.keyboard.press("n")
    first = page.evaluate(_PAINTED, "chosen")
    page.keyboard.press("n")
    second = page.evaluate(_PAINTED, "chosen")
    page.keyboard.press("p")
    assert page.evaluate(_PAINTED, "chosen") == first != second
    expect(page.locator(".closer")).to_contain_text("第 1 处")


def test_rich_text_is_cleaned_by_the_service_and_can_be_undone(page: Page):
    page.route(
        "**/v1/documents", lambda route: _answer(route, {"title": "标题", "text": f"{_OWN}\n［图片］", "images": 1})
    )
    field = _open(page)
    field.focus()
    field.evaluate(_PASTE, {"text/html": f"<h1>标题</h1><p>{_OWN}</p><img src=x onerror=alert(1)>", "text/plain": "x"})
    expect(field).to_have_value(f"{_OWN}\n［图片］")
    expect(page.get_by_role("textbox", name="标题")).to_have_value("标题")
    expect(page.locator(".notes")).to_contain_text("有 1 张图片。图片里的文字没有读")
    field.focus()
    page.keyboard.press("ControlOrMeta+z")
    expect(field).to_have_value("")


def test_rich_text_goes_where_the_caret_is(page: Page):
    page.route("**/v1/documents", lambda route: _answer(route, {"title": "小标题", "text": "插入的话", "images": 0}))
    field = _open(page)
    field.fill("前后")
    field.evaluate("e => e.setSelectionRange(1, 1)")
    field.evaluate(_PASTE, {"text/html": "<h2>小标题</h2>插入的话", "text/plain": "x"})
    expect(field).to_have_value("前小标题\n插入的话后")


def test_a_paste_that_cannot_be_cleaned_is_not_lost(page: Page):
    problem = {"type": "urn:contentcheck:invalid", "status": 422, "detail": "标签套得太深", "errors": []}
    page.route("**/v1/documents", lambda route: _answer(route, problem, 422))
    field = _open(page)
    field.focus()
    field.evaluate(_PASTE, {"text/html": "<p>话</p>", "text/plain": "纯文字"})
    expect(field).to_have_value("纯文字")
    expect(page.locator("#messages")).to_contain_text("标签套得太深")


def test_a_file_takes_the_place_of_the_draft_which_can_be_brought_back(page: Page):
    page.route("**/v1/documents", lambda route: _answer(route, {"title": "文件", "text": _WHOLE, "images": 0}))
    field = _open(page)
    field.fill("原来写的")
    page.locator("input[type=file]").set_input_files({"name": "a.docx", "mimeType": "x/y", "buffer": b"PK"})
    expect(field).to_have_value(_WHOLE)
    expect(page.locator(".worst")).to_be_visible()
    page.get_by_role("button", name="换回原来的").click()
    expect(field).to_have_value("原来写的")


def test_a_dropped_file_is_read(page: Page):
    page.route("**/v1/documents", lambda route: _answer(route, {"title": "", "text": _OWN, "images": 0}))
    field = _open(page)
    page.locator(".editor").evaluate(
        """(target) => {
            const carried = new DataTransfer();
            carried.items.add(new File(['x'], 'a.md'));
            target.dispatchEvent(new DragEvent('drop', { dataTransfer: carried, bubbles: true, cancelable: true }));
        }"""
    )
    expect(field).to_have_value(_OWN)


def test_a_draft_of_markup_stays_text(page: Page):
    hostile = f"<script>document.title='x'</script><img src=x onerror=\"document.title='x'\"> {_WHOLE}"
    field = _checked(page, hostile)
    page.locator(".worst .sentence").click()
    expect(page.locator(".evidence")).to_be_visible()
    expect(field).to_have_value(hostile)
    assert page.locator("main script, main img").count() == 0
    assert page.title() != "x"


def test_editing_shows_how_scores_moved_and_keeps_the_version_before(page: Page):
    field = _checked(page)
    field.evaluate("(e, at) => e.setSelectionRange(at, at + 12)", len(f"👩‍🔬 {_OWN}\n\n".encode("utf-16-le")) // 2)
    page.keyboard.type("今天")
    expect(page.get_by_role("status").first).to_contain_text("改过了")
    assert not any(_WHOLE[:12] in painted for painted in page.evaluate(_PAINTED, "verbatim"))
    field.press("ControlOrMeta+End")
    page.keyboard.type("\n" + _OWN[:25])
    expect(page.locator(".dial small", has_text="比上一版").first).to_be_visible()
    page.get_by_role("button", name="比较版本（2）").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_pauses_in_typing_do_not_fill_the_history(page: Page):
    sent = _sent(page)
    _checked(page)
    page.keyboard.type("改")
    expect(page.get_by_role("button", name="保存这一版")).to_be_attached()
    page.get_by_role("button", name="保存这一版").click()
    expect(page.get_by_role("button", name="保存这一版")).to_have_count(0)
    assert [body["no_store"] for body in sent] == [False, True, False]


def test_the_draft_survives_a_reload_unless_it_must_not_be_stored(page: Page):
    field = _checked(page)
    page.get_by_role("textbox", name="标题").fill("一个标题")
    page.reload()
    expect(field).to_have_value(_DRAFT)
    expect(page.get_by_role("textbox", name="标题")).to_have_value("一个标题")
    expect(page.locator(".worst")).to_be_visible()
    sent = _sent(page)
    page.get_by_label("不保存这份稿件").check()
    page.get_by_role("button", name="检查", exact=True).click()
    expect(page.locator(".result")).to_contain_text("这份稿件没有保存")
    assert [body["no_store"] for body in sent] == [True]
    page.reload()
    expect(page.get_by_label("不保存这份稿件")).to_be_checked()
    expect(field).to_have_value("")


def test_switching_the_language_loses_nothing_and_asks_nothing(page: Page):
    _checked(page)
    sent = _sent(page)
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("textbox", name="Text")).to_have_value(_DRAFT)
    expect(page.locator(".worst")).to_contain_text("The sentence to mend first")
    assert page.evaluate(_PAINTED, "verbatim") != []
    page.wait_for_timeout(300)
    assert sent == []


def test_the_brand_is_chosen_and_its_missing_points_are_named(page: Page):
    page.route("**/v1/charts/relevance", lambda route: route.fulfill(content_type="image/svg+xml", body="<svg/>"))
    _checked(page)
    page.get_by_label("品牌").select_option("苔朵")
    expect(page.get_by_role("heading", name="相关性")).to_be_visible()


def test_a_key_of_some_brands_is_offered_these_only(page: Page):
    me = {"name": "k", "scopes": ["check"], "brands": ["苔朵"]}
    page.route("**/v1/me", lambda route: _answer(route, me))
    _checked(page)
    assert page.get_by_label("品牌").locator("option").all_inner_texts() == ["苔朵"]
    expect(page.get_by_role("heading", name="相关性")).to_be_visible()
    assert page.get_by_role("button", name="这里判断得不对").count() == 0


def test_a_stored_check_is_opened_by_its_address(page: Page, address: str):
    text = _WHOLE.replace("。", "。\r\n", 1)
    answer = page.request.post(f"{address}/v1/checks", data={"text": text, "title": "旧稿", "brand": "苔朵"})
    check_id = answer.headers["content-location"].rsplit("/", 1)[-1]
    sent = _sent(page)
    page.goto(f"/#/check/{check_id}")
    expect(page.get_by_role("textbox", name="标题")).to_have_value("旧稿")
    expect(page.get_by_label("品牌")).to_have_value("苔朵")
    expect(page.locator(".worst")).to_be_visible()
    assert sent == []
    painted = "".join(page.evaluate(_PAINTED, "verbatim"))
    assert re.sub(r"\s", "", painted) == re.sub(r"\s", "", _WHOLE)
    _field(page).press("ControlOrMeta+End")
    page.keyboard.type("改")
    expect(page).to_have_url(re.compile("#/check$"))


def test_a_refusal_says_what_to_do_and_loses_nothing(page: Page):
    problem = {"type": "urn:contentcheck:overloaded", "status": 429, "detail": "排队的稿件太多，请在 3 秒后再试"}
    page.route("**/v1/checks", lambda route: _answer(route, problem, 429))
    field = _open(page)
    field.fill(_DRAFT)
    expect(page.get_by_role("alert")).to_contain_text("请在 3 秒后再试")
    page.unroute("**/v1/checks")
    page.get_by_role("button", name="再试一次").click()
    expect(page.locator(".worst")).to_be_attached()
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(field).to_have_value(_DRAFT)


def test_too_little_text_is_not_judged(page: Page):
    _open(page).fill("你好。")
    expect(page.locator(".verdict")).to_have_text("文字太少，无法判断")
    assert page.locator(".worst").count() == 0


def test_fifty_thousand_characters_stay_fluid(page: Page):
    line = f"{_WHOLE}\n\n{_OWN}\n\n"
    text = (line * (50_000 // len(line) + 1))[:50_000]
    field = _checked(page, text)
    assert len(page.evaluate(_PAINTED, "verbatim")) > 100
    expect(page.locator(".places li").first).to_be_attached()
    assert page.locator(".places li").count() < 30
    field.evaluate("e => e.setSelectionRange(20000, 20000)")
    took = field.evaluate(
        """async (field) => {
            const times = [];
            for (let i = 0; i < 10; i += 1) {
                await new Promise(requestAnimationFrame);
                const begun = performance.now();
                document.execCommand('insertText', false, '字');
                field.getBoundingClientRect();
                times.push(performance.now() - begun);
            }
            return times.sort((a, b) => a - b)[5];
        }"""
    )
    assert took < 200, f"{took:.0f} ms a key"


@pytest.mark.parametrize("scheme", _SCHEMES)
def test_result_and_evidence_are_accessible(page: Page, size: str, scheme: str):
    page.emulate_media(color_scheme=scheme)  # pyright: ignore[reportArgumentType]
    _checked(page)
    page.get_by_label("品牌").select_option("苔朵")
    expect(page.locator(".dial h3", has_text="相关性")).to_be_attached()
    if size == "phone":
        page.get_by_role("button", name="看结果").click()
    expect(page.get_by_role("heading", name="相关性")).to_be_visible()
    assert violations(page) == []
    page.locator(".worst .sentence").click()
    expect(page.locator(".origin").first).to_contain_text("来源")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"
