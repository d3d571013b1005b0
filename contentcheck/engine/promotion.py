"""What each part of a draft is for: to sell, to tell of the product, to help the reader, or none of these."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from .calls import CallToAction, find_calls
from .excerpts import Excerpt
from .normalise import normalise
from .segment import Passage
from .superlatives import find_superlatives

_N = r"[\d一二两三四五六七八九十百千半几]+(\.\d+)?"
_MONEY = rf"((¥|￥|rmb)\s*\d+(\.\d+)?|{_N}(元|块钱?|毛钱?|折)|{_N}块{_N})"
_OFFER = re.compile(
    rf"立减|直降|立省|狂(降|减|省)|满{_N}元?(立?减|送|返|享|赠|即)|{_N}折(起|封顶|包|专|限|疯|优惠)|全场[^,。]{{0,8}}折"
    rf"|(打|享|全线|通通|统统|一律|低至|只要|仅){_N}折|低至({_N}|¥|￥)|骨折价|白菜价|跳楼价|清仓价"
    r"|买[\d一二两三四五六](送|赠|免)[\d一二两三四五六半]?|第二(件|份|杯|双|盒)(半价|免费|[\d一]元|0元)"
    r"|(到手|券后|折后|活动|促销|惊喜|福利|钜惠|专享|粉丝|秒杀|抢购|特惠|预售|早鸟|拼团|团购|直播)价|领券(?!中心)|叠券"
    r"|限时(抢|秒|特|优惠|折|免费|领|限量|活动|开|立|钜)|限量(抢|发售|秒|\d|供应|开)"
    r"|售完即止|售罄(即止|不补)|先到先得|先抢先得|抢完(即止|为止|没有)|手慢无|数量有限|名额有限|席位有限|库存(有限|不多|告急)|欲购从速|机不可失"
    r"|错过(再等|等一?年|就|只能|不再|可惜|后悔)|(立即|马上|赶紧|赶快|快来|速来|即刻|抓紧)(购买|下单|抢|领|囤|入手|加购|预定|预订|报名|订购|带走|带回|选购)"
    rf"|{_N}元(起|抢|秒|包邮|购|开抢|封顶|带走|拿下|试听|体验|疯)|(仅需|仅售|只需|仅){_MONEY}|仅限(今|明|本|前|{_N}[名位份席件]|粉丝)"
    rf"|前{_N}(名|位|单)[^,。]{{0,6}}(送|赠|半价|免|享|仅|减|立)|最后(\d+|[一二两三]|仅?剩?\d*)(天|小时|席|件|波|机会|名额|批|套)[!,。].{{0,20}}(抢|送|折|减|特|惠|恢复)"
    r"|(下单|进店|到店|购买|消费)[^,。]{0,8}(即?送|赠|立减|减|有礼|返现?|抽)|赠完即止|送完即止|(免费|0元)(领取?|送|试用装|申领)|加送|加赠|惊喜好礼"
    rf"|(百亿|平台)补贴|宠粉(价|福利|节|夜|日)|闭眼(入|买|囤)|(无脑|放心)(入|冲|囤)|(快|赶紧|火速)(冲|囤)|血赚|充{_N}送|开抢|包邮"
    r"|秒没|(抢|卖)(光|空)(了|就)?|过了这(村|个村)|(仅剩|只限)\w{0,4}[\d一二两三四五六七八九十百]|全[年场]仅此|上不封顶|无门槛|整点抽|抽免单|(随|任)(便|意)改价"
)
_SIGNS = (
    r"优惠|折扣|打折|对折|特惠|让利|实惠|划算|性价比",
    r"促销|大促|活动价|满减|秒杀|抢购|特价|半价|清仓|甩卖|返场|周年庆|双十一|双11|618|年货节|开门红|狂欢",
    r"原价|现价|会员价|专柜价|仅售|日常价?\d|专场|直通车|→",
    r"限时|限量|截止|倒计时|最后\d+(天|小时)|(今日|今晚|今天)(起|下单|开|抢|必|特|限|内|只|仅)|仅此|只此|即日起|不容错过|千万别错过|仅剩|余量|发完|卖完|趁早|等什么|名额",
    r"下单|加购|入手|必入|必买|囤货|囤|预售|定金|尾款|拼团|订购|选购|链接|购物车|带回家|抱回家|搬回家|预约|开播|直播间|福袋|粉丝团|灯牌|助力|好友入?群|截图|充值|抢(?!救|险|修|先|答|夺|劫|眼|红灯|白)",
    r"爆款|热销|畅销|销量|明星同款|网红|人气|回购|好评如潮|卖断货|口碑|断货",
    r"红包|赠品|好礼|礼包|积分|优惠券|现金券|抵扣|返现|赠送|免单|福利|有礼|小样|送礼",
)
_ADDRESS = re.compile(r"家人们|宝子们?|亲们|姐妹们|老铁|宝妈们|粉丝们|宝宝们|大家|[!]|快来|赶紧|赶快|欢迎|速来")

_SIGN_PATTERNS = [re.compile(sign) for sign in _SIGNS]
_PRICE = re.compile(_MONEY)
_TELLING = (
    # Told, not offered: somebody's story, news and figures, rules and questions, what is refused.
    re.compile(
        r"他|她(?!的?同款)|那年|那天|那时|那会儿|当年|当时|小时候|以前|后来|从前|记得|有一次|去年|前年|昨天|听说|闲聊|说起|年代|退休|老板娘?说|发现|结果|为了"
    ),
    re.compile(
        r"据|报道|新闻|记者|调查|统计|数据|同比|增长|下降|市场|行业|监管|部门|政策|政府|法院|消协|投诉|公司|财报|营收|股|房价|买房|税|研究"
    ),
    re.compile(
        r"怎么(算|回事|看|办|样)|是什么|为什么|为何|为啥|如何|是否|规则|套路|陷阱|不如|理性|冲动|算法|吗[,。]|原因|意思|区别|误区|其实"
    ),
    re.compile(r"(不|没有?|从不|拒绝|不再|并无|取消|无需|不必|不用|别|未)(打折|搞|做|参加|参与|有|是|为|囤|买|急|着急|追)?[^,。]{0,4}"
               r"(折扣|优惠|促销|降价|打折|特价|红包|返现|赠品|套路|广告|下单|活动|入手|囤货|性价比|贵)"),
)  # fmt: skip
_SELLS = 2
"""An offer counts two, every kind of sign one, a price beside a sign one; each way of telling takes one off."""

_MEASURE = re.compile(
    rf"{_N}\s*(毫升|ml|升|克|g|kg|公斤|斤|毫克|mg|毫米|mm|厘米|cm|米|寸|英寸|瓦|w|伏|v|毫安|mah|gb|tb|hz|赫兹|万?像素|支|粒|片|袋|罐|瓶|层|档|度|℃|%|针|匹)"
)
_FACTS = re.compile(
    r"这款|该款|本品|本款|产品|系列|型号|规格|每(支|盒|袋|瓶|片|罐|粒|包|只|双|套|件)|材质|面料|填充|成分|配料|原料|配方|含有?\w{0,6}(酸|胺|素|醇|肽|碱|糖|脂|油|量|率|粉)"
    r"|添加|采用|选用|内置|配备|搭载|支持|容量|净重|净含量|重量|尺寸|保质期|质保|保修|产地|产自|工艺|适合|适用|口味|尺码|配色|认证|检测|执行标准"
    r"|独立包装|密封|不含|无添加|可拆洗|防水|续航|充电|功率|海拔|采摘|烘焙|发酵|成品|出厂|设计|款式|质感|手感|皮质|透气|防滑|耐[用穿磨]|轻便|保暖|柔软|亲肤|吸水|滋润|颜色|可选|机身|屏幕|酒精度|馥郁|双肩|版型|榫|实木|棉|羊毛|不锈钢|陶瓷|玻璃瓶"
)
_USE = re.compile(
    r"步骤|做法|用法|吃法|喝法|穿搭|保养|清洗|清洁|收纳|存放|冲泡|浸泡|泡(?=[\d一二三四五六七八九十几]|水|茶)|加热|加水|倒入|涂抹|按摩|搅拌|晾干|拧紧|放进|放入|取出"
    r"|建议|记得|注意|先[^,。]{1,12}再|不要|别(?!人|的|墅)|可以先|试试|窍门|技巧|每次|早晚|饭后|饭前|睡前|换季|新手"
    r"|(我|你|您|她|他|顾客|客人|用户|读者|同事|朋友|妈|爸|孩子)[^,。]{0,8}(用|穿|戴|喝|吃|泡|试|坐|躺|住|读|涂|抹|煮|烤)(了|过|着|完|起来|上|的时候)"
)
_STATES = 2  # different signs of a product fact


class Part(StrEnum):
    """What a passage is for."""

    ADVERTISING = "advertising"
    PRODUCT = "product"
    USE = "use"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Superlative:
    """A word that advertising law forbids, and what the passage it stands in is for."""

    start: int
    end: int
    text: str
    part: Part


@dataclass(frozen=True, slots=True)
class Promotion:
    """`score` 0-100: share of the characters in passages that only advertise; `shares` 0-1: of every part."""

    score: float
    band: str
    shares: dict[Part, float]
    calls: list[CallToAction]
    superlatives: list[Superlative]


def judge_promotion(
    passages: Sequence[Passage], by_meaning: Sequence[Part] | None = None
) -> tuple[Promotion, list[Part]]:
    """Shares by length, calls to action and forbidden words, and what each passage is for; lines set aside not counted.

    `by_meaning`: for what each passage would be if it did not sell, as its likeness to the brand's products tells.
    None: no brand, the wording alone decides.
    """
    calls = find_calls(passages)
    superlatives = [find_superlatives(p.text, p.start) for p in passages]
    parts = _parts(passages, [span.start for call in calls for span in call.spans], superlatives, by_meaning)
    lengths = dict.fromkeys(Part, 0)
    for passage, part in zip(passages, parts, strict=True):
        lengths[part] += passage.end - passage.start
    total = sum(lengths.values())
    score = 100 * lengths[Part.ADVERTISING] / total if total else 0.0
    promotion = Promotion(
        score=round(score, 2),
        band="advertising" if score >= 60 else "selling" if score >= 25 else "informative",
        shares={p: round(length / total, 4) if total else float(p is Part.OTHER) for p, length in lengths.items()},
        calls=calls,
        superlatives=[
            Superlative(span.start, span.end, span.text, part)
            for part, spans in zip(parts, superlatives, strict=True)
            for span in spans
        ],
    )
    return promotion, parts


def _parts(
    passages: Sequence[Passage],
    calls: Sequence[int],
    superlatives: Sequence[Sequence[Excerpt]],
    by_meaning: Sequence[Part] | None,
) -> list[Part]:
    """`calls`: where calls to action begin."""
    selling = [
        _selling(p, any(p.start <= at < p.end for at in calls), bool(claims))
        for p, claims in zip(passages, superlatives, strict=True)
    ]
    padded = [0, *selling, 0]
    beside = [max(before, after) for before, after in zip(padded[:-2], padded[2:], strict=True)]
    # One sign is little, but not beside an offer.
    sells = [own >= _SELLS or (own >= 1 and next_to >= _SELLS) for own, next_to in zip(selling, beside, strict=True)]
    likely = by_meaning if by_meaning is not None else [None] * len(passages)
    return [
        Part.ADVERTISING if selling else _otherwise(passage, bool(claims), meaning)
        for passage, selling, claims, meaning in zip(passages, sells, superlatives, likely, strict=True)
    ]


def _selling(passage: Passage, calls: bool, claims: bool) -> int:
    """How much a passage offers. A price in a story does not."""
    read = normalise(passage.text).text
    signs = 2 * bool(_OFFER.search(read)) + sum(bool(sign.search(read)) for sign in _SIGN_PATTERNS) + calls + claims
    price = bool(signs) and bool(_PRICE.search(read))
    return signs + price + bool(_ADDRESS.search(read)) - sum(bool(way.search(read)) for way in _TELLING)


def _otherwise(passage: Passage, claims: bool, meaning: Part | None) -> Part:
    """What a passage is for that does not sell."""
    if meaning is Part.OTHER or meaning is Part.PRODUCT:
        return meaning
    read = normalise(passage.text).text
    facts = len({fact.group() for fact in _FACTS.finditer(read)}) + bool(_MEASURE.search(read)) + claims
    if facts >= _STATES or (meaning and claims):
        return Part.PRODUCT
    return meaning or (Part.USE if _USE.search(read) else Part.OTHER)
