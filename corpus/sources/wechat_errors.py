"""What WeChat's error codes mean to whoever runs the command, and what to do."""

import re

from contentcheck.engine.errors import ContentcheckError

BUSY = -1
STALE_TOKEN = (40001, 40014, 42001)
"""The token is not, or no longer, the account's."""

_PLATFORM = "微信开发者平台（developers.weixin.qq.com）的“我的业务 - 公众号”"
_WRONG_SECRET = f"AppSecret 不对；请到{_PLATFORM}核对或重置，再更新环境变量 CONTENTCHECK_WECHAT_SECRET"
_WRONG_TOKEN = "凭证刚取到就失效，可能有别的程序在强制刷新同一个公众号的凭证；请停用那个程序，或稍后再试"
_ADD_IP = f"请到{_PLATFORM}把它加入“API IP 白名单”，几分钟后生效"
_NOT_WECHAT = "请检查环境变量 CONTENTCHECK_WECHAT_BASE，中间的代理要原样转发 POST 请求"

_ADVICE = {
    BUSY: "微信系统繁忙，试了几次都没有成功；请过几分钟再试",
    40001: _WRONG_TOKEN,
    40002: f"微信没有收到完整的请求；{_NOT_WECHAT}",
    40013: "AppID 不对；请核对环境变量 CONTENTCHECK_WECHAT_APPID，注意大小写，要填公众号的 AppID 而不是原始 ID",
    40014: _WRONG_TOKEN,
    40066: f"接口地址不存在；{_NOT_WECHAT}",
    40125: _WRONG_SECRET,
    40164: "本机的公网 IP{ip}不在白名单里；" + _ADD_IP,
    40243: f"AppSecret 已被冻结；请到{_PLATFORM}解冻，十分钟后生效",
    41001: f"微信没有收到凭证；{_NOT_WECHAT}",
    41002: f"微信没有收到 AppID；{_NOT_WECHAT}",
    41004: f"微信没有收到 AppSecret；{_NOT_WECHAT}",
    42001: _WRONG_TOKEN,
    43002: f"微信收到的不是 POST 请求；{_NOT_WECHAT}",
    43003: "微信只接受 https；请把环境变量 CONTENTCHECK_WECHAT_BASE 改成以 https:// 开头的地址",
    44002: f"微信收到的请求是空的；{_NOT_WECHAT}",
    45009: "今天的调用次数已经用完；请等到明天零点以后再试，"
    f"或到{_PLATFORM}的“接口权限与额度”里清零（每月十次）。再次运行同一命令会接着做",
    45011: "这一分钟里调用太频繁；请过一分钟再试",
    45035: "本机的公网 IP 不在白名单里；" + _ADD_IP,
    47001: f"微信读不懂收到的请求；{_NOT_WECHAT}",
    48001: f"这个公众号没有调用此接口的权限；请到{_PLATFORM}的“接口权限与额度”里查看，认证过期也会这样",
    48004: "这个接口因违规被封禁；请登录 mp.weixin.qq.com 查看通知",
    50001: f"这个公众号没有授权调用此接口；请到{_PLATFORM}的“接口权限与额度”里查看",
    50002: "账号受限，可能已被冻结或注销；请登录 mp.weixin.qq.com 查看通知",
    50004: "这个账号被禁止获取凭证；请登录 mp.weixin.qq.com 查看通知",
    50007: "账号已被冻结；请登录 mp.weixin.qq.com 查看通知",
    61004: "本机的公网 IP 不在白名单里；" + _ADD_IP,
    89501: "这个 IP 的调用正在等公众号管理员在微信里确认；请管理员确认后再试",
    89503: "这次调用要公众号管理员在微信里确认；请管理员确认后再试",
    89506: "公众号管理员拒绝了这个 IP 的调用；请先与管理员沟通，24 小时后再试",
    89507: "公众号管理员拒绝了这个 IP 的调用；请先与管理员沟通，1 小时后再试",
}
_PUBLISHING = (
    "。“发布能力”的接口只开放给已认证的企业主体账号：2025 年 7 月起，"
    "个人主体、未认证和不支持认证的账号都不能调用；这些账号的文章可以存成网页，用 contentcheck posts import 导入"
)
_ADDRESS = re.compile(r"invalid ip ([\d.]+|[\da-f:.]+)", re.IGNORECASE)


class WechatError(ContentcheckError):
    """A call that WeChat did not answer, or refused.

    Attributes:
        code: WeChat's `errcode`; None where it said nothing.
        passing: the same call may well succeed in a moment.
    """

    def __init__(self, message: str, code: int | None = None, *, passing: bool = False):
        super().__init__(message)
        self.code = code
        self.passing = passing


def refusal(path: str, code: int, said: str) -> WechatError:
    """The error for an `errcode` other than 0, and `errmsg`, which are both shown: WeChat's staff ask for them."""
    asks_token = path.endswith("/stable_token")
    advice = _WRONG_SECRET if asks_token and code in STALE_TOKEN else _ADVICE.get(code)
    if advice is None:
        advice = "微信拒绝了这次调用；可按错误码到微信开发者平台的“API 诊断”里查原因"
    found = _ADDRESS.search(said)
    advice = advice.replace("{ip}", f" {found[1]} " if found else "")
    if code == 48001 and "/freepublish/" in path:
        advice += _PUBLISHING
    said = " ".join(said.split())[:300]
    name = path.removeprefix("/cgi-bin/")
    return WechatError(f"微信接口 {name}：{advice}（errcode {code}：{said}）", code, passing=code == BUSY)
