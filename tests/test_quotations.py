"""Quotations that name their source are told from talk, sayings and whole articles in quotation marks."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentcheck.engine.matching import Match, MatchKind
from contentcheck.engine.normalise import replace_unencodable
from contentcheck.engine.quotations import attributed_quotations, own_words, set_apart
from contentcheck.engine.segment import Passage
from tests.test_segment import WILD

SAID = "知足的人，夜里听雨也睡得着"
AROUND = "仓库的温度计每两小时由值班员抄一次，误差超过一度就换。" * 6

# Q stands for what is said.
ATTRIBUTED = (
    "鲁迅说：“Q。”",
    "鲁迅先生曾说过：“Q。”",
    "正如老子所言，“Q。”",
    "《道德经》里写道：“Q。”",
    "《道德经》有云：「Q。」",
    "“Q。”——林清玄",
    "“Q。” —— 林清玄《玄想》",
    "“Q。”（《道德经》第八章）",
    "“Q。”出自《菜根谭》。",
    "“Q。”——作家林清玄",
    "『Q』（摘自《小窗幽记》）",
    '林清玄在《玄想》里写道："Q。"',
    "林清玄在《玄想》的结尾，写下这样一句话：“Q。”",
    "尼采有一句名言：“Q。”",
    "想起苏轼的那句诗：“Q。”",
    "借用鲁迅的话来说，“Q”。",
    "罗曼·罗兰说过：“Q。”",
    "“Q。”泰戈尔这样写道。",
    "“Q，”汪曾祺说，“就是这样。”",
    "子曰：“Q。”",
    "孔子曰：“Q。”",
    "《论语》中有“Q”的说法。",
    "《论语》：“Q。”",
    "引用自《人间词话》：“Q。”",
    "“Q。”来源：人民日报",
    "“Q。”\n来源：人民日报",
    "“Q。”\n——海明威《老人与海》",
    "Q。\n——鲁迅",
    "Q。\n\n—— 席慕蓉《一棵开花的树》",
    "魯迅說：「Q。」",
    "王小波在写给李银河的信里说：“Q。”",
    "叔本华认为：“Q。”",
    "庄子在两千多年前就告诫我们：“Q。”",
    "Steve Jobs 说过：“Q。”",
    "“Q。”（杨绛）",
    "“Q。”，这是季羡林先生晚年写下的话。",
    "电影《怦然心动》里有句台词：“Q。”",
    "村上春树曾经写过：“Q。”",
    "诗人海子写道：“Q。”",
    "史铁生在《我与地坛》中对读者说：“Q。”",
    "老舍：“Q。”",
    "曾国藩在家书中告诫子弟：“Q。”",
    "就像丰子恺说的，“Q。”",
    "作家余华曾这样形容：“Q。”",
    "周国平写过这样一句话：“Q。”",
    "苏轼在《定风波》中写道：“Q。”",
    "冯唐说得更直接：“Q。”",
    "毕淑敏在一篇散文里讲过，“Q。”",
    "《庄子·逍遥游》说：“Q。”",
    "我一直记得三毛的那句“Q”。",
    "梭罗在《瓦尔登湖》里记下：“Q。”",
    "“Q。”——《小王子》",
    "“Q。”—— 尼采",
    "“Q”，这是木心的诗。",
    "“Q。”（出自《诗经》）",
    "引自《孟子》：“Q。”",
    "按照王阳明的说法，“Q。”",
    "林语堂先生在《生活的艺术》中有一段话：“Q。”",
    "爱因斯坦曾经提醒世人：“Q。”",
    "蔡澜先生讲：「Q。」",
    "梁实秋笔下有这样的句子：“Q。”",
    "《增广贤文》里说，“Q。”",
    "贾平凹说过一句很朴素的话：“Q。”",
    "“Q。”加缪在笔记里这样写。",
)
NOT_ATTRIBUTED = (
    "有人说：“Q。”",
    "网友说：“Q。”",
    "俗话说：“Q。”",
    "常言道：“Q。”",
    "古人云：“Q。”",
    "有句话说得好：“Q。”",
    "他说：“Q。”",
    "妈妈说：“Q。”",
    "老人笑着对年轻人说：“Q。”",
    "禅师说：“Q。”",
    "我常说：“Q。”",
    "王师傅说：“Q。”",
    "小李说：“Q。”",
    "小明说：“Q。”",
    "店长张姐说：“Q。”",
    "李老师说：“Q。”",
    "“Q。”——网友",
    "“Q。”——佚名",
    "“Q。”——题记",
    "“Q。”——写在三十岁的门口",
    "“Q。”这句话我记了十年。",
    "“Q。”来源：网络",
    "“Q。”来自网友留言",
    "“Q。”摘自网络",
    "“Q。”来源：一位读者",
    "鲁迅的母亲说：“Q。”",
    "鲁迅的粉丝说：“Q。”",
    "读完鲁迅，他说：“Q。”",
    "我很喜欢鲁迅。“Q。”",
    "鲁迅写过很多书。他说：“Q。”",
    "她叹了口气：“Q。”",
    "医生说：“Q。”",
    "专家指出：“Q。”",
    "研究表明：“Q。”",
    "时间会告诉你：“Q。”",
    "生活教会我们：“Q。”",
    "成年人的世界里有一句话：“Q。”",
    "朋友圈里有一句话：“Q。”",
    "高人说：“Q。”",
    "先贤说：“Q。”",
    "老板对员工说：“Q。”",
    "妻子问丈夫：“Q？”",
    "闺蜜说：“Q。”",
    "一位作家说：“Q。”",
    "谚语说：“Q。”",
    "“Q。”（完）",
    "所谓“Q”。",
    "Q。\n——致所有的妈妈",
    "Q。\n——这是我的答案",
    "鲁迅说，Q。",
    "Q。\n- 鲁迅故居",
    "某作家写道：“Q。”",
    "网上有句话：“Q。”",
    "我们店的口号是：“Q。”",
    "读《道德经》的人说：“Q。”",
    "阿姨说：“Q。”",
    "奶奶在世时常说：“Q。”",
    "心理学家认为：“Q。”",
    "哈佛大学研究发现：“Q。”",
    "高中同学说：“Q。”",
    "马上就有人说：“Q。”",
    "经理王总说：“Q。”",
    "“Q。”她说。",
    "“Q。”朋友这样说过。",
    "邻居大姐说：“Q。”",
    "隔壁桌的客人笑着说：“Q。”",
    "有位哲人说过：“Q。”",
    "老祖宗留下一句话：“Q。”",
    "某位企业家说：“Q。”",
    "深夜电台里，主持人说：“Q。”",
    "领导拍着我的肩膀说：“Q。”",
    "我心里只有一句话：“Q。”",
    "朋友圈里刷到一句话：“Q。”",
    "“Q。”——转自朋友圈",
    "“Q。”摘自一位读者的来信",
    "“Q。”——写给二十岁的自己",
    "她在日记里写道：“Q。”",
    "外婆常念叨：“Q。”",
    "电视里说：“Q。”",
    "网上流传着一段话：“Q。”",
    "大师说：“Q。”",
    "前台小姑娘说：“Q。”",
    "“Q。”——某知名作家",
    "有一种说法叫“Q”。",
)


def quoted(text: str) -> list[str]:
    return [text[start:end] for start, end in attributed_quotations(text)]


@pytest.mark.parametrize("sentence", ATTRIBUTED)
def test_who_or_what_is_quoted_is_named(sentence: str) -> None:
    quotation, *_ = quoted(f"😀{AROUND}\n{sentence.replace('Q', SAID)}\n{AROUND}")
    assert quotation.strip("“”。，") == SAID


@pytest.mark.parametrize("sentence", NOT_ATTRIBUTED)
def test_nobody_everybody_and_acquaintances_are_no_source(sentence: str) -> None:
    assert quoted(f"{AROUND}\n{sentence.replace('Q', SAID)}\n{AROUND}") == []


def test_each_quotation_needs_its_own_source() -> None:
    text = f"{AROUND}他说：“{SAID}。”鲁迅说：“路是人走出来的。”她又说：“{SAID}！”{AROUND}"
    assert quoted(text) == ["路是人走出来的。"]


def test_the_first_of_two_in_one_sentence_and_the_second() -> None:
    text = f"{AROUND}孔子说：“{SAID}。”《道德经》也说：“知止不殆。”{AROUND}"
    assert quoted(text) == [f"{SAID}。", "知止不殆。"]


@pytest.mark.parametrize(("length", "counts"), [(200, True), (201, False)])
def test_a_long_quotation_is_a_reprint(length: int, counts: bool) -> None:
    text = f"鲁迅说：“{'走' * length}”{AROUND * 5}"
    assert quoted(text) == (["走" * length] if counts else [])


def test_a_draft_that_is_mostly_quotations_quotes_nothing() -> None:
    quotation = f"鲁迅说：“{SAID}。”"
    assert quoted(quotation) == []
    assert len(quoted(f"{AROUND}\n{quotation * 3}")) == 3
    assert quoted(f"{AROUND[:50]}\n{quotation * 3}") == []
    assert quoted(f"《{SAID}》说：“{AROUND[:100]}”{AROUND[:150]}") == []


def test_a_third_of_the_letters_is_still_quoted() -> None:
    quotation = "《论语》说：“走走走。”"  # six letters, three of them quoted
    assert quoted(f"{quotation}我我我") == ["走走走。"]
    assert quoted(f"{quotation}我我") == []


def test_only_the_line_right_above_a_dash_is_quoted() -> None:
    text = f"{AROUND}\n风停了。\n{SAID}。\n——鲁迅\n{AROUND}"
    assert quoted(text) == [f"{SAID}。"]


@given(WILD, st.sampled_from(ATTRIBUTED), WILD)
def test_spans_of_any_text_are_in_order_and_short_enough(before: str, sentence: str, after: str) -> None:
    text, _ = replace_unencodable(before + sentence.replace("Q", SAID) + after)
    spans = attributed_quotations(text)
    assert all(0 <= a < b <= len(text) and b - a <= 200 for a, b in spans)
    assert all(b <= c for (_, b), (c, _) in pairwise(spans))
    letters = sum(c.isalnum() for a, b in spans for c in text[a:b])
    assert 3 * letters <= sum(c.isalnum() for c in text)


@pytest.mark.parametrize("unit", ["他说：“好的呀。”", "“", "鲁迅说：“好。", "\n——", "“好”——鲁迅", "鲁迅曾曾曾曾曾曾“"])
def test_long_monotonous_texts_are_read_to_their_end(unit: str) -> None:
    text = unit * (10_000 // len(unit)) + AROUND * 20 + f"\n鲁迅说：“{SAID}。”"
    assert f"{SAID}。" in quoted(text) or unit == "“好”——鲁迅"


def match(item: str, start: int, end: int, kind: MatchKind = MatchKind.VERBATIM) -> Match:
    return Match(item, kind, 1.0, start, end, 0, end - start, "", "", "", "", True)


def test_a_match_that_is_mostly_quotation_is_marked_and_comes_after_what_counts() -> None:
    found = [[match("in", 10, 20), match("half", 5, 15), match("out", 0, 10), match("t", 0, 9, MatchKind.THEME)], []]
    marked = set_apart(found, [(10, 20)])
    assert [(m.item_id, m.quoted, m.counts) for m in marked[0]] == [
        ("half", False, True),
        ("out", False, True),
        ("in", True, False),
        ("t", False, True),
    ]
    assert set_apart(found, []) == found


def test_passages_that_are_mostly_quotation_are_not_the_writers_own() -> None:
    passages = [Passage("x" * 10, 0, 10), Passage("x" * 10, 10, 20), Passage("x" * 10, 22, 32)]
    assert own_words(passages, [(5, 16), (22, 32)]).tolist() == [True, False, False]
    assert own_words(passages, []).tolist() == [True, True, True]
    assert own_words(passages, [(0, 32)]).tolist() == [True, True, True]
    assert own_words([], []).tolist() == []
