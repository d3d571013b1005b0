"""Requests in the name of somebody with a key of some scopes and brands."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import cast

from fastapi import FastAPI
from fastapi.testclient import TestClient

from contentcheck.api.access import SCOPES, Caller, caller


@contextmanager
def calling(
    client: TestClient, *scopes: str, brands: Iterable[str] | None = None, name: str = "编辑"
) -> Iterator[None]:
    """Meanwhile all requests are this caller's. Without scopes: with all of them; `brands` None: of all brands."""
    app = cast(FastAPI, client.app)
    somebody = Caller(7, name, frozenset(scopes or SCOPES), None if brands is None else frozenset(brands))
    app.dependency_overrides[caller] = lambda: somebody
    try:
        yield
    finally:
        del app.dependency_overrides[caller]
