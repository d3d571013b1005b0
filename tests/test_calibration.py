"""The curves from contrast to probability."""

import json
from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentcheck.engine.calibration import Band, Calibration, Curve, calibration_of

CURVES = st.builds(Curve, midpoint=st.floats(-0.5, 0.5), slope=st.floats(1, 60), noise=st.floats(0.5, 20))
COUNTS = st.integers(1, 2000)


@given(CURVES, COUNTS)
def test_both_answers_are_equally_likely_at_the_midpoint(curve: Curve, n: int) -> None:
    assert curve.probability(curve.midpoint, n) == 0.5


@pytest.mark.parametrize(
    ("contrast", "passages", "expected"),
    [(0.3, 1, 0.7310585786), (-0.1, 1, 0.2689414214), (0.3, 9, 0.8496745531), (0.3, 10**9, 0.8807970780)],
)
def test_known_values(contrast: float, passages: int, expected: float) -> None:
    curve = Curve(midpoint=0.1, slope=10.0, noise=3.0)
    assert curve.probability(contrast, passages) == pytest.approx(expected, abs=1e-8)


@given(CURVES, COUNTS, st.floats(-1, 1), st.floats(0.001, 1))
def test_a_larger_contrast_is_never_less_likely(curve: Curve, n: int, contrast: float, more: float) -> None:
    low, high = curve.probability([contrast, contrast + more], n)
    assert 0.0 <= low <= high <= 1.0
    assert low < high or high > 1 - 1e-9 or low < 1e-9


@given(CURVES, COUNTS, st.integers(1, 100), st.floats(0.01, 0.2))
def test_more_passages_make_the_curve_steeper(curve: Curve, n: int, more: int, distance: float) -> None:
    few_below, few_above = curve.probability(curve.midpoint + np.array([-distance, distance]), n)
    many_below, many_above = curve.probability(curve.midpoint + np.array([-distance, distance]), n + more)
    assert many_below < few_below < 0.5 < few_above < many_above


@pytest.mark.parametrize(("contrast", "expected"), [(1e6, 1.0), (-1e6, 0.0), (np.inf, 1.0), (-np.inf, 0.0)])
def test_extreme_contrasts_do_not_overflow(contrast: float, expected: float) -> None:
    assert Curve(0.0, 40.0, 1.0).probability(contrast, 10) == pytest.approx(expected, abs=1e-20)


CONTRASTS = st.lists(st.floats(-1, 1), min_size=1, max_size=40).map(np.array)


@given(CURVES, CONTRASTS)
def test_half_width_is_that_of_one_standard_error(curve: Curve, contrasts: np.ndarray) -> None:
    n = len(contrasts)
    error = max(np.std(contrasts), 0.08) / n**0.5
    steepness = curve.slope * (n / (n + curve.noise)) ** 0.5
    means = np.mean(contrasts) + np.array([-error, error])
    low, high = 1 / (1 + np.exp(-steepness * (means - curve.midpoint)))
    assert curve.half_width(contrasts.mean(), contrasts) == pytest.approx((high - low) / 2, abs=1e-9)
    assert 0.0 <= curve.half_width(contrasts.mean(), contrasts) <= 0.5


@given(CURVES, CONTRASTS, st.integers(2, 10))
def test_half_width_shrinks_with_more_passages(curve: Curve, contrasts: np.ndarray, times: int) -> None:
    once, often = (
        curve.half_width(contrasts.mean(), contrasts),
        curve.half_width(contrasts.mean(), np.tile(contrasts, times)),
    )
    assert often < once or once < 1e-9


def test_nothing_read_is_wholly_uncertain() -> None:
    assert Curve(0.1, 10.0, 3.0).half_width(0.1, np.array([])) == 0.5


def test_one_passage_is_not_sure_of_its_own_spread() -> None:
    curve = Curve(midpoint=0.0, slope=10.0, noise=3.0)
    assert curve.half_width(0.0, np.array([0.0])) == pytest.approx(0.5 - 1 / (1 + np.exp(0.4)), abs=1e-9)


@given(CURVES, st.floats(-1, 1), COUNTS, st.floats(0, 1), st.floats(0, 1))
def test_a_score_is_the_probability_joined_with_what_is_copied_and_drawn_to_50(
    curve: Curve, evidence: float, n: int, copied: float, trust: float
) -> None:
    p = float(curve.probability(evidence, n))
    expected = trust * 100 * (p + copied - p * copied) + (1 - trust) * 50
    assert float(curve.score(evidence, n, copied, trust)) == pytest.approx(expected, abs=1e-9)


def test_nothing_read_scores_50() -> None:
    assert Curve(0.1, 10.0, 3.0).score(5.0, 0) == 50


def test_many_drafts_at_once() -> None:
    curve = Curve(0.1, 10.0, 3.0)
    together = curve.score([0.3, 0.0], [1, 9], [0.0, 0.5], [1.0, 0.4])
    assert together.tolist() == [float(curve.score(0.3, 1)), float(curve.score(0.0, 9, 0.5, 0.4))]


def test_a_calibration_comes_back_from_plain_data() -> None:
    made = Calibration("toy/1/home-1", Curve(0.2, 90.0, 3.0, {"common": Band(0.97, 40)}), Curve(0.03, 50.0, 2.0))
    assert calibration_of(json.loads(json.dumps(asdict(made)))) == made
    old = {"midpoint": 0.03, "slope": 50, "noise": 2}
    assert calibration_of({"name": "a", "homogeneity": old, "relevance": old, "source": "x"}) == Calibration(
        "a", Curve(0.03, 50.0, 2.0), Curve(0.03, 50.0, 2.0)
    )
    assert (made.homogeneity.band_precision("common"), made.homogeneity.band_precision("mixed")) == (0.97, None)
