"""Errors as RFC 9457 problem details: one shape for all of them.

    {"type": "urn:contentcheck:problem:<slug>", "title": "…", "status": 422, "detail": "…", "instance": "urn:uuid:…",
     "errors": [{"field": "body.text", "value": "…", "remedy": "…"}]}

`title`, `detail` and `remedy` are Chinese, for the editor at the end of the line; programs look at `type` and `field`.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.routing import Match, Mount

from contentcheck.engine.errors import ContentcheckError, EmptyBrand, InputError, UnknownBrand
from contentcheck.engine.normalise import replace_unencodable

MEDIA_TYPE = "application/problem+json"
_SHOWN = 200  # characters of a wrong value that are given back
_TOLD = 50  # things wrong with one request
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")

TITLES = {
    "bad_request": "请求无法读取",
    "unauthenticated": "需要有效的密钥",
    "forbidden": "这个密钥没有此权限",
    "not_found": "没有这个内容",
    "method_not_allowed": "此地址不支持这种请求方法",
    "conflict": "与现有内容冲突",
    "changed_meanwhile": "内容已被别人改过",
    "too_large": "请求太大",
    "unsupported_type": "不支持的内容类型",
    "invalid": "请求内容有误",
    "rate_limited": "请求太频繁",
    "internal": "程序出错",
    "overloaded": "现在太忙",
    "not_ready": "服务正在启动",
    "timeout": "超时",
    "unavailable": "暂时无法服务",
}
BY_STATUS = {
    400: "bad_request",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    408: "timeout",
    409: "conflict",
    412: "changed_meanwhile",
    413: "too_large",
    415: "unsupported_type",
    422: "invalid",
    429: "rate_limited",
    500: "internal",
    503: "unavailable",
    504: "timeout",
}


class Wrong(BaseModel):
    """One thing that is wrong with a request."""

    field: str = Field(description="where: body.text, query.cursor, path.brand, header.Idempotency-Key")
    value: Any = Field(default=None, description="what was given; long values are cut")
    remedy: str = Field(description="what would be right")


class ProblemDetails(BaseModel):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[Wrong] = []


@dataclass
class Problem(Exception):
    """Raised by any handler; becomes the answer.

    Attributes:
        slug: the last part of `type`, a key of the titles above.
    """

    status: int
    slug: str
    detail: str
    errors: Sequence[Wrong] = ()
    headers: Mapping[str, str] | None = None


class TooLarge(HTTPException):
    """A body beyond its limit; an HTTPException, since what parses bodies takes any other for damage in the body."""

    def __init__(self, limit: int):
        """`limit` in bytes."""
        super().__init__(413)
        self.limit = limit


class TooSlow(HTTPException):
    """A body of which nothing more comes; an HTTPException as `TooLarge`."""

    def __init__(self, seconds: float):
        super().__init__(408)
        self.seconds = seconds


def not_found(field: str, value: str, what: str) -> Problem:
    """`what`: the thing in Chinese, as 品牌."""
    return Problem(404, "not_found", f"没有{what}“{value}”", [Wrong(field=field, value=value, remedy=f"已有的{what}")])


def invalid(field: str, value: Any, detail: str, remedy: str) -> Problem:
    """A request that was read but cannot be used."""
    return Problem(422, "invalid", detail, [Wrong(field=field, value=value, remedy=remedy)])


def install(app: FastAPI) -> None:
    """Have every error of an application answered in this shape."""
    app.add_exception_handler(Problem, _any)
    app.add_exception_handler(ContentcheckError, _any)
    app.add_exception_handler(TooLarge, _any)
    app.add_exception_handler(TooSlow, _any)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)


def answer(problem: Problem) -> JSONResponse:
    """The response for a problem; its `instance` is the request's id."""
    details = ProblemDetails(
        type=f"urn:contentcheck:problem:{problem.slug}",
        title=TITLES[problem.slug],
        status=problem.status,
        detail=replace_unencodable(problem.detail)[0],
        instance=f"urn:uuid:{structlog.contextvars.get_contextvars().get('request_id', '')}",
        errors=[Wrong(field=_cut(w.field), value=_cut(w.value), remedy=_cut(w.remedy)) for w in problem.errors],
    )
    return JSONResponse(details.model_dump(mode="json"), problem.status, problem.headers, MEDIA_TYPE)


def described(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """`responses=` of an operation: which problems it may answer with, beside those that any may (see contract.py)."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}
    return {s: {"description": BY_STATUS[s].replace("_", " "), "content": content} for s in statuses}


def problem_of(error: Exception) -> Problem:
    """What is said to the caller about any error; what only its maintainers should know goes to the log."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, TooLarge):
        detail = f"请求正文超过 {error.limit} 字节；请分成几次，或请管理员调高上限"
        return Problem(413, "too_large", detail, [Wrong(field="body", remedy=f"最多 {error.limit} 字节")])
    if isinstance(error, TooSlow):
        detail = f"请求正文没有发完，{error.seconds:g} 秒内没有新的内容；请检查网络后重发"
        wrong = Wrong(field="body", remedy="不间断地发送")
        return Problem(408, "timeout", detail, [wrong], {"Connection": "close"})
    if isinstance(error, UnknownBrand):
        # Its own message names all brands there are, which is none of a limited key's business.
        return Problem(
            404, "not_found", "没有这个品牌", [Wrong(field="brand", remedy="先用 /v1/brands 建立品牌和产品")]
        )
    if isinstance(error, EmptyBrand):
        return Problem(409, "conflict", str(error), [Wrong(field="brand", remedy="先用 /v1/brands 添加产品")])
    if isinstance(error, InputError):
        return Problem(422, "invalid", str(error))
    if isinstance(error, ContentcheckError):
        structlog.get_logger().error("unavailable", reason=str(error))
        return Problem(503, "unavailable", "暂时无法读写数据，原因已记入日志", headers={"Retry-After": "5"})
    structlog.get_logger().error("unexpected error", exc_info=error)
    return Problem(500, "internal", "程序出错，已记入日志；请把 instance 里的编号告诉管理员")


async def _any(_request: Request, error: Exception) -> JSONResponse:
    return answer(problem_of(error))


async def _validation(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    if any(e["loc"] == ("body",) and isinstance(e.get("input"), bytes) for e in error.errors()):
        kind = request.headers.get("content-type")
        wrong = Wrong(field="header.Content-Type", value=kind, remedy="应为 application/json")
        return answer(Problem(415, "unsupported_type", "请求正文应为 JSON", [wrong]))
    wrong = [Wrong(field=_field(e), value=e.get("input"), remedy=remedy_of(e)) for e in error.errors()[:_TOLD]]
    detail = "；".join(f"{w.field}：{w.remedy}" for w in wrong)
    return answer(Problem(422, "invalid", detail, wrong))


def _field(error: Mapping[str, Any]) -> str:
    """JSON that cannot be read is wrong as a whole; where, its remedy says."""
    return "body" if error["type"] == "json_invalid" else ".".join(map(str, error["loc"]))


def remedy_of(error: Mapping[str, Any]) -> str:
    """What would be right, of one of the errors of pydantic."""
    context = error.get("ctx", {})
    return {
        "missing": "必须给出",
        "string_type": "应为文字",
        "string_too_short": f"至少 {context.get('min_length')} 个字符",
        "string_too_long": f"最多 {context.get('max_length')} 个字符",
        "bool_type": "应为 true 或 false",
        "bool_parsing": "应为 true 或 false",
        "int_type": "应为整数",
        "int_parsing": "应为整数",
        "list_type": "应为数组",
        "dict_type": "应为 JSON 对象",
        "model_type": "应为 JSON 对象",
        "model_attributes_type": "应为 JSON 对象",
        "json_invalid": f"不是合法的 JSON（第 {error['loc'][-1]} 个字符：{context.get('error')}）",
        "extra_forbidden": "没有这一项，请去掉",
        "literal_error": f"应为 {context.get('expected')}",
        "enum": f"应为 {context.get('expected')}",
        "greater_than": f"应大于 {context.get('gt')}",
        "greater_than_equal": f"应不小于 {context.get('ge')}",
        "less_than_equal": f"应不大于 {context.get('le')}",
        "value_error": str(context.get("error", error["msg"])),
    }.get(error["type"], str(error["msg"]))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status, path, headers = error.status_code, request.scope["path"], error.headers
    slug = BY_STATUS.get(status, "bad_request" if status < 500 else "internal")
    wrong: list[Wrong] = []
    if status == 400:
        wrong = [Wrong(field="body", remedy="应为完整的 UTF-8 文字，上传文件时应为合法的 multipart/form-data")]
    elif status == 404:
        wrong = [Wrong(field="path", value=path, remedy="/docs 列出了所有地址")]
    elif status == 405:
        methods = ", ".join(_methods(request))
        headers = {"Allow": methods}
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=headers)
        wrong = [Wrong(field="method", value=request.method, remedy=f"此地址支持：{methods}")]
    return answer(Problem(status, slug, TITLES[slug], wrong, headers))


def _methods(request: Request) -> list[str]:
    """What the address of a request supports, in all routes that lead there."""
    routes = [r for r in request.app.routes if not isinstance(r, Mount)]
    found = [m for m in _METHODS if any(r.matches({**request.scope, "method": m})[0] is Match.FULL for r in routes)]
    return ["GET", "HEAD", *found[1:]] if found[:1] in ([], ["GET"]) else found


def _cut(value: Any) -> Any:
    if value is None or isinstance(value, bool | int) or (isinstance(value, float) and math.isfinite(value)):
        return value
    text = value if isinstance(value, str) else repr(value)
    return replace_unencodable(text if len(text) <= _SHOWN else text[:_SHOWN] + "…")[0]
