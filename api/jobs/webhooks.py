"""Sends webhooks, signed as Standard Webhooks has it, until they have arrived or are given up."""

import asyncio
import base64
import binascii
import random
import secrets
import ssl
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Thread

import httpx
import structlog
from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook

from contentcheck.corpus.store.deliveries import Attempt, Message

from ..service import Service
from .outbound import Outside, Refused

SECONDS = 10.0
"""For one attempt, from looking up the name to the head of the answer."""

_CONNECT_SECONDS = 4.0  # for each address of a name, so that a dead one leaves time for the next
_AT_ONCE = 16
_PAUSE = 1.0  # seconds between looks for what is due
_PREFIX = "whsec_"
_log = structlog.get_logger()


def new_secret() -> str:
    """A secret to sign with."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def usable_secret(secret: str) -> str:
    """The secret itself. Raises ValueError if none may sign with it: 24 to 64 bytes in base64 after whsec_."""
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except ValueError:  # also of what is not ASCII
        key = b""
    if not secret.startswith(_PREFIX) or not 24 <= len(key) <= 64:
        raise ValueError("应为 whsec_ 加上 24 至 64 字节随机数的 base64；不填则由服务生成")
    return secret


async def send(message: Message, *, allow_private: bool) -> Attempt:
    """Send once, and say what came of it. Redirects are not followed; what the answer says is not read."""
    moment, start = datetime.now(UTC), time.perf_counter()
    status, error, retry_after = None, "", None
    try:
        async with asyncio.timeout(SECONDS):
            answer = await _post(message, moment, allow_private)
        status, retry_after = answer.status_code, _retry_after(answer)
        error = _complaint(status)
    except TimeoutError:
        error = f"{SECONDS:g} 秒内没有应答"
    except Exception as failure:
        error = _reason(failure)
    at = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    return Attempt(at, status, error, round(1000 * (time.perf_counter() - start)), retry_after)


class Webhooks:
    """A worker. Several, here or on other servers, share what is due; each has an event loop in a thread of its own."""

    def __init__(self, service: Service):
        self._deliveries = service.store.deliveries
        self._allow_private = service.limits.allow_private
        self._loop = asyncio.new_event_loop()
        self._stopping = asyncio.Event()
        self._thread = Thread(target=self._run, name="webhooks", daemon=True)

    def start(self) -> None:
        """Begin to send what is due."""
        self._thread.start()

    def stop(self) -> None:
        """Wait for what is being sent; take nothing more."""
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._work())

    async def _work(self) -> None:
        sending: set[asyncio.Task[None]] = set()
        while not self._stopping.is_set():
            try:
                free = _AT_ONCE - len(sending)
                due = await asyncio.to_thread(self._deliveries.due, time.time(), free) if free else []
            except Exception as error:  # the database may be away for a while
                _log.error("cannot look for webhooks", exc_info=error)
                due = []
            for message in due:
                task = asyncio.create_task(self._deliver(message))
                sending.add(task)
                task.add_done_callback(sending.discard)
            await self._rest()
        await asyncio.gather(*sending)

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(_PAUSE):
                await self._stopping.wait()
        except TimeoutError:
            pass

    async def _deliver(self, message: Message) -> None:
        attempt = await send(message, allow_private=self._allow_private)
        level = _log.info if attempt.delivered else _log.warning
        level("webhook", delivery=message.id, status=attempt.status, error=attempt.error, ms=attempt.ms)
        try:
            await asyncio.to_thread(self._deliveries.note, message.id, attempt, time.time(), random.random())
        except Exception as error:  # then it is sent again when our time with it has run out
            _log.error("cannot note a webhook", delivery=message.id, exc_info=error)


async def _post(message: Message, moment: datetime, allow_private: bool) -> httpx.Response:
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "contentcheck",
        "webhook-id": message.id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Webhook(message.secret).sign(message.id, moment, message.body),
    }
    timeout = httpx.Timeout(SECONDS, connect=_CONNECT_SECONDS)
    async with (
        httpx.AsyncClient(transport=Outside(allow_private), timeout=timeout, trust_env=False) as client,
        client.stream("POST", message.url, content=message.body.encode("ascii"), headers=headers) as response,
    ):
        return response


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds that a receiver asks to be left alone; only of one that is busy."""
    if response.status_code not in (429, 503):
        return None
    given = response.headers.get("retry-after", "").strip()
    if given.isascii() and given.isdigit():
        return float(given)
    try:
        return max(0.0, parsedate_to_datetime(given).timestamp() - time.time())
    except (ValueError, OverflowError):
        return None


def _complaint(status: int) -> str:
    if 200 <= status < 300:
        return ""
    if 300 <= status < 400:
        return f"对方应答 {status}；不跟随跳转，请填写最终的网址"
    if status == 410:
        return "对方应答 410，不再接收"
    return f"对方应答 {status}"


def _reason(failure: Exception) -> str:
    """Why there was no answer."""
    if isinstance(failure, Refused):
        return str(failure)
    if isinstance(failure, httpx.InvalidURL):
        return "不是可用的网址"
    if isinstance(failure, binascii.Error | EmptyWebhookSecretError):
        return "签名密钥无法使用"
    if isinstance(failure, httpx.TimeoutException):
        return "没有及时连上或应答"
    if isinstance(failure.__cause__ or failure.__context__, ssl.SSLError) or "SSL" in str(failure):
        return "无法建立安全连接，请检查对方的证书"
    if isinstance(failure, httpx.ConnectError):
        return "没有连上"
    if isinstance(failure, httpx.TransportError):
        return "连接中断，或应答不是 HTTP"
    _log.error("unexpected error", exc_info=failure)
    return "程序出错，已记入日志"
