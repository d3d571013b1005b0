"""The scores of a report, each with a sentence."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contentcheck.render import BANDS, band_words

_AROUND = math.pi * 40  # length of the half circle that a dial is drawn as
_GOOD, _FAIR = 60, 40


@dataclass(frozen=True, slots=True)
class Score:
    """One dial. `value` 0-100; `level`: good, fair or bad; `sentence` says what it means for this draft."""

    name: str
    value: int
    uncertainty: int | None
    level: str
    sentence: str

    @property
    def dashes(self) -> str:
        """Of the stroke: as much of the half circle as the value."""
        return f"{_AROUND * self.value / 100:.1f} {_AROUND:.1f}"


def scores(report: Mapping[str, Any]) -> list[Score]:
    """Those that the report has."""
    return list(_scores(report))


def _scores(report: Mapping[str, Any]) -> Iterator[Score]:
    common, relevance = report["homogeneity"], report["relevance"]
    yield _score("同质化", common, _on_homogeneity(common), high_is_good=False)
    if relevance is not None:
        yield _score("相关性", relevance, _on_relevance(relevance), high_is_good=True)
    yield _score("广告味", report["promotion"], _on_promotion(report["promotion"]), high_is_good=False)
    if report["repetition"] is not None:
        posts = len(report["repetition"]["posts"])
        sentence = f"与本账号 {posts} 篇已发文章重复。" if posts else "本账号没有说过这些。"
        yield _score("重复度", report["repetition"], sentence, high_is_good=False)


def _score(name: str, judged: Mapping[str, Any], sentence: str, *, high_is_good: bool) -> Score:
    value, width = round(judged["score"]), judged.get("uncertainty")
    good = value if high_is_good else 100 - value
    level = "good" if good >= _GOOD else "fair" if good >= _FAIR else "bad"
    return Score(name, value, None if width is None else round(width), level, sentence)


def _on_homogeneity(judged: Mapping[str, Any]) -> str:
    genres = "、".join(g["name"] for g in judged["genres"][:2] if g["genre"] != "unknown")
    like = f"；像{genres}" if genres and judged["score"] >= _FAIR else ""
    copied = f"；约 {judged['copied']:.0%} 的文字取自已知内容" if judged["copied"] else ""
    return band_words(judged["band"], judged["band_precision"]) + like + copied + "。"


def _on_relevance(judged: Mapping[str, Any]) -> str:
    products = judged["products"] if judged["band"] != "off_topic" else []
    near = f"；最接近“{products[0]['name']}”" if products else ""
    return band_words(judged["band"], judged["band_precision"]) + near + "。"


def _on_promotion(judged: Mapping[str, Any]) -> str:
    calls = "、".join(call["name"] for call in judged["calls"])
    return BANDS[judged["band"]] + (f"；要读者：{calls}" if calls else "") + "。"
