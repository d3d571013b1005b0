"""A shelf made searchable and kept up with the store: what any process adds or removes is in the next answer."""

import hashlib
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from contentcheck.engine.collection import Collection
from contentcheck.engine.drift import Nearest
from contentcheck.engine.encoder import Vectors
from contentcheck.engine.errors import ContentcheckError
from contentcheck.engine.index import Rows
from contentcheck.engine.reference import NEIGHBOURS
from contentcheck.engine.shard import Shard

from ..store import Store
from ..store.change import State
from ..store.contents import GroupsOf, ShelfContents, Since
from ..store.shelf import Shelf
from ..store.vectors import StoredVectors
from .saved_index import Identity, SavedIndex

_FRESH = 4096  # passages that are read from the store at every start rather than kept in a saved index
_GROWN = 10  # a saved index is made anew when a tenth of it has been added or removed since
_MERGED = 4  # a shard in memory is merged with the one before it unless that one is this many times larger
_log = logging.getLogger(__name__)
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Grouping:
    """Which passages are searched together.

    Attributes:
        of: the group of each passage, 0 to number - 1.
        name: changes whenever `of` does.
    """

    of: GroupsOf
    number: int
    name: str


ALL_TOGETHER = Grouping(lambda genres, vectors: np.zeros(len(genres), np.int8), 1, "all")


@dataclass(frozen=True, slots=True)
class Moment:
    """A shelf as it was at one moment, and its passages nearest to the background."""

    state: State
    collection: Collection
    nearest: Nearest


@dataclass(frozen=True, slots=True)
class _Fresh:
    """Passages in memory: a shard, and what it takes to merge it with another."""

    keys: Rows
    groups: NDArray[np.int8]
    vectors: Vectors
    bones: list[str]
    shard: Shard

    @classmethod
    def of(cls, keys: Rows, groups: NDArray[np.int8], vectors: Vectors, bones: list[str], number: int) -> "_Fresh":
        order = np.argsort(keys)
        keys, groups, vectors, bones = keys[order], groups[order], vectors[order], [bones[i] for i in order]
        return cls(keys, groups, vectors, bones, Shard.of(keys, groups, vectors, bones, number))

    def part(self, which: Rows, number: int) -> "_Fresh":
        return _Fresh.of(
            self.keys[which], self.groups[which], self.vectors[which], [self.bones[i] for i in which], number
        )

    def with_(self, other: "_Fresh", number: int) -> "_Fresh":
        return _Fresh.of(
            np.concatenate([self.keys, other.keys]),
            np.concatenate([self.groups, other.groups]),
            np.concatenate([self.vectors, other.vectors]),
            [*self.bones, *other.bones],
            number,
        )


class LiveShelf:
    """A shelf's collection as it is at each moment; safe to ask from several threads.

    A large shelf has a saved index, opened by memory map; what came after it lives in a few small shards in memory.
    When these have grown, a new index is built beside the old one, which goes on answering.
    """

    def __init__(
        self, store: Store, shelf: Shelf, vectors: StoredVectors, grouping: Grouping, background: Vectors | None = None
    ):
        """`background`: vectors whose nearest passages are kept up to date as well."""
        self._home = store.database.home
        self._shelf = shelf
        self._vectors = vectors
        self._grouping = grouping
        self._background = np.empty((0, vectors.dim), np.float32) if background is None else background
        self._background_digest = hashlib.blake2b(self._background.tobytes(), digest_size=8).hexdigest()
        self._contents = ShelfContents(store.database, shelf.number, vectors)
        self._lock = threading.Lock()
        self._builder: threading.Thread | None = None
        self._moment: Moment | None = None
        self._saved: Shard | None = None
        self._saved_name: str | None = None
        self._fresh: list[_Fresh] = []

    def current(self) -> Moment:
        """The shelf as it is in the store now; the same object as before where nothing has changed."""
        with self._lock:
            state, before = self._shelf.state(), self._moment
            if before is not None and state == before.state:
                return before
            is_open = before is not None and self._goes_on(before.state, state)
            if before is not None and is_open and self._place(state.epoch).name() == self._saved_name:
                moment = self._caught_up(before)
            else:
                moment = self._opened(state.epoch)
            epoch = state.epoch
            while moment.state.epoch != epoch:  # a backup was restored this very moment
                epoch = moment.state.epoch
                moment = self._opened(epoch)
            self._moment = moment
        if is_open:
            self._keep_up()
        return moment

    def is_due(self) -> bool:
        """Whether so much has changed since the saved index was built that it should be built anew.

        Before the shelf was opened this is told by items: opening it would read everything that is not in the index.
        """
        with self._lock:
            if self._moment is None:
                return self._is_far_behind()
            saved = self.saved_passages
            gone = len(self._moment.collection.hidden)
            return max(gone, sum(len(f.keys) for f in self._fresh)) > max(_FRESH, saved // _GROWN)

    @property
    def saved_passages(self) -> int:
        """How many passages the saved index in use holds; 0 without one."""
        return len(self._saved) if self._saved else 0

    def build(self, progress: Progress = lambda done, total: None) -> None:
        """Save a new index of the whole shelf, unless another process is at it; `progress` in passages."""
        if self._builder and self._builder.is_alive() and self._builder is not threading.current_thread():
            self._builder.join()
            return
        place = self.place()
        with place.alone() as alone:
            if alone:
                state, contents = self._contents.everything(self._grouping.of)
                shard = Shard.build(contents, self._grouping.number, progress)
                place.save(shard, self._far_from_all().with_shard(shard, self._background), state)
        with self._lock:
            self._moment = None

    def place(self) -> SavedIndex:
        """Where the shelf's index is saved."""
        return self._place(self._shelf.state().epoch)

    def _is_far_behind(self) -> bool:
        state = self._shelf.state()
        saved = self._place(state.epoch).load()
        kept = saved.state.count if saved and self._shelf.was(saved.state) else 0
        return abs(state.count - kept) > max(_FRESH, kept // _GROWN)

    def _place(self, epoch: str) -> SavedIndex:
        model, grouping = self._vectors.model, self._grouping
        shelf = self._shelf.number
        identity = Identity(epoch, shelf, model.name, model.revision, model.dim, grouping.name, self._background_digest)
        folder = self._home / "index" / f"{shelf}-{model.id}"
        return SavedIndex(folder, identity, grouping.number)

    def _keep_up(self) -> None:
        """Have a new index built in the background if it is due; the old one answers until it is ready."""
        if self.is_due() and not (self._builder and self._builder.is_alive()):
            self._builder = threading.Thread(target=self._build_quietly, daemon=True, name="contentcheck-index")
            self._builder.start()

    def _build_quietly(self) -> None:
        try:
            self.build()
        except ContentcheckError as error:
            _log.error("the index of shelf %s could not be built: %s", self._shelf.number, error)

    def _goes_on(self, before: State, now: State) -> bool:
        """Whether the store has only changed since, and is not another one by now: restored, or put back by hand."""
        return before.epoch == now.epoch and (not before.seq or self._shelf.was(before))

    def _opened(self, epoch: str) -> Moment:
        """Begin with the saved index, if there is a good one, and read what came after it."""
        self._moment = None  # should this fail, the old moment has lost its shards
        place = self._place(epoch)
        name = place.name()
        saved = place.load()
        if saved is not None and not self._shelf.was(saved.state):
            _log.warning("index %s is not of this store; it will be built anew", saved.name)
            saved = None
        self._fresh = []
        self._saved = saved.shard if saved else None
        self._saved_name = saved.name if saved else name  # one that is of no use is not tried again
        nearest = saved.nearest if saved else self._far_from_all()
        state = saved.state if saved else State(epoch, 0, 0, bytes(16))
        return self._caught_up(Moment(state, self._collection(np.empty(0, np.int64)), nearest))

    def _caught_up(self, moment: Moment) -> Moment:
        """What came and went since, in small shards in memory."""
        since = self._contents.since(moment.state.seq)
        nearest, hidden = moment.nearest, moment.collection.hidden
        here = since.gone[self._has(since.gone)]
        if len(here):
            hidden = np.union1d(hidden, here)
            nearest = nearest.without(here, self._collection(hidden), self._background)
        if len(since.came):
            came = self._read(since)
            known = self._has(came.keys)
            unseen = known & ~np.isin(came.keys, hidden)  # that they went: they were back before anybody looked
            if unseen.any():
                came, known = came.part(np.flatnonzero(~unseen), self._grouping.number), known[~unseen]
            hidden = np.setdiff1d(hidden, came.keys)  # what is brought back is in its shard still
            nearest = nearest.with_shard(came.shard, self._background)
            if not known.all():
                self._include(came.part(np.flatnonzero(~known), self._grouping.number) if known.any() else came)
        return Moment(since.state, self._collection(hidden), nearest)

    def _read(self, since: Since) -> _Fresh:
        vectors = self._vectors.encode(since.texts)
        groups = self._grouping.of(since.genres, vectors)
        return _Fresh.of(since.came, groups, vectors, since.bones, self._grouping.number)

    def _include(self, new: _Fresh) -> None:
        fresh = [*self._fresh]
        while fresh and len(fresh[-1].keys) < _MERGED * len(new.keys):
            new = fresh.pop().with_(new, self._grouping.number)
        self._fresh = [*fresh, new]

    def _has(self, keys: Rows) -> NDArray[np.bool_]:
        found = np.zeros(len(keys), dtype=bool)
        for shard in self._shards():
            found |= shard.has(keys)
        return found

    def _far_from_all(self) -> Nearest:
        """What is nearest to the background while the shelf is empty."""
        return Nearest.to(self._background, self._grouping.number, NEIGHBOURS)

    def _shards(self) -> list[Shard]:
        return [*([self._saved] if self._saved else []), *(f.shard for f in self._fresh)]

    def _collection(self, hidden: Rows) -> Collection:
        return Collection(tuple(self._shards()), hidden, self._contents)
