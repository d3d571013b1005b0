"""From raw contrasts to probabilities: the numbers that belong to one encoder and one edition."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True)
class Curve:
    """A logistic curve whose steepness grows with the number of passages it is fed with.

    p = 1 / (1 + exp(-slope * sqrt(n / (n + noise)) * (contrast - midpoint))): one passage tells less than
    forty, and the mean of forty is surer, up to a limit.

    Attributes:
        midpoint: contrast at which both answers are equally likely.
        slope: per unit of contrast.
        noise: passages; the larger, the less a short text can tell.
    """

    midpoint: float
    slope: float
    noise: float

    def probability(self, contrast: ArrayLike, passages: int) -> NDArray[np.float64]:
        """0-1 for a mean contrast over `passages` passages, at equal prior."""
        steepness = self.slope * np.sqrt(passages / (passages + self.noise))
        exponent = np.clip(steepness * (np.asarray(contrast, dtype=np.float64) - self.midpoint), -60, 60)
        return 1.0 / (1.0 + np.exp(-exponent))

    def half_width(self, mean: float, contrasts: NDArray[np.float64]) -> float:
        """0-0.5: half of the probability's span within one standard error of the contrasts' mean."""
        n = len(contrasts)
        if not n:
            return 0.5
        # One or two passages say nothing of their own spread: 0.08 is that of ordinary drafts.
        spread = max(float(contrasts.std()), 0.08) / np.sqrt(n)
        low, high = self.probability(mean + np.array([-spread, spread]), n)
        return float(high - low) / 2


@dataclass(frozen=True, slots=True)
class Calibration:
    """The curves of one encoder. `name` goes into every report's provenance."""

    name: str
    homogeneity: Curve
    relevance: Curve
