"""The library of known pieces: the user's own, beside those that come with the program."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Response
from pydantic import BaseModel, Field

from contentcheck.corpus import shipped
from contentcheck.engine.alignment import MatchKind
from contentcheck.engine.comparison import Comparison
from contentcheck.engine.errors import InputError

from .. import inputs, pieces
from ..access import TheCaller
from ..http.conditional import NOT_MODIFIED, TheKnown, ThePrecondition
from ..http.paging import Page, ThePage
from ..http.problems import described, invalid, not_found
from ..inputs import Id, Parameter
from ..library_counts import Stats, library_counts
from ..pieces import REMOVAL_EXAMPLES, ListedPiece, Pieces, Removal, Removed, StoredPiece, TakenIn
from ..service import TheService, at_once

router = APIRouter(prefix="/v1/corpus", tags=["corpus"])

_FIELD, _WHAT = "path.item_id", "内容"
_ITEM: dict[str, Any] = {
    "id": "soup-17",
    "title": "余生很长",
    "text": "人生没有白走的路，每一步都算数。",
    "genre": "soup",
    "tags": ["鸡汤"],
}
_EXAMPLES: dict[str, Any] = {
    "one": {"summary": "一条", "value": _ITEM},
    "several": {"summary": "几条", "value": [_ITEM, {"text": "没有编号的一条，按正文给它编号。", "genre": "aphorism"}]},
}


class NearestBody(inputs.Body):
    """A text to be looked for."""

    text: str = Field(min_length=1)
    count: int = Field(default=5, ge=1, le=100)


class NearPassage(BaseModel):
    """A known passage, and why it would or would not be called the source of the text."""

    item_id: str
    genre: str
    text: str
    similarity: float = Field(description="cosine of meanings, -1 to 1")
    kind: MatchKind | None = Field(description="what a check would call it; null: nothing")
    judgement: str

    @classmethod
    def of(cls, found: Comparison) -> "NearPassage":
        known = found.known
        return cls(
            item_id=known.item_id,
            genre=known.genre,
            text=known.text,
            similarity=found.similarity,
            kind=found.kind,
            judgement=found.judgement,
        )


class Nearest(BaseModel):
    """Known passages: first those that a text would be called a copy of, then by meaning."""

    items: list[NearPassage]


@router.get("/items", response_model=Page[ListedPiece], responses=described(403, 422, 503) | NOT_MODIFIED)
def list_items(
    asked: ThePage,
    known: TheKnown,
    caller: TheCaller,
    service: TheService,
    genre: Annotated[Parameter | None, Query(description="of this genre")] = None,
    words: Annotated[Parameter | None, Query(description="all of these occur in it")] = None,
    duplicates: Annotated[bool, Query(description="found to duplicate an earlier one")] = False,
) -> Response:
    """The user's own pieces in the order they were added."""
    caller.need("read")
    page = pieces.page_of(service.store.library, asked, words, genre=genre, duplicates=duplicates)
    return known.answer(page, asked.link(page))


@router.post("/items", responses=described(400, 403, 413, 422, 503))
def add_items(
    items: Annotated[Pieces, Body(openapi_examples=_EXAMPLES)],
    caller: TheCaller,
    service: TheService,
    skip_duplicates: Annotated[bool, Query(description="leave out what is much the same as one already there")] = False,
) -> TakenIn:
    """Add one piece or up to 1,000, all or none; a known id is replaced. The next check sees them."""
    caller.need("write")
    caller.need_all_brands()
    return pieces.take_in(service, service.store.library, items, skip_duplicates=skip_duplicates)


@router.get("/items/{item_id:path}", response_model=StoredPiece, responses=described(403, 404, 422, 503) | NOT_MODIFIED)
def show_item(item_id: Id, known: TheKnown, caller: TheCaller, service: TheService) -> Response:
    """One piece: the user's own, or of those that come with the program, as the matches of a report name them.

    The header `Allow` tells them apart: what comes with the program cannot be deleted.
    """
    caller.need("read")
    own = service.store.library.get(item_id)
    item = own or next((i for i in shipped.shipped_edition().items if i.id == item_id), None)
    if item is None:
        raise not_found(_FIELD, item_id, _WHAT)
    return known.answer(StoredPiece.of(item), {"Allow": "GET, HEAD, DELETE" if own else "GET, HEAD"})


@router.delete("/items/{item_id:path}", status_code=204, responses=described(403, 404, 412, 422, 503))
def delete_item(item_id: Id, condition: ThePrecondition, caller: TheCaller, service: TheService) -> None:
    """Delete one of the user's own pieces; it can be restored."""
    caller.need("write")
    caller.need_all_brands()
    pieces.remove(service.store.library, _FIELD, item_id, _WHAT, condition)


@router.post("/items/remove", responses=described(400, 403, 413, 422, 503))
def remove_items(
    removal: Annotated[Removal, Body(openapi_examples=REMOVAL_EXAMPLES)], caller: TheCaller, service: TheService
) -> Removed:
    """Delete up to 1,000 of the user's own pieces at once; each can be restored.

    What is not there is passed over, so that an import can be taken back whatever became of parts of it.
    """
    caller.need("write")
    caller.need_all_brands()
    return pieces.remove_present(service.store.library, removal, caller)


@router.post("/items/{item_id:path}/restore", responses=described(403, 404, 409, 422, 503))
def restore_item(item_id: Id, caller: TheCaller, service: TheService) -> StoredPiece:
    """Bring a deleted piece back as it last was."""
    caller.need("write")
    caller.need_all_brands()
    return StoredPiece.of(pieces.restore(service.store.library, _FIELD, item_id, _WHAT))


@router.get("/stats", response_model=Stats, responses=described(403, 422, 503) | NOT_MODIFIED)
def stats(known: TheKnown, caller: TheCaller, service: TheService) -> Response:
    """How many pieces there are, by genre and by month of publication."""
    caller.need("read")
    return known.answer(library_counts(service.store))


_TEXTS: dict[str, Any] = {"soup": {"summary": "一句鸡汤", "value": {"text": "每一步路都算数", "count": 3}}}


@router.post("/nearest", responses=described(400, 403, 413, 422, 503))
def nearest(
    body: Annotated[NearestBody, Body(openapi_examples=_TEXTS)], caller: TheCaller, service: TheService
) -> Nearest:
    """The known passages nearest to a text, and why each would or would not be called a copy."""
    caller.need("read")
    limit = service.limits.text_limit
    if len(body.text) > limit:
        raise invalid("body.text", body.text, f"文字有 {len(body.text)} 个字符", f"最多 {limit} 个字符")
    with at_once(service.comparing, "比较别的文字", 1):
        try:
            found = service.checks().checker.nearest(body.text, body.count)
        except InputError as error:
            raise invalid("body.text", body.text, str(error), "一段话") from error
    return Nearest(items=[NearPassage.of(c) for c in found])
