"""What an editor says of a report: a finding, and whether it is right."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

_EVEN = 50  # a score from here on says yes


class About(StrEnum):
    """Which score of a report is meant."""

    HOMOGENEITY = "homogeneity"
    RELEVANCE = "relevance"
    PROMOTION = "promotion"
    REPETITION = "repetition"
    TITLE = "title"

    @property
    def chinese(self) -> str:
        """What editors call it."""
        return _CHINESE[self]


_CHINESE = {
    About.HOMOGENEITY: "同质化",
    About.RELEVANCE: "相关性",
    About.PROMOTION: "广告味",
    About.REPETITION: "重复度",
    About.TITLE: "标题",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What the report had said.

    Attributes:
        score: 0-100.
        passage: the passage's number in the report; None: the whole draft.
        evidence, passages, copied: what the score was made from, as in the report.
    """

    about: About
    score: float
    passage: int | None = None
    evidence: float | None = None
    passages: int = 0
    copied: float = 0.0


@dataclass(frozen=True, slots=True)
class Opinion:
    """One editor's word on one finding; `brand` is the name of one that is still there, or None.

    Attributes:
        text: of the whole draft.
        provenance: of the report, as plain data.
        made_at: when it was stored; empty before that.
    """

    text: str
    finding: Finding
    agrees: bool
    note: str = ""
    brand: str | None = None
    provenance: dict[str, Any] = field(default_factory=dict)
    made_at: str = ""

    @property
    def label(self) -> bool:
        """What the editor takes the draft for: homogeneous, relevant ..., or not."""
        return (self.finding.score >= _EVEN) == self.agrees
