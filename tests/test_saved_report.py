"""A report read back: one of many, of another version, and the draft it was made of."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contentcheck.engine.checker import Checker
from contentcheck.engine.documents import Draft
from contentcheck.engine.errors import InputError
from contentcheck.engine.opinion import About, Finding
from contentcheck.engine.segment import segment
from contentcheck.saved_report import SavedReport, finding_of, read_report

TEXT = (
    "人生没有白走的路，每一步都算数。愿你历尽千帆，归来仍是少年。\r\n\r\n"
    "  葛根口服液每支十毫升，早晚各一支，开启后请当天喝完😀。——\n责任编辑：王五\n余生很长，何必慌张，慢慢来就好。"
)


def data(checker: Checker, text: str = TEXT, **draft: Any) -> dict[str, Any]:
    return checker.check([Draft("d-1", text, **draft)])[0].to_json()


def read(found: object, identifier: str | None = None) -> SavedReport:
    return read_report("r.json", json.dumps(found, ensure_ascii=False).encode(), identifier)


def refused(content: bytes, identifier: str | None = None) -> str:
    with pytest.raises(InputError) as error:
        read_report("r.json", content, identifier)
    return str(error.value)


def test_a_report_keeps_what_its_scores_were_made_from(small_checker: Checker) -> None:
    found = data(small_checker, brand="护元堂", title="余生很长")
    report = read(found)
    for saved, said in ((report.homogeneity, found["homogeneity"]), (report.relevance, found["relevance"])):
        assert saved is not None
        assert (saved.score, saved.evidence, saved.band) == (said["score"], said["evidence"], said["band"])
    assert report.homogeneity.trust == found["homogeneity"]["trust"]
    assert [p.text for p in report.passages] == [p["text"] for p in found["passages"]]
    assert report.provenance.library_version == found["provenance"]["library_version"]


def test_a_report_of_another_version_is_read_as_far_as_it_goes(small_checker: Checker) -> None:
    found = data(small_checker) | {"to_come": 1}
    for name in ("evidence", "trust", "band_precision"):
        del found["homogeneity"][name]
    assert read(found).homogeneity.evidence is None


def test_one_of_many(small_checker: Checker) -> None:
    reports = [data(small_checker) | {"id": i} for i in ("a", "b")]
    lines = "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in reports).encode()
    assert read_report("r.jsonl", lines, "b").id == "b"
    assert refused(lines) == "r.json：共有 2 份报告（a、b）；请用 --id 指明是哪一份"
    assert refused(lines, "c") == "r.json：没有编号为“c”的报告；现有：a、b"


WANTED = "应为 contentcheck check --json 或 contentcheck bulk 的输出"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", f"r.json：不是报告；{WANTED}"),
        (b"[1]", f"r.json：不是报告；{WANTED}"),
        (b"{", f"r.json：不是 JSON；{WANTED}"),
        (b"\xff\xfe\x00", f"r.json：不是 JSON；{WANTED}"),
        (b"[" * 100_000, f"r.json：不是 JSON；{WANTED}"),
        (b'{"id": "a"}', f"r.json：不是完整的报告（字段 homogeneity 缺少或不对）；{WANTED}"),
    ],
)
def test_what_is_no_report_is_named(content: bytes, message: str) -> None:
    assert refused(content) == message


@given(
    st.lists(st.sampled_from([*"人生没有白走的路归来少年，。！\n\n ", "责任编辑：王五\n", "——"]), max_size=120).map(
        "".join
    )
)
@settings(max_examples=40, deadline=None)
def test_the_draft_is_put_together_so_that_it_is_read_the_same(small_checker: Checker, text: str) -> None:
    again = read(data(small_checker, text)).draft_text()
    before, after = segment(text), segment(again)
    assert [(p.start, p.end, p.text) for p in after.passages] == [(p.start, p.end, p.text) for p in before.passages]
    assert after.set_aside == before.set_aside


def test_an_extracted_text_is_the_draft(small_checker: Checker) -> None:
    assert read(data(small_checker, extracted=True)).draft_text() == TEXT


def test_findings(small_checker: Checker) -> None:
    found = data(small_checker, brand="护元堂", title="余生很长")
    report, h = read(found), found["homogeneity"]
    n = len(found["passages"])
    expected = Finding(About.HOMOGENEITY, h["score"], None, h["evidence"], n, h["copied"])
    assert finding_of(report, About.HOMOGENEITY) == expected
    assert finding_of(report, About.RELEVANCE).evidence == found["relevance"]["evidence"]
    assert finding_of(report, About.TITLE).score == found["title"]["homogeneity"]
    assert finding_of(report, About.PROMOTION).score == found["promotion"]["score"]
    second = finding_of(report, About.RELEVANCE, 1)
    assert second == Finding(About.RELEVANCE, found["passages"][1]["relevance"], 1)


@pytest.mark.parametrize(
    ("about", "passage", "message"),
    [
        (About.RELEVANCE, None, "检查时没有品牌、已发文章或标题，这份报告里没有相关性"),
        (About.REPETITION, None, "检查时没有品牌、已发文章或标题，这份报告里没有重复度"),
        (About.TITLE, None, "检查时没有品牌、已发文章或标题，这份报告里没有标题"),
        (About.RELEVANCE, 0, "检查时没有品牌、已发文章或标题，这份报告里没有相关性"),
        (About.PROMOTION, 0, "广告味没有逐句的分数；句子序号只能与 homogeneity 或 relevance 同用"),
        (About.HOMOGENEITY, 99, "句子序号是 99；这份报告里应为 0 到 3"),
    ],
)
def test_what_a_report_does_not_say(small_checker: Checker, about: About, passage: int | None, message: str) -> None:
    with pytest.raises(InputError) as error:
        finding_of(read(data(small_checker)), about, passage)
    assert str(error.value) == message
