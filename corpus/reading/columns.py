"""A row of a table, and the English names of its columns."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from contentcheck.engine.errors import InputError

from .dates import iso_date

_COLUMNS = {
    "id": ("id", "编号", "文章编号", "序号"),
    "title": ("title", "标题", "文章标题"),
    "text": ("text", "content", "正文", "内容", "文章", "全文"),
    "brand": ("brand", "品牌", "品牌名"),
    "genre": ("genre", "体裁", "类型", "分类"),
    "source": ("source", "来源", "出处", "公众号", "账号"),
    "published": ("published", "date", "日期", "发布日期", "发布时间", "发表日期", "发表时间", "时间"),
    "licence": ("licence", "license", "许可"),
    "tags": ("tags", "标签"),
    "product_id": ("product_id", "产品编号", "商品编号"),
    "name": ("name", "产品名", "产品名称", "商品名称"),
    "synonyms": ("synonyms", "aliases", "别名", "同义词", "又名"),
    "key_points": ("key_points", "卖点", "要点"),
    "homogeneous": ("homogeneous", "同质", "是否同质", "同质化"),
    "relevant": ("relevant", "相关", "是否相关", "切题"),
}
_NAMES = {alias: column for column, aliases in _COLUMNS.items() for alias in aliases}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table, or why it could not be read.

    Attributes:
        line: where it begins in its file, from 1.
        data: by column, under the English names; empty where there is an error.
        done: the share of the whole source that has been read, 0 to 1; no part of what the row is.
        file: its path in the folder that is read, with forward slashes; empty where the source is one file.
    """

    line: int
    data: dict[str, Any]
    error: str | None = None
    done: float = field(default=0.0, compare=False)
    file: str = ""


def english_name(column: str) -> str:
    """The English name of a column we know, else its own."""
    return _NAMES.get(column.strip().lower(), column.strip())


def is_known(column: str) -> bool:
    """Whether a column, by whatever name, means something to us."""
    return english_name(column) in _COLUMNS


def named(data: dict[str, Any]) -> dict[str, Any]:
    """The row with its columns under their English names, and the day it was published as YYYY-MM-DD if it is one."""
    row: dict[str, Any] = {}
    for key, value in data.items():
        column = english_name(str(key))
        if column not in row or column == str(key).strip():  # the exact name wins over an alias
            row[column] = value
    if isinstance(row.get("published"), str | int):
        row["published"] = iso_date(str(row["published"])) or row["published"]
    return row


def need_text_column(file: Path, columns: Iterable[str]) -> None:
    """Refuse a table whose rows cannot have a text.

    Raises:
        InputError: naming the columns there are.
    """
    found = list(columns)
    if "text" not in map(english_name, found):
        raise InputError(
            f"{file}：表头里没有正文列；实际的列：{'、'.join(found) or '（空）'}；请把正文列命名为 text 或 正文"
        )
