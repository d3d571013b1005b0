"""From raw contrasts to probabilities: the numbers that belong to one encoder and one edition."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True)
class Band:
    """What labelled drafts whose score lay in one band were: the share (0-1) of them that are homogeneous, or
    relevant, at equal prior, and how many drafts there were."""

    precision: float
    drafts: int


@dataclass(frozen=True, slots=True)
class Curve:
    """A logistic curve whose steepness grows with the number of passages it is fed with.

    p = 1 / (1 + exp(-slope * sqrt(n / (n + noise)) * (contrast - midpoint))): one passage tells less than
    forty, and the mean of forty is surer, up to a limit.

    Attributes:
        midpoint: contrast at which both answers are equally likely.
        slope: per unit of contrast.
        noise: passages; the larger, the less a short text can tell.
        bands: how often each band of the scores is right; empty where that was not measured.
    """

    midpoint: float
    slope: float
    noise: float
    bands: Mapping[str, Band] = field(default_factory=dict[str, Band])

    def probability(self, contrast: ArrayLike, passages: ArrayLike) -> NDArray[np.float64]:
        """0-1 for a mean contrast over `passages` passages, at equal prior."""
        n = np.asarray(passages, dtype=np.float64)
        steepness = self.slope * np.sqrt(n / (n + self.noise))
        exponent = np.clip(steepness * (np.asarray(contrast, dtype=np.float64) - self.midpoint), -60, 60)
        return 1.0 / (1.0 + np.exp(-exponent))

    def score(
        self, evidence: ArrayLike, passages: ArrayLike, copied: ArrayLike = 0.0, trust: ArrayLike = 1.0
    ) -> NDArray[np.float64]:
        """0-100 for a draft's evidence, as a report gives it.

        Copied text is common for certain, so only the part that is not copied can still be original:
        1 - (1 - p) * (1 - copied). Too little text to be trusted pulls the score towards 50.

        Args:
            copied: share of the text that was taken from known pieces, 0-1.
            trust: how far so short a text can be judged, 0-1.
        """
        joined = 1 - (1 - self.probability(evidence, passages)) * (1 - np.asarray(copied))
        return 50 + np.asarray(trust) * (100 * joined - 50)

    def band_precision(self, band: str) -> float | None:
        """0-1; None where it was not measured."""
        return self.bands[band].precision if band in self.bands else None

    def half_width(self, mean: float, contrasts: NDArray[np.float64], usual_spread: float = 0.08) -> float:
        """0-0.5: half of the probability's span within one standard error of the contrasts' mean.

        Args:
            usual_spread: the least that is believed of their standard deviation; that of ordinary drafts.
        """
        n = len(contrasts)
        if not n:
            return 0.5
        # One or two passages say nothing of their own spread.
        spread = max(float(contrasts.std()), usual_spread) / np.sqrt(n)
        low, high = self.probability(mean + np.array([-spread, spread]), n)
        return float(high - low) / 2


@dataclass(frozen=True, slots=True)
class Calibration:
    """The curves of one encoder. `name` goes into every report's provenance."""

    name: str
    homogeneity: Curve
    relevance: Curve


def calibration_of(data: Mapping[str, Any]) -> Calibration:
    """From plain data: `name`, and for `homogeneity` and `relevance` the attributes of their curves."""
    return Calibration(data["name"], _curve_of(data["homogeneity"]), _curve_of(data["relevance"]))


def _curve_of(data: Mapping[str, Any]) -> Curve:
    bands: Mapping[str, Mapping[str, Any]] = data.get("bands", {})
    numbers = (float(data[name]) for name in ("midpoint", "slope", "noise"))
    return Curve(*numbers, bands={name: Band(**band) for name, band in bands.items()})
