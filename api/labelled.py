"""Labelled drafts beside their scores: what can be said, here and now, of how far a score is right."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from contentcheck.corpus.shipped import shipped_edition
from contentcheck.engine.calibration import Calibration
from contentcheck.engine.opinion import About, Opinion
from contentcheck.models.calibrations import held_out

from .service import Service

_LEAST = 10  # drafts of each class; fewer tell nothing of the next one
_SCORES = range(101)


@dataclass(frozen=True, slots=True)
class Labelled:
    """Scores (0-100) of drafts with whether each is what the score says.

    Attributes:
        held_out: how many come with the program; no curve was fitted to them.
        opinions: how many editors gave their word on.
        left_out: opinions on scores of another model or calibration, which cannot be compared.
    """

    scores: list[float]
    labels: list[bool]
    held_out: int
    opinions: int
    left_out: int

    def counts(self) -> dict[str, int]:
        """Of drafts, by where they come from and what they are."""
        yes = sum(self.labels)
        return {
            "held_out": self.held_out,
            "opinions": self.opinions,
            "left_out": self.left_out,
            "yes": yes,
            "no": len(self.labels) - yes,
            "least": _LEAST,
        }

    def curve(self) -> list[dict[str, Any]]:
        """Precision and recall for each threshold 0-100; empty where there are too few drafts."""
        from contentcheck.models.figures import at_threshold  # and with it scikit-learn

        if min(self.counts()["yes"], self.counts()["no"]) < _LEAST:
            return []
        scores, labels = np.array(self.scores), np.array(self.labels)
        return [asdict(at_threshold(scores, labels, score)) for score in _SCORES]


def labelled(service: Service, about: About, brands: Collection[str] | None) -> Labelled:
    """What comes with the program for the model in use, and the opinions on drafts of these brands (None: on all)."""
    checker = service.checks().checker
    model, calibration = checker.provenance.model, checker.calibration
    curve = calibration.homogeneity if about is About.HOMOGENEITY else calibration.relevance
    measured = held_out(model, shipped_edition().version, about.value)
    scores = [round(float(curve.score(m.evidence, m.passages, m.copied, m.trust)), 2) for m in measured]
    words = service.store.feedback.last_words(about, brands)
    usable = [o for o in words if _is_comparable(o, model, calibration)]
    return Labelled(
        scores=[*scores, *(o.finding.score for o in usable)],
        labels=[*(m.label for m in measured), *(o.label for o in usable)],
        held_out=len(measured),
        opinions=len(usable),
        left_out=len(words) - len(usable),
    )


def _is_comparable(opinion: Opinion, model: str, calibration: Calibration) -> bool:
    made_by = opinion.provenance
    return (made_by.get("model"), made_by.get("calibration")) == (model, calibration.name)
