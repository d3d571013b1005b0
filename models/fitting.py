"""Fit a curve to labelled drafts, by maximum likelihood at equal prior."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.model_selection import StratifiedGroupKFold

from contentcheck.engine.calibration import Curve
from contentcheck.engine.errors import InputError

LEAST = 20
"""Drafts of each class, all different, without which nothing is fitted."""

_FOLDS = 5
_NOISE = 0.01, 100.0  # passages; within these bounds it can be told from the slope
_STARTS = 0.3, 3.0, 30.0  # passages
_FEW = 6  # passages; only texts of fewer, beside longer ones, tell how much less a short text says


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled draft and what its report said of it.

    Attributes:
        score: 0-100, with the calibration that was in use.
        evidence, passages, copied, trust: see `Curve.score`.
    """

    id: str
    text: str
    label: bool
    score: float
    evidence: float
    passages: int
    copied: float = 0.0
    trust: float = 1.0


def need_enough(examples: Sequence[Example]) -> None:
    """Refuse to fit on too little. Raises InputError, naming the counts."""
    yes, no = (len({e.text for e in examples if e.label is label}) for label in (True, False))
    if min(yes, no) < LEAST:
        raise InputError(f"“是”{yes} 篇、“否”{no} 篇；每一类至少要有 {LEAST} 篇不同的稿件，请补充后再试")


def fit(examples: Sequence[Example], start: Curve) -> Curve:
    """The most likely curve, both classes weighted alike, however many there are of each.

    Labels are softened as Platt (1999) does, so that a few drafts that no curve gets wrong do not make it infinitely
    steep. `noise` stays that of `start` unless there are `LEAST` texts of few passages and as many of more.
    """
    evidence, passages, copied = _columns(examples)
    labels = _labels(examples)
    centre, scale = float(evidence.mean()), float(evidence.std()) or 1.0
    standard = (evidence - centre) / scale
    weights = class_weights(labels)
    yes, no = float(labels.sum()), float((~labels).sum())
    targets = np.where(labels, (yes + 1) / (yes + 2), 1 / (no + 2))
    both_lengths = min(int((passages < _FEW).sum()), int((passages >= _FEW).sum())) >= LEAST

    def curve(parameters: NDArray[np.float64]) -> Curve:
        noise = float(np.exp(parameters[2])) if both_lengths else start.noise
        return Curve(float(parameters[0]), float(np.exp(parameters[1])), noise)

    def loss(parameters: NDArray[np.float64]) -> float:
        p = np.clip(curve(parameters).score(standard, passages, copied) / 100, 1e-9, 1 - 1e-9)
        return -float(np.sum(weights * (targets * np.log(p) + (1 - targets) * np.log(1 - p))))

    free = 3 if both_lengths else 2
    options = {"xatol": 1e-5, "fatol": 1e-8, "maxiter": 2000}
    found = [
        minimize(
            loss,
            [0.0, np.log(2.0), np.log(noise)][:free],
            method="Nelder-Mead",
            bounds=[(None, None), (None, None), tuple(np.log(_NOISE))][:free],
            options=options,
        )
        for noise in (_STARTS if both_lengths else _STARTS[:1])  # slope and noise make up for one another
    ]
    best = curve(min(found, key=lambda one: float(one.fun)).x)
    return Curve(round(centre + scale * best.midpoint, 4), round(best.slope / scale, 4), round(best.noise, 4))


def scores(examples: Sequence[Example], curve: Curve) -> NDArray[np.float64]:
    """0-100, (n,): what reports would say with this curve."""
    evidence, passages, copied = _columns(examples)
    return curve.score(evidence, passages, copied, np.array([e.trust for e in examples]))


def unseen_scores(examples: Sequence[Example], start: Curve) -> NDArray[np.float64]:
    """0-100, (n,): each draft scored with a curve fitted on others; a text that comes twice is never on both sides."""
    labels, texts = _labels(examples), np.array([e.text for e in examples], dtype=object)
    found = np.empty(len(examples))
    folds = StratifiedGroupKFold(_FOLDS, shuffle=True, random_state=0)
    for seen, unseen in folds.split(labels, labels, np.unique(texts, return_inverse=True)[1]):
        curve = fit([examples[i] for i in seen], start)
        found[unseen] = scores([examples[i] for i in unseen], curve)
    return found


def class_weights(labels: NDArray[np.bool_]) -> NDArray[np.float64]:
    """(n,), summing to 1: both classes weigh alike."""
    return np.where(labels, 0.5 / max(int(labels.sum()), 1), 0.5 / max(int((~labels).sum()), 1))


def _columns(examples: Sequence[Example]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    table = np.array([(e.evidence, e.passages, e.copied) for e in examples], dtype=np.float64)
    return table[:, 0], table[:, 1], table[:, 2]


def _labels(examples: Sequence[Example]) -> NDArray[np.bool_]:
    return np.array([e.label for e in examples], dtype=bool)
