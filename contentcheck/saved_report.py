"""A report as it is read back: what is needed of it to explain it, or to keep an editor's word on it.

Only that is asked for, so that reports of other versions of the program can be read as well.
"""

import json
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, Field, FiniteFloat, ValidationError

from contentcheck.engine.documents import Brand
from contentcheck.engine.errors import InputError
from contentcheck.engine.homogeneity import Signal
from contentcheck.engine.matching import MatchKind
from contentcheck.engine.opinion import About, Finding
from contentcheck.engine.relevance import brand_version
from contentcheck.engine.report import Provenance

_ABSENT = "检查时没有品牌、已发文章或标题，这份报告里没有"
_WANTED = "应为 contentcheck check --json 或 contentcheck bulk 的输出"


class Span(BaseModel):
    """A stretch of the draft."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)
    text: str


class Line(BaseModel):
    """A paragraph, by where it ends."""

    end: int = Field(ge=0)


class SavedMatch(BaseModel):
    """A known piece that a passage resembles."""

    item_id: str
    kind: MatchKind
    similarity: float
    item_text: str
    genre: str = ""


class SavedPassage(Span):
    """A passage with its own scores, 0-100, and what it is like."""

    homogeneity: float = Field(ge=0, le=100)
    relevance: float | None = Field(ge=0, le=100)
    matches: list[SavedMatch]


class SavedScore(BaseModel):
    """A score and what it was made from (see `Curve.score`); `evidence` is None where there was nothing to read."""

    score: float = Field(ge=0, le=100)
    band: str = ""
    uncertainty: float = 0.0
    evidence: FiniteFloat | None = None
    passages: int | None = None
    copied: FiniteFloat = 0.0
    trust: float = 1.0
    band_precision: float | None = None
    signals: list[Signal] = []


class SavedTitle(SavedScore):
    """The title's own homogeneity."""

    score: float = Field(validation_alias="homogeneity", ge=0, le=100)


class SavedReport(BaseModel):
    """One report."""

    id: str
    text: str | None = None
    homogeneity: SavedScore
    relevance: SavedScore | None
    promotion: SavedScore
    repetition: SavedScore | None
    title: SavedTitle | None
    passages: list[SavedPassage]
    paragraphs: list[Line]
    set_aside: list[Span]
    provenance: Provenance

    def draft_text(self) -> str:
        """The draft: as the report has it, or its passages where they stood, for a check that comes to the same.

        What lies between passages is white space, and a new line after a paragraph or a line that was set aside.
        """
        if self.text is not None:
            return self.text
        spans: list[Span] = [*self.passages, *self.set_aside]
        text = [" "] * max((s.end for s in spans), default=0)
        for end in (*(p.end for p in self.paragraphs), *(s.end for s in self.set_aside)):
            if end < len(text):
                text[end] = "\n"
        for span in spans:
            text[span.start : span.end] = span.text
        return "".join(text)


def read_report(source: str, content: bytes, identifier: str | None = None) -> SavedReport:
    """The report of a JSON file, or the one with this id of a file with one a line, as `bulk` writes it.

    Raises:
        InputError: if it is none, or if it is not said which of several is meant.
    """
    reports = _reports(source, content)
    ids = [str(r.get("id", "")) for r in reports]
    if identifier is None and len(reports) == 1:
        return _validated(source, reports[0])
    shown = "、".join(ids[:5]) + ("……" if len(ids) > 5 else "")
    if identifier is None:
        raise InputError(f"{source}：共有 {len(ids)} 份报告（{shown}）；请用 --id 指明是哪一份")
    if identifier not in ids:
        raise InputError(f"{source}：没有编号为“{identifier}”的报告；现有：{shown}")
    return _validated(source, reports[ids.index(identifier)])


def finding_of(report: SavedReport, about: About, passage: int | None = None) -> Finding:
    """What the report says of the draft, or of one passage by its number.

    Raises:
        InputError: where it says nothing of that.
    """
    if passage is not None:
        return Finding(about, _passage_score(report, about, passage), passage)
    said = {
        About.HOMOGENEITY: report.homogeneity,
        About.RELEVANCE: report.relevance,
        About.PROMOTION: report.promotion,
        About.REPETITION: report.repetition,
        About.TITLE: report.title,
    }[about]
    if said is None:
        raise InputError(f"{_ABSENT}{about.chinese}")
    passages = said.passages if said.passages is not None else len(report.passages)
    return Finding(about, said.score, None, said.evidence, passages, said.copied)


def brand_of(report: SavedReport, brands: Iterable[Brand]) -> str | None:
    """The brand that the report was made for, told by what it sold then; None: the report had none.

    Raises:
        InputError: if none of these brands is as it was then.
    """
    if report.provenance.brand is None:
        return None
    for brand in brands:
        if brand_version(brand) == report.provenance.brand:
            return brand.name
    raise InputError("报告所用的品牌已改过产品，或不在库中；请指明是哪个品牌（命令行用 --brand）")


def _passage_score(report: SavedReport, about: About, passage: int) -> float:
    if not 0 <= passage < len(report.passages):
        raise InputError(f"句子序号是 {passage}；这份报告里应为 0 到 {len(report.passages) - 1}")
    one = report.passages[passage]
    scores = {About.HOMOGENEITY: one.homogeneity, About.RELEVANCE: one.relevance}
    if about not in scores:
        raise InputError(f"{about.chinese}没有逐句的分数；句子序号只能与 homogeneity 或 relevance 同用")
    score = scores[about]
    if score is None:
        raise InputError(f"{_ABSENT}{about.chinese}")
    return score


def _reports(source: str, content: bytes) -> list[dict[str, Any]]:
    try:
        text = content.decode("utf-8-sig")
        try:
            found = [json.loads(text)]
        except json.JSONDecodeError:
            found = [json.loads(line) for line in text.split("\n") if line.strip()]
    except (ValueError, RecursionError) as error:
        raise InputError(f"{source}：不是 JSON；{_WANTED}") from error
    if not found or not all(isinstance(r, dict) for r in found):
        raise InputError(f"{source}：不是报告；{_WANTED}")
    return found


def _validated(source: str, data: dict[str, Any]) -> SavedReport:
    try:
        return SavedReport.model_validate(data)
    except ValidationError as error:
        field = ".".join(map(str, error.errors()[0]["loc"]))
        raise InputError(f"{source}：不是完整的报告（字段 {field} 缺少或不对）；{_WANTED}") from error
