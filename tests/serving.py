"""`contentcheck serve` in a process of its own, as other programs meet it; toy encoder, small edition."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.service import until


@contextmanager
def serving(home: Path, port: int | None = None) -> Iterator[str]:
    """The address of a server over a home folder that is ready to check; what it says goes to `home/serve.log`."""
    port = free_port() if port is None else port
    url = f"http://127.0.0.1:{port}"
    home.mkdir(parents=True, exist_ok=True)
    with (home / "serve.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.command_line", "serve", "--port", str(port)],
            env={**os.environ, "CONTENTCHECK_HOME": str(home), "CONTENTCHECK_MODEL": "toy"},
            cwd=Path(__file__).parents[1],
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            until(lambda: _ready(process, url), seconds=180)
            yield url
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def _ready(process: subprocess.Popen[bytes], url: str) -> bool:
    assert process.poll() is None, "the server ended"
    try:
        return httpx.get(f"{url}/readyz").status_code == 200
    except httpx.TransportError:
        return False
