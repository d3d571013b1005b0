"""What docs/service shows is what happens: its commands and programs are run, in order, against a real server."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from contentcheck.report_json import Report
from tests.serving import serving

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "docs/service"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: str) -> list[tuple[str, str]]:
    """Language and text of each block."""
    return [(kind, text) for kind, text in _BLOCK.findall((PAGES / page).read_text("utf-8"))]


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed: apt-get install curl")
def test_the_walk_through_with_curl(tmp_path: Path) -> None:
    """Every `sh` block is run in one shell; a `json` block after it is what it prints, with … for what varies."""
    commands, shown = "", dict[int, Any]()
    for number, (kind, text) in enumerate(blocks("curl.md")):
        if kind == "sh":
            commands += f"exec > {number}.out\n{text}"
        else:
            shown[number - 1] = json.loads(text)
    home = tmp_path / "home"
    with serving(home) as url:
        environment = {
            **os.environ,
            "CONTENTCHECK_HOME": str(home),
            "CONTENTCHECK_MODEL": "toy",
            "PYTHONPATH": str(ROOT),
            "PATH": f"{_with_the_command(tmp_path)}:{os.environ['PATH']}",
        }
        script = commands.replace("http://127.0.0.1:8000", url)
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script], cwd=tmp_path, env=environment, capture_output=True, timeout=120
        )
    assert done.returncode == 0, done.stderr.decode()
    assert len(shown) >= 11
    for number, expected in shown.items():
        told = (tmp_path / f"{number}.out").read_text("utf-8")
        agree(json.loads(told), expected, f"block {number}")


def test_the_programs_in_python(tmp_path: Path) -> None:
    program = "\n".join(text for kind, text in blocks("python.md") if kind == "python")
    with serving(tmp_path / "home") as url:
        script = program.replace("http://127.0.0.1:8000", url)
        done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    assert "404 not_found 没有" in done.stdout and "['苔朵']" in done.stdout and "2 / 2" in done.stdout


def test_the_blocks_are_sound() -> None:
    """Without a server: what is shown is JSON, what is to be run can be read, and reports show fields there are."""
    pages = {page: blocks(page) for page in ("curl.md", "python.md", "mcp.md")}
    for kind, text in [block for page in pages.values() for block in page]:
        if kind == "json":
            json.loads(text)
        elif kind == "python":
            compile(text, "docs", "exec")
        else:
            assert subprocess.run(["bash", "-n", "-c", text], capture_output=True).stderr == b""
    for kind, text in pages["curl.md"]:
        if kind == "json" and "homogeneity" in text:
            assert json.loads(text).keys() <= Report.__annotations__.keys() | {"text"}


def _with_the_command(folder: Path) -> Path:
    """A folder in which `contentcheck` is this checkout's."""
    commands = folder / "bin"
    commands.mkdir()
    command = commands / "contentcheck"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m contentcheck "$@"\n')
    command.chmod(0o755)
    return commands


def agree(told: Any, shown: Any, where: str) -> None:
    """All that is shown is told: every name, every kind, and words and numbers that are the page's own."""
    if isinstance(shown, dict):
        for name, value in shown.items():
            if name != "…":
                assert name in told, f"{where}: {name}"
                agree(told[name], value, f"{where}.{name}")
    elif isinstance(shown, list):
        assert isinstance(told, list), where
        for told_one, shown_one in zip(told, shown, strict=False):
            agree(told_one, shown_one, where)
    elif isinstance(shown, str):
        assert isinstance(told, str) and (shown == "…" or told == shown), where
    elif isinstance(shown, float):
        assert isinstance(told, int | float), where
    else:
        assert told == shown, where
