"""contentcheck on the same work, by its public Python path."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from contentcheck.app import Settings, Workspace
from contentcheck.engine.checker import Checker
from contentcheck.engine.documents import Brand, Draft, Sample
from contentcheck.engine.encoder import Encoder
from contentcheck.engine.library import shipped_library
from contentcheck.engine.reference import Reference
from contentcheck.engine.report import Report

_FOLDS = 5


class Ours:
    """contentcheck as a new user has it: the shipped edition and the brands, nothing imported."""

    name = "contentcheck"

    def __init__(self, home: Path, model: str, brands: list[Brand]):
        self._workspace = Workspace(Settings(home=home, model=model))
        self._workspace.store.brands.add(brands)
        self._checker = self._workspace.checker()

    @property
    def encoder(self) -> Encoder:
        """The one it uses."""
        return self._workspace.vectors.encoder

    def check(self, drafts: Sequence[Draft]) -> list[Report]:
        return self._checker.check(drafts)

    def check_unseen(self, samples: Sequence[Sample]) -> list[Report]:
        """Reports on samples of ordinary writing, each by a checker whose background lacks all samples of its kind."""
        reports: dict[Sample, Report] = {}
        for kinds in folds(self._workspace.reference.edition.background):
            unseen = [s for s in samples if s.kind in kinds]
            if unseen:
                checker = self._without(kinds)
                drafts = [Draft(s.title, s.text) for s in unseen]
                reports.update(zip(unseen, checker.check(drafts), strict=True))
        return [reports[s] for s in samples]

    def _without(self, kinds: set[str]) -> Checker:
        """As the whole, but for some kinds of ordinary writing."""
        w = self._workspace
        edition = w.reference.edition
        seen = replace(edition, background=tuple(s for s in edition.background if s.kind not in kinds))
        library = shipped_library(Reference(seen, w.vectors))
        return Checker(self.encoder, lambda: library, w.calibration, w.accounts.current)


def folds(background: Sequence[Sample]) -> list[set[str]]:
    """The kinds of ordinary writing in `_FOLDS` parts, each to be left out once."""
    kinds = sorted({s.kind for s in background})
    return [set(kinds[fold::_FOLDS]) for fold in range(_FOLDS)]


def taken_from(report: Report, start: int, end: int) -> set[str]:
    """Items that something within [start, end) was taken from, by the report."""
    matches = [m for p in report.passages for m in p.matches]
    return {m.item_id for m in matches if m.kind.taken and m.start < end and m.end > start}
