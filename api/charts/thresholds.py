"""How often a score is right, and how much it finds, by where the line is drawn."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from .look import LINE, Look, wrapped
from .words import Words, words


def thresholds(
    score: str,
    curve: Sequence[Mapping[str, float | None]],
    marks: Mapping[str, int],
    counts: Mapping[str, int],
    look: Look,
) -> Any:
    """Precision and recall over the threshold.

    Args:
        score: "homogeneity" or "relevance".
        curve: score (0-100), precision (0-1, None where nothing scores so high), recall (0-1); empty if there is too
            little to go by.
        marks: the present thresholds by name.
        counts: of drafts: held_out and opinions, which are yes or no; opinions left_out; the least of each class.
    """
    said = words(look.language)
    if not curve:
        return _too_little(said, counts, look)
    by_score = {point["score"]: point for point in curve}
    at = [
        said.at.format(
            score=value,
            precision=_percent(by_score[value]["precision"], said),
            recall=_percent(by_score[value]["recall"], said),
        )
        for value in sorted(marks.values())
    ]
    points = [
        {"score": p["score"], "figure": name, "share": p[key]}
        for p in curve
        for key, name in (("precision", said.precision), ("recall", said.recall))
        if p[key] is not None
    ]
    c, names = look.colours, [said.precision, said.recall]
    x = alt.X("score:Q", scale=alt.Scale(domain=[0, 100]), axis=alt.Axis(title=said.threshold, tickCount=5))
    y = alt.Y("share:Q", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(title=None, format=".0%", tickCount=5))
    legend = alt.Legend(title=None, orient="top", symbolType="stroke", symbolStrokeWidth=2, symbolSize=300)
    colour = alt.Color("figure:N", scale=alt.Scale(domain=names, range=[c.first, c.second]), legend=legend)
    dash = alt.StrokeDash("figure:N", scale=alt.Scale(domain=names, range=[[1, 0], [6, 4]]), legend=legend)
    base = alt.Chart(alt.InlineData(values=points)).encode(x=x, y=y, color=colour)
    return (
        alt.layer(
            *(_marked(place, value, said.marks[name], x, look) for place, (name, value) in enumerate(marks.items())),
            base.mark_line(aria=False, interpolate="step-before", strokeWidth=2).encode(strokeDash=dash),
            base.mark_point(aria=False, filled=True, size=60, opacity=1).transform_filter(
                alt.FieldOneOfPredicate(field="score", oneOf=list(marks.values()))
            ),
        )
        .properties(**look.frame([said.measured[score], *at, *_rests_on(said, counts)]))
        .configure(**look.config())
    )


def _marked(place: int, score: int, name: str, x: Any, look: Look) -> Any:
    """A line at a threshold with its name, on whichever side there is room for it; no two names at one height."""
    side: dict[str, Any] = {"align": "right", "dx": -5} if score > 75 else {"align": "left", "dx": 5}
    at = alt.Chart(alt.InlineData(values=[{"score": score, "name": name.format(score=score)}])).encode(x=x)
    text = at.mark_text(aria=False, **side, dy=-8 - LINE * place, color=look.colours.ink)
    return alt.layer(at.mark_rule(aria=False, color=look.colours.faint), text.encode(text="name:N", y=alt.datum(0)))


def _rests_on(said: Words, counts: Mapping[str, int]) -> list[str]:
    sources = [
        template.format(count=counts[name])
        for name, template in (("held_out", said.held_out), ("opinions", said.opinions))
        if counts[name]
    ]
    joined = said.between.join(sources) or said.none
    notes = [said.rests_on.format(sources=joined, yes=counts["yes"], no=counts["no"])]
    notes += [said.biased] if counts["opinions"] else []
    return notes + ([said.left_out.format(count=counts["left_out"])] if counts["left_out"] else [])


def _too_little(said: Words, counts: Mapping[str, int], look: Look) -> Any:
    message = said.too_few.format(yes=counts["yes"], no=counts["no"], least=counts["least"])
    mark = alt.Chart(alt.InlineData(values=[{}])).mark_text(
        text=wrapped(message, 0.8 * look.width), fontSize=14, lineHeight=22, color=look.colours.ink
    )
    return mark.properties(**look.frame(_rests_on(said, counts))).configure(**look.config())


def _percent(share: float | None, said: Words) -> str:
    return said.never if share is None else f"{share:.0%}"
