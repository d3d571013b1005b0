"""A draft with its passages marked: which of them, why, and where the page may break. Pure functions."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from contentcheck.engine.alignment import MatchKind
from contentcheck.engine.faults import PLAIN_THEME

_TAKEN = {kind for kind in MatchKind if kind.taken}
_MOST_EVIDENCE = 3  # known pieces shown beside one passage; how many more there are is said
_LINE = re.compile(r"[^\r\n\x0b\x0c\x85\u2028\u2029]+")
_TOGETHER = 2  # marked passages that are kept on one page with their evidence


@dataclass(frozen=True, slots=True)
class Mark:
    """A passage with something wrong.

    `number`: from 1, in the draft's order; `gravity`: the graver, the greater; `more`: matches not in `evidence`.
    """

    number: int
    kind: str
    text: str
    start: int
    end: int
    gravity: float
    evidence: list[Mapping[str, Any]]
    more: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some of the draft's text. `mark`: the passage it belongs to; `aside`: it is not scored."""

    text: str
    mark: Mark | None = None
    aside: bool = False


@dataclass(slots=True)
class Row:
    """What stays on one page: some of a line, with the evidence for it. `first`: the line begins here."""

    first: bool
    stretches: list[Stretch] = field(default_factory=list[Stretch])

    @property
    def marks(self) -> list[Mark]:
        """Of the passages that begin here."""
        return [s.mark for s in self.stretches if s.mark is not None]


def manuscript(report: Mapping[str, Any], text: str) -> list[Row]:
    """The whole text, row by row."""
    marks = list(_marks(report))
    aside = [(part["start"], part["end"]) for part in report["set_aside"]]
    rows: list[Row] = []
    for line in _LINE.finditer(text):
        rows.append(Row(first=True))
        for stretch in _stretches(text, line.start(), line.end(), marks, aside):
            if stretch.mark and len(rows[-1].marks) == _TOGETHER:
                rows.append(Row(first=False))
            rows[-1].stretches.append(stretch)
    return rows


def _marks(report: Mapping[str, Any]) -> Iterator[Mark]:
    faulty = (p for p in report["passages"] if p.get("fault"))  # reports of earlier versions do not say
    for number, passage in enumerate(faulty, 1):
        kind, gravity = passage["fault"]["kind"], passage["fault"]["gravity"]
        found = [m for m in passage["matches"] if _shows(m, kind)]
        shown = found[: _MOST_EVIDENCE if kind in _TAKEN else 1]
        span = passage["text"], passage["start"], passage["end"]
        yield Mark(number, kind, *span, gravity, shown, len(found) - len(shown))


def _shows(match: Mapping[str, Any], kind: str) -> bool:
    """Whether a match is evidence for what is wrong."""
    if kind in _TAKEN:
        return match["kind"] in _TAKEN
    return kind == "theme" and (match["kind"] in _TAKEN or match["similarity"] >= PLAIN_THEME)


def _stretches(text: str, start: int, end: int, marks: list[Mark], aside: list[tuple[int, int]]) -> Iterator[Stretch]:
    """A line cut where marks and what is set aside begin and end."""
    here = [(m.start, m.end, m) for m in marks if start <= m.start < end]
    here += [(a, b, None) for a, b in aside if start <= a < end]
    at = start
    for first, last, mark in sorted(here, key=lambda span: span[:2]):
        if at < first:
            yield Stretch(text[at:first])
        yield Stretch(text[first : min(last, end)], mark, aside=mark is None)
        at = last
    if at < end:
        yield Stretch(text[at:end])
