"""`contentcheck explain` and `contentcheck feedback`, as an editor runs them."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from contentcheck.app import Settings, open_store
from contentcheck.engine.documents import Brand, Product
from contentcheck.engine.opinion import About
from tests.command_line import Run, refusal, shipping, small_edition, write_jsonl

TEXT = (
    "手工黑豆酱油要晒足三年，师傅六点开缸，把豆醅翻一遍，再盖上竹匾。\n"
    "清晨的第一缕阳光照进窗台，泡一壶茶，慢慢地等一朵花开。生活的意义，不过是把寻常的日子过得有滋有味。"
)
BRAND = Brand("山野集", (Product("soy", "黑豆酱油", "手工黑豆酱油，三年陶缸日晒。"),))


@pytest.fixture(autouse=True)
def small_world() -> Iterator[None]:
    with shipping(small_edition()):
        yield


@pytest.fixture
def home(tmp_path: Path) -> Path:
    open_store(Settings(home=tmp_path / "home")).brands.add([BRAND])
    return tmp_path / "home"


@pytest.fixture
def report(run_here: Run, home: Path, tmp_path: Path) -> Path:
    made = run_here("check", "-", "--brand", "山野集", "--json", home=home, stdin=TEXT.encode()).stdout
    (tmp_path / "report.json").write_text(made, "utf-8")
    return tmp_path / "report.json"


def test_a_report_is_explained_and_agrees_with_what_is_there(run_here: Run, home: Path, report: Path) -> None:
    said = run_here("explain", str(report), home=home)
    assert said.returncode == 0
    score = json.loads(report.read_text("utf-8"))["homogeneity"]["score"]
    assert f"同质化 {score:.0f} ±" in said.stdout and "相关性 " in said.stdout
    assert "与现在所用的一致" in said.stdout
    assert run_here("explain", "-", home=home, stdin=report.read_bytes()).stdout == said.stdout


def test_it_says_when_the_library_or_the_brand_has_changed(
    run_here: Run, home: Path, report: Path, tmp_path: Path
) -> None:
    piece = write_jsonl(tmp_path / "own.jsonl", {"id": "x", "text": "余生很长，何必慌张。"})
    assert run_here("corpus", "import", str(piece), home=home).returncode == 0
    open_store(Settings(home=home)).brands.set_words("山野集", ["豆醅"])
    said = run_here("explain", str(report), home=home).stdout.replace("\n", "").replace(" ", "")
    assert "内容库现在是small+1." in said
    assert "品牌的产品或专用词已经改过" in said


def test_a_line_of_a_bulk_output(run_here: Run, home: Path, tmp_path: Path) -> None:
    drafts = write_jsonl(tmp_path / "in.jsonl", {"id": "甲", "text": TEXT}, {"id": "乙", "text": "余生很长。"})
    target = tmp_path / "out.jsonl"
    assert run_here("bulk", str(drafts), "--output", str(target), home=home).returncode == 0
    assert "1 个句子合起来的依据是" in run_here("explain", str(target), "--id", "乙", home=home).stdout
    assert "请用 --id 指明是哪一份" in refusal(run_here("explain", str(target), home=home))


def test_explaining_loads_no_model(home: Path, report: Path) -> None:
    script = (
        "import sys; sys.argv = ['contentcheck', 'explain', sys.argv[1]]\n"
        "from contentcheck.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "sys.exit(1 if {'torch', 'sentence_transformers', 'sklearn'} & set(sys.modules) else 0)"
    )
    environment = {**os.environ, "CONTENTCHECK_HOME": str(home), "CONTENTCHECK_MODEL": "toy"}
    done = subprocess.run([sys.executable, "-c", script, str(report)], env=environment, capture_output=True)
    assert done.returncode == 0 and "同质化".encode() in done.stdout


@pytest.mark.parametrize("name", ["missing.json", "."])
def test_no_such_report(run_here: Run, home: Path, tmp_path: Path, name: str) -> None:
    assert str(tmp_path / name) in refusal(run_here("explain", str(tmp_path / name), home=home))


def test_opinions_are_kept_with_what_the_report_said(run_here: Run, home: Path, report: Path) -> None:
    made = json.loads(report.read_text("utf-8"))
    said = "--agree", "--wrong", "relevance", "--note", "讲的是酱油"
    told = run_here("feedback", "add", str(report), *said, home=home)
    assert told.stderr == "已记下：同质化正确、相关性不对。\n"
    run_here("feedback", "add", str(report), "--wrong", "homogeneity", "--passage", "1", home=home)
    first, second, third = open_store(Settings(home=home)).feedback.all()
    assert (first.finding.about, first.agrees, second.finding.about, second.agrees) == (
        About.HOMOGENEITY, True, About.RELEVANCE, False,
    )  # fmt: skip
    h = made["homogeneity"]
    kept = first.finding
    assert (kept.score, kept.evidence, kept.copied) == (h["score"], h["evidence"], h["copied"])
    assert kept.passages == len(made["passages"])
    assert (first.text, first.brand, first.provenance) == (TEXT, "山野集", made["provenance"])
    assert second.note == "讲的是酱油"
    assert (third.finding.passage, third.finding.score) == (1, made["passages"][1]["homogeneity"])
    lines = run_here("feedback", "list", home=home).stdout.splitlines()
    assert [line.split("\t")[1] for line in lines] == ["同质化", "相关性", "同质化（第 1 句）"]


def test_what_cannot_be_kept(run_here: Run, home: Path, report: Path) -> None:
    assert "请用 --wrong 指出哪一项不对" in refusal(run_here("feedback", "add", str(report), home=home))
    assert "没有标题" in refusal(run_here("feedback", "add", str(report), "--wrong", "title", home=home))
    open_store(Settings(home=home)).brands.set_words("山野集", ["豆醅"])
    assert "请指明是哪个品牌（命令行用 --brand）" in refusal(
        run_here("feedback", "add", str(report), "--agree", home=home)
    )
    assert run_here("feedback", "add", str(report), "--agree", "--brand", "山野集", home=home).returncode == 0
    assert "还没有意见" in run_here("feedback", "list", home=home.parent / "another").stderr
