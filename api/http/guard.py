"""At the door: whose request this is, before anything of its body is read, and how often they may ask."""

from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from contentcheck.engine.errors import ContentcheckError

from ..access import LOCAL, Caller, presented_key
from ..service import Service
from .limits import WRONG_KEYS, Rates
from .problems import Problem, Wrong, answer, problem_of

_OPEN = ("/", "/healthz", "/readyz", "/openapi.json", "/docs", "/redoc")  # to everyone; and what these pages load:
_ASSETS = ("/page/", "/static-offline-docs/")
_SHARED = "/shared/"  # what is asked for here is the key itself
_PROXIED = ("forwarded", "x-forwarded-for", "x-real-ip")
_CREATE = "contentcheck keys create --name 名称 --scopes check,read"

_log = structlog.get_logger()


class Guard:
    """Pure ASGI. Puts the `Caller` into the state of each request, or answers 401 or 429 in the application's place."""

    def __init__(self, app: ASGIApp, service: Service):
        self._app, self._service = app, service
        self._rates = Rates()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in _OPEN or scope["path"].startswith((*_ASSETS, _SHARED)):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        try:
            caller, rate = await self._caller(request)
        except (Problem, ContentcheckError) as error:
            await answer(problem_of(error))(scope, receive, send)
            return
        headers: Mapping[str, str] = {}
        if rate is not None:
            structlog.contextvars.bind_contextvars(key=caller.key_id)
            allowance = self._rates.take(caller.key_id, rate)
            headers = allowance.headers
            if allowance.spent:
                detail = f"密钥“{caller.name}”每分钟最多 {rate} 次请求，请在 {allowance.reset} 秒后再试"
                retry = {"Retry-After": str(allowance.reset)}
                await answer(Problem(429, "rate_limited", detail, headers={**headers, **retry}))(scope, receive, send)
                return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers)
            await send(message)

        request.state.caller = caller
        await self._app(scope, receive, sending)

    async def _caller(self, request: Request) -> tuple[Caller, int | None]:
        """Who it is, and their requests a minute (None: any number). Raises Problem 401 or 429."""
        given = await presented_key(request)
        keys = self._service.store.keys
        if given is None:
            if await run_in_threadpool(keys.any):
                raise _unauthenticated("请求没有带密钥")
            if not from_this_machine(request):
                raise _unauthenticated("还没有建立密钥，此时只接受本机直接发来的请求")
            return LOCAL, None
        # A key that is not live opens nothing, not even what is open to those without one.
        key = await run_in_threadpool(keys.find, given)
        if key is None:
            # Right keys of the same address still pass: they cannot be guessed, but offices share addresses.
            address = request.client.host if request.client else ""
            _log.warning("wrong key", address=address)
            if self._rates.wrong_key(address):
                detail = f"同一地址每分钟最多 {WRONG_KEYS} 次错误的密钥，请在一分钟后再试"
                raise Problem(429, "rate_limited", detail, headers={"Retry-After": "60"})
            raise _unauthenticated("密钥不对，或已被吊销")
        brands = None if key.brands is None else frozenset(key.brands)
        return Caller(key.id, key.name, frozenset(key.scopes), brands), key.rate


def is_loopback(host: str | None) -> bool:
    """Whether a host name or address can only mean this machine."""
    try:
        return host == "localhost" or ip_address(host or "").is_loopback
    except ValueError:
        return False


def from_this_machine(request: Request) -> bool:
    """Whether a program here sent it straight to us.

    A page of another site that is open in a browser here is told apart by its `Origin`, or, where its own name was
    made to lead here, by `Host`; what a proxy hands on, by the headers that proxies add.
    """
    headers = request.headers
    return (
        request.client is not None
        and is_loopback(request.client.host)
        and is_loopback(_hostname("//" + headers.get("host", "")))
        and ("origin" not in headers or is_loopback(_hostname(headers["origin"])))
        and not any(name in headers for name in _PROXIED)
    )


def _hostname(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _unauthenticated(detail: str) -> Problem:
    remedy = f"Authorization: Bearer ck_…；密钥由管理员建立：{_CREATE}"
    wrong = Wrong(field="header.Authorization", remedy=remedy)
    return Problem(401, "unauthenticated", detail, [wrong], {"WWW-Authenticate": "Bearer"})
