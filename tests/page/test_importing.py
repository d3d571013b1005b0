"""The importer: files chosen or dropped, progress, cancelling, trying again, the account of it, and undoing."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import FilePayload, Locator, Page, Route, expect

from contentcheck.app import Settings, open_store
from tests.page.accessible import violations

ITEMS = "/v1/corpus/items"
POSTED = re.compile(r"/v1/corpus/items\?")


@pytest.fixture(autouse=True)
def nothing_yet(home: Path) -> None:
    store = open_store(Settings(home=home))
    store.library.remove([item.id for item in store.library.items()])
    store.database.close()


def stored(address: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        asked = {"limit": 200, **({"cursor": cursor} if cursor else {})}
        page = httpx.get(address + ITEMS, params=asked).json()
        items, cursor = items + page["items"], page["next"]
    return items


def file(name: str, text: str) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": text.encode()}


def lines(count: int, word: str = "货架") -> str:
    rows = ({"id": f"{word}-{i}", "text": f"第 {i} 条，说的是{word}。"} for i in range(count))
    return "".join(json.dumps(row) + "\n" for row in rows)


def importer(page: Page) -> Locator:
    page.goto("/#/library/add")
    return page.get_by_role("region", name="从文件导入")


def choose(here: Locator, *files: FilePayload) -> None:
    here.locator("input[type=file]").set_input_files(list(files))


def drop(here: Locator, files: str, given: Any = None) -> None:
    """Files made in the page by a function."""
    js = f"""given => {{
        const data = new DataTransfer();
        for (const file of ({files})(given)) data.items.add(file);
        return data;
    }}"""
    here.locator(".drop").dispatch_event("drop", {"dataTransfer": here.page.evaluate_handle(js, given)})


def answered(status: int, slug: str) -> Callable[[Route], None]:
    """What the service would say, said after it has done what it was asked."""
    problem = {"type": f"urn:contentcheck:problem:{slug}", "status": status, "detail": "现在不行", "errors": []}

    def answer(route: Route) -> None:
        route.fetch()
        route.fulfill(status=status, content_type="application/problem+json", body=json.dumps(problem))

    return answer


def test_a_table_is_imported_told_of_and_undone(page: Page, address: str, size: str) -> None:
    here = importer(page)
    with page.expect_file_chooser() as opened:
        here.get_by_role("button", name="选择文件…").press("Enter")
    table = "编号,正文,体裁\na,第一条。,gossip\nb,第二条。,\nc,,\na,第一条。,gossip\n"
    here.get_by_label("没有体裁的记为").select_option("soup")
    opened.value.set_files([file("表.csv", table)])
    expect(here.get_by_text("导入完成")).to_be_visible()
    expect(here.get_by_role("listitem")).to_have_text(
        ["2 新增", "1 与同一文件里前面的行相同，只存一次", "1 不能用的行"]
    )
    expect(here.get_by_role("row").last).to_have_text("表.csv4“正文”列是空的；应为一段文字")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert [(i["id"], i["genre"]) for i in stored(address)] == [("a", "gossip"), ("b", "soup")]
    here.get_by_role("button", name="撤销新增的 2 条").press("Enter")
    expect(here.get_by_role("status")).to_have_text("已撤销：刚才新增的都已移除。")
    expect(here.get_by_role("status")).to_be_focused()
    assert stored(address) == []


def test_files_are_dropped_and_one_that_cannot_be_read_hinders_no_other(page: Page, address: str, size: str) -> None:
    here = importer(page)
    contents = {"好.txt": "第一条\n第二条\n", "坏.pdf": "%PDF", "空.jsonl": "\n", "文.md": "# 题\n\n正文一段。"}
    drop(here, "files => Object.entries(files).map(([name, text]) => new File([text], name))", contents)
    expect(here.get_by_role("listitem")).to_have_text(
        ["3 新增", re.compile("不支持的文件类型“坏.pdf”"), re.compile("空.jsonl.*没有可以导入的内容")]
    )
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert sorted(i["text"].strip() for i in stored(address)) == ["正文一段。", "第一条", "第二条"]


def test_a_file_that_is_too_large_is_not_even_sent(page: Page) -> None:
    here = importer(page)
    drop(here, "() => [new File([new Uint8Array(20 * 2 ** 20 + 1)], '大.txt')]")
    expect(here.get_by_role("listitem")).to_have_text(re.compile("大.txt：文件超过 20 MB；请拆成几个"))


def test_rows_are_stored_in_parts_and_a_cancelled_import_goes_on(page: Page, address: str, size: str) -> None:
    here = importer(page)
    sent: list[int] = []
    held: list[Route] = []

    def hold(route: Route) -> None:
        sent.append(len(json.loads(route.request.post_data or "[]")))
        if len(sent) == 2:
            held.append(route)
        else:
            route.continue_()

    page.route(POSTED, hold)
    choose(here, file("多.jsonl", lines(250)))
    expect(here.get_by_text("已存入 100 / 250 行")).to_be_visible()
    assert here.get_by_role("progressbar").evaluate("bar => [bar.value, bar.max]") == [100, 250]
    assert violations(page) == []
    here.get_by_role("button", name="取消").click()
    held[0].continue_()  # what was on its way is stored, and counted
    expect(here.get_by_role("status")).to_have_text("已停下：250 行中存入了 200 行，它们会保留。")
    assert len(stored(address)) == 200
    here.get_by_role("button", name="继续导入").click()
    expect(here.get_by_role("listitem")).to_have_text("250 新增")
    assert sent == [100, 100, 50]
    assert len(stored(address)) == 250


def test_one_that_failed_is_tried_again_and_nothing_is_stored_twice(page: Page, address: str) -> None:
    here = importer(page)
    choose(here, file("先.jsonl", lines(30)))
    expect(here.get_by_role("listitem")).to_have_text("30 新增")
    page.route(POSTED, answered(409, "conflict"), times=1)  # it is stored, and the answer lost
    choose(here, file("后.jsonl", lines(50)))
    expect(here.get_by_role("alert")).to_have_text("现在不行")
    here.get_by_role("button", name="再试一次").click()
    expect(here.get_by_role("listitem")).to_have_text(["20 新增", "30 早已有了，未变"])
    assert len(stored(address)) == 50
    with page.expect_request(re.compile("/v1/corpus/items/remove$")) as asked:
        here.get_by_role("button", name="撤销新增的 20 条").click()
    assert len(asked.value.post_data_json["ids"]) == 20
    expect(here.get_by_text("已撤销")).to_be_visible()
    assert len(stored(address)) == 30


def test_a_busy_service_is_waited_for(page: Page) -> None:
    page.clock.install()
    here = importer(page)
    page.route(POSTED, answered(429, "rate_limited"), times=1)
    choose(here, file("a.jsonl", lines(3)))
    expect(here.get_by_text("服务正忙")).to_be_visible()
    page.clock.fast_forward(6_000)
    expect(here.get_by_role("listitem")).to_have_text("3 新增")


def test_another_language_or_view_leaves_an_import_running(page: Page, address: str) -> None:
    here = importer(page)
    held: list[Route] = []
    page.route(POSTED, lambda route: held.append(route))  # Playwright marks what it is given
    choose(here, file("a.jsonl", lines(150)))
    expect(here.get_by_text("已存入 0 / 150 行")).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_text("0 of 150 rows stored")).to_be_visible()
    page.get_by_role("link", name="Check", exact=True).click()
    expect(page.get_by_role("progressbar")).to_have_count(0)
    held[0].continue_()
    page.unroute(POSTED)
    page.get_by_role("link", name="Library", exact=True).click()
    page.get_by_role("link", name="Add and import").click()
    expect(page.locator(".importer").get_by_role("listitem")).to_have_text("150 added")
    assert len(stored(address)) == 150


def test_duplicates_may_be_left_out(page: Page, address: str) -> None:
    httpx.post(address + ITEMS, json={"id": "first", "text": "第 0 条，说的是货架。"})
    here = importer(page)
    here.get_by_label("跳过与库中重复的").check()
    choose(here, file("a.jsonl", lines(1)))
    expect(here.get_by_role("listitem")).to_have_text("1 跳过")


def test_parts_are_small_and_name_nothing_twice(page: Page) -> None:
    page.goto("/")
    js = """async () => {
        const { inParts } = await import('/page/importing/run.js');
        const text = (i) => '长'.repeat(i > 210 ? 400_000 : 1);
        const rows = Array.from({ length: 220 }, (_, i) => ({ id: String(i % 150), text: text(i) }));
        return inParts(rows).map((part) => [part.map(({ id }) => id), JSON.stringify(part).length]);
    }"""
    parts = page.evaluate(js)
    assert [i for ids, _ in parts for i in ids] == [str(i % 150) for i in range(220)]
    assert [len(ids) for ids, _ in parts] == [100, 100, 13, 2, 2, 2, 1]
    assert all(len(set(ids)) == len(ids) and length < 1_001_000 for ids, length in parts)
