"""The whole path: with the real default encoder where scores matter, with the toy encoder elsewhere."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contentcheck.app import Settings, build_checker, open_store
from contentcheck.corpus.shipped import sample_drafts
from contentcheck.corpus.store.pieces import prepare
from contentcheck.corpus.store.vectors import StoredVectors
from contentcheck.engine.checker import Account, Checker
from contentcheck.engine.documents import Brand, CorpusItem, Draft, Edition
from contentcheck.engine.encoder import Encoder
from contentcheck.engine.errors import UnknownBrand
from contentcheck.engine.library import Library, groups_of, shipped_library
from contentcheck.engine.reference import Reference
from contentcheck.engine.relevance import BrandProfile
from contentcheck.engine.report import Report
from contentcheck.models.calibrations import calibration_for
from contentcheck.models.registry import SentenceEncoder
from tests.in_memory import library_with, posts_of

NEWS = "市交通局昨日公布，二号线延长段将于下月试运行，全长十二公里，沿线设九座车站。"
SOUP = "人生没有白走的路，每一步都算数。愿你历尽千帆，归来仍是少年。"

MIRROR = "巷口的修鞋匠收了摊，木凳上积着一面雨水做的小镜子。"


def no_brand(name: str) -> Account:
    raise UnknownBrand(name)


def sample_texts() -> list[str]:
    return [
        f.read_text("utf-8") for f in sorted(sample_drafts().iterdir(), key=lambda f: f.name) if f.name[-3:] == ".md"
    ]


def test_a_known_piece_is_copied(checker: Checker, edition: Edition) -> None:
    item = edition.items[0]
    report = checker.check([Draft("d", item.text)])[0]
    assert report.homogeneity.copied > 0.9
    assert item.id in {m.item_id for p in report.passages for m in p.matches if m.kind == "verbatim"}


@pytest.mark.parametrize(("genre", "apart"), [("", False), ("industry_news", False), ("soup", True)])
def test_a_growing_library_does_not_move_ordinary_drafts(
    checker: Checker, home: Path, edition: Edition, genre: str, apart: bool
) -> None:
    """Half of the background stays; of the other half 300 pieces join the library, the rest are the drafts."""
    assert checker.check([Draft("warm", NEWS)])
    other = edition.background[1::2]
    added = [CorpusItem(f"n{i}", s.text, s.title, genre) for i, s in enumerate(other) if i % 8 != 3][:300]
    drafts = [Draft(str(i), s.text) for i, s in enumerate(other) if i % 8 == 3]
    smaller = replace(edition, background=edition.background[::2])
    encoder = StoredVectors(open_store(Settings(home=home)).database, SentenceEncoder("use-m3"))
    reference = Reference(smaller, encoder)
    shipped = shipped_library(reference)
    calibration = calibration_for("use-m3", shipped)

    def plain_apart(genres: list[str], vectors: np.ndarray) -> np.ndarray:
        return groups_of(genres, vectors, shipped, calibration.homogeneity.midpoint)

    grown = library_with(reference, added, encoder, plain_apart if apart else None)
    means = []
    for library in (shipped, grown):
        one = Checker(encoder, lambda library=library: library, calibration, no_brand)
        means.append(np.mean([r.homogeneity.score for r in one.check(drafts)]))
    assert len(added) == 300
    assert abs(means[1] - means[0]) < 3, means


def test_several_drafts_at_once_give_the_reports_of_one_by_one_with_the_default_encoder(checker: Checker) -> None:
    drafts = [Draft(str(i), t, t[:12], "苔朵" if i % 2 else None) for i, t in enumerate(sample_texts()[:6])]
    alone = [checker.check([d])[0].to_json() for d in drafts]
    assert [r.to_json() for r in checker.check(drafts)] == alone


def test_several_drafts_at_once_give_the_reports_of_one_by_one(small_checker: Checker) -> None:
    drafts = [
        Draft(str(i), t, t[:12], "护元堂" if i % 2 else None) for i, t in enumerate([*sample_texts(), "", "短", NEWS])
    ]
    alone = [small_checker.check([d])[0].to_json() for d in drafts]
    assert [r.to_json() for r in small_checker.check(drafts)] == alone


def test_no_drafts_give_no_reports(small_checker: Checker) -> None:
    assert small_checker.check([]) == []


def test_a_draft_of_50000_characters_is_read_to_its_end(small_checker: Checker) -> None:
    sentence = "二号线第{:05d}号站台已经完成验收并移交运营。"
    filler = "".join(sentence.format(i) for i in range(50_000 // len(sentence.format(0))))
    text = filler[: 50_000 - len(SOUP)] + SOUP
    report = small_checker.check([Draft("long", text)])[0]
    assert len(text) == 50_000
    assert "".join(p.text for p in report.passages) == text
    assert report.passages[-1].end == 50_000
    last = [m for p in report.passages for m in p.matches if m.kind == "verbatim"]
    assert {text[m.start : m.end] for m in last} == {"人生没有白走的路，每一步都算数", "愿你历尽千帆，归来仍是少年"}
    assert [(c.phrase, c.count) for c in report.homogeneity.cliches] == [("历尽千帆", 1)]


def test_one_unbroken_line_of_50000_characters_is_read_to_its_end(small_checker: Checker) -> None:
    text = "水" * 49_985 + "人生没有白走的路每一步都算数尾"
    report = small_checker.check([Draft("unbroken", text)])[0]
    assert "".join(p.text for p in report.passages) == text
    taken = [m for p in report.passages for m in p.matches if m.kind == "verbatim"]
    assert [text[m.start : m.end] for m in taken] == ["人生没有白走的路每一步都算数"]


def test_what_cannot_be_encoded_becomes_replacement_characters_and_is_told(small_checker: Checker) -> None:
    text = f"\ud83d{NEWS}\0{SOUP}\udc00"
    report = small_checker.check([Draft("d", text, "标\ud800题", extracted=True)])[0]
    assert report.text == f"\ufffd{NEWS}\ufffd{SOUP}\ufffd"
    assert report.title is not None and report.title.text == "标\ufffd题"
    assert [n.code for n in report.notices] == ["replaced_characters"]
    assert report.notices[0].message.startswith("有 4 个无法编码的字符")
    assert all(p.text == (report.text or "")[p.start : p.end] for p in report.passages)
    assert "soup-1" in {m.item_id for p in report.passages for m in p.matches if m.kind == "verbatim"}


def test_offsets_count_code_points_after_emoji(small_checker: Checker) -> None:
    text = f"😀👨‍👩‍👧‍👦🇨🇳{NEWS}\r\n🎉{SOUP}❤️"
    report = small_checker.check([Draft("d", text)])[0]
    taken = [m for p in report.passages for m in p.matches if m.kind == "verbatim"]
    assert {text[m.start : m.end] for m in taken} == {"人生没有白走的路，每一步都算数", "愿你历尽千帆，归来仍是少年"}
    assert all(p.text == text[p.start : p.end] for p in report.passages)
    assert [text[p.start : p.end] for p in report.paragraphs] == text.split("\r\n")


@settings(max_examples=50, deadline=None)
@given(noise=st.text(st.sampled_from("😀🏽\u200d\ufe0f\u200b\u3000\ufeffé"), max_size=12), at=st.integers(0, len(SOUP)))
def test_a_copy_is_found_behind_any_emoji_and_invisible_marks(small_checker: Checker, noise: str, at: int) -> None:
    text = noise + NEWS + noise + "\n" + SOUP[:at] + "\u200b" * len(noise) + SOUP[at:] + noise
    report = small_checker.check([Draft("d", text)])[0]
    taken = [m for p in report.passages for m in p.matches if m.kind == "verbatim" and m.item_id == "soup-1"]
    assert {text[m.start : m.end].replace("\u200b", "") for m in taken} == {
        "人生没有白走的路，每一步都算数",
        "愿你历尽千帆，归来仍是少年",
    }


@pytest.mark.parametrize("text", ["你好！", "今天天气不错。", "二号线下月试运行", "😀", "。。。"])
def test_too_little_text_is_undecided(checker: Checker, text: str) -> None:
    """The contract: a score near 50 with a large uncertainty."""
    report = checker.check([Draft("d", text)])[0]
    assert (report.verdict, [r.code for r in report.reasons]) == ("insufficient_text", ["insufficient_text"])
    assert 25 < report.homogeneity.score < 75, (report.homogeneity.score, report.homogeneity.uncertainty)
    assert report.homogeneity.uncertainty >= 20


def test_an_empty_draft_is_undecided(small_checker: Checker) -> None:
    report = small_checker.check([Draft("e", "")])[0]
    assert (report.homogeneity.score, report.homogeneity.uncertainty) == (50.0, 50.0)
    assert (report.passages, report.paragraphs, report.verdict) == ([], [], "insufficient_text")


def test_an_unknown_brand_is_an_error(small_checker: Checker) -> None:
    with pytest.raises(UnknownBrand, match="没有名为“不存在”的品牌"):
        small_checker.check([Draft("d", NEWS, brand="不存在")])


def test_a_paragraph_is_given_the_product_it_is_about(small_checker: Checker) -> None:
    text = "葛根口服液每支十毫升，早晚各一支，玻璃瓶装。\n决明子茶独立三角茶包，八十五度热水泡五分钟。"
    paragraphs = small_checker.check([Draft("d", text, brand="护元堂")])[0].paragraphs
    assert [p.product_id for p in paragraphs] == ["oral-1", "tea-1"]


def test_the_users_own_items_are_matched_and_change_the_version(
    toy: Encoder, small_edition: Edition, small_library: Library
) -> None:
    own = CorpusItem("我的/1", MIRROR, "修鞋匠", "my_genre", published="2024-05-06")
    library = library_with(small_library.reference, [own], toy)
    checker = Checker(toy, lambda: library, calibration_for("toy", small_library), no_brand)
    report = checker.check([Draft("d", NEWS + own.text)])[0]
    taken = [m for p in report.passages for m in p.matches if m.kind == "verbatim"]
    assert [(m.item_id, m.genre, m.item_text) for m in taken] == [("我的/1", "my_genre", own.text[:-1])]
    assert [(m.item_title, m.item_published) for m in taken] == [("修鞋匠", "2024-05-06")]
    assert report.provenance.library_version == library.version != small_library.version


def taken_from(checker: Checker, text: str) -> set[str]:
    report = checker.check([Draft("d", text)])[0]
    return {m.item_id for p in report.passages for m in p.matches if m.kind.taken}


def test_what_is_added_removed_and_brought_back_is_in_the_next_report(tmp_path: Path, toy: Encoder) -> None:
    settings = Settings(home=tmp_path, model="toy")
    checker, elsewhere = build_checker(settings), open_store(settings)
    version = checker.provenance.library_version
    assert taken_from(checker, NEWS + MIRROR) == set()
    pieces = prepare([CorpusItem("mine", MIRROR)], StoredVectors(elsewhere.database, toy).remember)
    elsewhere.library.add(pieces)
    assert taken_from(checker, NEWS + MIRROR) == {"mine"}
    grown = checker.provenance.library_version
    assert grown.startswith(f"{version}+1.")
    elsewhere.library.remove(["mine"])
    assert taken_from(checker, NEWS + MIRROR) == set()
    assert checker.provenance.library_version == version
    elsewhere.library.undo(["mine"])
    assert taken_from(checker, NEWS + MIRROR) == {"mine"}
    assert checker.provenance.library_version == grown


def test_brands_and_posts_are_as_they_are_at_the_moment(tmp_path: Path, toy: Encoder, small_brand: Brand) -> None:
    settings = Settings(home=tmp_path, model="toy")
    checker, elsewhere = build_checker(settings), open_store(settings)
    draft = Draft("d", NEWS + MIRROR, brand=small_brand.name)
    with pytest.raises(UnknownBrand, match="没有名为“护元堂”的品牌"):
        checker.check([draft])
    elsewhere.brands.add([small_brand])
    version = checker.brand_version(small_brand.name)
    assert checker.check([draft])[0].repetition is None
    posts = elsewhere.brands.posts(small_brand.name)
    posts.add(prepare([CorpusItem("post-1", MIRROR)], StoredVectors(elsewhere.database, toy).remember))
    repetition = checker.check([draft])[0].repetition
    assert repetition is not None and [p.post_id for p in repetition.posts] == ["post-1"]
    assert checker.brand_version(small_brand.name) == version
    posts.remove(["post-1"])
    assert checker.check([draft])[0].repetition is None
    elsewhere.brands.set_words(small_brand.name, ["三角茶包"])
    assert checker.brand_version(small_brand.name) != version


OPENING = "每天一碗，元气满满，这里是护元堂的早安时间。"
DRAFT = f"{NEWS}\n葛根口服液每支十毫升，早晚各一支，玻璃瓶装，开启后请当天喝完。\n{NEWS[::-1]}"
POST = CorpusItem("post", f"{OPENING}\n{MIRROR}")


def check_with(toy: Encoder, library: Library, brand: Brand, text: str) -> Report:
    """The report for an account with one post."""
    account = Account(BrandProfile(brand, library.reference, toy), posts_of(toy, POST))
    one = Checker(toy, lambda: library, calibration_for("toy", library), lambda name: account)
    return one.check([Draft("d", text, brand=brand.name)])[0]


def test_a_quotation_that_names_its_source_is_shown_and_does_not_count(
    toy: Encoder, small_library: Library, small_brand: Brand
) -> None:
    def report_of(text: str) -> Report:
        return check_with(toy, small_library, small_brand, text)

    plain, quoted, said = map(report_of, (DRAFT, f"{DRAFT}\n“{SOUP}”——林清玄", f"{DRAFT}\n“{SOUP}”——网友"))
    for report, is_quoted in ((quoted, True), (said, False)):
        taken = [m for p in report.passages for m in p.matches if m.kind.taken]
        assert {m.item_text for m in taken} == {"人生没有白走的路，每一步都算数", "愿你历尽千帆，归来仍是少年"}
        assert {(m.quoted, m.counts) for m in taken} == {(is_quoted, not is_quoted)}
    assert quoted.homogeneity.copied == plain.homogeneity.copied == 0 < said.homogeneity.copied
    assert quoted.homogeneity.score == plain.homogeneity.score < said.homogeneity.score
    assert quoted.homogeneity.genres == plain.homogeneity.genres
    assert max(p.homogeneity for p in quoted.passages) < 100 == max(p.homogeneity for p in said.passages)
    assert "copied_passages" not in {r.code for r in quoted.reasons}


def test_a_draft_made_of_quotations_is_copied(small_checker: Checker) -> None:
    report = small_checker.check([Draft("d", f"{NEWS}\n“{SOUP}”——林清玄")])[0]
    assert report.homogeneity.copied > 0.3
    assert not any(m.quoted for p in report.passages for m in p.matches)


def test_what_is_quoted_from_a_post_is_not_said_again(toy: Encoder, small_library: Library, small_brand: Brand) -> None:
    text = f"{DRAFT}\n林清玄写道：“{MIRROR}”"
    repetition = check_with(toy, small_library, small_brand, text).repetition
    assert repetition is not None
    assert (repetition.score, repetition.posts) == (0.0, [])
    assert [(text[m.start : m.end], m.quoted) for m in repetition.matches] == [(MIRROR[:-1], True)]


@pytest.mark.parametrize(
    ("text", "set_aside"),
    [
        (f"{OPENING}\n{DRAFT}\n{SOUP}", [OPENING, SOUP]),
        (f"每天一碗元氣滿滿 這裡是護元堂的早安時間\n{DRAFT}", ["每天一碗元氣滿滿 這裡是護元堂的早安時間"]),
        (f"{NEWS}{SOUP}\n{DRAFT.split(chr(10), 1)[1]}", [SOUP]),
    ],
)
def test_what_the_brand_allows_is_set_aside_and_scored_for_nothing(
    toy: Encoder, small_library: Library, small_brand: Brand, text: str, set_aside: list[str]
) -> None:
    brand = replace(small_brand, allowed=(OPENING, SOUP))
    plain, allowed = (check_with(toy, small_library, brand, t) for t in (DRAFT, text))
    assert [(s.text, s.kind) for s in allowed.set_aside] == [(s, "allowed") for s in set_aside]
    assert [n.message for n in allowed.notices] == [f"有 {len(set_aside)} 处本品牌的固定用语，不计入评分。"]
    assert (allowed.homogeneity, allowed.relevance) == (plain.homogeneity, plain.relevance)
    assert (allowed.promotion, allowed.repetition) == (plain.promotion, plain.repetition)
    assert [p.text for p in allowed.passages] == [p.text for p in plain.passages]
    other = check_with(toy, small_library, small_brand, text)
    assert {s.kind for s in other.set_aside} == set()
    assert other.provenance.brand != allowed.provenance.brand


def test_a_copy_does_not_hide_behind_an_allowed_text_put_into_it(
    toy: Encoder, small_library: Library, small_brand: Brand
) -> None:
    brand = replace(small_brand, allowed=(OPENING,))
    report = check_with(toy, small_library, brand, f"{DRAFT}\n人生没有白走的路，{OPENING}每一步都算数。")
    assert "soup-1" in {m.item_id for p in report.passages for m in p.matches if m.kind == "verbatim"}
    assert report.homogeneity.copied > 0


def test_a_title_is_held_against_its_own_body(checker: Checker) -> None:
    texts = sample_texts()
    drafts = [
        Draft(f"{i}-{j}", texts[j].split("\n", 1)[1], texts[i].split("\n")[0]) for i in range(8) for j in (i, i - 3)
    ]
    promises = [r.title.promise for r in checker.check(drafts) if r.title is not None and r.title.promise is not None]
    assert len(promises) == 16
    assert sum(own > other for own, other in zip(promises[::2], promises[1::2], strict=True)) >= 7


def test_parts_follow_the_brand_where_the_wording_is_silent(checker: Checker) -> None:
    product, scene, offer = (
        "夜庐神经酰胺面霜适合起皮发紧的干性皮肤，每晚黄豆大一粒。",
        "巷口的修鞋匠收了摊，凳上积着雨水，对面的修车铺还亮着灯。",
        "限时抢购，买一送一。",
    )
    text = f"{product}\n{scene}\n{offer}"
    branded = checker.check([Draft("d", text, "", "苔朵")])[0]
    assert [p.part for p in branded.passages] == ["product", "other", "advertising"]
    assert branded.promotion.shares["advertising"] == round(branded.promotion.score / 100, 4)
