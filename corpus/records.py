"""Turn rows of a file into items, products and labelled drafts, naming what is wrong with a row."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from contentcheck.corpus.reading.columns import Row
from contentcheck.corpus.reading.dates import iso_date
from contentcheck.engine.documents import Brand, CorpusItem, Draft, Product
from contentcheck.engine.normalise import replace_unencodable

_TRUTH = {"true": True, "是": True, "1": True, "false": False, "否": False, "0": False}


class BadRow(Exception):
    """Why a row cannot be used; the message names the field, its value and what would be right.

    `field` is the one at fault, empty where it is the whole row.
    """

    def __init__(self, reason: str, field: str = ""):
        super().__init__(reason)
        self.field = field


@dataclass(frozen=True, slots=True)
class Labelled:
    """A draft and what an editor says of it; None: nothing."""

    draft: Draft
    homogeneous: bool | None
    relevant: bool | None


def item_from_row(row: Row, genre: str = "") -> CorpusItem:
    """A known piece, or a post; its id is empty where the row has none.

    Raises:
        BadRow
    """
    data = _data(row)
    published = optional(data, "published")
    if published and iso_date(published) != published:
        raise BadRow(f"字段 published 的值是 {published[:40]}；应为日期，如 2024-03-05", "published")
    return CorpusItem(
        id=optional(data, "id"),
        text=required(data, "text"),
        title=optional(data, "title"),
        genre=optional(data, "genre") or genre,
        source=optional(data, "source"),
        licence=optional(data, "licence"),
        tags=texts(data, "tags"),
        published=published,
    )


def product_from_row(row: Row) -> tuple[str, Product]:
    """The brand's name and one of its products.

    Raises:
        BadRow
    """
    data = _data(row)
    product = Product(
        product_id=required(data, "product_id"),
        name=required(data, "name"),
        text=required(data, "text"),
        key_points=texts(data, "key_points"),
        synonyms=texts(data, "synonyms"),
    )
    return required(data, "brand"), product


def labelled_from_row(row: Row, brand: str | None = None) -> Labelled:
    """A draft with its labels, true, false, 是 or 否; `brand` for rows that name none, the line for those without id.

    Raises:
        BadRow
    """
    data = _data(row)
    homogeneous, relevant = truth(data, "homogeneous"), truth(data, "relevant")
    named = optional(data, "brand") or brand
    if homogeneous is None and relevant is None:
        raise BadRow("字段 homogeneous 和 relevant 都是空的；至少填一个，值为 true、false 或 是、否")
    if relevant is not None and not named:
        raise BadRow("填了 relevant，却没有品牌；请填写字段 brand，或用 --brand 指定")
    identifier = optional(data, "id") or str(row.line)
    draft = Draft(identifier, required(data, "text"), optional(data, "title"), brand=named or None)
    return Labelled(draft, homogeneous, relevant)


def group_brands(products: Iterable[tuple[str, Product]]) -> Iterator[Brand]:
    """Brands in the order they first appear."""
    grouped: dict[str, list[Product]] = {}
    for brand, product in products:
        grouped.setdefault(brand, []).append(product)
    return (Brand(name, tuple(found)) for name, found in grouped.items())


def required(data: dict[str, Any], field: str) -> str:
    """A text that has to be there."""
    value = optional(data, field)
    if not value.strip():
        raise BadRow(f"字段 {field} 是空的；应为一段文字", field)
    return value


def optional(data: dict[str, Any], field: str) -> str:
    """A text, empty where the field is missing; whole numbers are taken as text."""
    value = data.get(field)
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise BadRow(f"字段 {field} 的值是 {str(value)[:40]}；应为文字", field)
    return value


def truth(data: dict[str, Any], field: str) -> bool | None:
    """True, False, or None where the field is empty or missing."""
    value = data.get(field)
    if isinstance(value, bool) or value is None:
        return value
    said = str(value).strip().lower()
    if said and said not in _TRUTH:
        raise BadRow(f"字段 {field} 的值是 {str(value)[:40]}；应为 true、false 或 是、否", field)
    return _TRUTH[said] if said else None


def texts(data: dict[str, Any], field: str) -> tuple[str, ...]:
    """A list of texts, or one text whose parts are separated by ; or |."""
    value = data.get(field)
    if isinstance(value, list) and all(isinstance(v, str) for v in value):
        return tuple(v for v in value if v.strip())
    joined = optional(data, field).replace("；", "|").replace(";", "|")
    return tuple(part.strip() for part in joined.split("|") if part.strip())


def _data(row: Row) -> dict[str, Any]:
    """The row's fields, with U+FFFD for what cannot be encoded."""
    if row.error:
        raise BadRow(row.error)
    return {field: _encodable(value) for field, value in row.data.items()}


def _encodable(value: Any) -> Any:
    if isinstance(value, str):
        return replace_unencodable(value)[0]
    return [_encodable(v) for v in value] if isinstance(value, list) else value


def json_line(data: object) -> str:
    """A line of jsonl, with U+FFFD for what cannot be encoded."""
    return replace_unencodable(json.dumps(data, ensure_ascii=False))[0] + "\n"
