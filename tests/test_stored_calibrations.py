"""Calibrations in both databases: never written over, at most one of a model and edition in use."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from contentcheck.corpus.store import Store
from contentcheck.corpus.store.calibrations import SHIPPED
from contentcheck.engine.errors import InputError
from tests.servers import Place


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    with closing((opened := place.store()).database):
        yield opened


def in_use(store: Store, model: str = "m", edition: str = "1") -> str | None:
    active = store.calibrations.active(model, edition)
    return active.name if active else None


def test_each_gets_a_name_of_its_own_and_is_used_from_then_on(place: Place, store: Store) -> None:
    assert in_use(store) is None
    assert store.calibrations.add("m", "1", {"name": "m/1", "source": "甲"}) == "m/1/home-1"
    assert store.calibrations.add("m", "1", {"source": "乙"}) == "m/1/home-2"
    with closing((other := place.store()).database):
        assert in_use(other) == "m/1/home-2"
        first, second = other.calibrations.all()
    assert (first.content, first.active) == ({"name": "m/1/home-1", "source": "甲"}, False)
    assert (second.content, second.active) == ({"name": "m/1/home-2", "source": "乙"}, True)
    assert first.made_at.endswith("Z")


def test_another_model_or_edition_is_left_alone(store: Store) -> None:
    for model, edition in (("m", "1"), ("n", "1"), ("m", "2")):
        store.calibrations.add(model, edition, {})
    store.calibrations.use(SHIPPED, "m", "1")
    assert (in_use(store), in_use(store, "n"), in_use(store, "m", "2")) == (None, "n/1/home-2", "m/2/home-3")


def test_back_and_forth(store: Store) -> None:
    for _ in range(2):
        store.calibrations.add("m", "1", {})
    for name in ("m/1/home-1", "m/1/home-2", "m/1/home-1"):
        store.calibrations.use(name, "m", "1")
        assert in_use(store) == name
    assert sum(c.active for c in store.calibrations.all()) == 1


@pytest.mark.parametrize("name", ["m/1/home-9", "n/1/home-2", ""])
def test_one_that_does_not_fit_is_refused_and_nothing_changes(store: Store, name: str) -> None:
    store.calibrations.add("m", "1", {})
    store.calibrations.add("n", "1", {})
    with pytest.raises(InputError) as error:
        store.calibrations.use(name, "m", "1")
    assert str(error.value) == f"没有可用于 m/1 的校准“{name}”；可选：shipped、m/1/home-1"
    assert in_use(store) == "m/1/home-1"
