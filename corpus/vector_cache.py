"""Vectors of texts that do not change, kept on disk so that each text is encoded once per model."""

import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from zipfile import BadZipFile

import numpy as np

from contentcheck.engine.encoder import Encoder, Vectors
from contentcheck.engine.errors import StateError

_KEY = 16  # bytes of a text's digest
_STEP = 256  # texts between two reports of progress
_SAVE = 2048  # texts after which the work so far is safe from an interruption


class VectorCache:
    """An `Encoder` that remembers. Call `save` when a batch of work is done.

    The file belongs to one model and revision by its name; a damaged file is as good as none.
    """

    def __init__(self, encoder: Encoder, folder: Path, progress: Callable[[int, int], None] = lambda done, total: None):
        """`progress` is told texts encoded and texts to encode, when there are more than a few."""
        self.encoder = encoder
        self.name, self.revision, self.dim = encoder.name, encoder.revision, encoder.dim
        safe = hashlib.sha256(f"{encoder.name}\0{encoder.revision}".encode()).hexdigest()[:16]
        self._file = folder / f"vectors-{safe}.npz"
        self._progress = progress
        self._lock = Lock()
        self._row: dict[bytes, int] = {}
        self._vectors: list[Vectors] = []
        self._changed = False
        self._load()

    def encode(self, texts: list[str]) -> Vectors:
        """As the encoder behind it, without encoding a text twice; one thread at a time."""
        with self._lock:
            return self._encode(texts)

    def _encode(self, texts: list[str]) -> Vectors:
        keys = [hashlib.sha256(t.encode("utf-8")).digest()[:_KEY] for t in texts]
        missing = list(dict.fromkeys((k, t) for k, t in zip(keys, texts, strict=True) if k not in self._row))
        for start in range(0, len(missing), _STEP):
            part = missing[start : start + _STEP]
            self._append([k for k, _ in part], self.encoder.encode([t for _, t in part]))
            if len(missing) > _STEP:
                self._progress(start + len(part), len(missing))
            if (start + _STEP) % _SAVE == 0:
                self.save()
        if not texts:
            return np.empty((0, self.dim), dtype=np.float32)
        self._vectors = [np.concatenate(self._vectors)]
        return self._vectors[0][[self._row[k] for k in keys]]

    def save(self) -> None:
        """Write the vectors beside the old file and swap them in; nothing to do if nothing is new."""
        if not self._changed:
            return
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self._file.parent, suffix=".tmp", delete=False) as temporary:
                keys = np.frombuffer(b"".join(self._row), dtype=np.uint8).reshape(-1, _KEY)
                np.savez(temporary, keys=keys, vectors=np.concatenate(self._vectors))
            Path(temporary.name).replace(self._file)
        except OSError as error:
            folder = self._file.parent
            raise StateError(
                f"无法写入 {folder}：{error.strerror}；请检查磁盘空间和权限，或设置 CONTENTCHECK_HOME"
            ) from error
        self._changed = False

    def _append(self, keys: list[bytes], vectors: Vectors) -> None:
        first = len(self._row)
        self._row.update({key: first + i for i, key in enumerate(keys)})
        self._vectors.append(vectors)
        self._changed = True

    def _load(self) -> None:
        try:
            with self._file.open("rb") as stream, np.load(stream, allow_pickle=False) as saved:
                keys, vectors = saved["keys"], saved["vectors"]
        except (OSError, ValueError, KeyError, EOFError, BadZipFile):
            return
        if keys.dtype != np.uint8 or keys.shape != (len(vectors), _KEY):
            return
        row = {bytes(key): i for i, key in enumerate(keys)}
        if vectors.dtype == np.float32 and vectors.shape == (len(row), self.dim):
            self._row, self._vectors = row, [vectors]
