"""Requests as if with a key."""

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi.testclient import TestClient

from contentcheck.api.access import SCOPES, Caller, caller


@contextmanager
def calling(client: TestClient, scopes: str = "", brands: set[str] | None = None) -> Iterator[None]:
    """Meanwhile every request of the client is that of a key with these scopes (all where none is said) and brands."""
    key = Caller(7, "测试", frozenset(scopes.split() or SCOPES), None if brands is None else frozenset(brands))
    overrides = client.app.dependency_overrides  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
    overrides[caller] = lambda: key
    try:
        yield
    finally:
        del overrides[caller]
