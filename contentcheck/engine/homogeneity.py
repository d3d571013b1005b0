"""How common a draft's content is: pure functions from contrasts and matches to scores."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .calibration import Curve
from .documents import Genre
from .matching import Match
from .segment import Passage

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
    """A set phrase of common content and how often the draft uses it."""

    phrase: str
    genre: str
    count: int


@dataclass(frozen=True, slots=True)
class Homogeneity:
    """Score in percent at equal prior, `uncertainty` its half width (0-50), `copied` a share (0-1)."""

    score: float
    uncertainty: float
    band: str
    copied: float
    genres: list[GenreShare]
    cliches: list[Cliche]


def judge_homogeneity(
    curve: Curve,
    contrasts: NDArray[np.float64],
    copied: float,
    genres: list[GenreShare],
    cliches: list[tuple[str, str]],
    letters: NDArray[np.int64],
) -> Homogeneity:
    """The draft's score: the mean contrast of its passages through the curve, then what is copied.

    Copied text is common for certain, so only the part that is not copied can still be original:
    1 - (1 - p) * (1 - copied). Too few letters pull the score towards 50; without any it is 50.

    Args:
        letters: letters and characters of each passage.
    """
    n = len(contrasts)
    mean = mean_contrast(contrasts, letters) if n else curve.midpoint
    like = float(curve.probability(mean, n))
    joined = 1 - (1 - like) * (1 - copied)
    trust = _trust(int(letters.sum())) if n else 0.0
    score = 50 + trust * (100 * joined - 50)
    width = 100 * curve.half_width(mean, contrasts) * (1 - copied)
    counted = Counter(cliches)
    return Homogeneity(
        score=round(score, 2),
        uncertainty=round(min(50.0, trust * width + (1 - trust) * 50), 2),
        band=homogeneity_band(score),
        copied=round(copied, 4),
        genres=genres,
        cliches=[Cliche(phrase, genre, count) for (phrase, genre), count in counted.most_common()],
    )


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
