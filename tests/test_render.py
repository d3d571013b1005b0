"""What an editor reads in the terminal."""

import io

from rich.console import Console

from contentcheck.engine.checker import Checker
from contentcheck.engine.documents import Draft
from contentcheck.render import render


def shown(checker: Checker, text: str, brand: str) -> str:
    console = Console(file=io.StringIO(), width=100, record=True)
    render(checker.check([Draft("d", text, brand=brand)])[0], "标题", {}, console)
    return console.export_text()


def test_paragraphs_are_counted_from_1_and_quoted(checker: Checker) -> None:
    use = "出门前一刻钟把防晒抹匀，脸和脖子都要照顾到，鼻翼和耳后最容易漏。中午出了汗，用纸巾吸掉油再补一层。"
    news = "市交通局昨天公布，二号线延长运营，末班车推迟到夜里十一点四十，三条公交线路同时调整。"
    page = shown(checker, f"{news}\n{use}\n{use}", "苔朵")
    off_topic, missing = page.split("还可以写进去的产品要点")
    assert "第 1 段“市交通局昨天公布" in off_topic
    assert "（可写进第 2 段“出门前一刻钟把防晒抹匀，…”）" in missing
