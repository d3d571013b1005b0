"""The report as a page: everything in it, nothing in it that runs, and every sentence of the draft where it stood."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contentcheck.engine.faults import FaultKind
from contentcheck.report_page import STYLE, Checked, gone_page, report_page, too_often_page
from contentcheck.report_page.marks import manuscript
from tests.command_line import Run

ATTACK = """<script>alert(1)</script><img src=x onerror="alert(2)">"' onload='alert(3)' </style>{{ 7 * 7 }}"""
COPIED, COMMON, PLAIN = "人生没有白走的路，每一步都算数。", "愿你归来仍是少年。", "面霜含三种神经酰胺。"
PROMOTION = {
    "score": 3.0,
    "band": "informative",
    "shares": {"advertising": 0.0, "product": 0.2, "use": 0.0, "other": 0.8},
    "calls": [],
}


class Parsed(HTMLParser):
    """What a browser makes of a page: its elements, its attributes, and its text without the style."""

    def __init__(self, page: str):
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.spoken: list[tuple[str, str]] = []
        """Texts, each with the language that a screen reader takes it for."""
        self._in_style = False
        self._languages: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        self._in_style = tag == "style"
        if tag not in ("meta", "br", "link", "img"):
            self._languages.append(dict(attrs).get("lang") or (self._languages[-1] if self._languages else ""))

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False
        self._languages.pop()

    def handle_data(self, data: str) -> None:
        if not self._in_style:
            self.text += data
            self.spoken.append((data, self._languages[-1] if self._languages else ""))


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
    genres = [{"genre": "soup", "name": "鸡汤", "share": 1}]
    common = {**score, "copied": 0.4, "genres": genres, "cliches": [], "signals": [{"name": "meaning", "effect": 20.5}]}
    paragraph = {"start": 0, "end": len(text), "passages": [*range(len(passages))], "relevance": None}
    provenance = {"model": "m", "revision": "r", "library_version": "l", "calibration": "c", "brand": None}
    whole = {"id": "draft", "verdict": "reject", "reasons": [{"code": "x", "message": "等于转载；请删去。"}]}
    judged = {"homogeneity": common, "relevance": None, "promotion": PROMOTION, "repetition": None, "title": None}
    parts = {"passages": passages, "paragraphs": [paragraph], "set_aside": [], "notices": []}
    return {**whole, **judged, **parts, "provenance": provenance, **more}


def judged_by_all(text: str) -> dict[str, Any]:
    """A report with every score and section there is."""
    passages = [
        passage(text, COPIED, "edited", 2.4, matches=[match("edited", COPIED, end=len(COPIED))]),
        passage(text, PLAIN),
    ]
    relevance = {"score": 31, "uncertainty": 9, "band": "partly", "band_precision": 0.5, "products": []}
    made = report(text, passages)
    made["relevance"] = {
        **relevance,
        "products": [{"product_id": "p1", "name": "面霜", "score": 31}],
        "off_topic_paragraphs": [0],
        "missing": [{"product_id": "p1", "key_point": "不含香精", "paragraph": 0}],
    }
    shares = {"advertising": 0.25, "product": 0.75, "use": 0, "other": 0}
    made["promotion"] = {"score": 25, "band": "selling", "shares": shares, "calls": [{"kind": "shop", "name": "到店"}]}
    post = {"post_id": "p-7", "title": "旧文", "published": "2020-05-06", "share": 0.4}
    said = {"item_id": "p-7", "item_text": COPIED, "kind": "verbatim"}
    made["repetition"] = {"score": 40.2, "posts": [post], "matches": [said]}
    sign = {"kind": "shock", "name": "震惊体", "text": "惊呆"}
    made["title"] = {"clickbait_score": 65, "clickbait": [sign], "promise": 3}
    made["homogeneity"]["cliches"] = [{"phrase": "每一步都算数", "count": 2}]
    made["reasons"] = [{"code": "superlatives", "message": "“最佳”属于广告法禁止的用语。"}, *made["reasons"]]
    made["notices"] = [{"code": "images", "message": "有 2 张图片。"}]
    made["set_aside"] = [{"start": len(text) - 2, "end": len(text), "text": text[-2:], "kind": "follow"}]
    return made


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
    evidence = ["1 改动几处", "97%", "人生没有白走的路", "《走路》", "soup-7", "2020-01-02", "2 老调重弹"]
    for words in [*told, *evidence, PLAIN]:
        assert words in page.text, words
    assert "归来半生" not in page.text  # a likeness that nobody sees is no evidence


def test_what_a_draft_holds_stays_text(checked: Checked) -> None:
    hostile = passage(ATTACK, ATTACK, "verbatim", matches=[match("verbatim", ATTACK, item_title=ATTACK, genre=ATTACK)])
    reasons = [{"code": "x", "message": ATTACK}]
    cliches = [{"phrase": ATTACK, "count": 2}]
    made = report(ATTACK, [hostile], id=ATTACK, reasons=reasons, notices=reasons)
    made["homogeneity"]["cliches"] = cliches
    hostile_too = Checked(made, ATTACK, ATTACK, ATTACK, None, ATTACK)
    for page in (Parsed(report_page(hostile_too)), Parsed(report_page(hostile_too, "en"))):
        assert page.text.count(ATTACK) >= 9
        assert "script" not in page.tags and "img" not in page.tags
        assert not any(name.startswith("on") or name in ("style", "src") for name, _ in page.attributes)
        assert set(page.tags) == set(Parsed(report_page(checked)).tags) | {"a"}


def test_the_page_is_one_file_with_one_style(checked: Checked) -> None:
    whole = (report_page(checked), report_page(checked, "en"))
    for page in (*whole, gone_page(), gone_page("en"), too_often_page(9), too_often_page(9, "en")):
        assert page.count("<style>") == 1 and f"<style>{STYLE}</style>" in page
        assert "url(" not in page and "http" not in page and "@import" not in page
        assert {"link", "script", "img", "iframe"}.isdisjoint(Parsed(page).tags)


def test_the_worst_comes_first(checked: Checked) -> None:
    for graver, first, second in [(2.4, "1 改动几处", "2 老调重弹"), (0.1, "2 老调重弹", "1 改动几处")]:
        checked.report["passages"][0]["fault"]["gravity"] = graver
        text = report_page(checked).partition("先看这几句")[2].partition("<h2>")[0]
        assert text.index(first) < text.index(second) and PLAIN not in text


def test_a_passage_is_marked_by_its_fault() -> None:
    for kind in FaultKind:
        made = report(PLAIN, [passage(PLAIN, PLAIN, kind)])
        assert [mark.kind for row in manuscript(made, PLAIN) for mark in row.marks] == [kind]
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


def test_a_draft_is_not_said_to_be_like_pieces_without_a_genre(checked: Checked) -> None:
    checked.report["homogeneity"]["genres"] = [{"genre": "unknown", "name": "未分类", "share": 1}]
    assert "像未分类" not in Parsed(report_page(checked)).text
    checked.report["homogeneity"]["genres"] += [{"genre": "soup", "name": "鸡汤", "share": 1}]
    assert "像鸡汤" in Parsed(report_page(checked)).text


def test_few_passages_share_a_row_so_that_a_page_can_hold_it() -> None:
    sentences = [f"第{n}句，人生没有白走的路。" for n in range(7)]
    text = "".join(sentences)
    made = report(text, [passage(text, s, "verbatim", matches=[match("verbatim", s)]) for s in sentences])
    rows = manuscript(made, text)
    assert [len(row.marks) for row in rows] == [2, 2, 2, 1]
    assert [row.first for row in rows] == [True, False, False, False]


def test_in_english_all_is_english_but_what_is_chinese_by_itself() -> None:
    text = f"{COPIED}\n{PLAIN}\n关注"
    whole = Checked(judged_by_all(text), "余生很长", text, "茶铺", "2026-01-02T03:04:05Z", "c-1")
    page = Parsed(report_page(whole, "en").replace("<title>Report: 余生很长</title>", ""))
    assert ("lang", "en") in page.attributes[:1]
    for words in ["Not fit to publish", "1 Lightly edited", "Clickbait", "most of all 《旧文》", "p-7", "not scored"]:
        assert words in page.text, words
    for words, language in page.spoken:
        assert not re.search(r"[\u3400-\u9fff，。；（）]", words) or language == "zh-CN", words
    assert {language for _, language in Parsed(report_page(whole)).spoken} <= {"zh-CN", ""}


def test_what_the_engine_said_is_translated_by_its_code_and_kept() -> None:
    page = Parsed(report_page(Checked(judged_by_all(f"{COPIED}\n{PLAIN}"), "", f"{COPIED}\n{PLAIN}"), "en"))
    assert "Words that advertising law forbids" in page.text and "“最佳”属于广告法禁止的用语。" in page.text
    assert "Text inside images is not read" in page.text and "有 2 张图片。" in page.text
    assert ("等于转载；请删去。", "zh-CN") in page.spoken  # of a code that has no translation


def test_a_link_that_opens_nothing_says_so_in_both_languages() -> None:
    assert 'lang="zh-CN"' in gone_page() and "这个链接打不开报告" in gone_page()
    assert 'lang="en"' in gone_page("en") and "opens no report" in gone_page("en")


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
    done = run_here("check", str(draft), "--html", str(page), "--language", "en", home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert 'lang="en"' in page.read_text("utf-8") and ATTACK in Parsed(page.read_text("utf-8")).text
    refused = run_here("check", str(draft), "--html", str(tmp_path), home=tmp_path)
    assert refused.returncode == 2 and "无法写入" in refused.stderr
