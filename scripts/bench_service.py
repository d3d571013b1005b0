"""Measure the REST service against the engine called directly: throughput, latency, and what overload does to it.

    scripts/bench service [--quick]    --quick: 10 seconds of each load instead of 60

The service runs in a process of its own on the same machine, with its callers, so it has less of the processor than
the engine alone. Drafts are stretches of the sample drafts with a number of their own in each clause.
"""

import argparse
import asyncio
import itertools
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from bench_checks import sample_text
from bench_library import seconds

from contentcheck.app import Settings, build_checker, open_store
from contentcheck.corpus.shipped import sample_brands
from contentcheck.engine.checker import Checker
from contentcheck.engine.documents import Draft

_BRAND = "苔朵"
_LENGTH = 2_000
_CONNECTIONS = 64
_OVERLOAD = 4  # times what the service can do
_RECOVERY = 5.0  # seconds after which it has to be as fast as before
_PATH = "/v1/checks"


_numbers = itertools.count()


def drafts(count: int) -> list[dict[str, str]]:
    """Bodies for `POST /v1/checks`; no sentence comes twice, since the service remembers the vectors of sentences."""
    text = sample_text(_LENGTH + 97 * 50)
    bodies: list[dict[str, str]] = []
    for number in itertools.islice(_numbers, count):
        stretch = text[97 * (number % 50) :][:_LENGTH]
        own = re.sub(r"(?=[，。！？；])", str(number), stretch)[:_LENGTH]
        bodies.append({"id": str(number), "text": own, "brand": _BRAND})
    return bodies


def engine_alone(checker: Checker, bodies: list[dict[str, str]]) -> tuple[list[float], float]:
    """Seconds of each draft by itself, and drafts a second in bulk."""
    several = [Draft(b["id"], b["text"], brand=b["brand"]) for b in bodies]
    checker.check(several[:8])
    alone = [seconds(lambda d=d: json.dumps(checker.check([d])[0].to_json())) for d in several]
    batches = [several[i : i + 64] for i in range(0, len(several), 64)]
    return alone, len(several) / sum(seconds(lambda b=b: checker.check(b)) for b in batches)


@contextmanager
def serving(home: Path) -> Iterator[tuple[str, int]]:
    """The address of a running service and its process id."""
    environment = {**os.environ, "CONTENTCHECK_HOME": str(home)}
    command = [sys.executable, "-m", "contentcheck", "serve", "--port", "8765"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        address = "http://127.0.0.1:8765"
        try:
            while not is_ready(address):
                if process.poll() is not None:
                    raise SystemExit("the service did not start")
                time.sleep(0.2)
            yield address, process.pid
        finally:
            process.terminate()


def is_ready(address: str) -> bool:
    try:
        return httpx.get(f"{address}/readyz").status_code == 200
    except httpx.TransportError:
        return False


async def closed_loop(address: str, bodies: list[dict[str, str]], connections: int) -> tuple[list[float], float]:
    """As many callers as connections, each asking again once it is answered: seconds of each, and answers a second."""
    took: list[float] = []
    waiting = iter(bodies)

    async def caller(client: httpx.AsyncClient) -> None:
        for body in waiting:
            start = time.perf_counter()
            answer = await client.post(_PATH, json=body)
            answer.raise_for_status()
            took.append(time.perf_counter() - start)

    limits = httpx.Limits(max_connections=connections)
    async with httpx.AsyncClient(base_url=address, timeout=120, limits=limits) as client:
        start = time.perf_counter()
        await asyncio.gather(*(caller(client) for _ in range(connections)))
        return took, len(took) / (time.perf_counter() - start)


async def open_loop(address: str, rate: float, duration: float) -> tuple[Counter[int], list[float]]:
    """Requests that come whether or not earlier ones are answered: the statuses, and seconds of the refusals."""
    statuses: Counter[int] = Counter()
    refused: list[float] = []

    async def ask(client: httpx.AsyncClient, body: dict[str, str]) -> None:
        start = time.perf_counter()
        try:
            status = (await client.post(_PATH, json=body)).status_code
        except httpx.TransportError:
            status = 0
        statuses[status] += 1
        if status == 503:
            refused.append(time.perf_counter() - start)

    limits = httpx.Limits(max_connections=2_000)
    bodies = drafts(int(rate * duration))
    async with httpx.AsyncClient(base_url=address, timeout=120, limits=limits) as client:
        start = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for i, body in enumerate(bodies):
                await asyncio.sleep(max(0.0, start + i / rate - time.perf_counter()))
                group.create_task(ask(client, body))
    return statuses, refused


def resident(process: int) -> float:
    """Gigabytes of memory that a process holds now."""
    status = Path(f"/proc/{process}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+)", status)
    return int(found[1]) / 2**20 if found else 0.0


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    duration = 10 if parser.parse_args().quick else 60
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder))
        open_store(settings).brands.add(sample_brands())
        bodies = drafts(256)
        alone, bulk = engine_alone(build_checker(settings), bodies)
        print(f"the engine: {bulk:.1f} drafts a second in bulk; one by one {1000 * p95(alone):.0f} ms (p95)")
        with serving(settings.home) as (address, process):
            asyncio.run(closed_loop(address, drafts(64), 8))
            single, _ = asyncio.run(closed_loop(address, bodies, 1))
            print(f"one caller: {1000 * p95(single):.0f} ms (p95), ratio to the engine {p95(single) / p95(alone):.2f}")
            several, speed = asyncio.run(closed_loop(address, drafts(int(bulk * duration)), _CONNECTIONS))
            print(f"{_CONNECTIONS} connections: {speed:.1f} drafts a second, ratio to bulk {speed / bulk:.2f}")
            print(f"  latency median {statistics.median(several):.2f} s, p95 {p95(several):.2f} s")
            before = resident(process)
            statuses, refused = asyncio.run(open_loop(address, _OVERLOAD * speed, duration))
            print(f"{_OVERLOAD} times its capacity for {duration} s: answers {dict(statuses)}")
            print(f"  refused after {1000 * statistics.median(refused or [0]):.0f} ms (median)")
            print(f"  memory {before:.2f} GB before, {resident(process):.2f} GB after")
            time.sleep(_RECOVERY)
            after, _ = asyncio.run(closed_loop(address, drafts(100), 1))
            slower = statistics.median(after) / statistics.median(single)
            print(f"  {_RECOVERY:g} s later a caller waits {slower:.2f} times as long as before")


if __name__ == "__main__":
    main()
