"""Addresses the service may call for others: those of the public internet, never those of its own network.

A name is looked up once, every address it has is checked, and the connection goes to the checked address itself, so
that a name which means another machine a moment later gains nothing. Each redirect, where they are followed, is a
request of its own and checked as such.
"""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from typing import Any

import httpx

from ..http.problems import invalid

_PUBLIC_V6 = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_AT_ONCE = 32
_SECONDS = 5.0  # for looking up a name
_REMEDY = "公共互联网上以 https:// 开头的完整网址；要用内部网络的地址，请管理员设置 CONTENTCHECK_SERVICE_ALLOW_PRIVATE"
_NOT_OUTSIDE = (
    "找不到这个主机，或者它不在公共互联网上"  # one message: which names there are inside is nobody's business
)


class Refused(Exception):
    """An address that may not be called; the reason is for the user."""


def refuse_inside(url: str, field: str, *, allow_private: bool = False) -> None:
    """Let only addresses of the public internet pass; with `allow_private` any of http or https.

    Looks the name up, which may take five seconds: not for the event loop.

    Args:
        field: where the address was given, as body.webhook.url.

    Raises:
        Problem: 422, with field, value and remedy.
    """
    try:
        address = httpx.URL(url)
        _check(address, allow_private)
        if not allow_private:
            _checked(_looking_up(address).result(_SECONDS))
        return
    except Refused as error:
        reason = str(error)
    except httpx.InvalidURL:
        reason = "不是可用的网址"
    except (OSError, ValueError):  # ValueError: what cannot even be looked up, as a label of 100 letters
        reason = _NOT_OUTSIDE
    raise invalid(field, url, f"不能使用这个网址：{reason}", _REMEDY)


def is_outside(address: str) -> bool:
    """Whether an IP address is one of the public internet, and so is the IPv4 address it may hold."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in _NAT64:
            ip = ipaddress.IPv4Address(ip.packed[-4:])
        elif ip.ipv4_mapped is not None:
            ip = ip.ipv4_mapped
        elif ip not in _PUBLIC_V6 or not ip.is_global:
            return False
        elif ip.sixtofour is not None:
            ip = ip.sixtofour
    return ip.is_global and not ip.is_multicast


class Outside(httpx.AsyncBaseTransport):
    """The transport of a client that calls addresses given by others. Raises Refused, or what httpx raises."""

    def __init__(self, allow_private: bool = False):
        self._allow_private = allow_private
        # A connection serves one request: the next one to the same address may be meant for another name.
        alone = httpx.Limits(max_keepalive_connections=0)
        self._inner = httpx.AsyncHTTPTransport(verify=_certificates(), limits=alone)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        _check(url, self._allow_private)
        try:
            found = await asyncio.wrap_future(_looking_up(url))
        except (OSError, ValueError) as error:
            raise Refused(_NOT_OUTSIDE) from error
        addresses = [str(f[4][0]) for f in found] if self._allow_private else _checked(found)
        failure: Exception = Refused(_NOT_OUTSIDE)
        for address in addresses:
            numbered = httpx.Request(
                request.method,
                url.copy_with(host=address),
                headers=request.headers,  # with the Host of the name
                stream=request.stream,
                extensions={**request.extensions, "sni_hostname": url.raw_host.decode("ascii")},
            )
            try:
                return await self._inner.handle_async_request(numbered)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                failure = error
        raise failure

    async def aclose(self) -> None:
        await self._inner.aclose()


def _check(address: httpx.URL, allow_private: bool) -> None:
    """Raises Refused for what shows without looking the name up."""
    if address.scheme not in ("http", "https"):
        raise Refused("只能用 http 或 https")
    if not address.host:
        raise Refused("网址里没有主机名")
    if address.userinfo:
        raise Refused("网址里不能有用户名和密码")
    port = _port(address)
    if not 0 < port < 2**16 or (port < 1024 and port not in (80, 443) and not allow_private):
        raise Refused(f"不能用端口 {port}，只能用 80、443 和 1024 以上的端口")


def _port(url: httpx.URL) -> int:
    return {"http": 80, "https": 443}[url.scheme] if url.port is None else url.port


def _looking_up(url: httpx.URL) -> Future[list[tuple[Any, ...]]]:
    """What getaddrinfo will say of its host."""
    return _resolvers().submit(socket.getaddrinfo, url.host, _port(url), type=socket.SOCK_STREAM)


def _checked(found: Iterable[tuple[Any, ...]]) -> list[str]:
    """The IP addresses of an answer of getaddrinfo. Raises Refused if one of them is inside."""
    addresses = list(dict.fromkeys(str(f[4][0]) for f in found))
    if not addresses or not all(map(is_outside, addresses)):
        raise Refused(_NOT_OUTSIDE)
    return addresses


@cache
def _resolvers() -> ThreadPoolExecutor:
    """Threads for nothing else: whose name servers do not answer holds them for longer than anybody waits for them."""
    return ThreadPoolExecutor(_AT_ONCE, "resolving")


@cache
def _certificates() -> ssl.SSLContext:
    """Read once: it takes longer than a request."""
    return httpx.create_ssl_context()
