"""A watched folder gives what is there, then what changes, once it is quiet and never half written."""

import os
import queue
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from contentcheck.corpus.sources import watching
from contentcheck.corpus.sources.watching import watch_folder
from contentcheck.engine.errors import InputError

SETTLE = 0.3
GONE = "{}：监视期间文件夹被删除或移走；请恢复文件夹后重新开始监视"


class Watch:
    """Runs `watch_folder` in a thread; `next` waits for what it gives, or the error it ends with."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.stop = threading.Event()
        self._given: queue.Queue[list[Path] | InputError | None] = queue.Queue()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            for batch in watch_folder(self.folder, self.stop, SETTLE):
                self._given.put(batch)
            self._given.put(None)
        except InputError as error:
            self._given.put(error)

    def next(self) -> list[str] | InputError | None:
        given = self._given.get(timeout=10)
        return [p.relative_to(self.folder).as_posix() for p in given] if isinstance(given, list) else given

    def all_of(self, count: int) -> list[str]:
        """So many files, sorted, from as many lists as they come in."""
        found: list[str] = []
        while len(found) < count:
            batch = self.next()
            assert isinstance(batch, list)
            found += batch
        return sorted(found)

    def silent(self, seconds: float = 2.5 * SETTLE) -> bool:
        time.sleep(seconds)
        return self._given.empty()

    def end(self) -> None:
        self.stop.set()
        self._thread.join()


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Callable[[], Watch]]:
    started: list[Watch] = []

    def start() -> Watch:
        started.append(Watch(tmp_path))
        return started[-1]

    yield start
    for each in started:
        each.end()


Start = Callable[[], Watch]


def put(folder: Path, *names: str, text: str = "文") -> None:
    for name in names:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def test_what_is_there_comes_first_sorted_and_without_what_is_no_draft(tmp_path: Path, watch: Start) -> None:
    wanted = ["a.txt", "b.md", "c.html", "d.HTM", "e.docx", "f.jsonl", "g.csv", "h.xlsx", "子/孙/i.txt", "甲.txt"]
    others = [
        ".a.txt",
        "~$e.docx",
        "x.pdf",
        "y.txt.part",
        "y.docx.crdownload",
        "z.tmp",
        ".git/b.txt",
        "子/.c/d.md",
        "无",
    ]
    put(tmp_path, *reversed(wanted), *others)
    put(tmp_path, "火狐.docx", text="")  # the place that Firefox keeps for what it is loading
    put(tmp_path, "火狐.docx.part")
    (tmp_path / "j.txt").mkdir()
    (tmp_path / "k.txt").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "l.txt")
    assert watch().next() == sorted(wanted)


def test_an_empty_folder_gives_an_empty_first_list(watch: Start) -> None:
    assert watch().next() == []


def test_old_files_are_given_without_waiting(tmp_path: Path) -> None:
    put(tmp_path, "a.txt")
    os.utime(tmp_path / "a.txt", (1e9, 1e9))
    start = time.monotonic()
    batches = watch_folder(tmp_path, settle_seconds=60)
    assert next(batches) == [tmp_path / "a.txt"]
    assert time.monotonic() - start < 5


def test_files_added_and_changed_later_come_once(tmp_path: Path, watch: Start) -> None:
    put(tmp_path, "a.txt", "b.txt")
    watched = watch()
    assert watched.next() == ["a.txt", "b.txt"]
    put(tmp_path, "子/c.md", "b.txt", text="改过的文")
    put(tmp_path, "子/d.pdf", ".e.txt")
    assert watched.all_of(2) == ["b.txt", "子/c.md"]
    assert watched.silent()


def test_a_subfolder_filled_at_once_or_moved_in_loses_nothing(tmp_path: Path, watch: Start) -> None:
    outside = tmp_path.with_name(tmp_path.name + "-outside")
    names = [f"{n}/{n}/{n}.txt" for n in range(10)]
    put(outside / "旧", *names)
    watched = watch()
    assert watched.next() == []
    put(tmp_path / "新", *names)
    (outside / "旧").rename(tmp_path / "旧")
    assert watched.all_of(20) == sorted([f"新/{name}" for name in names] + [f"旧/{name}" for name in names])


def test_a_file_that_grows_is_given_when_it_is_quiet(tmp_path: Path, watch: Start) -> None:
    watched = watch()
    assert watched.next() == []
    with (tmp_path / "长.txt").open("w", encoding="utf-8") as file:
        for _ in range(20):
            file.write("字")
            file.flush()
            time.sleep(SETTLE / 6)
            assert watched.silent(0)
    assert watched.next() == ["长.txt"]
    assert watched.silent()


def test_a_file_that_grows_from_the_start_does_not_hold_back_the_others(tmp_path: Path, watch: Start) -> None:
    put(tmp_path, "a.txt")
    done = threading.Event()

    def grow() -> None:
        while not done.wait(SETTLE / 4):
            with (tmp_path / "长.txt").open("a", encoding="utf-8") as file:
                file.write("字")

    writer = threading.Thread(target=grow)
    writer.start()
    time.sleep(SETTLE)
    watched = watch()
    try:
        assert watched.next() == ["a.txt"]
        put(tmp_path, "b.txt")
        assert watched.next() == ["b.txt"]
    finally:
        done.set()
        writer.join()
    assert watched.next() == ["长.txt"]


def test_a_download_is_given_under_its_last_name(tmp_path: Path, watch: Start) -> None:
    watched = watch()
    assert watched.next() == []
    put(tmp_path, "稿.docx.crdownload")
    assert watched.silent()
    (tmp_path / "稿.docx.crdownload").rename(tmp_path / "稿.docx")
    assert watched.next() == ["稿.docx"]


def test_deletions_and_rights_are_no_changes_but_a_file_that_comes_back_is(tmp_path: Path, watch: Start) -> None:
    put(tmp_path, "a.txt", "b.txt")
    watched = watch()
    assert watched.next() == ["a.txt", "b.txt"]
    (tmp_path / "a.txt").chmod(0o600)
    (tmp_path / "a.txt").read_text(encoding="utf-8")
    (tmp_path / "b.txt").unlink()
    assert watched.silent()
    put(tmp_path, "b.txt")
    assert watched.next() == ["b.txt"]


def test_changes_while_the_last_files_are_being_read_are_not_lost(tmp_path: Path) -> None:
    put(tmp_path, "a.txt")
    batches = watch_folder(tmp_path, settle_seconds=SETTLE)
    assert next(batches) == [tmp_path / "a.txt"]
    put(tmp_path, "b.txt")
    time.sleep(3 * SETTLE)  # the caller is busy
    put(tmp_path, "a.txt", text="改过的文")
    assert next(batches) == [tmp_path / "a.txt", tmp_path / "b.txt"]


def test_paths_are_as_the_folder_was_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    put(Path("稿件"), "a.txt")
    batches = watch_folder(Path("稿件"), settle_seconds=SETTLE)
    assert next(batches) == [Path("稿件/a.txt")]
    shutil.rmtree("稿件")
    with pytest.raises(InputError) as error:
        next(batches)
    assert str(error.value) == GONE.format("稿件")


def test_stopping_ends_it(tmp_path: Path, watch: Start) -> None:
    watched = watch()
    assert watched.next() == []
    watched.stop.set()
    assert watched.next() is None
    stopped = threading.Event()
    stopped.set()
    assert list(watch_folder(tmp_path, stopped)) == []


def test_ctrl_c_passes_through(tmp_path: Path) -> None:
    batches = watch_folder(tmp_path, settle_seconds=SETTLE)
    assert next(batches) == []
    threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        next(batches)


def test_no_folder(tmp_path: Path) -> None:
    put(tmp_path, "a.txt")
    for path, message in (
        (tmp_path / "无", "文件夹不存在；请检查路径"),
        (tmp_path / "a.txt", "不是文件夹；请填写要监视的文件夹"),
    ):
        with pytest.raises(InputError) as error:
            watch_folder(path)  # at the call, not at the first list
        assert str(error.value) == f"{path}：{message}"


@pytest.mark.parametrize("put_back", [False, True])
@pytest.mark.parametrize("moved", [False, True])
def test_the_folder_vanishes(tmp_path: Path, moved: bool, put_back: bool) -> None:
    folder = tmp_path / "稿件"
    put(folder, "a.txt")
    batches = watch_folder(folder, settle_seconds=SETTLE)
    assert next(batches) == [folder / "a.txt"]
    if moved:
        folder.rename(tmp_path / "别处")
    else:
        shutil.rmtree(folder)
    if put_back:
        folder.mkdir()
    with pytest.raises(InputError) as error:
        next(batches)
    assert str(error.value) == GONE.format(folder)


def test_a_system_that_refuses_to_watch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> Iterator[None]:
        raise OSError("OS file watch limit reached.")
        yield

    monkeypatch.setattr(watching, "watch", refuse)
    with pytest.raises(InputError) as error:
        next(watch_folder(tmp_path))
    reason = "无法监视（OS file watch limit reached.）；请确认文件夹可以读取，且系统允许监视的文件数没有用完"
    assert str(error.value) == f"{tmp_path}：{reason}"


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may read everything")
def test_a_subfolder_that_may_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "密").mkdir(mode=0)
    with pytest.raises(InputError) as error:
        watch_folder(tmp_path)
    assert str(error.value) == f"{tmp_path / '密'}：无法读取（Permission denied）；请检查权限"
