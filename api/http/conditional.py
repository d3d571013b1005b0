"""Conditional requests (RFC 9110): nothing is sent that the caller has, nothing is changed that it has not seen.

Reading: every answer to a GET goes through `TheKnown`, which gives it an ETag and answers 304 to If-None-Match.
Changing: `ThePrecondition` holds If-Match and If-None-Match against what is there, which has to be read within the
transaction of the change: of two that saw the same, one wins and the other is told.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Header, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from .problems import Problem, Wrong

Content = BaseModel | dict[str, Any]
NOT_MODIFIED: dict[int | str, dict[str, Any]] = {304: {"description": "Not Modified: the caller has this already"}}
"""For `responses=` of an operation that answers with `Known.answer`."""
_TAG = re.compile(r'(?:W/)?"[^"]*"|\*')


@dataclass(frozen=True, slots=True)
class Known:
    """What the caller of a GET has already."""

    if_none_match: str | None

    def answer(self, content: Content, headers: Mapping[str, str] | None = None) -> Response:
        """200 with the content, or 304 where the caller has it; both with an ETag."""
        full = _response(content)
        return self._unless_known(_tag(full), lambda: full, headers or {})

    def drawn(self, made_from: Content, draw: Callable[[], Response]) -> Response:
        """The same for what is made, only where the caller does not have it, from this content."""
        return self._unless_known(f"W/{etag(made_from)}", draw, {})

    def _unless_known(self, tag: str, make: Callable[[], Response], headers: Mapping[str, str]) -> Response:
        shared = {"ETag": tag, "Cache-Control": "private, no-cache", **headers}
        if _named(self.if_none_match, tag.removeprefix("W/"), weakly=True):
            return Response(status_code=304, headers=shared)
        full = make()
        full.headers.update(shared)
        return full


@dataclass(frozen=True, slots=True)
class Precondition:
    """On what the caller of a PUT or DELETE has it depend."""

    if_match: str | None
    if_none_match: str | None

    def check(self, present: Content | None) -> None:
        """Raises Problem 412 unless all is as the caller says; `present`: what a GET would show now, None: nothing."""
        tag = _tag(_response(present)) if present is not None else None
        if self.if_match is not None and not _named(self.if_match, tag, weakly=False):
            remedy = "重新 GET，用新的 ETag" if tag else "现在没有这个内容，请去掉 If-Match"
            raise _changed("header.If-Match", self.if_match, remedy)
        if self.if_none_match is not None and _named(self.if_none_match, tag, weakly=True):
            raise _changed("header.If-None-Match", self.if_none_match, "已有这个内容；要替换它，请改用 If-Match")


def etag(content: Content) -> str:
    """A strong validator: equal for equal content, byte for byte."""
    return _tag(_response(content))


def known(if_none_match: Annotated[str | None, Header(description="ETags that the caller has")] = None) -> Known:
    """As a request's headers say."""
    return Known(if_none_match)


def precondition(
    if_match: Annotated[str | None, Header(description="ETag of what is to be changed")] = None,
    if_none_match: Annotated[str | None, Header(description="*: only if there is nothing yet")] = None,
) -> Precondition:
    """As a request's headers say."""
    return Precondition(if_match, if_none_match)


TheKnown = Annotated[Known, Depends(known)]
ThePrecondition = Annotated[Precondition, Depends(precondition)]


def _response(content: Content) -> JSONResponse:
    return JSONResponse(content.model_dump(mode="json") if isinstance(content, BaseModel) else content)


def _tag(response: Response) -> str:
    return f'"{hashlib.sha256(response.body).hexdigest()[:32]}"'


def _named(header: str | None, tag: str | None, *, weakly: bool) -> bool:
    """Whether the header names the tag of what is there; `*` names anything. None: nothing is there."""
    tags = _TAG.findall(header or "")
    return tag is not None and ("*" in tags or tag in tags or (weakly and f"W/{tag}" in tags))


def _changed(field: str, value: str, remedy: str) -> Problem:
    return Problem(412, "changed_meanwhile", "内容与请求所说的不同", [Wrong(field=field, value=value, remedy=remedy)])
