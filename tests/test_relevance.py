"""Relevance is the contrast that its documentation describes, computed here by brute force."""

from dataclasses import replace

import numpy as np
import pytest

from contentcheck.engine.calibration import Band, Curve
from contentcheck.engine.documents import Brand, Edition
from contentcheck.engine.encoder import Encoder
from contentcheck.engine.errors import EmptyBrand
from contentcheck.engine.library import Library
from contentcheck.engine.normalise import normalise
from contentcheck.engine.reference import Reference
from contentcheck.engine.relevance import BrandProfile, MissingPoint, judge_relevance, relevance_band
from contentcheck.engine.segment import segment

TEXTS = [
    "葛根口服液早晚各一支，开启后请当天喝完。",
    "这款车轴距两米八，后排腿部空间宽裕。",
    "人生没有白走的路，每一步都算数。",
]
CURVE = Curve(midpoint=0.1, slope=12.0, noise=2.0)


@pytest.fixture(scope="module")
def profile(small_brand: Brand, small_library: Library, toy: Encoder) -> BrandProfile:
    return BrandProfile(small_brand, small_library.reference, toy)


def passages_of(title: str, text: str) -> list[str]:
    return [*([title] if title else []), *(p.text for p in segment(text).passages)]


def encoded(toy: Encoder, texts: list[str]) -> np.ndarray:
    return np.array([toy.encode([normalise(t).text])[0] for t in texts]).astype(np.float64)


def top_mean(queries: np.ndarray, known: np.ndarray, k: int) -> np.ndarray:
    return np.array([np.sort(known @ q)[::-1][:k].mean() if len(known) else 0.0 for q in queries])


def unit(x: np.ndarray) -> np.ndarray:
    return x / np.linalg.norm(x, axis=-1, keepdims=True)


def by_kind(samples: list[tuple[str, str, str]], toy: Encoder) -> dict[str, np.ndarray]:
    """Vectors of all passages of each kind; `samples`: (kind, title, text)."""
    kinds = sorted({kind for kind, _, _ in samples})
    return {
        k: encoded(toy, [p for kind, title, text in samples if kind == k for p in passages_of(title, text)])
        for k in kinds
    }


def near_kinds(own: np.ndarray, kinds: dict[str, np.ndarray], centre: np.ndarray) -> list[str]:
    """Kinds by the cosine of their centred mean to the products' centred mean, nearest first."""
    middle = unit(unit(own - centre).mean(axis=0))
    likeness = {k: float(unit(unit(v - centre).mean(axis=0)) @ middle) for k, v in kinds.items()}
    return sorted(likeness, key=lambda k: (-likeness[k], k))


def brute_force(edition: Edition, brand: Brand, toy: Encoder, texts: list[str]) -> tuple[np.ndarray, np.ndarray, str]:
    """The draft's contrasts, its likeness to each product, and the brand's field of trade."""
    products = [
        encoded(toy, passages_of("、".join([p.name, *p.synonyms]), "\n".join([p.text, *p.key_points])))
        for p in brand.products
    ]
    own = np.vstack(products)
    fields = by_kind([(s.kind, s.title, s.text) for s in edition.fields], toy)
    ordinary = by_kind([(s.kind, s.title, s.text) for s in edition.background], toy)
    centre = np.vstack(list(ordinary.values())).mean(axis=0)
    fields_by_nearness = near_kinds(own, fields, centre)
    left_out = set(fields_by_nearness[:2]), set(near_kinds(own, ordinary, centre)[:2])
    queries = encoded(toy, texts)
    otherness = np.zeros(len(texts))
    for kinds, without in zip((fields, ordinary), left_out, strict=True):
        rest = [v for k, v in kinds.items() if k not in without]
        otherness += 0.3 * top_mean(queries, np.vstack(rest) if rest else np.empty((0, toy.dim)), 5)
    field = fields_by_nearness[0]
    contrast = top_mean(queries, np.vstack([own, fields[field]]), 5) - otherness
    each = np.stack([top_mean(queries, p, 3) for p in products], axis=1)
    return contrast, each, field


def test_contrasts_are_those_of_brute_force(
    profile: BrandProfile, small_edition: Edition, small_brand: Brand, toy: Encoder
) -> None:
    contrast, each, field = brute_force(small_edition, small_brand, toy, TEXTS)
    vectors = toy.encode([normalise(t).text for t in TEXTS])
    assert profile.field == field
    np.testing.assert_allclose(profile.contrast(vectors), contrast, atol=1e-5)
    np.testing.assert_allclose(profile.product_likeness(vectors), each, atol=1e-5)
    assert contrast[0] > contrast[1:].max()


def test_contrasts_of_brute_force_with_the_shipped_edition(edition: Edition, small_brand: Brand, toy: Encoder) -> None:
    sparse = Edition(
        "sparse",
        edition.items[:3],
        edition.background[::6],
        edition.fields[::4],
        edition.field_names,
        edition.genres,
        {},
    )
    profile = BrandProfile(small_brand, Reference(sparse, toy), toy)
    contrast, each, field = brute_force(sparse, small_brand, toy, TEXTS)
    vectors = toy.encode([normalise(t).text for t in TEXTS])
    assert profile.field == field
    np.testing.assert_allclose(profile.contrast(vectors), contrast, atol=1e-5)
    np.testing.assert_allclose(profile.product_likeness(vectors), each, atol=1e-5)


def test_other_names_of_a_product_count_as_its_name(
    small_library: Library, small_edition: Edition, small_brand: Brand, toy: Encoder
) -> None:
    first, *rest = small_brand.products
    brand = replace(small_brand, products=(replace(first, synonyms=("葛根饮", "粉葛露")), *rest))
    profile = BrandProfile(brand, small_library.reference, toy)
    contrast, each, _ = brute_force(small_edition, brand, toy, TEXTS)
    vectors = toy.encode([normalise(t).text for t in TEXTS])
    np.testing.assert_allclose(profile.contrast(vectors), contrast, atol=1e-5)
    np.testing.assert_allclose(profile.product_likeness(vectors), each, atol=1e-5)
    named = toy.encode(["葛根口服液、葛根饮、粉葛露"])
    assert (
        profile.product_likeness(named)[0, 0]
        > BrandProfile(small_brand, small_library.reference, toy).product_likeness(named)[0, 0]
    )


def test_score_uncertainty_and_products(profile: BrandProfile, toy: Encoder) -> None:
    text = "\n".join(TEXTS)
    vectors = toy.encode([normalise(t).text for t in TEXTS])
    contrasts = profile.contrast(vectors)
    relevance = judge_relevance(profile, CURVE, text, vectors, contrasts)
    steepness = 12.0 * np.sqrt(3 / 5)
    error = max(contrasts.std(), 0.08) / np.sqrt(3)
    low, middle, high = 100 / (1 + np.exp(-steepness * (contrasts.mean() + np.array([-error, 0, error]) - 0.1)))
    assert relevance.score == pytest.approx(middle, abs=0.006)
    assert relevance.uncertainty == pytest.approx((high - low) / 2, abs=0.006)
    assert relevance.band == relevance_band(middle)
    assert relevance.evidence == pytest.approx(contrasts.mean(), abs=1e-6)
    measured = replace(CURVE, bands={relevance.band: Band(0.9, 40)})
    assert relevance.band_precision is None
    assert judge_relevance(profile, measured, text, vectors, contrasts).band_precision == 0.9
    less_the_others = contrasts - profile.likeness(vectors)
    best = (profile.product_likeness(vectors) + less_the_others[:, None]).max(axis=0)
    expected = 100 / (1 + np.exp(-12.0 * np.sqrt(1 / 3) * (best - 0.1)))
    assert [(p.product_id, p.name) for p in relevance.products] == [("oral-1", "葛根口服液"), ("tea-1", "决明子茶")]
    assert [p.score for p in relevance.products] == pytest.approx(list(expected), abs=0.006)


def test_a_draft_without_passages_is_undecided(profile: BrandProfile, toy: Encoder) -> None:
    nothing = toy.encode([])
    relevance = judge_relevance(profile, CURVE, "", nothing, profile.contrast(nothing))
    assert (relevance.score, relevance.uncertainty, relevance.band, relevance.missing) == (50.0, 50.0, "partly", [])
    assert [p.score for p in relevance.products] == [0.0, 0.0]


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("这支葛根口服液每支十毫升，拧开就能喝。", ["孕妇和儿童不宜饮用"]),
        ("葛根口服液孕妇和儿童不宜饮用，请放在高处。", ["每支十毫升"]),
        ("葛根口服液每支十毫升。孕妇和儿童不宜饮用。", []),
        ("葛根長在山坡上，冬天挖出來。", ["每支十毫升", "孕妇和儿童不宜饮用"]),
        ("葛根口服液每支十毫升，孕婦和兒童不宜飲用。", []),
    ],
)
def test_missing_key_points_are_those_not_said(
    profile: BrandProfile, toy: Encoder, text: str, missing: list[str]
) -> None:
    vectors = toy.encode([normalise(p.text).text for p in segment(text).passages])
    assert profile.missing_points(text, vectors, ["oral-1"]) == [MissingPoint("oral-1", point) for point in missing]


def test_only_products_the_draft_is_about_have_missing_points(profile: BrandProfile, toy: Encoder) -> None:
    text = "决明子茶用八十五度热水泡五分钟。"
    vectors = toy.encode([normalise(text).text])
    assert profile.missing_points(text, vectors, ["tea-1"]) == [MissingPoint("tea-1", "独立三角茶包")]


def test_a_brands_own_words_are_kept_whole(small_library: Library, small_brand: Brand, toy: Encoder) -> None:
    """Cut by the general dictionary, the key point would be found in a text that says nothing of it."""
    text = "独立办公楼的三角形屋顶下。"
    vectors = toy.encode([normalise(text).text])
    own = replace(small_brand, words=("独立三角茶包",))
    found = [
        BrandProfile(b, small_library.reference, toy).missing_points(text, vectors, ["tea-1"])
        for b in (small_brand, own)
    ]
    assert found == [[], [MissingPoint("tea-1", "独立三角茶包")]]


def test_the_version_follows_products_and_words(small_library: Library, small_brand: Brand, toy: Encoder) -> None:
    first, *rest = small_brand.products
    brands = [
        small_brand,
        replace(small_brand, words=("茶包",)),
        replace(small_brand, products=(first,)),
        replace(small_brand, products=(replace(first, synonyms=("葛根饮",)), *rest)),
    ]
    versions = [BrandProfile(b, small_library.reference, toy).version for b in brands]
    assert len(set(versions)) == 4
    assert BrandProfile(replace(small_brand), small_library.reference, toy).version == versions[0]


def test_a_brand_without_products_is_refused_by_name(small_library: Library, toy: Encoder) -> None:
    with pytest.raises(EmptyBrand, match=r"空壳牌.*brand import"):
        BrandProfile(Brand("空壳牌"), small_library.reference, toy)


@pytest.mark.parametrize(
    ("score", "band"),
    [(100, "on_topic"), (60, "on_topic"), (59.99, "partly"), (20, "partly"), (19.99, "off_topic"), (0, "off_topic")],
)
def test_bands(score: float, band: str) -> None:
    assert relevance_band(score) == band


def test_facts_are_what_the_description_says(profile: BrandProfile, small_brand: Brand, toy: Encoder) -> None:
    said = [small_brand.products[0].key_points[0], "独立三角茶包", *TEXTS[1:]]
    assert profile.states_facts(toy.encode(said)).tolist() == [True, True, False, False]
