"""Figures at equal prior, against their definitions."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contentcheck.engine.calibration import Band
from contentcheck.engine.homogeneity import homogeneity_band
from contentcheck.models.figures import bands, gain, measure, worst

LABELS = np.array([True] * 4 + [False] * 8)
SCORES = np.array([95.0, 85.0, 65.0, 35.0, 75.0, 65.0, 45.0, 35.0, 25.0, 15.0, 5.0, 5.0])


def test_precision_and_recall_at_equal_prior() -> None:
    found = {t.score: (t.precision, t.recall) for t in measure(SCORES, LABELS).thresholds}
    assert found == {
        30: (round(1 / (1 + 4 / 8), 4), 1.0),
        40: (round(0.75 / (0.75 + 3 / 8), 4), 0.75),
        50: (0.75, 0.75),
        60: (0.75, 0.75),
        70: (0.8, 0.5),
        80: (1.0, 0.5),
    }


def test_no_precision_where_nothing_scores_so_high() -> None:
    low = measure(np.where(LABELS, 55.0, 45.0), LABELS)
    assert [t.precision for t in low.thresholds if t.score > 55] == [None, None, None]
    assert low.auc == 1.0


def by_definition(scores: np.ndarray, labels: np.ndarray) -> float:
    """Over ten bins: weight times the distance of the mean score from the share of yes, both classes weighing alike."""
    weights = np.where(labels, 0.5 / labels.sum(), 0.5 / (~labels).sum())
    total = 0.0
    for low in range(0, 100, 10):
        inside = (scores >= low) & (scores < low + 10 if low < 90 else scores <= 100)
        if inside.any():
            share = np.average(labels[inside], weights=weights[inside])
            total += weights[inside].sum() * abs(share - np.average(scores[inside] / 100, weights=weights[inside]))
    return total


@given(st.lists(st.tuples(st.integers(0, 1000).map(lambda s: s / 10), st.booleans()), min_size=4, max_size=30))
@settings(max_examples=15, deadline=None)
def test_calibration_error_is_within_its_interval(rows: list[tuple[float, bool]]) -> None:
    scores = np.array([10.0, 20.0, 80.0, 90.0, *(s for s, _ in rows)])
    labels = np.array([False, True, False, True, *(y for _, y in rows)])
    error = measure(scores, labels).calibration_error
    assert error.value == pytest.approx(by_definition(scores, labels), abs=1e-4)
    assert 0 <= error.low <= error.value
    assert error.low <= error.high <= 1


def test_more_drafts_narrow_the_interval() -> None:
    few, many = (measure(np.tile(SCORES, k), np.tile(LABELS, k)).calibration_error for k in (1, 50))
    assert few.value == many.value
    assert many.high - many.low < (few.high - few.low) / 2


def test_gain_is_the_fall_of_the_brier_score_and_knows_chance() -> None:
    perfect = np.where(LABELS, 100.0, 0.0)
    better = gain(np.full(12, 50.0), perfect, LABELS)
    assert (better.value, better.low, better.high) == (0.25, 0.25, 0.25)
    worse = gain(perfect, np.full(12, 50.0), LABELS)
    assert worse.value == -0.25
    jitter = np.random.default_rng(0).normal(0, 3, 12)
    chance = gain(SCORES, np.clip(SCORES + jitter, 0, 100), LABELS)
    assert chance.low < 0 < chance.high


def test_bands_say_what_their_drafts_are_at_equal_prior() -> None:
    scores, labels = np.tile(SCORES, 10), np.tile(LABELS, 10)
    found = bands(scores, labels, homogeneity_band)
    assert found == {
        "common": Band(0.8, 30),  # 2 of 4 homogeneous, 1 of 8 others
        "mixed": Band(0.5, 30),  # 1 of 4, 2 of 8
        "original": Band(round(0.25 / (0.25 + 5 / 8), 3), 60),
    }
    assert all(a.precision >= b.precision for a, b in pairwise(found.values()))


def test_a_band_with_few_drafts_is_left_out() -> None:
    assert set(bands(np.tile(SCORES, 2), np.tile(LABELS, 2), homogeneity_band)) == {"original"}
    assert bands(SCORES[:9], LABELS[:9], homogeneity_band) == {}


def test_the_worst_are_on_the_wrong_side_the_farthest_first() -> None:
    assert worst(SCORES, LABELS, 5) == [4, 3, 5]
    assert worst(SCORES, LABELS, 1) == [4]
    assert worst(np.where(LABELS, 50.5, 49.5), LABELS, 5) == []
