"""Opinions in both databases come back as they were, and say what the editor takes the draft for."""

import tracemalloc
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from contentcheck.corpus.store import Store
from contentcheck.engine.documents import Brand, Product
from contentcheck.engine.errors import UnknownBrand
from contentcheck.engine.opinion import About, Finding, Opinion
from tests.servers import Place

FLOWER = Brand("花间", (Product("p1", "面霜", "含神经酰胺"),))
WHOLE = Finding(About.RELEVANCE, 81.5, None, 0.0421, 12, 0.25)
OPINION = Opinion("稿件全文\n😀", WHOLE, False, "没提面霜", "花间", {"model": "toy", "brand": None})


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    with closing((opened := place.store()).database):
        opened.brands.add([FLOWER])
        yield opened


def test_opinions_come_back_in_order(place: Place, store: Store) -> None:
    assert store.feedback.all() == []
    store.feedback.add([])
    passage = Opinion("二", Finding(About.HOMOGENEITY, 40.0, 3), True)
    store.feedback.add([OPINION, passage])
    store.feedback.add([passage])
    with closing((other := place.store()).database):
        found = other.feedback.all()
    assert [replace(o, made_at="") for o in found] == [OPINION, passage, passage]
    assert all(o.made_at.endswith("Z") for o in found)
    assert found[0].finding.about is About.RELEVANCE


def test_the_last_word_on_each_draft_is_read_without_the_drafts(store: Store) -> None:
    long = "稿" * 50_000
    said = [replace(OPINION, text=f"{n}{long}", brand="花间" if n % 2 else None) for n in range(100)]
    again = replace(said[3], agrees=True)
    of_a_passage = replace(said[5], finding=replace(WHOLE, passage=2), agrees=True)
    of_another_score = replace(said[7], finding=replace(WHOLE, about=About.TITLE))
    of_no_brand = replace(said[9], brand=None)
    for part in (said, [again, of_a_passage, of_another_score, of_no_brand]):
        store.feedback.add(part)
    tracemalloc.start()
    found = store.feedback.last_words(About.RELEVANCE, None)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    expected = [replace(o, text="") for o in (*said[:3], *said[4:], again, of_no_brand)]
    assert [replace(o, made_at="") for o in found] == expected
    assert most < 2_000_000  # bytes; the drafts have 15 million
    assert len(store.feedback.last_words(About.RELEVANCE, ["花间"])) == 50
    assert len(store.feedback.last_words(About.TITLE, None)) == 1


def test_an_unknown_brand_leaves_nothing_behind(store: Store) -> None:
    with pytest.raises(UnknownBrand, match="没有名为“海上”的品牌；现有品牌：花间"):
        store.feedback.add([OPINION, replace(OPINION, brand="海上")])
    assert store.feedback.all() == []


def test_the_brand_of_an_opinion_may_be_removed(store: Store) -> None:
    store.feedback.add([OPINION])
    store.brands.remove("花间")
    assert [o.brand for o in store.feedback.all()] == [None]
    store.brands.add([FLOWER])  # another one of the same name
    assert [o.brand for o in store.feedback.all()] == [None]


@pytest.mark.parametrize(
    ("score", "agrees", "label"), [(81.5, True, True), (81.5, False, False), (50, True, True), (49.9, False, True)]
)
def test_what_the_editor_takes_the_draft_for(score: float, agrees: bool, label: bool) -> None:
    assert Opinion("稿", Finding(About.HOMOGENEITY, score), agrees).label is label
