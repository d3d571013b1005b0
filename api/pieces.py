"""What corpus items and posts have in common over HTTP: pieces on a shelf."""

from typing import Annotated, Any, cast

from pydantic import BaseModel, BeforeValidator, Field, model_validator

from contentcheck.corpus.intake import take_in_together
from contentcheck.corpus.reading.columns import Row
from contentcheck.corpus.records import BadRow, item_from_row
from contentcheck.corpus.store.pieces import Fate
from contentcheck.corpus.store.shelf import Shelf
from contentcheck.corpus.store.vectors import StoredVectors
from contentcheck.engine.documents import CorpusItem
from contentcheck.engine.errors import InputError

from .access import Caller
from .http.conditional import Precondition
from .http.paging import Asked, Page
from .http.problems import Problem, Wrong, invalid, not_found
from .inputs import Body, Id, usable
from .service import Service, at_once

_MOST = 1000  # pieces of one request


class Piece(Body):
    """A piece to be stored. Its `id` is kept; without one it is known by its text."""

    id: str = Field(default="", max_length=500)
    text: str = Field(min_length=1)
    title: str = Field(default="", max_length=2_000)
    genre: str = Field(default="", max_length=200, description="slug, as soup; unknown ones are fine")
    source: str = Field(default="", max_length=2_000)
    licence: str = Field(default="", max_length=2_000)
    tags: list[str] = Field(default=[], max_length=100)
    published: str = Field(default="", description="YYYY-MM-DD")

    @model_validator(mode="after")
    def _usable(self) -> "Piece":
        usable(self.item, self)
        return self

    def item(self) -> CorpusItem:
        """As the engine knows it."""
        return item_from_row(Row(0, self.model_dump()))


def _several(sent: Any) -> Any:
    if isinstance(sent, list) and len(cast(list[Any], sent)) > _MOST:
        raise ValueError(f"最多 {_MOST} 条")  # before any of them is looked at
    return sent if isinstance(sent, list) else [Piece.model_validate(sent)]


_Several = Annotated[list[Piece], Field(min_length=1, max_length=_MOST)]
Pieces = Annotated[_Several, BeforeValidator(_several, json_schema_input_type=Piece | _Several)]
"""A body that is one piece or a list of them; a handler is given the list."""


class StoredPiece(BaseModel):
    """A piece as it is stored."""

    id: str
    text: str
    title: str
    genre: str
    source: str
    licence: str
    tags: list[str]
    published: str

    @classmethod
    def of(cls, item: CorpusItem) -> "StoredPiece":
        return cls.model_validate(item, from_attributes=True)


class ListedPiece(StoredPiece):
    """A piece in a list."""

    duplicate_of: str | None = Field(description="id of the earlier piece that it was found to duplicate")


class Taken(BaseModel):
    """What became of a piece that was sent."""

    id: str
    outcome: Fate = Field(description="replaced: another text had this id; skipped: a duplicate, not wanted")
    duplicate_of: str | None = Field(description="id of the earlier piece that it duplicates")
    likeness: float = Field(description="0 to 1; 1: the same text")


class TakenIn(BaseModel):
    """What became of every piece, in the order they were sent."""

    items: list[Taken]


class Removal(Body):
    """Pieces to be removed."""

    ids: list[Id] = Field(min_length=1, max_length=_MOST)


class Removed(BaseModel):
    """What a removal came to."""

    removed: int = Field(description="how many were there; the others have been gone already, or never were")


REMOVAL_EXAMPLES: dict[str, Any] = {"two": {"summary": "两条", "value": {"ids": ["soup-17", "soup-18"]}}}


def take_in(service: Service, shelf: Shelf, pieces: list[Piece], *, skip_duplicates: bool) -> TakenIn:
    """Store pieces, all or none. Raises Problem 503 where others' pieces are being stored, 422 for clashing ids."""
    vectors = StoredVectors(service.store.database, service.checks().checker.encoder)
    with at_once(service.taking_in, "存入别的内容", 5):
        try:
            taken = take_in_together([p.item() for p in pieces], shelf, vectors, skip_duplicates=skip_duplicates)
        except BadRow as error:
            raise Problem(422, "invalid", str(error), [Wrong(field="body", remedy=str(error))]) from error
    return TakenIn(
        items=[Taken(id=i, outcome=o.fate, duplicate_of=o.duplicate_of, likeness=o.likeness) for i, o in taken]
    )


def page_of(shelf: Shelf, asked: Asked, words: str | None, **filters: Any) -> Page[ListedPiece]:
    """A page of a shelf; `filters` as of `Shelf.page`. Raises Problem 422 for `words` without a word."""
    try:
        rows = shelf.page(*asked.after(0), asked.limit + 1, words=words, **filters)
    except InputError as error:
        raise invalid("query.words", words, str(error), "汉字、字母或数字") from error
    originals = shelf.originals([number for number, _ in rows])
    return asked.page(
        rows,
        lambda row: ListedPiece(**StoredPiece.of(row[1]).model_dump(), duplicate_of=originals.get(row[0])),
        lambda row: (row[0],),
    )


def remove(shelf: Shelf, field: str, key: str, what: str, condition: Precondition) -> None:
    """Take a piece off its shelf. Raises Problem 404 or 412."""
    try:
        shelf.remove([key], lambda item: condition.check(StoredPiece.of(item)))
    except InputError as error:
        raise not_found(field, key, what) from error


def remove_present(shelf: Shelf, removal: Removal, caller: Caller) -> Removed:
    """Take what is there of several pieces off their shelf; the rest is gone already, or never was."""
    return Removed(removed=len(shelf.remove_present(removal.ids, caller.name)))


def restore(shelf: Shelf, field: str, key: str, what: str) -> CorpusItem:
    """Bring a removed piece back. Raises Problem 404 if it never was removed, 409 if it is there."""
    try:
        shelf.undo([key])
    except InputError as error:
        if shelf.get(key) is None:
            raise not_found(field, key, what) from error
        wrong = Wrong(field=field, value=key, remedy="已删除的编号")
        raise Problem(409, "conflict", f"{what}“{key}”现在就在，不需要恢复", [wrong]) from error
    return found(shelf, field, key, what)


def found(shelf: Shelf, field: str, key: str, what: str) -> CorpusItem:
    """A piece of a shelf. Raises Problem 404."""
    item = shelf.get(key)
    if item is None:
        raise not_found(field, key, what)
    return item
