"""Words are cut as expected, a brand's own words stay whole, clichés are found each time they occur."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contentcheck.engine.terms import SLOT, Cliches, Terms, dictionary_words

SENTENCE = "轻食研选的氨糖软骨素适合中老年人"
PLAIN = ["轻食", "研选", "的", "氨", "糖", "软骨素", "适合", "中老年人"]


@pytest.fixture(scope="module")
def plain() -> Terms:
    return Terms()


@pytest.mark.parametrize(
    ("text", "words", "content"),
    [
        ("我们今天去公园看花", ["我们", "今天", "去", "公园", "看花"], {"我们", "今天", "公园", "看花"}),
        (
            "维生素c含量很高,a2牛奶",
            ["维生素", "c", "含量", "很", "高", ",", "a2", "牛奶"],
            {"维生素", "含量", "a2", "牛奶"},
        ),
        (SENTENCE, PLAIN, {"轻食", "研选", "软骨素", "适合", "中老年人"}),
        ("...!! 。", ["...", "!", "!", " ", "。"], set()),
        ("", [], set()),
    ],
)
def test_words_and_content(plain: Terms, text: str, words: list[str], content: set[str]) -> None:
    assert plain.words(text) == words
    assert plain.content(text) == content


@settings(deadline=None)
@given(st.one_of(st.text(), st.text(st.sampled_from("今天我们去公园看花。,ab1 \n"))))
def test_words_joined_are_the_text(plain: Terms, text: str) -> None:
    assert "".join(plain.words(text)) == text


@settings(deadline=None)
@given(st.text(st.sampled_from("今天我们去公园看花。,ab1 \n")))
def test_content_is_the_longer_words(plain: Terms, text: str) -> None:
    assert plain.content(text) == {w for w in plain.words(text) if len(w) >= 2 and w.isalnum()}


def test_brand_words_are_kept_whole() -> None:
    terms = Terms(["轻食研选", "氨糖软骨素"])
    assert terms.words(SENTENCE) == ["轻食研选", "的", "氨糖软骨素", "适合", "中老年人"]
    assert terms.content(SENTENCE) == {"轻食研选", "氨糖软骨素", "适合", "中老年人"}


@pytest.mark.parametrize("name", ["a2牛奶", "神经酰胺pro+", "q10 软糖", "l'oreal", "estee lauder"])
def test_names_of_mixed_characters_are_kept_whole(name: str) -> None:
    assert Terms([name]).words(f"推荐{name}给大家") == ["推荐", name, "给", "大家"]


def test_two_vocabularies_do_not_share_their_words() -> None:
    first, second = Terms(["轻食研选"]), Terms(["氨糖软骨素"])
    assert first.words(SENTENCE) == ["轻食研选", "的", "氨", "糖", "软骨素", "适合", "中老年人"]
    assert second.words(SENTENCE) == ["轻食", "研选", "的", "氨糖软骨素", "适合", "中老年人"]
    assert Terms().words(SENTENCE) == PLAIN


def test_cliches_are_found_each_time_in_order_and_inside_each_other() -> None:
    cliches = Cliches(["历尽千帆", "千帆", "秘密领证", "余生很长"])
    found = cliches.find("愿你历尽千帆,据说已秘密领证。历尽千帆之后")
    assert found == ["历尽千帆", "千帆", "秘密领证", "历尽千帆", "千帆"]


@pytest.mark.parametrize(
    ("phrases", "text"),
    [([], "历尽千帆"), ([], ""), (["历尽千帆"], ""), (["历尽千帆"], "历尽了千帆")],
)
def test_no_cliches(phrases: list[str], text: str) -> None:
    assert Cliches(phrases).find(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("愿你被世界温柔以待", True),
        ("愿你,在每个起风的夜里,温柔以待", True),
        ("愿你" + "很好" * 6 + "温柔以待", True),
        ("愿你" + "很好" * 6 + "啊温柔以待", False),
        ("愿你温柔以待", False),
        ("愿你平安。被世界温柔以待", False),
        ("愿你平安\n被世界温柔以待", False),
        ("愿你被世界", False),
        ("被世界温柔以待,愿你", False),
    ],
)
def test_a_slot_stands_for_a_few_characters_of_one_sentence(text: str, found: bool) -> None:
    cliches = Cliches([f"愿你{SLOT}温柔以待"])
    assert cliches.find(text) == ([f"愿你{SLOT}温柔以待"] if found else [])


def test_several_slots_and_patterns_that_begin_alike() -> None:
    cliches = Cliches(["你若…便是晴天", "你若…我便…", "把…过成诗，把…过成歌"])
    assert cliches.find("你若安好,便是晴天。你若不来,我便等着") == ["你若…便是晴天", "你若…我便…"]
    assert cliches.find("把柴米过成诗,把风雨过成歌。") == ["把…过成诗，把…过成歌"]


@settings(deadline=None)
@given(st.lists(st.sampled_from(["历尽千帆", "岁月静好", "今天", "下雨了"]), max_size=8))
def test_cliches_are_counted_in_order(parts: list[str]) -> None:
    wanted = [p for p in parts if p in ("历尽千帆", "岁月静好")]
    assert Cliches(["历尽千帆", "岁月静好"]).find("，".join(parts)) == wanted


def test_a_cliche_that_cuts_a_word_in_two_is_none() -> None:
    assert Cliches(["京大学"]).find("他在北京大学读书") == []


def test_without_guessing_only_words_of_the_dictionary_and_ones_own_are_whole() -> None:
    assert Terms().words("小明在霁垄喝茶") != Terms(["霁垄"]).words("小明在霁垄喝茶", guess=False)
    assert Terms(["霁垄"]).words("张霁垄喝茶", guess=False) == ["张", "霁垄", "喝茶"]


def test_the_dictionary_knows_places_from_numerals() -> None:
    places, numerals = dictionary_words("ns"), dictionary_words("m")
    assert "北京" in places and "北京" not in numerals
    assert "三年" in dictionary_words("mq?") and "三年" not in places
