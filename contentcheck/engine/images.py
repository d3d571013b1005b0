"""Marks that stand in a text where a page or a document has an image: no words, so that they change no score."""

import re

from .spans import Span

IMAGE = "image"
"""The kind of what is set aside as the mark of an image."""

_LONGEST = 100  # characters of a description; a longer one would be a text of its own, hidden from the scores
_BREAKS = re.compile(r"[［］\s]+")
_MARK = re.compile(rf"［图片(?:：[^［］\r\n\x0b\x0c\x85\u2028\u2029]{{1,{_LONGEST}}})?］")


def image_mark(description: str = "") -> str:
    """`［图片］`, or `［图片：…］` with what the page says of the image, cut where it is long."""
    told = _BREAKS.sub(" ", description).strip()
    if len(told) > _LONGEST:
        told = told[: _LONGEST - 1] + "…"
    return f"［图片：{told}］" if told else "［图片］"


def image_marks(text: str) -> list[Span]:
    """Where the marks stand in a text, in order."""
    return [found.span() for found in _MARK.finditer(text)]


def without_marks(text: str) -> str:
    """The text alone."""
    return _MARK.sub("", text)
