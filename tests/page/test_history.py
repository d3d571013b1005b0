"""The history: past checks and published posts, as an editor goes through them."""

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from contentcheck.app import Settings, open_store
from tests.page.accessible import violations
from tests.service import SOUP

BRAND, OTHER = "苔朵", "隼禾"
CARE = "换季时皮肤容易干，选面霜先看有没有神经酰胺。"


@pytest.fixture(scope="module")
def service(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=30) as client:
        yield client


@pytest.fixture(autouse=True)
def nothing_yet(service: httpx.Client) -> None:
    for check in service.get("/v1/checks", params={"limit": 200}).json()["items"]:
        service.delete(f"/v1/checks/{check['id']}")
    for post in service.get(f"/v1/brands/{BRAND}/posts").json()["items"]:
        service.delete(f"/v1/brands/{BRAND}/posts/{post['id']}")


def checked(service: httpx.Client, **draft: str) -> str:
    """The id of a check that was kept."""
    return service.post("/v1/checks", json={"text": SOUP * 3, **draft}).headers["content-location"].rpartition("/")[2]


def lines(page: Page, label: str = "检查记录"):
    return page.get_by_role("list", name=label).get_by_role("listitem")


def test_past_checks_are_listed_and_opened(page: Page, size: str, service: httpx.Client):
    first = checked(service, title="余生很长", brand=BRAND)
    checked(service)
    page.goto("/#/history")
    expect(lines(page)).to_have_count(2)
    expect(lines(page).nth(0)).to_contain_text(f"{SOUP[:24]}……")
    expect(lines(page).nth(0)).to_contain_text("未对照品牌")
    expect(lines(page).nth(1)).to_contain_text(re.compile(r"余生很长.*年.*苔朵.*同质化 \d+.*相关性 \d+.*广告味 \d+"))
    expect(lines(page).nth(0)).not_to_contain_text("相关性")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("link", name="余生很长").click()
    expect(page).to_have_url(re.compile(f"#/check/{first}$"))


def test_checks_are_chosen_by_brand_and_verdict(page: Page, service: httpx.Client):
    checked(service, title="甲", brand=BRAND)
    checked(service, title="乙", brand=OTHER)
    service.post("/v1/checks", json={"title": "丙", "text": "太短。", "brand": BRAND})
    page.goto("/#/history")
    page.get_by_role("combobox", name="品牌").select_option(BRAND)
    expect(lines(page)).to_have_count(2)
    page.get_by_label("结论").select_option("文字太少，无法判断")
    expect(lines(page)).to_have_count(1)
    expect(lines(page)).to_contain_text("丙")
    page.get_by_role("button", name="English").click()
    expect(lines(page, "Checks")).to_have_count(1)
    expect(page.get_by_label("Verdict")).to_have_value("insufficient_text")
    page.get_by_role("button", name="中文").click()
    page.get_by_role("combobox", name="品牌").select_option(OTHER)
    expect(page.get_by_text("没有符合条件的记录")).to_be_visible()
    page.get_by_role("button", name="看全部记录").click()
    expect(lines(page)).to_have_count(3)


def test_more_checks_are_shown_on_demand(page: Page, service: httpx.Client):
    for n in range(22):
        checked(service, title=f"第 {n} 篇")
    page.goto("/#/history")
    expect(lines(page)).to_have_count(20)
    page.get_by_role("button", name="显示更多").press("Enter")
    expect(lines(page)).to_have_count(22)
    expect(page.get_by_role("link", name="第 1 篇")).to_be_focused()
    expect(page.get_by_role("button", name="显示更多")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_check_is_deleted_for_good_after_a_question(page: Page, service: httpx.Client, size: str, scheme: str):
    checked(service, title="另一篇")
    check = checked(service, title="余生很长")
    page.emulate_media(color_scheme=scheme)
    page.goto("/#/history")
    remove = page.get_by_role("button", name="删除“余生很长”")
    remove.press("Enter")
    question = page.get_by_role("dialog")
    expect(question).to_contain_text("永久删除")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(question.get_by_role("button", name="不了")).to_be_focused()
    page.keyboard.press("Escape")
    expect(question).to_have_count(0)
    expect(remove).to_be_focused()
    expect(lines(page)).to_have_count(2)
    remove.press("Enter")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(lines(page)).to_have_count(1)
    expect(page.get_by_role("link", name="另一篇")).to_be_focused()
    assert service.get(f"/v1/checks/{check}").status_code == 404


def test_a_question_goes_with_the_view_that_asked(page: Page, service: httpx.Client):
    check = checked(service, title="余生很长")
    page.goto("/#/brands")
    page.get_by_role("link", name="历史", exact=True).click()
    page.get_by_role("button", name="删除“余生很长”").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert service.get(f"/v1/checks/{check}").is_success


def test_what_may_not_be_done_is_not_offered(page: Page, service: httpx.Client, home: Path):
    checked(service, title="余生很长", brand=BRAND)
    checked(service, title="别家的", brand=OTHER)
    with closing((store := open_store(Settings(home=home))).database):
        key, secret = store.keys.create("编辑", ["check", "read"], [BRAND], 6000)
        try:
            page.goto("/#/history")
            page.get_by_label("密钥").fill(secret)
            page.get_by_role("button", name="登录").click()
            expect(lines(page)).to_have_count(1)
            expect(page.get_by_role("button", name="删除")).to_have_count(0)
            assert page.get_by_role("combobox", name="品牌").locator("option").all_inner_texts() == ["全部", BRAND]
            page.get_by_role("link", name="已发文章").click()
            expect(page.get_by_text("这个品牌还没有已发文章")).to_be_visible()
            expect(page.get_by_text("添加一篇")).to_have_count(0)
        finally:
            store.keys.revoke(str(key.id))


def test_an_empty_history_says_what_to_do(page: Page):
    page.goto("/#/history")
    expect(page.get_by_text("还没有检查记录")).to_be_visible()
    page.get_by_role("link", name="去检查一篇稿件").click()
    expect(page).to_have_url(re.compile("#/check$"))


def test_a_post_is_added_found_read_deleted_and_brought_back(page: Page, size: str, service: httpx.Client):
    hostile = "</li><img src=x onerror=alert(1)>"
    page.goto(f"/#/history/posts/{BRAND}")
    expect(page.get_by_text("这个品牌还没有已发文章")).to_be_visible()
    page.get_by_text("添加一篇").click()
    page.get_by_label("标题", exact=True).fill(f"怎么选面霜{hostile}")
    page.get_by_label("发布日期").fill("2024-03-05")
    page.get_by_label("正文", exact=True).fill(CARE)
    page.get_by_role("button", name="English").click()  # what is typed stays
    page.get_by_role("button", name="中文").click()
    page.get_by_role("button", name="添加", exact=True).click()
    expect(page.get_by_text("已添加")).to_be_visible()
    post = lines(page, "已发文章")
    expect(post).to_contain_text("2024-03-05")
    post.get_by_text("怎么选面霜").click()
    expect(post.get_by_text(CARE)).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    search = page.get_by_role("searchbox")
    search.fill("没有的词")
    search.press("Enter")
    expect(page.get_by_text("没有同时含有“没有的词”的文章")).to_be_visible()
    search.fill("神经酰胺")
    search.press("Enter")
    expect(post).to_have_count(1)

    post.get_by_text("怎么选面霜").click()
    page.get_by_role("button", name=re.compile("^删除")).click()
    expect(post).to_have_count(0)
    assert service.get(f"/v1/brands/{BRAND}/posts").json()["items"] == []
    page.get_by_role("button", name="撤销").click()
    expect(post).to_have_count(1)
    [back] = service.get(f"/v1/brands/{BRAND}/posts").json()["items"]
    assert (back["title"], back["text"], back["published"]) == (f"怎么选面霜{hostile}", CARE, "2024-03-05")


def test_the_brand_is_part_of_the_address(page: Page):
    page.goto("/#/history/posts")
    choice = page.get_by_role("combobox", name="品牌")
    expect(page).to_have_url(re.compile("#/history/posts/.+"))
    choice.select_option(OTHER)
    expect(page).to_have_url(re.compile("#/history/posts/%E9%9A%BC%E7%A6%BE$"))
    page.reload()
    expect(choice).to_have_value(OTHER)


def test_a_service_that_is_out_of_reach_loses_nothing(page: Page):
    page.goto(f"/#/history/posts/{BRAND}")
    page.get_by_text("添加一篇").click()
    page.get_by_label("正文", exact=True).fill(CARE)
    page.route(
        "**/posts", lambda route: route.fulfill(status=422, json={"status": 422, "type": "x", "detail": "正文有误"})
    )
    page.get_by_role("button", name="添加", exact=True).click()
    expect(page.get_by_role("alert")).to_have_text("正文有误")
    expect(page.get_by_label("正文", exact=True)).to_have_value(CARE)
