"""Lookalikes are undone where they are mixed in, and left alone where they are at home."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentcheck.engine.homoglyphs import replace_homoglyphs
from contentcheck.engine.normalise import normalise


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("加wеiхin", "加weixin"),  # Cyrillic е, х
        ("Αpple", "Apple"),  # Greek capital alpha
        ("WІFI", "WIFI"),  # Cyrillic І
        ("⼈⺠币", "人民币"),
        ("努カ工作", "努力工作"),
    ],
)
def test_lookalikes_give_way(written: str, meant: str) -> None:
    assert replace_homoglyphs(written) == meant
    assert normalise(written).text == meant.lower()


@pytest.mark.parametrize("text", ["Москва", "αβγ", "TNFα升高", "5μm", "ΔT", "カタカナ", "iPhone 15", "人口", ""])
def test_letters_that_are_at_home_stay(text: str) -> None:
    assert replace_homoglyphs(text) == text


@given(st.text(alphabet=st.sampled_from("aXеαΑ⺠カ人 1，") | st.characters()))
def test_one_for_one_and_at_rest(text: str) -> None:
    replaced = replace_homoglyphs(text)
    assert len(replaced) == len(text)
    assert replace_homoglyphs(replaced) == replaced
