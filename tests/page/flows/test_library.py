"""The library as an editor keeps it: pieces are added, found, imported, removed, brought back, compared and counted."""

import re
from uuid import uuid4

import httpx
from playwright.sync_api import FilePayload, Page, Route, expect

from tests.page.flows.settled import settled

_WORDS = {
    "zh": {
        "library": "内容库",
        "add_tab": "添加与导入",
        "browse": "浏览",
        "nearest": "这段话像哪一篇",
        "statistics": "统计",
        "text": "正文",
        "title": "标题",
        "genre": "体裁",
        "soup": "心灵鸡汤",
        "optional": "来源、日期等（可不填）",
        "source": "来源",
        "published": "日期",
        "add": "添加",
        "added": "已添加，下一次检查就会用到。",
        "search": "搜索",
        "in_all": "共 1 条",
        "nothing": "没有找到。换个词，或放宽条件试试。",
        "remove": "移除",
        "removed": "已移除",
        "undo": "撤销",
        "restored": "已恢复。",
        "import": "从文件导入",
        "genre_of_rows": "没有体裁的记为",
        "choose": "选择文件…",
        "far": "已存入 100 / 120 行",
        "imported": "导入完成。",
        "outcomes": ["120 新增", "1 不能用的行"],
        "bad": "“正文”列是空的；应为一段文字",
        "undo_import": "撤销新增的 120 条",
        "undone": "已撤销：刚才新增的都已移除。",
        "passage": "要比对的文字",
        "compare": "比对",
        "copied": "原文照搬",
        "whole": "看全文",
        "own_piece": "自有",
        "own_figure": "自有",
        "by_month": "自有内容：各月发表的条数",
        "by_genre": "各体裁的条数",
    },
    "en": {
        "library": "Library",
        "add_tab": "Add and import",
        "browse": "Browse",
        "nearest": "What is this like?",
        "statistics": "Statistics",
        "text": "Text",
        "title": "Title",
        "genre": "Genre",
        "soup": "心灵鸡汤",
        "optional": "Source, date and so on (optional)",
        "source": "Source",
        "published": "Date",
        "add": "Add",
        "added": "Added; the next check knows it.",
        "search": "Search",
        "in_all": "1 in all",
        "nothing": "Nothing was found. Try another word, or fewer conditions.",
        "remove": "Remove",
        "removed": "Removed",
        "undo": "Undo",
        "restored": "Restored.",
        "import": "Import from files",
        "genre_of_rows": "Genre of rows without one",
        "choose": "Choose files…",
        "far": "100 of 120 rows stored",
        "imported": "Imported.",
        "outcomes": ["120 added", "1 could not be used"],
        "bad": "“正文”列是空的；应为一段文字",
        "undo_import": "Undo: remove the 120 added",
        "undone": "Undone: what was just added is removed.",
        "passage": "Passage to compare",
        "compare": "Compare",
        "copied": "Copied",
        "whole": "Whole piece",
        "own_piece": "Your own",
        "own_figure": "your own",
        "by_month": "Your own pieces by month of publication",
        "by_genre": "Pieces by genre",
    },
}


def _open(page: Page, language: str, tab: str) -> None:
    page.goto("/#/library")
    page.get_by_role("navigation").get_by_role("link", name=_WORDS[language][tab], exact=True).click()


def test_a_piece_is_added_found_removed_and_brought_back(page: Page, size: str, language: str):
    words = _WORDS[language]
    name = f"滤芯{uuid4().hex[:6]}"
    text = f"仓库第三排的货架昨天重新编了号，老周说以后找{name}不用再问人。"
    _open(page, language, "add_tab")
    form = page.locator("form.fields")
    form.get_by_label(words["text"]).fill(text)
    form.get_by_label(words["title"]).fill(name)
    form.get_by_label(words["genre"]).select_option(label=words["soup"])
    form.get_by_text(words["optional"]).click()
    form.get_by_label(words["source"]).fill("仓库简报")
    form.get_by_label(words["published"]).fill("2026-03-05")
    form.get_by_role("button", name=words["add"], exact=True).click()
    expect(form).to_contain_text(words["added"])

    page.get_by_role("link", name=words["browse"], exact=True).click()
    search = page.get_by_role("searchbox", name=words["search"])
    rows = page.locator(".pieces > li")
    search.fill(name)
    expect(page.get_by_text(words["in_all"])).to_be_visible()
    expect(rows).to_have_text([re.compile(f"{name}.*{words['soup']} · 仓库简报 · 2026-03-05.*{text}")])
    rows.get_by_role("button", name=words["remove"]).click()
    expect(page.locator("#messages")).to_contain_text(f"{words['removed']}")
    expect(page.get_by_text(words["nothing"])).to_be_visible()
    page.get_by_role("button", name=words["undo"]).click()
    expect(page.locator("#messages")).to_contain_text(words["restored"])
    rows.get_by_role("link", name=name).click()
    expect(page.locator(".piece")).to_contain_text(text)
    expect(page.locator(".piece")).to_contain_text(words["own_piece"])
    settled(page)


def test_a_file_is_imported_and_taken_back(page: Page, size: str, language: str):
    words = _WORDS[language]
    mark = uuid4().hex[:6]
    rows = "".join(f"{mark}-{n},第 {n} 条说的是货架{mark}。\n" for n in range(120))
    table: FilePayload = {
        "name": "货架.csv",
        "mimeType": "text/csv",
        "buffer": f"编号,正文\n{rows}{mark}-bad,\n".encode(),
    }
    _open(page, language, "add_tab")
    here = page.get_by_role("region", name=words["import"])
    here.get_by_label(words["genre_of_rows"]).select_option(label=words["soup"])
    held: list[Route] = []
    parts = iter((Route.continue_, held.append))
    page.route("**/v1/corpus/items?skip_duplicates=*", lambda route: next(parts)(route))
    with page.expect_file_chooser() as opened:
        here.get_by_role("button", name=words["choose"]).click()
    opened.value.set_files([table])
    expect(here.get_by_text(words["far"])).to_be_visible()
    settled(page)
    held[0].continue_()
    expect(here.get_by_text(words["imported"])).to_be_visible()
    expect(here.get_by_role("listitem")).to_have_text(words["outcomes"])
    expect(here.get_by_role("row").last).to_contain_text(words["bad"])
    settled(page)
    here.get_by_role("button", name=words["undo_import"]).click()
    expect(here.get_by_role("status")).to_have_text(words["undone"])
    page.get_by_role("link", name=words["browse"], exact=True).click()
    page.get_by_role("searchbox", name=words["search"]).fill(mark)
    expect(page.get_by_text(words["nothing"])).to_be_visible()
    settled(page)


def test_a_passage_is_compared_and_pieces_are_counted(page: Page, size: str, language: str, address: str):
    words = _WORDS[language]
    mark = uuid4().hex[:6]
    text = f"老周把仓库第三排的货架重新编了号，{mark}以后找滤芯不用再问人。"
    piece = {"title": mark, "text": text, "genre": "soup", "published": "2026-03-05"}
    assert httpx.post(f"{address}/v1/corpus/items", json=piece).is_success
    _open(page, language, "nearest")
    page.get_by_label(words["passage"]).fill(f"听说{text}")
    page.get_by_role("button", name=words["compare"]).click()
    first = page.locator(".near li").first
    expect(first).to_contain_text(words["copied"])
    expect(first.locator("mark").first).to_contain_text("货架重新编了号")
    settled(page)
    first.get_by_role("link", name=words["whole"]).click()
    expect(page.locator(".piece h2")).to_have_text(mark)

    page.get_by_role("link", name=words["statistics"], exact=True).click()
    counted = page.locator(".figures div", has_text=words["own_figure"])
    own = int(counted.locator("dd").inner_text())
    assert own > 0
    for label in (words["by_month"], words["by_genre"]):
        chart = page.get_by_role("img", name=label)
        expect(chart).to_be_visible()
        assert chart.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    soup = page.get_by_role("row", name=re.compile(f"^{words['soup']}")).get_by_role("cell")
    expect(soup).to_have_text([str(own), re.compile("[1-9]")])
    settled(page)
