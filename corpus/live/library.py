"""The library as every check sees it: the shipped edition with the user's own pieces as they are now."""

import numpy as np
from numpy.typing import NDArray

from contentcheck.engine.collection import Collection
from contentcheck.engine.encoder import Vectors
from contentcheck.engine.library import Library, groups_of
from contentcheck.engine.passages import KnownPassage
from contentcheck.engine.reference import GROUPS, Reference

from ..store import Store
from ..store.change import State
from ..store.vectors import StoredVectors
from .shelf import Grouping, LiveShelf, Moment


class LiveLibrary:
    """Gives a `Library` that is up to date; the same one as long as nothing has changed."""

    def __init__(self, store: Store, shipped: Library, vectors: StoredVectors, midpoint: float):
        """`midpoint`: the contrast at which a draft is as likely original as common."""
        reference = shipped.reference
        self._reference = reference

        def groups(genres: list[str], of: Vectors) -> NDArray[np.int8]:
            return groups_of(genres, of, shipped, midpoint)

        grouping = Grouping(groups, GROUPS, f"{shipped.version} {midpoint}")
        self.shelf = LiveShelf(store, store.library, vectors, grouping, reference.background.vectors)
        self._latest: tuple[Moment, Library] | None = None

    def current(self) -> Library:
        """The library as it is now."""
        moment = self.shelf.current()
        latest = self._latest
        if latest is None or latest[0] is not moment:
            latest = moment, self._joined(moment)
            self._latest = latest  # in one step: other threads ask as well
        return latest[1]

    def _joined(self, moment: Moment) -> Library:
        nearest = self._reference.nearest.merged(moment.nearest)
        shards = (self._reference.known, *moment.collection.shards)
        known = Collection(shards, moment.collection.hidden, _Both(self._reference, moment.collection))
        version = library_version(self._reference.edition.version, moment.state)
        return Library(self._reference, known, nearest, version)


def library_version(edition: str, state: State) -> str:
    """As reports name the library: the edition, and how many pieces of the user's own there are, with their digest."""
    return f"{edition}+{state.count}.{state.digest.hex()[:12]}" if state.count else edition


class _Both:
    """Passages of the edition by their keys below zero, the user's own by those above."""

    def __init__(self, reference: Reference, own: Collection):
        self._reference, self._own = reference, own

    def passages(self, keys: list[int]) -> dict[int, KnownPassage]:
        return {**self._reference.passages(keys), **self._own.source.passages([k for k in keys if k > 0])}
