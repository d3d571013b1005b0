"""A brand's standing texts are found whatever their spelling, exactly, and never by chance."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentcheck.engine.allowed import allowed_spans, refuse_too_short
from contentcheck.engine.errors import InputError
from contentcheck.engine.normalise import normalise, replace_unencodable, skeleton
from tests.test_segment import WILD

SLOGAN = "慢慢晒，才有太阳味。"
LEGAL = "本品为普通食品，不能代替药物。"
NEWS = "城东水厂二期扩建工程已于上周完成管网冲洗。"


def found(text: str, *allowed: str) -> list[str]:
    return [text[start:end] for start, end in allowed_spans(text, allowed or (SLOGAN, LEGAL))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SLOGAN, [SLOGAN]),
        (f"{NEWS}{SLOGAN}{NEWS}", [SLOGAN]),
        ("老话说得好：“慢慢晒才有太阳味！！”我们照做。", ["“慢慢晒才有太阳味！！”"]),
        ("慢慢曬，才有太陽味～ 我们照做。", ["慢慢曬，才有太陽味～"]),
        ("慢·慢·晒·才\u200b有太阳味，所以贵一点。", ["慢·慢·晒·才\u200b有太阳味，"]),
        ("慢慢晒，\n　　才有太阳味\n我们照做", ["慢慢晒，\n　　才有太阳味"]),
        (f"{SLOGAN}{LEGAL}", [SLOGAN, LEGAL]),
        (f"{LEGAL}\n{SLOGAN}\n{SLOGAN}", [LEGAL, SLOGAN, SLOGAN]),
        ("慢慢晒，才有太阳的味道。", []),
        ("慢慢晒", []),
        ("", []),
    ],
)
def test_where_allowed_texts_stand(text: str, expected: list[str]) -> None:
    assert found(text) == expected


def test_texts_that_hold_or_overlap_one_another_are_one_stretch() -> None:
    assert found("慢慢晒，才有太阳味，天天见。", "慢慢晒才有", "才有太阳味", "太阳味天天见", "太阳") == [
        "慢慢晒，才有太阳味，天天见。"
    ]


@pytest.mark.parametrize(
    ("text", "allowed", "expected"),
    [
        ("please adjust documents", "Just do", []),
        ("苔朵 Just Do 防晒", "just do", ["Just Do"]),
        ("电话94008001234转1", "400-800-1234", []),
        ("电话400-800-12345", "400-800-1234", []),
        ("电话400 800 1234转1", "400-800-1234", ["400 800 1234"]),
    ],
)
def test_no_word_and_no_number_is_cut_in_two(text: str, allowed: str, expected: list[str]) -> None:
    assert found(text, allowed) == expected


def test_nothing_is_allowed_by_an_empty_list_or_by_marks() -> None:
    assert allowed_spans(NEWS, ()) == []
    assert allowed_spans(NEWS, ("——", "")) == []


@pytest.mark.parametrize("text", ["好味道", "——好——", "ab c", "！！！"])
def test_a_text_of_less_than_four_characters_is_refused(text: str) -> None:
    with pytest.raises(InputError) as error:
        refuse_too_short([SLOGAN, text])
    assert str(error.value) == (
        f"固定用语“{text}”太短：至少要有 4 个字，否则正文里碰巧出现的字也会被略过；请写完整的一句"
    )


def test_a_text_of_four_characters_will_do() -> None:
    refuse_too_short([SLOGAN, "自然之味"])
    assert found(f"{NEWS}自然之味，{NEWS}", "自然之味") == ["自然之味，"]


LETTERS = st.text(st.sampled_from("慢晒才有太阳味天"), min_size=4, max_size=7)
MARKS = st.text(st.sampled_from("，。·\u200b “”！"), max_size=2)


@given(WILD, WILD, st.lists(LETTERS, min_size=1), MARKS)
def test_what_is_put_anywhere_is_found_and_nothing_else(
    before: str, after: str, allowed: list[str], marks: str
) -> None:
    text, _ = replace_unencodable(f"{before}。{marks.join(allowed[0])}。{after}")
    spans = allowed_spans(text, tuple(allowed))
    start, end = len(before) + 1, len(before) + 1 + len(marks.join(allowed[0]))
    assert any(a <= start and end <= b for a, b in spans)
    assert all(b <= c for (_, b), (c, _) in pairwise(spans))
    for a, b in spans:
        letters = skeleton(normalise(text[a:b])).text
        assert any(wanted in letters for wanted in allowed)
        assert set(letters) <= set("".join(allowed))
