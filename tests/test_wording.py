"""Shared wording is found where it stands and measured as a naive count over sets would."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contentcheck.engine.wording import SHINGLE, WordingIndex, shingles

HAN = "春江水暖鸭先知竹外桃花三两枝蒌蒿满地芦芽短正是河豚欲上时白日依山尽黄入海流穷千里目更一层楼"
SOUP = "人生没有白走的路每一步都算数愿你历尽千帆归来仍是少年"


def grams(text: str) -> list[str]:
    return [text[i : i + SHINGLE] for i in range(len(text) - SHINGLE + 1)]


def naive_covered(known: str, window: str) -> float:
    shared = set(grams(window))
    inside = {i + j for i, g in enumerate(grams(known)) if g in shared for j in range(SHINGLE)}
    return len(inside) / len(known)


def naive_share(known: str, window: str, rarity: dict[str, float]) -> float:
    shared = set(grams(window))
    weights = [(rarity[g], g in shared) for g in grams(known)]
    total = sum(w for w, _ in weights)
    return sum(w for w, found in weights if found) / total if total else 0.0


def naive_rarity(library: list[str]) -> dict[str, float]:
    counts: dict[str, int] = {}
    for known in library:
        for g in set(grams(known)):
            counts[g] = counts.get(g, 0) + 1
    total, most = len(library), max(0.02 * len(library), 20)
    return {g: math.log1p(total / n) if n <= most else 0.0 for g, n in counts.items()}


@st.composite
def library_and_text(draw: st.DrawFn) -> tuple[list[str], str]:
    """Known passages and a text whose parts come from them; no shingle stands twice in any of these."""
    library = []
    for _ in range(draw(st.integers(1, 5))):
        order = "".join(draw(st.permutations(HAN)))
        library.append(order[: draw(st.integers(0, len(HAN)))])
    rotated = draw(st.sampled_from([*library, HAN]))
    size = draw(st.integers(2, 15))
    blocks = draw(st.permutations([rotated[i : i + size] for i in range(0, len(rotated), size)]))
    return library, "".join(blocks)


@settings(deadline=None)
@given(library_and_text())
def test_search_agrees_with_brute_force(case: tuple[list[str], str]) -> None:
    library, text = case
    rarity = naive_rarity(library)
    expected: dict[int, float] = {}
    for row, known in enumerate(library):
        window = len(known) * 3 // 2 + 8 + SHINGLE - 1  # that many characters hold the shingles of one window
        best = max((naive_share(known, text[i : i + window], rarity) for i in range(len(text))), default=0.0)
        if best >= 0.2 + 1e-9:
            expected[row] = best
        elif best >= 0.2 - 1e-9:
            return  # at the limit rounding decides
    hits = WordingIndex(library).search(text)
    assert {h.row: h.share for h in hits} == pytest.approx(expected)
    for hit in hits:
        found = text[hit.start : hit.end]
        assert hit.share == pytest.approx(naive_share(library[hit.row], found, rarity))
        assert hit.covered == pytest.approx(naive_covered(library[hit.row], found))
        assert grams(found)[0] in grams(library[hit.row])
        assert grams(found)[-1] in grams(library[hit.row])


@settings(deadline=None)
@given(st.permutations(HAN), st.integers(3, 30), st.data())
def test_share_counts_each_shingle_once_however_often_the_text_says_it(
    order: list[str], length: int, data: st.DataObject
) -> None:
    known = "".join(order)[:length]
    part = st.tuples(st.integers(0, length), st.integers(0, length)).map(lambda s: known[min(s) : max(s)])
    text = "".join(data.draw(st.lists(part, max_size=6)))
    for hit in WordingIndex([known]).search(text):
        shared = set(grams(text[hit.start : hit.end])) & set(grams(known))
        assert hit.share == pytest.approx(len(shared) / len(grams(known)))
        assert hit.covered == pytest.approx(naive_covered(known, text[hit.start : hit.end]))


def test_half_a_passage_said_twice_is_still_half() -> None:
    hit = WordingIndex(["今天天气真的很好呀"]).search("今天天气真" * 2)[0]
    assert hit.share == pytest.approx(3 / 7)
    assert hit.covered == pytest.approx(5 / 9)


@settings(deadline=None)
@given(
    st.lists(st.text(st.sampled_from("春江水暖a1"), min_size=SHINGLE, max_size=40), min_size=1, max_size=5),
    st.text(st.sampled_from(HAN[20:]), max_size=30),
)
def test_identical_text_has_share_and_cover_one(library: list[str], around: str) -> None:
    for row, known in enumerate(library):
        hits = {h.row: h for h in WordingIndex(library).search(around + known + around)}
        assert (hits[row].share, hits[row].covered) == (pytest.approx(1.0), pytest.approx(1.0))


@pytest.mark.parametrize("text", ["哈" * 30, "哈哈" * 12 + "今天天气很好", "好的" * 25])
def test_a_repetitive_passage_is_found_in_its_own_text(text: str) -> None:
    hits = WordingIndex([SOUP, text]).search(text)
    assert [(h.row, h.share, h.covered) for h in hits] == [(1, pytest.approx(1.0), 1.0)]


def test_the_span_is_where_the_passage_stands() -> None:
    hits = WordingIndex([HAN[:20], SOUP]).search(HAN[30:] * 30 + SOUP + HAN[30:] * 30)
    at = len(HAN[30:]) * 30
    assert [(h.row, h.start, h.end, h.covered) for h in hits] == [(1, at, at + len(SOUP), 1.0)]
    assert hits[0].share == pytest.approx(1.0)


def test_shuffled_clauses_are_still_covered() -> None:
    clauses = ["人生没有白走的路", "每一步都算数", "愿你历尽千帆", "归来仍是少年"]
    hit = WordingIndex([HAN, "".join(clauses)]).search("".join(clauses[i] for i in (2, 0, 3, 1)))[0]
    assert (hit.row, hit.start, hit.end, hit.covered) == (1, 0, 26, 1.0)
    assert hit.share == pytest.approx((6 + 4 + 4 + 4) / 24)


@pytest.mark.parametrize(("between", "shared"), [(0, 6), (15, 6), (16, 5), (17, 4), (18, 3)])
def test_parts_count_together_within_a_window_half_as_long_again(between: int, shared: int) -> None:
    hit = WordingIndex([HAN[:10]]).search(HAN[5:10] + "。" * between + HAN[:5])[0]
    assert hit.share == pytest.approx(shared / 8)


def test_less_than_a_fifth_of_a_passage_is_chance() -> None:
    hits = WordingIndex([SOUP]).search(SOUP[:7])
    assert [(h.row, h.start, h.end) for h in hits] == [(0, 0, 7)]
    assert (hits[0].share, hits[0].covered) == (pytest.approx(5 / 24), 7 / 26)
    assert WordingIndex([SOUP]).search(SOUP[:6]) == []


def test_words_strewn_over_a_long_text_are_chance() -> None:
    strewn = (HAN[:40] * 2).join(SOUP[i : i + 3] for i in range(0, len(SOUP), 3))
    assert WordingIndex([SOUP]).search(strewn) == []


def test_a_shingle_of_more_than_two_hundred_passages_says_nothing() -> None:
    endings = [chr(0x5000 + i) for i in range(201)]
    assert len(WordingIndex(["谢谢大家" + e for e in endings[:200]]).search("谢谢大家")) == 200
    assert WordingIndex(["谢谢大家" + e for e in endings]).search("谢谢大家") == []


@pytest.mark.parametrize(
    ("library", "text"),
    [
        ([], ""),
        ([], SOUP),
        ([SOUP], ""),
        ([SOUP], "人生"),
        ([SOUP], HAN),
        (["", "人", "人生"], SOUP),
        (["人生"], "人生"),
    ],
)
def test_nothing_to_find(library: list[str], text: str) -> None:
    assert WordingIndex(library).search(text) == []


def test_passages_shorter_than_a_shingle_do_not_move_the_rows() -> None:
    assert [h.row for h in WordingIndex(["", "人", SOUP, "人生"]).search(SOUP)] == [2]


def test_a_long_text_is_searched_to_its_end() -> None:
    filler = "".join(random.Random(1).choices(HAN, k=50_000 - len(SOUP)))
    hits = [h for h in WordingIndex([SOUP]).search(filler + SOUP) if h.covered == 1.0]
    assert [(h.start, h.end) for h in hits] == [(50_000 - len(SOUP), 50_000)]


@given(st.text(), st.text())
def test_shingles_are_equal_when_their_characters_are(a: str, b: str) -> None:
    codes = [int(c) for c in shingles(a)] + [int(c) for c in shingles(b)]
    pieces = grams(a) + grams(b)
    assert len(codes) == len(pieces)
    assert len(set(zip(codes, pieces, strict=True))) == len(set(codes)) == len(set(pieces))
