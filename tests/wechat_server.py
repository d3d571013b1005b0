"""WeChat's interfaces for official accounts on this machine: they answer, and refuse, as the documentation says."""

import json
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

APPID, SECRET = "wx0123456789abcdef", "fedcba98765432100123456789abcdef"
Item = dict[str, Any]

_DRAFTS, _PUBLISHED, _TOKEN = "/cgi-bin/draft/batchget", "/cgi-bin/freepublish/batchget", "/cgi-bin/stable_token"
_MESSAGES = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest, could get access_token by getStableAccessToken, "
    "more details at https://mmbizurl.cn/s/JtxxFh33r",
    40002: "invalid grant_type",
    40013: "invalid appid",
    40014: "invalid access_token",
    40066: "invalid url",
    40097: "invalid args",
    40125: "invalid appsecret",
    41001: "access_token missing",
    41002: "appid missing",
    41004: "appsecret missing",
    42001: "access_token expired",
    43002: "require POST method",
    44002: "empty post data",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit, must slower, retry next minute",
    47001: "data format error",
    48001: "api unauthorized",
}


class WechatServer:
    """One account.

    Attributes:
        published, drafts: items in the order they are listed; see `item`.
        faults: what happens to the next calls instead of an answer, one each: an errcode, an HTTP status from 500 on,
            "reset" (the connection breaks) or a string that is answered as it is.
        blocked: whether this machine is missing from the white list.
        quota: calls of the lists that are still answered today; None: any number.
        lifetime: seconds a token lives from the time it is made.
        after: called with the number of answered list calls, after each.
        calls: path and body of every request, faults included.
    """

    def __init__(self) -> None:
        self.published: list[Item] = []
        self.drafts: list[Item] = []
        self.faults: list[int | str] = []
        self.blocked = False
        self.quota: int | None = None
        self.lifetime = 7200.0
        self.after = lambda answered: None
        self.calls: list[tuple[str, Any]] = []
        self.tokens: list[str] = []
        self._expires = 0.0
        self._answered = 0
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                server._handle(self)

            def do_GET(self) -> None:
                server._send(self, 200, server._refusal(43002))

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True  # the client keeps its connection open
        self._server.block_on_close = False
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def listed(self, path: str = _PUBLISHED) -> list[int]:
        """The offsets that were asked of a list."""
        return [body["offset"] for called, body in self.calls if called == path]

    def expire(self) -> None:
        """The token is taken back before its time, as when another program forces a new one."""
        self._expires = 0.0

    def _handle(self, handler: BaseHTTPRequestHandler) -> None:
        address = urlsplit(handler.path)
        data = handler.rfile.read(int(handler.headers["Content-Length"] or 0))
        try:
            body = json.loads(data)
        except ValueError:
            body = None
        self.calls.append((address.path, body))
        if self.faults:
            self._fail(handler, self.faults.pop(0))
            return
        token = parse_qs(address.query).get("access_token", [""])[0]
        self._send(handler, 200, self._answer(address.path, body, token))

    def _fail(self, handler: BaseHTTPRequestHandler, fault: int | str) -> None:
        if fault == "reset":
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            handler.close_connection = True
            with suppress(OSError):
                handler.connection.close()
        elif isinstance(fault, str):
            self._send(handler, 200, fault)
        elif 500 <= fault < 600:
            self._send(handler, fault, "<html>Bad Gateway</html>")
        else:
            self._send(handler, 200, self._refusal(fault))

    def _answer(self, path: str, body: Any, token: str) -> Item:
        if self.blocked:
            return self._refusal(40164, "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist")
        if not isinstance(body, dict):
            return self._refusal(44002 if body is None else 47001)
        if path == _TOKEN:
            return self._stable_token(body)
        if path not in (_DRAFTS, _PUBLISHED):
            return self._refusal(40066)
        if not token:
            return self._refusal(41001)
        if token not in self.tokens:
            return self._refusal(40014)
        if token != self.tokens[-1] or time.time() > self._expires:
            return self._refusal(42001 if token == self.tokens[-1] else 40001)
        if self.quota is not None and self._answered >= self.quota:
            return self._refusal(45009)
        answer = self._list(self.drafts if path == _DRAFTS else self.published, body)
        self._answered += 1
        self.after(self._answered)
        return answer

    def _stable_token(self, body: Item) -> Item:
        if body.get("grant_type") != "client_credential":
            return self._refusal(40002)
        if "appid" not in body:
            return self._refusal(41002)
        if "secret" not in body:
            return self._refusal(41004)
        if body["appid"] != APPID:
            return self._refusal(40013)
        if body["secret"] != SECRET:
            return self._refusal(40125)
        if not self.tokens or time.time() > self._expires or body.get("force_refresh"):
            self.tokens.append(f"80_token-{len(self.tokens)}-" + "x" * 400)
            self._expires = time.time() + self.lifetime
        return {"access_token": self.tokens[-1], "expires_in": int(self._expires - time.time())}

    def _list(self, items: list[Item], body: Item) -> Item:
        offset, count, without = body.get("offset"), body.get("count"), body.get("no_content", 0)
        if not isinstance(offset, int) or not isinstance(count, int) or not 1 <= count <= 20 or without not in (0, 1):
            return self._refusal(40097)
        page = items[offset : offset + count]
        if without:
            page = [{name: value for name, value in item.items() if name != "content"} for item in page]
        return {"item": page, "total_count": len(items), "item_count": len(page)}

    def _refusal(self, code: int, said: str = "") -> Item:
        return {"errcode": code, "errmsg": f"{said or _MESSAGES.get(code, 'refused')} rid: 65f0a1b2-3c4d5e6f-708192a3"}

    def _send(self, handler: BaseHTTPRequestHandler, status: int, body: Item | str) -> None:
        data = (body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)).encode(
            "utf-8", "backslashreplace"
        )
        with suppress(BrokenPipeError, ConnectionResetError):
            handler.send_response(status)
            handler.send_header("Content-Type", "application/json; encoding=utf-8")
            handler.send_header("Content-Length", str(len(data)))
            handler.end_headers()
            handler.wfile.write(data)


@contextmanager
def serving() -> Iterator[WechatServer]:
    """A server, until the end of the `with` block."""
    server = WechatServer()
    try:
        yield server
    finally:
        server.close()


def item(key: str, *articles: Item, updated: int = 1709600000, draft: bool = False) -> Item:
    """What was published or saved at once, as the lists give it; `updated`: seconds since 1970."""
    content = {"news_item": list(articles), "create_time": updated - 60, "update_time": updated}
    return {"media_id" if draft else "article_id": key, "content": content, "update_time": updated}


def article(title: str, content: str, *, deleted: bool = False, kind: str = "news") -> Item:
    """One article of an item; `content` is HTML."""
    return {
        "article_type": kind,
        "title": title,
        "author": "编辑部",
        "digest": "",
        "content": content,
        "content_source_url": "",
        "thumb_media_id": "MEDIA_ID",
        "show_cover_pic": 1,
        "need_open_comment": 0,
        "only_fans_can_comment": 0,
        "url": "http://mp.weixin.qq.com/s?__biz=MzA3&mid=1&idx=1&sn=0#rd",
        "is_deleted": deleted,
    }
