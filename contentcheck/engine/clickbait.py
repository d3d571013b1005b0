"""Shock and clickbait patterns in a title."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from .excerpts import find_excerpts

_PERSON = r"(人|家长|妈妈|宝妈|爸妈|父母|女人|男人|女生|男生|老人|孩子|患者|司机|老板|老师|年轻人|中国人|家庭)"
_COUNT = r"(\d+|[一二两三四五六七八九十百几]+)"
# kind: Chinese name, how much it tells by itself (0-1), pattern for normalised text. Kinds that news and honest titles
# use as well tell little, and take another beside them.
_KINDS: dict[str, tuple[str, float, re.Pattern[str]]] = {
    "shock": (
        "震惊体",
        0.5,
        re.compile(
            r"震惊(?!全国|世界|中外)|惊呆|^惊[!爆]|惊爆|惊天(?!动地)|吓(瘫|尿|傻|坏|哭|懵)|(?<!空气)炸锅|炸裂|(全网|朋友圈|网友|评论区)(都|全|已经?)?(炸|疯|沸腾|怒|看哭|破防)"
            r"|疯传|傻眼|目瞪口呆|毛骨悚然|细思极恐|不寒而栗|不敢(相信|认)|难以置信|令人发指|太(可怕|吓人|恐怖|扎心|真实|狠)了?|看(哭|呆|懵|傻)了?|泪(目|奔|崩)|破防|扎心"
            r"|疯了|绝了|逆天|不淡定了|跪下|丢了[一两二三几]个"
        ),
    ),
    "suspense": (
        "悬念",
        0.4,
        re.compile(
            r"(原因|真相|结果|答案|结局|理由|内幕|背后)(却?竟|居然|让人|令人|太|很|亮了|曝光|揭晓|万万|你|来了|是这|只有)|竟(然)?(是|成|被|在|把|有|只|敢|说|藏|这样)|居然(是|成|被)"
            r"|(想|猜|料)不到|没想到|万万没|信息量(太|极|巨|有点)?大|意味深长|(只有|就)[一两三四五六]个字|藏着|那一?刻|(一句话|一个动作|一幕|一件事|一个细节)[!,.。]?$"
            r"|(终于|首度|突然)?(开口|发声|回应)了|说了(实话|真话)|(你)?(所)?不知道的(秘密|真相|事)|不为人知|内幕|惊人(的)?(秘密|真相|内幕|发现)"
            r"|这[一几两三四五六七八九十\d]+[个种样件类条句](东西|事|话|食物|菜|果|药|信号|迹象|人|做法)?"
        ),
    ),
    "command": (
        "命令转发",
        0.4,
        re.compile(
            r"(必|速|快|快来|赶紧|赶快|马上|一定要|务必|千万要|都来|都要|都该|都得|值得|静下来|抽空)(看|读|收藏)|看完(再|赶紧|马上|快|一定|记得|务必|转|后?别)|转给|转发|扩散"
            r"|(建议|值得|赶紧|马上|速|先|快)收藏|可直接抄|注意了|[^,。]不看(后悔|要|你|亏|吃亏)|点进来|再忙也要|别划走|念给|(听|读|看)[一二两三四五六七八九十]遍|再晚就"
        ),
    ),
    "scare": (
        "恐吓",
        0.45,
        re.compile(
            r"毒害|毒气|剧毒|致癌|等于(慢性|在)?(自杀|吃毒|喝毒|服毒|失明|中毒|投毒|抱着)|害(死|惨|了)|毁(掉|了)(一|你|孩子|全)|正在(毁|害|毒|杀|伤|掏空|吞噬)|(人|个)(倒下|中招)"
            r"|出大事|千万(别|不要|不能|小心|当心)|后果(不堪|很严重|自负)|紧急(通知|扩散|提醒|转发)|特急|十万火急|快停(手|下)|(别|不要)再(吃|喝|用|买|给)了?|白送也别|马上(扔|冲|停)|赶紧扔|快扔"
            r"|一口都?(别|不)|慢性(毒|失明|自杀)|要命|催命|夺命|没救|住满了"
        ),
    ),
    "numbers": (
        "拿数字唬人",
        0.45,
        re.compile(
            rf"(\d+(\.\d+)?%|[一二三四五六七八九]成|十个|百分之\S{{1,3}}|{_COUNT}个)的?{_PERSON}(里?[有]?[一二两三四五六七八九]个)?[^,。]{{0,4}}(不知道|不懂|做错|弄错|搞错|后悔|没想到|错了|中招|不会|看完|都在|答不)"
            rf"|第{_COUNT}[个种条句张样招][^,。!]{{0,6}}(太|最|绝|你|家家|扎心|很多人|想不到|戳|亮|[!])"
        ),
    ),
    "exclusion": (
        "分人群煽动",
        0.45,
        re.compile(
            rf"{_PERSON}(看了|听了|看完|读完|见了)[^,。]{{0,3}}(都|会|就)?(沉默|流泪|哭|落泪|脸红|后悔|掉泪)|看了都(掉|流|落|哭|沉默|说)|不(转|看|懂)不是|懂的(人)?(自然|都)懂|聪明人都|(听|看|读)懂[^,。]{{0,8}}的人"
        ),
    ),
    "false_authority": (
        "假托权威",
        0.5,
        re.compile(
            r"(央视|新华社|国家|卫健委)(都|已|终于|紧急|刚刚)?(曝光|出手了|发话)|(专家|医生|教授|院士|中医|内部人|内行|业内人|老师傅|[^,。]{2,8}年的(老?人|师傅)|行长|护士长?)[^,。]{0,12}"
            r"(终于|说了(实话|真话)|含泪|紧急提醒|说漏|痛心|冒死|不敢说|看了都|都不会告诉|悄悄|偷偷|坦言后悔)"
        ),
    ),
    "urgency": (
        "催促",
        0.45,
        re.compile(
            r"(马上|很快|即将|随时)(会|要|被|就)*(被?删|没了|下架|看不到)|删前|趁还没删|手慢|赶紧(看|来|存)|速存|速看|刚刚[,!:]|突发|最后(一波|\d+(席|小时|天|名))|仅限|只此一|错过(再|就|等)|倒计时|再不\S{1,4}就(晚|来不及)"
        ),
    ),
    "teaser": (
        "卖关子",
        0.15,
        re.compile(
            r"(为何|为啥|为什么|凭什么|何以|怎么(了|回事)|究竟|到底|吗|呢|什么)[^?]{0,12}\?|[^,]\?$|什么信号|哪些信号|揭秘|真相|背后"
            r"|这(位|个|家|些|项|种|件|部|届|座|招|事儿?)|(要|会|能)[^,。?]{2,10}\?|你(还|可能|永远|一定|也)"
        ),
    ),
    "marks": ("夸张的标点", 0.3, re.compile(r"[!?]{2,}|!.*!|(\.{6}|…)[)）】]?$|^[^!]{1,6}!(?=.)")),
}


@dataclass(frozen=True, slots=True)
class Clickbait:
    """A shock or clickbait pattern in a title: its kind, Chinese name, and the words."""

    kind: str
    name: str
    text: str


def find_clickbait(title: str) -> list[Clickbait]:
    """The first occurrence of every kind of pattern, in a fixed order."""
    found = {kind: find_excerpts(pattern, title) for kind, (_, _, pattern) in _KINDS.items()}
    return [Clickbait(kind, _KINDS[kind][0], spans[0].text) for kind, spans in found.items() if spans]


def clickbait_score(found: Sequence[Clickbait]) -> float:
    """0-100: kinds join as if each alone were wrong with one less its weight."""
    return round(100 * (1 - math.prod(1 - _KINDS[c.kind][1] for c in found)), 2)
