"""How common a draft's content is: pure functions from contrasts, style and matches to scores."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .calibration import Curve
from .documents import Genre, Phrase
from .matching import Match
from .segment import Passage
from .style import SignalName, Trait

LEAST_LETTERS = 60  # letters and characters; with fewer a draft cannot be judged
_TRUST_IN_A_LINE = 0.3  # so that one line alone stays between 35 and 65
_WHOLE_PASSAGE = 12  # letters and characters from which a passage counts in full
_UNNAMED = "unknown"  # the genre of items that came without one
_NAMES = {_UNNAMED: "未分类"}
_PROFILE_MATCHES = 3
_COMMON = 0.5  # passage probability from which its neighbours say of which genre it is


@dataclass(frozen=True, slots=True)
class GenreShare:
    """A genre's part of the passages that read like common content; shares sum to 1."""

    genre: str
    name: str
    share: float


@dataclass(frozen=True, slots=True)
class Cliche:
    """A set phrase of common content, how often the draft uses it, and how many of the shipped pieces do."""

    phrase: str
    genre: str
    count: int
    pieces: int


@dataclass(frozen=True, slots=True)
class Signal:
    """One of the things a score is made of.

    Attributes:
        value: contrast of meaning in cosine units; names, amounts and phrases per 100 letters; copied share, 0-1.
        effect: points, -100 to 100: how much lower the score would be without it, before short text is taken into
            account.
        words: the names, amounts and phrases that were counted.
    """

    name: SignalName
    value: float
    effect: float
    words: list[str]


@dataclass(frozen=True, slots=True)
class Homogeneity:
    """Score in percent at equal prior, `uncertainty` its half width (0-50), `copied` a share (0-1).

    Attributes:
        evidence: what the curve is fed with, in the unit of contrast; None where there is no passage.
        passages: how many passages it is drawn from: all that are not quoted.
        trust: how far a text of this length can be judged, 0-1.
        band_precision: share (0-1) of labelled drafts in this band that are homogeneous; None where not measured.
        copied_by_kind: the parts of `copied` that are verbatim, edited and paraphrase.
    """

    score: float
    uncertainty: float
    band: str
    evidence: float | None
    passages: int
    trust: float
    band_precision: float | None
    signals: list[Signal]
    copied: float
    copied_by_kind: dict[str, float]
    genres: list[GenreShare]
    cliches: list[Cliche]


def judge_homogeneity(
    curve: Curve,
    contrasts: NDArray[np.float64],
    letters: NDArray[np.int64],
    style: list[Trait],
    copied_by_kind: dict[str, float],
    genres: list[GenreShare],
    cliches: list[Cliche],
) -> Homogeneity:
    """The draft's score: mean contrast of its passages and traits of style, then what is copied (see `Curve.score`).

    Args:
        copied_by_kind: shares of the text, 0-1, that were taken from known pieces in each way; their sum is `copied`.
        letters: letters and characters of each passage.
    """
    copied = sum(copied_by_kind.values())
    n = len(contrasts)
    meaning = mean_contrast(contrasts, letters) if n else curve.midpoint
    evidence = meaning + sum(t.evidence for t in style)
    trust = _trust(int(letters.sum())) if n else 0.0
    score = float(curve.score(evidence, n, copied, trust))
    band = homogeneity_band(score)
    width = 100 * curve.half_width(evidence, contrasts) * (1 - copied)
    return Homogeneity(
        score=round(score, 2),
        uncertainty=round(min(50.0, trust * width + (1 - trust) * 50), 2),
        band=band,
        evidence=round(evidence, 6) if n else None,
        passages=n,
        trust=round(trust, 4),
        band_precision=curve.band_precision(band) if trust == 1 else None,
        signals=_signals(curve, meaning, style, copied, n) if n else [],
        copied=round(copied, 4),
        copied_by_kind={kind: round(share, 4) for kind, share in copied_by_kind.items()},
        genres=genres,
        cliches=cliches,
    )


def _signals(curve: Curve, meaning: float, style: list[Trait], copied: float, passages: int) -> list[Signal]:
    evidence = meaning + sum(t.evidence for t in style)

    def score(value: float, taken: float = 0.0) -> float:
        return float(curve.score(value, passages, taken, 1.0))

    like = score(evidence)
    return [
        _signal(SignalName.MEANING, meaning, like - score(evidence - meaning + curve.midpoint), []),
        *(_signal(t.name, t.rate, like - score(evidence - t.evidence), t.words) for t in style),
        _signal(SignalName.COPIED, copied, score(evidence, copied) - like, []),
    ]


def _signal(name: SignalName, value: float, effect: float, words: list[str]) -> Signal:
    return Signal(name, round(value, 4), round(effect, 2), words)


def count_cliches(found: list[str], phrases: dict[str, Phrase]) -> list[Cliche]:
    """Each phrase that was found once, the most frequent first."""
    counted = Counter(found).most_common()
    return [Cliche(phrase, phrases[phrase].genre, count, phrases[phrase].pieces) for phrase, count in counted]


def letters_of(passages: Sequence[Passage]) -> NDArray[np.int64]:
    """Letters, digits and characters of each passage."""
    return np.array([sum(c.isalnum() for c in p.text) for p in passages], dtype=np.int64)


def mean_contrast(contrasts: NDArray[np.float64], letters: NDArray[np.int64]) -> float:
    """Mean over one passage or more, by their letters: what a line of a few characters is like is chance."""
    return float(np.average(contrasts, weights=np.clip(letters, 1, _WHOLE_PASSAGE)))


def _trust(letters: int) -> float:
    """0-1: how far a text of this many letters and characters can be judged at all.

    Flat below half of `LEAST_LETTERS`, so that headlines keep their order whatever their length.
    """
    return float(np.interp(letters, [LEAST_LETTERS / 2, LEAST_LETTERS], [_TRUST_IN_A_LINE, 1.0]))


def homogeneity_band(score: float) -> str:
    """`common` from 70, `mixed` from 40, `original` below."""
    return "common" if score >= 70 else "mixed" if score >= 40 else "original"


def genre_profile(
    probabilities: NDArray[np.float64], matches: list[list[Match]], genres: dict[str, Genre]
) -> list[GenreShare]:
    """Which genres the common passages resemble, by the genres of their best matches, largest first."""
    weights: defaultdict[str, float] = defaultdict(float)
    for probability, found in zip(probabilities, matches, strict=True):
        if probability >= _COMMON:
            for match in found[:_PROFILE_MATCHES]:
                weights[match.genre or _UNNAMED] += match.similarity
    total = sum(weights.values())
    return [
        GenreShare(genre, genres[genre].name if genre in genres else _NAMES.get(genre, genre), round(weight / total, 4))
        for genre, weight in sorted(weights.items(), key=lambda w: (-w[1], w[0]))
    ]
