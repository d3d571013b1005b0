"""Stretches are joined and cut by the characters they hold."""

from hypothesis import given
from hypothesis import strategies as st

from contentcheck.engine.spans import Span, union, within

SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 9)).map(lambda s: (s[0], s[0] + s[1])), max_size=12)


def characters(spans: list[Span]) -> list[int]:
    return [i for start, end in spans for i in range(start, end)]


@given(SPANS)
def test_joined_stretches_hold_the_same_characters_once_and_in_order(spans: list[Span]) -> None:
    assert characters(union(spans)) == sorted(set(characters(spans)))
    assert union(union(spans)) == union(spans)


@given(SPANS, st.integers(0, 50), st.integers(1, 20))
def test_what_lies_within(spans: list[Span], start: int, length: int) -> None:
    joined, end = union(spans), start + length
    inside = within(joined, start, end)
    assert characters(inside) == [i for i in characters(joined) if start <= i < end]
    assert all(a < b for a, b in inside)


def test_stretches_that_only_touch_stay_two() -> None:
    assert union([(4, 6), (0, 2), (2, 4), (5, 9)]) == [(0, 2), (2, 4), (4, 9)]
