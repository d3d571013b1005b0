"""Passages of a collection with their vectors, searched by meaning through FAISS."""

from dataclasses import dataclass

import faiss
import numpy as np
from numpy.typing import NDArray

from .encoder import Vectors

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class KnownPassage:
    """A passage of the collection: `text` is `owner_text[start:end]`; a title has start == end."""

    owner: int
    text: str
    start: int
    end: int

    @property
    def is_title(self) -> bool:
        return self.start == self.end


class PassageIndex:
    """Exact inner-product search; similarities are cosines, -1 to 1, highest first."""

    def __init__(self, vectors: Vectors):
        """`vectors`: float32 (n, dim), rows of length 1."""
        self._index = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(np.ascontiguousarray(vectors))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def search(self, queries: Vectors, k: int) -> tuple[NDArray[np.float32], Rows]:
        """The `k` nearest of each query (fewer where the index is smaller): cosines and rows, (n, k)."""
        k = min(k, len(self))
        if not len(queries) or not k:
            return np.empty((len(queries), k), np.float32), np.empty((len(queries), k), np.int64)
        similarities, rows = self._index.search(np.ascontiguousarray(queries), k)
        return np.clip(similarities, -1.0, 1.0), rows

    def top_mean(self, queries: Vectors, k: int) -> NDArray[np.float64]:
        """Mean cosine of each query to its `k` nearest, shape (n,); 0 from an empty index."""
        similarities, _ = self.search(queries, k)
        return similarities.mean(axis=1, dtype=np.float64) if similarities.shape[1] else np.zeros(len(queries))
