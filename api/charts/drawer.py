"""Has charts drawn by a process beside the service.

The library that draws holds Python's lock for as long as it works, 0.7 s for the first chart and seconds for a large
one, during which nothing else would be answered.
"""

import json
import subprocess
import sys
from contextlib import suppress
from threading import Lock, Timer
from typing import Any

from contentcheck.engine.errors import StateError

_PATIENCE = 30.0
_PROGRAM = (sys.executable, "-m", "contentcheck.api.charts.drawing")


class Drawer:
    """One process, started by the first chart. Threads may share it; charts are drawn one after the other."""

    def __init__(self, patience: float = _PATIENCE):
        """`patience`: seconds that a chart may wait for those before it, and as many that drawing it may take."""
        self.patience = patience
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = Lock()

    def draw(self, name: str, data: dict[str, Any], look: dict[str, Any]) -> str:
        """The SVG of a chart: `name` of `drawing.CHARTS`, `data` its arguments, `look` those of `Look`.

        Raises:
            StateError: if it takes too long, or the process has ended; the next chart starts another.
        """
        asked = json.dumps({"name": name, "data": data, "look": look}).encode()
        if not self._lock.acquire(timeout=self.patience):
            raise StateError(f"the chart {name} has waited {self.patience:g} s for others to be drawn")
        try:
            drawn = self._answer(asked + b"\n")
            if not drawn.endswith(b"\n"):
                self._end()
                raise StateError(f"the chart {name} was not drawn: the process has ended, or took {self.patience:g} s")
        finally:
            self._lock.release()
        return json.loads(drawn)

    def close(self) -> None:
        """End the process, once what it draws is drawn."""
        with self._lock:
            self._end()

    def _answer(self, asked: bytes) -> bytes:
        """The line that the process answers; without its end if the process did not last so long."""
        if self._process is not None and self._process.poll() is not None:
            self._end()
        if self._process is None:
            self._process = subprocess.Popen(_PROGRAM, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._process.stdin and self._process.stdout
        too_late = Timer(self.patience, self._process.kill)  # which ends the reading, and the writing
        too_late.start()
        try:
            self._process.stdin.write(asked)
            self._process.stdin.flush()
            return self._process.stdout.readline()
        except BrokenPipeError:
            return b""
        finally:
            too_late.cancel()

    def _end(self) -> None:
        if self._process is not None:
            with suppress(BrokenPipeError):
                self._process.communicate()
            self._process = None
