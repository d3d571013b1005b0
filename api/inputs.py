"""What is common to what callers send: texts that can be stored, and the brand of a path."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Self, TypeVar, cast

from fastapi import Depends, Path
from fastapi.exceptions import RequestValidationError
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from contentcheck.corpus.records import BadRow
from contentcheck.engine.errors import UnknownBrand
from contentcheck.engine.normalise import replace_unencodable

from .access import TheCaller
from .http.problems import not_found

M = TypeVar("M", bound=BaseModel)

_MOST_ERRORS = 200  # told of one body: a list may be wrong in as many places as it has bytes


def encodable(value: Any) -> Any:
    """The same data with U+FFFD for every character that cannot be stored."""
    if isinstance(value, str):
        return replace_unencodable(value)[0]
    if isinstance(value, list):
        return [encodable(v) for v in cast(list[Any], value)]
    if isinstance(value, dict):
        return {encodable(k): encodable(v) for k, v in cast(dict[Any, Any], value).items()}
    return value


Parameter = Annotated[str, AfterValidator(encodable)]
"""A text of a request that is looked for in the database, or stored there."""
Id = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(encodable)]
"""One that names a thing in a path."""


class Body(BaseModel):
    """What is sent: nothing that is not known, and every text such that it can be stored."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _encodable(cls, data: Any) -> Any:
        try:
            return encodable(data)
        except RecursionError as error:
            raise ValueError("嵌套太深") from error

    @model_validator(mode="wrap")
    @classmethod
    def _not_all_wrong(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        with few_errors():
            return handler(data)


@contextmanager
def few_errors() -> Iterator[None]:
    """Have errors without end told as one: writing each of them out takes a thousand times the room of the body."""
    try:
        yield
    except ValidationError as error:
        if error.error_count() <= _MOST_ERRORS:
            raise
        message = "有 {count} 处错误，不逐一列出；请先检查格式"
        raise PydanticCustomError("too_many_errors", message, {"count": error.error_count()}) from None


def json_data(body: bytes) -> Any:
    """For handlers that read bodies themselves. Raises RequestValidationError as FastAPI does where it reads them."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        reason = getattr(error, "msg", str(error))
        told = {"type": "json_invalid", "loc": ("body",), "msg": reason, "input": None, "ctx": {"error": reason}}
        raise RequestValidationError([told]) from error


def validated(model: type[M], data: Any) -> M:
    """What was read, as the model has it. Raises RequestValidationError."""
    try:
        with few_errors():
            return model.model_validate(data)
    except PydanticCustomError as error:
        told = {"type": error.type, "loc": ("body",), "msg": error.message(), "input": None}
        raise RequestValidationError([told]) from error
    except ValidationError as error:
        raise RequestValidationError([{**e, "loc": ("body", *e["loc"])} for e in error.errors()]) from error


def usable(convert: Callable[[], object], sent: BaseModel) -> None:
    """Have what was sent read as a row of a file is; its errors become those of the request, with their field."""
    try:
        convert()
    except BadRow as error:
        loc = (error.field,) if error.field else ()
        kind = PydanticCustomError("bad_row", "{reason}", {"reason": str(error)})
        wrong: InitErrorDetails = {"type": kind, "loc": loc, "input": getattr(sent, error.field, None)}
        raise ValidationError.from_exception_data("row", [wrong]) from error


def _brand_of_path(brand: Annotated[Id, Path(description="name of the brand")], caller: TheCaller) -> Iterator[str]:
    """One that the caller may not see is answered as one that does not exist, whenever that is found out."""
    caller.need_brand(brand, "path.brand")
    try:
        yield brand
    except UnknownBrand as error:
        raise not_found("path.brand", brand, "品牌") from error


PathBrand = Annotated[str, Depends(_brand_of_path)]
"""The brand of a path; it may not exist: `UnknownBrand` raised by a handler is answered with 404."""
