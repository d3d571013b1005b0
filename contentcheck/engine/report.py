"""The result of a check: everything an editor or a program is told, and nothing that changes from run to run."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from .evasion import Evasion
from .faults import Fault
from .homogeneity import Homogeneity
from .matching import Match
from .notices import Notice
from .paragraphs import ProductScore
from .promotion import Part, Promotion
from .relevance import Relevance
from .repetition import Repetition
from .segment import SetAside
from .title import Title
from .verdict import Reason, Verdict


@dataclass(frozen=True, slots=True)
class PassageReport:
    """One passage with its own scores (0-100), what it is for, evidence, and what is wrong with it, if anything is.

    `text` is the draft's [start:end].
    """

    start: int
    end: int
    text: str
    homogeneity: float
    relevance: float | None
    part: Part
    matches: list[Match]
    fault: Fault | None


@dataclass(frozen=True, slots=True)
class ParagraphReport:
    """One paragraph: its passages by number, its relevance (0-100), also to each product, and the one it is about.

    Attributes:
        products: in the order of the brand's, 30 of them at most: those that the draft is most about. Empty without a
            brand.
    """

    start: int
    end: int
    passages: list[int]
    relevance: float | None
    product_id: str | None
    products: list[ProductScore]


@dataclass(frozen=True, slots=True)
class Provenance:
    """What made the scores, so that an old report can be explained. `brand`: a digest of the brand."""

    model: str
    revision: str
    library_version: str
    calibration: str
    brand: str | None = None


SCORES = ("homogeneity", "relevance", "promotion", "repetition")
"""Fields of a report that hold a `score` of the whole draft; null where it has none."""


@dataclass(frozen=True, slots=True)
class Report:
    """The whole answer for one draft. `text` is there only where the program extracted it."""

    id: str
    text: str | None
    verdict: Verdict
    reasons: list[Reason]
    homogeneity: Homogeneity
    relevance: Relevance | None
    promotion: Promotion
    repetition: Repetition | None
    title: Title | None
    passages: list[PassageReport]
    paragraphs: list[ParagraphReport]
    set_aside: list[SetAside]
    evasion: list[Evasion]
    notices: list[Notice]
    provenance: Provenance

    def to_json(self) -> dict[str, Any]:
        """The report as plain data, in the shape other programs rely on."""
        data = adapter().dump_python(self, mode="json")
        if self.text is None:
            del data["text"]
        return data


@cache
def adapter() -> TypeAdapter[Report]:
    """Turns reports into plain data, ten times as fast as `dataclasses.asdict`, and knows their JSON schema."""
    return TypeAdapter(Report)
