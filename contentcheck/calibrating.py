"""Fit the curves anew to labelled drafts, and say whether that is better than what was there."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from contentcheck.app import Progress, no_progress
from contentcheck.corpus.reading.rows import read_rows
from contentcheck.corpus.records import BadRow, Labelled, labelled_from_row
from contentcheck.engine.calibration import Calibration, Curve
from contentcheck.engine.checker import Checker
from contentcheck.engine.documents import Draft
from contentcheck.engine.errors import InputError
from contentcheck.engine.homogeneity import homogeneity_band
from contentcheck.engine.opinion import About, Opinion
from contentcheck.engine.relevance import relevance_band
from contentcheck.engine.report import Report
from contentcheck.models.figures import Figures, Interval, Labels, Scores, bands, gain, measure, worst
from contentcheck.models.fitting import Example, fit, need_enough, unseen_scores

_BATCH = 64  # drafts checked together
_WORST = 5
_OPENING = 40  # characters that tell an editor which draft is meant


@dataclass(frozen=True, slots=True)
class Mistake:
    """A draft that is on the wrong side of 50 with the new curve, fitted without it."""

    id: str
    label: bool
    before: float
    after: float
    opening: str


@dataclass(frozen=True, slots=True)
class Fitting:
    """One score's new curve beside the present one, on the same drafts; `after` is cross-validated throughout.

    Attributes:
        positives: drafts labelled homogeneous, or relevant.
        gain: by how much the Brier score falls.
    """

    curve: Curve
    drafts: int
    positives: int
    before: Figures
    after: Figures
    gain: Interval
    mistakes: list[Mistake]

    @property
    def improves(self) -> bool:
        """Beyond what chance does."""
        return self.gain.low > 0


@dataclass(frozen=True, slots=True)
class Examples:
    """What the reports of labelled drafts say, by score. `unread`: drafts without a passage, which tell nothing."""

    homogeneity: list[Example]
    relevance: list[Example]
    unread: int


def read_labelled(file: Path, brand: str | None = None) -> list[Labelled]:
    """Labelled drafts of a jsonl, csv or xlsx file; `brand` for rows that name none.

    Raises:
        InputError: on a bad row, naming line and reason, or if there are none.
    """
    labelled: list[Labelled] = []
    for row in read_rows(file):
        try:
            labelled.append(labelled_from_row(row, brand))
        except BadRow as error:
            raise InputError(f"{file / row.file} 第 {row.line} 行：{error}") from error
    if not labelled:
        raise InputError(f"{file}：没有标注过的稿件")
    return labelled


def labelled_by(opinions: Iterable[Opinion]) -> list[Labelled]:
    """Drafts that editors gave their word on as a whole; of several words on one score the last counts."""
    found: dict[tuple[str, str | None], Labelled] = {}
    for number, opinion in enumerate(opinions, 1):
        about = opinion.finding.about
        if opinion.finding.passage is not None or about not in (About.HOMOGENEITY, About.RELEVANCE):
            continue
        if about is About.RELEVANCE and opinion.brand is None:  # of a brand that has been removed
            continue
        key = opinion.text, opinion.brand
        known = found.get(key) or Labelled(Draft(str(number), opinion.text, brand=opinion.brand), None, None)
        label = opinion.label
        found[key] = replace(known, homogeneous=label) if about is About.HOMOGENEITY else replace(known, relevant=label)
    return list(found.values())


def score(labelled: Sequence[Labelled], checker: Checker, progress: Progress = no_progress) -> Examples:
    """Check labelled drafts, and keep what the fit needs of their reports. Raises UnknownBrand or EmptyBrand."""
    homogeneity: list[Example] = []
    relevance: list[Example] = []
    unread = 0
    for start in range(0, len(labelled), _BATCH):
        batch = labelled[start : start + _BATCH]
        for one, report in zip(batch, checker.check([one.draft for one in batch]), strict=True):
            unread += not report.passages
            if report.passages and one.homogeneous is not None:
                homogeneity.append(_homogeneity_of(one.draft.text, one.homogeneous, report))
            if report.passages and one.relevant is not None:
                relevance.append(_relevance_of(one.draft.text, one.relevant, report))
        progress(start + len(batch), len(labelled))
    return Examples(homogeneity, relevance, unread)


def refit(examples: Examples, present: Calibration) -> dict[About, Fitting]:
    """New curves for the scores that have enough labelled drafts.

    Raises:
        InputError: if none has enough, naming the counts.
    """
    judged: list[tuple[About, list[Example], Curve, Callable[[float], str]]] = [
        (About.HOMOGENEITY, examples.homogeneity, present.homogeneity, homogeneity_band),
        (About.RELEVANCE, examples.relevance, present.relevance, relevance_band),
    ]
    fittings: dict[About, Fitting] = {}
    short: list[str] = []
    for about, found, curve, band_of in judged:
        try:
            need_enough(found)
        except InputError as error:
            short.append(f"{about.chinese}：{error}")
            continue
        fittings[about] = _fitting(found, curve, band_of)
    if not fittings:
        raise InputError("标注太少，无法校准。" + "；".join(short))
    return fittings


def content(name: str, fittings: dict[About, Fitting], present: Calibration, source: str) -> dict[str, Any]:
    """A calibration as plain data, for `calibration_of` and for people; what was not fitted stays as it is."""
    curves = {About.HOMOGENEITY: present.homogeneity, About.RELEVANCE: present.relevance}
    curves |= {about: f.curve for about, f in fittings.items()}
    figures = {
        str(about): {"drafts": f.drafts, "positives": f.positives, **asdict(f.after), "gain": asdict(f.gain)}
        for about, f in fittings.items()
    }
    return {"name": name, **{str(a): asdict(c) for a, c in curves.items()}, "source": source, "figures": figures}


def with_bands(curve: Curve, examples: Sequence[Example], scores: Scores, band_of: Callable[[float], str]) -> Curve:
    """The curve with the precision of its bands, measured on the drafts that are long enough to be judged."""
    long_enough = np.array([e.trust == 1 for e in examples])
    labels = _labels(examples)[long_enough]
    found = bands(scores[long_enough], labels, band_of) if labels.any() and not labels.all() else {}
    return replace(curve, bands=found)


def _fitting(examples: list[Example], present: Curve, band_of: Callable[[float], str]) -> Fitting:
    labels = _labels(examples)
    before, after = np.array([e.score for e in examples]), unseen_scores(examples, present)
    return Fitting(
        curve=with_bands(fit(examples, present), examples, after, band_of),
        drafts=len(examples),
        positives=int(labels.sum()),
        before=measure(before, labels),
        after=measure(after, labels),
        gain=gain(before, after, labels),
        mistakes=[_mistake(examples[i], float(after[i])) for i in worst(after, labels, _WORST)],
    )


def _mistake(example: Example, after: float) -> Mistake:
    opening = " ".join(example.text[: 2 * _OPENING].split())[:_OPENING]
    return Mistake(example.id, example.label, example.score, round(after, 2), opening)


def _homogeneity_of(text: str, label: bool, report: Report) -> Example:
    h = report.homogeneity
    assert h.evidence is not None
    return Example(report.id, text, label, h.score, h.evidence, h.passages, h.copied, h.trust)


def _relevance_of(text: str, label: bool, report: Report) -> Example:
    r = report.relevance
    assert r is not None and r.evidence is not None
    return Example(report.id, text, label, r.score, r.evidence, len(report.passages))


def _labels(examples: Sequence[Example]) -> Labels:
    return np.array([e.label for e in examples], dtype=bool)
