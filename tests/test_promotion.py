"""What sells, states facts or helps the reader, and what calls to act, sentence by sentence."""

import pytest

from contentcheck.engine.calls import CallToAction, find_calls
from contentcheck.engine.excerpts import Excerpt
from contentcheck.engine.promotion import Part, Promotion, judge_promotion
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
        "家人们，今晚八点直播间见，全场五折起！",
        "橙子第二件半价，顺丰包邮，坏果包赔。",
        "老会员充五百送一百，新会员办卡立省两百。",
        "原价899元，现在下单只要499元。",
        "名额有限，报满即止，赶紧报名吧！",
        "点击文末小程序领券，叠加满减更划算。",
        "错过再等一年，这个价只有双十一才有！",
        "周年庆返场，沙发床垫低至三折，送乳胶枕一对。",
        "早鸟价1280元，本周日恢复1680元。",
        "亲子房特惠599元，含双早，数量有限。",
        "宝妈们囤货啦，纸尿裤买三送一！",
        "试听课9.9元秒杀，仅限前50名。",
        "配镜立减三百，学生凭证再打九折。",
        "到店即送好礼一份，先到先得。",
        "粉丝专享价199，拍下备注暗号再减20。",
        "全网最低价，闭眼入就对了。",
        "秋茶预售开启，定金十元抵五十元。",
        "扫码进群领十元无门槛红包，新人都有！",
        "清仓大甩卖，冲锋衣一律六折，售罄不补。",
        "猫粮整箱下单送冻干小样，限量三百份。",
        "今天下单明天到，拆封不满意也能退，链接在购物车。",
    ],
)
def test_sells(sentence: str) -> None:
    assert parts_of(sentence) == ["advertising"]


@pytest.mark.parametrize(
    "sentence",
    [
        "面霜含百分之二的神经酰胺，每次取黄豆大小。",
        "水温八十五度，泡五分钟后取出茶包。",
        "这支口服液每支十毫升，玻璃瓶装。",
        "他在厂里干了三十年，折过的纸箱数不清。",
        "研究人员减少了样本中的杂质。",
        "二号线延长段全长12公里，投资40亿元。",
        "这家店打折的消息上了新闻。",
        "满减规则是怎么算的？",
        "现在买房不如租房。",
        "他花二十块钱从旧货市场买回一把藤椅。",
        "那年一碗面只要八毛钱，父亲还是舍不得。",
        "母亲把原价买的大衣穿了整整十年。",
        "国家统计局公布，上月居民消费价格同比上涨百分之零点三。",
        "双十一的优惠为什么越来越难懂？",
        "我们从不打折，也不搞促销。",
        "老板说，卖不掉的面包晚上八点以后送给环卫工。",
        "她在评书里听过“机不可失”，一直记着。",
        "商家先涨价再打折，被监管部门罚了五万元。",
        "这趟高铁票价五百五十三元，全程四个半小时。",
        "结婚那天，他收到的红包全交给了媳妇。",
        "展览门票四十元，周一闭馆。",
        "医保报销以后，自己付了三百二十元。",
        "别为了凑满减买一堆用不上的东西。",
        "酸奶开盖以后放冷藏，两天内喝完。",
        "每袋二十五克，十袋一盒，避光保存。",
        "镜片中心厚度一点二毫米，阿贝数四十一。",
        "孩子发音不准的时候，先让他听三遍再开口。",
        "登山杖收到最短也有五十八厘米，托运要拆开。",
        "客人问得最多的是能不能带狗。",
        "一亩茶园一年只产四十斤干茶。",
        "师傅第一次开窑，烧坏了三分之二。",
        "帐篷内壁的水珠多半是人呼出来的。",
        "房东把租金降了两百，条件是我帮他浇花。",
        "最后一班公交是晚上九点四十。",
        "猫不肯喝水，可以把碗放得离猫砂盆远一点。",
        "据报道，这家公司去年营收下降两成，促销费用反而增加。",
    ],
)
def test_does_not_sell(sentence: str) -> None:
    assert parts_of(sentence) != ["advertising"]


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
    assert [c.kind for c in find_calls([passage(sentence)])] == calls


def test_calls_in_lines_set_aside_do_not_count() -> None:
    text = "进群领券，名额有限，每天更新一次。\n滤芯放入水箱后拧紧盖子再通电。\n长按识别二维码关注我们"
    segments = segment(text)
    assert [s.text for s in segments.set_aside] == ["长按识别二维码关注我们"]
    assert [(c.kind, c.count) for c in judged(text).calls] == [("follow", 1)]


@pytest.mark.parametrize("sentence", ["请致电13812345678咨询。", "有问题打400-820-8820找我们。"])
def test_a_number_beside_chinese_is_a_hotline(sentence: str) -> None:
    assert [c.kind for c in find_calls([passage(sentence)])] == ["hotline"]


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
    promotion = judged("\n".join(sentences))
    assert (promotion.score, promotion.band) == (score, band)


def test_nothing_promotes_nothing() -> None:
    promotion = judged("")
    assert (promotion.score, promotion.band, promotion.calls, promotion.superlatives) == (0.0, "informative", [], [])
    assert promotion.shares == {"advertising": 0.0, "product": 0.0, "use": 0.0, "other": 1.0}


def test_a_call_is_counted_and_shown_as_often_as_it_occurs() -> None:
    sentence = "評論區告訴我，也在评\u200b论区分享你的做法。"
    calls = find_calls([Passage(sentence, 7, 7 + len(sentence))])
    assert calls == [
        CallToAction("comment", "留言", 2, [Excerpt(7, 12, "評論區告訴"), Excerpt(16, 22, "评\u200b论区分享")])
    ]


@pytest.mark.parametrize(
    ("sentence", "part"),
    [
        ("这款面霜含三种神经酰胺，每支五十克。", "product"),
        ("面料是新疆长绒棉，门幅一米五，耐磨也透气。", "product"),
        ("机身重三百二十克，续航十二小时，支持快充。", "product"),
        ("睡前取黄豆大小，先点在两颊再推开。", "use"),
        ("我穿着它走了两个雨天，袜子没有湿。", "use"),
        ("水开以后加热两分钟再放进蒸架。", "use"),
        ("市交通局昨日公布了新的线路图。", "other"),
        ("愿你走过许多路，心里仍有光。", "other"),
        ("限时抢购，买一送一。", "advertising"),
    ],
)
def test_what_a_passage_is_for_by_its_wording(sentence: str, part: str) -> None:
    assert parts_of(sentence) == [part]


@pytest.mark.parametrize(
    ("sentence", "meaning", "part"),
    [
        ("睡前取黄豆大小，先点在两颊再推开。", Part.OTHER, "other"),
        ("愿你走过许多路，心里仍有光。", Part.USE, "use"),
        ("愿你走过许多路，心里仍有光。", Part.PRODUCT, "product"),
        ("这款面霜含三种神经酰胺，每支五十克。", Part.USE, "product"),
        ("它是我们做过的顶级面霜。", Part.USE, "product"),
        ("限时抢购，买一送一。", Part.OTHER, "advertising"),
    ],
)
def test_with_a_brand_meaning_decides_what_wording_leaves_open(sentence: str, meaning: Part, part: str) -> None:
    assert judge_promotion([passage(sentence)], [meaning])[1] == [part]


def test_a_weak_sign_sells_beside_an_offer_only() -> None:
    offer, weak, plain = "全场五折起，全部买一送一。", "预约从这个周五开始受理。", "市交通局昨天公布了新线路。"
    assert parts_of(weak, plain, offer) == ["other", "other", "advertising"]
    assert parts_of(plain, weak, offer) == ["other", "advertising", "advertising"]
    assert parts_of(offer, weak, plain) == ["advertising", "advertising", "other"]


def test_shares_of_the_parts_are_by_length() -> None:
    shares = judged(
        "限时抢购，买一送一，不补货。\n市交通局昨日公布了新的线路图。\n睡前取黄豆大小，点在两颊推开。"
    ).shares
    assert shares == {"advertising": 0.3182, "product": 0.0, "use": 0.3409, "other": 0.3409}


def test_superlatives_say_where_they_stand_and_what_their_passage_is_for() -> None:
    text = "限时抢购，买一送一，不补货。\n他们拿过最佳男主角，也演过最\u200b顶级的话剧。\n全网最低价，仅限今晚。"
    found = judged(text).superlatives
    assert [(s.text, s.part) for s in found] == [("最\u200b顶级", "other"), ("全网最低", "advertising")]
    assert all(text[s.start : s.end] == s.text for s in found)


def judged(text: str) -> Promotion:
    """Without a brand."""
    return judge_promotion(segment(text).passages)[0]


def parts_of(*lines: str) -> list[Part]:
    """Of one passage a line, without a brand."""
    passages = segment("\n".join(lines)).passages
    assert len(passages) == len(lines)
    return judge_promotion(passages)[1]
