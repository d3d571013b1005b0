"""A library that grows does not move ordinary drafts, and what was added is found: with the real default encoder."""

import json
import random
import re
from collections.abc import Callable
from itertools import cycle
from pathlib import Path

import numpy as np
import pytest

from contentcheck.app import Settings, Workspace
from contentcheck.corpus.intake import take_in
from contentcheck.corpus.reading.articles import draft_from_bytes
from contentcheck.corpus.reading.columns import Row
from contentcheck.corpus.records import item_from_row
from contentcheck.corpus.shipped import sample_drafts
from contentcheck.engine.checker import Checker
from contentcheck.engine.documents import Draft, Edition, Sample
from contentcheck.engine.segment import segment

NEWS = re.compile("news|report|finance|sport|weather|policy|traffic")


def ordinary_drafts(edition: Edition) -> list[Draft]:
    """The sample drafts that are original, and ordinary writing of every kind."""
    index = [json.loads(line) for line in (sample_drafts() / "index.jsonl").read_text("utf-8").splitlines()]
    files = [row["file"] for row in index if not row["homogeneous"]]
    read = [draft_from_bytes(name, (sample_drafts() / name).read_bytes()) for name in files]
    kinds: dict[str, list[Sample]] = {}
    for sample in edition.background:
        kinds.setdefault(sample.kind, []).append(sample)
    return read + [Draft(kind, "\n".join(s.text for s in of_kind[:3])) for kind, of_kind in kinds.items()]


def news(edition: Edition, count: int) -> list[str]:
    """Passages made of two halves of news sentences with other numbers, no two alike."""
    draw = random.Random(1)
    texts = [s.text for s in edition.background if NEWS.search(s.kind)]
    sentences = [p.text for text in texts for p in segment(text).passages if "，" in p.text]
    assert len(sentences) > 100
    made: dict[str, None] = {}
    while len(made) < count:
        first, second = draw.sample(sentences, 2)
        joined = first.split("，")[0] + "，" + second.split("，", 1)[1]
        made[re.sub(r"\d", lambda _: str(draw.randint(0, 9)), joined)] = None
    return list(made)


def soup(edition: Edition, times: int) -> list[str]:
    """As many pieces as the shipped soup has, several times over, of its own sentences in other company."""
    draw = random.Random(2)
    pieces = [i.text for i in edition.items if edition.genres[i.genre].reflective]
    sentences = [p.text for text in pieces for p in segment(text).passages]
    return ["".join(draw.sample(sentences, 6)) for _ in range(times * len(pieces))]


@pytest.mark.parametrize(
    ("make", "genre"),
    [(lambda e: news(e, 20_000), "news"), (lambda e: news(e, 20_000), "soup"), (lambda e: soup(e, 10), "soup")],
    ids=["20,000 news passages", "20,000 news passages as soup", "ten times the soup"],
)
def test_ordinary_drafts_stay_where_they_were(
    make: Callable[[Edition], list[str]], genre: str, edition: Edition, tmp_path: Path
) -> None:
    workspace = Workspace(Settings(home=tmp_path, model="use-m3"))
    drafts, added = ordinary_drafts(edition), make(edition)
    slug = next(g for g, about in edition.genres.items() if about.reflective) if genre == "soup" else genre
    checker = workspace.checker()
    before = scores(checker, drafts)
    rows = (Row(n, {"id": f"added-{n}", "text": text, "genre": slug}) for n, text in enumerate(added))
    take_in(rows, "test", workspace.store.library, workspace.vectors, item_from_row)
    after = scores(checker, drafts)
    assert checker.provenance.library_version.startswith(f"{edition.version}+{len(added)}.")
    assert abs(np.median(after) - np.median(before)) < 3
    assert np.quantile(np.abs(after - before), 0.5) < 3
    for n in range(0, len(added), len(added) // 20):
        report = checker.check([Draft("copy", f"{next(FILLERS)}\n{added[n]}\n{next(FILLERS)}")])[0]
        assert f"added-{n}" in {m.item_id for p in report.passages for m in p.matches if m.kind.taken}


FILLERS = cycle(
    [
        "昨天下午我们把仓库第三排的货架重新编了号，花了两个小时。",
        "样品寄到检测所以后，要等七个工作日才能拿到报告。",
        "新来的同事在车间跟了一周班，记了四页笔记。",
    ]
)


def scores(checker: Checker, drafts: list[Draft]) -> np.ndarray:
    return np.array([r.homogeneity.score for r in checker.check(drafts)])
