"""Passages are exact spans of the text, in order, and nothing that says something is dropped."""

import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contentcheck.engine.allowed import allowed_spans
from contentcheck.engine.normalise import replace_unencodable
from contentcheck.engine.segment import ALLOWED, Paragraph, Passage, Segments, SetAside, blank, segment
from contentcheck.engine.spans import Span, union

LONGEST = 130
ATOMS = (
    *"今天氣後面皇后。，！？；：…“”」』）\"'.,;:!?·丶*_ 　",
    *"abZÄ1９Ａ％㎏½①",
    *("今天我们一起去公园看花", "他说：“走吧。”", "3.14", "春江水暖，" * 10, "无标点" * 50),
    *("👨\u200d👩\u200d👧", "❤\ufe0f", "e\u0301", "气\u0336", "\ud800", "\udfff", "\0", "שלום", "مرحبا"),
    *("\u200f", "\u202e", "\u200b", "\ufeff", "\x1c", "\x1f", "\t"),
    *("\r\n", "\r", "\n", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"),
    *("\n点击蓝字关注我们\n", "\r\n来源：新华社\r\n", "\n长按识别二维码\n", "\n免责声明：本文仅供参考\n"),
)
WILD = st.one_of(st.lists(st.sampled_from(ATOMS), max_size=60).map("".join), st.text(st.characters()))


def texts_of(text: str) -> list[str]:
    return [p.text for p in segment(text).passages]


def assert_sound(text: str, allowed: Sequence[Span] = ()) -> Segments:
    """All that is promised of the segments of any text."""
    segments = segment(text, allowed)
    end_before = 0
    for passage in segments.passages:
        assert passage.text == text[passage.start : passage.end]
        assert passage.text == passage.text.strip() != ""
        assert len(passage.text) <= LONGEST
        assert end_before <= passage.start
        end_before = passage.end
    assert [i for p in segments.paragraphs for i in p.passages] == list(range(len(segments.passages)))
    for paragraph in segments.paragraphs:
        for i in paragraph.passages:
            assert paragraph.start <= segments.passages[i].start
            assert segments.passages[i].end <= paragraph.end
    assert all(line.text == text[line.start : line.end] for line in segments.set_aside)
    times_read = [0] * len(text)
    for part in [*segments.passages, *segments.set_aside]:
        for i in range(part.start, part.end):
            times_read[i] += 1
    assert max(times_read, default=0) <= 1
    assert [i for i, c in enumerate(text) if c.isalnum() and times_read[i] != 1] == []
    return segments


@settings(deadline=None)
@given(WILD)
def test_any_text_is_cut_soundly(raw: str) -> None:
    assert_sound(replace_unencodable(raw)[0])


@settings(deadline=None)
@given(WILD, st.lists(st.tuples(st.integers(0, 200), st.integers(1, 20)), max_size=8))
def test_any_stretches_of_any_text_are_set_aside(raw: str, stretches: list[tuple[int, int]]) -> None:
    text, _ = replace_unencodable(raw)
    allowed = union((at, min(at + length, len(text))) for at, length in stretches if at < len(text))
    segments = assert_sound(text, allowed)
    read = blank(text, segments.set_aside)
    assert len(read) == len(text)
    assert all(read[p.start : p.end] == p.text for p in segments.passages)
    assert all(read[s.start : s.end].isspace() for s in segments.set_aside)
    for start, end in allowed:
        assert not any(p.start < end and start < p.end for p in segments.passages)


@pytest.mark.parametrize("seed", range(4))
def test_long_texts_are_cut_soundly(seed: int) -> None:
    raw = "".join(random.Random(seed).choices(ATOMS, k=50_000))[:49_999] + "末"
    assert_sound(replace_unencodable(raw)[0])
    assert segment(replace_unencodable(raw)[0]).passages[-1].text.endswith("末")


@pytest.mark.parametrize(
    "unit", ["字", "a", "字，", "好。", "\n", ".", "”", "。", "今天，天气很好。\r\n", "· ", "？！"]
)
def test_monotonous_long_texts_are_cut_soundly(unit: str) -> None:
    assert_sound((unit * 50_000)[:50_000])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "他说：“今天真是个好天气，我们去公园吧。”然后大家一起出门去散步了。",
            ["他说：“今天真是个好天气，我们去公园吧。”", "然后大家一起出门去散步了。"],
            id="quotes",
        ),
        pytest.param(
            "他真的来了吗？！（大家都不敢相信自己的眼睛。）后来雨停了，天也亮了起来。",
            ["他真的来了吗？！（大家都不敢相信自己的眼睛。）", "后来雨停了，天也亮了起来。"],
            id="brackets",
        ),
        pytest.param(
            "她轻声地说：「明天早上八点钟见。」』】》他点点头转身走进了雨里。",
            ["她轻声地说：「明天早上八点钟见。」』】》", "他点点头转身走进了雨里。"],
            id="closers",
        ),
        pytest.param(
            "圆周率约等于3.14159，地球半径是6371.5公里。水的沸点是一百摄氏度左右。",
            ["圆周率约等于3.14159，地球半径是6371.5公里。", "水的沸点是一百摄氏度左右。"],
            id="decimals",
        ),
        pytest.param(
            "I like apples very much. See www.example.com for the rest. Version 2.0 is out!",
            ["I like apples very much.", "See www.example.com for the rest.", "Version 2.0 is out!"],
            id="full stops",
        ),
        pytest.param(
            "明天上午九点停水，请提前储水备用！……谢谢各位邻居的配合与理解；祝大家周末都能过得愉快",
            ["明天上午九点停水，请提前储水备用！……", "谢谢各位邻居的配合与理解；", "祝大家周末都能过得愉快"],
            id="runs of ends",
        ),
        pytest.param("好。走吧。我们一起去看花。", ["好。走吧。我们一起去看花。"], id="short first"),
        pytest.param(
            "我们今天一起去公园看花，天气很好。真好。",
            ["我们今天一起去公园看花，天气很好。真好。"],
            id="short last",
        ),
        pytest.param(
            "我们今天一起去公园看花。真好。孩子们在草地上追着蝴蝶跑。",
            ["我们今天一起去公园看花。", "真好。孩子们在草地上追着蝴蝶跑。"],
            id="short between",
        ),
        pytest.param(
            "　　段首缩进的一行文字。 \r\n\r\n\t第二段也有足够长的一句话。\u2028第三行",
            ["段首缩进的一行文字。", "第二段也有足够长的一句话。", "第三行"],
            id="lines",
        ),
        pytest.param(
            "我们去公园看桃花呢。我们去公园看海棠花呢。",
            ["我们去公园看桃花呢。我们去公园看海棠花呢。"],
            id="nine",
        ),
        pytest.param("我们去公园看海棠花呢。" * 2, ["我们去公园看海棠花呢。"] * 2, id="ten"),
        pytest.param("我们今天一起去公园看花。 ——！！", ["我们今天一起去公园看花。 ——！！"], id="marks last"),
        pytest.param(
            "我们今天一起去公园看花。 ——！！明天我们一起去山上看雪。",
            ["我们今天一起去公园看花。 ——！！", "明天我们一起去山上看雪。"],
            id="marks between",
        ),
        pytest.param("——\n！！！\n* * *", [], id="no letters"),
        pytest.param("", [], id="empty"),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert texts_of(text) == expected


CLAUSE = "春天来了花园里开满红色的花，"  # 14 characters


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (CLAUSE * 12 + "真好。", [CLAUSE * 8, CLAUSE * 4 + "真好。"]),
        ("字" * 300 + "。", ["字" * 120, "字" * 120, "字" * 60 + "。"]),
        ("字" * 121, ["字" * 120, "字"]),
        ("字" * 119 + "。", ["字" * 119 + "。"]),
        (CLAUSE + "字" * 150, [CLAUSE, "字" * 120, "字" * 30]),
        ("字" * 118 + "。真好。", ["字" * 118 + "。", "真好。"]),
    ],
)
def test_very_long_sentences_are_cut_at_commas_else_by_length(text: str, expected: list[str]) -> None:
    assert texts_of(text) == expected


def test_offsets_paragraphs_and_lines_set_aside() -> None:
    text = "点击上方蓝字关注我们\r\n\r\n  今天我们一起去公园看花。明天我们一起去山上看雪。"
    text += " \r\n编辑：王五\n第二段文字在这里。"
    segments = segment(text)
    assert segments.passages == [
        Passage("今天我们一起去公园看花。", 16, 28),
        Passage("明天我们一起去山上看雪。", 28, 40),
        Passage("第二段文字在这里。", 49, 58),
    ]
    assert segments.paragraphs == [Paragraph(16, 40, range(0, 2)), Paragraph(49, 58, range(2, 3))]
    assert segments.set_aside == [
        SetAside(0, 10, "点击上方蓝字关注我们", "follow"),
        SetAside(43, 48, "编辑：王五", "credit"),
    ]


@pytest.mark.parametrize("line", ["文/张三", "文｜李四", "编辑丨小王", "长\u200b按識·別二維碼"])
def test_disguised_or_traditional_boilerplate_is_set_aside(line: str) -> None:
    segments = segment(f"今天我们一起去公园看花。\n{line}\n")
    assert [p.text for p in segments.passages] == ["今天我们一起去公园看花。"]
    assert [s.text for s in segments.set_aside] == [line]


SLOGAN = "慢慢晒，才有太阳味。"


def cut_without(text: str) -> tuple[list[str], list[tuple[str, str]]]:
    """Passages, and what is set aside with its kind, where the slogan is allowed."""
    segments = assert_sound(text, allowed_spans(text, (SLOGAN,)))
    return [p.text for p in segments.passages], [(s.text, s.kind) for s in segments.set_aside]


def test_an_allowed_line_makes_no_paragraph() -> None:
    text = f"  {SLOGAN} \n今天我们一起去公园看花。"
    assert cut_without(text) == (["今天我们一起去公园看花。"], [(SLOGAN, ALLOWED)])
    assert [text[p.start : p.end] for p in segment(text, allowed_spans(text, (SLOGAN,))).paragraphs] == [
        "今天我们一起去公园看花。"
    ]


def test_an_allowed_sentence_is_cut_out_of_its_line_which_stays_one_paragraph() -> None:
    text = f"今天我们一起去公园看花。{SLOGAN}明天我们一起去山上看雪。"
    passages, set_aside = cut_without(text)
    assert (passages, set_aside) == (
        ["今天我们一起去公园看花。", "明天我们一起去山上看雪。"],
        [(SLOGAN, ALLOWED)],
    )
    assert segment(text, allowed_spans(text, (SLOGAN,))).paragraphs == [Paragraph(0, len(text), range(0, 2))]


def test_what_is_left_of_a_line_may_be_boilerplate_and_boilerplate_stays_whole() -> None:
    assert cut_without(f"{SLOGAN}点击上方蓝字关注我们") == (
        [],
        [(SLOGAN, ALLOWED), ("点击上方蓝字关注我们", "follow")],
    )
    assert cut_without("责任编辑：王五") == ([], [("责任编辑：王五", "credit")])
    assert cut_without(f"免责声明：{SLOGAN}") == ([], [(f"免责声明：{SLOGAN}", "notice")])


def test_an_allowed_text_over_several_lines_is_set_aside_line_by_line() -> None:
    assert cut_without("慢慢晒，\n\n才有太阳味。\n今天我们一起去公园看花。") == (
        ["今天我们一起去公园看花。"],
        [("慢慢晒，", ALLOWED), ("才有太阳味。", ALLOWED)],
    )


def test_many_allowed_lines_do_not_take_long() -> None:
    text = f"{SLOGAN}\n" * 4_000
    assert len(segment(text, allowed_spans(text, (SLOGAN,))).set_aside) == 4_000
