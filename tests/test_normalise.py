"""Spelling variants are undone, and every span found in the result is a span of the original."""

import random
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contentcheck.engine.normalise import MappedText, is_han, normalise, replace_unencodable, skeleton

ATOMS = (
    *"今天氣後面皇后髮發乾隆著裏麵。，！？·丶丨*_~ ",
    *"abZÄß1９Ａ％　（）…㎏ﬀ½①İ",
    *("👨\u200d👩\u200d👧", "❤\ufe0f", "e\u0301", "气\u0336", "\u0489"),
    *("\ud800", "\udfff", "\0", "שלום", "مرحبا", "\u200f", "\u202e", "\u200b", "\ufeff"),
    *("\r\n", "\r", "\n", "\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\t"),
)
WILD = st.one_of(
    st.lists(st.sampled_from(ATOMS)).map("".join),
    st.text(st.characters()),
    st.text(st.sampled_from("今後·丶 *1")),
)


def long_text(seed: int) -> str:
    """50,000 characters of everything."""
    return "".join(random.Random(seed).choices(ATOMS, k=50_000))[:50_000]


def assert_maps_back(mapped: MappedText, original: str) -> None:
    origin = mapped.origin.tolist()
    assert len(origin) == len(mapped.text)
    assert origin == sorted(origin)
    assert all(0 <= i < len(original) for i in origin)


@settings(deadline=None)
@given(WILD)
def test_every_character_knows_its_origin(raw: str) -> None:
    text, _ = replace_unencodable(raw)
    assert_maps_back(normalise(text), text)
    assert_maps_back(skeleton(normalise(text)), text)


@settings(deadline=None)
@given(WILD, st.data())
def test_spans_map_to_spans_within_the_text_and_back(raw: str, data: st.DataObject) -> None:
    text, _ = replace_unencodable(raw)
    mapped = normalise(text)
    start = data.draw(st.integers(0, len(mapped.text)))
    end = data.draw(st.integers(start, len(mapped.text)))
    first, last = mapped.to_original(start, end)
    assert 0 <= first <= last <= len(text)
    if start < end:
        assert first < last
        a, b = mapped.from_original(first, last)
        assert a <= start
        assert end <= b


@settings(deadline=None)
@given(WILD)
def test_normalising_twice_changes_nothing(raw: str) -> None:
    once = normalise(replace_unencodable(raw)[0])
    twice = normalise(once.text)
    assert twice.text == once.text
    assert twice.origin.tolist() == list(range(len(once.text)))


def test_no_single_character_changes_on_a_second_pass() -> None:
    points = [chr(i) for i in range(1, 0x33480) if not 0xD800 <= i <= 0xDFFF]
    once = normalise("\n".join(points)).text.split("\n")
    twice = normalise("\n".join(once)).text.split("\n")
    assert len(once) == len(twice)
    assert [(a, b) for a, b in zip(once, twice, strict=True) if a != b] == []


@settings(deadline=None)
@given(WILD)
def test_a_skeleton_is_the_letters_and_digits_of_the_normalised_text(raw: str) -> None:
    mapped = normalise(replace_unencodable(raw)[0])
    bare = skeleton(mapped)
    assert bare.text.isalnum() or bare.text == ""
    assert bare.text == "".join(filter(str.isalnum, mapped.text))
    kept = [i for i, c in enumerate(mapped.text) if c.isalnum()]
    assert bare.origin.tolist() == mapped.origin[kept].tolist()


@pytest.mark.parametrize("seed", range(4))
def test_long_texts_map_back_to_their_end(seed: int) -> None:
    text, _ = replace_unencodable(long_text(seed)[:-1] + "末")
    mapped = normalise(text)
    assert_maps_back(mapped, text)
    assert_maps_back(skeleton(mapped), text)
    assert (mapped.text[-1], int(mapped.origin[-1])) == ("末", 49_999)


@given(st.text(st.sampled_from("今天去公园看花abc123。,\n")))
def test_plain_text_stays_as_it_is(text: str) -> None:
    mapped = normalise(text)
    assert mapped.text == text
    assert mapped.origin.tolist() == list(range(len(text)))


@given(st.text(st.one_of(st.characters(), st.sampled_from("\0\ud800\udc00\udfff"))))
def test_what_cannot_be_encoded_is_replaced_one_for_one(raw: str) -> None:
    text, count = replace_unencodable(raw)
    bad = [c == "\0" or 0xD800 <= ord(c) <= 0xDFFF for c in raw]
    assert text == "".join("\ufffd" if b else c for b, c in zip(bad, raw, strict=True))
    assert count == sum(bad)
    text.encode()


@pytest.mark.parametrize(
    ("original", "normalised", "bare"),
    [
        ("皇后在後面", "皇后在后面", "皇后在后面"),
        ("乾隆年間的乾燥空氣", "乾隆年间的干燥空气", "乾隆年间的干燥空气"),
        ("理髮師發現頭髮", "理发师发现头发", "理发师发现头发"),
        ("ＡＢＣ１２３，Ｄ！", "abc123,d!", "abc123d"),
        ("人\u200b生\u200c没\u200d有\ufeff白\u2060走", "人生没有白走", "人生没有白走"),
        ("人\ufe0f生\ufe00没\U000e0100有", "人生没有", "人生没有"),
        ("\u202e人生\u202c\u200f没有", "人生没有", "人生没有"),
        ("人\u0336生\u0336没\u20dd有\u0301", "人生没有", "人生没有"),
        ("Cafe\u0301 N\u0336o", "cafe no", "cafeno"),
        ("👨\u200d👩\u200d👧爱❤\ufe0f", "👨👩👧爱❤", "爱"),
        (
            "甲\r\n乙\r丙\n\r丁\x0b戊\x0c己\x85庚\u2028辛\u2029壬",
            "甲\n乙\n丙\n\n丁\n戊\n己\n庚\n辛\n壬",
            "甲乙丙丁戊己庚辛壬",
        ),
        ("重５㎏…①", "重5kg...1", "重5kg1"),
        ("皇·后·在·後·面", "皇后在后面", "皇后在后面"),
        ("第 3.5 节 a-b c_d 3*4", "第 3.5 节 a-b c_d 3*4", "第35节abcd34"),
        ("今··天", "今天", "今天"),
        ("", "", ""),
        ("\u200b\ufe0f", "", ""),
    ],
)
def test_known_variants(original: str, normalised: str, bare: str) -> None:
    mapped = normalise(original)
    assert (mapped.text, skeleton(mapped).text) == (normalised, bare)


@pytest.mark.parametrize("mark", [*"·丶*_ 丨|/~.•・＊＿　", "\t"])
def test_marks_put_between_chinese_characters_go(mark: str) -> None:
    original = f"愿你{mark.join('历尽千帆')}归来"
    mapped = normalise(original)
    assert mapped.text == "愿你历尽千帆归来"
    start, end = mapped.to_original(2, 6)
    assert original[start:end] == mark.join("历尽千帆")


@pytest.mark.parametrize("marks", ["··", " · ", "*_", "·丶", "丶·", " 丶 ", "丨*", "丶丶", " 丨 "])
def test_several_marks_together_do_not_reach_the_skeleton(marks: str) -> None:
    assert skeleton(normalise(marks.join("历尽千帆"))).text == "历尽千帆"


@pytest.mark.parametrize(
    ("original", "found", "span"),
    [
        ("她是皇后，站在後面。", "后面", "後面"),
        ("送ＡＢＣ盒", "bc", "ＢＣ"),
        ("说人\u200b\u200b生\ufe0f没\u200d有路", "人生没有", "人\u200b\u200b生\ufe0f没\u200d有"),
        ("说人\u0336生\u0336没有", "人生没", "人\u0336生\u0336没"),
        ("共５㎏重", "5kg", "５㎏"),
        ("共５㎏重", "g重", "㎏重"),
        ("甲。\r\n乙。\r\n丙", "。\n乙。\n丙", "。\r\n乙。\r\n丙"),
        ("愿你歷·尽*千丶帆", "历尽千帆", "歷·尽*千丶帆"),
        ("甲👨\u200d👩\u200d👧乙", "👨👩👧", "👨\u200d👩\u200d👧"),
    ],
)
def test_what_is_found_is_mapped_back(original: str, found: str, span: str) -> None:
    mapped = normalise(original)
    at = mapped.text.index(found)
    start, end = mapped.to_original(at, at + len(found))
    assert original[start:end] == span
    assert mapped.from_original(start, end)[1] == at + len(found)


@pytest.mark.parametrize("word", ["café", "hǎo", "ünï", "が"])
def test_a_letter_and_its_mark_in_one_or_two_characters_are_the_same(word: str) -> None:
    composed, decomposed = (unicodedata.normalize(form, word) for form in ("NFC", "NFD"))
    assert composed != decomposed
    assert normalise(composed).text == normalise(decomposed).text


@pytest.mark.parametrize(("text", "at"), [("", 0), ("\u200b甲", 1), ("甲乙", 0)])
def test_an_empty_span_maps_to_an_empty_span(text: str, at: int) -> None:
    assert normalise(text).to_original(0, 0) == (at, at)


@pytest.mark.parametrize(("text", "at"), [("甲\ud800", 1), ("\u200b甲\ud800", 2), ("甲·乙\udfff", 3)])
def test_a_lone_surrogate_is_refused_with_its_place(text: str, at: int) -> None:
    with pytest.raises(ValueError, match=f"character {at} of the text is a lone surrogate"):
        normalise(text)


@pytest.mark.parametrize(
    ("character", "han"),
    [
        ("今", True),
        ("㐀", True),
        ("𠮷", True),
        ("a", False),
        ("１", False),
        ("。", False),
        ("あ", False),
        ("😀", False),
    ],
)
def test_is_han(character: str, han: bool) -> None:
    assert is_han(character) is han
