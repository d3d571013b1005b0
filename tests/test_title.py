"""Clickbait in a title, and whether the body keeps its promise."""

import numpy as np
import pytest

from contentcheck.engine.clickbait import clickbait_score, find_clickbait
from contentcheck.engine.encoder import Encoder
from contentcheck.engine.title import Listing, Title, judge_title

TEAPOT = "紫砂壶第一次用，先用清水煮二十分钟。\n煮好以后自然放凉，再用茶汤养一遍。\n紫砂壶不要用洗洁精洗。"
SHOES = "登山鞋底磨平了可以换底。\n送修以前把泥刷干净，鞋垫抽出来。\n换底要等三个星期。"
ORDINARY = [
    "市交通局昨日公布了新的线路图。",
    "未来三天有小到中雨，气温下降。",
    "滤芯拧紧以后通电等待三分钟。",
    "股市周一低开高走。",
]


def judged(title: str, body: str, toy: Encoder) -> Title:
    vectors = toy.encode([title, *(line for line in body.split("\n") if line)])
    return judge_title(title, 30.0, body, vectors, toy.encode(ORDINARY))


@pytest.mark.parametrize(
    ("title", "kind", "text"),
    [
        ("震惊！他竟然把祖传的茶园卖了", "shock", "震惊"),
        ("真相竟是这样，看完一夜没睡", "suspense", "真相竟"),
        ("这篇文章请马上转给你的家人", "command", "转给"),
        ("每天喝它等于慢性自杀", "scare", "等于慢性自杀"),
        ("90%的人都不知道，米要这样存", "numbers", "90%的人都不知道"),
        ("男人看了沉默，女人看了流泪", "exclusion", "男人看了沉默"),
        ("央视曝光！这种水千万别喝", "false_authority", "央视曝光"),
        ("干了三十年的老师傅终于说了实话", "false_authority", "老师傅终于说了实话"),
        ("马上删！赶紧看", "urgency", "马上删"),
        ("她推开那扇门……", "marks", "……"),
        ("今天的晚饭没有人等你了！！！", "marks", "！！！"),
        ("這幾種菜，90%的人都不知道怎麼洗", "numbers", "90%的人都不知道"),
    ],
)
def test_kinds_of_clickbait(title: str, kind: str, text: str) -> None:
    assert (kind, text) in [(c.kind, c.text) for c in find_clickbait(title)]


@pytest.mark.parametrize(
    "title",
    [
        "震惊！这三样东西正在毁掉孩子的眼睛，赶紧扔",
        "紧急扩散！！家里有这种锅的马上扔",
        "90%的妈妈都做错了，专家终于说了实话",
        "央视曝光！这种米千万别再吃了！",
        "看哭了！这封信建议转给每一位父亲",
        "速看！马上就要删，内部人含泪说出真相",
    ],
)
def test_several_kinds_together_score_high(title: str) -> None:
    assert clickbait_score(find_clickbait(title)) >= 60


@pytest.mark.parametrize(
    "title",
    [
        "面包买回去放哪儿？",
        "空气炸锅怎么洗才不掉涂层",
        "别在雨天晒登山鞋",
        "为什么你的帐篷总是漏水？",
        "二号线下月试运行，沿线九座车站",
        "我们为什么把保修改成五年！",
        "这只猫每两周来剪一次指甲",
        "七号座的号牌，夹在第二百一十一页",
        "防晒乳涂了还是晒黑？先看看用量和时间对不对",
        "专家：秋冬进补要看体质",
        "一支口服液是怎么做出来的，哪些人不要喝",
    ],
)
def test_honest_titles_score_low(title: str) -> None:
    assert clickbait_score(find_clickbait(title)) < 45


def test_a_kind_counts_once() -> None:
    assert [c.text for c in find_clickbait("惊呆，吓瘫，炸锅")] == ["惊呆"]
    assert clickbait_score(find_clickbait("惊呆，吓瘫，炸锅")) == clickbait_score(find_clickbait("惊呆")) == 50.0


def test_a_title_is_kept_by_its_own_body_and_not_by_another(toy: Encoder) -> None:
    own, other = judged("紫砂壶第一次怎么用", TEAPOT, toy), judged("紫砂壶第一次怎么用", SHOES, toy)
    assert own.promise is not None
    assert other.promise is not None
    assert own.promise > 90 > 10 > other.promise


def test_no_body_neither_keeps_nor_breaks_a_promise(toy: Encoder) -> None:
    title = judged("紫砂壶第一次怎么用", "", toy)
    assert (title.promise, title.listing) == (None, None)


def test_without_ordinary_writing_nothing_is_said_of_the_promise(toy: Encoder) -> None:
    vectors = toy.encode(["紫砂壶第一次怎么用", TEAPOT])
    assert judge_title("紫砂壶", 0.0, TEAPOT, vectors, np.empty((0, vectors.shape[1]), np.float32)).promise is None


@pytest.mark.parametrize(
    ("title", "body", "listing"),
    [
        ("养壶的5个方法", "1. 开壶\n2. 养壶\n3. 晾干", Listing(5, 3)),
        ("养壶，记住这七招", "第一，开壶。第二，养壶。第三，晾干。", Listing(7, 3)),
        ("十二个误区，你占几个", "一、开壶\n二、养壶", Listing(12, 2)),
        ("三个步骤养好一把壶", "① 开壶\n② 养壶\n③ 晾干", Listing(3, 3)),
        ("养壶的两大好处", "省心，也省水。", Listing(2, 0)),
        ("3个月学会4种方法", "方法1：开壶\n方法2：养壶", Listing(4, 2)),
        ("养壶的二十五个细节", "2. 开壶\n3. 养壶", Listing(25, 0)),
        ("三百个问题，一本册子", "1. 开壶\n2. 养壶", None),
        ("书掉进水里，头两个钟头最要紧", "1. 平托\n2. 分堆", None),
        ("第3个方法最省事", "1. 开壶", None),
    ],
)
def test_promised_items_are_counted(title: str, body: str, listing: Listing | None, toy: Encoder) -> None:
    assert judged(title, body, toy).listing == listing


@pytest.mark.parametrize(("promised", "found", "short"), [(5, 3, True), (5, 5, False), (5, 6, False), (5, 1, False)])
def test_only_a_body_that_numbers_its_items_can_fall_short(promised: int, found: int, short: bool) -> None:
    assert Listing(promised, found).falls_short == short
