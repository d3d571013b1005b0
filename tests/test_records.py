"""Rows become items and products; what is wrong with a row is said in so many words."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentcheck.corpus.reading.columns import Row
from contentcheck.corpus.reading.rows import read_rows
from contentcheck.corpus.records import (
    BadRow,
    Labelled,
    group_brands,
    item_from_row,
    labelled_from_row,
    product_from_row,
)
from contentcheck.engine.documents import Brand, CorpusItem, Draft, Product

PRODUCT = {"brand": "花间", "product_id": "p1", "name": "面霜", "text": "含神经酰胺"}


def bad(convert: Callable[[Row], Any], data: dict[str, Any], error: str | None = None) -> str:
    with pytest.raises(BadRow) as raised:
        convert(Row(3, data, error))
    return str(raised.value)


def test_an_item_with_every_field() -> None:
    row = Row(
        1,
        {
            "id": "soup-1",
            "text": " 余生很长\n",
            "title": "题",
            "genre": "soup",
            "source": "书",
            "licence": "CC0",
            "tags": ["a;b", "", "c"],
            "published": "2024-03-05",
            "other": {},
        },
    )
    expected = CorpusItem("soup-1", " 余生很长\n", "题", "soup", "书", "CC0", ("a;b", "c"), "2024-03-05")
    assert item_from_row(row, "gossip") == expected


@pytest.mark.parametrize(
    "missing",
    [{}, {"id": "", "genre": "", "published": ""}, {"id": None, "genre": None, "tags": None, "published": None}],
)
def test_an_item_with_the_text_alone(missing: dict[str, Any]) -> None:
    item = item_from_row(Row(1, {"text": "余生很长", **missing}), "soup")
    assert item == CorpusItem("", "余生很长", genre="soup")


def test_numbers_are_taken_as_text() -> None:
    item = item_from_row(Row(1, {"id": 7, "text": 2024, "title": 0}))
    assert item == CorpusItem("7", "2024", "0")


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("a;b|c；d", ("a", "b", "c", "d")),
        (" a ; ;b ", ("a", "b")),
        ("单个", ("单个",)),
        ("", ()),
        ([], ()),
        (5, ("5",)),
    ],
)
def test_tags(tags: Any, expected: tuple[str, ...]) -> None:
    assert item_from_row(Row(1, {"text": "甲", "tags": tags})).tags == expected


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "字段 text 是空的；应为一段文字"),
        ({"text": None}, "字段 text 是空的；应为一段文字"),
        ({"text": " \n\u3000"}, "字段 text 是空的；应为一段文字"),
        ({"text": True}, "字段 text 的值是 True；应为文字"),
        ({"text": ["甲"]}, "字段 text 的值是 ['甲']；应为文字"),
        ({"text": {"a": "长" * 60}}, f"字段 text 的值是 {{'a': '{'长' * 33}；应为文字"),
        ({"text": "甲", "id": 1.5}, "字段 id 的值是 1.5；应为文字"),
        ({"text": "甲", "title": []}, "字段 title 的值是 []；应为文字"),
        ({"text": "甲", "genre": False}, "字段 genre 的值是 False；应为文字"),
        ({"text": "甲", "tags": ["a", 1]}, "字段 tags 的值是 ['a', 1]；应为文字"),
        ({"text": "甲", "published": "去年夏天"}, "字段 published 的值是 去年夏天；应为日期，如 2024-03-05"),
        ({"text": "甲", "published": "2024-02-30"}, "字段 published 的值是 2024-02-30；应为日期，如 2024-03-05"),
        ({"text": "甲", "published": 1.5}, "字段 published 的值是 1.5；应为文字"),
    ],
)
def test_what_is_wrong_with_an_item(data: dict[str, Any], message: str) -> None:
    assert bad(item_from_row, data) == message


@pytest.mark.parametrize("convert", [item_from_row, product_from_row])
def test_a_row_that_could_not_be_read_keeps_its_reason(convert: Callable[[Row], Any]) -> None:
    assert bad(convert, {}, "列数比表头多；请检查引号和逗号") == "列数比表头多；请检查引号和逗号"


def test_a_product() -> None:
    row = Row(1, {**PRODUCT, "product_id": 12, "key_points": "保湿；修护|温和", "synonyms": ["晚霜", "润肤霜"]})
    expected = Product("12", "面霜", "含神经酰胺", ("保湿", "修护", "温和"), ("晚霜", "润肤霜"))
    assert product_from_row(row) == ("花间", expected)


@pytest.mark.parametrize("field", ["brand", "product_id", "name", "text"])
@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_product_needs_its_fields(field: str, value: str | None) -> None:
    assert bad(product_from_row, {**PRODUCT, field: value}) == f"字段 {field} 是空的；应为一段文字"


@pytest.mark.parametrize(
    ("said", "meant"),
    [(True, True), ("true", True), ("是", True), (1, True), ("否", False), (" FALSE ", False), (0, False), ("", None)],
)
def test_a_labelled_draft(said: Any, meant: bool | None) -> None:
    row = Row(3, {"text": "稿", "title": "题", "brand": "花间", "homogeneous": False, "relevant": said})
    assert labelled_from_row(row) == Labelled(Draft("3", "稿", "题", "花间"), False, meant)
    assert labelled_from_row(Row(3, {"id": "a", "text": "稿", "relevant": True}), "花间").draft.brand == "花间"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"text": "稿"}, "字段 homogeneous 和 relevant 都是空的；至少填一个，值为 true、false 或 是、否"),
        ({"text": "稿", "homogeneous": "也许"}, "字段 homogeneous 的值是 也许；应为 true、false 或 是、否"),
        ({"text": "稿", "homogeneous": 2}, "字段 homogeneous 的值是 2；应为 true、false 或 是、否"),
        ({"text": "稿", "relevant": True}, "填了 relevant，却没有品牌；请填写字段 brand，或用 --brand 指定"),
        ({"text": " ", "homogeneous": True}, "字段 text 是空的；应为一段文字"),
    ],
)
def test_what_is_wrong_with_a_labelled_draft(data: dict[str, Any], message: str) -> None:
    assert bad(labelled_from_row, data) == message


def test_brands_in_the_order_they_first_appear() -> None:
    one, two, three = (Product(i, i, i) for i in "123")
    grouped = list(group_brands(iter([("山野", one), ("花间", two), ("山野", three)])))
    assert grouped == [Brand("山野", (one, three)), Brand("花间", (two,))]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@given(data=st.dictionaries(st.sampled_from(["id", "text", "title", "genre", "tags", "published", "x"]), JSON))
def test_any_row_is_an_item_of_texts_or_a_bad_row(data: dict[str, Any]) -> None:
    try:
        item = item_from_row(Row(1, data))
    except BadRow:
        return
    texts = (item.id, item.text, item.title, item.genre, item.published, *item.tags)
    assert all(type(text) is str for text in texts)
    assert item.text.strip()


def test_what_cannot_be_encoded_is_replaced(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text('{"id": "a\\ud800", "text": "好\\ud83d\\u0000的", "title": "\\udc00题"}\n', "utf-8")
    assert [item_from_row(row) for row in read_rows(file)] == [CorpusItem("a\ufffd", "好\ufffd\ufffd的", "\ufffd题")]
