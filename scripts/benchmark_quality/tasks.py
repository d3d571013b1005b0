"""The work itself: each task gives the scores of the same texts by every method, ours first."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from contentcheck.engine.documents import Brand, CorpusItem, Draft, Sample

from .baselines import VIEWS, Baseline, Reader, best_view
from .checking import Ours, taken_from
from .figures import Measure, auc, average_precision, share
from .material import REWRITINGS, LabelledDraft, RewritingPair
from .methods import Method

_COMMON = 50.0  # our score, a probability in percent
Scores = dict[str, NDArray[np.float64]]
"""(texts,) by method, ours first."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is asked of which texts; columns by name, each with its measure and the scores it is taken of."""

    title: str
    labels: NDArray[np.bool_]
    columns: dict[str, tuple[Measure, Scores]]


def homogeneity(drafts: list[LabelledDraft], ours: Ours, baselines: list[Baseline]) -> list[Task]:
    """Is a draft common content?"""
    labels = np.array([d.homogeneous for d in drafts])
    reports = ours.check([Draft(d.id, d.text) for d in drafts])
    scores: Scores = {ours.name: np.array([r.homogeneity.score for r in reports])}
    scores |= {b.name: b.reader.scores((d.text for d in drafts), b.view) for b in baselines}
    limits = {ours.name: _COMMON} | {b.name: b.common for b in baselines}
    right = {name: ((s >= limits[name]) == labels).astype(float) for name, s in scores.items()}
    columns = {"AUC": (auc, scores), "average precision": (average_precision, scores), "accuracy": (share, right)}
    return _halves("Homogeneity", drafts, Task("", labels, columns))


def relevance(drafts: list[LabelledDraft], brands: list[Brand], ours: Ours, methods: Sequence[Method]) -> list[Task]:
    """Is a draft about what its brand sells?"""
    labels = np.array([d.relevant for d in drafts])
    fitting = ~np.array([d.held_out for d in drafts])
    reports = ours.check([Draft(d.id, d.text, brand=d.brand) for d in drafts])
    scores: Scores = {ours.name: np.array([r.relevance.score for r in reports if r.relevance is not None])}
    for method in methods:
        seen = {view: np.zeros(len(drafts)) for view in VIEWS}
        for brand in brands:
            reader = Reader(method, [(p.name, "\n".join([p.text, *p.key_points])) for p in brand.products])
            of_brand = [i for i, d in enumerate(drafts) if d.brand == brand.name]
            for view, found in seen.items():
                found[of_brand] = reader.scores((drafts[i].text for i in of_brand), view)
        view, _ = best_view(labels[fitting], {view: s[fitting] for view, s in seen.items()})
        scores[method.name] = seen[view]
    return _halves("Relevance", drafts, Task("", labels, {"AUC": (auc, scores)}))


def copies(
    pairs: list[RewritingPair],
    items: Sequence[CorpusItem],
    background: Sequence[Sample],
    ours: Ours,
    baselines: list[Baseline],
) -> list[Task]:
    """Is the source of a rewriting named, and a near miss left alone?

    As drafts of their own, and as a paragraph between two samples of ordinary writing. The baselines compare passages,
    which lie within a paragraph, so that both are the same to them.
    """
    sources = [next(i for i, item in enumerate(items) if item.id == p.item_id) for p in pairs]
    named: dict[str, Scores] = {kind: {} for kind in REWRITINGS}
    for baseline in baselines:
        for kind in REWRITINGS:
            alike = baseline.reader.documents(p.rewritten[kind] for p in pairs)
            best = alike.max(axis=1) if kind == "near_miss" else alike[np.arange(len(pairs)), sources]
            named[kind][baseline.name] = (best >= baseline.copy).astype(float)
    tasks: list[Task] = []
    for title, around in (("Copies, alone", None), ("Copies, between other paragraphs", background)):
        columns: dict[str, tuple[Measure, Scores]] = {}
        for kind in REWRITINGS:
            hits = _named(pairs, kind, around, ours)
            columns[kind.replace("_", " ")] = share, {ours.name: hits, **named[kind]}
        tasks.append(Task(f"{title}, {len(pairs)} pairs", np.ones(len(pairs), dtype=np.bool_), columns))
    return tasks


def ordinary(samples: list[Sample], ours: Ours, baselines: list[Baseline]) -> Task:
    """Is ordinary writing, of a kind that we have not seen, taken for common content, or for a copy?"""
    reports = ours.check_unseen(samples)
    common = {ours.name: np.array([r.homogeneity.score >= _COMMON for r in reports], dtype=float)}
    copied = {ours.name: np.array([bool(taken_from(r, 0, len(s.text))) for r, s in zip(reports, samples, strict=True)])}
    texts = [s.text for s in samples]
    for b in baselines:
        common[b.name] = (b.reader.scores(texts, b.view) >= b.common).astype(float)
        copied[b.name] = b.reader.documents(texts).max(axis=1) >= b.copy
    columns = {
        "taken for common": (share, common),
        "taken for a copy": (share, {name: hits.astype(float) for name, hits in copied.items()}),
    }
    return Task(f"Ordinary writing, {len(samples)} samples", np.zeros(len(samples), dtype=np.bool_), columns)


def _named(
    pairs: list[RewritingPair], kind: str, background: Sequence[Sample] | None, ours: Ours
) -> NDArray[np.float64]:
    """(pairs,) whether the rewriting's source is named as taken from; of a near miss, whether any item is."""
    drafts: list[Draft] = []
    starts: list[int] = []
    for i, pair in enumerate(pairs):
        before, after = ("", "")
        if background is not None:
            before, after = (f"{background[(2 * i + n) % len(background)].text}\n" for n in (0, 1))
        drafts.append(Draft(pair.item_id, f"{before}{pair.rewritten[kind]}\n{after}"))
        starts.append(len(before))
    hits: list[bool] = []
    for pair, start, report in zip(pairs, starts, ours.check(drafts), strict=True):
        taken = taken_from(report, start, start + len(pair.rewritten[kind]))
        hits.append(bool(taken) if kind == "near_miss" else pair.item_id in taken)
    return np.array(hits, dtype=float)


def _halves(title: str, drafts: list[LabelledDraft], task: Task) -> list[Task]:
    """The held-out drafts, and all of them."""
    tasks: list[Task] = []
    held_out = [i for i, d in enumerate(drafts) if d.held_out]
    for name, rows in (
        (f"{len(held_out)} held-out drafts", held_out),
        (f"all {len(drafts)} drafts", [*range(len(drafts))]),
    ):
        columns = {
            column: (measure, {method: s[rows] for method, s in scores.items()})
            for column, (measure, scores) in task.columns.items()
        }
        tasks.append(Task(f"{title}, {name}", task.labels[rows], columns))
    return tasks
