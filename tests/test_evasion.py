"""Hiding is reported by kind, count and first place; ordinary ways of writing are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentcheck.engine.checker import Checker
from contentcheck.engine.documents import Draft, Edition
from contentcheck.engine.evasion import Evasion, EvasionKind, find_evasion
from contentcheck.engine.matching import Match, MatchKind

SOUP = "人生没有白走的路，每一步都算数。愿你历尽千帆，归来仍是少年。"
NEWS = "市水务局昨日通报，城东水厂二期扩建工程已于上周完成管网冲洗，日供水能力提高到十二万吨，水压月底前恢复正常。"
TRADITIONAL = "一個人最好的狀態，是眼裡寫滿故事，臉上卻不見風霜，不羨慕誰，也不依賴誰。"


def edited(text: str, passage: str, known: str) -> Match:
    """A match of `passage` in the draft with the known text."""
    start = text.index(passage)
    span = (start, start + len(passage), 0, len(known))
    return Match("soup-1", MatchKind.EDITED, 0.9, *span, known, "", "", "soup", True)


@pytest.mark.parametrize(
    ("text", "kind", "count", "first"),
    [
        (NEWS + TRADITIONAL, EvasionKind.TRADITIONAL, 14, "個人最好的狀態，是眼裡寫滿故事，臉上卻"),
        ("请加\u200b我\u200b微\u200b信", EvasionKind.ZERO_WIDTH, 3, "加\u200b我\u200b微\u200b信"),
        ("一碗\u202e鸡\u202e汤", EvasionKind.ZERO_WIDTH, 2, "碗\u202e鸡\u202e汤"),
        ("一碗心·灵·鸡·汤", EvasionKind.INSERTED_MARKS, 3, "心·灵·鸡·汤"),
        ("一碗心*灵*鸡*汤", EvasionKind.INSERTED_MARKS, 3, "心*灵*鸡*汤"),
        ("人\u0336生\u0336路\u0336长", EvasionKind.INSERTED_MARKS, 3, "人\u0336生\u0336路\u0336长"),
        ("请加wеixin", EvasionKind.HOMOGLYPH, 1, "е"),
        ("⼈⺠币", EvasionKind.HOMOGLYPH, 2, "⼈⺠"),
        ("请加weiＸin号", EvasionKind.FULL_WIDTH, 1, "weiＸin"),
        ("一碗xin灵鸡tang", EvasionKind.SOUND, 2, "xin灵鸡tang"),
        ("加我V信", EvasionKind.SOUND, 1, "V"),
    ],
)
def test_hiding_is_reported(text: str, kind: EvasionKind, count: int, first: str) -> None:
    start = text.index(first)
    assert find_evasion(text, []) == [Evasion(kind, count, start, start + len(first), first)]


@pytest.mark.parametrize(
    "text",
    [
        SOUP,
        TRADITIONAL * 3,
        "妈妈👩‍👩‍👧和❤️一起1️⃣号出发",
        "列奥纳多·达·芬奇和让·雅克·卢梭",
        "iPhone 15 卖 3.5 折，见 https://example.com/a-b_c",
        "这是**重点**，那也是*重点*。\n# 标题\n|姓名|年龄|\n|张三|三十|",
        "ＶＩＰ会员ＡＢＣ",
        "北京/上海/广州/深圳/杭州",
        "目 录　公 告",
        "TNFα、5μm、Москва、カタカナ",
        "用app看game直播，打开WiFi，加QQ群，AI时代的A股",
        "查man page里的make target，再看game",
        "一处\u200b多余",
        "\ufeff" + NEWS,
    ],
)
def test_usual_ways_of_writing_are_no_hiding(text: str) -> None:
    assert find_evasion(text, []) == []


def test_the_shipped_ordinary_writing_hides_nothing(edition: Edition) -> None:
    assert [s.text for s in edition.background if find_evasion(s.text, [])] == []


@pytest.mark.parametrize(
    ("passage", "found"),
    [
        ("人生没有bai走的路，每一步都算数", ["bai"]),
        ("人森没有百走的路，每一步都蒜数", ["百", "蒜"]),
        ("人生没有⚪走的路，每1步都算数", []),
        ("人生没有白走地路，每一步都算数", []),
        ("人生没有百走的路，每一步都算数", []),
    ],
)
def test_stand_ins_are_told_by_what_a_passage_was_taken_from(passage: str, found: list[str]) -> None:
    text = NEWS + passage
    evasions = find_evasion(text, [edited(text, passage, "人生没有白走的路，每一步都算数")])
    assert [e.kind for e in evasions] == ([EvasionKind.SOUND] if found else [])
    assert [(e.count, e.start) for e in evasions] == ([(len(found), text.index(found[0]))] if found else [])


def test_a_report_names_what_was_hidden_and_says_so_in_chinese(small_checker: Checker) -> None:
    text = NEWS + "\n人生没有bai走的路，每1步都suan数。\n愿\u200b你历\u200b尽千帆，归来仍是少年。"
    report = small_checker.check([Draft("d", text)])[0]
    assert [(e.kind, e.count, e.text) for e in report.evasion] == [
        (EvasionKind.ZERO_WIDTH, 2, "愿\u200b你历\u200b尽"),
        (EvasionKind.SOUND, 2, "bai"),
    ]
    notice = next(n for n in report.notices if n.code == "evasion")
    assert "夹入看不见的字符 2 处（“愿你历尽”）" in notice.message
    assert "用拼音、同音字或图形代替 2 处（“bai”）" in notice.message
    taken = [m for p in report.passages for m in p.matches if m.kind.taken]
    assert ("soup-1", MatchKind.EDITED, "人生没有bai走的路，每1步都suan数") in [
        (m.item_id, m.kind, text[m.start : m.end]) for m in taken
    ]


@given(
    st.text(
        alphabet=st.sampled_from("心灵鸡汤個xinе⺠Ｘ\u200b\u0336·* 1️V信") | st.characters(exclude_categories=["Cs"])
    )
)
def test_the_first_place_is_in_the_text(text: str) -> None:
    found = find_evasion(text, [])
    assert [e.kind for e in found] == [k for k in EvasionKind if k in {e.kind for e in found}]
    for evasion in found:
        assert evasion.text == text[evasion.start : evasion.end] != ""
        assert evasion.count >= 1
