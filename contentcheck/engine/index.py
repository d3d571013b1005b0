"""Passages of a collection with their vectors, searched by meaning through FAISS."""

import json
import math
import tempfile
import zlib
from dataclasses import asdict
from pathlib import Path
from typing import cast

import faiss
import numpy as np
from numpy.typing import NDArray

from .approximate import ApproximateIndex, Batches, Effort, Progress, Rows, build_approximate, no_progress, one_pass
from .encoder import Vectors

EXACT_UP_TO = 16_000  # vectors; of 512 dimensions they take 33 MB of memory

_CODED_FROM = 2_500  # vectors; with fewer, learning the codes costs new pieces more than searches gain
_CODE_SAMPLE, _CODE_ROUNDS = 1_000, 6  # for learning the codes; more find no better candidates (measured)
_CANDIDATES = 10  # compared in full for each neighbour asked for
_QUERIES_AT_A_TIME = 16
_FORMAT = 3
_VECTORS_FILE = "vectors.faiss"
_NOTE_FILE = "index.json"
_STRETCH = 2**16  # bytes read at a time

# From 1.15 on faiss leaves up to 250 queries of 512 dimensions to a path that is made for many cores; with few, BLAS
# takes a third of the time. The number is queries times dimensions.
faiss.cvar.distance_compute_blas_threshold = _QUERIES_AT_A_TIME * 256


class PassageIndex:
    """Inner-product search; similarities are cosines, -1 to 1, highest first.

    Exact up to `EXACT_UP_TO` vectors, or when made from an array; `build` makes larger ones approximate. From
    `_CODED_FROM` vectors on, 4-bit codes choose 10 candidates for each neighbour and their vectors decide: of 3,000
    queries against 11,930 vectors one found a tenth neighbour that was not the tenth, in a sixth of the time.

    Attributes:
        agreement: the share of the ten nearest that come within `TOLERANCE` of the exact ones, 0 to 1: measured
            when the index was built, with queries unlike any stored vector; 1.0 for an exact index.
    """

    def __init__(self, vectors: Vectors):
        """`vectors`: float32 (n, dim), rows of length 1."""
        self._index = _exact_index(np.ascontiguousarray(vectors))
        self._approximate: ApproximateIndex | None = None
        self.agreement = 1.0

    @classmethod
    def build(cls, batches: Batches, count: int, dim: int, progress: Progress = no_progress) -> "PassageIndex":
        """An index of vectors that need not be in memory together.

        Args:
            batches: called for each pass over the vectors; every pass gives the same float32 (n, dim) rows of
                length 1 in the same order, best 10,000 to 50,000 at a time.
            count: how many rows a pass has.
            dim: their length.
            progress: told the rows read and the rows to read, all passes together.

        Raises:
            ValueError: if a pass has more or fewer than `count` rows.
        """
        if count <= EXACT_UP_TO:
            parts = [batch.copy() for batch in one_pass(batches, count, 0, count, progress)]
            return cls(np.concatenate([np.empty((0, dim), np.float32), *parts]))
        made = cls(np.empty((0, dim), np.float32))
        made._approximate, made.agreement = build_approximate(batches, count, dim, progress)
        made._index = made._approximate.index
        return made

    @classmethod
    def load(cls, folder: Path) -> "PassageIndex":
        """An index that was saved; its vectors stay on disk and are mapped into memory as they are used.

        Raises:
            ValueError: if the files are missing, cut short, damaged or of another kind: build the index again.
        """
        file = folder / _VECTORS_FILE
        try:
            note = json.loads((folder / _NOTE_FILE).read_text("utf-8"))
            if note["format"] != _FORMAT or file.stat().st_size != note["size"]:
                raise ValueError(f"{folder}: not an index of format {_FORMAT}, or cut short")
            if _checksum(file, note["checked"]) != note["checksum"]:
                raise ValueError(f"{file}: damaged")
            made = cls(np.empty((0, 1), np.float32))
            made._index = faiss.read_index(str(file), faiss.IO_FLAG_MMAP_IFC)
            if note["effort"] is not None:
                made._approximate = ApproximateIndex(cast(faiss.IndexRefine, made._index), Effort(**note["effort"]))
            made.agreement = float(note["agreement"])
        except (OSError, KeyError, TypeError, RuntimeError) as error:  # faiss raises RuntimeError
            raise ValueError(f"{folder}: not a saved index: {error}") from error
        return made

    def save(self, folder: Path) -> None:
        """Write the index into a folder, which is made if missing; an index saved there before is replaced.

        An interruption between the two files leaves a pair that `load` refuses.

        Raises:
            OSError: if the folder cannot be written or the disk is full.
        """
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".saving-") as aside:
            file, note = Path(aside, _VECTORS_FILE), Path(aside, _NOTE_FILE)
            try:
                faiss.write_index(self._index, str(file))
            except RuntimeError as error:
                raise OSError(f"{folder}: cannot write the index: {error}") from error
            size = file.stat().st_size
            # The 8-bit vectors come last. A flaw in them is only a wrong cosine; elsewhere it can crash faiss.
            checked = size - len(self) * self._index.d if self._approximate else size
            content = {
                "format": _FORMAT,
                "effort": asdict(self._approximate.effort) if self._approximate else None,
                "agreement": self.agreement,
                "size": size,
                "checked": checked,
                "checksum": _checksum(file, checked),
            }
            note.write_text(json.dumps(content), "utf-8")
            for written in (file, note):
                written.replace(folder / written.name)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def search(self, queries: Vectors, k: int) -> tuple[NDArray[np.float32], Rows]:
        """The `k` nearest of each query (fewer where the index is smaller): cosines and rows, (n, k).

        What a query finds in an exact index does not depend on the queries it is asked together with.
        """
        k = min(k, len(self))
        if not len(queries) or not k:
            return np.empty((len(queries), k), np.float32), np.empty((len(queries), k), np.int64)
        queries = np.ascontiguousarray(queries)
        if self._approximate:
            similarities, rows = self._approximate.search(queries, k)
        else:
            similarities, rows = _search_exact(self._index, queries, k)
        return np.clip(similarities, -1.0, 1.0), rows

    def top_mean(self, queries: Vectors, k: int) -> NDArray[np.float64]:
        """Mean cosine of each query to its `k` nearest, shape (n,); 0 from an empty index."""
        similarities, _ = self.search(queries, k)
        return similarities.mean(axis=1, dtype=np.float64) if similarities.shape[1] else np.zeros(len(queries))


def _exact_index(vectors: Vectors) -> faiss.Index:
    count, dim = vectors.shape
    flat = faiss.IndexFlatIP(dim)
    if count < _CODED_FROM:
        flat.add(vectors)
        return flat
    codes = faiss.IndexPQFastScan(dim, dim // math.gcd(dim, 2), 4, faiss.METRIC_INNER_PRODUCT)
    codes.pq.cp.niter = _CODE_ROUNDS
    codes.train(vectors[:: max(1, count // _CODE_SAMPLE)])
    coded = faiss.IndexRefine(codes, flat)
    coded.add(vectors)
    return coded


def _search_exact(index: faiss.Index, queries: Vectors, k: int) -> tuple[NDArray[np.float32], Rows]:
    if not isinstance(index, faiss.IndexRefine):
        return _search_all(index, queries, k)
    if k * _CANDIDATES >= index.ntotal:
        return _search_all(index.refine_index, queries, k)
    params = faiss.IndexRefineSearchParameters()
    params.k_factor = _CANDIDATES
    similarities, rows = index.search(queries, k, params=params)
    short = (rows < 0).any(axis=1)
    if short.any():  # hundreds of equal vectors have equal codes, and too few of them were chosen
        similarities[short], rows[short] = _search_all(index.refine_index, queries[short], k)
    return similarities, rows


def _search_all(index: faiss.Index, queries: Vectors, k: int) -> tuple[NDArray[np.float32], Rows]:
    """Always as many queries at a time, filled up with empty ones: BLAS rounds by how many it is given."""
    filled = np.pad(queries, ((0, -len(queries) % _QUERIES_AT_A_TIME), (0, 0)))
    parts = [index.search(filled[i : i + _QUERIES_AT_A_TIME], k) for i in range(0, len(queries), _QUERIES_AT_A_TIME)]
    similarities, rows = zip(*parts, strict=True)
    return np.concatenate(similarities)[: len(queries)], np.concatenate(rows)[: len(queries)]


def _checksum(file: Path, checked: int) -> int:
    """CRC-32 of the first `checked` bytes of a file and of its last `_STRETCH`."""
    checksum, size = 0, file.stat().st_size
    with file.open("rb") as stream:
        while checked > 0:
            part = stream.read(min(checked, _STRETCH))
            checksum, checked = zlib.crc32(part, checksum), checked - _STRETCH
        stream.seek(max(0, size - _STRETCH))
        return zlib.crc32(stream.read(), checksum)
