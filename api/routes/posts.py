"""What a brand's account has published."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Response

from .. import pieces
from ..access import TheCaller
from ..http.conditional import NOT_MODIFIED, TheKnown, ThePrecondition
from ..http.paging import Page, ThePage
from ..http.problems import described
from ..inputs import Id, Parameter, PathBrand
from ..pieces import REMOVAL_EXAMPLES, ListedPiece, Pieces, Removal, Removed, StoredPiece, TakenIn
from ..service import TheService

router = APIRouter(prefix="/v1/brands/{brand}/posts", tags=["posts"])

_FIELD, _WHAT = "path.post_id", "文章"
_POST: dict[str, Any] = {
    "id": "2024-18",
    "title": "换季怎么选面霜",
    "text": "换季时皮肤容易干，选面霜先看有没有神经酰胺。",
    "published": "2024-03-05",
}
_EXAMPLES: dict[str, Any] = {
    "one": {"summary": "一篇", "value": _POST},
    "several": {"summary": "几篇", "value": [_POST, {"text": "没有编号的一篇，按正文给它编号。"}]},
}


@router.get("", response_model=Page[ListedPiece], responses=described(403, 404, 422, 503) | NOT_MODIFIED)
def list_posts(
    brand: PathBrand,
    asked: ThePage,
    known: TheKnown,
    caller: TheCaller,
    service: TheService,
    words: Annotated[Parameter | None, Query(description="all of these occur in it")] = None,
) -> Response:
    """Posts in the order they were added."""
    caller.need("read")
    page = pieces.page_of(service.store.brands.posts(brand), asked, words)
    return known.answer(page, asked.link(page))


@router.post("", responses=described(400, 403, 404, 413, 422, 503))
def add_posts(
    brand: PathBrand,
    posts: Annotated[Pieces, Body(openapi_examples=_EXAMPLES)],
    caller: TheCaller,
    service: TheService,
    skip_duplicates: Annotated[bool, Query(description="leave out what is much the same as one already there")] = False,
) -> TakenIn:
    """Add one post or up to 1,000, all or none; a known id is replaced. The next check sees them."""
    caller.need("write")
    return pieces.take_in(service, service.store.brands.posts(brand), posts, skip_duplicates=skip_duplicates)


@router.get("/{post_id:path}", response_model=StoredPiece, responses=described(403, 404, 422, 503) | NOT_MODIFIED)
def show_post(brand: PathBrand, post_id: Id, known: TheKnown, caller: TheCaller, service: TheService) -> Response:
    """A post, its title and text."""
    caller.need("read")
    return known.answer(StoredPiece.of(pieces.found(service.store.brands.posts(brand), _FIELD, post_id, _WHAT)))


@router.delete("/{post_id:path}", status_code=204, responses=described(403, 404, 412, 422, 503))
def delete_post(
    brand: PathBrand, post_id: Id, condition: ThePrecondition, caller: TheCaller, service: TheService
) -> None:
    """Delete a post; it can be restored."""
    caller.need("write")
    pieces.remove(service.store.brands.posts(brand), _FIELD, post_id, _WHAT, condition)


@router.post("/remove", responses=described(400, 403, 404, 413, 422, 503))
def remove_posts(
    brand: PathBrand,
    removal: Annotated[Removal, Body(openapi_examples=REMOVAL_EXAMPLES)],
    caller: TheCaller,
    service: TheService,
) -> Removed:
    """Delete up to 1,000 posts at once; each can be restored.

    What is not there is passed over, so that an import can be taken back whatever became of parts of it.
    """
    caller.need("write")
    return pieces.remove_present(service.store.brands.posts(brand), removal, caller)


@router.post("/{post_id:path}/restore", responses=described(403, 404, 409, 422, 503))
def restore_post(brand: PathBrand, post_id: Id, caller: TheCaller, service: TheService) -> StoredPiece:
    """Bring a deleted post back as it last was."""
    caller.need("write")
    return StoredPiece.of(pieces.restore(service.store.brands.posts(brand), _FIELD, post_id, _WHAT))
