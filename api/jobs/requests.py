"""What POST /v1/jobs takes: a JSON body, or an uploaded file with fields beside it."""

import json
import re
from typing import Annotated, Any

from fastapi.exceptions import RequestValidationError
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from starlette.datastructures import FormData, UploadFile

from ..inputs import json_data, validated
from .outbound import refuse_inside
from .webhooks import new_secret, usable_secret


class JobDraft(BaseModel):
    """A draft of a job."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(default="", description="comes back in the report; by default the draft's place in the list")
    title: str = ""
    text: str
    brand: str | None = Field(default=None, description="by default that of the whole job")


class Webhook(BaseModel):
    """Who is told when the job is over."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(min_length=1, max_length=2_000)
    secret: Annotated[str, AfterValidator(usable_secret)] | None = Field(
        default=None, description="whsec_ and 24 to 64 bytes in base64; by default one is made"
    )

    def stored(self, *, allow_private: bool) -> dict[str, str]:
        """With a secret, made where none was given. Raises Problem for an address that may not be called."""
        refuse_inside(self.url, "body.webhook.url", allow_private=allow_private)
        return {"url": self.url, "secret": self.secret or new_secret()}


class JobOptions(BaseModel):
    """What a job may be told beside its drafts."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(default="", max_length=500, description="for people; by default the file's name")
    brand: str | None = Field(default=None, description="for drafts that name none")
    webhook: Webhook | None = None
    skip_bad: bool = Field(default=False, description="take the job without the rows that cannot be used")


class JobRequest(JobOptions):
    """Drafts in JSON; a plain array of drafts is taken as well."""

    drafts: list[JobDraft]


class JobFile(BaseModel):
    """An uploaded file: jsonl, csv or xlsx, as for `contentcheck bulk`. Fields may be given in the query instead."""

    model_config = ConfigDict(extra="forbid")

    file: bytes = Field(json_schema_extra={"type": "string", "format": "binary"})
    name: str = Field(default="", max_length=500)
    brand: str = ""
    webhook_url: str = ""
    webhook_secret: str = ""
    skip_bad: bool = False


def json_request(body: bytes) -> JobRequest:
    """Raises RequestValidationError."""
    data = json_data(body)
    return validated(JobRequest, {"drafts": data} if isinstance(data, list) else data)


def upload_request(form: FormData, query: dict[str, str]) -> tuple[UploadFile, JobOptions]:
    """The file and what goes with it. Raises RequestValidationError."""
    given: dict[str, Any] = {**query, **dict(form.multi_items())}
    file = given.pop("file", None)
    if not isinstance(file, UploadFile):
        told = {"type": "missing", "loc": ("body", "file"), "msg": "Field required", "input": None}
        raise RequestValidationError([told])
    webhook = {part: given.pop(f"webhook_{part}", "") or None for part in ("url", "secret")}
    if any(webhook.values()):
        given["webhook"] = webhook
    options = validated(JobOptions, {**given, "brand": given.get("brand") or None})
    return file, options.model_copy(update={"name": options.name or file.filename or ""})


def body_schema() -> dict[str, Any]:
    """Of either kind of request, for the OpenAPI document."""
    drafts = _inlined(JobRequest.model_json_schema())
    array = drafts["properties"]["drafts"]
    return {
        "required": True,
        "content": {
            "application/json": {"schema": {"anyOf": [drafts, array]}, "examples": EXAMPLES},
            "multipart/form-data": {"schema": _inlined(JobFile.model_json_schema()), "example": _FILE},
        },
    }


_FILE = {"file": "编号,正文\na,人生没有白走的路，每一步都算数。\n", "brand": "苔朵", "skip_bad": True}
EXAMPLES: dict[str, Any] = {
    "array": {
        "summary": "几篇稿件",
        "value": [
            {"id": "a", "title": "余生很长", "text": "人生没有白走的路，每一步都算数。"},
            {"text": "另一篇稿件。"},
        ],
    },
    "whole": {
        "summary": "对照一个品牌，完成后通知",
        "value": {
            "drafts": [{"text": "决明子茶，独立三角茶包，八十五度热水泡五分钟。"}],
            "brand": "苔朵",
            "webhook": {"url": "https://cms.example.com/hooks/contentcheck"},
        },
    },
}


def _inlined(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema without references: those of pydantic lead nowhere within an OpenAPI document."""
    text = json.dumps({k: v for k, v in schema.items() if k != "$defs"})
    for name, definition in schema.get("$defs", {}).items():
        text = re.sub(rf'\{{"\$ref": "#/\$defs/{name}"\}}', lambda _, d=definition: json.dumps(d), text)
    return json.loads(text)
