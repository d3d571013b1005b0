"""What the tests of the service share: a running application with the toy encoder and a small edition."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from fastapi.testclient import TestClient

from contentcheck.api.application import create_app
from contentcheck.api.settings import ServiceSettings
from contentcheck.app import Settings
from tests.command_line import shipping, small_edition
from tests.servers import Place

SOUP = "人生没有白走的路，每一步都算数。愿你历尽千帆，归来仍是少年。"


@contextmanager
def running(place: Place, **limits: Any) -> Iterator[TestClient]:
    """A client of an application over a database, ready to check."""
    settings = Settings(home=place.home, database=place.url, model="toy")
    app = create_app(settings, ServiceSettings(**limits))
    # As a program on this machine would ask, which needs no key while there is none.
    here = {"base_url": "http://127.0.0.1:8000", "client": ("127.0.0.1", 50_000)}
    with shipping(small_edition()), TestClient(app, **here) as client:
        until(lambda: client.get("/readyz").status_code == 200)
        yield client


def until(met: Any, seconds: float = 60) -> None:
    """Wait for a condition."""
    deadline = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.02)


def problem(response: httpx.Response, status: int, slug: str) -> dict[str, Any]:
    """The problem details of an answer, which has to be of this kind and of the one shape."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    details = response.json()
    assert details.keys() == {"type", "title", "status", "detail", "instance", "errors"}
    assert (details["type"], details["status"]) == (f"urn:contentcheck:problem:{slug}", status)
    assert details["instance"] == f"urn:uuid:{response.headers['x-request-id']}"
    assert all(wrong.keys() == {"field", "value", "remedy"} for wrong in details["errors"])
    return details
