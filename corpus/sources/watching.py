"""Watch a folder for drafts and tables: what lies there first, then what is added or changed, once it is quiet."""

import os
import stat
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path

from watchfiles import Change, watch

from contentcheck.engine.errors import InputError

_KINDS = {".txt", ".md", ".html", ".htm", ".docx", ".jsonl", ".csv", ".xlsx"}
_SHORTEST_LOOK, _LONGEST_LOOK = 0.05, 1.0  # seconds from one look at the folder to the next

_Events = Generator[set[tuple[Change, str]], None, None]
_State = tuple[int, int]  # size in bytes, time of the last change in nanoseconds since 1970


def watch_folder(
    folder: Path, stop: threading.Event | None = None, settle_seconds: float = 1.0
) -> Iterator[list[Path]]:
    """Lists of files to read, without an end until `stop` is set.

    The first list, which may be empty, is what lies there at the start. Each later one holds the files that were
    added, changed or moved in since and then kept their size and time for `settle_seconds`. Files are txt, md,
    html, htm, docx, jsonl, csv and xlsx, in subfolders too, each list sorted; hidden files and folders, lock files
    of Office and unfinished downloads are left out. Deletions are not reported.

    Raises:
        InputError: at the call if `folder` is no folder or cannot be read; later if it is deleted or moved away.
    """
    if not folder.exists():
        raise InputError(f"{folder}：文件夹不存在；请检查路径")
    if not folder.is_dir():
        raise InputError(f"{folder}：不是文件夹；请填写要监视的文件夹")
    _scan(folder)
    return _batches(folder, stop or threading.Event(), settle_seconds)


def _batches(folder: Path, stop: threading.Event, settle_seconds: float) -> Iterator[list[Path]]:
    """An event of the system only says that it is worth looking; what changed is told by sizes and times.

    So a file is found even where its event is lost, as in a subfolder filled before the system watches it, and
    looking goes on for `settle_seconds` after the last event.
    """
    quiet = _Quiet(settle_seconds)
    tick = min(_LONGEST_LOOK, max(_SHORTEST_LOOK, settle_seconds / 4))
    first: list[Path] | None = []
    started = look_until = 0.0
    with closing(_events(folder, tick, stop)) as events:
        while True:
            changed = _next_events(folder, events)  # the first call starts the watch, so nothing is missed after it
            if stop.is_set():
                return
            now = time.monotonic()
            started = started or now
            if changed:
                look_until = now + settle_seconds + tick
            if first is None and not quiet.waiting and now > look_until:
                continue
            ready = quiet.look(_scan(folder), now, trust_times=now == started)
            if first is not None:
                first += ready
                if not quiet.waiting or now - started >= settle_seconds:
                    yield sorted(first)
                    first = None
            elif ready:
                yield ready


class _Quiet:
    """Tells which files have kept still, and gives each state of a file once."""

    def __init__(self, settle_seconds: float):
        self._settle_seconds = settle_seconds
        self._given: dict[Path, _State] = {}
        self.waiting: dict[Path, tuple[_State, float]] = {}  # and since when, on the monotonic clock

    def look(self, states: dict[Path, _State], now: float, trust_times: bool = False) -> list[Path]:
        """The files that are new or changed and have settled, sorted; `states` are all files there at `now`.

        With `trust_times` a file has been quiet since its time of change. That holds for files found at the start;
        a copy made later may bear the time of its original while it grows.
        """
        self._given = {path: state for path, state in self._given.items() if path in states}
        waiting: dict[Path, tuple[_State, float]] = {}
        for path, state in states.items():
            if self._given.get(path) == state:
                continue
            before = self.waiting.get(path)
            if before and before[0] == state:
                waiting[path] = before
            else:
                age = max(0.0, time.time() - state[1] / 1e9) if trust_times else 0.0
                waiting[path] = (state, now - age)
        ready = sorted(path for path, (_, since) in waiting.items() if now - since >= self._settle_seconds)
        for path in ready:
            self._given[path] = waiting.pop(path)[0]
        self.waiting = waiting
        return ready


def _events(folder: Path, tick: float, stop: threading.Event) -> _Events:
    milliseconds = round(tick * 1000)
    return watch(
        folder.absolute(),
        watch_filter=None,  # a filter would hold back the ticks while a download goes on
        debounce=milliseconds,
        rust_timeout=milliseconds,
        yield_on_timeout=True,
        stop_event=stop,
    )


def _next_events(folder: Path, events: _Events) -> set[tuple[Change, str]]:
    """The next events, empty after a tick without any."""
    try:
        changed = next(events, set[tuple[Change, str]]())
    except (OSError, RuntimeError) as error:  # watchfiles' own errors are RuntimeErrors
        raise InputError(
            f"{folder}：无法监视（{error}）；请确认文件夹可以读取，且系统允许监视的文件数没有用完"
        ) from error
    # A folder put anew in the place of the old one is not watched any more.
    if not folder.is_dir() or any(c is Change.deleted and Path(p) == folder.absolute() for c, p in changed):
        raise InputError(f"{folder}：监视期间文件夹被删除或移走；请恢复文件夹后重新开始监视")
    return changed


def _scan(folder: Path) -> dict[Path, _State]:
    """All files to be read, with their states."""
    found: dict[Path, _State] = {}
    for place, folders, files in os.walk(folder, onerror=_refuse_unreadable):
        folders[:] = [name for name in folders if not name.startswith(".")]
        names = set(files)
        for name in files:
            path = Path(place, name)
            # Firefox keeps an empty file in the place of the one it is still loading beside it.
            if name.startswith((".", "~$")) or path.suffix.lower() not in _KINDS or f"{name}.part" in names:
                continue
            try:
                status = path.stat()
            except OSError as error:
                _refuse_unreadable(error)
                continue
            if stat.S_ISREG(status.st_mode):
                found[path] = (status.st_size, status.st_mtime_ns)
    return found


def _refuse_unreadable(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):  # gone since, or a link to nothing
        raise InputError(f"{error.filename}：无法读取（{error.strerror}）；请检查权限") from error
