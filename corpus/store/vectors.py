"""Models in use, and what each made of every text: a text is encoded once per model."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import insert, select, update

from contentcheck.engine.encoder import Encoder, Vectors
from contentcheck.engine.errors import StateError

from . import schema
from .database import Database, in_parts

_STEP = 512  # texts encoded and committed together: what an interruption can cost


@dataclass(frozen=True, slots=True)
class Model:
    """A model that has made vectors for this store."""

    id: int
    name: str
    revision: str
    dim: int
    active: bool


class Models:
    """The models of a store; at most one is active: the one that answers."""

    def __init__(self, database: Database):
        self._database = database

    def all(self) -> list[Model]:
        """Every model, oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute(select(schema.models).order_by(schema.models.c.id))
            return [Model(**row._mapping) for row in rows]

    def active(self) -> Model | None:
        """The one chosen by `models switch`; None where nobody has chosen."""
        return next((m for m in self.all() if m.active), None)

    def register(self, encoder: Encoder) -> Model:
        """The encoder's row, made where there is none."""
        for model in self.all():
            if (model.name, model.revision) == (encoder.name, encoder.revision):
                return model
        with self._database.writing() as connection:
            columns = schema.models.c
            same = select(schema.models).where(columns.name == encoder.name, columns.revision == encoder.revision)
            found = connection.execute(same).first()
            if found is None:
                ids = connection.execute(select(columns.id)).scalars()
                row = {"id": max(ids, default=0) + 1, "name": encoder.name, "revision": encoder.revision}
                connection.execute(insert(schema.models), {**row, "dim": encoder.dim, "active": False})
                found = connection.execute(same).one()
        return Model(**found._mapping)

    def activate(self, model: Model) -> None:
        """From now on this model answers, in every process."""
        with self._database.writing() as connection:
            connection.execute(update(schema.models).values(active=schema.models.c.id == model.id))


class StoredVectors:
    """An `Encoder` that remembers, for one model, in the database.

    Vectors are kept in half precision, which moves a cosine by less than 0.0005, and are the same whether they
    were encoded just now or years ago.
    """

    def __init__(
        self,
        database: Database,
        encoder: Encoder,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ):
        """`progress` is told texts encoded and texts to encode, when there are more than a few."""
        self.encoder = encoder
        self.name, self.revision, self.dim = encoder.name, encoder.revision, encoder.dim
        self._database = database
        self._progress = progress

    @property
    def model(self) -> Model:
        """The encoder's row in the store, which is another when a backup has been restored."""
        return Models(self._database).register(self.encoder)

    def encode(self, texts: list[str]) -> Vectors:
        """As the encoder behind it, without encoding a text twice; float32 (len(texts), dim)."""
        digests = self.remember(texts)
        if not digests:
            return np.empty((0, self.dim), dtype=np.float32)
        place = {digest: i for i, digest in enumerate(dict.fromkeys(digests))}
        distinct = np.empty((len(place), self.dim), dtype=np.float16)
        for digest, vector in self._stored(list(place)):
            if len(vector) != 2 * self.dim:
                raise StateError(f"数据库 {self._database} 里有长度不对的向量；请运行 contentcheck doctor 修复")
            distinct[place[digest]] = np.frombuffer(vector, dtype=np.float16)
        return unit(distinct)[[place[d] for d in digests]]

    def remember(self, texts: list[str]) -> list[bytes]:
        """Encode what is new among the texts and keep it; the digests under which all of them are kept."""
        digests = [text_digest(t) for t in texts]
        known = self._known(dict.fromkeys(digests))
        new = {d: t for d, t in zip(digests, texts, strict=True) if d not in known}
        waiting = list(new.items())
        for start in range(0, len(waiting), _STEP):
            part = waiting[start : start + _STEP]
            made = self.encoder.encode([t for _, t in part]).astype(np.float16)
            self._keep([d for d, _ in part], made)
            if len(waiting) > _STEP:
                self._progress(start + len(part), len(waiting))
        return digests

    def _known(self, digests: Iterable[bytes]) -> set[bytes]:
        columns, model = schema.vectors.c, self.model.id
        with self._database.reading() as connection:
            return {
                digest
                for part in in_parts(list(digests))
                for digest in connection.execute(
                    select(columns.digest).where(columns.model_id == model, columns.digest.in_(part))
                ).scalars()
            }

    def _stored(self, digests: list[bytes]) -> Iterator[tuple[bytes, bytes]]:
        columns, model = schema.vectors.c, self.model.id
        with self._database.reading() as connection:
            for part in in_parts(digests):
                wanted = columns.model_id == model, columns.digest.in_(part)
                for row in connection.execute(select(columns.digest, columns.vector).where(*wanted)):
                    yield row.digest, row.vector

    def _keep(self, digests: list[bytes], made: NDArray[np.float16]) -> None:
        model = self.model.id
        rows = [{"model_id": model, "digest": d, "vector": v.tobytes()} for d, v in zip(digests, made, strict=True)]
        with self._database.writing() as connection:
            connection.execute(_insert_if_new(connection.dialect.name), rows)


def text_digest(text: str) -> bytes:
    """16 bytes that stand for a text."""
    return hashlib.sha256(text.encode("utf-8")).digest()[:16]


def unit(stored: NDArray[np.float16]) -> Vectors:
    """Stored vectors as float32 rows of length 1."""
    vectors = stored.astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def _insert_if_new(dialect: str):  # another process may have encoded the same text meanwhile
    if dialect == "sqlite":
        from sqlalchemy.dialects.sqlite import insert as insert_here
    else:
        from sqlalchemy.dialects.postgresql import insert as insert_here
    return insert_here(schema.vectors).on_conflict_do_nothing(index_elements=["model_id", "digest"])
