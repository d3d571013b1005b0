"""How much of a draft only advertises, and where it sends the reader."""

import re
from dataclasses import dataclass

from .normalise import normalise
from .segment import Passage

_SELLING = re.compile(
    r"(立减|直降|满\d+减|折起|\d(\.\d)?折|半价|特价|秒杀|优惠|促销|大促|抢购|限量|限时|仅限|售完即止|先到先得|包邮|赠送|加送|专柜价|粉丝专享|专享价|会员价|买\d送|买一送一|到手价"
    r"|原价|现价|券后|领券|红包|下单|立即购买|马上抢|手慢无|最后\d+(天|小时)|不容错过|错过再等|钜惠|惊喜价|福利价|爆款|热销|销量第一"
    r"|全网最低|史上最低|史低|明星同款|必买|必入|囤货|返场|加购|预售|定金|尾款|积分兑换|免费领)"
    r"|(¥|￥)\s*\d|\d+(\.\d+)?元(起|抢|秒|包邮)|仅需\d+|只要\d+元"
)
_CALLS: dict[str, re.Pattern[str]] = {
    "hotline": re.compile(
        r"(热线|咨询电话|订购电话|客服电话|联系电话|致电|拨打)[^\n]{0,12}?\d{3,}"
        r"|(?<!\d)(400-?\d{3,4}-?\d{3,4}|1[3-9]\d-?\d{4}-?\d{4})(?!\d)"
    ),
    "shop": re.compile(r"(到店|进店|门店|专柜|线下店)[^\n]{0,10}?(咨询|选购|体验|领取|购买)|欢迎光临"),
    "mall": re.compile(
        r"(天猫|淘宝|京东|小程序|旗舰店|官网|官方商城|微店|直播间)[^\n]{0,12}?(下单|购买|搜索|选购|抢购|领)|点击(链接|购买|下单)"
    ),
    "qr_code": re.compile(
        r"(扫码|扫描|长按|识别)[^\n]{0,8}?(二维码|小程序码|图片)|扫码(关注|进群|下单|购买|领)|二维码"
    ),
    "comment": re.compile(
        r"(评论区|留言区|留言|评论|后台回复)[^\n]{0,14}?(告诉|说说|聊聊|写下|领取|互动|分享|回复|关键词|晒)|留言(告诉|点赞)"
    ),
    "draw": re.compile(r"抽奖|抽取\d+|幸运(读者|粉丝|用户)|中奖|集赞|转发[^\n]{0,10}?(抽|送|赢)"),
    "follow": re.compile(r"关注(我们|公众号|本号)|加(微信|群|客服)|进群"),
    "share": re.compile(r"转发(给|到|朋友圈)|分享(到|给)朋友圈?|点(个)?(在看|赞)"),
}


@dataclass(frozen=True, slots=True)
class CallToAction:
    """One kind of thing the reader is asked to do, and how often."""

    kind: str
    count: int


@dataclass(frozen=True, slots=True)
class Promotion:
    """`score` 0-100: the share of the draft's characters in passages that name prices, offers or ordering."""

    score: float
    band: str
    calls: list[CallToAction]


def is_selling(passage: Passage) -> bool:
    """Whether a passage talks of price, urgency or ordering."""
    return bool(_SELLING.search(normalise(passage.text).text))


def judge_promotion(passages: list[Passage]) -> Promotion:
    """Selling passages by length, and the calls to action in them; lines set aside count for neither."""
    total = sum(p.end - p.start for p in passages)
    selling = sum(p.end - p.start for p in passages if is_selling(p))
    score = 100 * selling / total if total else 0.0
    readable = "\n".join(normalise(p.text).text for p in passages)
    counts = {kind: len(pattern.findall(readable)) for kind, pattern in _CALLS.items()}
    return Promotion(
        score=round(score, 2),
        band="advertising" if score >= 60 else "selling" if score >= 25 else "informative",
        calls=[CallToAction(kind, count) for kind, count in counts.items() if count],
    )
