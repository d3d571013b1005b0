"""All known passages of one kind as they are now: shards searched as one, less what was removed since."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .encoder import Vectors
from .index import Rows
from .passages import KnownPassage, PassageSource
from .shard import Shard
from .wording import WordingHit


@dataclass(frozen=True, slots=True)
class Collection:
    """One moment of a collection; a change makes another.

    Attributes:
        hidden: int64, ascending: keys that are still in a shard and no longer in the collection.
    """

    shards: tuple[Shard, ...]
    hidden: Rows
    source: PassageSource

    def nearest(self, vectors: Vectors, k: int, group: int) -> tuple[NDArray[np.float32], Rows]:
        """Cosines and keys of the `k` nearest passages of a group, nearest first: shape (n, k).

        Where the group holds fewer, what is missing has cosine -1 and key 0, the key of no passage.
        """
        nothing = np.full((len(vectors), k), -1, np.float32), np.zeros((len(vectors), k), np.int64)
        return merge(k, nothing, *(self._visible(s, vectors, k, group) for s in self.shards if s.size(group)))

    def wordings(self, skeleton: str) -> list[tuple[WordingHit, Rows]]:
        """Where a text shares its wording with known passages, and the keys of all that have that wording."""
        found = [(hit, self._shown(keys)) for shard in self.shards for hit, keys in shard.wordings(skeleton)]
        return [(hit, keys) for hit, keys in found if len(keys)]

    def passages(self, keys: Rows) -> dict[int, KnownPassage]:
        """The passages with these keys."""
        return self.source.passages([key for key in np.unique(keys).tolist() if key])

    def _visible(self, shard: Shard, vectors: Vectors, k: int, group: int) -> tuple[NDArray[np.float32], Rows]:
        """The nearest of one shard that are not hidden: asks for more until enough are left or it is used up."""
        ask = k
        while True:
            similarities, keys = shard.nearest(vectors, ask, group)
            if not len(self.hidden):
                return similarities, keys
            gone = np.isin(keys, self.hidden)
            if ask >= shard.size(group) or (~gone).sum(axis=1).min(initial=k) >= k:
                return np.where(gone, np.float32(-1), similarities), np.where(gone, 0, keys)
            ask *= 4

    def _shown(self, keys: Rows) -> Rows:
        return keys[~np.isin(keys, self.hidden)] if len(self.hidden) else keys


def merge(k: int, *findings: tuple[NDArray[np.float32], Rows]) -> tuple[NDArray[np.float32], Rows]:
    """The `k` nearest of several findings, or all there are; of equal ones the earlier's."""
    similarities = np.concatenate([s for s, _ in findings], axis=1)
    keys = np.concatenate([k for _, k in findings], axis=1)
    order = np.argsort(-similarities, axis=1, kind="stable")[:, :k]
    return np.take_along_axis(similarities, order, axis=1), np.take_along_axis(keys, order, axis=1)
