"""Taken text is found whatever was done to it, every source is named, and spans are exact."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from contentcheck.engine.documents import CorpusItem, Edition
from contentcheck.engine.encoder import Encoder
from contentcheck.engine.library import Library, shipped_library
from contentcheck.engine.matching import Match, MatchKind, copied_by_kind, copied_share, match_passages
from contentcheck.engine.normalise import normalise, skeleton
from contentcheck.engine.paraphrase import Floors
from contentcheck.engine.passages import cut
from contentcheck.engine.reference import Reference
from contentcheck.engine.segment import Passage, Segments, segment
from contentcheck.models.registry import SentenceEncoder
from tests.in_memory import library_with

NEWS = (
    "市水务局昨日通报，城东水厂二期扩建工程已于上周完成管网冲洗，"
    "日供水能力由八万吨提高到十二万吨，沿线四个街道的水压预计月底前恢复正常。"
)
KNOWN = "一个人最好的状态，是眼里写满故事，脸上却不见风霜，不羡慕谁，也不依赖谁。"
LONG = (
    "年轻的时候总以为来日方长于是把想见的人一拖再拖等到站台上的钟敲过最后一下才明白有些告别连挥手都来不及"
    "后来母亲把旧毛衣拆了重织说线还是那根线只是人换了尺寸我忽然懂得所谓长大不过是把别人的体温穿在自己身上"
    "再后来巷口的修鞋匠收了摊他留下的木凳没有人坐雨水在凳面上积成一面小镜子照见过路的云也照见我迟到的歉意"
)


def check(text: str, library: Library, toy: Encoder) -> tuple[Segments, list[list[Match]]]:
    segments = segment(text)
    vectors = toy.encode([normalise(p.text).text for p in segments.passages])
    around = library.neighbourhood(vectors)
    near = around.similarities, around.keys
    floors = Floors.above(library.chance)
    return segments, match_passages(text, segments.passages, near, library.known, floors, toy.encode)


def found(text: str, library: Library, toy: Encoder) -> list[Match]:
    return [m for of_passage in check(text, library, toy)[1] for m in of_passage]


def library_of(small: Library, toy: Encoder, *texts: str) -> Library:
    """The small edition with these texts, their ids own-0, own-1, …"""
    items = [CorpusItem(f"own-{i}", t, genre="soup") for i, t in enumerate(texts)]
    return library_with(small.reference, items, toy)


def bare(text: str) -> str:
    return skeleton(normalise(text)).text


@pytest.fixture(scope="module")
def shipped(edition: Edition, toy: Encoder) -> Library:
    """All shipped pieces; without background, which matching does not look at."""
    return shipped_library(Reference(replace(edition, background=(), fields=()), toy))


@pytest.fixture(scope="module")
def sentences(edition: Edition) -> list[tuple[CorpusItem, Passage]]:
    """All shipped passages of eight characters or more."""
    return [(item, p) for item in edition.items for p in cut("", item.text) if len(bare(p.text)) >= 8]


@pytest.fixture(scope="module")
def one(small_library: Library, toy: Encoder) -> Library:
    return library_of(small_library, toy, KNOWN)


@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_a_shipped_sentence_put_anywhere_into_news_is_verbatim(
    shipped: Library, sentences: list[tuple[CorpusItem, Passage]], toy: Encoder, data: st.DataObject
) -> None:
    item, known = data.draw(st.sampled_from(sentences))
    at = data.draw(st.integers(0, len(NEWS)))
    text = NEWS[:at] + known.text + NEWS[at:]
    segments, matches = check(text, shipped, toy)
    assume(not segments.set_aside)
    taken = [m for of_passage in matches for m in of_passage if m.kind is MatchKind.VERBATIM and m.item_id == item.id]
    assert any(bare(text[m.start : m.end]) == bare(known.text) for m in taken)
    for match in taken:
        assert (match.item_title, match.item_published) == (item.title, item.published)
        assert match.item_text == item.text[match.item_start : match.item_end]
        assert bare(match.item_text) == bare(text[match.start : match.end])


@settings(max_examples=60, deadline=None)
@given(length=st.integers(8, 120), start=st.integers(0, 20), at=st.integers(0, len(NEWS)))
def test_identical_text_of_any_length_from_eight_is_verbatim(
    small_library: Library, toy: Encoder, length: int, start: int, at: int
) -> None:
    piece = LONG[start : start + length]
    library = library_of(small_library, toy, piece)
    text = NEWS[:at] + piece + NEWS[at:]
    taken = [m for m in found(text, library, toy) if m.item_id == "own-0" and m.kind is MatchKind.VERBATIM]
    assert [text[m.start : m.end] for m in taken] == [piece]
    assert [m.item_text for m in taken] == [piece]


@pytest.mark.parametrize("length", [6, 8, 12])
def test_a_draft_that_is_only_a_short_known_piece_is_verbatim(
    small_library: Library, toy: Encoder, length: int
) -> None:
    matches = found(LONG[:length], library_of(small_library, toy, LONG[:length]), toy)
    assert [(m.item_id, m.kind, m.item_text) for m in matches] == [("own-0", MatchKind.VERBATIM, LONG[:length])]


def test_a_long_run_out_of_a_long_sentence_is_verbatim(small_library: Library, toy: Encoder) -> None:
    library = library_of(small_library, toy, LONG[:110])
    text = NEWS + LONG[40:60] + NEWS
    taken = [m for m in found(text, library, toy) if m.kind.taken]
    assert [(m.kind, text[m.start : m.end], m.item_start, m.item_end) for m in taken] == [
        (MatchKind.VERBATIM, LONG[40:60], 40, 60)
    ]


def test_most_of_a_short_sentence_in_one_piece_is_verbatim(small_library: Library, toy: Encoder) -> None:
    library = library_of(small_library, toy, LONG[:17])
    taken = [m for m in found(NEWS + LONG[3:15] + NEWS, library, toy) if m.kind.taken]
    assert [(m.kind, m.item_text, m.item_start) for m in taken] == [(MatchKind.VERBATIM, LONG[3:15], 3)]


def test_all_holders_of_a_short_piece_are_named_and_none_counts(small_library: Library, toy: Encoder) -> None:
    library = library_of(small_library, toy, *["愿你平安。"] * 25)
    taken = [m for m in found(f"{NEWS}\n愿你平安！\n{NEWS}", library, toy) if m.kind.taken]
    assert {m.item_id for m in taken} == {f"own-{i}" for i in range(25)}
    assert {(m.kind, m.item_text, m.counts) for m in taken} == {(MatchKind.VERBATIM, "愿你平安", False)}


@pytest.mark.parametrize(
    "pasted",
    [
        KNOWN,
        "一個人最好的狀態，是眼裡寫滿故事，臉上卻不見風霜，不羨慕誰，也不依賴誰。",
        "\u200b".join(KNOWN),
        "·".join(KNOWN),
        "*".join(KNOWN),
        KNOWN.replace("，", "、").replace("。", "！"),
        KNOWN.replace("，", "").replace("故事", "故 事"),
        "一个人最好的状态，是眼里写满故事，\u202e脸上却不见风霜，不羡慕谁，\ufeff也不依赖谁。",
    ],
    ids=["same", "traditional", "zero-width", "dots", "stars", "punctuation", "spaces", "direction"],
)
def test_spelling_tricks_do_not_hide_a_copy(one: Library, toy: Encoder, pasted: str) -> None:
    text = f"😀{NEWS}\n　　{pasted}\n{NEWS}"
    taken = [m for m in found(text, one, toy) if m.kind.taken]
    assert [(m.item_id, m.kind, m.similarity) for m in taken] == [("own-0", MatchKind.VERBATIM, 1.0)]
    last = max(i for i, c in enumerate(pasted) if c.isalnum())
    assert text[taken[0].start : taken[0].end] == pasted[: last + 1]
    assert taken[0].item_text == KNOWN[:-1]


@pytest.mark.parametrize(
    "pasted",
    [
        "一个人最好的状态，是眼里装满故事，脸上却看不见风霜，不羡慕谁，也不依赖谁。",
        "一个人最好的状态，是眼里有故事，脸上却不见风霜，不羡慕，也不依赖谁。",
        "不羡慕谁，也不依赖谁，眼里写满故事，脸上却不见风霜，是一个人最好的状态。",
        "一个女人最好的样子，是眼里写满故事，脸上却不见风霜，从不羡慕谁，也从不依赖谁。",
        "一個女人最好的樣子，是眼裡寫滿故事，臉上卻不見風霜，從不羨慕誰，也從不依賴誰。",
    ],
    ids=["substitution", "deletion", "reordered", "insertion", "traditional-insertion"],
)
def test_light_edits_are_edited(one: Library, toy: Encoder, pasted: str) -> None:
    text = NEWS + "\n" + pasted + "\n" + NEWS
    taken = [m for m in found(text, one, toy) if m.kind.taken]
    assert [(m.item_id, m.kind) for m in taken] == [("own-0", MatchKind.EDITED)]
    assert 0.6 <= taken[0].similarity < 1
    begin = len(NEWS) + 1
    assert begin <= taken[0].start < taken[0].end <= begin + len(pasted)
    assert taken[0].end - taken[0].start >= 0.75 * len(pasted)
    assert taken[0].item_text == KNOWN[taken[0].item_start : taken[0].item_end]


@pytest.mark.parametrize(
    ("pasted", "similarity"),
    [
        ("一ge人最好的zhuang态，是yan里写满故shi，脸上却不见风霜，不羡慕shui，也不依赖谁", 0.9),
        ("1个人最好的状态，是👁️里写满故事，脸上却不jian风霜，不羡慕谁，也不依赖谁", 1.0),
        ("亿个人罪好的状太，是眼里写满估事，脸上雀不见风爽，不羡慕谁，也不依赖谁", 0.9),
        ("YIGEREN最好的状态，是眼里写满故事，脸上却不见风霜，不羡慕谁，也不依赖谁", 1.0),
        ("ｙｉ个人最好的状态，是眼里写满故事，臉上卻不見feng霜，不羡慕谁，也不依赖谁", 1.0),
    ],
    ids=["pinyin", "pictures", "homophones", "capitals", "mixed"],
)
def test_what_sounds_the_same_is_edited(one: Library, toy: Encoder, pasted: str, similarity: float) -> None:
    text = f"{NEWS}\n{pasted}。\n{NEWS}"
    taken = [m for m in found(text, one, toy) if m.kind.taken]
    assert [(m.item_id, m.kind) for m in taken] == [("own-0", MatchKind.EDITED)]
    assert taken[0].similarity >= similarity
    assert text[taken[0].start : taken[0].end] == pasted
    assert taken[0].item_text == KNOWN[:-1]


def test_one_character_that_sounds_like_another_makes_no_copy(small_library: Library, toy: Encoder) -> None:
    library = library_of(small_library, toy, "修复不是你一个人的事")
    assert [m for m in found(f"{NEWS}他说过，这不是你一个人的决定是", library, toy) if m.kind.taken] == []


def test_a_foreign_word_that_could_be_pinyin_does_not_hide_a_copy(small_library: Library, toy: Encoder) -> None:
    known = "他在change里写下一句话：ai时代的人更要学会慢下来"
    library = library_of(small_library, toy, known)
    text = f"{NEWS}\n{known}。"
    taken = [m for m in found(text, library, toy) if m.kind.taken]
    assert [(m.kind, text[m.start : m.end], m.item_text) for m in taken] == [(MatchKind.VERBATIM, known, known)]


def test_a_few_characters_shared_with_a_short_piece_are_a_phrase(small_library: Library, toy: Encoder) -> None:
    library = library_of(small_library, toy, "问：我该从哪里开始")
    clean = "对于新移民来说，在一个陌生的地方从头建立一个新家应从哪里开始？"
    assert [m for m in found(clean, library, toy) if m.kind.taken] == []
    assert [m.kind for m in found("他只问：我该从哪里开始？", library, toy)] == [MatchKind.VERBATIM]


def test_common_words_far_apart_are_no_copy_of_a_short_piece(small_library: Library, toy: Encoder) -> None:
    scattered = "原来这么多年，是我自己舍不得放过自己。你看，很多女人就是这样，把最好的都给了别人。"
    library = library_of(small_library, toy, "我自己就是这样长大的")
    assert not any(m.kind.taken for m in found(scattered, library, toy))
    near = "原来这么多年，我自己也就是这样长大的，把最好的都给了别人。"
    assert any(m.kind.taken for m in found(near, library, toy))


def test_a_long_piece_in_reverse_order_of_its_sentences_is_all_found(small_library: Library, toy: Encoder) -> None:
    sentences = [
        "春天把信寄到每一扇没有关紧的窗前。",
        "父亲的自行车铃一路响到巷子的尽头。",
        "我在梦里替你撑过一把漏雨的旧伞。",
    ]
    library = library_of(small_library, toy, "".join(sentences))
    text = NEWS + "".join(reversed(sentences))
    taken = [m for m in found(text, library, toy) if m.kind.taken]
    assert {text[m.start : m.end] for m in taken} == {s[:-1] for s in sentences}
    assert all(m.item_text == text[m.start : m.end] for m in taken)


def test_news_is_taken_from_nowhere(shipped: Library, toy: Encoder) -> None:
    assert [m for m in found(NEWS, shipped, toy) if m.kind.taken] == []


@pytest.mark.parametrize("copies", [2, 12, 25])
def test_every_duplicate_is_named(small_library: Library, toy: Encoder, copies: int) -> None:
    library = library_of(small_library, toy, *[KNOWN] * copies)
    text = NEWS[:-1] + "，" + KNOWN + NEWS
    named = {m.item_id for m in found(text, library, toy) if m.kind is MatchKind.VERBATIM}
    assert named == {f"own-{i}" for i in range(copies)}


def test_a_copy_and_its_edited_sister_are_both_named(small_library: Library, toy: Encoder) -> None:
    sister = "一个人最好的状态，是眼里装满故事，脸上却看不见风霜，不羡慕谁，也不依赖谁。"
    matches = found(KNOWN, library_of(small_library, toy, KNOWN, sister), toy)
    assert [(m.item_id, m.kind) for m in matches if m.kind.taken] == [
        ("own-0", MatchKind.VERBATIM),
        ("own-1", MatchKind.EDITED),
    ]


HEAVY = "风霜不上脸，故事都写进眼里；谁也不用去依赖，谁也犯不着羡慕，人最好的状态就是这样一个人。"
NEAR_MISS = "一个人最好的状态，是敢羡慕也肯依赖：眼里写满账单，脸上全是风霜，回家还有朋友替他煮好一锅热汤。"


@pytest.mark.parametrize(("draft", "taken"), [(HEAVY, True), (NEAR_MISS, False)], ids=["rewritten", "near miss"])
def test_a_rewriting_is_told_from_a_near_miss_by_what_it_says(small_edition: Edition, draft: str, taken: bool) -> None:
    encoder = SentenceEncoder("use-m3")
    library = library_with(Reference(small_edition, encoder), [CorpusItem("own", KNOWN, genre="soup")], encoder)
    matches = [m for m in found(f"{NEWS}\n{draft}\n{NEWS}", library, encoder) if m.item_id == "own"]
    assert any(m.kind.taken for m in matches) == taken


def test_titles_are_not_looked_for(small_library: Library, toy: Encoder) -> None:
    titled = CorpusItem("t", KNOWN, "城东水厂二期扩建工程已于上周完成")
    library = library_with(small_library.reference, [titled], toy)
    assert "t" not in {m.item_id for m in found(NEWS, library, toy) if m.kind.taken}


def test_matches_come_taken_first_then_most_alike_then_three_themes_at_most(shipped: Library, toy: Encoder) -> None:
    text = "\n".join(i.text for i in shipped.edition.items[::200])
    for matches in check(text, shipped, toy)[1]:
        order = [(not m.kind.taken, -m.similarity, m.item_id) for m in matches]
        assert order == sorted(order)
        assert sum(not m.kind.taken for m in matches) <= 3


def match(kind: MatchKind, start: int, end: int, counts: bool = True) -> Match:
    return Match("x", kind, 1.0, start, end, 0, end - start, "", "", "", "soup", counts)


@pytest.mark.parametrize(
    ("matches", "share"),
    [
        ([[], []], 0.0),
        ([[match(MatchKind.VERBATIM, 0, 5)], []], 0.25),
        ([[match(MatchKind.VERBATIM, 0, 5), match(MatchKind.EDITED, 3, 8)], []], 0.4),
        ([[match(MatchKind.THEME, 0, 10)], [match(MatchKind.PARAPHRASE, 12, 22)]], 0.5),
        ([[match(MatchKind.VERBATIM, 5, 17)], []], 0.5),
        ([[match(MatchKind.VERBATIM, 0, 10, counts=False)], []], 0.0),
    ],
)
def test_copied_share_counts_characters_of_passages_once(matches: list[list[Match]], share: float) -> None:
    passages = [Passage("x" * 10, 0, 10), Passage("x" * 10, 12, 22)]
    assert copied_share(passages, matches) == pytest.approx(share)


def test_nothing_is_copied_of_nothing() -> None:
    assert copied_share([], []) == 0.0
    assert copied_by_kind([], []) == {"verbatim": 0.0, "edited": 0.0, "paraphrase": 0.0}


def test_a_character_taken_in_several_ways_counts_for_the_gravest() -> None:
    passages = [Passage("x" * 10, 0, 10), Passage("x" * 10, 12, 22)]
    found = [
        [match(MatchKind.PARAPHRASE, 0, 10), match(MatchKind.VERBATIM, 2, 6), match(MatchKind.EDITED, 4, 8)],
        [match(MatchKind.THEME, 12, 22), match(MatchKind.VERBATIM, 12, 14, counts=False)],
    ]
    shares = copied_by_kind(passages, found)
    assert shares == pytest.approx({"verbatim": 0.2, "edited": 0.1, "paraphrase": 0.2})


def test_every_repetition_is_found(small_library: Library, toy: Encoder) -> None:
    text = "\n".join([f"{NEWS}{KNOWN}"] * 5)
    matches = found(text, library_of(small_library, toy, KNOWN), toy)
    starts = {m.start for m in matches if m.kind is MatchKind.VERBATIM and m.item_id == "own-0"}
    assert starts == {i for i in range(len(text)) if text.startswith(KNOWN, i)}


def test_all_of_many_copies_of_an_edited_item_are_named(small_library: Library, toy: Encoder) -> None:
    library = library_of(small_library, toy, *["时间会治愈一切伤口，岁月会带走所有悲伤。"] * 250)
    matches = found("时间会治愈一切伤痛，岁月会带走所有悲伤。", library, toy)
    assert {m.item_id for m in matches if m.kind is MatchKind.EDITED} >= {f"own-{i}" for i in range(250)}


def test_chance_is_what_ordinary_text_reaches(edition: Edition, toy: Encoder) -> None:
    reference = Reference(edition, toy)
    library = shipped_library(reference)
    best = (reference.background.vectors @ reference.vectors.T).max(axis=1)
    # The toy's sparse vectors are hard on the codes that choose candidates; the default encoder's differ by rounding.
    assert library.chance == pytest.approx((np.median(best), np.quantile(best, 0.995)), abs=5e-4)
