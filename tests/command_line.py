"""What the tests of the commands share; run as a module, it is contentcheck with a small edition: it starts at once."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from threadpoolctl import threadpool_limits

import contentcheck.app
from contentcheck.cli import main
from contentcheck.corpus import shipped
from contentcheck.corpus.store import vectors
from contentcheck.engine.documents import Edition

Run = Callable[..., subprocess.CompletedProcess[str]]
_WHOLE = shipped.shipped_edition


@cache
def small_edition(version: str = "small") -> Edition:
    """A part of the shipped edition, with every genre."""
    whole = _WHOLE()
    return replace(
        whole,
        version=version,
        items=whole.items[::25],
        background=whole.background[::20],
        fields=whole.fields[::5],
    )


@contextmanager
def shipping(edition: Edition) -> Iterator[None]:
    """Meanwhile the program comes with this edition, in this process."""
    with pytest.MonkeyPatch.context() as patches, threadpool_limits(1):  # threads cost more than so little needs
        for module in (contentcheck.app, shipped):
            patches.setattr(module, "shipped_edition", lambda: edition)
        yield


def start(home: Path, *arguments: str, model: str = "toy") -> subprocess.Popen[str]:
    """The command line with the small edition, in a process of its own; texts are encoded eight at a time."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.command_line", *arguments],
        env={**os.environ, "CONTENTCHECK_HOME": str(home), "CONTENTCHECK_MODEL": model, "PYTHONIOENCODING": "utf-8"},
        cwd=Path(__file__).parent.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def write_jsonl(file: Path, *rows: object) -> Path:
    file.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), "utf-8")
    return file


def exported(run: Run, home: Path, folder: Path) -> list[dict[str, Any]]:
    """Every own piece, as `corpus export` writes it."""
    target = folder / "exported.jsonl"
    assert run("corpus", "export", "--output", str(target), home=home).returncode == 0
    return [json.loads(line) for line in target.read_text("utf-8").splitlines()]


def refusal(done: subprocess.CompletedProcess[str]) -> str:
    """The one line that says why a command did nothing."""
    assert (done.returncode, done.stdout) == (2, ""), (done.stdout, done.stderr)
    assert done.stderr.startswith("错误：") and done.stderr.count("\n") == 1, done.stderr
    return done.stderr.removeprefix("错误：").removesuffix("\n")


if __name__ == "__main__":
    with pytest.MonkeyPatch.context() as patches, shipping(small_edition()):
        patches.setattr(vectors, "_STEP", 8)
        main()
