"""Brands and products as an editor makes, changes and deletes them."""

import re
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Dialog, Locator, Page, Route, expect

from tests.page.accessible import violations

TEA = {"name": "决明子茶", "text": "炒制决明子，每袋三克。", "key_points": ["不含咖啡因"], "synonyms": ["小黄袋"]}


@pytest.fixture
def brand(address: str) -> str:
    """With one product, of the number tea/1."""
    name = f"茶铺{uuid4().hex[:6]}"
    _at(address, name, "PUT", {"products": [{"product_id": "tea/1", **TEA}]})
    return name


def _at(address: str, path: str, method: str = "GET", body: Any = None) -> dict[str, Any]:
    return httpx.request(method, f"{address}/v1/brands/{path}", json=body).raise_for_status().json()


def _open(page: Page, brand: str) -> None:
    page.goto(f"/#/brands/{quote(brand)}")
    expect(page.get_by_role("heading", name=brand)).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile("产品 "))).to_be_visible()


def _edit(page: Page) -> Locator:
    """The open form of the tea."""
    page.get_by_role("button", name="编辑“决明子茶”").click()
    form = page.get_by_role("form", name="编辑“决明子茶”")
    expect(form.get_by_label("名称")).to_be_focused()
    return form


def test_a_brand_is_made_and_its_products_are_written(page: Page, size: str, address: str):
    name = f"新铺{uuid4().hex[:6]}"
    page.goto("/#/brands")
    expect(page.get_by_role("link", name="苔朵 6 个产品")).to_be_visible()
    page.get_by_label("新品牌的名称").fill(name)
    page.get_by_role("button", name="建立").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    expect(page.get_by_text("好的产品介绍是什么样")).to_be_visible()
    page.get_by_role("button", name="添加产品").click()
    form = page.get_by_role("form", name="新产品")
    expect(form.get_by_label("名称")).to_be_focused()
    form.get_by_label("名称").fill("决明子茶")
    form.get_by_label("介绍").fill("炒制决明子，每袋三克。")
    form.get_by_label("要点").fill("不含咖啡因\n\n每袋三克\n")
    form.get_by_label("别名").fill("小黄袋")
    form.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", name="决明子茶")).to_be_visible()
    expect(page.get_by_text("好的产品介绍是什么样")).to_be_hidden()
    [product] = _at(address, name)["products"]
    assert product.pop("product_id")
    assert product == {**TEA, "key_points": ["不含咖啡因", "每袋三克"]}
    assert violations(page) == []
    page.get_by_role("link", name="所有品牌").click()
    expect(page.get_by_role("link", name=f"{name} 1 个产品")).to_be_visible()


@pytest.mark.parametrize("name", ["茶/铺", "..", "  "])
def test_a_name_that_no_address_can_hold_is_refused(page: Page, name: str):
    page.goto("/#/brands")
    page.get_by_label("新品牌的名称").fill(name)
    page.get_by_role("button", name="建立").click()
    expect(page.locator("#new-brand-wrong")).not_to_be_empty()
    expect(page.get_by_label("新品牌的名称")).to_be_focused()


def test_a_brand_that_exists_is_not_made_again(page: Page):
    page.goto("/#/brands")
    page.get_by_label("新品牌的名称").fill("苔朵")
    page.get_by_role("button", name="建立").click()
    page.get_by_role("alert").get_by_role("link", name="打开它").click()
    expect(page.get_by_role("heading", name="晴序防晒乳")).to_be_visible()


def test_a_product_is_edited_in_its_place(page: Page, size: str, brand: str, address: str):
    _open(page, brand)
    form = _edit(page)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"
    form.get_by_label("名称").fill("陈年决明子茶")
    form.get_by_label("要点").fill("不含咖啡因\n每袋三克")
    form.get_by_role("button", name="保存").click()
    expect(page.get_by_role("button", name="编辑“陈年决明子茶”")).to_be_focused()
    expect(page.get_by_role("listitem").filter(has_text="每袋三克").last).to_be_visible()
    [product] = _at(address, brand)["products"]
    changed = {"name": "陈年决明子茶", "key_points": ["不含咖啡因", "每袋三克"]}
    assert product == {"product_id": "tea/1", **TEA, **changed}


def test_what_is_wrong_is_said_at_its_field(page: Page, brand: str):
    _open(page, brand)
    form = _edit(page)
    form.get_by_label("介绍").fill(" ")
    form.get_by_label("名称").fill("茶" * 501)
    form.get_by_role("button", name="保存").click()
    for label, said in (("名称", "500"), ("介绍", "至少")):
        field = form.get_by_label(label)
        expect(field).to_have_attribute("aria-invalid", "true")
        told = field.get_attribute("aria-describedby")
        assert told is not None
        expect(page.locator(f"#{told.split()[-1]}")).to_contain_text(said)
    expect(form.get_by_label("名称")).to_be_focused()
    form.get_by_label("名称").fill("茶")
    form.get_by_label("介绍").fill("好茶。")
    form.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", name="茶", exact=True)).to_be_visible()


def test_too_short_a_standing_text_is_refused_with_its_line(page: Page, brand: str, address: str):
    _open(page, brand)
    form = page.get_by_role("form", name="品牌自己的说法")
    form.get_by_label("专用词").fill("小黄袋\n决明子")
    form.get_by_label("固定用语").fill("本文不构成医疗建议\n\n短")
    form.get_by_role("button", name="保存").click()
    expect(form).to_contain_text("第 3 行：固定用语“短”太短")
    form.get_by_label("固定用语").fill("本文不构成医疗建议")
    form.get_by_role("button", name="保存").click()
    expect(page.get_by_text("已保存。")).to_be_visible()
    stored = _at(address, brand)
    assert (stored["words"], stored["allowed"]) == (["小黄袋", "决明子"], ["本文不构成医疗建议"])


def test_own_words_are_saved_after_products_have_changed(page: Page, brand: str, address: str):
    _open(page, brand)
    _at(address, f"{brand}/products/oil", "PUT", {"name": "油", "text": "菜籽油。"})
    form = page.get_by_role("form", name="品牌自己的说法")
    form.get_by_label("专用词").fill("小黄袋")
    form.get_by_role("button", name="保存").click()
    expect(page.get_by_text("已保存。")).to_be_visible()
    assert len(_at(address, brand)["products"]) == 2


@pytest.mark.parametrize(("choice", "text"), [("载入最新内容", "别人写的。"), ("用我的内容覆盖", "我写的。")])
def test_a_product_that_somebody_else_has_changed(page: Page, brand: str, address: str, choice: str, text: str):
    _open(page, brand)
    form = _edit(page)
    form.get_by_label("介绍").fill("我写的。")
    _at(address, f"{brand}/products/tea%2F1", "PUT", {**TEA, "text": "别人写的。"})
    form.get_by_role("button", name="保存").click()
    expect(form.get_by_role("alert")).to_contain_text("刚被别人改过")
    expect(form.get_by_label("介绍")).to_have_value("我写的。")
    form.get_by_role("button", name=choice).click()
    if text == "别人写的。":
        expect(page.get_by_role("textbox", name="介绍")).to_have_value(text)
        page.get_by_role("button", name="取消").click()
    expect(page.locator("article")).to_contain_text(text)
    assert _at(address, brand)["products"][0]["text"] == text


@pytest.mark.parametrize(("choice", "words"), [("载入最新内容", ["别人的词"]), ("用我的内容覆盖", ["我的词"])])
def test_words_that_somebody_else_has_changed(page: Page, brand: str, address: str, choice: str, words: list[str]):
    _open(page, brand)
    form = page.get_by_role("form", name="品牌自己的说法")
    form.get_by_label("专用词").fill("我的词")
    _at(address, brand, "PUT", {"words": ["别人的词"]})
    form.get_by_role("button", name="保存").first.click()
    expect(form.get_by_role("alert")).to_contain_text("刚被别人改过")
    form.get_by_role("button", name=choice).click()
    if words == ["我的词"]:
        expect(page.get_by_text("已保存。")).to_be_visible()
    expect(form.get_by_role("alert")).to_have_count(0)
    expect(form.get_by_label("专用词")).to_have_value(words[0])
    assert _at(address, brand)["words"] == words


def test_a_product_that_somebody_else_has_deleted_can_still_be_saved(page: Page, brand: str, address: str):
    _open(page, brand)
    form = _edit(page)
    form.get_by_label("介绍").fill("我写的。")
    httpx.delete(f"{address}/v1/brands/{brand}/products/tea%2F1").raise_for_status()
    form.get_by_role("button", name="保存").click()
    form.get_by_role("button", name="用我的内容覆盖").click()
    expect(page.locator("article")).to_contain_text("我写的。")
    assert _at(address, brand)["products"][0]["text"] == "我写的。"


def test_a_product_is_deleted_and_put_back(page: Page, brand: str, address: str):
    _open(page, brand)
    page.get_by_role("button", name="删除“决明子茶”").click()
    expect(page.get_by_text("已删除“决明子茶”。")).to_be_visible()
    expect(page.get_by_role("heading", name="产品 还没有产品")).to_be_focused()
    assert _at(address, brand)["products"] == []
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_role("button", name="编辑“决明子茶”")).to_be_focused()
    assert _at(address, brand)["products"] == [{"product_id": "tea/1", **TEA}]


def test_imported_products_are_stored_at_once_and_taken_back(page: Page, brand: str, address: str):
    rows = [
        {"brand": "", "product_id": "tea/1", **TEA},
        {"brand": brand, "product_id": "oil", "name": "油", "text": "菜籽油。", "key_points": [], "synonyms": []},
        {"brand": "别的铺", "product_id": "x", "name": "别的", "text": "别人的。", "key_points": [], "synonyms": []},
    ]
    _open(page, brand)
    js = """async ([brand, rows]) => {
        const { storeRows } = await import('/page/views/brands/importing.js');
        return await storeRows(brand, rows, new AbortController().signal);
    }"""
    expected = [("unchanged", "tea/1"), ("added", "oil"), ("skipped", "x")]
    assert [(o["outcome"], o["id"]) for o in page.evaluate(js, [brand, rows])] == expected
    assert [p["product_id"] for p in _at(address, brand)["products"]] == ["tea/1", "oil"]
    rows[1]["text"] = "压榨菜籽油。"
    assert [o["outcome"] for o in page.evaluate(js, [brand, rows])] == ["unchanged", "replaced", "skipped"]
    undo = "([brand, ids]) => import('/page/views/brands/importing.js').then((m) => m.takeBack(brand, ids))"
    page.evaluate(undo, [brand, ["oil"]])
    assert [p["product_id"] for p in _at(address, brand)["products"]] == ["tea/1"]


def test_a_number_is_given_once(page: Page, brand: str, address: str):
    _open(page, brand)
    page.get_by_role("button", name="添加产品").click()
    form = page.get_by_role("form", name="新产品")
    form.get_by_label("名称").fill("油")
    form.get_by_label("介绍").fill("菜籽油。")
    for number, said in (("tea/1", "已经有这个编号"), ("..", "不能只是点")):
        form.get_by_label("编号").fill(number)
        form.get_by_role("button", name="保存").click()
        expect(form).to_contain_text(said)
    form.get_by_label("编号").fill("oil-1")
    form.get_by_role("button", name="保存").click()
    expect(page.get_by_text("编号：oil-1")).to_be_visible()
    assert [p["product_id"] for p in _at(address, brand)["products"]] == ["tea/1", "oil-1"]


def test_what_was_typed_outlives_language_and_view_and_holds_the_tab(page: Page, brand: str):
    _open(page, brand)
    _edit(page).get_by_label("介绍").fill("还没有保存。")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("textbox", name="Description")).to_have_value("还没有保存。")
    page.get_by_role("button", name="中文").click()
    page.get_by_role("link", name="历史", exact=True).click()
    expect(page.get_by_text(f"“{brand}”还有没保存的修改")).to_be_visible()
    page.get_by_role("button", name="回去保存").click()
    expect(page.get_by_role("textbox", name="介绍")).to_have_value("还没有保存。")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.close(run_before_unload=True)
    for _ in range(50):
        if asked:
            break
        page.wait_for_timeout(50)
    assert asked == ["beforeunload"] and not page.is_closed()
    page.get_by_role("button", name="取消").click()
    page.get_by_role("link", name="历史", exact=True).click()
    expect(page.get_by_text("还有没保存的修改")).to_have_count(0)


def test_a_brand_is_deleted_once_its_name_is_typed(page: Page, brand: str, address: str):
    _open(page, brand)
    page.get_by_text("删除品牌").first.click()
    button = page.get_by_role("button", name="删除品牌")
    expect(button).to_be_disabled()
    page.get_by_label(f"输入品牌名“{brand}”来确认").fill(brand)
    button.click()
    expect(page.get_by_text(f"已删除“{brand}”。")).to_be_visible()
    expect(page.get_by_role("heading", name="品牌和产品")).to_be_visible()
    assert httpx.get(f"{address}/v1/brands/{brand}").status_code == 404


def test_an_unknown_brand_is_said_in_words(page: Page):
    page.goto("/#/brands/无此品牌")
    expect(page.get_by_role("alert")).to_contain_text("没有品牌“无此品牌”")


def test_a_list_that_fails_is_tried_again(page: Page):
    def refuse(route: Route) -> None:
        route.fulfill(
            status=429,
            json={"type": "urn:contentcheck:problem:rate_limited", "status": 429, "detail": "请求太频繁"},
        )

    page.route("**/v1/brands?*", refuse)
    page.goto("/#/brands")
    expect(page.get_by_role("alert")).to_contain_text("请求太频繁")
    page.unroute("**/v1/brands?*")
    page.get_by_role("button", name="再试一次").click()
    expect(page.get_by_role("link", name="苔朵")).to_be_visible()
