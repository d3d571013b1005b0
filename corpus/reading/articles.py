"""One article from a txt, md, html or docx file: its title and text and, of a saved page, its account and day."""

import html as entities
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from contentcheck.engine.documents import Draft
from contentcheck.engine.errors import InputError
from contentcheck.engine.images import image_marks, without_marks

from .dates import iso_date
from .images import markdown_with_marks, place_images, with_marks
from .office_files import UNREADABLE, check_office_file, damaged
from .text_files import LONGEST, encoding_of, unreadable

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

ARTICLES = (".txt", ".md", ".html", ".htm", ".docx")

_BLOCKS = "br, p, div, section, li, tr, td, th, dt, dd, pre, h1, h2, h3, h4, h5, h6, blockquote, article"
_DEEPEST = 2_000  # the parser's time grows with the square of the depth; browsers stop at 512
_MOST_TAGS = 300_000  # each takes the parser some 700 bytes; long articles have thousands
_NESTING_TAG = re.compile(  # void elements, and those whose end tags are often left out, do not nest
    r"<(/?)(?!(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr|p|li|d[dt]|t[rdh]|option)\b)[a-z]",
    re.IGNORECASE,
)
_NO_CONTENT = "script, style, noscript, template, xml, nav, header, footer, aside"
# Word breaks the lines of its HTML anywhere; in Chinese that would be a space which nobody has typed.
_WORD = ("mso-", "urn:schemas-microsoft-com:office")
_BROKEN_LINE = re.compile(r"(?<=[\u2e80-\u9fff\uff00-\uffef])\r?\n(?=[\u2e80-\u9fff\uff00-\uffef])")
_BREAK = "\ue000"  # where a block begins or ends; source line breaks are mere spaces
_ZERO_WIDTH = dict.fromkeys(map(ord, "\u200b\u200c\u2060\ufeff\u00ad"))
_JOINERS = "\u200d\ufe0f"  # part of emoji, and nothing by themselves
_TITLES = ("p.MsoTitle", "h1", 'meta[property="og:title"]', "title")
_WECHAT_TITLES = ("#activity-name", 'meta[property="og:title"]', "h1", "title")
_ACCOUNTS = (
    "#js_name",
    "#js_wx_follow_nickname",
    ".wx_follow_nickname",
    ".profile_nickname",
    'meta[property="profile:nickname"]',
)
_DAYS = (
    "#publish_time",
    'meta[property="article:published_time"]',
    'meta[property="og:article:published_time"]',
    'meta[property="og:release_date"]',
    'meta[itemprop="datePublished"]',
    'meta[name="publishdate" i]',
    'meta[name="pubdate" i]',
    "time[datetime]",
)
# WeChat's page carries what it shows as string variables and object fields: var ct = "…", nick_name: JsDecode('…')
_SCRIPT_STRING = r"""\b{}\s*[:=]\s*(?:\w+\(\s*)?(["'])((?:\\.|(?!\1)[^\\\n])*)\1"""
_SCRIPT_ACCOUNTS = re.compile(_SCRIPT_STRING.format("(?:nickname|nick_name)"))
_SCRIPT_DAYS = re.compile(_SCRIPT_STRING.format("(?:ct|create_time|createTime|ori_create_time|publish_time)"))
_SCRIPT_TEXT = re.compile(_SCRIPT_STRING.format("content_noencode"))
_SCRIPT_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_SCRIPT_LETTERS = {"n": "\n", "r": "\r", "t": "\t"}


@dataclass(frozen=True, slots=True)
class Article:
    """A published or unpublished piece as it stands in a file.

    Attributes:
        account: the WeChat account that published it, where the page says so.
        published: the day in China as YYYY-MM-DD, or empty.
    """

    title: str
    text: str
    account: str = ""
    published: str = ""


def read_article(file: Path) -> Article:
    """The article in a txt, md, html or docx file.

    Raises:
        InputError: if the file is missing, without text, too large, binary or of another kind.
    """
    return article_from_bytes(file.name, _read_bytes(file))


def article_from_bytes(name: str, data: bytes, *, images: bool = False) -> Article:
    """The article in the contents of a file called `name`; a name without a suffix is plain text.

    Args:
        images: as for `html_text`; those of Markdown likewise.

    Raises:
        InputError: if it is without text, too large, binary or of another kind.
    """
    _check_size(name, len(data))
    suffix = Path(name).suffix.lower()
    if suffix and suffix not in ARTICLES:
        raise InputError(f"{name}：不支持的文件类型“{suffix}”；可用的类型：{'、'.join(ARTICLES)}")
    if suffix in (".html", ".htm", ".docx"):
        source = _docx_to_html(name, data) if suffix == ".docx" else decode(name, data)
        article = html_text(source, images=images)
    else:
        source = decode(name, data)
        text = markdown_with_marks(source) if images and suffix == ".md" else source
        heading = re.match(r"\s*#\s+(.+)\s*", text) if suffix == ".md" else None
        article = Article(heading[1].strip(), text[heading.end() :]) if heading else Article("", text)
    if not without_marks(article.text).strip():
        pictures = article.text.strip() or "<img" in source
        raise InputError(f"{name}：没有正文" + ("，只有图片；请补上文字" if pictures else "；请确认文件里有文字"))
    return article


def read_draft(file: Path) -> Draft:
    """A draft from a txt, md, html or docx file; its id is the file's name.

    Raises:
        InputError: as `read_article`.
    """
    return draft_from_bytes(file.name, _read_bytes(file))


def draft_from_bytes(name: str, data: bytes) -> Draft:
    """A draft from the contents of a file called `name`, its images as marks; a name without a suffix is plain text.

    Raises:
        InputError: as `article_from_bytes`.
    """
    article = article_from_bytes(name, data, images=True)
    suffix = Path(name).suffix.lower()
    changed = article.title or suffix in (".html", ".htm", ".docx") or (suffix == ".md" and image_marks(article.text))
    return Draft(id=name, text=article.text, title=article.title, extracted=bool(changed))


def decode(name: str, data: bytes) -> str:
    """Text of a file in UTF-8, UTF-16 or UTF-32 with a mark, GB18030 or what charset-normalizer makes of it.

    Single damaged bytes become U+FFFD.

    Raises:
        InputError: if the data is no text.
    """
    return data.decode(encoding_of(name, io.BytesIO(data)), "replace")


def html_text(html: str, *, images: bool = False) -> Article:
    """Title and running text of a page or a part of one: one line a block, nothing of scripts and styles.

    Of an article page saved from WeChat also the account and the day; of other pages the day, where they say it.
    The text may be empty.

    Args:
        images: have marks for images in the text, as a draft has, and a known piece has not.

    Raises:
        InputError: if it has more elements, or they stand in one another deeper, than in any real page.
    """
    from selectolax.lexbor import LexborHTMLParser

    if _depth(html) > _DEEPEST:
        raise InputError(f"HTML 的标签套了 {_DEEPEST} 层以上，不像文章；请只粘贴正文")
    if html.count("<") > _MOST_TAGS:
        raise InputError(f"HTML 里有 {_MOST_TAGS} 个以上的标签，不像文章；请只粘贴正文")
    page = LexborHTMLParser(_BROKEN_LINE.sub("", html) if any(sign in html for sign in _WORD) else html)
    content = page.css_first("#js_content")
    is_wechat = content is not None or "mp.weixin.qq.com" in html
    scripts = "\n".join(node.text() for node in page.css("script")) if is_wechat else ""
    title = next(_values(page, _WECHAT_TITLES if is_wechat else _TITLES), "")
    accounts = chain(_values(page, _ACCOUNTS), _strings(_SCRIPT_ACCOUNTS, scripts))
    account = next(accounts, "") if is_wechat else ""
    days = map(iso_date, chain(_values(page, _DAYS), _strings(_SCRIPT_DAYS, scripts)))
    published = next(filter(None, days), "")
    lines = _lines(content or page.body, images=images)
    posted = next(_strings(_SCRIPT_TEXT, scripts), "") if content is None or not lines else ""
    if posted:  # a post of pictures and a caption, which the page would write by script
        lines = _lines(LexborHTMLParser(posted.replace("\n", "<br>")).body, images=images)
    first = next((i for i, line in enumerate(lines) if without_marks(line)), None)
    if first is not None and lines[first] == title:  # a title is judged as one, not once more as the first sentence
        del lines[first]
    return Article(title, "\n".join(lines), account, published)


def _depth(html: str) -> int:
    """How deep elements stand in one another at most, or a little more: an end tag may be left out."""
    deepest = depth = 0
    for tag in _NESTING_TAG.finditer(html):
        depth = max(0, depth - 1) if tag[1] else depth + 1
        deepest = max(deepest, depth)
    return deepest


def _values(page: "LexborHTMLParser", places: tuple[str, ...]) -> Iterator[str]:
    """What stands at these places of a page, where anything does: the text, or what meta and time elements say."""
    for place in places:
        if node := page.css_first(place):
            value = node.attributes.get("content") or node.attributes.get("datetime") or node.text()
            if line := _line(value):
                yield line


def _strings(name: re.Pattern[str], scripts: str) -> Iterator[str]:
    """Values that scripts give to a variable or field, without the escapes of JavaScript and HTML."""
    for found in name.finditer(scripts):
        if value := entities.unescape(_SCRIPT_ESCAPE.sub(_unescaped, found[2])).strip():
            yield value


def _unescaped(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2]
    return chr(int(code, 16)) if code else _SCRIPT_LETTERS.get(escape[3], escape[3])


def _lines(body: "LexborNode | None", *, images: bool) -> list[str]:
    """Lines of the running text of an element, which loses all that is no content."""
    if body is None:
        return []
    for node in body.css(_NO_CONTENT):
        node.decompose()
    if images:
        place_images(body)
    for node in body.css(_BLOCKS):
        node.insert_after(_BREAK)
        node.insert_before(_BREAK)
    lines = map(_line, body.text(separator="").split(_BREAK))
    if images:
        lines = (_line(part) for line in lines for part in with_marks(line))
    return [line for line in lines if line.strip(_JOINERS)]


def _line(text: str) -> str:
    return " ".join(text.translate(_ZERO_WIDTH).split())


def _docx_to_html(name: str, data: bytes) -> str:
    import mammoth

    stream = io.BytesIO(data)
    check_office_file(name, stream, "docx")
    try:
        # what pictures show is of no use here, and would be carried along as text
        return mammoth.convert_to_html(stream, convert_image=mammoth.images.img_element(lambda _: {})).value
    except UNREADABLE as error:
        raise damaged(name, "docx") from error


def _read_bytes(file: Path) -> bytes:
    try:
        if file.is_dir():
            raise InputError(f"{file}：不是文件")
        _check_size(str(file), file.stat().st_size)
        return file.read_bytes()
    except OSError as error:
        raise unreadable(file, error) from error


def _check_size(name: str, size: int) -> None:
    if size > LONGEST:
        raise InputError(f"{name}：有 {size >> 20} MB，超过单篇上限 {LONGEST >> 20} MB；请拆分后再试")
