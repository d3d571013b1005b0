"""The usual methods at their best: how each reads a text, and its thresholds, chosen where nothing is measured."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from contentcheck.engine.normalise import normalise

from .figures import auc
from .material import LabelledDraft, RewritingPair, passages_of
from .methods import Method

NEAR_MISSES = 0.03
"""Share of near misses that a threshold for copies may let through."""
Documents = list[tuple[str, str]]
"""(title, text) pairs."""


@dataclass(frozen=True, slots=True)
class View:
    """By passages or whole, and how many of the nearest known ones a likeness is averaged over."""

    by_passages: bool
    neighbours: int

    def __str__(self) -> str:
        return f"{'passages' if self.by_passages else 'whole texts'}, nearest {self.neighbours}"


VIEWS = [View(by_passages, neighbours) for by_passages, neighbours in product((False, True), (1, 10))]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a method makes of one text.

    Attributes:
        scores: by view, the mean likeness of the text, or of its passages, to the known ones nearest to each.
        documents: (documents,) the greatest likeness of a passage of the text to one of each document.
    """

    scores: dict[View, float]
    documents: NDArray[np.float32]


class Reader:
    """A method made ready for comparing with known documents; what it has read it remembers."""

    def __init__(self, method: Method, known: Documents):
        self.name = method.name
        cuts = [passages_of(text, title) for title, text in known]
        self._starts = np.cumsum([0, *(len(c) for c in cuts[:-1])])
        self._whole = method.against([normalise(text).text for _, text in known])
        self._passages = method.against([p for passages in cuts for p in passages])
        self._read: dict[str, Reading] = {}

    def scores(self, texts: Iterable[str], view: View) -> NDArray[np.float64]:
        """(texts,) as `Reading.scores`."""
        return np.array([self._reading(text).scores[view] for text in texts])

    def documents(self, texts: Iterable[str]) -> NDArray[np.float32]:
        """(texts, documents) as `Reading.documents`."""
        return np.stack([self._reading(text).documents for text in texts])

    def _reading(self, text: str) -> Reading:
        if text not in self._read:
            passages, whole = self._passages(passages_of(text)), self._whole([normalise(text).text])
            scores = {v: _mean_of_nearest(passages if v.by_passages else whole, v.neighbours) for v in VIEWS}
            self._read[text] = Reading(scores, np.maximum.reduceat(passages.max(axis=0), self._starts))
        return self._read[text]


def _mean_of_nearest(likeness: NDArray[np.float32], count: int) -> float:
    count = min(count, likeness.shape[1])
    return float(np.partition(likeness, -count, axis=1)[:, -count:].mean())


@dataclass(frozen=True, slots=True)
class Baseline:
    """A method over the library, with the scores from which it says `common`, and `copy`."""

    reader: Reader
    view: View
    common: float
    copy: float

    @property
    def name(self) -> str:
        return self.reader.name


def at_its_best(reader: Reader, drafts: list[LabelledDraft], pairs: list[RewritingPair]) -> Baseline:
    """With the view that tells the drafts apart best, and thresholds for these drafts and pairs."""
    labels = np.array([d.homogeneous for d in drafts])
    view, scores = best_view(labels, {view: reader.scores((d.text for d in drafts), view) for view in VIEWS})
    near_misses = reader.documents(p.rewritten["near_miss"] for p in pairs).max(axis=1)
    return Baseline(reader, view, best_threshold(labels, scores), threshold_for(near_misses))


def best_view(labels: NDArray[np.bool_], scores: dict[View, NDArray[np.float64]]) -> tuple[View, NDArray[np.float64]]:
    """The one with the greatest AUC, and its scores."""
    return max(scores.items(), key=lambda of_view: auc(labels, of_view[1]))


def best_threshold(labels: NDArray[np.bool_], scores: NDArray[np.float64]) -> float:
    """From where to say yes so that most answers are right: half way between two scores, or always, or never."""
    ordered = np.unique(scores)
    cuts = np.concatenate([ordered[:1], (ordered[1:] + ordered[:-1]) / 2, [np.inf]])
    return float(max(cuts, key=lambda cut: float(((scores >= cut) == labels).mean())))


def threshold_for(near_misses: NDArray[np.floating], limit: float = NEAR_MISSES) -> float:
    """The lowest score from which at most a share `limit` of the near misses pass."""
    ordered = np.sort(near_misses)[::-1]
    return float(np.nextafter(ordered[int(limit * len(ordered))], np.inf))
