"""What two texts have in common, found in the browser."""

import time
from difflib import SequenceMatcher
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page

TEXT = st.text(st.sampled_from("一二三四。！\n，👨\u200d👩é") | st.characters(exclude_categories=["Cs"]), max_size=40)


def runs(page: Page, one: str, other: str) -> list[list[list[Any]]]:
    """`equalRuns` of the two."""
    js = "async ([one, other]) => (await import('/page/diff.js')).equalRuns(one, other)"
    return page.evaluate(js, [one, other])


def same(side: list[list[Any]]) -> str:
    return "".join(text for text, equal in side if equal)


def test_any_two_texts_come_in_pieces_that_are_theirs(page: Page) -> None:
    page.goto("/")

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(one=TEXT, other=TEXT)
    @example(one="", other="")
    @example(one="一。二", other="二。一")
    def check(one: str, other: str) -> None:
        here, there = runs(page, one, other)
        assert ("".join(t for t, _ in here), "".join(t for t, _ in there)) == (one, other)
        assert same(here) == same(there)
        assert all(text for text, _ in here + there)
        if one == other:
            assert all(equal for _, equal in here + there)

    check()


def test_an_edit_is_found_where_it_was_made(page: Page) -> None:
    page.goto("/")

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(before=st.text("甲乙丙。\n", max_size=30), gone=TEXT, come=TEXT, after=st.text("子丑寅。\n", max_size=30))
    def check(before: str, gone: str, come: str, after: str) -> None:
        one, other = before + gone + after, before + come + after
        here, _ = runs(page, one, other)
        chance = 2 + len(gone) + len(come)  # single characters between changes count as changed
        assert len(same(here)) >= len(before) + len(after) - chance

    check()


def test_characters_within_a_changed_sentence(page: Page) -> None:
    page.goto("/")
    one = "第一段不变。\n他昨天走了。山上下雪。\n👨‍👩‍👧来了"
    other = "第一段不变。\n他今天早上来了。山上下雪。\n👨‍👩‍👦来了"
    here, there = runs(page, one, other)
    assert [t for t, equal in here if not equal] == ["昨天走", "👨‍👩‍👧"]
    assert [t for t, equal in there if not equal] == ["今天早上来", "👨‍👩‍👦"]


def timed(page: Page, one: str, other: str) -> tuple[float, list[list[Any]]]:
    start = time.perf_counter()
    here, _ = runs(page, one, other)
    return time.perf_counter() - start, here


def test_long_drafts_are_compared_at_once(page: Page) -> None:
    page.goto("/")
    sentences = [f"第{i}句说的是院子里的第{i * 7}棵树和它的影子。" for i in range(2_200)]
    paragraphs = "\n".join("".join(sentences[i : i + 5]) for i in range(0, len(sentences), 5))
    line = "".join(sentences)
    assert len(line) > 45_000
    cases = {
        "a sentence in one of many lines": (paragraphs, paragraphs.replace("第1000句说", "第1000句没有说"), 0.99),
        "a sentence in an endless line": (line, line.replace("第1000句说", "第1000句没有说"), 0.99),
        "every sentence": (line, line.replace("院子里", "后院里"), 0.85),
        "every line moved down": (paragraphs, "开头\n" + paragraphs.replace("影子", "树影"), 0.8),
        "everything": (line, "水" * 48_000, 0),
        "no ends of sentences": ("水火" * 25_000, "火土" * 25_000, 0),
    }
    for name, (one, other, share) in cases.items():
        took, here = timed(page, one, other)
        assert took < 6, name
        assert len(same(here)) >= share * len(one), name
        assert "".join(t for t, _ in here) == one


def test_what_is_marked_is_about_what_a_library_marks(page: Page) -> None:
    page.goto("/")
    one = "早上喝一杯温水，再去院子里走一走，看看花。" * 3
    other = "早上先喝两杯温水，再去公园里走一走，看看树和花。" * 3
    here, _ = runs(page, one, other)
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    assert abs(len(same(here)) - sum(b.size for b in blocks)) <= 6
