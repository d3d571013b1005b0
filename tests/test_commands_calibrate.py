"""`contentcheck calibrate` and `contentcheck calibrations`: nothing changes unless told to, and it can be undone."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contentcheck.app import Settings, open_store
from contentcheck.corpus.shipped import shipped_edition
from contentcheck.engine.documents import Edition
from contentcheck.engine.opinion import About, Finding, Opinion
from tests.command_line import Run, refusal, shipping, small_edition, write_jsonl

EDITION = shipped_edition()
COMMON = [i.text for i in EDITION.items[1:1000:40]]
PLAIN = [s.text for s in EDITION.background[1:1000:40]]
ROWS = [{"id": f"是{i}", "text": t, "homogeneous": True} for i, t in enumerate(COMMON)]
ROWS += [{"id": f"否{i}", "text": t, "homogeneous": False} for i, t in enumerate(PLAIN)]


@pytest.fixture(autouse=True)
def small_world() -> Iterator[Edition]:
    with shipping(edition := small_edition()):
        yield edition


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    return write_jsonl(tmp_path / "labelled.jsonl", *ROWS)


def calibration_of(run: Run, home: Path) -> tuple[str, float]:
    """What a check made now is calibrated with, and what one draft scores."""
    made = json.loads(run("check", "-", "--json", home=home, stdin=COMMON[0].encode()).stdout)
    return made["provenance"]["calibration"], made["homogeneity"]["score"]


def as_json(run: Run, home: Path, *arguments: str) -> dict[str, Any]:
    done = run("calibrate", *arguments, "--json", home=home)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_looking_changes_nothing(run_here: Run, labelled: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    before = calibration_of(run_here, home)
    assert before[0] == "drawn-from-edition"
    done = run_here("calibrate", str(labelled), home=home)
    assert done.returncode == 0
    assert f"同质化：{len(ROWS)} 篇稿件（{len(COMMON)} 篇同质，{len(PLAIN)} 篇不同质）" in done.stdout
    assert "校准误差（95% 区间）" in done.stdout and "80 分以上：查准率 / 查全率" in done.stdout
    assert "没有改动" in done.stderr
    assert calibration_of(run_here, home) == before
    assert "还没有自己的校准" in run_here("calibrations", home=home).stderr
    found, again = (as_json(run_here, home, str(labelled)) for _ in range(2))
    assert found == again
    assert (found["calibration"], found["written"], found["relevance"]) == ("drawn-from-edition", None, None)


def test_a_written_one_is_used_until_another_is_chosen(run_here: Run, labelled: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    drawn = calibration_of(run_here, home)
    found = as_json(run_here, home, str(labelled), "--write")
    assert found["written"] == "toy/small/home-1"
    fitted = calibration_of(run_here, home)
    assert fitted[0] == "toy/small/home-1" and fitted[1] != drawn[1]
    assert as_json(run_here, home, str(labelled), "--write")["calibration"] == "toy/small/home-1"
    assert [line.split("\t")[0] for line in run_here("calibrations", home=home).stdout.splitlines()] == [
        "toy/small/home-1", "toy/small/home-2",
    ]  # fmt: skip
    assert run_here("calibrations", "use", "shipped", home=home).returncode == 0
    assert calibration_of(run_here, home) == drawn
    assert run_here("calibrations", "use", "toy/small/home-1", home=home).returncode == 0
    assert calibration_of(run_here, home) == fitted
    wrong = refusal(run_here("calibrations", "use", "home-1", home=home))
    assert wrong.endswith("可选：shipped、toy/small/home-1、toy/small/home-2")


def test_a_backup_has_it(run_here: Run, labelled: Path, tmp_path: Path) -> None:
    home, other = tmp_path / "home", tmp_path / "other"
    as_json(run_here, home, str(labelled), "--write")
    assert run_here("backup", str(tmp_path / "b.db"), home=home).returncode == 0
    assert run_here("restore", str(tmp_path / "b.db"), home=other).returncode == 0
    assert calibration_of(run_here, other) == calibration_of(run_here, home)


def test_another_edition_does_not_use_it(run_here: Run, labelled: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    as_json(run_here, home, str(labelled), "--write")
    with shipping(small_edition("newer")):
        assert calibration_of(run_here, home)[0] == "drawn-from-edition"


def test_a_file_for_others(run_here: Run, labelled: Path, tmp_path: Path) -> None:
    home, target = tmp_path / "home", tmp_path / "toy.json"
    found = as_json(run_here, home, str(labelled), "--output", str(target))
    written = json.loads(target.read_text("utf-8"))
    assert written["name"] == "toy/small" and written["source"] == "contentcheck calibrate on labelled.jsonl"
    assert written["homogeneity"] == found["homogeneity"]["curve"]
    assert "文件已存在" in refusal(run_here("calibrate", str(labelled), "--output", str(target), home=home))


def test_feedback_is_scored_again(run_here: Run, labelled: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    opinions = [Opinion(r["text"], Finding(About.HOMOGENEITY, 60.0), r["homogeneous"]) for r in ROWS]
    open_store(Settings(home=home)).feedback.add(opinions)
    found, of_file = as_json(run_here, home, "--feedback"), as_json(run_here, home, str(labelled))
    assert found["homogeneity"]["before"] == of_file["homogeneity"]["before"]
    assert found["homogeneity"]["curve"] == of_file["homogeneity"]["curve"]


def test_what_cannot_be_calibrated(run_here: Run, labelled: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert "二者选一" in refusal(run_here("calibrate", home=home))
    assert "二者选一" in refusal(run_here("calibrate", str(labelled), "--feedback", home=home))
    assert "还没有记下任何意见" in refusal(run_here("calibrate", "--feedback", home=home))
    few = write_jsonl(tmp_path / "few.jsonl", *ROWS[:5])
    assert "“是”5 篇、“否”0 篇" in refusal(run_here("calibrate", str(few), home=home))
    unknown = write_jsonl(tmp_path / "brand.jsonl", {**ROWS[0], "brand": "海上"})
    assert "没有名为“海上”的品牌" in refusal(run_here("calibrate", str(unknown), home=home))
