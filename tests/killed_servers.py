"""Kill servers that work on a job. Run by test_job_crashes.py, for processes that can be forked at will.

    python killed_servers.py alone HOME URL DRAFTS KILLS SEED
    python killed_servers.py together HOME URL DRAFTS

`alone`: a server that works on a job of DRAFTS drafts is killed KILLS times at random moments and started anew.
`together`: two servers share a database, and when both have some of the drafts done, one is killed. Prints what came of
it as JSON, `same`: whether the results are those of a program that nobody disturbs.
"""

import faulthandler
import json
import os
import random
import signal
import socket
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from sqlalchemy import func, select

from contentcheck.api.application import create_app
from contentcheck.api.settings import ServiceSettings
from contentcheck.app import Settings, Workspace
from contentcheck.corpus.records import json_line
from contentcheck.corpus.store import Store, leases, schema
from contentcheck.engine.documents import Draft
from tests.command_line import shipping, small_edition

LEASE = 1.5  # seconds: others need not wait long for what a killed server had
leases.ATTEMPTS = 100  # it is no draft's fault that servers are killed here


@dataclass
class Server:
    """A server in a process of its own."""

    home: Path
    url: str

    def __enter__(self) -> "Server":
        listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        self.process = os.fork()
        if self.process == 0:
            settings = Settings(home=self.home, database=self.url or None, model="toy")
            with shipping(small_edition()):
                app = create_app(settings, ServiceSettings(job_lease=LEASE))
                uvicorn.Server(uvicorn.Config(app, log_level="error")).run(sockets=[listening])
            os._exit(0)
        listening.close()
        while self.get("/readyz").status_code != 200:
            time.sleep(0.05)
        return self

    def __exit__(self, *_: object) -> None:
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)

    def get(self, path: str) -> httpx.Response:
        return httpx.get(self.address + path, timeout=30)

    def hand_in(self, drafts: list[Draft]) -> str:
        rows = [{"id": d.id, "text": d.text} for d in drafts]
        return httpx.post(self.address + "/v1/jobs", json=rows, timeout=30).json()["id"]

    def finish(self, job: str) -> str:
        """The results, once there are all."""
        while self.get(f"/v1/jobs/{job}").json()["state"] != "done":
            time.sleep(0.05)
        return self.get(f"/v1/jobs/{job}/results").text

    def by_owner(self) -> dict[str, int]:
        """How many drafts each worker is done with."""
        rows = schema.job_rows.c
        query = select(rows.owner, func.count()).where(rows.state == "done").group_by(rows.owner)
        with closing((store := Store(self.home, self.url or None)).database), store.database.reading() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}


def undisturbed(home: Path, url: str, drafts: list[Draft]) -> str:
    """The reports; and all that servers load and encode is there, before they are forked."""
    with shipping(small_edition()):
        workspace = Workspace(Settings(home=home, database=url or None, model="toy"))
        with closing(workspace.store.database):
            return "".join(json_line(report.to_json()) for report in workspace.checker().check(drafts))


def alone(home: Path, url: str, drafts: list[Draft], kills: int, chance: random.Random) -> dict[str, Any]:
    expected = undisturbed(home, url, drafts)
    done: list[int] = []
    job = ""
    for _ in range(kills):
        with Server(home, url) as server:
            job = job or server.hand_in(drafts)
            time.sleep(chance.uniform(0, 0.5))
            done.append(server.get(f"/v1/jobs/{job}").json()["done"])
    with Server(home, url) as server:
        return {"same": server.finish(job) == expected, "done": done}


def together(home: Path, url: str, drafts: list[Draft]) -> dict[str, Any]:
    expected = undisturbed(home / "a", url, drafts)
    with Server(home / "a", url) as first:
        with Server(home / "b", url) as second:
            job = second.hand_in(drafts)
            while len(second.by_owner()) < 2:
                time.sleep(0.01)
            done = second.get(f"/v1/jobs/{job}").json()["done"]
        return {"same": first.finish(job) == expected, "done": [done], "by_owner": list(first.by_owner().values())}


def main() -> None:
    faulthandler.dump_traceback_later(100, exit=True)
    what, home, url, count = sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
    drafts = [Draft(f"d{n}", f"第{n}天。人生没有白走的路，每一步都算数。" * (1 + n % 5)) for n in range(count)]
    if what == "together":
        told = together(home, url, drafts)
    else:
        told = alone(home, url, drafts, int(sys.argv[5]), random.Random(int(sys.argv[6])))
    print(json.dumps(told))


main()
