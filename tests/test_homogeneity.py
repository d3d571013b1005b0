"""Homogeneity is the documented formula of contrasts and copied share; genre shares are shares."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentcheck.engine.calibration import Band, Curve
from contentcheck.engine.documents import Genre, Phrase
from contentcheck.engine.homogeneity import (
    Cliche,
    GenreShare,
    Homogeneity,
    count_cliches,
    genre_profile,
    homogeneity_band,
    judge_homogeneity,
    mean_contrast,
)
from contentcheck.engine.matching import Match, MatchKind
from contentcheck.engine.style import SignalName, Trait

CURVE = Curve(midpoint=0.2, slope=20.0, noise=2.0)
GENRES = {"soup": Genre("soup", "心灵鸡汤", True), "gossip": Genre("gossip", "明星八卦", False)}
contrasts = st.lists(st.floats(-0.5, 0.9), min_size=1, max_size=40).map(np.array)


def by_hand(values: np.ndarray, shift: float = 0.0) -> float:
    """The probability of a draft of these contrasts, moved by `shift`."""
    n = len(values)
    return 1 / (1 + math.exp(-20.0 * math.sqrt(n / (n + 2)) * (sum(values) / n + shift - 0.2)))


def judge(values: np.ndarray, copied: float = 0.0, letters: int = 60, curve: Curve = CURVE) -> Homogeneity:
    """A draft whose style is as usual, each passage of so many letters; 60 are enough to judge."""
    return judge_homogeneity(curve, values, np.full(len(values), letters), [], {"verbatim": copied}, [], [])


@given(values=contrasts, copied=st.floats(0, 1))
def test_formula_with_copied(values: np.ndarray, copied: float) -> None:
    result = judge(values, copied)
    assert result.score == pytest.approx(100 * (by_hand(values) + copied - by_hand(values) * copied), abs=0.0051)
    assert result.copied == pytest.approx(copied, abs=5.1e-5)
    assert result.evidence == pytest.approx(sum(values) / len(values), abs=1e-6)
    spread = max(float(np.std(values)), 0.08) / math.sqrt(len(values))
    width = 50 * (by_hand(values, spread) - by_hand(values, -spread)) * (1 - copied)
    assert result.uncertainty == pytest.approx(width, abs=0.0051)
    assert 0 <= result.uncertainty <= 50


@given(values=contrasts, copied=st.floats(0, 1), letters=st.integers(1, 80))
def test_the_score_can_be_made_again_from_what_the_report_says(values: np.ndarray, copied: float, letters: int) -> None:
    result = judge(values, copied, letters)
    assert result.evidence is not None
    again = CURVE.score(result.evidence, len(values), result.copied, result.trust)
    assert float(again) == pytest.approx(result.score, abs=0.02)


def test_how_often_its_band_is_right_unless_there_is_too_little_text() -> None:
    curve = replace(CURVE, bands={"common": Band(0.97, 120)})
    common, original = (judge(np.full(20, c), 0, 30, curve) for c in (0.9, -0.5))
    assert (common.band_precision, original.band_precision) == (0.97, None)
    short = judge(np.array([0.9]), 1.0, 59, curve)
    assert (short.band, short.band_precision) == ("common", None)
    assert 0.9 < short.trust < 1


@given(values=contrasts, less=st.floats(0, 1), more=st.floats(0, 1))
def test_more_copied_is_never_less_homogeneous(values: np.ndarray, less: float, more: float) -> None:
    low, high = (judge(values, c).score for c in sorted((less, more)))
    assert low <= high


def test_a_line_of_a_few_characters_counts_by_its_length() -> None:
    assert mean_contrast(np.array([0.4, 0.1]), np.array([3, 30])) == pytest.approx((3 * 0.4 + 12 * 0.1) / 15)
    assert mean_contrast(np.array([0.4, 0.1]), np.array([12, 800])) == pytest.approx(0.25)
    assert mean_contrast(np.array([0.4]), np.array([0])) == pytest.approx(0.4)


def test_nothing_to_read_is_undecided() -> None:
    result = judge(np.empty(0))
    assert (result.score, result.uncertainty, result.band) == (50.0, 50.0, "mixed")
    assert (result.evidence, result.trust, result.band_precision, result.signals) == (None, 0.0, None, [])


def test_all_copied_is_certain() -> None:
    shares = {"verbatim": 0.75, "paraphrase": 0.25}
    result = judge_homogeneity(CURVE, np.array([-0.3]), np.array([500]), [], shares, [], [])
    assert (result.score, result.uncertainty, result.band, result.copied) == (100.0, 0.0, "common", 1.0)
    assert result.copied_by_kind == shares


@pytest.mark.parametrize(
    ("score", "band"),
    [(100, "common"), (70, "common"), (69.99, "mixed"), (40, "mixed"), (39.99, "original"), (0, "original")],
)
def test_bands(score: float, band: str) -> None:
    assert homogeneity_band(score) == band


@given(values=contrasts, added=st.floats(-0.15, 0.15), copied=st.floats(0, 1))
def test_each_signal_says_what_it_moved(values: np.ndarray, added: float, copied: float) -> None:
    trait = Trait(SignalName.NAMES, 1.5, added, ["北京"])
    result = judge_homogeneity(CURVE, values, np.full(len(values), 60), [trait], {"edited": copied}, [], [])
    meaning, names, taken = result.signals
    mean = sum(values) / len(values)
    assert (meaning.name, names.name, taken.name) == ("meaning", "names", "copied")
    assert meaning.value == pytest.approx(mean, abs=5.1e-5)
    assert (names.value, names.words, taken.value) == (1.5, ["北京"], pytest.approx(copied, abs=5.1e-5))
    assert result.evidence == pytest.approx(mean + added, abs=1e-6)
    whole, neutral = 100 * by_hand(values, added), 100 * by_hand(values, 0.2 - mean + added)
    assert meaning.effect == pytest.approx(whole - neutral, abs=0.0051)
    assert names.effect == pytest.approx(whole - 100 * by_hand(values), abs=0.0051)
    assert result.score == pytest.approx(whole + taken.effect, abs=0.011)


def test_cliches_are_counted_most_frequent_first() -> None:
    phrases = {"岁月静好": Phrase("soup", 4), "秘密领证": Phrase("gossip", 0)}
    assert count_cliches(["岁月静好", "秘密领证", "岁月静好"], phrases) == [
        Cliche("岁月静好", "soup", 2, 4),
        Cliche("秘密领证", "gossip", 1, 0),
    ]


def match(genre: str, similarity: float) -> Match:
    return Match("x", MatchKind.THEME, similarity, 0, 1, 0, 1, "", "", "", genre, True)


def test_genre_profile_by_hand() -> None:
    matches = [
        [match("soup", 0.8), match("gossip", 0.4), match("", 0.4), match("gossip", 0.3)],
        [match("gossip", 1.0)],
        [match("my_genre", 0.4)],
    ]
    assert genre_profile(np.array([0.9, 0.49, 0.5]), matches, GENRES) == [
        GenreShare("soup", "心灵鸡汤", 0.4),
        GenreShare("gossip", "明星八卦", 0.2),
        GenreShare("my_genre", "my_genre", 0.2),
        GenreShare("unknown", "未分类", 0.2),
    ]


@given(
    passages=st.lists(
        st.tuples(
            st.floats(0, 1),
            st.lists(
                st.builds(match, st.sampled_from(["soup", "gossip", "新体裁", ""]), st.floats(0.45, 1)), max_size=6
            ),
        ),
        max_size=20,
    )
)
def test_genre_shares_sum_to_one(passages: list[tuple[float, list[Match]]]) -> None:
    shares = genre_profile(np.array([p for p, _ in passages]), [m for _, m in passages], GENRES)
    common = any(p >= 0.5 and m for p, m in passages)
    assert sum(s.share for s in shares) == pytest.approx(1.0 if common else 0.0, abs=3e-4)
    assert [s.share for s in shares] == sorted((s.share for s in shares), reverse=True)
