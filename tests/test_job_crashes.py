"""kill -9 of real servers in the middle of a job: no draft is lost, none is told of twice."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.servers import Place, new_place


def kill(what: str, place: Place, *arguments: object) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "tests.killed_servers", what, *place.arguments, *map(str, arguments)],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_a_server_that_is_killed_again_and_again_loses_nothing(place: Place) -> None:
    told = kill("alone", place, 300, 4, 7)
    assert told["same"]
    assert told["done"] == sorted(told["done"]) and told["done"][0] < 300


def test_servers_share_a_job_and_survive_one_another(tmp_path: Path) -> None:
    told = kill("together", new_place("postgresql", tmp_path), 500)
    assert told["same"]
    assert told["done"][0] < 500, "all was done before anything was killed"
    assert len(told["by_owner"]) == 2 and sum(told["by_owner"]) == 500
