"""Names and amounts: what counts as one, and what does not."""

import pytest

from contentcheck.corpus.shipped import shipped_edition
from contentcheck.engine.details import everyday_names, find_details
from contentcheck.engine.normalise import normalise
from contentcheck.engine.terms import Terms


def details(text: str, own: tuple[str, ...] = ()) -> tuple[list[str], list[str]]:
    found = find_details(normalise(text).text, Terms(own), shipped_edition().everyday)
    return found.names, found.amounts


@pytest.mark.parametrize(
    ("text", "names", "amounts"),
    [
        ("去年冬天他从哈尔滨坐车到广州，走了三天", ["哈尔滨", "广州"], ["三天"]),
        ("每瓶250毫升，常温放12个月", [], ["250毫升", "12个"]),
        ("第1章 3.5折 编号88", [], []),
        ("太阳出来了，我想对你说声谢谢，这些东西都会过去", [], []),
        ("一个人，一种心情，许多话", [], []),
        ("", [], []),
    ],
)
def test_what_is_a_detail(text: str, names: list[str], amounts: list[str]) -> None:
    assert details(text) == (names, amounts)


def test_a_brands_own_words_are_no_details() -> None:
    soup = "人生就像一杯酒，长江陪你慢慢喝。长江，懂你的不容易。"
    assert details(soup)[0] == ["长江", "长江"]
    assert details(soup, ("长江",))[0] == []


def test_everyday_names_are_those_that_several_texts_use() -> None:
    texts = ["太阳出来了,太阳真好", "太阳下山了", "北京的太阳", "北京"]
    assert everyday_names(texts) == ["太阳"]
    assert everyday_names(texts, least=2) == ["北京", "太阳"]
