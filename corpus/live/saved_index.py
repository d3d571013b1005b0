"""An index on disk: a cache of the store, trusted only if it says of itself exactly what is wanted."""

import json
import logging
import os
import secrets
import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from contentcheck.engine.drift import Nearest
from contentcheck.engine.shard import Shard

from ..store.change import State
from ..store.database import cannot_write

_FORMAT = 3  # of the folder, and of how texts are cut and normalised: raise it when either changes
_CURRENT = "current"
_MANIFEST = "manifest.json"
_END = 2**16  # bytes at either end of a file by which it is known again
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Identity:
    """What an index must have been built for, or it is of no use.

    Attributes:
        epoch: of the store; restoring a backup begins another.
        genres: which genres stand in which group, as text.
        background: a digest of the vectors whose nearest passages are kept.
    """

    epoch: str
    shelf: int
    model: str
    revision: str
    dim: int
    genres: str
    background: str
    format: int = _FORMAT


@dataclass(frozen=True, slots=True)
class Saved:
    """An index that was opened.

    Attributes:
        nearest: of its passages to the background.
        state: of the shelf that it holds.
        name: of its folder.
    """

    shard: Shard
    nearest: Nearest
    state: State
    name: str


class SavedIndex:
    """The place of one shelf's index for one model. A save makes a new folder, then points to it."""

    def __init__(self, folder: Path, identity: Identity, groups: int):
        self.folder = folder
        self._identity = identity
        self._groups = groups

    def name(self) -> str | None:
        """The folder that is pointed to; None where nothing was saved."""
        try:
            return (self.folder / _CURRENT).read_text("utf-8").strip() or None
        except (OSError, ValueError):
            return None

    def load(self) -> Saved | None:
        """The saved index; None where there is none, or what is there is damaged or was built for something else."""
        name = self.name()
        if name is None:
            return None
        folder = self.folder / name
        try:
            manifest = json.loads((folder / _MANIFEST).read_text("utf-8"))
            if manifest["identity"] != asdict(self._identity):
                _log.info("index %s was built for %s; it will be built anew", folder, manifest["identity"])
                return None
            if manifest["files"] != _seals(folder):
                raise ValueError("a file is missing, cut short or of another index")
            digest = bytes.fromhex(manifest["digest"])
            state = State(self._identity.epoch, manifest["seq"], manifest["count"], digest)
            return Saved(Shard.load(folder, self._groups), Nearest.load(folder), state, name)
        except (OSError, ValueError, KeyError, TypeError) as error:
            _log.warning("index %s cannot be used (%s); it will be built anew", folder, error)
            return None

    def save(self, shard: Shard, nearest: Nearest, state: State) -> None:
        """Write beside the present index, then point to the new one; a kill leaves the old one or the new one.

        Raises:
            StateError: if the disk is full or cannot be written.
        """
        name = secrets.token_hex(8)
        target, pointer = self.folder / name, self.folder / f"{_CURRENT}.{name}"
        try:
            target.mkdir(parents=True)
            shard.save(target)
            nearest.save(target)
            manifest = {"identity": asdict(self._identity), "seq": state.seq, "count": state.count}
            manifest |= {"digest": state.digest.hex(), "files": _seals(target)}
            (target / _MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1), "utf-8")
            _to_disk(target)
            pointer.write_text(name, "utf-8")
            pointer.replace(self.folder / _CURRENT)
        except OSError as error:
            shutil.rmtree(target, ignore_errors=True)
            pointer.unlink(missing_ok=True)
            raise cannot_write(self.folder, error) from error
        self.tidy()

    def tidy(self) -> int:
        """Delete what is not pointed to: old indexes and those of killed programs. Returns how many there were."""
        kept = {self.name(), _CURRENT, _LOCK}
        left = [entry for entry in self.folder.iterdir() if entry.name not in kept] if self.folder.is_dir() else []
        for entry in left:  # a process that has an old index mapped keeps it until it lets go
            if entry.is_dir():
                shutil.rmtree(entry, ignore_errors=True)
            else:
                entry.unlink(missing_ok=True)
        return len(left)

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Whether this process is the one that builds now; another may be at it already."""
        lock = FileLock(self.folder / _LOCK, timeout=0)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except Timeout:
            pass
        except OSError as error:
            raise cannot_write(self.folder, error) from error
        try:
            yield lock.is_locked
        finally:
            lock.release()


_LOCK = "lock"


def _seals(folder: Path) -> dict[str, list[int]]:
    """Of every file but the manifest its size and a checksum of both ends: reading all of it takes too long."""
    files = sorted(f for f in folder.rglob("*") if f.is_file() and f.name != _MANIFEST)
    return {f.relative_to(folder).as_posix(): _seal(f) for f in files}


def _seal(file: Path) -> list[int]:
    size = file.stat().st_size
    with file.open("rb") as stream:
        checksum = zlib.crc32(stream.read(_END))
        stream.seek(max(0, size - _END))
        return [size, zlib.crc32(stream.read(), checksum)]


def _to_disk(folder: Path) -> None:
    for file in folder.rglob("*"):
        descriptor = os.open(file, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
