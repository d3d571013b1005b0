"""Shared wording is found where it stands and measured as a naive count over sets would."""

import math
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
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


LONG = "春江水地鸭先暖知外桃花三两竹蒌蒿枝满芦芽短正是河豚欲上时白日依山尽黄入海流穷千里目更"
"""A fifth of its weight is more than what a text of 17 characters shares with it."""


@settings(deadline=None)
@given(library_and_text())
@example(([LONG[:17], LONG[:5], LONG], "春江水地鸭先两竹蒌蒿枝暖知外桃花三"))
def test_search_agrees_with_brute_force(case: tuple[list[str], str]) -> None:
    rows, text = case
    library = list(dict.fromkeys(rows))
    rarity = naive_rarity(library)
    expected: dict[int, float] = {}
    for row, known in enumerate(library):
        window = len(known) * 3 // 2 + 8 + SHINGLE - 1  # that many characters hold the shingles of one window
        windows = [text[i : i + window] for i in range(len(text))]
        best = max((naive_share(known, w, rarity) for w in windows), default=0.0)
        run = max((len(set(grams(known)) & set(grams(w))) for w in windows), default=0)
        if best >= 0.2 + 1e-9 or run >= 11:  # so many are no chance, however little of a long passage
            expected[row] = best
        elif best >= 0.2 - 1e-9:
            return  # at the limit rounding decides
    index = WordingIndex(rows)
    hits = index.search(text)
    assert {h.row: h.share for h in hits} == pytest.approx(expected)
    for hit in hits:
        found = text[hit.start : hit.end]
        assert hit.share == pytest.approx(naive_share(library[hit.row], found, rarity))
        assert hit.covered == pytest.approx(naive_covered(library[hit.row], found))
        assert grams(found)[0] in grams(library[hit.row])
        assert grams(found)[-1] in grams(library[hit.row])
        assert index.holders(hit.row).tolist() == [i for i, known in enumerate(rows) if known == library[hit.row]]


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
    index = WordingIndex(library)
    for row, known in enumerate(library):
        hits = {holder: h for h in index.search(around + known + around) for holder in index.holders(h.row).tolist()}
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


def test_rows_with_the_same_skeleton_are_one_wording_numbered_as_they_come() -> None:
    index = WordingIndex(iter(["", HAN, SOUP, "", SOUP, HAN[:9], SOUP]))
    assert [index.holders(number).tolist() for number in range(4)] == [[0, 3], [1], [2, 4, 6], [5]]
    assert index.holders(2).dtype == np.int64
    assert [(h.row, h.covered) for h in index.search(SOUP)] == [(2, 1.0)]
    once = WordingIndex(["", HAN, SOUP, HAN[:9]])
    assert index.search(SOUP + HAN) == once.search(SOUP + HAN)


def test_a_fifth_of_a_passage_is_enough_whatever_the_rounding() -> None:
    for length in (12, 22, 32, 42):
        hits = WordingIndex([HAN[:length], SOUP]).search(HAN[: length // 5 + 2])
        assert [(h.row, h.share) for h in hits] == [(0, pytest.approx(0.2))], length


@pytest.mark.parametrize("between", ["。", "。" * 7])
def test_of_two_stretches_alike_the_first_is_told(between: str) -> None:
    hits = WordingIndex([HAN[:10], SOUP]).search("。。" + (HAN[:10] + between) * 30)
    assert [(h.row, h.start) for h in hits] == [(0, 2)]


def test_no_shingle_of_more_than_two_thousand_passages_says_anything() -> None:
    endings = [chr(0x5000 + i) for i in range(2001)]
    filler = [chr(0x6000 + i % 331) + chr(0x7000 + i) + chr(0x3400 + i // 331) for i in range(2000)]
    filler = [f + chr(0xAC00 + i) for f in filler for i in range(60)]  # 2 % of so many passages are 2,400
    assert len(WordingIndex(["谢谢大家" + e for e in endings[:2000]] + filler).search("谢谢大家")) == 2000
    assert WordingIndex(["谢谢大家" + e for e in endings] + filler).search("谢谢大家") == []


@pytest.mark.parametrize("length", [255, 256, 65_535, 65_536, 65_537, 70_000])
def test_places_in_a_long_unbroken_text_are_all_told_apart(length: int) -> None:
    characters = [chr(0x4E00 + i) for i in range(20_000)] + [chr(0x20000 + i) for i in range(50_000)]
    known = "".join(characters[:length])
    hits = WordingIndex([SOUP + "呀", known]).search(known)
    assert [(h.row, h.start, h.end, h.covered) for h in hits] == [(1, 0, length, 1.0)]
    assert hits[0].share == pytest.approx(1.0)
    part = known[-20:] + known[:30]
    hits = WordingIndex([SOUP + "呀", known]).search(part)
    assert [(h.row, h.start, h.end, h.covered) for h in hits] == [(1, 0, 50, 50 / length)]


@pytest.mark.parametrize("place", [0, 2041, 2044, 2046, 2048, 3000, 4094, 9993])
def test_little_of_a_passage_is_found_across_the_blocks_of_a_long_text(place: int) -> None:
    filler = "".join(chr(0x6000 + i) for i in range(9993))
    hits = WordingIndex([HAN, SOUP]).search(filler[:place] + SOUP[:7] + filler[place:])
    assert [(h.row, h.start, h.end, h.covered) for h in hits] == [(1, place, place + 7, 7 / 26)]


def test_parts_of_a_long_passage_count_together_over_many_blocks() -> None:
    known = "".join(chr(0x20000 + i) for i in range(20_000))
    pieces = [known[i : i + 4] for i in range(0, 44, 4)]  # two shingles each, less than eleven in any two blocks
    text = ("。" * 1200).join(pieces)
    assert [(h.row, h.start, h.end) for h in WordingIndex([SOUP, known]).search(text)] == [(1, 0, len(text))]


@settings(deadline=None)
@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=SHINGLE, max_size=60), min_size=1, max_size=8),
    st.text(max_size=5000),
    st.text(max_size=50),
    st.data(),
)
def test_any_known_wording_is_found_wherever_it_is_pasted(
    library: list[str], before: str, after: str, data: st.DataObject
) -> None:
    index = WordingIndex(library)
    row = data.draw(st.integers(0, len(library) - 1))
    hits = index.search(before + library[row] + after)
    assert [h.share for h in hits if row in index.holders(h.row)] == [pytest.approx(1.0)]


@settings(deadline=None, max_examples=30)
@given(library_and_text())
def test_a_saved_index_finds_the_same(tmp_path_factory: pytest.TempPathFactory, case: tuple[list[str], str]) -> None:
    rows, text = case
    index = WordingIndex(rows)
    folder = tmp_path_factory.mktemp("wording")
    index.save(folder)
    opened = WordingIndex.load(folder)
    assert opened.search(text) == index.search(text)
    for number in range(len(set(rows))):
        assert opened.holders(number).tolist() == index.holders(number).tolist()


@pytest.mark.parametrize("library", [[], [""], ["", "人", "人生"]])
def test_an_index_of_nothing_can_be_saved(library: list[str], tmp_path: Path) -> None:
    WordingIndex(library).save(tmp_path / "new" / "folder")
    assert WordingIndex.load(tmp_path / "new" / "folder").search(SOUP) == []


def saved(folder: Path, *library: str) -> list[Path]:
    WordingIndex(library).save(folder)
    return sorted(folder.iterdir())


def test_a_missing_or_damaged_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot open the wording index"):
        WordingIndex.load(tmp_path)
    for number, path in enumerate(saved(tmp_path / "whole", HAN, SOUP, "哈" * 30)):
        content = path.read_bytes()
        for name, damaged in {
            "cut in its numbers": content[:-1],
            "cut in its head": content[:40],
            "empty": b"",
            "foreign": b"PK\x03\x04" + content,
        }.items():
            folder = tmp_path / f"{number} {name}"
            saved(folder, HAN, SOUP, "哈" * 30)
            (folder / path.name).write_bytes(damaged)
            with pytest.raises(ValueError):
                WordingIndex.load(folder)
        (tmp_path / "whole" / path.name).unlink()
        with pytest.raises(ValueError, match=f"cannot open the wording index: .*{path.name}"):
            WordingIndex.load(tmp_path / "whole")
        path.write_bytes(content)
    assert WordingIndex.load(tmp_path / "whole").search(SOUP)[0].covered == 1.0


def test_a_file_of_another_index_is_refused(tmp_path: Path) -> None:
    others = saved(tmp_path / "other", HAN[:30], "好的" * 9, SOUP, SOUP)
    for number, path in enumerate(others):
        if path.name == "wording-repeats.npy" or path.name == "wording-summary.npy":
            continue  # of any length in any index; and the same in all
        folder = tmp_path / str(number)
        saved(folder, HAN, SOUP)
        (folder / path.name).write_bytes(path.read_bytes())
        with pytest.raises(ValueError, match="not the files of one wording index of this version"):
            WordingIndex.load(folder)


@pytest.mark.parametrize(
    "wrong", [np.zeros((2, 1), np.int64), np.zeros(2, np.float64), np.zeros(2, np.int64), np.array([2, 26])]
)
@pytest.mark.parametrize("name", ["summary", "weights", "rows"])
def test_arrays_of_a_wrong_kind_shape_or_version_are_refused(
    name: str, wrong: np.typing.NDArray[np.generic], tmp_path: Path
) -> None:
    saved(tmp_path, SOUP, SOUP, HAN[:3])
    if name == "weights" and wrong.dtype == np.float64:
        wrong = wrong[:1]
    np.save(tmp_path / f"wording-{name}.npy", wrong)
    with pytest.raises(ValueError, match="not the files of one wording index of this version"):
        WordingIndex.load(tmp_path)
