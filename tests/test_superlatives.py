"""Forbidden claims about goods, and the same words in ordinary use."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentcheck.engine.superlatives import find_superlatives


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("国家级工艺，最高级面料，给您最佳体验。", ["国家级", "最高级", "最佳"]),
        ("国内第一品牌，销量全国第一。", ["第一品牌", "销量全国第一"]),
        ("顶级食材，极致口感，绝无仅有。", ["顶级", "极致", "绝无仅有"]),
        ("史无前例的力度，全网最低价！", ["史无前例", "全网最低"]),
        ("万能膏，一抹就好，根治湿疹。", ["万能", "一抹就好", "根治"]),
        ("百分之百有效，零风险，无任何副作用。", ["百分之百有效", "零风险", "无任何副作用"]),
        ("100%见效，永不反弹。", ["100%见效", "永不反弹"]),
        ("最先进的技术，最好的原料。", ["最先进", "最好的原料"]),
        ("國家級品質，最頂級的享受。", ["國家級", "最頂級"]),
        ("治愈率高达98%，药到病除。", ["治愈率高达98%", "药到病除"]),
        ("机关特供，国家免检，独一无二。", ["机关特供", "国家免检", "独一无二"]),
    ],
)
def test_claims(sentence: str, words: list[str]) -> None:
    assert [s.text for s in find_superlatives(sentence)] == words


@pytest.mark.parametrize(
    "sentence",
    [
        "最近天气转凉，最后一班车是九点。",
        "第一次用，第一步先洗手。",
        "今天最高气温三十五度，最低二十二度。",
        "最好先用温水泡十分钟。",
        "最大的愿望是睡个整觉。",
        "这里是国家级自然保护区，也有国家级非遗传承人。",
        "他拿过最佳男主角，也踢过顶级联赛。",
        "最佳食用期是开盖后三天，最佳拍摄时间是清晨。",
        "维生素不是万能的，也没有什么药能根治感冒。",
        "号称零风险的理财，多半是骗局。",
        "这种病能根治吗？",
        "“包治百病”的广告都是骗人的。",
        "不得使用“国家级”“最佳”等字样。",
        "万能充电器在抽屉里，万能胶在盒子里。",
        "全国第一次举办，排在第一位的是交通。",
        "一个人最高级的活法，是独处时也安静。",
        "历史低点附近成交清淡。",
        "墙上挂着一支最便宜的温度计。",
        "投资有风险，零风险的产品不存在。",
    ],
)
def test_ordinary_use(sentence: str) -> None:
    assert find_superlatives(sentence) == []


@given(st.text("最佳顶级零风险\u200b ·國家級的好用。，", max_size=40), st.integers(0, 1000))
def test_spans_are_exact(text: str, offset: int) -> None:
    for span in find_superlatives(text, offset):
        assert text[span.start - offset : span.end - offset] == span.text
