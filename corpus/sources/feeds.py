"""Fetch a feed: RSS, Atom or JSONL behind a web address, as rows to import."""

import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass

import httpx

from contentcheck.corpus.reading.rows import Row
from contentcheck.engine.errors import InputError

from .feed_rows import feed_rows

_CONNECT_SECONDS = 10.0
_READ_SECONDS = 30.0  # without any data
_TOTAL_SECONDS = 300.0  # so that a trickle ends too
_MOST_REDIRECTS = 5
_LARGEST = 50 * 2**20  # bytes, unpacked


@dataclass(frozen=True, slots=True)
class Feed:
    """What came from a feed. Give `etag` and `modified` back next time; without a change there are no rows."""

    rows: list[Row]
    etag: str
    modified: str
    changed: bool


def fetch_feed(url: str, etag: str = "", modified: str = "") -> Feed:
    """The entries of an RSS or Atom feed, or the rows of a JSONL file, at an http or https address.

    A row of a feed has id (the entry's own, else its link), text, and where known title, source (the author,
    else the feed's title), published (ISO date in China, UTC+8) and tags; its `line` counts entries from 1.
    An entry without text, or with neither id nor link, is given with its error. Rows of JSONL keep their fields.

    `etag` and `modified` are those of the last fetch; an unchanged feed is then not sent again.

    Raises:
        InputError: if the address cannot be fetched, or what is there is no feed or over 50 MB.
    """
    _check_address(url)
    headers = {"User-Agent": "contentcheck", "Accept-Encoding": "gzip"}
    if etag:
        headers["If-None-Match"] = etag
    if modified:
        headers["If-Modified-Since"] = modified
    timeout = httpx.Timeout(_READ_SECONDS, connect=_CONNECT_SECONDS)
    try:
        with (
            httpx.Client(timeout=timeout, follow_redirects=True, max_redirects=_MOST_REDIRECTS) as client,
            client.stream("GET", url, headers=httpx.Headers(headers, encoding="utf-8")) as response,
        ):
            sent = response.headers
            if response.status_code == httpx.codes.NOT_MODIFIED:
                return Feed([], sent.get("etag", etag), sent.get("last-modified", modified), changed=False)
            _check_status(url, response.status_code)
            data = _read(url, response)
    except httpx.RequestError as error:
        raise InputError(f"{url}：{_reason(error)}") from error
    rows = feed_rows(url, data, response.charset_encoding)
    return Feed(rows, sent.get("etag", ""), sent.get("last-modified", ""), changed=True)


def _check_address(url: str) -> None:
    try:
        address = httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError) as error:
        raise InputError(f"{url}：不是可用的网址（{error}）；请检查网址") from error
    if address.scheme not in ("http", "https"):
        kind = f"不支持的网址类型“{address.scheme}”" if address.scheme else "不是完整的网址"
        raise InputError(f"{url}：{kind}；请填写以 http:// 或 https:// 开头的网址")
    if not address.host:
        raise InputError(f"{url}：网址里没有主机名；请填写完整的网址")


def _check_status(url: str, status: int) -> None:
    if 200 <= status < 300:
        return
    if status in (401, 403, 407):
        what = f"服务器要求登录或拒绝访问（HTTP {status}）；请填写不用登录就能打开的订阅地址"
    elif status in (404, 410):
        what = f"网址不存在（HTTP {status}）；请检查网址"
    elif status == 429:
        what = "请求过于频繁（HTTP 429）；请过一段时间再试"
    elif status >= 500:
        what = f"服务器出错（HTTP {status}）；请稍后再试"
    else:
        what = f"服务器没有给出内容（HTTP {status}）；请检查网址"
    raise InputError(f"{url}：{what}")


def _read(url: str, response: httpx.Response) -> bytes:
    packing = response.headers.get("content-encoding", "identity").strip().lower()
    if packing not in ("identity", "gzip", "deflate"):  # others, or several, can unpack to any size in one step
        raise InputError(f"{url}：服务器用了不支持的压缩方式“{packing}”；请换用其他订阅地址")
    data = bytearray()
    until = time.monotonic() + _TOTAL_SECONDS
    for chunk in response.iter_bytes():
        data += chunk
        if len(data) > _LARGEST:
            raise InputError(f"{url}：内容超过上限 {_LARGEST >> 20} MB；请换用条目较少的订阅源，或下载后拆分再导入")
        if time.monotonic() > until:
            raise InputError(f"{url}：{_TOTAL_SECONDS:g} 秒内没有传完；请检查网络或稍后再试")
    return bytes(data)


def _reason(error: httpx.RequestError) -> str:
    """What went wrong on the way, and what to do."""
    causes = list(_causes(error))
    if isinstance(error, httpx.ConnectTimeout):
        return f"{_CONNECT_SECONDS:g} 秒内没有连上服务器；请检查网址和网络，或稍后再试"
    if isinstance(error, httpx.TimeoutException):
        return f"服务器超过 {_READ_SECONDS:g} 秒没有发来数据；请稍后再试"
    if isinstance(error, httpx.TooManyRedirects):
        return f"跳转超过 {_MOST_REDIRECTS} 次；请填写最终的网址"
    if isinstance(error, httpx.UnsupportedProtocol):
        return "跳转到了不支持的网址；请填写以 http:// 或 https:// 开头的最终网址"
    if isinstance(error, httpx.DecodingError):
        return "压缩的内容已损坏；请稍后再试"
    if isinstance(error, httpx.ProxyError):
        return f"代理服务器出错（{error}）；请检查代理设置"
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return f"无法建立安全连接（{error}）；请检查服务器的证书，或网址是否应以 http:// 开头"
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return f"找不到主机“{error.request.url.host}”；请检查网址和网络"
    if isinstance(error, httpx.ConnectError):
        return f"连不上服务器（{error}）；请检查网址和网络"
    return f"连接中断或应答有误（{error}）；请稍后再试"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what lies behind it; httpx and httpcore name the cause only as a context."""
    while error:
        yield error
        error = error.__cause__ or error.__context__
