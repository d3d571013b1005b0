"""Read what users bring: one draft from a file, and rows from jsonl, csv, xlsx, txt files and folders."""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import ExpatError
from zipfile import BadZipFile

from charset_normalizer import from_bytes

from contentcheck.engine.documents import Draft
from contentcheck.engine.errors import InputError

_LARGEST = 50 * 2**20  # bytes of one draft; a year of a daily account is smaller
_ARTICLES = (".txt", ".md", ".html", ".htm", ".docx")
_BLOCKS = "br, p, div, section, li, tr, td, th, dt, dd, pre, h1, h2, h3, h4, h5, h6, blockquote, article"
_NO_CONTENT = "script, style, noscript, template, nav, header, footer, aside"
_BREAK = "\ue000"  # where a block begins or ends; source line breaks are mere spaces
_COLUMNS = {
    "id": ("id", "编号", "文章编号", "序号"),
    "title": ("title", "标题", "文章标题"),
    "text": ("text", "content", "正文", "内容", "文章", "全文"),
    "brand": ("brand", "品牌", "品牌名"),
    "genre": ("genre", "体裁", "类型", "分类"),
    "source": ("source", "来源", "出处"),
    "licence": ("licence", "license", "许可"),
    "tags": ("tags", "标签"),
    "product_id": ("product_id", "产品编号", "商品编号"),
    "name": ("name", "产品名", "产品名称", "商品名称"),
    "key_points": ("key_points", "卖点", "要点"),
}
_NAMES = {alias: column for column, aliases in _COLUMNS.items() for alias in aliases}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table, or why it could not be read. `line` counts from 1."""

    line: int
    data: dict[str, Any]
    error: str | None = None


def read_draft(file: Path) -> Draft:
    """A draft from a txt, md, html or docx file; its id is the file's name.

    Raises:
        InputError: if the file is missing, empty, too large, binary or of another kind.
    """
    return draft_from_bytes(file.name, _read_bytes(file))


def draft_from_bytes(name: str, data: bytes) -> Draft:
    """A draft from the contents of a file called `name`; a name without a suffix is plain text."""
    suffix = Path(name).suffix.lower()
    _check_size(name, len(data))
    if suffix == ".docx":
        return _from_html(name, _docx_to_html(name, data))
    if suffix and suffix not in _ARTICLES:
        raise InputError(f"{name}：不支持的文件类型“{suffix}”；可用的类型：{'、'.join(_ARTICLES)}")
    text = decode(name, data)
    if suffix in (".html", ".htm"):
        return _from_html(name, text)
    heading = re.match(r"\s*#\s+(.+)\s*", text) if suffix == ".md" else None
    if heading:
        return _checked(Draft(id=name, text=text[heading.end() :], title=heading.group(1).strip(), extracted=True))
    return _checked(Draft(id=name, text=text))


def decode(name: str, data: bytes) -> str:
    """Text of a file in UTF-8, UTF-16 with a mark, GB18030 or what charset-normalizer makes of it.

    Raises:
        InputError: if the data is no text.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    if b"\0" not in data:
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError:
            text = str(from_bytes(data).best() or "")
        if text and sum(c.isprintable() or c.isspace() for c in text) >= 0.95 * len(text):
            return text
    raise InputError(f"{name}：不是文本文件，或编码无法识别；请另存为 UTF-8 文本后再试")


def read_rows(file: Path) -> Iterator[Row]:
    """Rows of a jsonl, csv, xlsx or txt file (one piece a line), or of a folder of articles.

    Column names are taken in English or Chinese. A row that cannot be read is given with its error.

    Raises:
        InputError: if the file itself cannot be read.
    """
    if file.is_dir():
        return _folder_rows(file)
    if not file.exists():
        raise InputError(f"{file}：文件不存在；请检查路径")
    readers = {".jsonl": _json_rows, ".csv": _csv_rows, ".xlsx": _xlsx_rows, ".txt": _text_rows}
    reader = readers.get(file.suffix.lower())
    if reader is None:
        kinds = "、".join(readers)
        raise InputError(f"{file}：不支持的文件类型“{file.suffix}”；可用的类型：{kinds}，或装有文章的文件夹")
    return reader(file)


def _json_rows(file: Path) -> Iterator[Row]:
    for number, line in enumerate(decode(file.name, _read_bytes(file)).split("\n"), 1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
        except json.JSONDecodeError as error:
            yield Row(number, {}, f"不是合法的 JSON（{error.msg}，第 {error.colno} 列）")
            continue
        except (RecursionError, ValueError) as error:
            yield Row(number, {}, f"不是可读取的 JSON（{error}）")
            continue
        if isinstance(data, dict):
            yield Row(number, _named(data))
        else:
            yield Row(number, {}, f"应为 JSON 对象，实际是 {type(data).__name__}")


def _csv_rows(file: Path) -> Iterator[Row]:
    csv.field_size_limit(_LARGEST)
    lines = _CountedLines(decode(file.name, _read_bytes(file)))
    reader = csv.DictReader(lines)
    _need_columns(file, [str(c) for c in reader.fieldnames or []])
    while True:
        lines.row_starts()
        try:
            data = next(reader, None)
        except csv.Error as error:
            yield Row(lines.first, {}, f"不是合法的 CSV（{error}）")
            continue
        if data is None:
            return
        if None in data:
            yield Row(lines.first, {}, "列数比表头多；请检查引号和逗号")
        else:
            yield Row(lines.first, _named({k: v for k, v in data.items() if v is not None}))


class _CountedLines:
    """Lines of a text for the csv module, remembering on which line the row being read began.

    The module skips blank lines by itself and counts them in with the row that follows.
    """

    def __init__(self, text: str):
        self._lines = io.StringIO(text, newline="")
        self._number = 0
        self._fresh = True
        self.first = 1

    def row_starts(self) -> None:
        self._fresh = True

    def __iter__(self) -> "_CountedLines":
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self._number += 1
        if self._fresh:
            self.first = self._number
            self._fresh = not line.strip("\r\n")
        return line


def _xlsx_rows(file: Path) -> Iterator[Row]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(io.BytesIO(_read_bytes(file)), read_only=True, data_only=True)
        sheet = book.active
        rows = [list(values) for values in sheet.iter_rows(values_only=True)] if sheet is not None else []
        book.close()
    except (BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, OSError) as error:
        raise InputError(f"{file}：不是可读取的 xlsx 文件；请用 Excel 另存一次") from error
    names = [str(c or "") for c in rows[0]] if rows else []
    _need_columns(file, names)
    for number, values in enumerate(rows[1:], 2):
        data = {n: v for n, v in zip(names, values, strict=False) if n and v is not None}
        if data:
            yield Row(number, _named({k: v if isinstance(v, str) else str(v) for k, v in data.items()}))


def _text_rows(file: Path) -> Iterator[Row]:
    """One piece a line, or pieces separated by blank lines where there are any."""
    text = re.sub(r"\r\n?", "\n", decode(file.name, _read_bytes(file))).rstrip("\n")
    blank = re.search(r"\S[^\n]*\n[ \t]*\n", text)
    separator = re.compile(r"\n[ \t]*\n\s*" if blank else r"\n")
    start = 0
    for gap in [*separator.finditer(text), None]:
        end = gap.start() if gap else len(text)
        piece = text[start:end]
        if piece.strip():
            before = start + len(piece) - len(piece.lstrip())
            yield Row(text.count("\n", 0, before) + 1, {"text": piece.strip()})
        start = gap.end() if gap else end


def _folder_rows(folder: Path) -> Iterator[Row]:
    files = sorted(f for f in folder.rglob("*") if f.suffix.lower() in _ARTICLES)
    if not files:
        raise InputError(f"{folder}：文件夹里没有文章；可用的类型：{'、'.join(_ARTICLES)}")
    for number, file in enumerate(files, 1):
        try:
            draft = read_draft(file)
        except InputError as error:
            yield Row(number, {}, str(error))
            continue
        yield Row(number, {"id": str(file.relative_to(folder)), "title": draft.title, "text": draft.text})


def _named(data: dict[str, Any]) -> dict[str, Any]:
    """The row with its columns under their English names."""
    named: dict[str, Any] = {}
    for key, value in data.items():
        name = str(key).strip()
        column = _NAMES.get(name.lower(), name)
        if column not in named or name == column:  # the exact name wins over an alias
            named[column] = value
    return named


def _need_columns(file: Path, names: list[str]) -> None:
    if not {"text"} & {_NAMES.get(n.strip().lower(), n) for n in names}:
        raise InputError(
            f"{file}：表头里没有正文列；实际的列：{'、'.join(names) or '（空）'}；请把正文列命名为 text 或 正文"
        )


def _read_bytes(file: Path) -> bytes:
    try:
        size = file.stat().st_size
        if not file.is_file():
            raise InputError(f"{file}：不是文件")
        if file.suffix.lower() in _ARTICLES:
            _check_size(str(file), size)
        return file.read_bytes()
    except FileNotFoundError as error:
        raise InputError(f"{file}：文件不存在；请检查路径") from error
    except OSError as error:
        raise InputError(f"{file}：无法读取（{error.strerror}）") from error


def _check_size(name: str, size: int) -> None:
    if size > _LARGEST:
        raise InputError(f"{name}：有 {size >> 20} MB，超过单篇上限 {_LARGEST >> 20} MB；请拆分后再试")


def _docx_to_html(name: str, data: bytes) -> str:
    import mammoth

    try:
        return mammoth.convert_to_html(io.BytesIO(data)).value
    except (BadZipFile, ExpatError, KeyError, ValueError, OSError) as error:
        raise InputError(f"{name}：不是可读取的 docx 文件；请用 Word 另存一次") from error


def _from_html(name: str, html: str) -> Draft:
    """Title and running text of a page: one line for each block, nothing of scripts and styles."""
    from selectolax.lexbor import LexborHTMLParser

    page = LexborHTMLParser(html)
    headings = (page.css_first(place) for place in ("#activity-name", "h1", "title"))
    title = next((text for h in headings if h and (text := " ".join(h.text().split()))), "")
    body = page.css_first("#js_content") or page.body
    if body is None:
        return _checked(Draft(id=name, text="", title=title, extracted=True))
    for node in body.css(_NO_CONTENT):
        node.decompose()
    for node in body.css(_BLOCKS):
        node.insert_after(_BREAK)
        node.insert_before(_BREAK)
    lines = [" ".join(line.split()) for line in body.text(separator="").split(_BREAK)]
    lines = [line for line in lines if line]
    if lines and lines[0] == title:  # a title is judged as one, not once more as the first sentence
        lines = lines[1:]
    return _checked(Draft(id=name, text="\n".join(lines), title=title, extracted=True))


def _checked(draft: Draft) -> Draft:
    if not draft.text.strip():
        raise InputError(f"{draft.id}：没有正文；请确认文件里有文字")
    return draft
