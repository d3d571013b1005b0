"""Drafts that come as files: dropped on the page, read, checked, and taken back."""

import base64

from playwright.sync_api import Page, expect

from tests.page.flows.settled import settled
from tests.test_articles import docx, zipped

_TITLE, _DAY, _PLACE = "夜班手记", "三月二日凌晨，绍兴车间的第十七锅面霜终于没有起泡。", "老周把配方抄在了值班表背面。"
_FILES = {
    "手记.docx": zipped(docx([("H", _TITLE), ("N", _DAY), ("N", _PLACE)])),
    "手记.md": f"# {_TITLE}\n\n{_DAY}\n\n{_PLACE}\n".encode(),
    "手记.txt": f"{_DAY}\n\n{_PLACE}\n".encode("gb18030"),
    "手记.html": f"<h1>{_TITLE}</h1><p>{_DAY}<script>alert(1)</script></p><p>{_PLACE}</p>".encode(),
}
_DROP = """(target, [name, content]) => {
    const carried = new DataTransfer();
    carried.items.add(new File([Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0))], name));
    target.dispatchEvent(new DragEvent('drop', { dataTransfer: carried, bubbles: true, cancelable: true }));
}"""
_WORDS = {
    "zh": {
        "title": "标题",
        "draft": "正文",
        "done": "检查完",
        "replaced": "换成了这一篇，原来写的还留着。",
        "back": "换回原来的",
        "unknown": "不支持的文件类型“.pdf”",
    },
    "en": {
        "title": "Title",
        "draft": "Text",
        "done": "Checked",
        "replaced": "Another draft was opened; what you had written is still there.",
        "back": "Bring it back",
        "unknown": "不支持的文件类型“.pdf”",  # what the service says, it says in Chinese
    },
}


def _drop(page: Page, name: str, content: bytes) -> None:
    page.locator(".editor").evaluate(_DROP, [name, base64.b64encode(content).decode()])


def test_files_of_every_kind_are_dropped(page: Page, size: str, language: str):
    words = _WORDS[language]
    page.goto("/#/check")
    field = page.get_by_role("textbox", name=words["draft"])
    title = page.get_by_role("textbox", name=words["title"])
    status = page.get_by_role("status").first
    messages = page.locator("#messages")
    field.fill("原来写的。")
    before = "原来写的。"
    for name, content in _FILES.items():
        _drop(page, name, content)
        expect(messages).to_contain_text(words["replaced"])
        expect(status).to_contain_text(words["done"])
        shown = field.input_value()
        assert [line for line in shown.splitlines() if line] == [_DAY, _PLACE], name
        expect(title).to_have_value("" if name.endswith("txt") else _TITLE)
        messages.get_by_role("button", name=words["back"]).click()
        expect(field).to_have_value(before)

    _drop(page, "手记.pdf", b"%PDF")
    expect(page.get_by_role("alert")).to_contain_text(words["unknown"])
    expect(field).to_have_value(before)
    settled(page)
