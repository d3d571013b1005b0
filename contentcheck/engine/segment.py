"""Cut a draft into paragraphs and passages, every span exact in the original text."""

import re
from dataclasses import dataclass

from .boilerplate import boilerplate_kind
from .normalise import normalise, plain

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
    """A line that is not read for scores, and why: a kind of `boilerplate`."""

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


def segment(text: str) -> Segments:
    """Paragraphs are lines; passages are sentences, short ones joined, very long ones cut."""
    passages: list[Passage] = []
    paragraphs: list[Paragraph] = []
    set_aside: list[SetAside] = []
    for line in _LINE.finditer(text):
        start, end = _strip(text, line.start(), line.end())
        if start == end:
            continue
        line_text = text[start:end]
        kind = _kind(line_text)
        if kind:
            set_aside.append(SetAside(start, end, text[start:end], kind))
            continue
        first = len(passages)
        passages += [Passage(text[a:b], a, b) for a, b in _passages(text, start, end)]
        if len(passages) > first:
            paragraphs.append(Paragraph(start, end, range(first, len(passages))))
    return Segments(passages, paragraphs, set_aside)


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
