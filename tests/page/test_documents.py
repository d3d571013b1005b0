"""What is pasted or dropped, read by the service."""

from typing import Any

import pytest
from playwright.sync_api import Page

READ = """async ([how, given, name]) => {
    const documents = await import('/page/documents.js');
    try {
        return how === 'html' ? await documents.fromHtml(given) : await documents.fromFile(new File([given], name));
    } catch (error) {
        return [error.status, error.slug, error.message];
    }
}"""


@pytest.fixture
def opened(page: Page) -> Page:
    """The page, whose modules are asked."""
    page.goto("/")
    return page


def read(page: Page, how: str, given: str, name: str = "") -> Any:
    return page.evaluate(READ, [how, given, name])


def test_pasted_html_becomes_text_and_runs_nowhere(opened: Page) -> None:
    html = "<h1>题</h1><p onclick='alert(1)'>一👨‍👩‍👧<img src=x onerror='alert(1)'></p><script>alert(1)</script>"
    assert read(opened, "html", html) == {"title": "题", "text": "一👨‍👩‍👧\n［图片］", "images": 1}


def test_images_that_come_within_the_html_are_not_sent(opened: Page) -> None:
    sent: list[int] = []
    opened.on("request", lambda request: sent.append(len(request.post_data or "")))
    image = f"<img alt='茶' src='data:image/png;base64,{'iVBORw0KGgo' * 600_000}'>"  # more than the service would take
    assert read(opened, "html", f"<p>一{image}二</p>") == {"title": "", "text": "一二\n［图片：茶］", "images": 1}
    assert sent[-1] < 1_000


def test_a_file_becomes_text(opened: Page) -> None:
    assert read(opened, "file", "# 题\n一\n", "稿 子.md") == {"title": "题", "text": "一\n", "images": 0}


def test_what_cannot_be_read_is_told_in_words(opened: Page) -> None:
    status, slug, message = read(opened, "file", "a", "a.pdf")
    assert (status, slug) == (415, "unsupported_type") and "可用的类型：.txt、.md" in message
    assert read(opened, "file", " ", "a.txt") == [422, "invalid", "a.txt：没有正文；请确认文件里有文字"]
    assert read(opened, "html", "<p></p>") == [422, "invalid", "粘贴的内容里没有文字，也没有图片"]
