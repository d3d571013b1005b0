"""The library view: browsed, searched, added to, removed from and brought back, compared with, counted."""

import re
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from contentcheck.app import Settings, open_store
from tests.page.accessible import violations

ITEMS = "/v1/corpus/items"
STORY = "仓库第三排的货架昨天重新编了号，老周说以后找滤芯不用再问人。"
PIECES = [
    {"id": "s/1", "title": "货架编号", "text": STORY, "genre": "soup", "source": "仓库简报", "published": "2026-03-05"},
    {"id": "s/2", "text": STORY, "genre": "gossip", "tags": ["转载"]},
    {"id": "x", "title": "<script>alert(1)</script>", "text": "<img src=x onerror=alert(1)>滤芯", "genre": "行业黑话"},
]


@pytest.fixture
def pieces(address: str, home: Path) -> None:
    """There whatever the test before has done."""
    store = open_store(Settings(home=home))
    store.library.remove([item.id for item in store.library.items()])
    store.database.close()
    assert httpx.post(address + ITEMS, json=PIECES).status_code == 200


def test_pieces_are_searched_and_filtered(page: Page, pieces: None, size: str) -> None:
    page.goto("/#/library")
    rows = page.locator(".pieces > li")
    expect(rows).to_have_count(3)
    expect(rows.nth(0)).to_contain_text("心灵鸡汤 · 仓库简报 · 2026-03-05")
    expect(rows.nth(1).get_by_role("link", name="与另一条重复")).to_have_attribute("href", "#/library/piece/s%2F1")
    expect(rows.nth(2).get_by_role("heading")).to_have_text("<script>alert(1)</script>")
    expect(page.get_by_text(re.compile("自有 3 条，随程序附带 [0-9,]+ 条"))).to_be_visible()
    page.get_by_role("searchbox").fill("货架")
    expect(rows).to_have_count(2)
    page.get_by_label("只看重复的").check()
    expect(rows).to_have_count(1)
    page.get_by_role("button", name="English").click()  # what was asked for stays
    expect(page.get_by_role("searchbox")).to_have_value("货架")
    expect(rows).to_have_count(1)
    page.get_by_role("button", name="中文").click()
    page.get_by_label("只看重复的").uncheck()
    page.get_by_label("体裁").select_option(label="明星八卦（1）")
    expect(rows).to_have_count(1)
    page.get_by_role("searchbox").fill("没有这样的字词")
    expect(page.get_by_text("没有找到")).to_be_visible()
    page.get_by_role("searchbox").fill("！！")
    expect(page.get_by_role("alert")).to_contain_text("没有可以查找的字词")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_long_list_goes_on(page: Page, address: str, pieces: None) -> None:
    many = [{"id": f"m-{i}", "text": f"第 {i} 条，说的是另外一件事。", "genre": "soup"} for i in range(65)]
    httpx.post(address + ITEMS, json=many)
    page.goto("/#/library")
    rows = page.locator(".pieces > li")
    expect(rows).to_have_count(30)
    for count in (60, 68):
        page.get_by_role("button", name="更多").press("Enter")
        expect(rows).to_have_count(count)
    expect(page.get_by_text("共 68 条")).to_be_visible()


def test_a_piece_is_removed_and_brought_back(page: Page, address: str, pieces: None, size: str) -> None:
    page.goto("/#/library")
    page.get_by_role("link", name="货架编号").click()
    article = page.locator(".piece")
    expect(article).to_contain_text(STORY)
    for value in ("心灵鸡汤", "仓库简报", "2026-03-05", "s/1", "自有"):
        expect(article).to_contain_text(value)
    assert violations(page) == []
    article.get_by_role("button", name="移除").click()
    rows = page.locator(".pieces > li")
    expect(rows).to_have_count(2)
    assert httpx.get(f"{address}{ITEMS}/s%2F1").status_code == 404
    page.get_by_role("button", name="撤销").click()
    expect(page.locator(".piece h2")).to_have_text("货架编号")
    page.go_back()
    expect(rows).to_have_count(3)
    page.get_by_role("button", name="移除“<script>alert(1)</script>”").press("Enter")
    expect(rows).to_have_count(2)
    expect(rows.last.get_by_role("heading").get_by_role("link")).to_be_focused()  # where the removed one was
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_text("已恢复")).to_be_visible()
    expect(rows).to_have_count(3)


def test_what_comes_with_the_program_cannot_be_removed(page: Page, address: str, pieces: None) -> None:
    near = httpx.post(f"{address}/v1/corpus/nearest", json={"text": "人生没有白走的路", "count": 100}).json()["items"]
    shipped = next(n["item_id"] for n in near if n["item_id"] not in ("s/1", "s/2", "x"))
    page.goto(f"/#/library/piece/{shipped}")
    expect(page.get_by_text("随程序附带，不能移除")).to_be_visible()
    expect(page.get_by_role("button", name="移除")).to_have_count(0)
    page.goto("/#/library/piece/none")
    expect(page.get_by_role("alert")).to_contain_text("没有内容“none”")


def test_a_piece_is_added_by_a_form(page: Page, address: str, pieces: None, size: str) -> None:
    page.goto("/#/library/add")
    form = page.locator("form.fields")
    page.get_by_label("正文").fill(STORY + "完。")
    page.get_by_label("标题").fill("新来的")
    form.get_by_label("体裁").select_option("soup")
    page.get_by_text("来源、日期等").click()
    page.get_by_label("来源").fill("晨报")
    page.get_by_label("标签").fill("转载、仓库")
    page.get_by_role("button", name="English").click()  # what was typed stays
    expect(page.get_by_label("Title")).to_have_value("新来的")
    expect(form.get_by_label("Genre")).to_have_value("soup")
    page.get_by_role("button", name="中文").click()
    assert violations(page) == []
    form.get_by_role("button", name="添加").click()
    expect(form.get_by_text("已添加")).to_be_visible()
    expect(form.get_by_text("与库里已有的一条有")).to_be_visible()
    [stored] = httpx.get(address + ITEMS, params={"words": "新来的"}).json()["items"]
    assert (stored["genre"], stored["source"], stored["tags"]) == ("soup", "晨报", ["转载", "仓库"])
    expect(page.get_by_label("正文")).to_have_value("")
    form.get_by_role("button", name="撤销").click()
    expect(page.get_by_text("已移除“新来的”")).to_be_visible()
    assert httpx.get(address + ITEMS, params={"words": "新来的"}).json()["items"] == []


def test_what_the_service_refuses_is_told_and_kept(page: Page, pieces: None) -> None:
    page.goto("/#/library/add")
    page.get_by_label("正文").fill("好")
    page.get_by_label("标题").fill("长" * 2_001)
    page.get_by_role("button", name="添加", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("最多 2000 个字符")
    expect(page.get_by_label("标题")).to_be_focused()
    expect(page.get_by_label("正文")).to_have_value("好")


def test_a_text_is_compared_with_what_is_known(page: Page, pieces: None, size: str) -> None:
    page.goto("/#/library/nearest")
    page.get_by_label("要比对的文字").fill("听说" + STORY)
    page.get_by_role("button", name="比对").click()
    first = page.locator(".near li").first
    expect(first).to_contain_text("原文照搬")
    expect(first.locator("mark").first).to_contain_text("仓库第三排的货架")
    expect(first).to_contain_text("个字逐字相同")
    expect(page.locator(".near li")).to_have_count(5)
    page.get_by_role("button", name="English").click()
    expect(first).to_contain_text("Copied")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    first.get_by_role("link").click()
    expect(page.locator(".piece")).to_contain_text(STORY)


def test_pieces_are_counted(page: Page, pieces: None, size: str) -> None:
    page.goto("/#/library/statistics")
    expect(page.locator(".figures")).to_contain_text("随程序附带的内容是")
    row = page.get_by_role("row", name=re.compile("^行业黑话"))
    expect(row.get_by_role("cell")).to_have_text(["1", "0"])
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_key_of_one_brand_may_look_and_not_change(page: Page, home: Path, pieces: None) -> None:
    store = open_store(Settings(home=home))
    secret = store.keys.create("小编", ["read", "write", "check"], ["苔朵"], 10_000)[1]
    page.goto("/")
    page.evaluate("secret => sessionStorage.setItem('contentcheck.key', secret)", secret)
    try:
        page.goto("/#/library")
        page.reload()
        expect(page.locator(".pieces > li")).to_have_count(3)
        expect(page.get_by_text("只能查看内容库")).to_be_visible()
        expect(page.get_by_role("button", name="移除")).to_have_count(0)
        expect(page.get_by_role("link", name="添加与导入")).to_have_count(0)
        page.get_by_role("link", name="货架编号").click()
        expect(page.locator(".piece")).to_contain_text(STORY)
        expect(page.get_by_role("button", name="移除")).to_have_count(0)
        page.goto("/#/library/add")
        expect(page.locator(".pieces > li")).to_have_count(3)
    finally:
        store.keys.revoke("小编")
        store.database.close()


def test_an_empty_library_says_what_it_is_for(page: Page, address: str, pieces: None) -> None:
    for item in PIECES:
        httpx.delete(f"{address}{ITEMS}/{item['id'].replace('/', '%2F')}")
    page.goto("/#/library")
    page.get_by_role("link", name="添加或导入").click()
    expect(page.get_by_role("button", name="选择文件…")).to_be_visible()
