"""The report as a page: everything in it, nothing in it that runs, and every sentence of the draft where it stood."""

from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contentcheck.report_page import STYLE, Checked, gone_page, report_page
from contentcheck.report_page.marks import KINDS, manuscript
from tests.command_line import Run

ATTACK = """<script>alert(1)</script><img src=x onerror="alert(2)">"' onload='alert(3)' </style>{{ 7 * 7 }}"""
COPIED, COMMON, PLAIN = "人生没有白走的路，每一步都算数。", "愿你归来仍是少年。", "面霜含三种神经酰胺。"


class Parsed(HTMLParser):
    """What a browser makes of a page: its elements, its attributes, and its text without the style."""

    def __init__(self, page: str):
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self._in_style = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        self._in_style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False

    def handle_data(self, data: str) -> None:
        if not self._in_style:
            self.text += data


def match(kind: str, text: str, **more: Any) -> dict[str, Any]:
    about = {"item_id": "soup-7", "kind": kind, "similarity": 0.97, "item_text": text, "genre": "soup"}
    rest = {"item_title": "走路", "item_published": "2020-01-02", "counts": True, "quoted": False}
    return {"start": 0, "end": 1, **about, **rest, **more}


def passage(text: str, sentence: str, kind: str | None = None, gravity: float = 1, **more: Any) -> dict[str, Any]:
    """`kind`: of its fault; None: it has none."""
    start = text.index(sentence)
    span = {"start": start, "end": start + len(sentence), "text": sentence}
    return {**span, "matches": [], "fault": kind and {"kind": kind, "gravity": gravity}, **more}


def report(text: str, passages: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """One as the service keeps it, with what the page reads of it."""
    score = {"score": 81.2, "uncertainty": 6.4, "band": "common", "band_precision": 0.97}
    common = {**score, "copied": 0.4, "genres": [{"genre": "soup", "name": "鸡汤", "share": 1}], "cliches": []}
    promotion = {"score": 3.0, "band": "informative", "calls": []}
    paragraph = {"start": 0, "end": len(text), "passages": [*range(len(passages))], "relevance": None}
    provenance = {"model": "m", "revision": "r", "library_version": "l", "calibration": "c", "brand": None}
    whole = {"id": "draft", "verdict": "reject", "reasons": [{"code": "x", "message": "等于转载；请删去。"}]}
    judged = {"homogeneity": common, "relevance": None, "promotion": promotion, "repetition": None}
    parts = {"passages": passages, "paragraphs": [paragraph], "set_aside": [], "notices": []}
    return {**whole, **judged, **parts, "provenance": provenance, **more}


@pytest.fixture
def checked() -> Checked:
    text = f"{COPIED}{COMMON}\n{PLAIN}"
    taken = passage(text, COPIED, "edited", 2.4, matches=[match("edited", "人生没有白走的路", end=len(COPIED))])
    common = passage(text, COMMON, "theme", 0.6, matches=[match("theme", "归来半生", similarity=0.2)])
    made = report(text, [taken, common, passage(text, PLAIN)])
    return Checked(made, "余生很长", text, "茶铺", "2026-01-02T03:04:05Z", "c-1")


def test_all_that_an_editor_needs_is_on_the_page(checked: Checked) -> None:
    page = Parsed(report_page(checked))
    told = ["余生很长", "茶铺", "不宜发布", "81", "± 6", "像鸡汤", "等于转载；请删去。", "c-1", "2026-01-0"]
    evidence = ["1 改动", "97%", "人生没有白走的路", "《走路》", "soup-7", "2020-01-02", "2 老调"]
    for words in [*told, *evidence, PLAIN]:
        assert words in page.text, words
    assert "归来半生" not in page.text  # a likeness that nobody sees is no evidence


def test_what_a_draft_holds_stays_text(checked: Checked) -> None:
    hostile = passage(ATTACK, ATTACK, "verbatim", matches=[match("verbatim", ATTACK, item_title=ATTACK, genre=ATTACK)])
    reasons = [{"code": "x", "message": ATTACK}]
    cliches = [{"phrase": ATTACK, "count": 2}]
    made = report(ATTACK, [hostile], id=ATTACK, reasons=reasons, notices=reasons)
    made["homogeneity"]["cliches"] = cliches
    page = report_page(Checked(made, ATTACK, ATTACK, ATTACK, None, ATTACK))
    found = Parsed(page)
    assert found.text.count(ATTACK) >= 9
    assert "script" not in found.tags and "img" not in found.tags
    assert not any(name.startswith("on") or name in ("style", "src") for name, _ in found.attributes)
    assert set(found.tags) == set(Parsed(report_page(checked)).tags) | {"a"}


def test_the_page_is_one_file_with_one_style(checked: Checked) -> None:
    for page in (report_page(checked), gone_page()):
        assert page.count("<style>") == 1 and f"<style>{STYLE}</style>" in page
        assert "url(" not in page and "http" not in page and "@import" not in page
        assert {"link", "script", "img", "iframe"}.isdisjoint(Parsed(page).tags)


def test_the_worst_comes_first(checked: Checked) -> None:
    for graver, first, second in [(2.4, "1 改动", "2 老调"), (0.1, "2 老调", "1 改动")]:
        checked.report["passages"][0]["fault"]["gravity"] = graver
        text = report_page(checked).partition("先看这几句")[2].partition("<h2>")[0]
        assert text.index(first) < text.index(second) and PLAIN not in text


def test_a_passage_is_marked_by_its_fault() -> None:
    for kind in KINDS:
        made = report(PLAIN, [passage(PLAIN, PLAIN, kind)])
        assert [mark.label for row in manuscript(made, PLAIN) for mark in row.marks] == [KINDS[kind]]
    assert [row.marks for row in manuscript(report(PLAIN, [passage(PLAIN, PLAIN)]), PLAIN)] == [[]]


def test_a_report_from_before_there_were_faults_opens_unmarked(checked: Checked) -> None:
    for old in checked.report["passages"]:
        del old["fault"]
    page = Parsed(report_page(checked))
    assert all(sentence in page.text for sentence in (COPIED, COMMON, PLAIN))
    assert "mark" not in page.tags and "先看这几句" not in page.text


def test_every_known_piece_is_accounted_for() -> None:
    many = [match("verbatim", COPIED, item_id=f"soup-{n}") for n in range(10)]
    page = report_page(Checked(report(COPIED, [passage(COPIED, COPIED, "verbatim", matches=many)]), "", COPIED))
    assert "soup-2" in page and "soup-3" not in page and "另有 7 篇" in page


def test_few_passages_share_a_row_so_that_a_page_can_hold_it() -> None:
    sentences = [f"第{n}句，人生没有白走的路。" for n in range(7)]
    text = "".join(sentences)
    made = report(text, [passage(text, s, "verbatim", matches=[match("verbatim", s)]) for s in sentences])
    rows = manuscript(made, text)
    assert [len(row.marks) for row in rows] == [2, 2, 2, 1]
    assert [row.first for row in rows] == [True, False, False, False]


@settings(deadline=None)
@given(st.data())
def test_the_text_is_whole_whatever_is_marked(data: st.DataObject) -> None:
    text = data.draw(st.text(st.sampled_from("甲乙😀 \n\r。<&"), max_size=60))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=10, unique=True)))
    spans = [(a, b) for a, b in pairwise(cuts) if not set(text[a:b]) & set("\r\n")]
    marked = data.draw(st.lists(st.booleans(), min_size=len(spans), max_size=len(spans)))
    bare = {"matches": [], "fault": {"kind": "theme", "gravity": 1}}
    passages = [{"start": a, "end": b, "text": text[a:b], **bare} for (a, b), m in zip(spans, marked, strict=True) if m]
    aside = [{"start": a, "end": b} for (a, b), m in zip(spans, marked, strict=True) if not m]
    rows = manuscript({"passages": passages, "set_aside": aside}, text)
    assert "".join(s.text for row in rows for s in row.stretches) == text.replace("\r", "").replace("\n", "")
    assert [mark.text for row in rows for mark in row.marks] == [p["text"] for p in passages]


def test_a_report_that_lacks_what_a_newer_one_has_can_be_shown(checked: Checked) -> None:
    page = report_page(replace(checked, made_at=None, number=None, brand=None, title=""))
    assert "（没有标题）" in page and "检查编号" not in page and " · </p>" not in page


def test_the_command_line_writes_it(run_here: Run, tmp_path: Path) -> None:
    draft, page = tmp_path / "稿.txt", tmp_path / "报告.html"
    draft.write_text(f"{COPIED}{ATTACK}\n{COMMON}", "utf-8")
    done = run_here("check", str(draft), "--html", str(page), home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert ATTACK in Parsed(page.read_text("utf-8")).text
    refused = run_here("check", str(draft), "--html", str(tmp_path), home=tmp_path)
    assert refused.returncode == 2 and "无法写入" in refused.stderr
