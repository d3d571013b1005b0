"""The service stops in the middle of work and comes back: nothing that was typed is lost."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.page.accessible import violations
from tests.serving import free_port, serving

_OWN = "苔朵夜庐神经酰胺面霜每罐 50 克，2024 年 3 月在绍兴的车间试制了 17 次，干性皮肤每晚用黄豆大一粒。"
_WORDS: dict[str, dict[str, Any]] = {
    "zh": {
        "draft": "正文",
        "title": "标题",
        "done": "检查完",
        "unreachable": "连不上服务",
        "retry": "再试一次",
        "brands": "品牌",
        "check": "检查",
        "jobs": "批量任务",
        "own": "专用词",
        "save": "保存",
        "saved": "已保存。",
    },
    "en": {
        "draft": "Text",
        "title": "Title",
        "done": "Checked",
        "unreachable": "The service cannot be reached",
        "retry": "Try again",
        "brands": "Brands",
        "check": "Check",
        "jobs": "Jobs",
        "own": "Words",
        "save": "Save",
        "saved": "Saved.",
    },
}


class Server:
    """A service over a home folder that stops and comes back at the same address."""

    def __init__(self, home: Path) -> None:
        self._home, self._port = home, free_port()
        self._running: ExitStack | None = None

    def start(self) -> str:
        """Its address, once it is ready."""
        if self._running is None:
            self._running = ExitStack()
            self._running.enter_context(serving(self._home, self._port))
        return f"http://127.0.0.1:{self._port}"

    def stop(self) -> None:
        """Returns once it has gone."""
        if self._running is not None:
            self._running.close()
        self._running = None


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[Server]:
    server = Server(home)
    yield server
    server.stop()


@pytest.fixture
def address(server: Server) -> str:
    return server.start()


def test_nothing_typed_is_lost_while_the_service_is_away(page: Page, server: Server, size: str, language: str):
    words = _WORDS[language]
    checked = f"{_OWN}写到一半。"
    page.goto("/#/check")
    draft = page.get_by_role("textbox", name=words["draft"])
    draft.fill(_OWN)
    expect(page.get_by_role("status").first).to_contain_text(words["done"])

    # It stops while two things are being written; each says so where it stands, and so does every other view.
    page.get_by_role("link", name=words["brands"], exact=True).click()
    page.get_by_role("link", name="苔朵").click()
    own = page.get_by_role("textbox", name=words["own"])
    own.fill(f"晴序{size}{language}")
    page.get_by_role("link", name=words["check"], exact=True).click()
    expect(draft).to_have_value(_OWN)
    server.stop()
    draft.press("ControlOrMeta+End")
    page.keyboard.type("写到一半。")
    main = page.get_by_role("main")
    expect(main.get_by_role("alert")).to_contain_text(words["unreachable"])
    page.get_by_role("textbox", name=words["title"]).fill("停了也能写")
    expect(main.get_by_role("alert")).to_contain_text(words["unreachable"])
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("link", name=words["jobs"], exact=True).click()
    expect(draft).to_have_count(0)
    expect(main.get_by_role("alert")).to_contain_text(words["unreachable"])
    expect(page.get_by_role("heading", level=1)).to_have_text(words["jobs"])
    page.get_by_role("link", name=words["check"], exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(words["check"])
    expect(main.get_by_role("alert")).to_contain_text(words["unreachable"])
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    # It comes back: both go on where they were.
    server.start()
    page.get_by_role("button", name=words["retry"]).click()
    expect(draft).to_have_value(checked)
    expect(page.get_by_role("textbox", name=words["title"])).to_have_value("停了也能写")
    expect(page.get_by_role("status").first).to_contain_text(words["done"])
    expect(main.get_by_role("alert")).to_have_count(0)
    page.get_by_role("link", name=words["brands"], exact=True).click()
    page.get_by_role("link", name="苔朵").click()
    expect(own).to_have_value(f"晴序{size}{language}")
    page.get_by_role("button", name=words["save"], exact=True).click()
    expect(page.locator("#messages")).to_contain_text(words["saved"])
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
