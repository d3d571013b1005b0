"""Figures with 95 % intervals, and how far ours lie from the others on the same draws."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest, rankdata
from sklearn.metrics import average_precision_score
from sklearn.utils import resample

from contentcheck.models.figures import Interval

Measure = Callable[[NDArray[np.bool_], NDArray[np.float64]], float]
"""Labels and scores to one figure."""


def auc(labels: NDArray[np.bool_], scores: NDArray[np.float64]) -> float:
    """Area under the ROC curve, by ranks: scikit-learn's takes fifty times as long on so few texts."""
    yes, no = int(labels.sum()), int((~labels).sum())
    return float((rankdata(scores)[labels].sum() - yes * (yes + 1) / 2) / (yes * no))


def average_precision(labels: NDArray[np.bool_], scores: NDArray[np.float64]) -> float:
    return float(average_precision_score(labels, scores))


def share(_labels: NDArray[np.bool_], hits: NDArray[np.float64]) -> float:
    """Mean of hits, each 0 or 1."""
    return float(hits.mean())


@dataclass(frozen=True, slots=True)
class Figure:
    """What one method reaches; `ahead`: ours less this one's, None for ours."""

    reached: Interval
    ahead: Interval | None


def compare(
    labels: NDArray[np.bool_], scores: dict[str, NDArray[np.float64]], measure: Measure, draws: int
) -> dict[str, Figure]:
    """Each method's figure; `scores` are (texts,) by method, ours first.

    Bootstrap by percentiles, classes drawn apart; the same draws for every method, so that differences are paired. A
    share has Wilson's interval: the bootstrap has none around 0 and 1.
    """
    rows = np.arange(len(labels))
    drawn = [np.array(resample(rows, stratify=labels, random_state=seed)) for seed in range(draws)]
    sampled = {name: np.array([measure(labels[d], s[d]) for d in drawn]) for name, s in scores.items()}
    ours, *_ = scores
    figures: dict[str, Figure] = {}
    for name, of_method in scores.items():
        value = measure(labels, of_method)
        reached = _wilson(of_method) if measure is share else _percentiles(value, sampled[name])
        lead = measure(labels, scores[ours]) - value
        figures[name] = Figure(reached, None if name == ours else _percentiles(lead, sampled[ours] - sampled[name]))
    return figures


def _percentiles(value: float, sampled: NDArray[np.float64]) -> Interval:
    low, high = np.quantile(sampled, [0.025, 0.975])
    return Interval(value, float(low), float(high))


def _wilson(hits: NDArray[np.float64]) -> Interval:
    around = binomtest(int(hits.sum()), len(hits)).proportion_ci(method="wilson")
    return Interval(float(hits.mean()), float(around.low), float(around.high))
