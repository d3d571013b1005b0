"""Fitting finds the curve that drew the labels, weighs both classes alike, and never scores a draft it has seen."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contentcheck.engine.calibration import Curve
from contentcheck.engine.errors import InputError
from contentcheck.models import fitting
from contentcheck.models.fitting import Example, fit, need_enough, scores, unseen_scores

TRUE = Curve(0.25, 60.0, 3.0)
START = Curve(0.0, 10.0, 2.0)


def drawn(count: int, curve: Curve = TRUE, scale: float = 1.0, longest: int = 40) -> list[Example]:
    """Drafts whose labels fall as the curve says, with evidence in units of `scale`."""
    random = np.random.default_rng(1)
    evidence = random.normal(curve.midpoint, 0.04, count)
    passages = random.integers(1, longest + 1, count)
    labels = random.random(count) < curve.probability(evidence, passages)
    rows = zip(evidence.tolist(), passages.tolist(), labels.tolist(), strict=True)
    return [Example(str(i), f"稿{i}", y, 50.0, scale * e, n) for i, (e, n, y) in enumerate(rows)]


@pytest.mark.parametrize("scale", [1.0, 50.0])
def test_the_curve_that_drew_the_labels_is_found_in_any_unit(scale: float) -> None:
    found = fit(drawn(4000, scale=scale), START)
    assert found.midpoint == pytest.approx(scale * TRUE.midpoint, abs=0.003 * scale)
    assert found.slope == pytest.approx(TRUE.slope / scale, rel=0.12)
    assert found.noise == pytest.approx(TRUE.noise, abs=1.5)


def test_how_many_there_are_of_a_class_does_not_move_the_curve() -> None:
    examples = drawn(3000)
    more = examples + 4 * [e for e in examples if e.label]
    assert fit(more, START).midpoint == pytest.approx(fit(examples, START).midpoint, abs=0.001)


def test_noise_is_fitted_only_where_there_are_short_and_long_texts() -> None:
    long = [replace(e, passages=e.passages + 5) for e in drawn(400)]
    assert fit(long, START).noise == START.noise
    assert fit(drawn(400), START).noise != START.noise


@pytest.mark.parametrize("noise", [0.01, 100.0])
def test_a_fit_can_go_on_from_any_other(noise: float) -> None:
    found = fit(drawn(600), replace(START, noise=noise))
    assert 0.01 <= found.noise <= 100
    assert found.midpoint == pytest.approx(TRUE.midpoint, abs=0.01)


def test_labels_that_no_curve_gets_wrong_do_not_make_it_endless() -> None:
    clear = [Example(str(i), str(i), i % 2 == 0, 50.0, 0.3 if i % 2 == 0 else 0.2, 20) for i in range(60)]
    found = fit(clear, START)
    assert found.midpoint == pytest.approx(0.25, abs=0.005)
    assert 90 < scores(clear, found).max() < 99.5


def test_what_is_copied_is_not_laid_to_the_evidence() -> None:
    examples = drawn(1000)
    copies = [Example(f"c{i}", f"抄{i}", True, 100.0, 0.1, 20, copied=1.0) for i in range(300)]
    weighed = fit(examples + copies, START)
    blind = fit(examples + [replace(c, copied=0.0) for c in copies], START)
    assert abs(weighed.midpoint - TRUE.midpoint) < 0.01 < abs(blind.midpoint - TRUE.midpoint)


def test_scores_are_those_of_a_report() -> None:
    example = Example("a", "稿", True, 50.0, 0.3, 4, 0.25, 0.5)
    assert scores([example], TRUE).tolist() == [float(TRUE.score(0.3, 4, 0.25, 0.5))]


def test_a_draft_is_scored_by_a_curve_that_has_not_seen_its_text(monkeypatch: pytest.MonkeyPatch) -> None:
    examples = drawn(120)
    examples += [replace(e, id=f"{e.id}b", evidence=e.evidence + 0.01) for e in examples[:40]]  # the same texts again
    seen: list[set[str]] = []

    def spy(part: list[Example], start: Curve) -> Curve:
        seen.append({e.text for e in part})
        return Curve(float(len(seen)), 1.0, 1.0)  # so that a score tells by which fit it was made

    monkeypatch.setattr(fitting, "fit", spy)
    found = unseen_scores(examples, START)
    for example, score in zip(examples, found, strict=True):
        fits = [k for k in range(len(seen)) if scores([example], Curve(k + 1.0, 1.0, 1.0))[0] == score]
        assert len(fits) == 1
        assert example.text not in seen[fits[0]]


def test_the_same_examples_give_the_same_scores() -> None:
    examples = drawn(100)
    assert unseen_scores(examples, START).tolist() == unseen_scores(examples, START).tolist()


@given(st.integers(0, 60), st.integers(0, 60), st.booleans())
@settings(max_examples=30)
def test_too_few_different_drafts_are_refused(yes: int, no: int, repeated: bool) -> None:
    examples = [Example(str(i), f"{i}", i < yes, 50.0, 0.1, 9) for i in range(yes + no)]
    examples += examples if repeated else []
    if min(yes, no) >= 20:
        need_enough(examples)
    else:
        with pytest.raises(InputError, match=rf"“是”{yes} 篇、“否”{no} 篇；每一类至少要有 20 篇"):
            need_enough(examples)
