"""Refitting to labelled drafts: from their reports, with figures that no draft had a part in."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from contentcheck.calibrating import Examples, content, labelled_by, read_labelled, refit, score, with_bands
from contentcheck.corpus.records import Labelled
from contentcheck.engine.calibration import Calibration, Curve, calibration_of
from contentcheck.engine.checker import Checker
from contentcheck.engine.documents import Draft
from contentcheck.engine.errors import InputError
from contentcheck.engine.homogeneity import homogeneity_band
from contentcheck.engine.opinion import About, Finding, Opinion
from contentcheck.models.fitting import Example, scores
from tests.command_line import write_jsonl

PRESENT = Calibration("m/1", Curve(0.5, 40.0, 2.0), Curve(0.1, 30.0, 2.0))
RIGHT = Curve(0.25, 60.0, 2.0)


def examples(count: int, present: Curve = PRESENT.homogeneity) -> list[Example]:
    """Drafts whose labels fall as RIGHT says and whose reports were made with another curve."""
    random = np.random.default_rng(5)
    evidence = random.normal(0.25, 0.05, count)
    labels = random.random(count) < RIGHT.probability(evidence, 20)
    return [
        Example(str(i), f"第{i}篇\n稿件" + "长" * 50, bool(y), float(present.score(e, 20)), float(e), 20)
        for i, (e, y) in enumerate(zip(evidence, labels, strict=True))
    ]


def test_a_wrong_curve_is_found_wrong_and_put_right() -> None:
    (about, found), *others = refit(Examples(examples(300), [], 0), PRESENT).items()
    assert (about, others) == (About.HOMOGENEITY, [])
    assert found.improves and found.gain.value > 0.1
    assert found.after.calibration_error.value < 0.1 < 0.3 < found.before.calibration_error.value
    assert found.before.thresholds[2].recall == 0 and found.after.thresholds[2].recall > 0.75
    assert found.curve.midpoint == pytest.approx(0.25, abs=0.01)
    bands = found.curve.bands
    assert bands["common"].precision > 0.8 and bands["original"].precision < 0.2
    assert sum(b.drafts for b in bands.values()) == found.drafts == 300
    assert len(found.mistakes) == 5
    for mistake in found.mistakes:
        assert (mistake.after >= 50) != mistake.label
        assert len(mistake.opening) <= 40 and "\n" not in mistake.opening


def test_a_right_curve_is_not_improved() -> None:
    found = refit(Examples(examples(300, RIGHT), [], 0), replace(PRESENT, homogeneity=RIGHT))[About.HOMOGENEITY]
    assert not found.improves


def test_too_few_of_one_score_leave_it_as_it_is() -> None:
    fittings = refit(Examples(examples(100), examples(12), 0), PRESENT)
    made = content("m/1", fittings, PRESENT, "試")
    assert set(fittings) == {About.HOMOGENEITY}
    back = calibration_of(json.loads(json.dumps(made)))
    assert back.homogeneity == fittings[About.HOMOGENEITY].curve
    assert back.relevance == PRESENT.relevance
    assert made["figures"]["homogeneity"]["drafts"] == 100


def test_too_few_of_all_are_refused() -> None:
    with pytest.raises(InputError) as error:
        refit(Examples(examples(12), [], 0), PRESENT)
    assert str(error.value).startswith("标注太少，无法校准。同质化：“是”")
    assert "相关性：“是”0 篇、“否”0 篇；每一类至少要有 20 篇不同的稿件，请补充后再试" in str(error.value)


def test_bands_are_measured_on_drafts_that_are_long_enough() -> None:
    long = examples(200)
    short = [replace(e, label=not e.label, trust=0.5) for e in long]
    measured = with_bands(RIGHT, long, scores(long, RIGHT), homogeneity_band)
    assert with_bands(RIGHT, long + short, scores(long + short, RIGHT), homogeneity_band) == measured
    one_class = [replace(e, label=True) for e in long]
    assert with_bands(RIGHT, one_class, scores(one_class, RIGHT), homogeneity_band).bands == {}


def test_examples_are_what_the_reports_say(small_checker: Checker) -> None:
    text = "人生没有白走的路，每一步都算数。愿你历尽千帆，归来仍是少年。葛根口服液每支十毫升。"
    labelled = [
        Labelled(Draft("a", text, brand="护元堂"), True, False),
        Labelled(Draft("b", "——"), True, None),
        Labelled(Draft("c", text), None, None),
    ]
    found = score(labelled, small_checker)
    report = small_checker.check([labelled[0].draft])[0]
    h, r, n = report.homogeneity, report.relevance, len(report.passages)
    assert r is not None and h.evidence is not None and r.evidence is not None
    assert found.homogeneity == [Example("a", text, True, h.score, h.evidence, n, h.copied, h.trust)]
    assert found.relevance == [Example("a", text, False, r.score, r.evidence, n)]
    assert found.unread == 1


def opinion(text: str, about: About, score: float, agrees: bool, brand: str | None = None) -> Opinion:
    return Opinion(text, Finding(about, score), agrees, brand=brand)


def test_drafts_of_opinions() -> None:
    found = labelled_by(
        [
            opinion("一", About.HOMOGENEITY, 80, True, "花间"),
            opinion("二", About.HOMOGENEITY, 80, True),
            opinion("一", About.RELEVANCE, 80, False, "花间"),
            opinion("三", About.TITLE, 80, True),
            Opinion("四", Finding(About.HOMOGENEITY, 80, passage=2), True),
            opinion("五", About.RELEVANCE, 80, True),  # its brand was removed
            opinion("二", About.HOMOGENEITY, 80, False),
        ]
    )
    assert [(d.draft.text, d.draft.brand, d.homogeneous, d.relevant) for d in found] == [
        ("一", "花间", True, False),
        ("二", None, False, None),
    ]


def test_labelled_drafts_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "标注.csv"
    file.write_text("编号,正文,同质,相关,品牌\na,稿一,是,否,花间\nb,稿二,否,,\n", "utf-8")
    assert read_labelled(file) == [
        Labelled(Draft("a", "稿一", brand="花间"), True, False),
        Labelled(Draft("b", "稿二"), False, None),
    ]


def test_a_bad_row_is_named(tmp_path: Path) -> None:
    file = write_jsonl(tmp_path / "l.jsonl", {"text": "稿", "homogeneous": True}, {"text": "稿"})
    with pytest.raises(InputError, match=r"l\.jsonl 第 2 行：字段 homogeneous 和 relevant 都是空的"):
        read_labelled(file)
    with pytest.raises(InputError, match="没有标注过的稿件"):
        read_labelled(write_jsonl(tmp_path / "empty.jsonl", *[]))
