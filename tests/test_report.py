"""The JSON report keeps the contract that other programs rely on."""

import json
import math
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contentcheck.engine.checker import Checker
from contentcheck.engine.documents import Draft

TEXT = (
    "葛根口服液每支十毫升，早晚各一支，开启后请当天喝完😀。\r\n"
    "人生没有白走的路，每一步都算数。愿你历尽千帆，归来仍是少年。\n\n"
    "今日下单立减二十元，顶级口感，留言告诉我们口味，限时三天，先到先得。\n"
    "责任编辑：王五"
)
TITLE = "余生很长，竟是这2个方法救了他"
REPORT = {
    *("id", "verdict", "reasons", "homogeneity", "relevance", "promotion", "repetition", "title"),
    *("passages", "paragraphs", "set_aside", "evasion", "notices", "provenance"),
}
MATCH = {
    *("item_id", "kind", "similarity", "start", "end", "item_start", "item_end"),
    *("item_text", "item_title", "item_published", "genre", "counts", "quoted"),
}


@pytest.fixture(scope="module")
def data(small_checker: Checker) -> dict[str, Any]:
    return small_checker.check([Draft("d-1", TEXT, TITLE, "护元堂")])[0].to_json()


def test_keys_of_the_report(data: dict[str, Any]) -> None:
    assert set(data) == REPORT
    made_from = {"evidence", "band_precision"}
    scores = {"score", "uncertainty", "band"} | made_from
    found = {"passages", "signals", "copied", "copied_by_kind", "genres", "cliches", "trust"}
    assert set(data["homogeneity"]) == scores | found
    assert set(data["relevance"]) == scores | {"products", "missing", "named", "off_topic_paragraphs"}
    assert set(data["promotion"]) == {"score", "band", "shares", "calls", "superlatives"}
    assert set(data["promotion"]["shares"]) == {"advertising", "product", "use", "other"}
    assert set(data["title"]) == {"text", "homogeneity", "clickbait_score", "clickbait", "promise", "listing"}
    assert set(data["title"]["listing"]) == {"promised", "found"}
    assert set(data["provenance"]) == {"model", "revision", "library_version", "calibration", "brand"}


def test_keys_of_the_lists(data: dict[str, Any]) -> None:
    lists = {
        ("homogeneity", "genres"): {"genre", "name", "share"},
        ("homogeneity", "signals"): {"name", "value", "effect", "words"},
        ("homogeneity", "cliches"): {"phrase", "genre", "count", "pieces"},
        ("relevance", "products"): {"product_id", "name", "score"},
        ("relevance", "missing"): {"product_id", "key_point", "paragraph"},
        ("relevance", "named"): {"word", "count"},
        ("promotion", "calls"): {"kind", "name", "count", "spans"},
        ("promotion", "superlatives"): {"start", "end", "text", "part"},
        ("title", "clickbait"): {"kind", "name", "text"},
    }
    for (part, name), keys in lists.items():
        assert data[part][name], name
        assert all(set(entry) == keys for entry in data[part][name])
    for entry in data["passages"]:
        assert set(entry) == {"start", "end", "text", "homogeneity", "relevance", "part", "matches", "fault"}
    for entry in data["paragraphs"]:
        assert set(entry) == {"start", "end", "passages", "relevance", "product_id", "products"}
        assert [set(product) for product in entry["products"]] == [{"product_id", "score"}] * 2
    matches = [m for p in data["passages"] for m in p["matches"]]
    assert matches and all(set(m) == MATCH for m in matches)
    assert all(set(s) == {"start", "end", "text", "kind"} for s in data["set_aside"])
    assert all(set(n) == {"code", "message"} for n in [*data["notices"], *data["reasons"]])


def test_text_is_there_only_where_it_was_extracted(small_checker: Checker) -> None:
    plain, extracted = small_checker.check([Draft("a", TEXT), Draft("b", TEXT, extracted=True)])
    assert "text" not in plain.to_json()
    assert extracted.to_json()["text"] == TEXT


def test_literal_values(data: dict[str, Any]) -> None:
    assert data["id"] == "d-1"
    assert data["title"]["text"] == TITLE
    assert data["repetition"] is None
    assert data["provenance"]["model"] == "toy"
    assert data["provenance"]["library_version"] == "test"
    start = TEXT.index("责任")
    line = {"start": start, "end": len(TEXT), "text": "责任编辑：王五", "kind": "credit"}
    assert data["set_aside"] == [line]
    assert data["homogeneity"]["cliches"] == [{"phrase": "历尽千帆", "genre": "soup", "count": 1, "pieces": 1}]


def test_without_brand_and_title(small_checker: Checker) -> None:
    data = small_checker.check([Draft("d", TEXT)])[0].to_json()
    assert (data["relevance"], data["title"]) == (None, None)
    assert {p["relevance"] for p in data["passages"]} == {None}
    assert [(p["relevance"], p["product_id"], p["products"]) for p in data["paragraphs"]] == [(None, None, [])] * 3


def test_json_round_trip(data: dict[str, Any]) -> None:
    assert json.loads(json.dumps(data, ensure_ascii=False, allow_nan=False)) == data


def assert_sound(data: dict[str, Any], text: str) -> None:
    """Everything that holds for the report of any text."""
    json.dumps(data, allow_nan=False)
    ends = 0
    for passage in data["passages"]:
        assert passage["text"] == text[passage["start"] : passage["end"]]
        assert ends <= passage["start"] < passage["end"]
        ends = passage["end"]
        for match in passage["matches"]:
            assert 0 <= match["start"] < match["end"] <= len(text)
            assert 0 <= match["similarity"] <= 1
            assert match["kind"] in ("verbatim", "edited", "paraphrase", "theme")
    listed = [n for p in data["paragraphs"] for n in p["passages"]]
    assert listed == list(range(len(data["passages"])))
    assert_faults(data)
    for paragraph in data["paragraphs"]:
        within = [data["passages"][n] for n in paragraph["passages"]]
        assert paragraph["start"] <= within[0]["start"] and within[-1]["end"] <= paragraph["end"]
    for evasion in data["evasion"]:
        assert set(evasion) == {"kind", "count", "start", "end", "text"}
        assert evasion["text"] == text[evasion["start"] : evasion["end"]] != ""
        assert evasion["count"] >= 1
    pointed_at = [*data["promotion"]["superlatives"], *(s for c in data["promotion"]["calls"] for s in c["spans"])]
    assert all(text[s["start"] : s["end"]] == s["text"] != "" for s in pointed_at)
    assert sum(data["promotion"]["shares"].values()) == pytest.approx(1, abs=0.001)
    assert {p["part"] for p in data["passages"]} <= set(data["promotion"]["shares"])
    assert data["verdict"] in ("publish", "revise", "reject", "insufficient_text")
    assert 0 <= data["homogeneity"]["copied"] <= 1
    for score, highest in scores(data):
        assert 0 <= score <= highest and not math.isnan(score)


def assert_faults(data: dict[str, Any]) -> None:
    """A passage without a fault gives no cause for one, and one that is off topic stands in such a paragraph."""
    stray = data["relevance"]["off_topic_paragraphs"] if data["relevance"] else []
    off_topic = {number for paragraph in stray for number in data["paragraphs"][paragraph]["passages"]}
    for number, passage in enumerate(data["passages"]):
        fault = passage["fault"]
        if fault is None:
            assert number not in off_topic
            assert passage["homogeneity"] < 60 and passage["part"] != "advertising"
            assert not any(m["counts"] and m["kind"] != "theme" for m in passage["matches"])
        else:
            assert set(fault) == {"kind", "gravity"} and 0 <= fault["gravity"] <= 3
            assert fault["kind"] != "off_topic" or number in off_topic


def scores(data: dict[str, Any]) -> Iterator[tuple[float, float]]:
    """Every score of a report with the highest it may be."""
    for part in (data["homogeneity"], data["relevance"]):
        if part is not None:
            yield part["score"], 100
            yield part["uncertainty"], 50
    yield data["promotion"]["score"], 100
    yield from ((share, 1) for share in data["promotion"]["shares"].values())
    if data["title"] is not None:
        yield data["title"]["clickbait_score"], 100
        yield data["title"]["promise"] or 0, 100
    for part in (data["relevance"] or {"products": []}, *data["paragraphs"]):
        yield from ((p["score"], 100) for p in part["products"])
    for entry in (*data["passages"], *data["paragraphs"]):
        yield from ((entry[k], 100) for k in ("homogeneity", "relevance") if entry.get(k) is not None)


def test_a_rich_report_is_sound(data: dict[str, Any]) -> None:
    assert_sound(data, TEXT)


pieces = st.sampled_from(
    [
        "人生没有白走的路，每一步都算数。",
        "葛根口服液每支十毫升。",
        "\n",
        "\r\n",
        "😀",
        "\u200b",
        "限时秒杀",
        "顶\u200b级享受，",
        "扫\u200b码进群",
        "。",
        "，",
        " ",
        "Ａ1",
        "Αpple",
        "xin灵🐔tang",
    ]
)


@settings(max_examples=80, deadline=None)
@given(text=st.lists(pieces | st.text(max_size=6), max_size=30).map("".join), brand=st.sampled_from([None, "护元堂"]))
def test_any_text_gives_a_sound_report(small_checker: Checker, text: str, brand: str | None) -> None:
    report = small_checker.check([Draft("d", text, text[:8], brand)])[0].to_json()
    assert_sound(report, text.replace("\0", "\ufffd"))
