"""The passages of a shelf as an index needs them: all of them, or what has changed since."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Row, and_, case, func, select

from contentcheck.engine.encoder import Vectors
from contentcheck.engine.normalise import normalise
from contentcheck.engine.passages import KnownPassage
from contentcheck.engine.reference import bones
from contentcheck.engine.segment import Passage
from contentcheck.engine.shard import Contents

from . import schema
from .change import State, state_of
from .database import Database, in_parts
from .vectors import StoredVectors, unit

_PAGE = 10_000  # rows held at a time
_I = schema.items.c
_P = schema.passages.c
_V = schema.vectors.c
GroupsOf = Callable[[list[str], Vectors], NDArray[np.int8]]
"""Which passages are searched together, by their genres and vectors."""


@dataclass(frozen=True, slots=True)
class Since:
    """What has happened to a shelf since a change, in no order: keys of what went, what came in full."""

    state: State
    gone: NDArray[np.int64]
    came: NDArray[np.int64]
    genres: list[str]
    texts: list[str]
    bones: list[str]


class ShelfContents:
    """The passages of one shelf, for one model; the key of a passage is its row number."""

    def __init__(self, database: Database, shelf: int, vectors: StoredVectors):
        self._database = database
        self._shelf = shelf
        self._vectors = vectors

    def since(self, seq: int) -> Since:
        """Everything after change `seq`; 0 for all there is."""
        with self._database.reading() as connection:
            state = state_of(connection, self._shelf)
            went = self._of_shelf(select(_P.id)).where(_I.removed > seq)
            gone = connection.execute(went).scalars().all() if seq else []
            came = connection.execute(self._texts().where(_I.added > seq, _I.removed.is_(None))).all()
        return Since(
            state,
            np.array(gone, dtype=np.int64),
            np.array([r.id for r in came], dtype=np.int64),
            [r.genre for r in came],
            [normalise(r.text).text for r in came],
            [_bones(r) for r in came],
        )

    def everything(self, groups_of: GroupsOf) -> tuple[State, Contents]:
        """The whole shelf, to be read in pages: what is added meanwhile is not in it. Encodes what is missing."""
        with self._database.reading() as connection:
            state = state_of(connection, self._shelf)
        self.encode_missing(*_live_at(state))
        keys: list[int] = []
        groups: list[NDArray[np.int8]] = [np.empty(0, np.int8)]
        for page in self._pages(self._of_shelf(select(_P.id, _I.genre)).where(*_live_at(state))):
            ids = np.array([r.id for r in page], dtype=np.int64)
            keys += ids.tolist()
            groups.append(groups_of([r.genre for r in page], self._stored_vectors(ids)))
        key_array, group_array = np.array(keys, dtype=np.int64), np.concatenate(groups)

        # By key from here on: what is removed or brought back meanwhile must not shift one against the other.
        def vectors(group: int) -> Iterator[Vectors]:
            return map(self._stored_vectors, _runs(key_array[group_array == group]))

        def skeletons() -> Iterator[str]:
            return (bones for run in _runs(key_array) for bones in self._stored_bones(run))

        return state, Contents(key_array, group_array, self._vectors.dim, vectors, skeletons)

    def encode_missing(self, *which: Any) -> None:
        """Encode what has no vector for the model yet, of live items or of `which`, telling the model's progress."""
        missing = self._texts().where(*(which or (_I.removed.is_(None),)), _V.id.is_(None))
        known = and_(_V.digest == _P.digest, _V.model_id == self._vectors.model.id)
        for page in self._pages(missing.outerjoin(schema.vectors, known)):
            self._vectors.remember([normalise(r.text).text for r in page])

    def passages(self, keys: list[int]) -> dict[int, KnownPassage]:
        """Passages by key, as a `PassageSource`."""
        found: dict[int, KnownPassage] = {}
        wanted = _of_items(select(_P.id, _I.key, _I.genre, _I.title, _I.published, _text(), _P.start, _P.stop))
        with self._database.reading() as connection:
            for part in in_parts([k for k in keys if k > 0]):
                for key, *passage in connection.execute(wanted.where(_P.id.in_(part))):
                    found[key] = KnownPassage(*passage)
        return found

    def _of_shelf(self, columns: Any) -> Any:
        return _of_items(columns).where(_I.shelf == self._shelf)

    def _texts(self) -> Any:
        return _texts().where(_I.shelf == self._shelf)

    def _pages(self, wanted: Any) -> Iterator[Sequence[Row[Any]]]:
        last = 0
        while True:
            with self._database.reading() as connection:
                page = connection.execute(wanted.where(_P.id > last).order_by(_P.id).limit(_PAGE)).all()
            if not page:
                return
            yield page
            last = page[-1].id

    def _stored_vectors(self, keys: NDArray[np.int64]) -> Vectors:
        """Vectors of the passages with these ascending keys, in order."""
        joined = select(_P.id, _V.vector).join_from(schema.passages, schema.vectors, _V.digest == _P.digest)
        between, model = _P.id.between(int(keys[0]), int(keys[-1])), self._vectors.model.id
        with self._database.reading() as connection:
            wanted = joined.where(_V.model_id == model, between).order_by(_P.id)
            rows = connection.execute(wanted).all()
        values = np.frombuffer(b"".join(r.vector for r in rows), np.float16).reshape(len(rows), -1)
        ids = np.array([r.id for r in rows], dtype=np.int64)
        return unit(values[np.searchsorted(ids, keys)])

    def _stored_bones(self, keys: NDArray[np.int64]) -> list[str]:
        """Skeletons of the passages with these ascending keys, in order."""
        with self._database.reading() as connection:
            rows = connection.execute(_texts().where(_P.id.between(int(keys[0]), int(keys[-1])))).all()
        found = {r.id: r for r in rows}
        return [_bones(found[key]) for key in keys.tolist()]


def _of_items(columns: Any) -> Any:
    return columns.join_from(schema.passages, schema.items, _P.item_id == _I.id)


def _texts() -> Any:
    """Each passage with its text.

    Keys need no shelf beside them, and asked for one, SQLite goes through all of it and looks for the keys there.
    """
    return _of_items(select(_P.id, _I.genre, (_P.start == _P.stop).label("is_title"), _text()))


def _text() -> Any:
    """Of a passage: a stretch of the item's, or the title."""
    stretch = func.substr(_I.text, _P.start + 1, _P.stop - _P.start)
    return case((_P.start == _P.stop, _I.title), else_=stretch).label("text")


def _runs(keys: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    return (keys[i : i + _PAGE] for i in range(0, len(keys), _PAGE))


def _live_at(state: State) -> tuple[Any, ...]:
    """Conditions for having been live at a moment."""
    return _I.added <= state.seq, _I.removed.is_(None) | (_I.removed > state.seq)


def _bones(row: Row[Any]) -> str:
    return "" if row.is_title else bones(Passage(row.text, 0, len(row.text)))
