"""What sells and what calls the reader to act, sentence by sentence."""

import pytest

from contentcheck.engine.promotion import CallToAction, is_selling, judge_promotion
from contentcheck.engine.segment import Passage, segment


def passage(text: str) -> Passage:
    return Passage(text, 0, len(text))


@pytest.mark.parametrize(
    "sentence",
    [
        "今天下单立减二十元，明天恢复原价。",
        "满300减50，上不封顶。",
        "全场三件七折起，售完即止。",
        "到手价 ¥199，比平时便宜。",
        "券后只要59元包邮到家。",
        "雙十一大促，限時秒殺，手慢無。",
        "限\u200b时\u200b抢\u200b购进行中。",
        "９.９元秒，仅此一天。",
        "买一送一，赠送同款小样。",
        "前一百名仅需39元即可带走。",
    ],
)
def test_sells(sentence: str) -> None:
    assert is_selling(passage(sentence))


@pytest.mark.parametrize(
    "sentence",
    [
        "面霜含百分之二的神经酰胺，每次取黄豆大小。",
        "水温八十五度，泡五分钟后取出茶包。",
        "这支口服液每支十毫升，玻璃瓶装。",
        "他在厂里干了三十年，折过的纸箱数不清。",
        "研究人员减少了样本中的杂质。",
        "二号线延长段全长12公里，投资40亿元。",
    ],
)
def test_does_not_sell(sentence: str) -> None:
    assert not is_selling(passage(sentence))


@pytest.mark.parametrize(
    ("sentence", "calls"),
    [
        ("详情请拨打咨询电话：400-820-1234，周末也有人接。", ["hotline"]),
        ("客服電話 13800138000 全天在线。", ["hotline"]),
        ("欢迎到店免费体验，二楼左手边。", ["shop"]),
        ("打开天猫旗舰店搜索同名产品即可。", ["mall"]),
        ("长按识别图中二维码，添加导购。", ["qr_code"]),
        ("你怎么看？欢迎在评论区告诉我们。", ["comment"]),
        ("留言点赞前三名将抽取三位幸运读者送出礼盒。", ["comment", "draw", "share"]),
        ("集赞三十个就能换一张券。", ["draw"]),
        ("加微信进群，每天早上八点发布。", ["follow"]),
        ("觉得有用就转发给家人，再点个在看。", ["share"]),
        ("面霜含神经酰胺，适合秋冬使用。", []),
        ("他当年给公司打电话推销，一天打两百个。", []),
    ],
)
def test_calls_to_action(sentence: str, calls: list[str]) -> None:
    assert [c.kind for c in judge_promotion([passage(sentence)]).calls] == calls


def test_calls_in_lines_set_aside_do_not_count() -> None:
    text = "进群领券，名额有限，每天更新一次。\n滤芯放入水箱后拧紧盖子再通电。\n长按识别二维码关注我们"
    segments = segment(text)
    assert [s.text for s in segments.set_aside] == ["长按识别二维码关注我们"]
    assert judge_promotion(segments.passages).calls == [CallToAction("follow", 1)]


@pytest.mark.parametrize("sentence", ["请致电13812345678咨询。", "有问题打400-820-8820找我们。"])
def test_a_number_beside_chinese_is_a_hotline(sentence: str) -> None:
    assert [c.kind for c in judge_promotion([passage(sentence)]).calls] == ["hotline"]


@pytest.mark.parametrize(
    ("selling", "plain", "score", "band"),
    [
        (0, 40, 0.0, "informative"),
        (1, 3, 25.0, "selling"),
        (1, 5, 16.67, "informative"),
        (3, 2, 60.0, "advertising"),
        (2, 0, 100.0, "advertising"),
    ],
)
def test_score_is_the_share_of_characters_that_sell(selling: int, plain: int, score: float, band: str) -> None:
    sentences = ["限时抢购，售完即止不补货。"] * selling + ["把滤芯放入水箱再拧紧盖子。"] * plain
    promotion = judge_promotion([passage(s) for s in sentences])
    assert (promotion.score, promotion.band) == (score, band)


def test_nothing_promotes_nothing() -> None:
    promotion = judge_promotion([])
    assert (promotion.score, promotion.band, promotion.calls) == (0.0, "informative", [])


def test_a_call_is_counted_as_often_as_it_occurs() -> None:
    sentence = "评论区告诉我，也在评论区分享你的做法。"
    assert judge_promotion([passage(sentence)]).calls == [CallToAction("comment", 2)]
