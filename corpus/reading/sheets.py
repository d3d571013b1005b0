"""Rows of the active sheet of an xlsx file, one at a time."""

import re
import warnings
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time
from itertools import repeat
from pathlib import Path
from typing import IO, Any, BinaryIO

from openpyxl import load_workbook
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils import get_column_letter
from openpyxl.utils.escape import unescape
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet.cell_range import CellRange

from contentcheck.engine.errors import InputError

from .columns import Row, is_known, named, need_text_column
from .office_files import UNREADABLE, check_office_file, damaged
from .text_files import unreadable

_LAST_ROW = 1_048_576
_CHUNK = 2**20
_LONGEST_TAG = 2**16
_TAGS = re.compile(rb"<(?:\w+:)?(row|f|mergeCell)\b([^<>]*)")
_REFERENCE = re.compile(rb'\br(?:ef)?="([A-Z0-9:]+)"')
_Cells = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Outline:
    """What the sheet's XML tells that the rows do not.

    Attributes:
        last: the number of the last row. merged: ranges of several rows, by their first row.
    """

    last: int
    formulas: bool
    merged: list[CellRange]


def sheet_rows(file: Path) -> Iterator[Row]:
    """Rows under the header of the sheet that is open when the file is opened; every value is text.

    A row with a formula that was never computed where a text should be, or one merged with other rows, has an error.

    Raises:
        InputError: if the file is no readable xlsx, too large when unpacked, or its table has no column of texts.
    """
    # it warns of styles and validations it leaves out, none of which are read here
    warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")
    try:
        with file.open("rb") as stream:
            check_office_file(str(file), stream, "xlsx")
            with _damage_named(file):
                sheet, outline = _open(file, stream)
                formulas = _cells(load_workbook(stream, read_only=True).active) if outline.formulas else None
            yield from _rows(file, sheet, formulas, outline)
    except OSError as error:
        raise unreadable(file, error) from error


@contextmanager
def _damage_named(file: Path) -> Iterator[None]:
    try:
        yield
    except UNREADABLE as error:
        raise damaged(str(file), "xlsx") from error


def _open(file: Path, stream: BinaryIO) -> tuple[ReadOnlyWorksheet, _Outline]:
    reader = ExcelReader(stream, read_only=True, data_only=True)
    reader.read()
    sheet = reader.wb.active
    if not isinstance(sheet, ReadOnlyWorksheet):
        raise InputError(f"{file}：打开时显示的不是数据表；请在 Excel 中切换到有正文的工作表，保存后再试")
    part = next(rel.target for found, rel in reader.parser.find_sheets() if found.name == sheet.title)
    with reader.archive.open(part) as xml:
        return sheet, _outline(xml)


def _rows(file: Path, sheet: Any, formulas: Iterator[_Cells] | None, outline: _Outline) -> Iterator[Row]:
    values = _read(file, _cells(sheet))
    sources = _read(file, formulas) if formulas else repeat(())
    columns = [_text(cell.value).strip() for cell in next(values, ())]
    need_text_column(file, columns)
    next(sources)
    merged = _Merged(outline.merged, columns)
    for number, (cells, written) in enumerate(zip(values, sources, strict=False), 2):
        pairs = zip(columns, cells, strict=False)
        data = {name: text for name, cell in pairs if name and (text := _text(cell.value))}
        error = _unusable_cell(number, columns, cells, written)
        if data and (together := merged.at(number)):
            error = f"第 {number} 行与其他行合并了单元格（{together}）；请取消合并并填好每一行"
        if data or error:
            yield Row(number, {} if error else named(data), error, min(1.0, number / outline.last))


def _cells(sheet: Any) -> Iterator[_Cells]:
    sheet.reset_dimensions()  # many programs write wrong ones, and columns beyond them would be left out
    return sheet.iter_rows()


def _read(file: Path, rows: Iterator[_Cells]) -> Iterator[_Cells]:
    with _damage_named(file):
        for number, cells in enumerate(rows, 1):
            if number > _LAST_ROW:  # a damaged row number would be reached through empty rows without end
                raise damaged(str(file), "xlsx")
            yield cells


def _outline(xml: IO[bytes]) -> _Outline:
    """Found without parsing the XML, which takes many times as long."""
    last, formulas, merged = 0, False, list[CellRange]()
    rest = b""
    while chunk := xml.read(_CHUNK):
        chunk = rest + chunk
        end = max(chunk.rfind(b"<"), 0)
        rest = chunk[end:] if len(chunk) - end < _LONGEST_TAG else b""
        for tag, attributes in _TAGS.findall(chunk, 0, end):
            reference = _REFERENCE.search(attributes)
            where = reference[1].decode() if reference else ""
            if tag == b"row":
                last = int(where) if where.isdecimal() else last + 1
            elif tag == b"f":
                formulas = True
            elif (together := CellRange(where)).size["rows"] > 1:
                merged.append(together)
    return _Outline(max(last, 1), formulas, sorted(merged, key=lambda r: r.min_row))


class _Merged:
    """Which of the merged ranges a row lies in, for rows in ascending order. Columns without a name do not count."""

    def __init__(self, ranges: list[CellRange], columns: list[str]):
        self._coming = deque(r for r in ranges if any(columns[r.min_col - 1 : r.max_col]))
        self._begun: list[CellRange] = []

    def at(self, number: int) -> str:
        """The range, as B3:B7; empty where there is none."""
        while self._coming and self._coming[0].min_row <= number:
            self._begun.append(self._coming.popleft())
        self._begun = [r for r in self._begun if r.max_row >= number]
        return self._begun[0].coord if self._begun else ""


def _unusable_cell(number: int, columns: list[str], cells: _Cells, written: _Cells) -> str | None:
    """What is wrong with a cell whose content we would use."""
    for position, (name, cell) in enumerate(zip(columns, cells, strict=False), 1):
        if not is_known(name):
            continue
        place = f"单元格 {get_column_letter(position)}{number}"
        if cell.data_type == "e":
            return f"{place} 的值是错误 {cell.value}；请改正后再导入"
        # a formula whose result is an empty text has no value either, but the type of its result
        if written and written[position - 1].data_type == "f" and cell.value is None and cell.data_type == "n":
            return f"{place} 是公式，还没有计算结果；请在 Excel 中打开、保存后再导入"
    return None


def _text(value: Any) -> str:
    """A cell's value as one would write it."""
    if value is None:
        return ""
    if isinstance(value, str):
        return unescape(value)  # _x000D_ is a carriage return
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value)
