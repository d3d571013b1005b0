"""Stretches of a text as pairs of offsets."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

Span = tuple[int, int]
"""Start and end in code points, the end not included."""


def union(spans: Iterable[Span]) -> list[Span]:
    """The same stretches in order, those that overlap joined."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((start, end))
    return joined


def within(spans: Sequence[Span], start: int, end: int) -> list[Span]:
    """The parts of spans, which are in order and without overlap, that lie in [start, end)."""
    first = bisect_right(spans, start, key=lambda span: span[1])
    last = bisect_left(spans, end, key=lambda span: span[0])
    return [(max(a, start), min(b, end)) for a, b in spans[first:last]]
