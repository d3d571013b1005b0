"""The published benchmark: its parts, that it runs, and that its page speaks of the data that is there."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from contentcheck.engine.encoder import Encoder
from scripts.benchmark_quality.baselines import VIEWS, Reader, View, best_threshold, threshold_for
from scripts.benchmark_quality.figures import auc, average_precision, compare, share
from scripts.benchmark_quality.material import material
from scripts.benchmark_quality.methods import Method, has_semhash, methods
from scripts.benchmark_quality.tables import BEGIN, END, write_between_marks

ROOT = Path(__file__).parents[1]
KNOWN = [
    ("", "人生没有白走的路，每一步都算数。愿你历尽千帆，归来仍是少年。"),
    ("", "据知情人士透露，某顶流与圈外女友已经秘密领证，粉丝集体心碎。"),
]
scored = st.lists(st.tuples(st.booleans(), st.integers(0, 9)), min_size=2).filter(lambda s: len({x for x, _ in s}) == 2)


@given(scored)
def test_auc_is_that_of_scikit_learn(texts: list[tuple[bool, int]]) -> None:
    labels, scores = np.array([x for x, _ in texts]), np.array([s for _, s in texts], dtype=float)
    assert auc(labels, scores) == pytest.approx(roc_auc_score(labels, scores))


@given(scored)
def test_no_threshold_makes_fewer_mistakes_than_the_best(texts: list[tuple[bool, int]]) -> None:
    labels, scores = np.array([x for x, _ in texts]), np.array([s for _, s in texts], dtype=float)
    right = ((scores >= best_threshold(labels, scores)) == labels).mean()
    assert all(((scores >= other) == labels).mean() <= right for other in range(10))


@given(st.lists(st.integers(0, 50), min_size=1), st.floats(0, 0.5))
def test_a_threshold_for_copies_is_the_lowest_that_keeps_near_misses_out(scores: list[int], limit: float) -> None:
    near_misses = np.array(scores, dtype=np.float32)
    threshold = threshold_for(near_misses, limit)
    assert (near_misses >= threshold).mean() <= limit
    below = near_misses[near_misses < threshold]
    assert (near_misses >= below.max()).mean() > limit


def test_intervals_hold_their_figure_and_tell_a_clear_lead_from_none() -> None:
    draw = np.random.default_rng(3)
    labels = np.arange(80) % 2 == 0
    good = labels + draw.normal(0, 0.3, 80)
    scores = {"ours": good, "same": good.copy(), "guess": draw.normal(0, 1, 80)}
    for measure in (auc, average_precision):
        figures = compare(labels, scores, measure, 200)
        for figure in figures.values():
            assert figure.reached.low <= figure.reached.value <= figure.reached.high
        assert figures["ours"].ahead is None
        same, guess = figures["same"].ahead, figures["guess"].ahead
        assert same is not None and (same.low, same.value, same.high) == (0, 0, 0)
        assert guess is not None and 0 < guess.low < guess.value < guess.high


def test_a_share_of_all_has_an_interval() -> None:
    figures = compare(np.ones(79, dtype=np.bool_), {"ours": np.ones(79)}, share, 10)
    assert figures["ours"].reached.high == pytest.approx(1)
    assert 0.94 < figures["ours"].reached.low < 0.97


@pytest.fixture(scope="module")
def every_method(toy: Encoder) -> list[Method]:
    return methods([text for _, text in KNOWN], toy)


def test_every_method_finds_a_text_that_it_knows(every_method: list[Method]) -> None:
    assert len({m.name for m in every_method}) == len(every_method) == 4 + has_semhash()
    for method in every_method:
        likeness = method.against([text for _, text in KNOWN])([KNOWN[1][1], KNOWN[0][1], "水箱滤芯"])
        assert likeness.shape == (3, 2), method.name
        assert likeness[:2].argmax(axis=1).tolist() == [1, 0], method.name
        assert likeness[0, 1] == pytest.approx(1, abs=1e-3), method.name
        assert likeness[2].max() < 0.5, method.name


def test_a_reader_looks_at_whole_texts_or_at_passages(every_method: list[Method]) -> None:
    first_sentence = "人生没有白走的路，每一步都算数。"
    for method in every_method:
        reader = Reader(method, KNOWN)
        whole, passages = (reader.scores([first_sentence], View(by, 1))[0] for by in (False, True))
        assert whole < 0.95 < passages, method.name
        assert all(reader.scores([KNOWN[0][1]], view)[0] > 0.3 for view in VIEWS), method.name
        nearest = reader.documents([f"今天下雨。\n{KNOWN[1][1]}"])
        assert nearest.shape == (1, 2) and nearest[0].argmax() == 1, method.name


def test_the_page_speaks_of_the_data_and_methods_that_are_there() -> None:
    page = (ROOT / "docs" / "benchmark.md").read_text("utf-8")
    figures = page.split(BEGIN)[1].split(END)[0]
    m = material()
    assert f"Data: {m.sizes}." in figures
    held_out = sum(d.held_out for d in m.drafts)
    for title in (
        f"Homogeneity, {held_out} held-out drafts",
        f"Relevance, {held_out} held-out drafts",
        f"Copies, alone, {len(m.pairs) // 2} pairs",
        f"Ordinary writing, {len(m.edition.background)} samples",
    ):
        table = figures.split(f"### {title}\n")[1].split("###")[0]
        for name in ("contentcheck", "TF-IDF", "MinHash", "cosine", "semhash"):
            assert f"\n| {name}" in table, (title, name)


def test_figures_are_put_between_the_marks_and_nowhere_else(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"above\n\n{BEGIN}\nold\n{END}\n\nbelow\n", "utf-8")
    write_between_marks(page, "new")
    assert page.read_text("utf-8") == f"above\n\n{BEGIN}\n\nnew\n\n{END}\n\nbelow\n"


def test_it_runs(tmp_path: Path) -> None:
    target = tmp_path / "figures.json"
    command = [sys.executable, "-m", "scripts.benchmark_quality", "--quick", "--model", "toy", "--draws", "20"]
    done = subprocess.run([*command, "--json", str(target)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert ("semhash is left out" in done.stderr) != has_semhash()
    tasks = json.loads(target.read_text("utf-8"))["tasks"]
    assert [title.split(",")[0] for title in tasks] == [
        "Homogeneity", "Homogeneity", "Relevance", "Relevance", "Copies", "Copies", "Ordinary writing",
    ]  # fmt: skip
    for title, columns in tasks.items():
        assert title in done.stdout
        for column, by_method in columns.items():
            assert {name.split()[0].rstrip(",") for name in by_method} >= {
                "contentcheck",
                "TF-IDF",
                "MinHash",
                "cosine",
            }
            for figure in by_method.values():
                assert 0 <= figure["reached"]["low"] <= figure["reached"]["high"] <= 1, column
    alone = next(columns for title, columns in tasks.items() if title.startswith("Copies, alone"))
    assert alone["light"]["contentcheck"]["reached"]["value"] >= 0.8
