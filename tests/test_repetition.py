"""What the account has said before: how much, in which post, and where on both sides."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentcheck.engine.checker import Account, Checker
from contentcheck.engine.documents import Brand, CorpusItem, Draft
from contentcheck.engine.encoder import Encoder
from contentcheck.engine.library import Library
from contentcheck.engine.matching import Match, MatchKind
from contentcheck.engine.relevance import BrandProfile
from contentcheck.engine.repetition import RepeatedPost, Repetition, judge_repetition
from contentcheck.engine.report import Report
from contentcheck.engine.segment import Passage
from contentcheck.models.calibrations import calibration_for
from tests.in_memory import posts_of

TEA = "决明子茶用八十五度热水泡五分钟，第二泡把时间延长一倍。"
LEAVES = "我们的决明子采自河滩上的沙地，霜降以后收，晒足七个晴天。"
CELLAR = "仓库的温度计每两小时由值班员抄一次，误差超过一度就换。"
FRESH = (
    "城东水厂二期扩建工程已于上周完成管网冲洗，日供水能力由八万吨提高到十二万吨。\n"
    "沿线四个街道的水压预计月底前恢复正常，停水的十一个小区由水车供水。"
)
POST = CorpusItem("p-1", f"{LEAVES}\n{TEA}", "决明子茶怎么泡", published="2024-06-01")


@pytest.fixture(scope="module")
def check(small_library: Library, small_brand: Brand, toy: Encoder) -> Callable[..., Report]:
    """The report of a text for an account with these posts."""
    profile = BrandProfile(small_brand, small_library.reference, toy)
    calibration = calibration_for(toy.name, small_library)

    def report_of(text: str, *posts: CorpusItem, draft_id: str = "d", brand: str | None = "护元堂") -> Report:
        account = Account(profile, posts_of(toy, *posts) if posts else None)
        checker = Checker(toy, lambda: small_library, calibration, lambda name: account)
        return checker.check([Draft(draft_id, text, brand=brand)])[0]

    return report_of


def repetition_of(report: Report) -> Repetition:
    assert report.repetition is not None
    return report.repetition


def test_a_draft_that_is_an_old_post(check: Callable[..., Report]) -> None:
    repetition = repetition_of(check(POST.text, POST))
    share = round(len(LEAVES[:-1] + TEA[:-1]) / len(LEAVES + TEA), 4)
    assert repetition.posts == [RepeatedPost("p-1", "决明子茶怎么泡", "2024-06-01", share)]
    assert repetition.score == pytest.approx(100 * repetition.posts[0].share, abs=0.01)
    assert [POST.text[m.start : m.end] for m in repetition.matches] == [LEAVES[:-1], TEA[:-1]]


def test_where_it_was_said_on_both_sides(check: Callable[..., Report]) -> None:
    second = CorpusItem("p-2", f"{CELLAR}{FRESH[:20]}", "", published="")
    text = f"😀{FRESH}\n{TEA}\n{CELLAR}"
    repetition = repetition_of(check(text, POST, second))
    assert [(m.item_id, m.kind, m.item_title, m.item_published) for m in repetition.matches] == [
        ("p-2", MatchKind.VERBATIM, "", ""),
        ("p-1", MatchKind.VERBATIM, "决明子茶怎么泡", "2024-06-01"),
        ("p-2", MatchKind.VERBATIM, "", ""),
    ]
    posts = {"p-1": POST.text, "p-2": second.text}
    for match in repetition.matches:
        assert posts[match.item_id][match.item_start : match.item_end] == match.item_text
        assert text[match.start : match.end] == match.item_text
    assert [text[m.start : m.end] for m in repetition.matches] == [FRESH[:20], TEA[:-1], CELLAR[:-1]]
    length = sum(len(line) for line in text.split("\n"))
    shares = {"p-1": len(TEA[:-1]) / length, "p-2": (20 + len(CELLAR[:-1])) / length}
    assert {p.post_id: p.share for p in repetition.posts} == pytest.approx(shares, abs=1e-4)
    assert [p.post_id for p in repetition.posts] == ["p-2", "p-1"]
    assert repetition.score == pytest.approx(100 * sum(shares.values()), abs=0.01)


def test_what_two_posts_say_counts_once(check: Callable[..., Report]) -> None:
    posts = [CorpusItem(f"p-{i}", TEA) for i in range(3)]
    repetition = repetition_of(check(f"{FRESH}\n{TEA}", *posts))
    share = len(TEA[:-1]) / len(f"{FRESH}{TEA}".replace("\n", ""))
    assert repetition.score == pytest.approx(100 * share, abs=0.01)
    assert [(p.post_id, p.share) for p in repetition.posts] == [(f"p-{i}", round(share, 4)) for i in range(3)]


def test_new_text_repeats_nothing(check: Callable[..., Report]) -> None:
    assert repetition_of(check(FRESH, POST)) == Repetition(0.0, [], [])


def test_the_same_subject_in_other_words_is_no_repetition(check: Callable[..., Report]) -> None:
    text = f"泡决明子茶要用热水。\n{FRESH}"
    assert repetition_of(check(text, POST)) == Repetition(0.0, [], [])


def test_a_post_does_not_repeat_itself(check: Callable[..., Report]) -> None:
    again = CorpusItem("p-2", TEA, "再说泡茶")
    assert repetition_of(check(POST.text, POST, draft_id="p-1")) == Repetition(0.0, [], [])
    repetition = repetition_of(check(POST.text, POST, again, draft_id="p-1"))
    assert [p.post_id for p in repetition.posts] == ["p-2"]
    assert {m.item_id for m in repetition.matches} == {"p-2"}


def test_without_posts_or_without_a_brand_there_is_none(check: Callable[..., Report]) -> None:
    assert check(POST.text).repetition is None
    assert check(POST.text).to_json()["repetition"] is None
    assert check(POST.text, POST, brand=None).repetition is None


def test_a_draft_without_passages_repeats_nothing(check: Callable[..., Report]) -> None:
    assert repetition_of(check("", POST)) == Repetition(0.0, [], [])


def test_posts_are_no_part_of_what_everybody_has_said(check: Callable[..., Report]) -> None:
    with_posts, without = check(POST.text, POST), check(POST.text)
    assert with_posts.homogeneity == without.homogeneity
    assert with_posts.passages == without.passages


def test_the_verdict_says_what_was_published_when(check: Callable[..., Report]) -> None:
    report = check(f"{POST.text}\n{FRESH}", POST)
    reasons = {r.code: r.message for r in report.reasons}
    score = repetition_of(report).score
    assert 30 <= score < 60
    assert reasons["repeats_post"] == (
        f"约 {score:.0f}% 的内容本账号已经发过，最接近的是《决明子茶怎么泡》（2024-06-01）；"
        "请写出新的事实，或换一个角度。"
    )
    assert report.verdict in ("revise", "reject")
    assert "repeats_post" not in {r.code for r in check(f"{TEA}\n{FRESH}\n{FRESH}", POST).reasons}


def test_the_report_carries_it(check: Callable[..., Report]) -> None:
    data = check(f"{TEA}\n{FRESH}", POST).to_json()["repetition"]
    assert set(data) == {"score", "posts", "matches"}
    assert [set(p) for p in data["posts"]] == [{"post_id", "title", "published", "share"}]
    assert [(m["item_id"], m["item_text"]) for m in data["matches"]] == [("p-1", TEA[:-1])]


PASSAGES = [Passage("x" * 10, 0, 10), Passage("x" * 10, 12, 22)]


def match(post: str, start: int, end: int, kind: MatchKind = MatchKind.VERBATIM, counts: bool = True) -> Match:
    return Match(post, kind, 1.0, start, end, 0, end - start, "", f"题{post}", "", "", counts)


def test_by_hand() -> None:
    matches = [
        [match("b", 5, 10), match("a", 0, 6, MatchKind.PARAPHRASE), match("c", 0, 10, MatchKind.THEME)],
        [match("a", 12, 14), match("d", 20, 22, counts=False), match("self", 12, 22)],
    ]
    assert judge_repetition("self", PASSAGES, matches) == Repetition(
        60.0,
        [RepeatedPost("a", "题a", "", 0.4), RepeatedPost("b", "题b", "", 0.25)],
        [matches[0][1], matches[0][0], matches[1][0], matches[1][1]],
    )


def test_posts_that_are_repeated_alike_come_by_their_ids() -> None:
    matches = [[match("b", 0, 5), match("a", 5, 10)], []]
    assert [p.post_id for p in judge_repetition("d", PASSAGES, matches).posts] == ["a", "b"]


STRETCHES = st.tuples(st.sampled_from("abc"), st.integers(0, 9), st.integers(1, 10), st.sampled_from(list(MatchKind)))


@given(first=st.lists(STRETCHES, max_size=6), second=st.lists(STRETCHES, max_size=6))
def test_score_and_shares_lie_between_one_post_and_all_together(first: list, second: list) -> None:
    matches = [
        [match(post, at + start, at + min(10, start + length), kind) for post, start, length, kind in found]
        for at, found in ((0, first), (12, second))
    ]
    repetition = judge_repetition("c", PASSAGES, matches)
    shares = [p.share for p in repetition.posts]
    assert shares == sorted(shares, reverse=True)
    assert max(shares, default=0) <= repetition.score / 100 + 1e-9 <= min(1.0, sum(shares)) + 1e-3
    assert "c" not in {p.post_id for p in repetition.posts} | {m.item_id for m in repetition.matches}
    assert all(m.kind.taken for m in repetition.matches)
    assert [m.start for m in repetition.matches] == sorted(m.start for m in repetition.matches)
