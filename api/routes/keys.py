"""Keys to the service: made, listed and revoked by those who may do everything for every brand."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Path, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, StrictInt

from contentcheck.corpus.store.keys import MOST_PER_MINUTE, Key
from contentcheck.engine.errors import InputError

from ..access import SCOPES, Caller, TheCaller
from ..http.conditional import NOT_MODIFIED, TheKnown
from ..http.idempotency import tell_once
from ..http.paging import Page, ThePage
from ..http.problems import Problem, Wrong, described, invalid, not_found
from ..inputs import Body as Sent
from ..owned import brand_number
from ..service import TheService

router = APIRouter(prefix="/v1/keys", tags=["keys"])

Scope = Literal["check", "read", "write", "feedback", "gate", "admin"]


class KeyBody(Sent):
    """Who is to have a key, and what they may do with it."""

    name: str = Field(min_length=1, max_length=200, pattern=r"\S", description="whose it is; not a number alone")
    scopes: list[Scope] = Field(min_length=1, max_length=20)
    brands: list[str] | None = Field(
        default=None, min_length=1, max_length=1_000, description="those it is limited to; null: all brands"
    )
    rate: StrictInt = Field(default=120, ge=1, le=MOST_PER_MINUTE, description="requests a minute")


class KeyShown(BaseModel):
    """A key without its secret. `brands`: those it is limited to, without removed ones; null: all."""

    id: int
    name: str
    scopes: list[str]
    brands: list[str] | None
    rate: int = Field(description="requests a minute")
    made_at: str
    revoked_at: str | None = Field(description="null while it may be used")

    @classmethod
    def of(cls, key: Key) -> "KeyShown":
        return cls.model_validate(key, from_attributes=True)


class KeyMade(KeyShown):
    """A key just made."""

    key: str | None = Field(description="the key itself, told only now; null when the request is sent again")


_EXAMPLES: dict[str, Any] = {
    "website": {"summary": "公司网站，只检查", "value": {"name": "公司网站", "scopes": ["check"], "rate": 600}},
    "brand": {
        "summary": "一个品牌的编辑",
        "value": {"name": "苔朵编辑部", "scopes": ["check", "read", "feedback"], "brands": ["苔朵"]},
    },
}


@router.get("", response_model=Page[KeyShown], responses=described(403, 422, 503) | NOT_MODIFIED)
def list_keys(asked: ThePage, known: TheKnown, caller: TheCaller, service: TheService) -> Response:
    """Every key there ever was, oldest first, without their secrets."""
    _need_all(caller)
    rows = service.store.keys.page(*asked.after(0), asked.limit + 1)
    page = asked.page(rows, KeyShown.of, lambda key: (key.id,))
    return known.answer(page, asked.link(page))


@router.post("", status_code=201, response_model=KeyMade, responses=described(400, 403, 404, 413, 422, 503))
def make_key(
    body: Annotated[KeyBody, Body(openapi_examples=_EXAMPLES)],
    request: Request,
    caller: TheCaller,
    service: TheService,
) -> Response:
    """Make a key, which is told this once. With the first one, the service begins to ask everybody for a key.

    The key is kept nowhere: sent again under its `Idempotency-Key`, the request is answered without it.
    """
    _need_all(caller)
    for brand in body.brands or ():
        brand_number(service, caller, brand, "body.brands")
    scopes = [scope for scope in SCOPES if scope in body.scopes]
    try:
        key, secret = service.store.keys.create(body.name, scopes, body.brands, body.rate, caller.name)
    except InputError as error:
        raise invalid("body.name", body.name, str(error), "另一个名称") from error
    made = KeyMade(**KeyShown.of(key).model_dump(), key=secret)
    return JSONResponse(made.model_dump(), 201, tell_once(request, "key"))


@router.delete("/{key_id}", status_code=204, responses=described(403, 404, 409, 422, 503))
def revoke_key(key_id: Annotated[int, Path(ge=1, lt=2**31)], caller: TheCaller, service: TheService) -> None:
    """Make a key useless from now on; it stays in the list. The last that could make others is not revoked here."""
    _need_all(caller)
    try:
        service.store.keys.revoke(str(key_id), caller.name, _leave_one)
    except InputError as error:
        raise not_found("path.key_id", str(key_id), "有效的密钥") from error


def _need_all(caller: Caller) -> None:
    """Raises Problem 403 for those who may not do everything for every brand: a key may let others do so."""
    caller.need("admin")
    if caller.brands is not None:
        raise Problem(403, "forbidden", "只限某些品牌的密钥不能管理密钥")


def _leave_one(key: Key, others: list[Key]) -> None:
    """Raises Problem 409 for the last one without which nobody could manage keys over the network any more."""
    if key.manages_keys and not any(other.manages_keys for other in others):
        remedy = f"先建立另一个有 admin 权限、不限品牌的密钥；或在服务器上运行 contentcheck keys revoke {key.id}"
        detail = f"“{key.name}”是最后一个能管理密钥的密钥，吊销后就没有人能在这里建立密钥了"
        raise Problem(409, "conflict", detail, [Wrong(field="path.key_id", value=str(key.id), remedy=remedy)])
