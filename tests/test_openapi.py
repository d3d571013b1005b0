"""The OpenAPI document: the committed one is true and complete, and the pages that show it need no other host."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from jsonschema_rs import Draft202012Validator, validator_for

from contentcheck.api.application import create_app
from contentcheck.app import Settings
from contentcheck.engine.documents import Brand, Product
from tests.servers import Place
from tests.service import SOUP, running

ROOT = Path(__file__).parents[1]
COMMITTED = (ROOT / "docs" / "openapi.json").read_text("utf-8")
DOCUMENT: dict[str, Any] = json.loads(COMMITTED)
OPERATIONS = {
    f"{method.upper()} {path}": operation
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    place = Place(tmp_path_factory.mktemp("service"), None)
    place.store().brands.add([Brand("茶铺", (Product("tea-1", "决明子茶", "炒制决明子，每袋三克。", ()),))])
    with running(place) as client:
        yield client


def test_the_committed_document_is_the_one_of_the_service(tmp_path: Path) -> None:
    served = create_app(Settings(home=tmp_path)).openapi()
    assert served == DOCUMENT, (
        "the operations have changed: run  .venv/bin/python scripts/openapi  and commit the result"
    )
    assert json.dumps(served, ensure_ascii=False, indent=2, sort_keys=True) + "\n" == COMMITTED


def test_the_script_writes_it(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "scripts").mkdir()
    script = tmp_path / "scripts" / "openapi"
    script.write_bytes((ROOT / "scripts" / "openapi").read_bytes())
    subprocess.run([sys.executable, str(script)], check=True, cwd=ROOT)
    assert (tmp_path / "docs" / "openapi.json").read_text("utf-8") == COMMITTED


def resolved(node: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in node:
        return node
    found: Any = DOCUMENT
    for part in node["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return found


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_is_described(name: str) -> None:
    operation = OPERATIONS[name]
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", operation["operationId"]), "name the handler for what it does"
    assert len(operation["tags"]) == 1 and len(operation["summary"]) > 10, (
        "begin the handler's docstring with what it does"
    )
    for media in operation.get("requestBody", {}).get("content", {}).values():
        schema = resolved(media["schema"])
        assert media.keys() & {"example", "examples"} or schema.keys() & {"example", "examples"}, (
            "give an example of the body: Body(openapi_examples=...) or json_schema_extra of its model"
        )
    for status, response in operation["responses"].items():
        content, headers = resolved(response).get("content", {}), resolved(response)["headers"]
        assert "X-Request-Id" in headers
        if int(status) >= 400:
            assert content == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}
        elif int(status) not in (204, 304):
            assert content and all(media.get("schema") for media in content.values()), "say what is answered"
    key = [p for p in operation.get("parameters", []) if p["name"] == "Idempotency-Key"]
    assert bool(key) == (name.split()[0] != "GET")


@pytest.mark.parametrize("name", OPERATIONS)
def test_examples_are_what_the_schema_says(name: str) -> None:
    components = {"components": DOCUMENT["components"]}
    for media in OPERATIONS[name].get("requestBody", {}).get("content", {}).values():
        validator = Draft202012Validator({**media["schema"], **components})
        for example in media.get("examples", {}).values():
            validator.validate(example["value"])


def test_operations_have_names_of_their_own() -> None:
    names = [operation["operationId"] for operation in OPERATIONS.values()]
    assert len(names) == len(set(names)), sorted(n for n in names if names.count(n) > 1)


def test_nothing_of_the_framework_s_own_errors_is_left() -> None:
    assert not DOCUMENT["components"]["schemas"].keys() & {"HTTPValidationError", "ValidationError"}
    assert set(re.findall(r'"#/components/schemas/([^"]+)"', COMMITTED)) <= DOCUMENT["components"]["schemas"].keys()


@pytest.mark.parametrize(
    ("detail", "name"), [("full", "Report"), ("summary", "ReportSummary"), ("scores", "ReportScores")]
)
def test_reports_are_what_the_document_says(client: TestClient, detail: str, name: str) -> None:
    schema = {"$ref": f"#/components/schemas/{name}", "components": DOCUMENT["components"]}
    validator = validator_for(schema)
    title = "震惊！五个方法"
    drafts = [
        {"text": SOUP, "title": title, "brand": "茶铺"},
        {"html": f"<h1>{title}</h1><p>{SOUP}</p><p>{SOUP}点击购买决明子茶！</p>"},
        {"text": ""},
    ]
    for draft in drafts:
        report = client.post("/v1/checks", json={**draft, "detail": detail}).json()
        validator.validate(report)
        known = DOCUMENT["components"]["schemas"][name]["properties"].keys()
        assert report.keys() <= known and known - report.keys() <= {"text"}


@pytest.mark.parametrize("page", ["/docs", "/redoc", "/docs/oauth2-redirect"])
def test_a_page_and_all_it_needs_come_from_the_service(client: TestClient, page: str) -> None:
    html = client.get(page).text
    assert not re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}", html)
    needed = re.findall(r"""(?:href|src|spec-url)=["']([^"']+)["']""", html) + re.findall(r"url: '([^']+)'", html)
    for address in needed:
        answer = client.get(address)
        assert answer.status_code == 200 and answer.content, address
        if address.endswith(".css"):
            assert not re.findall(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//", answer.text)
    assert page != "/docs" or '"validatorUrl": "none"' in html  # Swagger UI would have another host draw a badge
    if page != "/docs/oauth2-redirect":
        assert {Path(a).suffix for a in needed} >= {".png", ".js", ".json"}
