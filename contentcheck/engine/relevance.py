"""What a draft has to do with a brand's products, told by contrast with other trades and ordinary writing."""

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .calibration import Curve
from .documents import Brand, Product
from .encoder import Encoder, Vectors
from .errors import EmptyBrand
from .index import PassageIndex
from .normalise import normalise
from .reference import Reference, Samples, Texts
from .terms import Terms

_NEIGHBOURS = 5
_CONTRAST = 0.3
"""Weight of the likeness to other trades, and again of that to ordinary writing. Three sets of texts (news
headlines, news articles, buyers' reviews) agree on 0.25 to 0.35 each."""
_NEAREST_LEFT_OUT = 2  # fields, and kinds of ordinary writing, that are too near the brand's own to contrast
_PRODUCT_NEIGHBOURS = 3
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
    """A product fact the draft does not mention."""

    product_id: str
    key_point: str


@dataclass(frozen=True, slots=True)
class Relevance:
    """Score in percent, `uncertainty` its half width (0-50), and what they rest on.

    Attributes:
        evidence: mean contrast of the passages; None where there is no passage.
        band_precision: share (0-1) of labelled drafts in this band that are relevant; None where not measured.
    """

    score: float
    uncertainty: float
    band: str
    products: list[ProductRelevance]
    missing: list[MissingPoint]
    evidence: float | None
    band_precision: float | None


def brand_version(brand: Brand) -> str:
    """Changes whenever the brand's products or words do."""
    return hashlib.sha256(repr(brand).encode("utf-8", "replace")).hexdigest()[:12]


class BrandProfile:
    """A brand's products, the field of trade it belongs to, and what it is contrasted with."""

    def __init__(self, brand: Brand, reference: Reference, encoder: Encoder):
        """Raises EmptyBrand if the brand has no products."""
        self.version = brand_version(brand)
        if not brand.products:
            raise EmptyBrand(
                f"品牌“{brand.name}”没有任何产品，无法判断相关性。请先导入产品：contentcheck brand import 文件"
            )
        self.brand = brand
        self._products = Texts([(_names(p), _product_text(p.text, p.key_points)) for p in brand.products], encoder)
        self.field, near_fields = _nearest(self._products.vectors, reference.fields, reference.background)
        _, near_kinds = _nearest(self._products.vectors, reference.background, reference.background)
        own_field = reference.fields.vectors[reference.fields.kinds == self.field]
        self._own = PassageIndex(np.vstack([self._products.vectors, own_field]))
        self._others = [
            PassageIndex(reference.fields.vectors[~np.isin(reference.fields.kinds, near_fields)]),
            PassageIndex(reference.background.vectors[~np.isin(reference.background.kinds, near_kinds)]),
        ]
        self.terms = Terms(
            normalise(w).text
            for w in (brand.name, *brand.words, *(n for p in brand.products for n in (p.name, *p.synonyms)))
        )
        points = [(p.product_id, point, normalise(point).text) for p in brand.products for point in p.key_points]
        self._points = [(product_id, point, self.terms.content(read)) for product_id, point, read in points]
        self._point_vectors = encoder.encode([read for _, _, read in points])

    def likeness(self, vectors: Vectors) -> NDArray[np.float64]:
        """Cosine units, shape (n,): likeness to the brand's products and trade."""
        return self._own.top_mean(vectors, _NEIGHBOURS)

    def contrast(self, vectors: Vectors) -> NDArray[np.float64]:
        """Cosine units, shape (n,): likeness to the brand's trade less that to everything else."""
        return self.likeness(vectors) - self._otherness(vectors)

    def product_likeness(self, vectors: Vectors) -> NDArray[np.float64]:
        """Cosine units, shape (n, products): likeness to each product alone."""
        cosines = vectors @ self._products.vectors.T
        owners, products = self._products.owners, range(len(self.brand.products))
        nearest = [np.sort(cosines[:, owners == p], axis=1)[:, -_PRODUCT_NEIGHBOURS:].mean(axis=1) for p in products]
        return np.stack(nearest, axis=1).astype(np.float64)

    def states_facts(self, vectors: Vectors) -> NDArray[np.bool_]:
        """Whether each passage says what a product's description or key points say, shape (n,)."""
        return (vectors @ self._products.vectors.T).max(axis=1) >= _POINT_MEANING

    def missing_points(self, text: str, vectors: Vectors, product_ids: list[str]) -> list[MissingPoint]:
        """Key points of the named products that neither a passage nor the draft's words mention."""
        if not len(vectors) or not self._points:
            return []
        said = (self._point_vectors @ vectors.T).max(axis=1) >= _POINT_MEANING
        read = normalise(text).text
        return [
            MissingPoint(product_id, point)
            for (product_id, point, words), is_said in zip(self._points, said, strict=True)
            if product_id in product_ids and not is_said and not _mentions(read, words)
        ]

    def _otherness(self, vectors: Vectors) -> NDArray[np.float64]:
        return _CONTRAST * np.sum([index.top_mean(vectors, _NEIGHBOURS) for index in self._others], axis=0)


def judge_relevance(
    profile: BrandProfile, curve: Curve, text: str, vectors: Vectors, contrasts: NDArray[np.float64]
) -> Relevance:
    """The draft's relevance from its passages' vectors and contrasts (see `BrandProfile.contrast`)."""
    n = len(contrasts)
    mean = float(contrasts.mean()) if n else curve.midpoint
    score = float(curve.score(mean, n))
    band = relevance_band(score)
    products = _products(profile, curve, vectors, contrasts)
    return Relevance(
        score=round(score, 2),
        uncertainty=round(100 * curve.half_width(mean, contrasts), 2),
        band=band,
        products=products,
        missing=profile.missing_points(text, vectors, [p.product_id for p in products[:1]]),
        evidence=round(mean, 6) if n else None,
        band_precision=curve.band_precision(band) if n else None,
    )


def relevance_band(score: float) -> str:
    """`on_topic` from 60, `partly` from 20, `off_topic` below."""
    return "on_topic" if score >= 60 else "partly" if score >= 20 else "off_topic"


def _products(
    profile: BrandProfile, curve: Curve, vectors: Vectors, contrasts: NDArray[np.float64]
) -> list[ProductRelevance]:
    """Each product by its best third of the passages, best product first."""
    products = profile.brand.products
    if not len(vectors):
        return [ProductRelevance(p.product_id, p.name, 0.0) for p in products]
    less_the_others = contrasts - profile.likeness(vectors)
    by_product = np.sort(profile.product_likeness(vectors) + less_the_others[:, None], axis=0)
    best = by_product[-max(1, len(vectors) // 3) :]
    scores = 100 * curve.probability(best.mean(axis=0), len(best))
    ranked = [ProductRelevance(p.product_id, p.name, round(float(s), 2)) for p, s in zip(products, scores, strict=True)]
    return sorted(ranked, key=lambda p: (-p.score, p.product_id))


def _nearest(vectors: Vectors, samples: Samples, ordinary: Samples) -> tuple[str, list[str]]:
    """The kind of sample nearest the brand's products, and the few nearest, by centred means.

    Centred on ordinary writing, because what all texts have in common says nothing about the trade.
    """
    if not len(samples):
        return "", []
    centre = ordinary.vectors.mean(axis=0) if len(ordinary) else np.zeros(vectors.shape[1])
    own = _unit((_unit(vectors - centre)).mean(axis=0))
    kinds = sorted(set(samples.kinds))
    means = np.stack([_unit(samples.vectors[samples.kinds == k] - centre).mean(axis=0) for k in kinds])
    order = np.argsort(-(_unit(means) @ own), kind="stable")
    return kinds[order[0]], [kinds[i] for i in order[:_NEAREST_LEFT_OUT]]


def _unit(x: NDArray[np.floating]) -> NDArray[np.floating]:
    return x / np.maximum(np.linalg.norm(x, axis=-1, keepdims=True), 1e-9)


def _mentions(text: str, words: set[str]) -> bool:
    return bool(words) and sum(w in text for w in words) / len(words) >= _POINT_WORDS


def _names(product: Product) -> str:
    return "、".join((product.name, *product.synonyms))


def _product_text(text: str, key_points: tuple[str, ...]) -> str:
    return "\n".join([text, *key_points])
