"""The shipped edition is what its datasheet promises: size, spread, and no piece said twice."""

import json
from collections import Counter
from importlib.resources import files
from itertools import pairwise

import pytest

from contentcheck.corpus.shipped import sample_brands, sample_drafts
from contentcheck.engine.details import everyday_names
from contentcheck.engine.documents import Edition, Phrase
from contentcheck.engine.normalise import normalise
from contentcheck.engine.terms import SLOT, Cliches
from tests.likeness import most_alike

EDITION = files("contentcheck.corpus") / "edition"


def test_four_gram_jaccard_by_hand() -> None:
    assert most_alike(["abcdef", "abcdeg", "zzzzz"])[0] == pytest.approx(2 / 4)


def test_1500_pieces_in_14_genres_of_80(edition: Edition) -> None:
    assert len(edition.items) >= 1500
    counts = Counter(i.genre for i in edition.items)
    assert len(counts) >= 14
    assert set(counts) == set(edition.genres)
    assert {genre: n for genre, n in counts.items() if n < 80} == {}


def test_pieces_have_40_to_800_characters(edition: Edition) -> None:
    assert [(i.id, len(i.text)) for i in edition.items if not 40 <= len(i.text) <= 800] == []


def test_every_genre_has_short_and_long_pieces(edition: Edition) -> None:
    lengths = {genre: sorted(len(i.text) for i in edition.items if i.genre == genre) for genre in edition.genres}
    assert {genre: of[len(of) // 4] for genre, of in lengths.items() if of[len(of) // 4] > 220} == {}
    assert {genre: of[-4] for genre, of in lengths.items() if of[-4] < 300} == {}


def test_ids_are_unique(edition: Edition) -> None:
    assert [id for id, n in Counter(i.id for i in edition.items).items() if n > 1] == []


def test_no_two_pieces_share_three_tenths_of_their_four_grams(edition: Edition) -> None:
    jaccard, a, b = most_alike([i.text for i in edition.items])
    assert jaccard < 0.3, (edition.items[a].id, edition.items[b].id)


def test_background_is_broad(edition: Edition) -> None:
    assert len(edition.background) >= 900
    assert len({s.kind for s in edition.background}) >= 30
    assert [(s.kind, len(s.text)) for s in edition.background if not 60 <= len(s.text) <= 600] == []


def test_no_two_samples_of_the_background_are_alike(edition: Edition) -> None:
    jaccard, a, b = most_alike([s.text for s in edition.background])
    assert jaccard < 0.3, (edition.background[a].title, edition.background[b].title)


def test_background_is_not_the_library(edition: Edition) -> None:
    known = {i.text for i in edition.items}
    assert [s.title for s in edition.background if s.text in known] == []


def test_40_fields_of_trade_with_six_texts(edition: Edition) -> None:
    counts = Counter(s.kind for s in edition.fields)
    assert len(counts) >= 40
    assert min(counts.values()) >= 6


def test_every_field_of_trade_has_a_chinese_name(edition: Edition) -> None:
    assert {s.kind for s in edition.fields} == set(edition.field_names)
    assert all("\u4e00" <= name[0] <= "\u9fff" for name in edition.field_names.values())


def test_eight_brands_of_six_products_with_key_points() -> None:
    brands = sample_brands()
    assert [len(b.products) for b in brands] == [6] * 8
    products = [p for b in brands for p in b.products]
    assert len({p.product_id for p in products}) == 48
    assert [p.product_id for p in products if not p.key_points or not all(p.key_points)] == []


def test_index_of_sample_drafts_is_complete() -> None:
    index = [json.loads(line) for line in (sample_drafts() / "index.jsonl").read_text("utf-8").splitlines()]
    files = {f.name for f in sample_drafts().iterdir()} - {"index.jsonl"}
    assert len(index) >= 12
    assert sorted(r["file"] for r in index) == sorted(files)
    assert {r["brand"] for r in index} <= {b.name for b in sample_brands()}
    assert all(isinstance(r["homogeneous"], bool) and isinstance(r["relevant"], bool) and r["why"] for r in index)


def test_900_phrases_and_patterns_each_found_in_its_example(edition: Edition) -> None:
    rows = [json.loads(line) for line in (EDITION / "phrases.jsonl").read_text("utf-8").splitlines()]
    assert {r["phrase"]: Phrase(r["genre"], r["pieces"]) for r in rows} == edition.phrases
    assert len(rows) == len(edition.phrases) >= 900
    assert {r["genre"] for r in rows} == set(edition.genres)
    cliches = Cliches(edition.phrases)
    unseen = [r["phrase"] for r in rows if r["phrase"] not in cliches.find(normalise(r["example"]).text)]
    assert unseen == []


def test_what_the_pieces_use_is_counted(edition: Edition) -> None:
    """Else run scripts/edition-counts."""
    texts = [normalise(i.text).text for i in edition.items]
    cliches = Cliches(edition.phrases)
    used = Counter(phrase for text in texts for phrase in set(cliches.find(text)))
    assert {p: phrase.pieces for p, phrase in edition.phrases.items() if phrase.pieces} == dict(used)
    assert sorted(edition.everyday) == everyday_names(texts)


def test_patterns_have_enough_fixed_characters(edition: Edition) -> None:
    parts = {p: p.split(SLOT) for p in edition.phrases}
    assert [p for p, fixed in parts.items() if not fixed[0] or not fixed[-1]] == []
    assert [p for p, fixed in parts.items() if len(fixed) > 1 and sum(map(len, fixed)) < 4] == []
    assert [p for p, fixed in parts.items() if len(fixed) == 1 and not 3 <= len(p) <= 12] == []


def test_ordinary_writing_has_no_cliches(edition: Edition) -> None:
    """One in a hundred samples may use one: ordinary people do."""
    cliches = Cliches(edition.phrases)
    found = {s.title: hits for s in edition.background if (hits := cliches.find(normalise(s.text).text))}
    assert len(found) <= len(edition.background) // 100, found


def test_no_piece_of_a_genre_stands_apart(edition: Edition) -> None:
    """Items are stored genre by genre, so that exports and versions do not depend on a folder's order."""
    genres = [i.genre for i in edition.items]
    assert sum(a != b for a, b in pairwise(genres)) == len(set(genres)) - 1
