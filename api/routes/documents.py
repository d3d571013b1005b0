"""Files and pasted HTML as text."""

from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.datastructures import FormData, UploadFile

from contentcheck.corpus.reading.articles import ARTICLES, draft_from_bytes
from contentcheck.corpus.reading.text_files import LONGEST
from contentcheck.engine.errors import InputError
from contentcheck.engine.images import image_marks

from .. import inputs
from ..access import TheCaller
from ..http.problems import Problem, Wrong, described, invalid
from ..pasted import read_html
from ..service import Service, TheService, at_once

router = APIRouter(prefix="/v1/documents", tags=["documents"])

_KINDS = "、".join(ARTICLES)


class Pasted(inputs.Body):
    """What an editor pastes: HTML of the WeChat editor, Word, Feishu or any page."""

    html: str


class Document(BaseModel):
    """An article as it is checked. Nothing is kept of it."""

    title: str = Field(description="empty where none was found")
    text: str = Field(description="one line a block; each image is ［图片］, or ［图片：…］ with what is said of it")
    images: int = Field(description="how many images the text has marks for")


_FILE = {
    "type": "object",
    "properties": {"file": {"type": "string", "format": "binary", "description": _KINDS}},
    "required": ["file"],
    "additionalProperties": False,
}
_HTML = "<h1>决明子茶怎么泡</h1><p>八十五度的水，泡五分钟。</p><img alt='三角茶包'><p>一袋可以泡两次。</p>"
_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        "application/json": {
            "schema": Pasted.model_json_schema(),
            "examples": {"pasted": {"summary": "从编辑器粘贴的 HTML", "value": {"html": _HTML}}},
        },
        "multipart/form-data": {"schema": _FILE, "example": {"file": "# 决明子茶怎么泡\n\n八十五度的水。"}},
    },
}


@router.post("", response_model=Document, openapi_extra={"requestBody": _BODY}, responses=described(400, 413, 415))
async def read_document(request: Request, response: Response, caller: TheCaller, service: TheService) -> Document:
    """Title and running text of pasted HTML, or of a file (txt, md, html, docx).

    Nothing is kept of it, not even for an `Idempotency-Key`: it may be a draft that is to be checked with `no_store`.
    """
    caller.need("check")
    response.headers["Cache-Control"] = "no-store"
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        pasted = inputs.validated(Pasted, inputs.json_data(await request.body()))
        return await _from_html(pasted.html, service)
    if kind == "multipart/form-data":
        async with request.form(max_files=1, max_fields=8) as form:
            return await run_in_threadpool(_from_file, _file(form), service)
    wrong = Wrong(field="header.Content-Type", value=kind, remedy="application/json 或 multipart/form-data")
    raise Problem(415, "unsupported_type", f"不支持的内容类型“{kind}”", [wrong])


def _file(form: FormData) -> UploadFile:
    """Raises RequestValidationError where there is none, or something else beside it."""
    file = form.get("file")
    wrong = [{"type": "extra_forbidden", "loc": ("body", name), "msg": ""} for name in form if name != "file"]
    if not isinstance(file, UploadFile):
        wrong.append({"type": "missing", "loc": ("body", "file"), "msg": ""})
    if wrong or not isinstance(file, UploadFile):
        raise RequestValidationError(wrong)
    return file


async def _from_html(html: str, service: Service) -> Document:
    try:
        article = await read_html(html, service)
    except InputError as error:
        raise invalid("body.html", html, str(error), "一篇文章的 HTML") from error
    if not article.title and not article.text:
        raise invalid("body.html", html, "粘贴的内容里没有文字，也没有图片", "有文字的 HTML")
    return _document("body.html", article.title, article.text, service)


def _from_file(file: UploadFile, service: Service) -> Document:
    name, size = Path(file.filename or "").name, file.size or 0
    suffix = Path(name).suffix.lower()
    if suffix and suffix not in ARTICLES:
        wrong = Wrong(field="body.file", value=name, remedy="其他文档请另存为 docx")
        raise Problem(415, "unsupported_type", f"不支持的文件类型“{suffix}”；可用的类型：{_KINDS}", [wrong])
    if size > LONGEST:
        wrong = Wrong(field="body.file", value=name, remedy=f"最大 {LONGEST >> 20} MB；请删去图片或拆分后再试")
        raise Problem(413, "too_large", f"{name}：有 {size >> 20} MB，超过单篇上限", [wrong])
    with at_once(service.reading, "读取别的文件", 3):
        try:
            draft = draft_from_bytes(name, file.file.read())
        except InputError as error:
            raise invalid("body.file", name, str(error), f"可以读取的 {_KINDS}") from error
    return _document("body.file", draft.title, draft.text, service)


def _document(field: str, title: str, text: str, service: Service) -> Document:
    limit = service.limits.text_limit
    if len(text) > limit:
        raise invalid(field, None, f"正文有 {len(text)} 个字符", f"最多 {limit} 个字符；请拆分后再试")
    return Document(title=title, text=text, images=len(image_marks(text)))
