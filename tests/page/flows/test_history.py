"""What was checked and what was published: found, opened again, removed, brought back."""

import re
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.page.flows.settled import settled
from tests.service import SOUP

_OTHER = "苔朵"
_WORDS = {
    "zh": {
        "brand": "品牌",
        "verdict": "结论",
        "too_little": "文字太少，无法判断",
        "scores": re.compile(r"同质化 \d+.*相关性 \d+.*广告味 \d+"),
        "none": "没有符合条件的记录。",
        "show_all": "看全部记录",
        "title": "标题",
        "text": "正文",
        "history": "历史",
        "checks": "检查记录",
        "delete": "删除",
        "delete_one": "删除“余生很长”",
        "gone": "“余生很长”已永久删除。",
        "posts": "已发文章",
        "no_posts": "这个品牌还没有已发文章",
        "import": "导入文件",
        "choose": "选择文件…",
        "imported": "导入完成。",
        "outcomes": ["2 新增", "1 不能用的行"],
        "search": "搜索",
        "not_found": "没有同时含有“没有的词”的文章",
        "removed": "“怎么选面霜”已删除。",
        "undo": "撤销",
        "restored": "“怎么选面霜”已恢复。",
        "undated": "日期不详",
    },
    "en": {
        "brand": "Brand",
        "verdict": "Verdict",
        "too_little": "Too little text to judge",
        "scores": re.compile(r"Homogeneity \d+.*Relevance \d+.*Promotion \d+"),
        "none": "No check matches.",
        "show_all": "Show all checks",
        "title": "Title",
        "text": "Text",
        "history": "History",
        "checks": "Checks",
        "delete": "Delete",
        "delete_one": "Delete “余生很长”",
        "gone": "“余生很长” was deleted for good.",
        "posts": "Published posts",
        "no_posts": "No posts of this brand yet.",
        "import": "Import files",
        "choose": "Choose files…",
        "imported": "Imported.",
        "outcomes": ["2 added", "1 could not be used"],
        "search": "Search",
        "not_found": "No post has all of “没有的词”.",
        "removed": "“怎么选面霜” was deleted.",
        "undo": "Undo",
        "restored": "“怎么选面霜” is back.",
        "undated": "date unknown",
    },
}


@pytest.fixture
def brand(address: str) -> str:
    """A new one, with a product."""
    name = f"面霜铺{uuid4().hex[:6]}"
    products = [{"product_id": "1", "name": "面霜", "text": "含神经酰胺的面霜，一罐五十克。"}]
    httpx.put(f"{address}/v1/brands/{name}", json={"products": products}).raise_for_status()
    return name


def test_past_checks_are_filtered_opened_and_deleted(page: Page, size: str, language: str, brand: str, address: str):
    words = _WORDS[language]
    drafts = [("余生很长", SOUP * 3, brand), ("还没写完", "太短。", brand), ("别家的", SOUP * 3, _OTHER)]
    for title, text, of in drafts:
        httpx.post(f"{address}/v1/checks", json={"title": title, "text": text, "brand": of}).raise_for_status()
    page.goto("/#/history")
    lines = page.get_by_role("list", name=words["checks"]).get_by_role("listitem")
    by_brand, by_verdict = page.get_by_label(words["brand"]), page.get_by_label(words["verdict"])
    by_brand.select_option(brand)
    expect(lines).to_have_text([re.compile("还没写完"), re.compile("余生很长")])
    expect(lines.last).to_have_text(words["scores"])
    by_verdict.select_option(label=words["too_little"])
    expect(lines).to_have_text([re.compile(f"{words['too_little']}.*还没写完.*{brand}")])
    by_brand.select_option(_OTHER)
    expect(page.get_by_text(words["none"])).to_be_visible()
    page.get_by_role("button", name=words["show_all"]).click()
    expect(lines.first).to_contain_text("别家的")
    by_brand.select_option(brand)
    expect(lines).to_have_count(2)
    settled(page)

    verdict = lines.last.locator(".verdict").inner_text()
    lines.last.get_by_role("link").click()
    expect(page.get_by_role("textbox", name=words["title"])).to_have_value("余生很长")
    expect(page.get_by_role("textbox", name=words["text"])).to_have_value(SOUP * 3)
    expect(page.get_by_label(words["brand"])).to_have_value(brand)
    expect(page.locator(".result .verdict")).to_have_text(verdict)

    page.get_by_role("link", name=words["history"], exact=True).click()
    expect(lines).to_have_count(2)  # of this brand still
    page.once("dialog", lambda asked: asked.accept())
    page.get_by_role("button", name=words["delete_one"]).click()
    question = page.get_by_role("dialog").get_by_role("button", name=words["delete"])
    told = page.locator("#messages").get_by_text(words["gone"])
    expect(question.or_(told)).to_be_visible()
    if question.is_visible():
        question.click()
    expect(told).to_be_visible()
    expect(lines).to_have_text([re.compile("还没写完")])
    settled(page)


def test_posts_are_imported_found_deleted_and_brought_back(page: Page, size: str, language: str, brand: str):
    words = _WORDS[language]
    rows = "标题,正文,发布日期\n怎么选面霜,先看有没有神经酰胺。,2024-03-05\n洗脸,洗脸不超过四十秒。,\n空的,,\n"
    table: FilePayload = {"name": "已发.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    page.goto("/#/history")
    page.get_by_role("link", name=words["posts"]).click()
    expect(page).to_have_url(re.compile("#/history/posts/.+"))  # of the first brand, until another is chosen
    page.get_by_label(words["brand"]).select_option(brand)
    here = page.get_by_role("region", name=re.compile(brand), include_hidden=True)
    expect(here).to_be_attached()  # it is this brand's view by now
    expect(page.get_by_text(words["no_posts"])).to_be_visible()
    page.get_by_text(words["import"], exact=True).click()
    with page.expect_file_chooser() as opened:
        here.get_by_role("button", name=words["choose"]).click()
    opened.value.set_files([table])
    expect(here.get_by_text(words["imported"])).to_be_visible()
    expect(here.get_by_role("listitem")).to_have_text(words["outcomes"])
    posts = page.get_by_role("list", name=words["posts"]).get_by_role("listitem")
    expect(posts).to_have_count(2)
    expect(posts.filter(has_text="洗脸")).to_contain_text(words["undated"])
    settled(page)

    search = page.get_by_role("searchbox")
    search.fill("没有的词")
    page.get_by_role("button", name=words["search"], exact=True).click()
    expect(page.get_by_text(words["not_found"])).to_be_visible()
    search.fill("神经酰胺")
    search.press("Enter")
    expect(posts).to_have_text([re.compile("怎么选面霜.*2024-03-05")])
    posts.get_by_text("怎么选面霜").click()
    expect(posts.get_by_text("先看有没有神经酰胺。")).to_be_visible()
    posts.get_by_role("button", name=words["delete"]).click()
    expect(page.locator("#messages")).to_contain_text(words["removed"])
    expect(posts).to_have_count(0)
    page.get_by_role("button", name=words["undo"], exact=True).click()
    expect(page.locator("#messages")).to_contain_text(words["restored"])
    expect(posts).to_have_text([re.compile("怎么选面霜.*2024-03-05")])
    settled(page)
