"""Results of a job as a file: reports for programs, a line a draft for spreadsheets."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from tempfile import TemporaryFile
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from contentcheck.corpus.records import json_line
from contentcheck.corpus.store.job_rows import Result
from contentcheck.engine.normalise import replace_unencodable
from contentcheck.engine.report import SCORES

_BANDED = ("homogeneity", "relevance", "promotion")
_COLUMNS = ("id", "title", "verdict", *SCORES, *(f"{name}_band" for name in _BANDED), "reason", "error", "line")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet may take for more than text
_LONGEST = 32_767  # characters of a cell in Excel
_CHUNK = 2**16


class Format(StrEnum):
    """Of a file of results."""

    JSONL = "jsonl"
    CSV = "csv"
    XLSX = "xlsx"


MEDIA_TYPES = {
    Format.JSONL: "application/x-ndjson",
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def written(results: Iterable[Result], wanted: Format) -> Iterator[bytes]:
    """The file, piece by piece; only xlsx is finished, on disk, before the first piece."""
    return _WRITERS[wanted](results)


def _jsonl(results: Iterable[Result]) -> Iterator[bytes]:
    for result in results:
        failed = {"id": result.id, "error": result.error, "line": result.line}
        yield json_line(failed if result.report is None else result.report).encode()


def _csv(results: Iterable[Result]) -> Iterator[bytes]:
    yield b"\xef\xbb\xbf"  # without it Excel takes Chinese for something else
    for values in _table(results):
        line = io.StringIO()
        csv.writer(line).writerow(values)
        yield line.getvalue().encode()


def _xlsx(results: Iterable[Result]) -> Iterator[bytes]:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("results")
    for values in _table(results):
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", v)[:_LONGEST] if isinstance(v, str) else v for v in values])
    with TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        while chunk := file.read(_CHUNK):
            yield chunk


def _table(results: Iterable[Result]) -> Iterator[list[Any]]:
    """The header, then one line a draft."""
    yield list(_COLUMNS)
    for result in results:
        report = result.report or {}
        scores = [(report.get(name) or {}).get("score") for name in SCORES]
        bands = [(report.get(name) or {}).get("band") for name in _BANDED]
        reason = next((reason["message"] for reason in report.get("reasons", ())), None)
        told = [reason, result.error, result.line]
        yield list(map(_cell, [result.id, result.title, report.get("verdict"), *scores, *bands, *told]))


def _cell(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = replace_unencodable(value)[0]
    return f"'{text}" if text.startswith(_FORMULA) else text


_WRITERS: dict[Format, Callable[[Iterable[Result]], Iterator[bytes]]] = {
    Format.JSONL: _jsonl,
    Format.CSV: _csv,
    Format.XLSX: _xlsx,
}
