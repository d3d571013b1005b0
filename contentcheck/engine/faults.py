"""What is wrong with a passage, and how grave that is. Pure functions."""

from dataclasses import dataclass
from enum import StrEnum

from .alignment import MatchKind
from .matching import Match
from .promotion import Part
from .relevance import relevance_band
from .segment import Passage

_TAKEN = {MatchKind.VERBATIM: 3.0, MatchKind.EDITED: 2.5, MatchKind.PARAPHRASE: 2.0}
"""How grave a whole passage of it is, where the plainest old theme is 1.5."""
_COMMON = 60  # homogeneity from which a passage reads like common content
PLAIN_THEME = 0.5
"""Cosine to a known piece from which a reader sees that both have the same theme."""


class FaultKind(StrEnum):
    """What can be wrong with a passage, gravest first."""

    VERBATIM = "verbatim"
    EDITED = "edited"
    PARAPHRASE = "paraphrase"
    THEME = "theme"
    OFF_TOPIC = "off_topic"
    ADVERTISING = "advertising"


@dataclass(frozen=True, slots=True)
class Fault:
    """The one thing that is wrong with a passage.

    `gravity`, 0-3: how much an editor gains by mending it, compared with other passages of the draft.
    """

    kind: FaultKind
    gravity: float


def find_fault(
    passage: Passage,
    matches: list[Match],
    homogeneity: float,
    part: Part,
    relevance: float | None,
    promotion: float,
) -> Fault | None:
    """None where nothing is wrong; what is quoted is no fault.

    Args:
        matches: of the passage, as `matching.match_passages` orders them.
        homogeneity: of the passage, 0-100.
        relevance: of the paragraph that it stands in, 0-100; None without a brand.
        promotion: of the whole draft, 0-100.
    """
    kind = _kind(matches, homogeneity, part, relevance)
    if kind is None:
        return None
    return Fault(kind, round(_gravity(kind, passage, matches, homogeneity / 100, promotion / 100), 4))


def _kind(matches: list[Match], homogeneity: float, part: Part, relevance: float | None) -> FaultKind | None:
    if taken := _taken(matches):
        return FaultKind(taken[0].kind)
    if homogeneity >= _COMMON:
        return FaultKind.THEME
    if part is Part.ADVERTISING:
        return FaultKind.ADVERTISING
    strays = relevance is not None and relevance_band(relevance) == "off_topic"
    return FaultKind.OFF_TOPIC if strays else None


def _gravity(kind: FaultKind, passage: Passage, matches: list[Match], common: float, promotion: float) -> float:
    """`common`, `promotion`: 0-1.

    A few borrowed words in a long sentence are less than a sentence that everyone has read before, and what can be
    shown beside its like convinces more. A sentence that sells is a fault where most others do.
    """
    match kind:
        case FaultKind.THEME:
            return common * (0.5 + (matches[0].similarity if matches else 0))
        case FaultKind.ADVERTISING:
            return max(common / 4, promotion)
        case FaultKind.OFF_TOPIC:
            return common / 4
        case _:
            return max(_TAKEN[m.kind] * m.similarity * _covered(passage, m) for m in _taken(matches))


def _taken(matches: list[Match]) -> list[Match]:
    return [m for m in matches if m.kind.taken and m.counts]


def _covered(passage: Passage, match: Match) -> float:
    """The part of the passage that a match takes up, 0-1."""
    shared = min(passage.end, match.end) - max(passage.start, match.start)
    return max(0, shared) / (passage.end - passage.start)
