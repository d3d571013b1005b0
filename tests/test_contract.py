"""Requests drawn from the OpenAPI document, right and wrong ones: every answer is one that the document names.

CONTRACT_EXAMPLES says how many of each operation, CONTRACT_SEED which; a failure shows the request as a curl command.
"""

import json
import os
import re
import socket
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from threading import Thread
from zlib import crc32

import httpx
import pytest
import schemathesis
import structlog
import uvicorn
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from contentcheck.api.application import create_app
from contentcheck.api.http.idempotency import HEADER, PATTERN
from contentcheck.app import Settings
from contentcheck.corpus.store import Store
from contentcheck.corpus.store.keys import MOST_PER_MINUTE
from contentcheck.engine.documents import Brand, Product
from tests.command_line import shipping, small_edition
from tests.servers import Place
from tests.service import until

DOCUMENT = json.loads((Path(__file__).parents[1] / "docs" / "openapi.json").read_text("utf-8"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
]
TEA = Brand("茶铺", (Product("tea-1", "决明子茶", "炒制决明子，每袋三克。", ("不含咖啡因",)),))
KNOWN = {"brand": TEA.name, "product_id": "tea-1"}
"""What there is, so that not every drawn request asks for what there is not."""

config = SchemathesisConfig.from_dict(
    {
        "seed": int(os.environ.get("CONTRACT_SEED", "1")),
        "suppress-health-check": ["all"],
        "output": {"sanitization": {"enabled": False}},
        "generation": {
            "max-examples": int(os.environ.get("CONTRACT_EXAMPLES", "50")),
            "database": "none",
        },
    }
)
schema = schemathesis.openapi.from_dict(DOCUMENT, config=config)
_numbers = count()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(tmp_path_factory.mktemp("contract"), None)


@pytest.fixture(scope="module")
def address(place: Place) -> Iterator[str]:
    """Of a real server."""
    settings = Settings(home=place.home, model="toy")
    server = uvicorn.Server(uvicorn.Config(create_app(settings), log_level="error", access_log=False))
    with shipping(small_edition()), structlog.testing.capture_logs(), socket.create_server(("127.0.0.1", 0)) as port:
        thread = Thread(target=server.run, args=[[port]])
        thread.start()
        found = f"http://127.0.0.1:{port.getsockname()[1]}"
        try:
            until(lambda: server.started and httpx.get(f"{found}/readyz").is_success, 120)
            yield found
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture
def known(place: Place, address: str) -> None:
    """What an operation may have removed is there again for the next one."""
    store = place.store()
    store.brands.add([TEA])
    _revoke_all(store)
    store.database.close()


@pytest.fixture
def key(place: Place, known: None) -> dict[str, str]:
    """The headers of the only key: where keys are made, others could not ask without one any more."""
    store = place.store()
    _, secret = store.keys.create("contract", ["admin"], None, MOST_PER_MINUTE)
    store.database.close()
    return {"Authorization": f"Bearer {secret}"}


def _revoke_all(store: Store) -> None:
    for key in store.keys.all():
        if key.revoked_at is None:
            store.keys.revoke(str(key.id))


@schema.exclude(path_regex="^/v1/keys").parametrize()
def test_every_answer_is_as_documented(case: Case, address: str, known: None) -> None:
    drawn = (case.path_parameters, case.query, case.body)
    is_right = case.meta is None or case.meta.generation.mode.is_positive
    if is_right and crc32(repr(drawn).encode()) % 2:  # half of them, the same ones whenever they are drawn again
        for values in drawn:
            _fill(values)
    if re.fullmatch(PATTERN, str(case.headers.get(HEADER, ""))):
        case.headers[HEADER] = f"k-{next(_numbers)}"  # or all but the first would be refused
    case.call_and_validate(base_url=address, checks=CHECKS)


@schema.include(path_regex="^/v1/keys").parametrize()
def test_every_answer_about_keys_is_as_documented(case: Case, address: str, key: dict[str, str]) -> None:
    case.headers.pop(HEADER, None)
    case.call_and_validate(base_url=address, checks=CHECKS, headers=key)


def _fill(values: object) -> None:
    if isinstance(values, dict):
        values.update({name: value for name, value in KNOWN.items() if isinstance(values.get(name), str)})
