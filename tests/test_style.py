"""Traits of style: what is counted, and what it adds to the contrast."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentcheck.engine.details import Details
from contentcheck.engine.style import traits

words = st.lists(st.sampled_from(["北京", "王芳", "三年", "岁月静好"]), max_size=60)


def by_name(names: list[str], amounts: list[str], phrases: list[str], letters: int) -> dict[str, float]:
    return {t.name.value: t.evidence for t in traits(Details(names, amounts), phrases, letters)}


def test_by_hand() -> None:
    found = traits(Details(["北京", "王芳", "北京"], ["三年"]), ["岁月静好", "愿你…", "岁月静好"], 600)
    assert [(t.name.value, t.words) for t in found] == [
        ("names", ["北京", "王芳"]),
        ("amounts", ["三年"]),
        ("phrases", ["岁月静好", "愿你…"]),
    ]
    assert [t.rate for t in found] == pytest.approx([300 / 600, 100 / 600, 200 / 600])
    assert [t.evidence for t in found] == pytest.approx(
        [
            -0.08 * math.log((1 + (300 + 300) / 900) / 2),
            -0.06 * math.log((1 + (100 + 900) / 900) / 4),
            0.15 * 200 / 900,
        ]
    )


@given(names=words, amounts=words, phrases=words, letters=st.integers(100, 5000))
def test_more_details_make_it_less_common_and_more_phrases_more(
    names: list[str], amounts: list[str], phrases: list[str], letters: int
) -> None:
    less, more = by_name(names, amounts, phrases, letters), by_name(names * 2, amounts * 2, phrases, letters)
    assert more["names"] <= less["names"] and more["amounts"] <= less["amounts"]
    assert by_name([], [], phrases, letters)["phrases"] >= by_name([], [], [], letters)["phrases"] == 0


def test_a_text_without_letters_says_nothing() -> None:
    assert by_name([], [], [], 0) == {"names": 0, "amounts": 0, "phrases": 0}


def test_a_short_text_says_little() -> None:
    """Ten characters without a name are no sign of soup."""
    short, long = by_name([], [], [], 10), by_name([], [], [], 1000)
    assert 0 < short["names"] < long["names"] / 10
