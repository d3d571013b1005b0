"""The labelled drafts and rewriting pairs are what the datasheet says of them."""

import json
from collections import Counter
from pathlib import Path
from statistics import mean

from contentcheck.engine.documents import Edition
from tests.likeness import most_alike

FOLDER = Path(__file__).parents[1] / "corpus" / "benchmark"
KINDS = {
    "original_on_topic", "original_story", "original_quoting", "promotion_only", "soup", "emotion", "aphorisms",
    "gossip_or_lurid", "scare", "soup_then_ad", "original_off_topic",
}  # fmt: skip


def rows(name: str) -> list[dict]:
    return [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text("utf-8").splitlines()]


def bigrams(text: str) -> set[str]:
    letters = "".join(c for c in text if c.isalnum())
    return {letters[i : i + 2] for i in range(len(letters) - 1)}


def shared(a: str, b: str) -> float:
    """Jaccard likeness of the character bigrams of two texts."""
    return len(bigrams(a) & bigrams(b)) / len(bigrams(a) | bigrams(b))


def test_120_drafts_of_12_trades_and_all_kinds() -> None:
    drafts = rows("drafts")
    assert len(drafts) >= 120
    by_trade = {d["trade"]: {x["kind"] for x in drafts if x["trade"] == d["trade"]} for d in drafts}
    assert len(by_trade) >= 12
    assert all(kinds == KINDS for kinds in by_trade.values())
    assert [d["id"] for d in drafts if not 400 <= len(d["text"]) <= 1500] == []
    assert [id for id, n in Counter(d["id"] for d in drafts).items() if n > 1] == []


def test_labels_have_a_reason_and_fit_the_verdict() -> None:
    for draft in rows("drafts"):
        assert isinstance(draft["homogeneous"], bool)
        assert isinstance(draft["relevant"], bool)
        assert draft["why"].strip()
        assert draft["title"].strip()
        good = draft["relevant"] and not draft["homogeneous"] and draft["kind"] != "promotion_only"
        assert (draft["verdict"] == "publish") == good, draft["id"]


def test_no_trade_is_in_both_halves() -> None:
    halves = {d["trade"]: d["split"] for d in rows("drafts")}
    assert Counter(halves.values()) == {"fitting": 6, "held_out": 6}
    assert {(d["trade"], d["split"]) for d in rows("drafts")} == set(halves.items())


def test_no_two_drafts_are_alike() -> None:
    drafts = rows("drafts")
    jaccard, a, b = most_alike([d["text"] for d in drafts])
    assert jaccard < 0.2, (drafts[a]["id"], drafts[b]["id"])


def test_every_brand_has_six_products_and_is_no_sample() -> None:
    products = rows("brands")
    assert set(Counter(p["brand"] for p in products).values()) == {6}
    assert {p["brand"] for p in products} == {d["brand"] for d in rows("drafts")}
    assert [p["product_id"] for p in products if not p["key_points"] or not p["text"].strip()] == []


def test_150_rewriting_pairs_of_pieces_of_the_library(edition: Edition) -> None:
    pairs, texts = rows("rewrites"), {i.id: i.text for i in edition.items}
    assert len(pairs) == len({p["id"] for p in pairs}) >= 150
    assert [p["id"] for p in pairs if p["source"] not in texts[p["item_id"]]] == []
    assert len({p["genre"] for p in pairs}) >= 14


def test_shared_words_do_not_tell_a_heavy_rewriting_from_a_near_miss() -> None:
    pairs = rows("rewrites")
    heavy, near_miss = (mean(shared(p[kind], p["source"]) for p in pairs) for kind in ("heavy", "near_miss"))
    assert abs(heavy - near_miss) < 0.03
    assert mean(shared(p["light"], p["source"]) for p in pairs) > 0.5


def test_an_expanded_rewriting_is_longer() -> None:
    assert [p["id"] for p in rows("rewrites") if not 1.4 <= len(p["expanded"]) / len(p["source"]) <= 2.8] == []
