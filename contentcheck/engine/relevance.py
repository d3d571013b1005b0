"""What a draft has to do with a brand's products, told by contrast with other trades and ordinary writing."""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .calibration import Curve
from .documents import Brand, Product
from .encoder import Encoder, Vectors
from .errors import EmptyBrand
from .homogeneity import letters_of
from .normalise import normalise
from .reference import Reference, Texts
from .segment import Segments
from .terms import Terms

_LIKENESS_ELSEWHERE = 0.6
"""Weight of the likeness to other trades, and again of that to other writing. Headlines, articles, reviews and our own
drafts agree on 0.5 to 0.8."""
_PRODUCT_NEIGHBOURS = 3
_NAMED = 0.1  # standard deviations, for naming the brand or a product at all, so that naming it often gains nothing
_POINT_MEANING = 0.55  # cosine from which a passage says what a key point says
_POINT_WORDS = 0.5  # or this part of the key point's words occurs in the draft


@dataclass(frozen=True, slots=True)
class ProductRelevance:
    """How much of the draft is about one product, 0-100."""

    product_id: str
    name: str
    score: float


@dataclass(frozen=True, slots=True)
class MissingPoint:
    """A product fact the draft does not mention, and the number of the paragraph on topic that could."""

    product_id: str
    key_point: str
    paragraph: int | None


@dataclass(frozen=True, slots=True)
class NamedWord:
    """A name of the brand or of a product, or a word of the brand's own, and how often the draft has it."""

    word: str
    count: int


@dataclass(frozen=True, slots=True)
class Relevance:
    """Score in percent, `uncertainty` its half width (0-50), and what they rest on; paragraphs by number from 0.

    Attributes:
        evidence: what the curve is fed with (see `relevance_evidence`); None where there is no passage.
        band_precision: share (0-1) of labelled drafts in this band that are relevant; None where not measured.
    """

    score: float
    uncertainty: float
    band: str
    products: list[ProductRelevance]
    missing: list[MissingPoint]
    named: list[NamedWord]
    off_topic_paragraphs: list[int]
    evidence: float | None
    band_precision: float | None


def brand_version(brand: Brand) -> str:
    """Changes whenever anything of the brand does."""
    return hashlib.sha256(repr(brand).encode("utf-8", "replace")).hexdigest()[:12]


class BrandProfile:
    """A brand's products, the trade they belong to, and what they are contrasted with.

    Attributes:
        field: the shipped trade nearest to the products; empty where no trade is shipped.
    """

    def __init__(self, brand: Brand, reference: Reference, encoder: Encoder):
        """Raises EmptyBrand if the brand has no products."""
        self.version = brand_version(brand)
        if not brand.products:
            raise EmptyBrand(
                f"品牌“{brand.name}”没有任何产品，无法判断相关性。请先导入产品：contentcheck brand import 文件"
            )
        self.brand = brand
        self._products = Texts([(_names(p), _product_text(p.text, p.key_points)) for p in brand.products], encoder)
        self._subjects = reference.subjects
        self._placed = self._subjects.place(self._products.vectors)
        self._near = self._subjects.nearness(self._placed)
        trades = self._subjects.trades
        self.field = trades[int(self._near[: len(trades)].argmax())] if trades else ""
        self._towards = self._subjects.towards(self._near)
        usual = self._subject_contrast(self._subjects.usual)
        self._usual, self._deviation = float(usual.mean()), max(float(usual.std()), 1e-6)
        names = (brand.name, *brand.words, *(n for p in brand.products for n in (p.name, *p.synonyms)))
        self._names = {normalise(n).text: n for n in reversed(names) if normalise(n).text.strip()}
        self._name = re.compile("|".join(map(re.escape, sorted(self._names, key=len, reverse=True))))
        self.terms = Terms(self._names)
        points = [(p.product_id, point, normalise(point).text) for p in brand.products for point in p.key_points]
        self._points = [(product_id, point, self.terms.content(read)) for product_id, point, read in points]
        self._point_vectors = encoder.encode([read for _, _, read in points])

    def contrast(self, vectors: Vectors) -> NDArray[np.float64]:
        """Likeness to the brand's trade and products less that to everything else, shape (n,).

        In standard deviations of what ordinary and common writing has, above its mean: 0 is usual, for any brand.
        """
        return (self._subject_contrast(self._subjects.place(vectors)) - self._usual) / self._deviation

    def product_contrast(self, vectors: Vectors, contrasts: NDArray[np.float64]) -> NDArray[np.float64]:
        """What `contrast` would be with each product alone for all of them, shape (n, products)."""
        cosines = self._to_products(vectors)
        return contrasts[:, None] + (self._by_product(cosines) - _top_mean(cosines)[:, None]) / self._deviation

    def product_likeness(self, vectors: Vectors) -> NDArray[np.float64]:
        """Cosine units, shape (n, products): likeness to each product alone."""
        return self._by_product(self._to_products(vectors))

    def states_facts(self, vectors: Vectors) -> NDArray[np.bool_]:
        """Whether each passage says what a product's description or key points say, shape (n,)."""
        return (vectors @ self._products.vectors.T).max(axis=1) >= _POINT_MEANING

    def named(self, text: str) -> list[NamedWord]:
        """Names and words of the brand's own in a text, the most frequent first."""
        found = Counter(self._names[n] for n in self._name.findall(normalise(text).text))
        return [NamedWord(word, count) for word, count in found.most_common()]

    def missing_points(
        self, text: str, vectors: Vectors, product_ids: list[str], on_topic: dict[int, range]
    ) -> list[MissingPoint]:
        """Key points of the named products that neither a passage nor the draft's words mention.

        Args:
            on_topic: the passages of each paragraph that could carry one.
        """
        if not len(vectors) or not self._points:
            return []
        likeness = self._point_vectors @ vectors.T
        read = normalise(text).text
        return [
            MissingPoint(product_id, point, max(on_topic, key=lambda n: to_point[on_topic[n]].max(), default=None))
            for (product_id, point, words), to_point in zip(self._points, likeness, strict=True)
            if product_id in product_ids and to_point.max() < _POINT_MEANING and not _mentions(read, words)
        ]

    def _to_products(self, vectors: Vectors) -> Vectors:
        """Cosines to each passage of the products, shape (n, passages)."""
        return self._subjects.place(vectors) @ self._placed.T

    def _by_product(self, cosines: Vectors) -> NDArray[np.float64]:
        owners = self._products.owners
        return np.stack([_top_mean(cosines[:, owners == p]) for p in range(len(self.brand.products))], axis=1)

    def _subject_contrast(self, placed: Vectors) -> NDArray[np.float64]:
        elsewhere = _LIKENESS_ELSEWHERE * self._subjects.elsewhere(placed, self._near)
        return placed @ self._towards + _top_mean(placed @ self._placed.T) - elsewhere


def judge_relevance(
    profile: BrandProfile,
    curve: Curve,
    text: str,
    segments: Segments,
    vectors: Vectors,
    contrasts: NDArray[np.float64],
    by_product: NDArray[np.float64],
    scores: Sequence[float],
) -> Relevance:
    """The draft's relevance from its passages' vectors and contrasts (see `BrandProfile.contrast`).

    Args:
        by_product: the contrasts with each product, (n, products) (see `BrandProfile.product_contrast`).
        scores: of its paragraphs (see `paragraphs.paragraph_scores`).
    """
    n = len(contrasts)
    named = profile.named("\n".join(p.text for p in segments.passages))
    evidence = relevance_evidence(segments, contrasts, named) if n else curve.midpoint
    score = float(curve.score(evidence, n))
    band = relevance_band(score)
    products = _products(profile, curve, by_product)
    bands = [relevance_band(s) for s in scores]
    on_topic = {i: p.passages for i, p in enumerate(segments.paragraphs) if bands[i] == "on_topic"}
    return Relevance(
        score=round(score, 2),
        uncertainty=round(100 * curve.half_width(evidence, contrasts, usual_spread=1.0), 2),
        band=band,
        products=products,
        missing=profile.missing_points(text, vectors, [p.product_id for p in products[:1]], on_topic),
        named=named,
        off_topic_paragraphs=[i for i, band in enumerate(bands) if band == "off_topic"],
        evidence=round(evidence, 6) if n else None,
        band_precision=curve.band_precision(band) if n else None,
    )


def relevance_evidence(segments: Segments, contrasts: NDArray[np.float64], named: list[NamedWord]) -> float:
    """What the curve is fed with: the mean contrast of all letters (one or more), and a little for names."""
    return float(np.average(contrasts, weights=letters_of(segments.passages))) + (_NAMED if named else 0.0)


def relevance_band(score: float) -> str:
    """`on_topic` from 60, `partly` from 20, `off_topic` below."""
    return "on_topic" if score >= 60 else "partly" if score >= 20 else "off_topic"


def _products(profile: BrandProfile, curve: Curve, by_product: NDArray[np.float64]) -> list[ProductRelevance]:
    """Each product by its best third of the passages, best product first."""
    products = profile.brand.products
    if not len(by_product):
        return [ProductRelevance(p.product_id, p.name, 0.0) for p in products]
    best = np.sort(by_product, axis=0)[-max(1, len(by_product) // 3) :]
    scores = 100 * curve.probability(best.mean(axis=0), len(best))
    ranked = [ProductRelevance(p.product_id, p.name, round(float(s), 2)) for p, s in zip(products, scores, strict=True)]
    return sorted(ranked, key=lambda p: (-p.score, p.product_id))


def _top_mean(cosines: Vectors) -> NDArray[np.float64]:
    """Mean of each row's highest few, shape (n,)."""
    return np.sort(cosines, axis=1)[:, -_PRODUCT_NEIGHBOURS:].mean(axis=1, dtype=np.float64)


def _mentions(text: str, words: set[str]) -> bool:
    return bool(words) and sum(w in text for w in words) / len(words) >= _POINT_WORDS


def _names(product: Product) -> str:
    return "、".join((product.name, *product.synonyms))


def _product_text(text: str, key_points: tuple[str, ...]) -> str:
    return "\n".join([text, *key_points])
