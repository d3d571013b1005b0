"""What the library holds: known pieces by genre and by date, the user's own beside those of the program."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import altair as alt

from .look import Look, cut, extent, printable
from .words import Words, words

_MOST_GENRES = 24  # bars; what comes after them is one
_MOST_MONTHS = 60  # beyond that, years
_LEAST_MONTHS = 12  # or a single one would fill the chart
_COUNT = alt.Axis(title=None, tickMinStep=1, format="d", tickCount=5)
_LABELS = 0.4  # of the width, at most, for the names of genres


def by_genre(genres: Sequence[Mapping[str, Any]], look: Look) -> Any:
    """Bars, the longest first. `genres`: name, own, shipped."""
    said = words(look.language)
    ranked = sorted(genres, key=lambda g: -(g["own"] + g["shipped"]))
    shown, rest = ranked[:_MOST_GENRES], ranked[_MOST_GENRES:]
    if rest:
        name = said.other_genres.format(count=len(rest))
        shown = [*shown, {"name": name, "own": _sum(rest, "own"), "shipped": _sum(rest, "shipped")}]
    labels = [cut(printable(g["name"]) or said.no_genre, _LABELS * look.width) for g in shown]
    note = said.by_genre.format(own=_sum(genres, "own"), shipped=_sum(genres, "shipped"))
    left = extent(labels) + 8
    axis = alt.Axis(
        title=None, domain=False, ticks=False, labelExpr="labels[datum.value]", minExtent=left, maxExtent=left
    )
    longest = max((g["own"] + g["shipped"] for g in shown), default=0)
    room = alt.Scale(domain=[0, 1.12 * longest or 1], nice=False)  # for the number at the end of the longest
    base = alt.Chart(alt.InlineData(values=_bars(said, enumerate(shown))))
    y = alt.Y("place:O", axis=axis, scale=alt.Scale(paddingInner=0.25))
    bars = base.mark_bar(aria=False).encode(
        y=y, x=alt.X("count:Q", stack="zero", axis=_COUNT, scale=room), color=_kinds(said, look), order="order:Q"
    )
    totals = (
        base.transform_aggregate(total="sum(count)", groupby=["place"])
        .mark_text(aria=False, align="left", dx=4, color=look.colours.ink)
        .encode(y=y, x="total:Q", text="total:Q")
    )
    chart = alt.layer(bars, totals).add_params(alt.param(name="labels", value=labels))
    return chart.properties(**look.frame([note])).configure(**look.config())


def by_month(months: Sequence[Mapping[str, Any]], look: Look) -> Any:
    """Columns along time. `months`: month (YYYY-MM, or empty where it is not known), own, shipped."""
    said = words(look.language)
    dated, undated = [m for m in months if m["month"]], [m for m in months if not m["month"]]
    notes = [said.undated.format(own=_sum(undated, "own"), shipped=_sum(undated, "shipped"))] if undated else []
    if not dated:
        return _nothing(said.no_dates, notes, look)
    first, last = _number(min(m["month"] for m in dated)), _number(max(m["month"] for m in dated))
    yearly = last - first >= _MOST_MONTHS
    unit, written = ("year", "%Y") if yearly else ("yearmonth", "%Y-%m")
    along = [(_day(n), {"own": 0, "shipped": 0}) for n in range(min(first, last - _LEAST_MONTHS + 1), last + 1)]
    bars = _bars(said, [*along, *((_day(_number(m["month"])), m) for m in dated)])
    axis = alt.Axis(title=None, format=written, labelOverlap=True, grid=False)
    chart = (
        alt.Chart(alt.InlineData(values=bars))
        .mark_bar(aria=False)
        .encode(
            x=alt.X("place:T", timeUnit=unit, axis=axis),
            y=alt.Y("count:Q", stack="zero", axis=_COUNT),
            color=_kinds(said, look),
            order="order:Q",
        )
    )
    notes = [said.by_year if yearly else said.by_month, *notes]
    return chart.properties(**look.frame(notes)).configure(**look.config())


def _number(month: str) -> int:
    """Of YYYY-MM: months since the beginning of time."""
    return int(month[:4]) * 12 + int(month[5:]) - 1


def _day(number: int) -> str:
    """The first of a month."""
    return f"{number // 12:04}-{number % 12 + 1:02}-01T00:00:00"


def _bars(said: Words, counted: Iterable[tuple[Any, Mapping[str, Any]]]) -> list[dict[str, Any]]:
    return [
        {"place": place, "kind": kind, "order": order, "count": counts[name]}
        for place, counts in counted
        for order, (name, kind) in enumerate((("own", said.own), ("shipped", said.shipped)))
    ]


def _kinds(said: Words, look: Look) -> Any:
    scale = alt.Scale(domain=[said.own, said.shipped], range=[look.colours.second, look.colours.first])
    return alt.Color("kind:N", scale=scale, legend=alt.Legend(title=None, orient="top", symbolType="square"))


def _nothing(message: str, notes: Sequence[str], look: Look) -> Any:
    chart = alt.Chart(alt.InlineData(values=[{}])).mark_text(text=message, fontSize=15, color=look.colours.ink)
    return chart.properties(**look.frame(notes)).configure(**look.config())


def _sum(counted: Sequence[Mapping[str, Any]], name: str) -> int:
    return sum(c[name] for c in counted)
