"""Undo spelling variants of a text without losing the way back to the original.

`normalise` gives the text that is encoded and read for phrases; `skeleton` goes on to letters and digits
alone, the form in which wording is compared. Every character of either knows which character of the
original it came from, so a span found in them is a span of what the editor typed.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray
from opencc import OpenCC

from .homoglyphs import replace_homoglyphs

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0010ffff"
REPLACEMENT = "\ufffd"
# Marks that are put between Chinese characters to break words up and carry no meaning there.
INSERTED_MARKS = frozenset("·•‧・･∙⋅丶丨*_~^|/\\`'\"¨ˇ¯¸ 　-.+=#&$%@")
_IDEOGRAPH = re.compile(f"[{_HAN}]")
_MARKS = re.escape("".join(INSERTED_MARKS))
_INSERTED = re.compile(f"(?<=[{_HAN}])(?<![{_MARKS}])[{_MARKS}]++(?=[{_HAN}])")  # 丶 is a mark and a character
_SURROGATE = re.compile("[\ud800-\udfff]")
_RETURN_AND_FEED = re.compile("\r\n")
_LINE_ENDS = "\r\n\x0b\x0c\x85\u2028\u2029"


@dataclass(frozen=True, slots=True)
class MappedText:
    """A rewritten text and where each of its characters comes from.

    Attributes:
        text: the rewritten text.
        origin: int32, shape (len(text),): index in the original, never decreasing.
    """

    text: str
    origin: NDArray[np.int32]

    def to_original(self, start: int, end: int) -> tuple[int, int]:
        """The original span that `text[start:end]` came from; (0, 0) for an empty span of an empty text."""
        if start >= end:
            at = int(self.origin[min(start, len(self.origin) - 1)]) if len(self.origin) else 0
            return at, at
        return int(self.origin[start]), int(self.origin[end - 1]) + 1

    def from_original(self, start: int, end: int) -> tuple[int, int]:
        """The span of `text` whose characters come from the original's [start, end)."""
        first, last = np.searchsorted(self.origin, [start, end])
        return int(first), int(last)


def replace_unencodable(text: str) -> tuple[str, int]:
    """The text with lone surrogates and NUL replaced by U+FFFD one for one, and how many there were."""
    bad = [i for i, c in enumerate(text) if c == "\0" or "\ud800" <= c <= "\udfff"]
    if not bad:
        return text, 0
    characters = list(text)
    for i in bad:
        characters[i] = REPLACEMENT
    return "".join(characters), len(bad)


def plain(text: str) -> str:
    """Simplified characters, half width, lower case: for looking at a line, not for pointing into it."""
    return _simplify("".join(map(_fold, text)))


@lru_cache(maxsize=4096)  # a check looks at the same passage several times
def normalise(text: str) -> MappedText:
    """Simplified characters, half width, lower case, `\\n` line ends; lookalikes, invisible and inserted marks undone.

    Raises:
        ValueError: if the text holds a lone surrogate (see `replace_unencodable`).
    """
    characters = replace_homoglyphs(text)
    if lone := _SURROGATE.search(characters):
        raise ValueError(f"character {lone.start()} of the text is a lone surrogate; replace it first")
    parts = list(map(_fold, characters))
    for both in _RETURN_AND_FEED.finditer(characters):
        parts[both.start() + 1] = ""
    folded = "".join(parts)
    origin = np.repeat(np.arange(len(parts), dtype=np.int32), list(map(len, parts)))
    inserted = [i for found in _INSERTED.finditer(folded) for i in range(*found.span())]
    return MappedText(_simplify(_INSERTED.sub("", folded)), np.delete(origin, inserted) if inserted else origin)


def skeleton(text: MappedText) -> MappedText:
    """Letters, digits and Chinese characters of a normalised text alone."""
    kept = [i for i, c in enumerate(text.text) if c.isalnum()]
    return MappedText("".join(text.text[i] for i in kept), text.origin[kept])


@lru_cache(maxsize=4096)
def bare(text: str) -> str:
    """What the skeleton of a text reads, for comparing without pointing."""
    return "".join(filter(str.isalnum, normalise(text).text))


@cache
def _fold(character: str) -> str:
    """What one character becomes, before its neighbours are looked at: nothing, itself, or several."""
    if character in _LINE_ENDS:
        return "\n"
    if character == "\t":
        return " "
    # Zero width, direction and variation marks, controls, and marks struck over characters, composed or not.
    return "".join(
        c
        for c in unicodedata.normalize("NFKD", character).lower()
        if unicodedata.category(c) not in ("Cf", "Cc", "Mn", "Me")
    )


def is_han(character: str) -> bool:
    """Whether a character is a Chinese ideograph."""
    return _IDEOGRAPH.fullmatch(character) is not None


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


def _simplify(text: str) -> str:
    """Traditional to simplified, character for character: whole text, else line by line, else one by one.

    OpenCC looks at context, so the longest unit that keeps the length is the best one. It is asked again
    until nothing changes, because a few characters take two steps (薴, 苧, 苎).
    """
    converted = _converter().convert(text)
    if len(converted) == len(text):
        return text if converted == text else _simplify(converted)
    lines = text.split("\n")
    if len(lines) > 1:
        return "\n".join(_simplify(line) for line in lines)
    singles = [_converter().convert(c) for c in text]
    return "".join(s if len(s) == 1 else c for c, s in zip(text, singles, strict=True))
