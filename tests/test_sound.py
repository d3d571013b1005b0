"""What sounds alike is alike, and every syllable knows what it was read from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import lazy_pinyin

from contentcheck.engine.normalise import normalise
from contentcheck.engine.sound import hear, is_syllable, sounds, split_pinyin

WORD = "心灵鸡汤"


@pytest.mark.parametrize(
    "written", ["xin灵鸡tang", "XīnLíng鸡汤", "❤️灵🐔汤", "xin 灵 🐔 tang", "新零机糖", "𝐱𝐢𝐧灵鸡汤"]
)
def test_stand_ins_sound_like_what_they_stand_for(written: str) -> None:
    heard = hear(normalise(written))
    assert sounds(heard.text if heard else written) == sounds(WORD)


@pytest.mark.parametrize(
    "text", ["心灵鸡汤", "用app扫码", "hello world", "iPhone 15", "加油", "", "A股e人", "🐔", "x" * 5000]
)
def test_nothing_is_heard_where_nothing_stands_in(text: str) -> None:
    assert hear(normalise(text)) is None


def test_a_syllable_comes_from_all_of_its_letters() -> None:
    text = "请zhuan\u200bfa给V信hao友"
    heard = hear(normalise(text))
    assert heard is not None
    read = [text[slice(*heard.to_original(i, i + 1))] for i, c in enumerate(heard.text) if is_syllable(c)]
    assert read == ["zhuan", "fa", "V", "hao"]
    assert heard.to_original(0, len(heard.text)) == (0, len(text))


@pytest.mark.parametrize(
    ("letters", "syllables"),
    [
        ("xinling", ("xin", "ling")),
        ("xian", ("xian",)),
        ("fangan", ("fang", "an")),
        ("game", ("ga", "me")),
        ("app", ()),
    ],
)
def test_pinyin_is_split_into_syllables(letters: str, syllables: tuple[str, ...]) -> None:
    assert split_pinyin(letters) == syllables


@given(st.lists(st.sampled_from(WORD + "转发人生没有白走的路绿女"), min_size=1, max_size=8))
def test_any_characters_in_pinyin_are_split_into_as_many_letters(characters: list[str]) -> None:
    letters = "".join(lazy_pinyin(characters))
    assert "".join(split_pinyin(letters)) == letters


@given(st.text())
def test_sounds_are_one_for_one(text: str) -> None:
    assert len(sounds(text)) == len(text)


@given(st.text(alphabet=st.sampled_from("心灵鸡汤xintang v❤️🐔，·\u200b1") | st.characters(exclude_categories=["Cs"])))
def test_what_is_heard_comes_in_order_from_the_text(text: str) -> None:
    heard = hear(normalise(text))
    if heard is not None:
        spans = [heard.to_original(i, i + 1) for i in range(len(heard.text))]
        assert all(0 <= start < end <= len(text) for start, end in spans)
        assert [s for s, _ in spans] == sorted(s for s, _ in spans)
