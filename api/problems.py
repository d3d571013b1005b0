"""Errors as RFC 9457 problem details: one shape for all of them.

    {"type": "urn:contentcheck:problem:<slug>", "title": "…", "status": 422, "detail": "…", "instance": "urn:uuid:…",
     "errors": [{"field": "body.text", "value": "…", "remedy": "…"}]}

`title`, `detail` and `remedy` are Chinese, for the editor at the end of the line; programs look at `type` and `field`.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from contentcheck.engine.errors import ContentcheckError, EmptyBrand, InputError, UnknownBrand

MEDIA_TYPE = "application/problem+json"
_SHOWN = 200  # characters of a wrong value that are given back

_TITLES = {
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
_BY_STATUS = {
    400: "bad_request",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    412: "changed_meanwhile",
    413: "too_large",
    415: "unsupported_type",
    422: "invalid",
    429: "rate_limited",
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


def not_found(field: str, value: str, what: str) -> Problem:
    """`what`: the thing in Chinese, as 品牌."""
    return Problem(404, "not_found", f"没有{what}“{value}”", [Wrong(field=field, value=value, remedy=f"已有的{what}")])


def invalid(field: str, value: Any, detail: str, remedy: str) -> Problem:
    """A request that was read but cannot be used."""
    return Problem(422, "invalid", detail, [Wrong(field=field, value=value, remedy=remedy)])


def install(app: FastAPI) -> None:
    """Have every error of an application answered in this shape."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(ContentcheckError, _own)
    app.add_exception_handler(Exception, _unexpected)


def answer(problem: Problem) -> Response:
    """The response for a problem; its `instance` is the request's id."""
    details = ProblemDetails(
        type=f"urn:contentcheck:problem:{problem.slug}",
        title=_TITLES[problem.slug],
        status=problem.status,
        detail=problem.detail,
        instance=f"urn:uuid:{structlog.contextvars.get_contextvars().get('request_id', '')}",
        errors=[w.model_copy(update={"value": _cut(w.value)}) for w in problem.errors],
    )
    # Half a surrogate pair, which JSON can say and UTF-8 cannot, is given back as it came: as its escape.
    data = json.dumps(details.model_dump(mode="json"), ensure_ascii=False).encode("utf-8", "backslashreplace")
    return Response(data, problem.status, problem.headers, MEDIA_TYPE)


def problem_of(error: Problem | ContentcheckError) -> Problem:
    """What an error of ours is answered with."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, UnknownBrand | EmptyBrand):
        wrong = Wrong(field="brand", remedy="先用 /v1/brands 建立品牌和产品")
        return Problem(404 if isinstance(error, UnknownBrand) else 409, "not_found", str(error), [wrong])
    if isinstance(error, InputError):
        return Problem(422, "invalid", str(error))
    structlog.get_logger().error("unavailable", reason=str(error))
    return Problem(503, "unavailable", str(error), headers={"Retry-After": "5"})


def described(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """`responses=` of an operation: which problems it may answer with."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}
    return {s: {"description": HTTPStatus(s).phrase, "model": ProblemDetails, "content": content} for s in statuses}


async def _problem(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return answer(error)


async def _validation(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    wrong = [Wrong(field=".".join(map(str, e["loc"])), value=e.get("input"), remedy=_remedy(e)) for e in error.errors()]
    detail = "；".join(f"{w.field}：{w.remedy}" for w in wrong)
    return answer(Problem(422, "invalid", detail, wrong))


def _remedy(error: Mapping[str, Any]) -> str:
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
        "json_invalid": f"不是合法的 JSON（{context.get('error')}）",
        "extra_forbidden": "没有这一项，请去掉",
        "literal_error": f"应为 {context.get('expected')}",
        "enum": f"应为 {context.get('expected')}",
        "greater_than": f"应大于 {context.get('gt')}",
        "greater_than_equal": f"应不小于 {context.get('ge')}",
        "less_than": f"应小于 {context.get('lt')}",
        "less_than_equal": f"应不大于 {context.get('le')}",
        "too_short": f"至少 {context.get('min_length')} 个",
        "too_long": f"最多 {context.get('max_length')} 个",
        "float_type": "应为数",
        "float_parsing": "应为数",
        "finite_number": "应为有限的数",
        "value_error": str(context.get("error", error["msg"])),
    }.get(error["type"], str(error["msg"]))


async def _http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    slug = _BY_STATUS.get(error.status_code, "bad_request" if error.status_code < 500 else "internal")
    return answer(Problem(error.status_code, slug, _TITLES[slug], headers=error.headers))


async def _own(_request: Request, error: Exception) -> Response:
    assert isinstance(error, ContentcheckError)
    return answer(problem_of(error))


async def _unexpected(_request: Request, error: Exception) -> Response:
    structlog.get_logger().error("unexpected error", exc_info=error)
    return answer(Problem(500, "internal", "程序出错，已记入日志；请把 instance 里的编号告诉管理员"))


def _cut(value: Any) -> Any:
    text = value if isinstance(value, str) else repr(value)
    if isinstance(value, float) and not math.isfinite(value):
        return text  # JSON has no such number
    if value is None or isinstance(value, bool | int | float) or (isinstance(value, str) and len(text) <= _SHOWN):
        return value
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
