"""Cut a draft into paragraphs and passages, every span exact in the original text."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from .boilerplate import boilerplate_kind
from .normalise import normalise, plain
from .spans import Span, within

ALLOWED = "allowed"
"""The kind of what the brand allows to stand in every draft."""

_SHORTEST = 10  # letters and digits; a shorter sentence is read together with its neighbour
_LONGEST = 120  # characters; a longer sentence is cut at its commas
_LONGEST_BOILERPLATE = 1_000  # characters as typed, invisible ones included
_LINE = re.compile(r"[^\r\n\x0b\x0c\x85\u2028\u2029]+")
_SENTENCE = re.compile(r"""(?:[^。！？!?；;…｡.]|\.(?!\s|$))*(?:[。！？!?；;…｡]|\.(?=\s|$))*["'”’』」）)】》〉\]]*""")
_CLAUSE = re.compile(r"[^，,、：:\s]*[，,、：:\s]*")


@dataclass(frozen=True, slots=True)
class Passage:
    """About a sentence of a text: `text` is always `original[start:end]`, in code points."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of a text; `passages` are positions in `Segments.passages`, in order."""

    start: int
    end: int
    passages: range


@dataclass(frozen=True, slots=True)
class SetAside:
    """A line or part of one that is not read for scores, and why: a kind of `boilerplate`, `ALLOWED` or `IMAGE`."""

    start: int
    end: int
    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Segments:
    """The passages of a text, in order and without overlap, the paragraphs they stand in, what is set aside."""

    passages: list[Passage]
    paragraphs: list[Paragraph]
    set_aside: list[SetAside]


def segment(text: str, allowed: Sequence[Span] = ()) -> Segments:
    """Paragraphs are lines; passages are sentences, short ones joined, very long ones cut.

    Args:
        allowed: stretches to set aside, in order and without overlap; what is left of a line is cut as if the
            line ended there.
    """
    passages: list[Passage] = []
    paragraphs: list[Paragraph] = []
    set_aside: list[SetAside] = []
    for line in _LINE.finditer(text):
        start, end = _strip(text, line.start(), line.end())
        if start == end:
            continue
        first = len(passages)
        for a, b, kind in _parts(text, start, end, allowed):
            if kind:
                set_aside.append(SetAside(a, b, text[a:b], kind))
            else:
                passages += [Passage(text[c:d], c, d) for c, d in _passages(text, a, b)]
        if len(passages) > first:
            paragraphs.append(Paragraph(start, end, range(first, len(passages))))
    return Segments(passages, paragraphs, set_aside)


def blank(text: str, set_aside: Sequence[SetAside]) -> str:
    """The text with line ends in place of what is set aside, so that every offset stays what it is."""
    pieces: list[str] = []
    at = 0
    for part in set_aside:
        pieces += [text[at : part.start], "\n" * (part.end - part.start)]
        at = part.end
    return "".join([*pieces, text[at:]])


def _parts(text: str, start: int, end: int, allowed: Sequence[Span]) -> Iterator[tuple[int, int, str | None]]:
    """A line in stretches, each with the kind for which it is set aside, or None.

    A line that is boilerplate as a whole stays whole; otherwise what is left between allowed texts may be.
    """
    kind = _kind(text[start:end])
    inside = [] if kind else within(allowed, start, end)
    if not inside:
        yield start, end, kind
        return
    edges = [start, *chain.from_iterable(inside), end]  # by turns left over and allowed
    for i, (a, b) in enumerate(pairwise(edges)):
        a, b = _strip(text, a, b)
        if a < b:
            yield a, b, ALLOWED if i % 2 else _kind(text[a:b])


def _kind(line: str) -> str | None:
    """The boilerplate kind of a line as typed.

    Marks like / separate a credit, and hide a word when put between its characters: both readings count.
    """
    if len(line) > _LONGEST_BOILERPLATE:
        return None
    return boilerplate_kind(plain(line)) or boilerplate_kind(normalise(line).text)


def _passages(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Spans of passages within one line; pieces without a letter or digit go to their neighbour."""
    spans: list[tuple[int, int]] = []
    weight = 0  # letters and digits in the last span
    for a, b in _sentences(text, start, end):
        length = sum(c.isalnum() for c in text[a:b])
        if spans and (weight < _SHORTEST or length == 0) and b - spans[-1][0] <= _LONGEST:
            spans[-1] = (spans[-1][0], b)
            weight += length
        else:
            spans.append((a, b))
            weight = length
    if len(spans) > 1 and weight < _SHORTEST and spans[-1][1] - spans[-2][0] <= _LONGEST:
        (a, _), (_, b) = spans[-2:]
        spans[-2:] = [(a, b)]
    return [(a, b) for a, b in (_strip(text, *s) for s in spans) if any(c.isalnum() for c in text[a:b])]


def _sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Sentences of a line, those longer than `_LONGEST` cut at commas and, failing that, by length."""
    spans: list[tuple[int, int]] = []
    for sentence in _SENTENCE.finditer(text, start, end):
        if sentence.end() - sentence.start() <= _LONGEST:
            if sentence.end() > sentence.start():
                spans.append(sentence.span())
            continue
        at = sentence.start()
        for clause in _CLAUSE.finditer(text, *sentence.span()):
            while clause.end() - at > _LONGEST:
                cut = clause.start() if clause.start() > at else at + _LONGEST
                spans.append((at, cut))
                at = cut
        if at < sentence.end():
            spans.append((at, sentence.end()))
    return spans


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
