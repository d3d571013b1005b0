"""An unchanging part of a collection of known passages, found by meaning and by wording."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .encoder import Vectors
from .index import PassageIndex, Rows
from .wording import WordingHit, WordingIndex

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Contents:
    """What a shard is built from, read as often as needed, always in the same order.

    Attributes:
        keys: int64 (n,), ascending: by these the passages are known outside.
        groups: int (n,): which group of genres each belongs to; groups are searched apart.
        vectors: batches of the passages' vectors of one group, in order.
        skeletons: of all passages in order; empty for titles, which are not looked for in drafts.
    """

    keys: Rows
    groups: NDArray[np.integer]
    dim: int
    vectors: Callable[[int], Iterator[Vectors]]
    skeletons: Callable[[], Iterator[str]]


class Shard:
    """Passages by key, with one index of meaning for each group of genres and one of wording."""

    def __init__(self, keys: Rows, groups: list[tuple[Rows, PassageIndex]], wording: WordingIndex):
        """`groups`: for each group the positions of its passages in `keys`, and their index of meaning."""
        self.keys = keys
        self.groups = groups
        self._wording = wording

    @classmethod
    def build(cls, contents: Contents, groups: int, progress: Progress = lambda done, total: None) -> "Shard":
        """Index everything; `progress` is told passages done and in all."""
        built: list[tuple[Rows, PassageIndex]] = []
        done, total = 0, len(contents.keys)
        for group in range(groups):
            rows = np.flatnonzero(contents.groups == group).astype(np.int64)

            def batches(group: int = group) -> Iterator[Vectors]:
                return contents.vectors(group)

            def step(of_group: int, _: int, before: int = done) -> None:
                progress(before + of_group, total)

            built.append((rows, PassageIndex.build(batches, len(rows), contents.dim, step)))
            done += len(rows)
        return cls(contents.keys, built, WordingIndex(contents.skeletons()))

    @classmethod
    def of(
        cls, keys: Rows, groups: NDArray[np.integer], vectors: Vectors, skeletons: list[str], number: int
    ) -> "Shard":
        """A shard of passages at hand; `number` groups."""
        members = [np.flatnonzero(groups == group).astype(np.int64) for group in range(number)]
        return cls(keys, [(rows, PassageIndex(vectors[rows])) for rows in members], WordingIndex(skeletons))

    def __len__(self) -> int:
        return len(self.keys)

    def size(self, group: int) -> int:
        """Passages of one group."""
        return len(self.groups[group][0])

    def nearest(self, vectors: Vectors, k: int, group: int) -> tuple[NDArray[np.float32], Rows]:
        """Cosines and keys of the `k` nearest passages of a group, nearest first; fewer where it is smaller."""
        rows, index = self.groups[group]
        similarities, found = index.search(vectors, k)
        return similarities, np.asarray(self.keys[rows[found]], dtype=np.int64)

    def wordings(self, skeleton: str) -> list[tuple[WordingHit, Rows]]:
        """Where a text shares its wording with known passages, and the keys of all that have that wording."""
        hits = self._wording.search(skeleton)
        return [(hit, np.asarray(self.keys[self._wording.holders(hit.row)], dtype=np.int64)) for hit in hits]

    def has(self, keys: Rows) -> NDArray[np.bool_]:
        """Which of the keys are here."""
        if not len(self.keys):
            return np.zeros(len(keys), dtype=bool)
        places = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return self.keys[places] == keys

    def save(self, folder: Path) -> None:
        """Write everything into an empty folder."""
        np.save(folder / "keys.npy", self.keys)
        self._wording.save(folder / "wording")
        for number, (rows, index) in enumerate(self.groups):
            np.save(folder / f"group-{number}.npy", rows)
            index.save(folder / f"meaning-{number}")

    @classmethod
    def load(cls, folder: Path, groups: int) -> "Shard":
        """Open by memory map what `save` wrote.

        Raises:
            ValueError: if a part is missing, cut off or of another kind.
        """
        try:
            keys = np.load(folder / "keys.npy", mmap_mode="r", allow_pickle=False)
            parts = [
                (
                    np.load(folder / f"group-{number}.npy", mmap_mode="r", allow_pickle=False),
                    PassageIndex.load(folder / f"meaning-{number}"),
                )
                for number in range(groups)
            ]
        except (OSError, EOFError) as error:
            raise ValueError(f"{folder}: {error}") from error
        wording = WordingIndex.load(folder / "wording")
        sizes = [len(rows) == len(index) for rows, index in parts]
        if sum(len(rows) for rows, _ in parts) != len(keys) or len(wording) != len(keys) or not all(sizes):
            raise ValueError(f"{folder}: the parts are not of one index")
        return cls(keys, parts, wording)
