"""Where patterns occur: looked for in the text as it reads, pointed at in the text as it was typed."""

import re
from dataclasses import dataclass

from .normalise import normalise


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A stretch of a text: `text` is always `original[start:end]`, in code points."""

    start: int
    end: int
    text: str


def find_excerpts(pattern: re.Pattern[str], text: str, offset: int = 0) -> list[Excerpt]:
    """Every occurrence of a pattern, written for normalised text; `text` stands at `offset` in the original."""
    read = normalise(text)
    found = [read.to_original(*match.span()) for match in pattern.finditer(read.text)]
    return [Excerpt(offset + start, offset + end, text[start:end]) for start, end in found]
