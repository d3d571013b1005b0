"""From a score to its sentences: every step adds up, and what has changed since is said."""

import io
import json
from dataclasses import replace

import pytest
from rich.console import Console

from contentcheck.engine.calibration import Calibration
from contentcheck.engine.checker import Checker
from contentcheck.engine.documents import Draft, Edition
from contentcheck.engine.library import Library
from contentcheck.engine.report import Provenance
from contentcheck.explain import explain, what_changed
from contentcheck.models.calibrations import calibration_for
from contentcheck.saved_report import SavedReport, read_report

SOUP = "人生没有白走的路，每一步都算数。愿你历尽千帆，归来仍是少年。"
PLAIN = "把滤芯放入水箱，拧紧盖子，通电后等待三分钟再取水，第一杯倒掉不喝。换下来的旧芯晾干以后送回门店。"
NOW = Provenance("toy", "1", "test", "toy/test", "abc")


@pytest.fixture
def calibration(small_library: Library) -> Calibration:
    return calibration_for("toy", small_library)


def report(checker: Checker, text: str = SOUP + "\n" + PLAIN, brand: str | None = None) -> SavedReport:
    made = checker.check([Draft("d", text, brand=brand)])[0].to_json()
    return read_report("r.json", json.dumps(made).encode())


@pytest.fixture
def said(small_edition: Edition):
    def explained(found: SavedReport, calibration: Calibration | None, changes: list[str] | None = None) -> str:
        console = Console(width=200, file=(written := io.StringIO()), markup=False, highlight=False)
        explain(found, calibration, changes or [], small_edition.genres, console)
        return written.getvalue()

    return explained


def test_every_step_from_the_evidence_to_the_score(small_checker: Checker, calibration: Calibration, said) -> None:
    found = report(small_checker)
    h, curve, n = found.homogeneity, calibration.homogeneity, len(found.passages)
    assert h.evidence is not None and h.copied > 0 and h.trust == 1
    like = float(curve.score(h.evidence, n))
    text = said(found, calibration)
    assert f"{n} 个句子合起来的依据是 {h.evidence:.4f}" in text
    assert f"分界 {curve.midpoint:.4f}" in text and f"折算为 {like:.0f}" in text
    assert f"照搬的约占 {h.copied:.0%}，只有其余部分还可能是原创：{like:.0f} → {h.score:.0f}" in text
    assert f"同质化 {h.score:.0f} ±" in text
    assert "不符" not in text
    assert "与现在所用的一致，重新检查会得到同样的分数" in text


def test_the_sentences_that_move_the_score_stand_beside_what_they_are_like(
    small_checker: Checker, calibration: Calibration, said
) -> None:
    lines = said(report(small_checker), calibration).splitlines()
    raising, lowering = (next(i for i, line in enumerate(lines) if t in line) for t in ("抬高", "拉低"))
    copied = next(i for i, line in enumerate(lines) if "人生没有白走的路" in line)
    assert raising < copied < lowering
    assert "原文照搬 100%，心灵鸡汤 soup-1：" in lines[copied + 1]
    assert any("滤芯" in line for line in lines[lowering:])


def test_relevance_goes_the_same_way(small_checker: Checker, calibration: Calibration, said) -> None:
    found = report(small_checker, "葛根口服液每支十毫升，早晚各一支。\n" + PLAIN, "护元堂")
    assert found.relevance is not None and found.relevance.evidence is not None
    part = said(found, calibration).split("相关性 ")[1]
    assert part.startswith(f"{found.relevance.score:.0f} ±")
    assert f"依据是 {found.relevance.evidence:.4f}" in part
    assert f"分界 {calibration.relevance.midpoint:.4f}" in part
    assert "葛根口服液" in part and "不符" not in part
    assert "相关性 " not in said(report(small_checker), calibration)


def test_a_short_text_is_drawn_to_50(small_checker: Checker, calibration: Calibration, said) -> None:
    found = report(small_checker, "余生很长，何必慌张。")
    assert f"文字太少，只有 30% 可信，向 50 靠拢：得 {found.homogeneity.score:.0f}" in said(found, calibration)
    assert "没有可以判断的句子，所以是 50" in said(report(small_checker, "——"), calibration)


def test_how_often_the_band_is_right(small_checker: Checker, calibration: Calibration, said) -> None:
    found = report(small_checker)
    found.homogeneity = found.homogeneity.model_copy(update={"band_precision": 0.974})
    assert "这一档的稿件里约 97% 确是套路" in said(found, calibration)
    found.homogeneity = found.homogeneity.model_copy(update={"band_precision": 1.0})
    assert "约 99% 确是套路" in said(found, calibration)


def test_what_cannot_be_explained_is_said(small_checker: Checker, calibration: Calibration, said) -> None:
    found = report(small_checker)
    assert "没有这份报告所用的校准，无法说明怎样折算成分数" in said(found, None)
    moved = replace(calibration, homogeneity=replace(calibration.homogeneity, midpoint=0.9))
    assert "不符：报告由另一版本的程序生成，请重新检查" in said(found, moved)
    found.homogeneity = found.homogeneity.model_copy(update={"evidence": None})
    assert "报告由较早的版本生成，没有记下依据；请重新检查这篇稿件" in said(found, calibration)


@pytest.mark.parametrize(
    ("then", "brands", "changes"),
    [
        (NOW, ["abc"], []),
        (replace(NOW, brand=None), [], []),
        (replace(NOW, model="use-m3", revision="9"), ["abc"], ["现在用的模型是 toy，分数不能与这份报告相比"]),
        (replace(NOW, revision="0"), ["abc"], ["模型 toy 已更新到 1，分数可能不同"]),
        (replace(NOW, library_version="test+3.ab"), ["abc"], ["内容库现在是 test，相似的内容可能不同"]),
        (
            replace(NOW, calibration="drawn-from-edition"),
            ["abc"],
            ["现在用的校准是 toy/test，同样的依据会得到不同的分数"],
        ),
        (NOW, ["def"], ["品牌的产品或专用词已经改过（或品牌已删除），相关性可能不同"]),
    ],
)
def test_what_has_changed_since(then: Provenance, brands: list[str], changes: list[str]) -> None:
    assert what_changed(then, NOW, brands) == changes


def test_a_revision_that_is_not_known_is_not_compared(small_checker: Checker, said) -> None:
    assert what_changed(NOW, replace(NOW, revision=""), ["abc"]) == []
    text = said(report(small_checker), None, ["内容库现在是 x，相似的内容可能不同"])
    assert "内容库现在是 x" in text and "一致" not in text
