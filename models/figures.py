"""How good scores are on labelled drafts, at equal prior: both classes weigh alike, however many there are of each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import bootstrap
from sklearn.metrics import roc_auc_score

from contentcheck.engine.calibration import Band

from .fitting import class_weights

_THRESHOLDS = (30, 40, 50, 60, 70, 80)
_BINS = 10
_RESAMPLES = 1000
_LEAST_IN_A_BAND = 10  # drafts; fewer tell nothing of the next one

Scores = NDArray[np.float64]
Labels = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Threshold:
    """What comes of calling everything from a score on a yes; `precision` is None where nothing scores so high."""

    score: int
    precision: float | None
    recall: float


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one set of scores (0-100) and labels."""

    auc: float
    calibration_error: Interval
    thresholds: list[Threshold]


def measure(scores: Scores, labels: Labels) -> Figures:
    """Both classes must be there."""
    return Figures(
        auc=round(float(roc_auc_score(labels, scores)), 4),
        calibration_error=_calibration_error(scores, labels),
        thresholds=[at_threshold(scores, labels, t) for t in _THRESHOLDS],
    )


def at_threshold(scores: Scores, labels: Labels, score: int) -> Threshold:
    """What comes of calling everything from `score` on a yes. Both classes must be there."""
    above = scores >= score
    precision = round(_share(class_weights(labels), labels, above), 4) if above.any() else None
    return Threshold(score, precision, round(float(above[labels].mean()), 4))


def gain(before: Scores, after: Scores, labels: Labels) -> Interval:
    """By how much the Brier score (mean squared error of the probability, 0-1) falls; above 0 is better."""
    change = (before / 100 - labels) ** 2 - (after / 100 - labels) ** 2
    return _interval(change, labels, lambda yes, no: float(yes.mean() + no.mean()) / 2)


def bands(scores: Scores, labels: Labels, band_of: Callable[[float], str]) -> dict[str, Band]:
    """What the drafts of each band are, highest precision first; bands with few drafts are left out."""
    names = np.array([band_of(float(s)) for s in scores], dtype=object)
    weights = class_weights(labels)
    members = {str(name): names == name for name in set(names)}
    found = {
        name: Band(round(_share(weights, labels, among), 3), int(among.sum()))
        for name, among in members.items()
        if among.sum() >= _LEAST_IN_A_BAND
    }
    return dict(sorted(found.items(), key=lambda b: -b[1].precision))


def worst(scores: Scores, labels: Labels, count: int) -> list[int]:
    """The positions of those on the wrong side of 50, the farthest first."""
    distance = np.where(labels, 50 - scores, scores - 50)
    order: Sequence[int] = np.argsort(-distance, kind="stable").tolist()
    return [i for i in order[:count] if distance[i] > 0]


def _share(weights: NDArray[np.float64], labels: Labels, among: NDArray[np.bool_]) -> float:
    return float(weights[among & labels].sum() / weights[among].sum())


def _calibration_error(scores: Scores, labels: Labels) -> Interval:
    """Expected calibration error over ten bins: how far, on average, scores are from the share that is a yes."""

    def error(yes: Scores, no: Scores) -> float:
        p = np.concatenate([yes, no]) / 100
        is_yes = np.arange(len(p)) < len(yes)
        slots = np.minimum((p * _BINS).astype(int), _BINS - 1)
        return float(np.abs(np.bincount(slots, class_weights(is_yes) * (is_yes - p))).sum())

    found = _interval(scores, labels, error)
    return replace(found, low=min(found.low, found.value))  # chance alone makes the error of a resample larger


def _interval(values: NDArray[np.float64], labels: Labels, statistic: Callable[[Scores, Scores], float]) -> Interval:
    """`statistic` of the values of either class, each class resampled for itself."""
    parts = values[labels], values[~labels]
    found = bootstrap(
        parts, statistic, n_resamples=_RESAMPLES, vectorized=False, method="percentile", rng=np.random.default_rng(0)
    ).confidence_interval
    return Interval(*(round(float(v), 4) for v in (statistic(*parts), found.low, found.high)))
