"""Turn the bytes of a feed into rows: RSS 0.9 to 2.0, Atom and JSONL."""

import io
import re
from email.utils import parsedate_to_datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.sax import SAXParseException

import feedparser

from contentcheck.corpus.reading.articles import decode, html_text
from contentcheck.corpus.reading.dates import CHINA, iso_date
from contentcheck.corpus.reading.rows import Row, read_rows
from contentcheck.engine.errors import InputError

_DECLARED = re.compile(rb"<\?xml[^>]*?\sencoding\s*=\s*[\"']([\w.:-]+)[\"']")
_LATIN = re.compile(r"(?:iso[-_]?8859|latin|windows-125|cp125).*", re.IGNORECASE)  # which anything passes for
_MARKUP = re.compile(r"</?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>|&#?\w+;", re.IGNORECASE)
_CHINA_ZONE = re.compile(r"\bCST\b")  # which the library takes for America's central time


def feed_rows(url: str, data: bytes, charset: str | None = None) -> list[Row]:
    """Rows of a document fetched from `url`; `charset` is what the server says of it, if anything.

    Entries of RSS and Atom become rows as told at `feeds.fetch_feed`, rows of JSONL keep their fields.

    Raises:
        InputError: if the document is no feed, or so broken that it holds no entry.
    """
    text = _decoded(url, data, charset)
    start = text.lstrip()[:2000].lower()
    if not start:
        raise InputError(f"{url}：内容是空的；请检查网址")
    if start.startswith("{"):
        return _json_rows(text)
    try:
        parsed = feedparser.parse(
            io.BytesIO(text.strip().encode("utf-8", "replace")),  # a str could be taken for an address to fetch
            response_headers={"content-type": "application/xml; charset=utf-8"},
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError) as error:
        # The lenient parser trips over a few broken documents, such as &#99999999999;
        raise InputError(f"{url}：XML 有错误，无法读取；请联系网站，或稍后再试") from error
    entries: list[Any] = parsed["entries"]
    if not entries and (parsed["bozo"] or not parsed["version"]):
        if "<!doctype html" in start or "<html" in start:
            what = "返回的是网页，不是订阅源（可能需要登录，或网址有误）；请填写 RSS、Atom 或 JSONL 的网址"
        elif start.startswith("<") and isinstance(fault := parsed.get("bozo_exception"), SAXParseException):
            what = f"XML 不完整或有错误（{fault.getMessage()}），读不出任何条目；请联系网站，或稍后再试"
        else:
            what = "不是 RSS、Atom 或 JSONL；请检查网址"
        raise InputError(f"{url}：{what}")
    feed_title = _plain(parsed["feed"].get("title_detail", {}))
    return [_row(entry, number, len(entries), feed_title) for number, entry in enumerate(entries, 1)]


def _decoded(url: str, data: bytes, charset: str | None) -> str:
    """Text of the document. UTF-8 comes first: hardly anything else passes for it, and many declarations are wrong."""
    declared = _DECLARED.match(data.lstrip())
    for encoding in ("utf-8-sig", declared[1].decode("ascii") if declared else "", charset or ""):
        try:
            text = data.decode("gb18030" if encoding.lower() in ("gb2312", "gbk") else encoding)
        except (LookupError, UnicodeError):
            continue
        if encoding == "utf-8-sig" or (text.lstrip()[:1] in ("<", "{") and not _LATIN.fullmatch(encoding)):
            return text
    try:
        return decode(url, data)
    except InputError as error:
        raise InputError(f"{url}：不是文本，或编码无法识别；请填写 RSS、Atom 或 JSONL 的网址") from error


def _json_rows(text: str) -> list[Row]:
    with TemporaryDirectory() as folder:
        file = Path(folder, "feed.jsonl")
        file.write_bytes(text.encode("utf-8", "replace"))
        return list(read_rows(file))


def _row(entry: Any, number: int, count: int, feed_title: str) -> Row:
    """One entry of a feed; `entry` is feedparser's dictionary."""
    key = (entry.get("id") or "").strip() or (entry.get("link") or "").strip()
    title = _plain(entry.get("title_detail", {}))
    bodies = [*entry.get("content", []), entry.get("summary_detail", {})]
    text = next((text for body in bodies if (text := _plain(body))), "")
    done = number / count
    if not text:
        return Row(number, {}, f"条目“{title or key}”没有正文（content、summary 和 description 都是空的）", done)
    if not key:
        return Row(number, {}, f"条目“{title or text[:20]}”没有编号（guid 或 id），也没有链接（link）", done)
    data = {
        "id": key,
        "title": " ".join(title.split()),
        "text": text,
        "source": entry.get("author_detail", {}).get("name") or entry.get("author") or feed_title,
        "published": _published(entry),
        "tags": list(dict.fromkeys(t for tag in entry.get("tags", []) if (t := (tag.get("term") or "").strip()))),
    }
    return Row(number, {name: value for name, value in data.items() if value}, done=done)


def _plain(detail: Any) -> str:
    """The text of a construct {"type": media type, "value": text or markup}; empty for pictures and the like."""
    kind, value = detail.get("type", "text/plain"), detail.get("value", "")
    if not kind.startswith("text/") and kind != "application/xhtml+xml":
        return ""
    # RSS does not say which it is: text without any markup keeps its lines.
    return html_text(value).text if kind != "text/plain" and _MARKUP.search(value) else value.strip()


def _published(entry: Any) -> str:
    """The entry's day in China as an ISO date, or empty; a time without a zone is China's own.

    Read from what was written: feedparser makes a day of this month of any text that begins with a year.
    """
    # feedparser's own get() answers for "updated" with "published", and warns.
    written = (dict.get(entry, field) or "" for field in ("published", "updated"))
    return next(filter(None, map(_day, written)), "")


def _day(written: str) -> str:
    try:
        moment = parsedate_to_datetime(_CHINA_ZONE.sub("+0800", written))
        return (moment.astimezone(CHINA) if moment.tzinfo else moment).date().isoformat()
    except (IndexError, OverflowError, TypeError, ValueError):  # not as RSS writes it
        return iso_date(written)
