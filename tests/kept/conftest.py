"""A service with two brands, for tests of what it keeps of drafts."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from fastapi.testclient import TestClient

from contentcheck.corpus.store import Store
from contentcheck.engine.documents import Brand, Product
from tests.servers import Place
from tests.service import running


@pytest.fixture(scope="session")
def two_brands() -> list[Brand]:
    return [Brand(name, (Product("p1", "决明子茶", "炒制决明子，每袋三克。"),)) for name in ("茶铺", "海上")]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, two_brands: list[Brand]) -> Place:
    """Its database; `tests.servers.Place`, where the other tests' home is a folder."""
    place = Place(tmp_path_factory.mktemp("service"), None)
    place.store().brands.add(two_brands)
    return place


@pytest.fixture(scope="module")
def client(home: Place) -> Iterator[TestClient]:
    with running(home) as client:
        yield client


@pytest.fixture
def store(home: Place) -> Iterator[Store]:
    """The database as another process has it."""
    with closing((opened := home.store()).database):
        yield opened
