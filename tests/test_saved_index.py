"""A saved index is used only if it is whole and was made for exactly this; a kill leaves the old one or the new one."""

import errno
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import faiss
import numpy as np
import pytest

from contentcheck.corpus.live.saved_index import Identity, SavedIndex
from contentcheck.corpus.live.shelf import ALL_TOGETHER, LiveShelf
from contentcheck.corpus.store import Store
from contentcheck.corpus.store.change import State
from contentcheck.corpus.store.vectors import StoredVectors
from contentcheck.engine.documents import CorpusItem
from contentcheck.engine.drift import Nearest
from contentcheck.engine.encoder import Encoder, Vectors
from contentcheck.engine.errors import StateError
from contentcheck.engine.reference import NEIGHBOURS
from contentcheck.engine.shard import Shard
from tests.brute_force import BruteForce, add, sentences
from tests.servers import contents

POOL = sentences(40, 5)
DRAFTS = [POOL[3].rstrip("。") + POOL[20].rstrip("。"), POOL[39].rstrip("。")]
IDENTITY = Identity("epoch", 0, "toy", "1", 8, "all", "few")
STATE = State("epoch", 7, 3, bytes(range(16)))
NEAREST = Nearest(np.full((1, 2, 3), 0.5, np.float32), np.full((1, 2, 3), 4, np.int64))


def shard(seed: int = 0) -> Shard:
    vectors = np.random.default_rng(seed).normal(size=(3, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return Shard.of(np.array([2, 4, 9], np.int64), np.zeros(3, np.int8), vectors, POOL[:3], 1)


def names(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir()}


# Saved and loaded


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    place = SavedIndex(tmp_path / "index" / "0-1", IDENTITY, 1)
    assert (place.name(), place.load()) == (None, None)
    place.save(shard(), NEAREST, STATE)
    loaded = place.load()
    assert loaded is not None
    assert (loaded.state, loaded.name) == (STATE, place.name())
    np.testing.assert_array_equal(loaded.nearest.similarities, NEAREST.similarities)
    np.testing.assert_array_equal(loaded.nearest.keys, NEAREST.keys)
    query = np.eye(8, dtype=np.float32)[:2]
    for found, expected in zip(loaded.shard.nearest(query, 3, 0), shard().nearest(query, 3, 0), strict=True):
        np.testing.assert_array_equal(found, expected)
    assert [keys.tolist() for _, keys in loaded.shard.wordings(POOL[1].rstrip("。"))] == [[4]]


@pytest.mark.parametrize(
    "change",
    [
        {"epoch": "another"},
        {"shelf": 1},
        {"model": "other"},
        {"revision": "2"},
        {"dim": 9},
        {"genres": "by genre"},
        {"background": "more"},
        {"format": 1},
    ],
    ids=lambda change: next(iter(change)),
)
def test_an_index_made_for_something_else_is_not_loaded(tmp_path: Path, change: dict) -> None:
    SavedIndex(tmp_path, IDENTITY, 1).save(shard(), NEAREST, STATE)
    assert SavedIndex(tmp_path, replace(IDENTITY, **change), 1).load() is None
    assert SavedIndex(tmp_path, IDENTITY, 1).load() is not None


def test_a_save_replaces_the_last_one_and_what_killed_saves_left(tmp_path: Path) -> None:
    place = SavedIndex(tmp_path, IDENTITY, 1)
    place.save(shard(1), NEAREST, STATE)
    first = place.name()
    (tmp_path / "0123456789abcdef" / "wording").mkdir(parents=True)
    (tmp_path / "0123456789abcdef" / "keys.npy").write_bytes(b"half")
    (tmp_path / "current.0123456789abcdef").write_text("0123456789abcdef")
    with place.alone():
        place.save(shard(2), NEAREST, replace(STATE, seq=8))
    loaded = place.load()
    assert loaded is not None
    assert (loaded.state.seq, loaded.name != first) == (8, True)
    assert names(tmp_path) == {"current", "lock", loaded.name}
    assert place.tidy() == 0


def test_tidying_counts_what_it_deletes_and_keeps_what_is_in_use(tmp_path: Path) -> None:
    place = SavedIndex(tmp_path / "nowhere", IDENTITY, 1)
    assert place.tidy() == 0
    place = SavedIndex(tmp_path, IDENTITY, 1)
    place.save(shard(), NEAREST, STATE)
    (tmp_path / "left").mkdir()
    (tmp_path / "current.left").touch()
    assert place.tidy() == 2
    assert place.load() is not None


# Disk full


def no_space(*arguments, **named) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def faiss_finds_no_space(*arguments) -> None:
    raise RuntimeError("Error: 'ret == (size)' failed: write error: No space left on device")


@pytest.fixture(params=["np.save", "faiss", "manifest", "flush", "pointer"])
def fill_the_disk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Once this is called, the disk is full when a save has come so far."""
    write = Path.write_text

    def no_space_for(name: str) -> Callable[..., int]:
        def begin(path: Path, *rest: str) -> int:
            if not path.name.startswith(name):
                return write(path, *rest)
            path.touch()
            raise OSError(errno.ENOSPC, "No space left on device")

        return begin

    places = {
        "np.save": (np, "save", no_space),
        "faiss": (faiss, "write_index", faiss_finds_no_space),
        "manifest": (Path, "write_text", no_space_for("manifest")),
        "flush": (os, "fsync", no_space),
        "pointer": (Path, "write_text", no_space_for("current.")),
    }
    return lambda: monkeypatch.setattr(*places[request.param])


@pytest.mark.parametrize("is_first", [True, False])
def test_a_full_disk_leaves_the_old_index_and_nothing_beside_it(
    tmp_path: Path, fill_the_disk: Callable[[], None], is_first: bool
) -> None:
    place = SavedIndex(tmp_path / "0-1", IDENTITY, 1)
    place.folder.mkdir()
    if not is_first:
        place.save(shard(), NEAREST, STATE)
    before, name = names(place.folder), place.name()
    fill_the_disk()
    with pytest.raises(StateError) as refused:
        place.save(shard(1), NEAREST, replace(STATE, seq=8))
    assert str(refused.value).startswith(f"无法写入 {place.folder}：")
    assert str(refused.value).endswith("；请检查磁盘空间和权限，或设置 CONTENTCHECK_HOME")
    assert (names(place.folder), place.name()) == (before, name)
    loaded = place.load()
    assert (loaded.state if loaded else None) == (None if is_first else STATE)


# One at a time


def test_one_at_a_time_builds(tmp_path: Path) -> None:
    one, other = (SavedIndex(tmp_path / "0-1", IDENTITY, 1) for _ in range(2))
    for _ in range(2):
        with one.alone() as first:
            with other.alone() as second:
                assert (first, second) == (True, False)
            with other.alone() as third:
                assert third is False
        with other.alone() as free:
            assert free is True


def test_a_failure_lets_others_build(tmp_path: Path) -> None:
    place = SavedIndex(tmp_path, IDENTITY, 1)
    with pytest.raises(ValueError, match="mine"), place.alone():
        raise ValueError("mine")
    with place.alone() as alone:
        assert alone is True


def test_where_no_folder_can_be_made_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "index").write_text("not a folder")
    place = SavedIndex(tmp_path / "index" / "0-1", IDENTITY, 1)
    with pytest.raises(StateError, match=r"^无法写入 .*0-1：Not a directory；请检查磁盘空间和权限"), place.alone():
        pytest.fail("this must not be built")
    assert place.load() is None


# Damage, as a shelf meets it


@dataclass(frozen=True)
class World:
    """A shelf of a store with an index, and what is right."""

    home: Path
    toy: Encoder
    truth: BruteForce

    def opened(self) -> tuple[Store, LiveShelf]:
        store = Store(self.home)
        return store, LiveShelf(store, store.library, StoredVectors(store.database, self.toy), ALL_TOGETHER)

    def right(self, *, build: bool = False) -> int:
        """Open the shelf as a new process does, and see that it answers; how many passages a saved index held."""
        store, live = self.opened()
        with closing(store.database):
            if build:
                live.build()
            moment = live.current()
            self.truth.assert_right(moment, store, store.library, DRAFTS)
            return live.saved_passages

    @property
    def folder(self) -> Path:
        """Where its indexes are."""
        return self.home / "index" / "0-1"

    @property
    def index(self) -> Path:
        """The one that is pointed to."""
        return self.folder / (self.folder / "current").read_text()


def new_world(home: Path, toy: Encoder, items: int) -> World:
    """Items of two sentences each."""
    texts = [*POOL, *sentences(2 * items, 6)][: 2 * items]
    truth = BruteForce(toy, ALL_TOGETHER, [*POOL[:2], "另一句"], np.empty((0, toy.dim), np.float32), NEIGHBOURS)
    world = World(home, toy, truth)
    with closing(Store(home).database) as database:
        add(Store(home).library, *(CorpusItem(f"n{i}", texts[2 * i] + texts[2 * i + 1]) for i in range(items)))
        database.close()
    return world


@pytest.fixture
def world(tmp_path: Path, toy: Encoder) -> World:
    made = new_world(tmp_path, toy, 20)
    assert made.right() == 0
    assert made.right(build=True) == 40
    assert made.right() == 40
    return made


def replace_part(name: str) -> Callable[[World], None]:
    """A part of the index of another store with other pieces, put in place of its own."""

    def replace_in(world: World) -> None:
        other = new_world(world.home / "other", world.toy, 25)
        other.right(build=True)
        shutil.copytree(other.index / name, world.index / name, dirs_exist_ok=True)

    return replace_in


def manifest_with(**changes: object) -> Callable[[World], None]:
    def change(world: World) -> None:
        file = world.index / "manifest.json"
        file.write_text(json.dumps(json.loads(file.read_text()) | changes))

    return change


def cut(file: Path) -> None:
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])


DAMAGES: dict[str, Callable[[World], object]] = {
    "points nowhere": lambda w: (w.folder / "current").write_text("0123456789abcdef"),
    "points to garbage": lambda w: (w.folder / "current").write_bytes(b"\xff\xfe\x00\x93"),
    "points out": lambda w: (w.folder / "current").write_text("../../.."),
    "empty pointer": lambda w: (w.folder / "current").write_text(""),
    "no pointer": lambda w: (w.folder / "current").unlink(),
    "no manifest": lambda w: (w.index / "manifest.json").unlink(),
    "manifest of garbage": lambda w: (w.index / "manifest.json").write_bytes(b"\x93garbage\xff"),
    "manifest cut": lambda w: cut(w.index / "manifest.json"),
    "manifest is a list": lambda w: (w.index / "manifest.json").write_text("[]"),
    "another change": manifest_with(seq=0),
    "another digest": manifest_with(digest="00" * 16),
    "another count": manifest_with(count=19),
    "digest of garbage": manifest_with(digest="garbage"),
    "no digest": manifest_with(digest=None),
    "vectors cut": lambda w: cut(w.index / "meaning-0" / "vectors.faiss"),
    "no vectors": lambda w: shutil.rmtree(w.index / "meaning-0"),
    "no group": lambda w: (w.index / "group-0.npy").unlink(),
    "no nearest": lambda w: (w.index / "nearest-keys.npy").unlink(),
    "nearest cut": lambda w: cut(w.index / "nearest-similarities.npy"),
    "wording cut": lambda w: cut(w.index / "wording" / "wording-rows.npy"),
    "foreign vectors": replace_part("meaning-0"),
    "foreign wording": replace_part("wording"),
    "foreign keys": lambda w: np.save(w.index / "keys.npy", np.arange(2, 42)),
    "foreign index": replace_part(""),
    "foreign files": lambda w: [f.write_bytes(b"PK\x03\x04" * 99) for f in w.index.rglob("*") if f.is_file()],
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_or_foreign_index_is_not_used_and_does_no_harm(world: World, damage: str) -> None:
    before = contents(Store(world.home))
    DAMAGES[damage](world)
    assert world.right() == 0
    assert contents(Store(world.home)) == before
    assert world.right(build=True) == 40
    assert world.right() == 40
    assert names(world.folder) == {"current", "lock", world.index.name}


class Backwards:
    """The toy encoder under another name or revision, with other vectors."""

    def __init__(self, toy: Encoder, name: str, revision: str):
        self._toy, self.name, self.revision, self.dim = toy, name, revision, toy.dim

    def encode(self, texts: list[str]) -> Vectors:
        return self._toy.encode([t[::-1] for t in texts])


@pytest.mark.parametrize(("name", "revision"), [("toy", "another"), ("another", "1")])
def test_an_index_of_another_model_or_revision_is_not_used(world: World, name: str, revision: str) -> None:
    encoder = Backwards(world.toy, name, revision)
    truth = BruteForce(encoder, ALL_TOGETHER, POOL[:2], np.empty((0, encoder.dim), np.float32), NEIGHBOURS)
    other = World(world.home, encoder, truth)
    assert other.right() == 0
    assert other.right(build=True) == 40
    assert world.right() == 40  # each has its own


# Kills

SAVER = """
import itertools, os, sys
from pathlib import Path
from contentcheck.corpus.live.shelf import ALL_TOGETHER, LiveShelf
from contentcheck.corpus.store import Store
from contentcheck.corpus.store.vectors import StoredVectors
from contentcheck.corpus.store.pieces import prepare
from contentcheck.engine.documents import CorpusItem
from contentcheck.engine.drift import Nearest
from contentcheck.models.registry import SentenceEncoder

prepare([CorpusItem("x", "字" * 30)], lambda texts: [b""] * len(texts))  # what this loads is loaded once
for _ in sys.stdin:
    child = os.fork()
    if not child:
        store = Store(Path(sys.argv[1]))
        shelf = store.library
        live = LiveShelf(store, shelf, StoredVectors(store.database, SentenceEncoder("toy")), ALL_TOGETHER)
        for count in itertools.count():
            shelf.remove(["n1"]) if shelf.get("n1") else shelf.undo(["n1"])
            live.build()
            if count == 1:
                print(os.getpid(), flush=True)
    os.waitpid(child, 0)
    print("gone", flush=True)
"""


@pytest.fixture
def saver(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Starts a process for each line it is given; that tells its number once it is under way."""
    command = [sys.executable, "-c", SAVER, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(10) == 0


def test_kills_while_an_index_is_saved_lose_nothing(tmp_path: Path, toy: Encoder, saver: subprocess.Popen[str]) -> None:
    world = new_world(tmp_path, toy, 1000)
    store, live = world.opened()
    with closing(store.database):
        live.build()
        started = time.perf_counter()
        live.build()
        took = time.perf_counter() - started
    assert world.right() == 2000
    assert saver.stdin is not None
    assert saver.stdout is not None
    chance = random.Random(11)
    seen: set[str] = set()
    for _ in range(20):
        saver.stdin.write("go\n")
        child = int(saver.stdout.readline())
        time.sleep(chance.uniform(0, 3 * took))
        os.kill(child, signal.SIGKILL)
        assert saver.stdout.readline() == "gone\n"
        assert world.right() in (1998, 2000)
        seen.add(world.index.name)
    assert len(seen) == 20  # each saved two, and began or ended others
    assert world.right(build=True) in (1998, 2000)
    assert names(world.folder) == {"current", "lock", world.index.name}
