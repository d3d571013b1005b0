"""Files as rows: what an import would store of them, for a page that stores it in parts and shows how far it is."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field, ValidationError
from starlette.datastructures import UploadFile

from contentcheck.corpus.intake import Seen
from contentcheck.corpus.reading.articles import read_article
from contentcheck.corpus.reading.rows import Row, read_rows
from contentcheck.corpus.records import BadRow, item_from_row, product_from_row

from ..access import TheCaller
from ..catalogue import ProductBody, StoredProduct
from ..http.problems import Problem, Wrong, described, invalid, remedy_of
from ..inputs import encodable
from ..jobs.uploads import KINDS, uploaded_rows
from ..pieces import Piece, StoredPiece
from ..service import Service, TheService, at_once

router = APIRouter(prefix="/v1/rows", tags=["rows"])
M = TypeVar("M", bound=BaseModel)

# Of one file. Its rows are held in memory, and so is the page that shows them; the command line knows no such limits.
_LARGEST = 20 * 2**20  # bytes
_MOST = 10_000  # rows
_CHARACTERS = 10_000_000  # of all rows

_ARTICLES = (".md", ".html", ".htm", ".docx")


class Kind(StrEnum):
    """What the rows of a file are to become."""

    ITEMS = "items"
    POSTS = "posts"
    PRODUCTS = "products"


_FILES = {
    Kind.ITEMS: (*KINDS, ".txt", *_ARTICLES),
    Kind.POSTS: (*KINDS, ".txt", *_ARTICLES),
    Kind.PRODUCTS: KINDS,
}
_COMMANDS = {
    Kind.ITEMS: "contentcheck corpus import",
    Kind.POSTS: "contentcheck posts import",
    Kind.PRODUCTS: "contentcheck brand import",
}


class ProductRow(StoredProduct):
    """A product of a table."""

    brand: str | None = Field(default=None, description="left out where the table names none")


class BadLine(BaseModel):
    """A row that cannot be used."""

    line: int = Field(description="where it begins in the file, from 1")
    reason: str


class Rows(BaseModel):
    """What a file holds. Pieces have the ids they will be stored under: sending them again changes nothing."""

    rows: list[StoredPiece] | list[ProductRow] = Field(description="as the operations take them that store them")
    repeated: int = Field(description="rows that are the same as an earlier one of the file, and left out")
    bad: list[BadLine]


_EXAMPLE = {"file": '{"id": "soup-17", "text": "人生没有白走的路，每一步都算数。", "genre": "soup"}\n'}
_UPLOAD: dict[str, Any] = {
    "type": "object",
    "properties": {"file": {"type": "string", "format": "binary"}},
    "required": ["file"],
    "additionalProperties": False,
}
_BODY = {"required": True, "content": {"multipart/form-data": {"schema": _UPLOAD, "example": _EXAMPLE}}}


@router.post(
    "",
    response_model_exclude_none=True,
    openapi_extra={"requestBody": _BODY},
    responses=described(400, 403, 413, 415, 422, 503),
)
async def read_rows_of_file(
    request: Request,
    response: Response,
    kind: Annotated[Kind, Query(description="what the rows are to become")],
    caller: TheCaller,
    service: TheService,
) -> Rows:
    """Read a file as an import would, row by row, and store nothing.

    jsonl, csv and xlsx; pieces and posts also txt, md, html and docx. Of the last three each file is one piece.
    """
    caller.need("write")
    response.headers["Cache-Control"] = "no-store"  # nor is the answer kept for an Idempotency-Key
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != "multipart/form-data":
        wrong = Wrong(field="header.Content-Type", value=media, remedy="multipart/form-data")
        raise Problem(415, "unsupported_type", f"不支持的内容类型“{media}”", [wrong])
    async with request.form(max_files=1, max_fields=0) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise invalid("body.file", None, "没有上传文件", "一个文件")
        return await run_in_threadpool(_read, file, kind, service)


def _read(file: UploadFile, kind: Kind, service: Service) -> Rows:
    """Raises Problem for a file that cannot be read, or is more than a page can take."""
    if (file.size or 0) > _LARGEST:
        raise _too_much(kind, f"文件有 {(file.size or 0) >> 20} MB", f"最多 {_LARGEST >> 20} MB")
    good, bad = list[Any](), list[BadLine]()
    count = characters = 0
    with (
        at_once(service.reading, "读取别的文件", 5),
        uploaded_rows(file.file, file.filename or "", _FILES[kind], _rows) as rows,
        closing(Seen()) as seen,
    ):
        read = _reader(kind, seen, service.limits.text_limit)
        for count, row in enumerate(rows, 1):
            characters += len(str(row.data))
            if count > _MOST:
                raise _too_much(kind, f"文件超过 {_MOST} 行", f"最多 {_MOST} 行")
            if characters > _CHARACTERS:
                raise _too_much(kind, f"文件里的文字超过 {_CHARACTERS} 个字符", f"最多 {_CHARACTERS} 个字符")
            try:
                good.append(read(row))
            except BadRow as error:
                bad.append(BadLine(line=row.line, reason=encodable(str(error))))
    if not count:
        raise invalid("body.file", file.filename, f"{file.filename}：没有可以导入的内容", "文件里至少有一行内容")
    found = [row for row in good if row is not None]
    return Rows(rows=found, repeated=len(good) - len(found), bad=bad)


def _too_much(kind: Kind, detail: str, most: str) -> Problem:
    advice = f"请拆成几个文件，或在命令行用 {_COMMANDS[kind]}"
    return Problem(413, "too_large", f"{detail}；{advice}", [Wrong(field="body.file", remedy=f"{most}；{advice}")])


def _rows(file: Path) -> Iterator[Row]:
    """An article has no id of its own: files of different pieces often share a name."""
    if file.suffix not in _ARTICLES:
        return read_rows(file)
    article = read_article(file)
    data = {
        "title": article.title,
        "text": article.text,
        "source": article.account,
        "published": article.published,
    }
    return iter([Row(1, data)])


def _reader(kind: Kind, seen: Seen, limit: int) -> Callable[[Row], StoredPiece | ProductRow | None]:
    """What a row becomes, None where it repeats an earlier one; raises BadRow for what could not be stored."""

    def piece(row: Row) -> StoredPiece | None:
        item = item_from_row(row)
        if len(item.text) > limit:
            raise BadRow(f"字段 text 有 {len(item.text)} 个字符；最多 {limit} 个")
        named = seen.named(item)
        return _accepted(StoredPiece.of(named), Piece) if named else None

    def product(row: Row) -> ProductRow:
        named = row.data.get("brand")
        brand, made = product_from_row(replace(row, data={**row.data, "brand": named or "-"}))
        stored = _accepted(StoredProduct.of(made), ProductBody)
        return ProductRow(brand=brand if named else None, **stored.model_dump())

    return product if kind is Kind.PRODUCTS else piece


def _accepted(row: M, model: type[BaseModel]) -> M:
    """The row, if the operation that is to store it will take it. Raises BadRow."""
    try:
        model.model_validate(row.model_dump())
    except ValidationError as error:
        wrong = error.errors()[0]
        raise BadRow(f"字段 {'.'.join(map(str, wrong['loc']))}：{remedy_of(wrong)}") from error
    return row
