"""What is live on a shelf, read from the tables one row at a time, and what a search has to find, by numpy alone."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from contentcheck.corpus.live.shelf import Grouping, Moment
from contentcheck.corpus.store import Store, schema
from contentcheck.corpus.store.pieces import prepare
from contentcheck.corpus.store.shelf import Shelf
from contentcheck.corpus.store.vectors import text_digest
from contentcheck.engine.collection import Collection
from contentcheck.engine.documents import CorpusItem
from contentcheck.engine.encoder import Encoder, Vectors
from contentcheck.engine.normalise import normalise
from contentcheck.engine.passages import KnownPassage

_FAR = -2.0  # the cosine of no passage


def sentences(count: int, seed: int) -> list[str]:
    """Sentences of 12 to 20 chance characters: no two of them share three in a row."""
    chance = Random(seed)
    made: list[str] = []
    used: set[str] = set()
    while len(made) < count:
        words = "".join(chr(chance.randrange(0x4E00, 0x4E00 + 3000)) for _ in range(chance.randint(12, 20)))
        words = normalise(words).text
        shingles = {words[i : i + 3] for i in range(len(words) - 2)}
        if len(words) >= 12 and not shingles & used:
            used |= shingles
            made.append(words + "。")
    return made


def add(shelf: Shelf, *items: CorpusItem) -> None:
    """Store items without encoding them, as a process that has another encoder does."""
    shelf.add(prepare(list(items), lambda texts: [text_digest(t) for t in texts]))


@dataclass(frozen=True, slots=True)
class Passages:
    """The live passages of a shelf: keys, groups and vectors in order, and what is known of each."""

    keys: NDArray[np.int64]
    groups: NDArray[np.integer]
    vectors: NDArray[np.float64]
    known: dict[int, KnownPassage]


class BruteForce:
    """Holds a `Moment` of a shelf against everything that is in the store."""

    def __init__(self, encoder: Encoder, grouping: Grouping, queries: list[str], background: Vectors, k: int):
        """`k`: how many nearest a `Moment` knows of each vector of the background."""
        self._encoder = encoder
        self._grouping = grouping
        self._vectors: dict[str, NDArray[np.float64]] = {}
        self._queries = encoder.encode(queries)
        self._background = background
        self._k = k

    def assert_right(self, moment: Moment, store: Store, shelf: Shelf, drafts: list[str]) -> None:
        """The moment is the present one, and finds what there is by meaning and, for drafts, by wording."""
        live = self.passages(store, shelf)
        assert moment.state == shelf.state()
        assert moment.state.count == len({p.item_id for p in live.known.values()})
        self.assert_finds(moment.collection, live, drafts)
        similarities, keys = moment.nearest.similarities, moment.nearest.keys
        assert keys.shape == (self._grouping.number, len(self._background), self._k)
        for group in range(self._grouping.number):
            _assert_nearest(self._background, live, group, similarities[group], keys[group])

    def assert_finds(self, collection: Collection, live: Passages, drafts: list[str]) -> None:
        """A collection holds the passages that are live, and no others."""
        assert collection.passages(live.keys) == live.known
        for group in range(self._grouping.number):
            for k in (3, len(live.keys) + 2):
                _assert_nearest(self._queries, live, group, *collection.nearest(self._queries, k, group))
        for draft in drafts:
            found = [key for _, keys in collection.wordings(draft) for key in keys.tolist()]
            held = [key for key, p in live.known.items() if not p.is_title and p.text.rstrip("。") in draft]
            assert sorted(found) == held

    def passages(self, store: Store, shelf: Shelf) -> Passages:
        """Every live passage, from the tables."""
        items, passages = schema.items, schema.passages
        wanted = select(items, passages.c.id.label("passage"), passages.c.start, passages.c.stop)
        live = wanted.join(passages, passages.c.item_id == items.c.id).where(
            items.c.shelf == shelf.number, items.c.removed.is_(None)
        )
        with store.database.reading() as connection:
            rows = connection.execute(live.order_by(passages.c.id)).all()
        texts = [r.text[r.start : r.stop] or r.title for r in rows]
        known = {
            r.passage: KnownPassage(r.key, r.genre, r.title, r.published, text, r.start, r.stop)
            for r, text in zip(rows, texts, strict=True)
        }
        vectors = self._encoded(texts)
        groups = self._grouping.of([r.genre for r in rows], vectors.astype(np.float32))
        return Passages(np.array(list(known), np.int64), groups, vectors, known)

    def _encoded(self, texts: list[str]) -> NDArray[np.float64]:
        """As they are stored: in half precision, then of length 1."""
        new = [t for t in dict.fromkeys(texts) if t not in self._vectors]
        made = self._encoder.encode([normalise(t).text for t in new]).astype(np.float16).astype(np.float64)
        self._vectors.update(zip(new, made / np.linalg.norm(made, axis=1, keepdims=True), strict=True))
        return np.array([self._vectors[t] for t in texts]).reshape(len(texts), self._encoder.dim)


def by_genre(*genres: str) -> Callable[[list[str], Vectors], NDArray[np.int8]]:
    """Groups passages by where their genre stands among these; every other genre comes after them."""
    places = {genre: place for place, genre in enumerate(genres)}
    return lambda of, vectors: np.array([places.get(g, len(genres)) for g in of], dtype=np.int8)


def _assert_nearest(
    queries: Vectors, live: Passages, group: int, similarities: NDArray[np.float32], keys: NDArray[np.int64]
) -> None:
    """The cosines are those of the nearest in the group, and each key is of a passage that has its cosine.

    Passages with the same text are equally near: which of them is named first is open, but none is named twice.
    """
    of_group = live.groups == group
    cosines = queries.astype(np.float64) @ live.vectors[of_group].T
    k = keys.shape[1]
    expected = -np.sort(-cosines, axis=1)[:, :k]
    there = expected.shape[1]
    np.testing.assert_allclose(similarities[:, :there], expected, atol=2e-6)
    assert (similarities[:, there:] == -1).all()
    assert (keys[:, there:] == 0).all()
    column = {key: i for i, key in enumerate(live.keys[of_group].tolist())}
    for row, found in enumerate(keys[:, :there].tolist()):
        assert len(set(found)) == there
        own = [cosines[row, column[key]] if key in column else _FAR for key in found]
        np.testing.assert_allclose(own, similarities[row, :there], atol=2e-6)
