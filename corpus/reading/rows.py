"""Rows of jsonl, csv, xlsx and txt files and of folders, one at a time however long the source is."""

import csv
import json
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from itertools import chain, groupby
from pathlib import Path

from contentcheck.engine.errors import InputError

from .articles import ARTICLES, read_article
from .columns import Row, english_name, named, need_text_column
from .text_files import LONGEST, Line, read_lines

__all__ = ["Row", "read_rows"]

_DELIMITERS = ",;\t"
_TOO_LONG = f"{LONGEST >> 20} MB"


def read_rows(path: Path) -> Iterator[Row]:
    """Rows of a jsonl, csv, xlsx or txt file (one piece a line), or of a folder of articles and tables.

    Column names are taken in English or Chinese. A row that cannot be read is given with its error. Memory does not
    grow with the source.

    Raises:
        InputError: if the source itself cannot be read; some of it only when its first row is asked for.
    """
    if path.is_dir():
        return _folder_rows(path)
    if not path.exists():
        raise InputError(f"{path}：文件不存在；请检查路径")
    readers = {**_TABLES, ".txt": _text_rows}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        kinds = "、".join(readers)
        raise InputError(f"{path}：不支持的文件类型“{path.suffix}”；可用的类型：{kinds}，或装有文章的文件夹")
    return reader(path)


def _json_rows(file: Path) -> Iterator[Row]:
    for line in read_lines(file, newline="\n"):
        if line.error:
            yield Row(line.number, {}, line.error, line.done)
        elif line.text.strip():
            yield _json_row(line)


def _json_row(line: Line) -> Row:
    try:
        data = json.loads(line.text.rstrip("\r\n"))
    except json.JSONDecodeError as error:
        return Row(line.number, {}, f"不是合法的 JSON（{error.msg}，第 {error.colno} 列）", line.done)
    except (RecursionError, ValueError) as error:
        return Row(line.number, {}, f"不是可读取的 JSON（{error}）", line.done)
    if not isinstance(data, dict):
        return Row(line.number, {}, f"应为 JSON 对象，实际是 {type(data).__name__}", line.done)
    return Row(line.number, named(data), done=line.done)


def _csv_rows(file: Path) -> Iterator[Row]:
    csv.field_size_limit(LONGEST)
    lines = read_lines(file, newline="")
    first = next((line for line in lines if line.error or line.text.strip()), None)
    source = _CsvLines(chain([first] if first else [], lines))
    reader = csv.reader(source, delimiter=_delimiter(first.text if first else ""))
    try:
        columns = next(reader, [])
    except (_BadLine, csv.Error) as error:
        raise InputError(f"{file}：表头无法读取（{error}）") from error
    need_text_column(file, columns)
    while True:
        source.row_starts()
        try:
            values = next(reader, None)
        except _BadLine as error:
            yield Row(source.first, {}, str(error), source.done)
            continue
        except csv.Error as error:
            reason = f"不是合法的 CSV（{error}）；一个字段最长 {_TOO_LONG}，请检查引号是否成对"
            yield Row(source.first, {}, reason, source.done)
            continue
        if values is None:
            return
        if len(values) > len(columns):
            yield Row(source.first, {}, "列数比表头多；请检查引号和逗号", source.done)
        elif values:
            data = {c: v for c, v in zip(columns, values, strict=False) if c.strip()}
            yield Row(source.first, named(data), done=source.done)


def _delimiter(header: str) -> str:
    """The one that parts the header into columns of which one is the text."""
    for delimiter in _DELIMITERS:
        columns = next(csv.reader([header], delimiter=delimiter), [])
        if len(columns) > 1 and "text" in map(english_name, columns):
            return delimiter
    return max(_DELIMITERS, key=header.count)


class _BadLine(Exception):
    """A line that cannot be read; it goes through the csv module, which begins anew after it."""


class _CsvLines:
    """Lines for the csv module, remembering on which line the row being read began.

    The module skips blank lines by itself and counts them in with the row that follows.
    """

    def __init__(self, lines: Iterable[Line]):
        self._lines = iter(lines)
        self._fresh = True
        self.first = 1
        self.done = 0.0

    def row_starts(self) -> None:
        self._fresh = True

    def __iter__(self) -> "_CsvLines":
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        if self._fresh:
            self.first = line.number
            self._fresh = not line.error and not line.text.strip("\r\n")
        self.done = line.done
        if line.error:
            raise _BadLine(line.error)
        return line.text


def _xlsx_rows(file: Path) -> Iterator[Row]:
    from .sheets import sheet_rows  # the library behind it takes a while to load

    return sheet_rows(file)


def _text_rows(file: Path) -> Iterator[Row]:
    """One piece a line, or pieces separated by blank lines where there are any between pieces."""
    with closing(read_lines(file, newline=None)) as lines:
        apart = _has_gaps(lines)
    pieces = groupby(read_lines(file, newline=None), key=_is_blank)
    for blank, lines in pieces:
        if not blank:
            yield from [_piece(lines)] if apart else (_piece([line]) for line in lines)


def _is_blank(line: Line) -> bool:
    return not line.error and not line.text.strip()


def _has_gaps(lines: Iterable[Line]) -> bool:
    changes = (blank for blank, _ in groupby(lines, key=_is_blank))
    pieces = (blank for blank in changes if not blank)
    return next(pieces, None) is not None and next(pieces, None) is not None


def _piece(lines: Iterable[Line]) -> Row:
    """One piece of these lines, at least one; of a piece over the limit nothing is kept."""
    first: Line | None = None
    texts: list[str] = []
    length, done, error = 0, 0.0, None
    for line in lines:
        first = first or line
        done = line.done
        length += len(line.text.encode("utf-8"))
        if length > LONGEST:
            error = error or f"从第 {first.number} 行起的一段超过 {_TOO_LONG}；请用空行分开各段，或拆分后再试"
        error = error or line.error
        if error:
            texts.clear()
        else:
            texts.append(line.text)
    assert first is not None
    return Row(first.number, {} if error else {"text": "".join(texts).strip()}, error, done)


def _folder_rows(folder: Path) -> Iterator[Row]:
    kinds = (*ARTICLES, *_TABLES)
    paths = (f for f in folder.rglob("*") if f.suffix.lower() in kinds and not f.is_dir())
    files = sorted((f.relative_to(folder) for f in paths), key=lambda f: f.parts)
    files = [f for f in files if not any(part.startswith((".", "~$")) for part in f.parts)]
    if not files:
        raise InputError(f"{folder}：文件夹里没有文章或表格；可用的类型：{'、'.join(kinds)}")
    return rows_of(folder, files)


def rows_of(folder: Path, files: list[Path]) -> Iterator[Row]:
    """Rows of some files of a folder, given relative to it: those of tables, and one for each article.

    A file that cannot be read is a row with the error.
    """
    for number, file in enumerate(files):
        try:
            for row in _rows_of(folder, file):
                yield replace(row, file=file.as_posix(), done=(number + row.done) / len(files))
        except InputError as error:
            yield Row(1, {}, str(error), (number + 1) / len(files), file.as_posix())


def _rows_of(folder: Path, file: Path) -> Iterator[Row]:
    if table := _TABLES.get(file.suffix.lower()):
        yield from table(folder / file)
        return
    article = read_article(folder / file)
    data = {
        "id": file.as_posix(),
        "title": article.title,
        "text": article.text,
        "source": article.account,
        "published": article.published,
    }
    yield Row(1, data, done=1.0)


_TABLES = {".jsonl": _json_rows, ".csv": _csv_rows, ".xlsx": _xlsx_rows}
