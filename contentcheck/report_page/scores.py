"""The scores of a report, each with a sentence: what the editors' page says of them (views/check/sentences.js)."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contentcheck.engine.verdict import CLICKBAIT, SAID_BEFORE, UNKEPT
from contentcheck.names import Names

from .words import Words

_AROUND = math.pi * 40  # length of the half circle that a dial is drawn as
_LEVELS = {
    "common": "bad",
    "mixed": "fair",
    "original": "good",
    "on_topic": "good",
    "partly": "fair",
    "off_topic": "bad",
    "advertising": "bad",
    "selling": "fair",
    "informative": "good",
}
_LIKE_OTHERS = 40  # from this homogeneity on it is said what a draft is like
_NOTHING = 0.005  # a share that is shown as 0 %


@dataclass(frozen=True, slots=True)
class Score:
    """One dial. `value` 0-100; `level`: good, fair, bad or unsure; `sentence` says what it means for this draft."""

    name: str
    value: int
    uncertainty: int | None
    level: str
    sentence: str

    @property
    def dashes(self) -> str:
        """Of the stroke: as much of the half circle as the value."""
        return f"{_AROUND * self.value / 100:.1f} {_AROUND:.1f}"


def scores(report: Mapping[str, Any], names: Names, words: Words) -> list[Score]:
    """Those that the report has."""
    return [
        Score(
            names.scores[name],
            _whole(judged["clickbait_score" if name == "title" else "score"]),
            _whole(judged["uncertainty"]) if "uncertainty" in judged else None,
            level,
            words.joined.join(parts) + words.stop,
        )
        for name, judged, level, parts in _judged(report, names, words)
    ]


def _judged(
    report: Mapping[str, Any], names: Names, words: Words
) -> Iterator[tuple[str, Mapping[str, Any], str, list[str]]]:
    """Code of each score, what was judged, its level, and the parts of its sentence."""
    unsure = report["verdict"] == "insufficient_text"
    for name, parts in (("homogeneity", _common), ("relevance", _relevance), ("promotion", _promotion)):
        if judged := report[name]:
            yield name, judged, "unsure" if unsure else _LEVELS[judged["band"]], parts(judged, names, words)
    if repetition := report["repetition"]:
        posts = bool(repetition["posts"])
        level = "bad" if repetition["score"] >= SAID_BEFORE else "fair" if posts else "good"
        yield "repetition", repetition, level, [_repetition(repetition["posts"], words)]
    if title := report["title"]:
        level = "bad" if title["clickbait_score"] >= CLICKBAIT else "fair" if title["clickbait"] else "good"
        yield "title", title, level, _title(title, words)


def _common(judged: Mapping[str, Any], names: Names, words: Words) -> list[str]:
    band = names.bands[judged["band"]]
    named = [g["name"] for g in judged["genres"][:2] if g["genre"] != "unknown"]
    genres = named if judged["score"] >= _LIKE_OTHERS else []
    parts = [words.like_genres.format(band=band, genres=words.listed.join(genres)) if genres else band]
    if judged["copied"] >= _NOTHING:
        parts.append(words.copied.format(share=_percent(judged["copied"])))
    strongest = sorted((s for s in judged["signals"] if abs(s["effect"]) >= 1), key=lambda s: -abs(s["effect"]))
    moved = [
        words.signal.format(name=names.signals[s["name"]][s["effect"] > 0], points=_points(s["effect"]))
        for s in strongest
    ]
    if moved:
        parts.append(words.listed.join(moved))
    return parts + _precise(words.precise, judged)


def _relevance(judged: Mapping[str, Any], names: Names, words: Words) -> list[str]:
    band = names.bands[judged["band"]]
    products = judged["products"] if judged["band"] != "off_topic" else []
    first = words.nearest.format(band=band, product=products[0]["name"]) if products else band
    return [first, *_precise(words.precise_relevance, judged)]


def _promotion(judged: Mapping[str, Any], names: Names, words: Words) -> list[str]:
    shares = [(name, judged["shares"][part]) for part, name in names.parts.items()]
    shown = [words.share.format(name=name, share=_percent(share)) for name, share in shares if share >= _NOTHING]
    calls = words.listed.join(call["name"] for call in judged["calls"])
    parts = [names.bands[judged["band"]], words.listed.join(shown), words.calls.format(names=calls) if calls else ""]
    return [part for part in parts if part]


def _repetition(posts: list[Mapping[str, Any]], words: Words) -> str:
    if not posts:
        return words.never_said
    said = words.repeated_once if len(posts) == 1 else words.repeated
    return said.format(count=len(posts), title=posts[0]["title"] or posts[0]["post_id"])


def _title(judged: Mapping[str, Any], words: Words) -> list[str]:
    signs = words.listed.join(f"{sign['name']}“{sign['text']}”" for sign in judged["clickbait"])
    parts = [words.clickbait.format(signs=signs) if signs else words.plain_title]
    if judged["promise"] is not None:
        parts.append(words.broken_promise if judged["promise"] < UNKEPT else words.promise)
    return parts


def _precise(said: str, judged: Mapping[str, Any]) -> list[str]:
    """How many drafts of the band are what it says, where it was measured; never quite none or all of them."""
    share = judged["band_precision"]
    return [] if share is None else [said.format(share=_percent(min(max(share, 0.01), 0.99)))]


def _percent(share: float) -> str:
    return f"{_whole(100 * share)}%"


def _points(effect: float) -> str:
    return f"{'−' if effect < 0 else '+'}{abs(_whole(effect))}"


def _whole(value: float) -> int:
    """Rounded as a browser does: halves up."""
    return math.floor(value + 0.5)
