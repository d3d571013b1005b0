"""Images of pages and Markdown as marks in the running text, each on a line of its own below the one it stands in."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from contentcheck.engine.images import image_mark

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_OPEN, _CLOSE = "\ue001", "\ue002"  # around the description of an image, until its line is known
_PLACE = re.compile(f"{_OPEN}([^{_OPEN}{_CLOSE}]*){_CLOSE}")
_MARKDOWN = re.compile(r"!\[([^\[\]\n]*)\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)")
_EMOTICON = re.compile(r"\[[^\W\d_]{1,6}\]|[^\w\s]+")  # WeChat's [微笑], and emoji that a page draws itself
_SAYS_NOTHING = re.compile(
    r"图片?|图像|image|img|photo|picture|\S+\.(?:jpe?g|png|gif|webp|bmp|svg|heic)", re.IGNORECASE
)


def place_images(body: "LexborNode") -> None:
    """Put a sign, for `with_marks`, at the place of every image of an element; emoticons as the text they stand for."""
    for node in body.css("img"):
        alt = " ".join((node.attributes.get("alt") or "").split())
        if _EMOTICON.fullmatch(alt):
            node.insert_before(alt)
        elif not {node.attributes.get("width"), node.attributes.get("height")} & {"0", "1"}:  # which count visitors
            node.insert_before(f"{_OPEN}{alt}{_CLOSE}")


def with_marks(line: str) -> Iterator[str]:
    """A line without the signs of images, then their marks: no image cuts a sentence in two."""
    return _below(line, _PLACE)


def markdown_with_marks(text: str) -> str:
    """Markdown with marks for its images."""
    return "\n".join(
        part
        for line in text.split("\n")
        for part in (_below(line, _MARKDOWN) if "![" in line else (line,))
        if part.strip() or part == line
    )


def _below(line: str, image: re.Pattern[str]) -> Iterator[str]:
    yield image.sub("", line)
    for found in image.finditer(line):
        yield image_mark("" if _SAYS_NOTHING.fullmatch(found[1]) else found[1])
