"""The OpenAPI document: what FastAPI knows of the routes, and what is true of all of them."""

from copy import deepcopy
from functools import cache
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import TypeAdapter

from contentcheck.engine.report import SCORES, Provenance, Report
from contentcheck.engine.verdict import Verdict

from ..routes.checks import EVIDENCE
from .idempotency import HEADER, PATTERN, WRITES
from .problems import ProblemDetails, described

_REFERENCE = "#/components/schemas/"
_KEY = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "names this write, so that it is not done twice when it is sent again; kept for 24 hours",
    "schema": {"type": "string", "pattern": f"^{PATTERN}$"},
}
_REQUEST_ID = {"description": "stands in the log, and in `instance` of a problem", "schema": {"type": "string"}}
_HEADERS = {"X-Request-Id": {"$ref": "#/components/headers/RequestId"}}


def operation_id(route: APIRoute) -> str:
    """The name of a handler, which no two operations share."""
    return route.name


def install(app: FastAPI) -> None:
    """Have an application answer /openapi.json with the whole document."""
    app.openapi = cache(lambda: document(app))


def document(app: FastAPI) -> dict[str, Any]:
    """The document of an application."""
    made = deepcopy(FastAPI.openapi(app))
    components = made.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):  # FastAPI's own; problems.py answers otherwise
        schemas.pop(name, None)
    schemas |= _named("ProblemDetails", TypeAdapter(ProblemDetails)) | _reports()
    components["headers"] = {"RequestId": _REQUEST_ID}
    components["responses"] = responses = {}
    for path, operations in made["paths"].items():
        for method, operation in operations.items():
            _complete(path, method.upper(), operation)
            _share(operation["responses"], responses)
    return made


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    """What FastAPI cannot know of an operation."""
    first, _, rest = operation.pop("description", operation["summary"]).partition("\n")
    operation["summary"] = first.rstrip(".")
    if rest.strip():
        operation["description"] = rest.strip()
    if path.startswith("/v1/") and method in WRITES:
        operation.setdefault("parameters", []).append(_KEY)
    responses = operation["responses"]
    if "application/json" in responses.get("422", {}).get("content", {}):
        del responses["422"]
    for status, response in described(*_possible(path, operation)).items():
        responses.setdefault(str(status), response)
    for response in responses.values():
        response["headers"] = response.get("headers", {}) | _HEADERS


def _share(responses: dict[str, Any], shared: dict[str, Any]) -> None:
    """Write down once what every operation answers alike."""
    for status, response in responses.items():
        if int(status) >= 400 and response == described(int(status))[int(status)] | {"headers": _HEADERS}:
            shared[f"Problem{status}"] = response
            responses[status] = {"$ref": f"#/components/responses/Problem{status}"}


def _possible(path: str, operation: dict[str, Any]) -> set[int]:
    """Problems that an operation may answer with because of what it takes, whatever it does."""
    possible = {500}
    places = {parameter["in"] for parameter in operation.get("parameters", ())}
    if path.startswith("/v1/"):
        possible |= {401, 403, 422, 429, 503}
    if "path" in places:
        possible |= {404}
    if any(parameter["name"] == HEADER for parameter in operation.get("parameters", ())):
        possible |= {408, 409, 413}
    if "requestBody" in operation:
        possible |= {400, 408, 413, 415}
    return possible


def _reports() -> dict[str, Any]:
    """A report at each level of detail."""
    schemas = _named("Report", TypeAdapter(Report))
    report = schemas["Report"]
    report["required"].remove("text")
    report["properties"]["text"] = {"type": "string", "description": "only where it was extracted from HTML"}
    summary = {
        **report,
        "title": "ReportSummary",
        "description": "A report without its evidence (`detail` is summary).",
        "properties": {k: v for k, v in report["properties"].items() if k not in EVIDENCE},
        "required": [name for name in report["required"] if name not in EVIDENCE],
    }
    number = {"type": "number"}
    score = {
        "type": "object",
        "title": "Score",
        "description": "One judgement: score 0-100, uncertainty 0-50, copied 0-1.",
        "properties": {"score": number, "uncertainty": number, "band": {"type": "string"}, "copied": number},
    }
    judgement = {"anyOf": [{"$ref": f"{_REFERENCE}Report.Score"}, {"type": "null"}]}
    scores = {
        "type": "object",
        "title": "ReportScores",
        "description": "The scores of a report alone (`detail` is scores).",
        "properties": {
            "id": {"type": "string"},
            "verdict": {"$ref": f"{_REFERENCE}Report.{Verdict.__name__}"},
            **dict.fromkeys(SCORES, judgement),
            "title": {"anyOf": [{"$ref": f"{_REFERENCE}Report.TitleScores"}, {"type": "null"}]},
            "provenance": {"$ref": f"{_REFERENCE}Report.{Provenance.__name__}"},
        },
        "required": ["id", "verdict", *SCORES, "title", "provenance"],
    }
    of_title = {
        "type": "object",
        "title": "TitleScores",
        "description": "A title's scores, each 0-100; promise is null where there is no body.",
        "properties": {
            "homogeneity": number,
            "clickbait_score": number,
            "promise": {"anyOf": [number, {"type": "null"}]},
        },
        "required": ["homogeneity", "clickbait_score", "promise"],
    }
    of_parts = {"Report.Score": score, "Report.TitleScores": of_title}
    return {**schemas, "ReportSummary": summary, "ReportScores": scores, **of_parts}


def _named(name: str, adapter: TypeAdapter[Any]) -> dict[str, Any]:
    """The schema of a type, and those of its parts with its name before theirs."""
    schema = adapter.json_schema(mode="serialization", ref_template=f"{_REFERENCE}{name}.{{model}}")
    parts = schema.pop("$defs", {})
    return {name: schema, **{f"{name}.{part}": content for part, content in parts.items()}}
