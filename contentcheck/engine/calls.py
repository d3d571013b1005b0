"""Calls to action: where a draft sends its reader."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .excerpts import Excerpt, find_excerpts
from .segment import Passage

_KINDS: dict[str, tuple[str, re.Pattern[str]]] = {
    "hotline": (
        "打电话",
        re.compile(
            r"(热线|咨询电话|订购电话|客服电话|联系电话|致电|拨打)[^\n]{0,12}?\d{3,}"
            r"|(?<!\d)(400-?\d{3,4}-?\d{3,4}|1[3-9]\d-?\d{4}-?\d{4})(?!\d)"
        ),
    ),
    "shop": (
        "到店",
        re.compile(
            r"(到店|进店|门店|专柜|线下店)[^\n,。;!?]{0,10}?(咨询|选购|体验|领取|购买|试[穿戴吃坐躺用])|欢迎(光临|到店|莅临)"
        ),
    ),
    "mall": (
        "去网店",
        re.compile(
            r"(天猫|淘宝|京东|拼多多|抖音|小程序|旗舰店|官网|官方商城|微店|直播间)[^\n]{0,12}?(下单|购买|搜索|选购|抢购|领)"
            r"|(点击|戳)[^\n,。;!?]{0,6}?(链接|购买|下单|阅读原文|小黄车|购物车)"
        ),
    ),
    "qr_code": (
        "扫码",
        re.compile(
            r"(扫码|扫描|长按|识别)[^\n]{0,8}?(二维码|小程序码|图片)|扫码(关注|进群|下单|购买|领|添加|报名|预约)|二维码"
        ),
    ),
    "comment": (
        "留言",
        re.compile(
            r"(评论区|留言区|留言|评论|后台回复)[^\n]{0,14}?(告诉|说说|聊聊|写下|领取|互动|分享|回复|关键词|晒|见)"
            r"|留言(告诉|点赞)|(欢迎|记得|快来|来)(留言|评论)"
        ),
    ),
    "draw": (
        "抽奖集赞",
        re.compile(
            r"抽奖|抽取\d+|抽(?:\d+|[一二三五十几]+)位|幸运(读者|粉丝|用户)|中奖|集赞|转发[^\n]{0,10}?(抽|送|赢)"
        ),
    ),
    "follow": ("关注", re.compile(r"关注(我们|公众号|本号|视频号)|加(微信|群|客服|好友)|进群|入群")),
    "share": ("转发点赞", re.compile(r"转发(给|到|朋友圈)|分享(到|给)朋友圈?|点个?(在看|赞)|一键三连")),
}


@dataclass(frozen=True, slots=True)
class CallToAction:
    """One kind of thing the reader is asked to do, its Chinese name, how often, and where."""

    kind: str
    name: str
    count: int
    spans: list[Excerpt]


def find_calls(passages: Sequence[Passage]) -> list[CallToAction]:
    """The kinds of calls that occur, in a fixed order."""
    found = {
        kind: [span for p in passages for span in find_excerpts(pattern, p.text, p.start)]
        for kind, (_, pattern) in _KINDS.items()
    }
    return [CallToAction(kind, _KINDS[kind][0], len(spans), spans) for kind, spans in found.items() if spans]
