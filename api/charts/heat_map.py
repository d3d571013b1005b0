"""What each paragraph of a draft has to do with each product."""

from collections.abc import Sequence
from itertools import product
from typing import Any

import altair as alt

from .look import LINE, Look, cut, extent, printable, wrapped
from .words import words

_LABELS = 0.4  # of the width, at most, for the names of paragraphs
_NAME_LINES = 3  # of a product's name
_GAP = 8  # pixels between columns' names
_DIGITS = "sans-serif"  # each family more that is looked for takes a millisecond a cell


def relevance(paragraphs: Sequence[str], products: Sequence[str], scores: Sequence[Sequence[float]], look: Look) -> Any:
    """A cell for each paragraph and product with its score, 0-100, in it."""
    colours = look.colours
    rows = [cut(printable(p), _LABELS * look.width) for p in paragraphs]
    left = extent(rows) + _GAP
    column = (look.width - left) / max(len(products), 1)
    names = [wrapped(printable(p), column - _GAP, _NAME_LINES) for p in products]
    lines = max(map(len, names), default=1)
    columns = [[""] * (lines - len(name)) + name for name in names]  # each stands on its column
    cells = [
        {"row": r, "column": c, "score": round(scores[r][c])}
        for r, c in product(range(len(paragraphs)), range(len(products)))
    ]
    bare = {"domain": False, "ticks": False, "title": None}
    y = alt.Y(
        "row:O",
        axis=alt.Axis(**bare, labelPadding=_GAP, labelExpr="rows[datum.value]", minExtent=left, maxExtent=left),
        scale=alt.Scale(paddingInner=0.06),
    )
    x = alt.X(
        "column:O",
        axis=alt.Axis(
            **bare,
            labelPadding=_GAP + LINE * (lines - 1),
            orient="top",
            labelAngle=0,
            labelExpr="columns[datum.value]",
            labelLineHeight=LINE,
            labelOverlap=False,
            minExtent=_GAP + LINE * lines,
        ),
        scale=alt.Scale(paddingInner=0.03),
    )
    shade = alt.Scale(domain=[0, 100], range=[colours.low, colours.high], interpolate="rgb", clamp=True)
    low, high = alt.value(colours.ink_on_low), alt.value(colours.ink_on_high)
    ink = alt.condition(alt.datum.score >= colours.turn, high, low)
    base = alt.Chart(alt.InlineData(values=cells)).encode(x=x, y=y)
    return (
        alt.layer(
            base.mark_rect(aria=False, cornerRadius=3).encode(color=alt.Color("score:Q", scale=shade, legend=None)),
            base.mark_text(aria=False, font=_DIGITS).encode(text="score:Q", color=ink),
        )
        .properties(**look.frame([words(look.language).heat]))
        .add_params(alt.param(name="rows", value=rows), alt.param(name="columns", value=columns))
        .configure(**look.config())
    )
