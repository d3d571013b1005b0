"""The shipped edition is what its datasheet promises: size, spread, and no piece said twice."""

import json
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from contentcheck.corpus.shipped import sample_brands, sample_drafts
from contentcheck.engine.documents import Edition


def four_grams(text: str) -> set[str]:
    return {text[i : i + 4] for i in range(len(text) - 3)}


def most_alike(texts: list[str]) -> tuple[float, int, int]:
    """The highest 4-gram Jaccard of any two texts, and which two, through one sparse product."""
    grams = [four_grams(t) for t in texts]
    column = {g: i for i, g in enumerate(sorted(set().union(*grams)))}
    ends = np.cumsum([0, *map(len, grams)])
    columns = [column[g] for of_text in grams for g in of_text]
    table = csr_matrix((np.ones(len(columns), np.int32), columns, ends), shape=(len(texts), len(column)))
    shared = (table @ table.T).tocoo()
    sizes = np.diff(ends)
    jaccard = shared.data / (sizes[shared.row] + sizes[shared.col] - shared.data)
    jaccard[shared.row == shared.col] = 0
    best = int(jaccard.argmax())
    return float(jaccard[best]), int(shared.row[best]), int(shared.col[best])


def test_four_gram_jaccard_by_hand() -> None:
    assert most_alike(["abcdef", "abcdeg", "zzzzz"])[0] == pytest.approx(2 / 4)


def test_at_least_600_pieces_in_12_genres(edition: Edition) -> None:
    assert len(edition.items) >= 600
    counts = Counter(i.genre for i in edition.items)
    assert len(counts) >= 12
    assert set(counts) == set(edition.genres)


def test_pieces_have_40_to_400_characters(edition: Edition) -> None:
    assert [(i.id, len(i.text)) for i in edition.items if not 40 <= len(i.text) <= 400] == []


def test_ids_are_unique(edition: Edition) -> None:
    assert [id for id, n in Counter(i.id for i in edition.items).items() if n > 1] == []


def test_no_two_pieces_share_three_tenths_of_their_four_grams(edition: Edition) -> None:
    jaccard, a, b = most_alike([i.text for i in edition.items])
    assert jaccard < 0.3, (edition.items[a].id, edition.items[b].id)


def test_background_is_broad(edition: Edition) -> None:
    assert len(edition.background) >= 300
    assert len({s.kind for s in edition.background}) >= 30
    assert all(s.text.strip() and s.kind for s in edition.background)


def test_background_is_not_the_library(edition: Edition) -> None:
    known = {i.text for i in edition.items}
    assert [s.title for s in edition.background if s.text in known] == []


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


def test_phrases_are_short_and_of_known_genres(edition: Edition) -> None:
    assert edition.phrases
    assert [p for p in edition.phrases if not 3 <= len(p) <= 12] == []
    assert set(edition.phrases.values()) <= set(edition.genres)


def test_no_piece_of_a_genre_stands_apart(edition: Edition) -> None:
    """Items are stored genre by genre, so that exports and versions do not depend on a folder's order."""
    genres = [i.genre for i in edition.items]
    assert sum(a != b for a, b in pairwise(genres)) == len(set(genres)) - 1
