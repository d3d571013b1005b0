"""Call WeChat's interfaces for official accounts: the stable token, and what needs it.

The secret and the token stay out of messages, logs and representations.
"""

import json
import logging
import re
import time
from collections.abc import Sequence
from ipaddress import ip_address
from types import TracebackType
from typing import Any

import httpx
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from contentcheck.engine.errors import InputError

from .wechat_errors import STALE_TOKEN, WechatError, refusal
from .wechat_token import TokenCache

_TOKEN = "/cgi-bin/stable_token"
_PAUSES = (0.5, 1.0, 2.0)  # seconds before each new try
_TIMEOUT = httpx.Timeout(60.0, connect=10.0)  # seconds; twenty long articles take a while
_TOKEN_IN_ADDRESS = re.compile(r"access_token=[^&\s\"]+")


class WechatSettings(BaseSettings):
    """Read from the environment when made, never at import, and from nowhere else."""

    model_config = SettingsConfigDict(
        env_prefix="CONTENTCHECK_WECHAT_", env_ignore_empty=True, str_strip_whitespace=True
    )

    base: str = Field(
        default="https://api.weixin.qq.com", description="address of the interfaces, or of a proxy that forwards to it"
    )
    appid: str = Field(default="", description="the account's AppID")
    secret: SecretStr = Field(default=SecretStr(""), description="the account's AppSecret")

    def check(self) -> None:
        """Raises InputError where something is missing, or the secret would travel readable."""
        needed = {"APPID": self.appid, "SECRET": self.secret.get_secret_value().strip()}
        names = [f"CONTENTCHECK_WECHAT_{name}" for name, value in needed.items() if not value]
        if names:
            what = "AppID 和 AppSecret 在微信开发者平台的“我的业务 - 公众号”里，见 docs/wechat.md"
            raise InputError(f"没有设置环境变量 {'、'.join(names)}；{what}")
        try:
            address = httpx.URL(self.base)
        except (httpx.InvalidURL, UnicodeError):
            address = httpx.URL()
        safe = address.scheme == "https" or (address.scheme == "http" and _is_loopback(address.host))
        if not safe or not address.host:
            right = "应为以 https:// 开头的地址（只有本机可以用 http://）"
            raise InputError(f"环境变量 CONTENTCHECK_WECHAT_BASE 的值是 {self.base[:200]}；{right}")


class WechatClient:
    """One official account's interfaces; use it in a `with` block."""

    def __init__(self, settings: WechatSettings, tokens: TokenCache, pauses: Sequence[float] = _PAUSES):
        """`pauses`: seconds to wait before each new try of a call that failed for the moment.

        Raises:
            InputError: as `WechatSettings.check`.
        """
        settings.check()
        self._appid, self._secret = settings.appid, SecretStr(settings.secret.get_secret_value().strip())
        self._tokens, self._pauses = tokens, tuple(pauses)
        logging.getLogger("httpx").addFilter(_without_tokens)  # which logs whole addresses
        self._http = httpx.Client(base_url=settings.base, timeout=_TIMEOUT, headers={"User-Agent": "contentcheck"})

    def __enter__(self) -> "WechatClient":
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._http.close()

    def call(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """What an interface that needs the token answers; with a new token where the present one is stale.

        Raises:
            WechatError: if there is no answer after several tries, or a refusal.
        """
        try:
            return self._post(path, body, self._token())
        except WechatError as error:
            if error.code not in STALE_TOKEN:
                raise
        self._tokens.forget()
        return self._post(path, body, self._token())

    def _token(self) -> str:
        if token := self._tokens.get():
            return token
        # Never by force, which would take the token away from the account's other programs.
        body = {"grant_type": "client_credential", "appid": self._appid, "force_refresh": False}
        answer = self._post(_TOKEN, body | {"secret": self._secret.get_secret_value()})
        token, seconds = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not token or not isinstance(seconds, int | float):
            raise _not_as_documented(_TOKEN)
        self._tokens.put(token, seconds)
        return token

    def _post(self, path: str, body: dict[str, Any], token: str = "") -> dict[str, Any]:
        for pause in self._pauses:
            try:
                return self._once(path, body, token)
            except WechatError as error:
                if not error.passing:
                    raise
                time.sleep(pause)
        return self._once(path, body, token)

    def _once(self, path: str, body: dict[str, Any], token: str) -> dict[str, Any]:
        try:
            response = self._http.post(path, json=body, params={"access_token": token} if token else None)
        except httpx.RequestError as error:
            late = isinstance(error, httpx.TimeoutException)
            what = "没有及时应答" if late else f"连接失败（{self._clean(str(error)) or type(error).__name__}）"
            message = f"{self._http.base_url.host}：{what}；请检查网络、代理设置和 CONTENTCHECK_WECHAT_BASE，再运行一次"
            raise WechatError(message, passing=True) from None
        if not response.is_success:
            message = f"微信接口 {path.removeprefix('/cgi-bin/')}：服务器出错（HTTP {response.status_code}）"
            advice = "请稍后再试；用了代理的，请检查 CONTENTCHECK_WECHAT_BASE"
            raise WechatError(f"{message}；{advice}", passing=response.is_server_error)
        try:
            # control characters stand in the texts of some articles as they are
            answer = json.loads(response.content.decode("utf-8", "replace"), strict=False)
        except (ValueError, RecursionError):
            raise _not_as_documented(path) from None
        if not isinstance(answer, dict):
            raise _not_as_documented(path)
        code = answer.get("errcode", 0)
        if not isinstance(code, int):
            raise _not_as_documented(path)
        if code:
            raise refusal(path, code, self._clean(str(answer.get("errmsg", ""))))
        return answer

    def _clean(self, text: str) -> str:
        """The text without the secret and the token, should it repeat them."""
        for word in (self._secret.get_secret_value(), self._tokens.get()):
            text = text.replace(word, "***") if word else text
        return text


def _not_as_documented(path: str) -> WechatError:
    what = "应答与文档不符；请检查环境变量 CONTENTCHECK_WECHAT_BASE 是不是微信的接口或转发它的代理"
    return WechatError(f"微信接口 {path.removeprefix('/cgi-bin/')}：{what}")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _without_tokens(record: logging.LogRecord) -> bool:
    message = record.getMessage()
    if _TOKEN_IN_ADDRESS.search(message):
        record.msg, record.args = _TOKEN_IN_ADDRESS.sub("access_token=***", message), ()
    return True
