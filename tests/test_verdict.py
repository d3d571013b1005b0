"""The verdict follows from the scores by the documented rules; the gravest reason comes first."""

import pytest

from contentcheck.engine.calls import CallToAction
from contentcheck.engine.clickbait import Clickbait
from contentcheck.engine.homogeneity import GenreShare, Homogeneity
from contentcheck.engine.promotion import Part, Promotion, Superlative
from contentcheck.engine.relevance import Relevance
from contentcheck.engine.repetition import RepeatedPost, Repetition
from contentcheck.engine.title import Listing, Title
from contentcheck.engine.verdict import ParagraphSigns, Reason, decide

CALLS = {"hotline": "打电话", "shop": "到店", "mall": "去网店", "qr_code": "扫码", "comment": "留言"}


def claim(text: str, part: Part) -> Superlative:
    return Superlative(0, len(text), text, part)


def titled(clickbait: float = 0.0, promise: float | None = 80.0, listing: Listing | None = None) -> Title:
    signs = [Clickbait("shock", "震惊体", "惊呆"), Clickbait("command", "命令转发", "速看")]
    return Title("标题", 10.0, clickbait, signs, promise, listing)


def said_before(score: float, title: str = "夏天的祛湿茶", published: str = "2024-06-01") -> Repetition:
    first, second = RepeatedPost("p-1", title, published, score / 100), RepeatedPost("p-2", "旧文", "", 0.01)
    return Repetition(score, [first, second], [])


def verdict_of(
    score: float = 20.0,
    copied: float = 0.0,
    relevance: float | None = 80.0,
    promotion: float = 0.0,
    calls: int = 0,
    paragraphs: list[ParagraphSigns] | None = None,
    letters: int = 600,
    taken_from: int = 2,
    genres: list[GenreShare] | None = None,
    repetition: Repetition | None = None,
    title: Title | None = None,
    superlatives: list[Superlative] | None = None,
) -> tuple[str, list[Reason]]:
    verdict, reasons = decide(
        Homogeneity(score, 5.0, "mixed", 0.2, 20, 1.0, None, [], copied, {}, genres or [], []),
        Relevance(relevance, 5.0, "partly", [], [], [], [], None, None) if relevance is not None else None,
        Promotion(
            promotion,
            "informative",
            {},
            [CallToAction(kind, name, 1, []) for kind, name in list(CALLS.items())[:calls]],
            superlatives or [],
        ),
        repetition,
        title,
        paragraphs or [],
        letters,
        taken_from,
    )
    return verdict.value, reasons


@pytest.mark.parametrize(
    ("case", "verdict", "codes"),
    [
        ({}, "publish", []),
        ({"relevance": None}, "publish", []),
        ({"letters": 59, "score": 99.0, "copied": 1.0}, "insufficient_text", ["insufficient_text"]),
        ({"letters": 60}, "publish", []),
        ({"score": 49.99}, "publish", []),
        ({"score": 50.0}, "revise", ["partly_common"]),
        ({"score": 69.99}, "revise", ["partly_common"]),
        ({"score": 70.0}, "reject", ["common_content"]),
        ({"copied": 0.029}, "publish", []),
        ({"copied": 0.03}, "revise", ["copied_passages"]),
        ({"copied": 0.3}, "reject", ["copied_text"]),
        ({"copied": 0.3, "score": 90.0}, "reject", ["copied_text", "common_content"]),
        ({"copied": 0.1, "score": 90.0}, "reject", ["common_content", "copied_passages"]),
        ({"relevance": 35.0}, "publish", []),
        ({"relevance": 34.99}, "revise", ["weak_relevance"]),
        ({"relevance": 20.0}, "revise", ["weak_relevance"]),
        ({"relevance": 19.99}, "reject", ["off_topic"]),
        ({"relevance": 5.0, "score": 80.0}, "reject", ["common_content", "off_topic"]),
        ({"promotion": 59.99}, "publish", []),
        ({"promotion": 60.0}, "revise", ["only_advertising"]),
        ({"calls": 3}, "publish", []),
        ({"calls": 4}, "revise", ["too_many_calls"]),
        ({"repetition": said_before(29.99)}, "publish", []),
        ({"repetition": said_before(30.0)}, "revise", ["repeats_post"]),
        ({"repetition": said_before(90.0), "relevance": None}, "revise", ["repeats_post"]),
        ({"repetition": said_before(90.0), "letters": 59}, "insufficient_text", ["insufficient_text"]),
        ({"repetition": said_before(90.0), "score": 70.0}, "reject", ["common_content", "repeats_post"]),
        ({"repetition": said_before(90.0), "calls": 4}, "revise", ["too_many_calls", "repeats_post"]),
        ({"repetition": Repetition(0.0, [], [])}, "publish", []),
        ({"superlatives": [claim("顶级", Part.ADVERTISING)]}, "revise", ["superlatives"]),
        ({"superlatives": [claim("顶级", Part.PRODUCT)]}, "revise", ["superlatives"]),
        ({"superlatives": [claim("顶级", Part.USE), claim("最佳", Part.OTHER)]}, "publish", []),
        ({"title": titled()}, "publish", []),
        ({"title": titled(clickbait=59.99)}, "publish", []),
        ({"title": titled(clickbait=60.0)}, "revise", ["clickbait_title"]),
        ({"title": titled(promise=5.0)}, "publish", []),
        ({"title": titled(promise=4.99)}, "revise", ["title_not_delivered"]),
        ({"title": titled(promise=None)}, "publish", []),
        ({"title": titled(promise=4.0, listing=Listing(7, 5))}, "revise", ["title_not_delivered"]),
        ({"title": titled(listing=Listing(7, 7))}, "publish", []),
        ({"title": titled(clickbait=90.0, promise=0.0), "letters": 59}, "insufficient_text", ["insufficient_text"]),
        (
            {"calls": 5, "promotion": 90.0, "score": 60.0},
            "revise",
            ["partly_common", "only_advertising", "too_many_calls"],
        ),
    ],
)
def test_table_of_cases(case: dict, verdict: str, codes: list[str]) -> None:
    decided, reasons = verdict_of(**case)
    assert (decided, [r.code for r in reasons]) == (verdict, codes)


def signs(homogeneity: float, relevance: float | None, *, length: int = 100, selling: bool = False) -> ParagraphSigns:
    return ParagraphSigns(length, "这一段的开头", homogeneity, relevance, selling)


SOUP, AD, PRODUCT, NEWS = signs(90, 5), signs(20, 5, selling=True), signs(20, 80), signs(20, 10)


@pytest.mark.parametrize(
    ("paragraphs", "turns"),
    [
        ([SOUP, SOUP, AD], True),
        ([SOUP, SOUP, PRODUCT], True),
        ([SOUP, PRODUCT, AD], False),
        ([SOUP, SOUP, PRODUCT, AD], True),
        ([SOUP, AD], True),
        ([AD, SOUP], False),
        ([SOUP, SOUP], False),
        ([AD], False),
        ([NEWS, NEWS, AD], False),
        ([signs(90, 60), signs(90, 60), SOUP, AD], False),
        ([signs(90, None), signs(20, None, selling=True)], False),
        ([signs(90, 5, length=99), signs(20, 5, length=101, selling=True)], False),
        ([signs(90, 5, length=100), signs(20, 5, length=100, selling=True)], True),
        ([], False),
    ],
)
def test_common_content_that_ends_in_an_advertisement(paragraphs: list[ParagraphSigns], turns: bool) -> None:
    decided, reasons = verdict_of(relevance=40.0, paragraphs=paragraphs)
    assert ("advertising_tail" in [r.code for r in reasons]) == turns
    assert (decided == "reject") == turns


def test_a_tail_is_told_instead_of_off_topic() -> None:
    _, reasons = verdict_of(score=90.0, relevance=4.0, paragraphs=[SOUP, SOUP, AD])
    assert [r.code for r in reasons] == ["common_content", "advertising_tail"]


def test_off_topic_paragraphs_are_counted_and_the_first_is_quoted() -> None:
    decided, reasons = verdict_of(relevance=40.0, paragraphs=[PRODUCT, NEWS, NEWS, PRODUCT])
    assert (decided, reasons) == (
        "revise",
        [Reason("off_topic_paragraphs", "共 4 段，其中 2 段与产品无关，从“这一段的开头……”那一段起。")],
    )


def test_a_single_off_topic_paragraph_among_three_is_no_reason() -> None:
    assert verdict_of(relevance=60.0, paragraphs=[PRODUCT, NEWS, PRODUCT]) == ("publish", [])


def test_messages_say_the_numbers() -> None:
    genres = [GenreShare("soup", "心灵鸡汤", 0.6), GenreShare("unknown", "unknown", 0.4)]
    _, reasons = verdict_of(score=88.0, copied=0.314, taken_from=3, genres=genres)
    assert [r.message for r in reasons] == [
        "约 31% 的文字与 3 篇已知内容相同或几乎相同，等于转载；请删去或注明出处。",
        "整篇读起来是随处可见的内容（像心灵鸡汤），读者已经看过太多遍；请换成只有你们知道的事实、数字和用户经历。",
    ]
    assert verdict_of(letters=12)[1][0].message == "正文只有 12 个字，不足以判断（至少需要 60 个字）。"


@pytest.mark.parametrize(
    ("title", "published", "name"),
    [
        ("夏天的祛湿茶", "2024-06-01", "《夏天的祛湿茶》（2024-06-01）"),
        ("夏天的祛湿茶", "", "《夏天的祛湿茶》"),
        ("", "2024-06-01", "编号 p-1 的那一篇（2024-06-01）"),
        ("", "", "编号 p-1 的那一篇"),
    ],
)
def test_the_most_repeated_post_is_named(title: str, published: str, name: str) -> None:
    _, reasons = verdict_of(repetition=said_before(61.6, title, published))
    message = f"约 62% 的内容本账号已经发过，最接近的是{name}；请写出新的事实，或换一个角度。"
    assert reasons == [Reason("repeats_post", message)]


def test_what_is_found_is_named() -> None:
    claims = [claim("顶级", Part.PRODUCT), claim("最佳", Part.USE), claim("顶级", Part.ADVERTISING)]
    title = titled(clickbait=70.0, listing=Listing(7, 5))
    _, reasons = verdict_of(calls=4, superlatives=claims, title=title)
    assert [r.message for r in reasons] == [
        "同时要读者做 4 种动作（打电话、到店、去网店、扫码），请只留最重要的一种。",
        "“顶级”属于广告法禁止或容易被认定违法的用语，请删去，或换成能够证明的事实。",
        "标题像标题党（震惊体“惊呆”、命令转发“速看”）；请直接写出正文里最有用的事实。",
        "标题答应了 7 条，正文只列出 5 条；请补齐，或改标题。",
    ]
