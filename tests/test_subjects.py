"""Subjects are told apart by what texts do not share."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentcheck.engine.documents import Edition
from contentcheck.engine.encoder import Encoder, Vectors
from contentcheck.engine.reference import Reference
from contentcheck.engine.subjects import Subjects

DIM = 16
KINDS = 4


def samples(seed: int, offset: int) -> tuple[Vectors, np.ndarray]:
    """Eight passages of each kind: much in common to all, little of their own; rows of length 1."""
    generator = np.random.default_rng(seed)
    kinds = np.repeat(np.arange(KINDS), 8)
    own = np.eye(DIM)[kinds + offset] * 0.4
    shared = np.eye(DIM)[[DIM - 1]] + np.eye(DIM)[[DIM - 2]] * generator.normal(size=(len(kinds), 1))
    noisy = own + shared + 0.05 * generator.normal(size=(len(kinds), DIM))
    vectors = (noisy / np.linalg.norm(noisy, axis=1, keepdims=True)).astype(np.float32)
    return vectors, np.array([f"kind-{k}" for k in kinds], dtype=object)


def subjects(seed: int) -> Subjects:
    return Subjects(samples(seed, 0), samples(seed + 1, KINDS), samples(seed + 2, 2 * KINDS))


@given(st.integers(0, 1000))
def test_places_have_length_1_and_kinds_lie_farther_apart(seed: int) -> None:
    vectors, kinds = samples(seed, 0)
    placed = subjects(seed).place(vectors)
    assert np.linalg.norm(placed, axis=1) == pytest.approx(1.0, abs=1e-5)
    same = kinds[:, None] == kinds

    def separation(v: Vectors) -> float:
        cosines = v @ v.T
        return float(cosines[same].mean() - cosines[~same].mean())

    assert separation(placed) > separation(vectors) + 0.1


@given(st.integers(0, 1000), st.integers(0, KINDS - 1))
def test_the_trade_a_product_is_of_is_the_nearest(seed: int, kind: int) -> None:
    known = subjects(seed)
    vectors, kinds = samples(seed + 3, 0)
    near = known.nearness(known.place(vectors[kinds == f"kind-{kind}"]))
    assert near[: len(known.trades)].argmax() == kind
    assert near[kind] == 1.0
    assert ((near > 0) & (near <= 1)).all()


def test_likeness_to_what_is_near_is_not_held_against_a_text() -> None:
    known = subjects(0)
    vectors, kinds = samples(3, 0)
    own = known.place(vectors[kinds == "kind-1"])
    near = known.nearness(own)
    nothing_near = known.elsewhere(own, np.zeros_like(near))
    assert known.elsewhere(own, near).mean() < nothing_near.mean() - 0.3
    assert (own @ known.towards(near)).mean() > 0.5


def test_wisdom_and_feelings_are_always_elsewhere() -> None:
    known = subjects(0)
    wise = known.place(samples(5, 2 * KINDS)[0])
    everything_near = np.ones(len(known.trades) + KINDS)
    assert (known.elsewhere(wise, everything_near) > 0.3).all()


def test_an_edition_without_trades_or_genres_has_none(small_edition: Edition, toy: Encoder) -> None:
    bare = Edition("bare", (), small_edition.background, (), {}, {}, {})
    known = Reference(bare, toy).subjects
    placed = known.place(toy.encode(["二号线下月试运行，全长十二公里。", "把滤芯放入水箱。"]))
    near = known.nearness(placed)
    assert known.trades == []
    assert len(near) == 2
    assert np.isfinite(known.elsewhere(placed, near)).all()
