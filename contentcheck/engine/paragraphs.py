"""What each paragraph of a draft has to do with a brand's products."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .calibration import Curve
from .homogeneity import letters_of
from .segment import Segments


@dataclass(frozen=True, slots=True)
class ProductScore:
    """How much of a paragraph is about one product, 0-100."""

    product_id: str
    score: float


def paragraph_scores(curve: Curve, segments: Segments, contrasts: NDArray[np.float64]) -> list[float]:
    """Relevance of each paragraph, 0-100; `contrasts` of the passages, (n,)."""
    return [round(float(score), 2) for score in _scores(curve, segments, contrasts)]


def paragraph_products(
    curve: Curve, segments: Segments, contrasts: NDArray[np.float64], product_ids: Sequence[str]
) -> list[list[ProductScore]]:
    """What `paragraph_scores` would be with each product alone; `contrasts` with each of them, (n, products)."""
    return [
        [
            ProductScore(product_id, round(float(score), 2))
            for product_id, score in zip(product_ids, scores, strict=True)
        ]
        for scores in _scores(curve, segments, contrasts)
    ]


def _scores(curve: Curve, segments: Segments, contrasts: NDArray[np.float64]) -> Iterator[NDArray[np.float64]]:
    """0-100 for each paragraph and column, by the mean of its letters."""
    letters = letters_of(segments.passages)
    for paragraph in segments.paragraphs:
        within = slice(paragraph.passages.start, paragraph.passages.stop)
        mean = np.average(contrasts[within], axis=0, weights=letters[within])
        yield 100 * curve.probability(mean, len(paragraph.passages))
