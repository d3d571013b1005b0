"""Who is calling, what they may do, and which brands they may see."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Security
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import Request

from .http.problems import Problem, Wrong, not_found

SCOPES = {
    "check": "检查稿件：checks、jobs",
    "read": "查看品牌、产品、已发文章、内容库、记录",
    "write": "修改品牌、产品、已发文章、内容库",
    "feedback": "提交、查看和撤回反馈",
    "gate": "设定发布规则、准许例外",
    "admin": "以上全部，并可导出和删除保存的内容、管理密钥",
}


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever sent a request.

    Attributes:
        key_id: 0 for one without a key, who is on this machine.
        brands: names of those the key is limited to; None: all, and what belongs to no brand.
    """

    key_id: int
    name: str
    scopes: frozenset[str]
    brands: frozenset[str] | None

    def need(self, scope: str) -> None:
        """Raises Problem 403 without the scope."""
        if not self._may(scope):
            detail = f"密钥“{self.name}”没有 {scope} 权限（{SCOPES[scope]}）"
            remedy = f"用 contentcheck keys create --scopes {scope} 另建一个密钥"
            raise Problem(403, "forbidden", detail, [Wrong(field="header.Authorization", remedy=remedy)])

    @property
    def reads(self) -> bool:
        """Whether it may see what others had checked."""
        return self._may("read")

    def sees(self, brand: str | None) -> bool:
        """Whether what belongs to a brand (None: to none) is any of the caller's business."""
        return self.brands is None or brand in self.brands

    def need_brand(self, brand: str | None, field: str) -> None:
        """Raises Problem for a brand the caller may not see, the same as for one that does not exist."""
        if self.sees(brand):
            return
        if brand is None:
            remedy = "这个密钥只能用于：" + "、".join(sorted(self.brands or ()))
            raise Problem(403, "forbidden", "这个密钥只能用于指定的品牌", [Wrong(field=field, remedy=remedy)])
        raise not_found(field, brand, "品牌")

    def need_all_brands(self) -> None:
        """Raises Problem 403 where a change would be felt by every brand."""
        if self.brands is not None:
            raise Problem(403, "forbidden", "内容库由所有品牌共用，只限某些品牌的密钥不能修改它")

    def _may(self, scope: str) -> bool:
        return scope in self.scopes or "admin" in self.scopes


LOCAL = Caller(0, "本机", frozenset(SCOPES), None)


_BEARER = HTTPBearer(auto_error=False, scheme_name="bearer", description="`Authorization: Bearer ck_…`")
_HEADER = APIKeyHeader(name="X-API-Key", auto_error=False, scheme_name="header", description="the same key")


async def presented_key(request: Request) -> str | None:
    """The key that a request carries, right or wrong; None: it carries none."""
    bearer, header = await _BEARER(request), await _HEADER(request)
    if bearer is not None:
        return bearer.credentials
    return header or ("" if "authorization" in request.headers else None)


async def caller(
    request: Request,
    _bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)],
    _header: Annotated[str | None, Security(_HEADER)],
) -> Caller:
    """Of the present request: whom the guard let in. The other parameters are for the OpenAPI document."""
    return request.state.caller


TheCaller = Annotated[Caller, Depends(caller)]
