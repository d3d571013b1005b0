"""Drafts that come in by the file: read row by row, each held to what `contentcheck bulk` asks of it."""

import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import SpooledTemporaryFile, TemporaryDirectory
from typing import IO, cast

from contentcheck.bulk import brand_of, draft_of
from contentcheck.corpus.reading.rows import Row, read_rows
from contentcheck.corpus.records import BadRow
from contentcheck.corpus.store.new_rows import NewRow
from contentcheck.engine.documents import Draft
from contentcheck.engine.errors import EmptyBrand, InputError, UnknownBrand
from contentcheck.engine.normalise import replace_unencodable

from ..access import Caller
from ..http.problems import Problem, Wrong, invalid, not_found
from ..service import Service

KINDS = (".jsonl", ".csv", ".xlsx")
_TOLD = 10  # bad rows that are named before a file is put away
_IN_MEMORY = 4 * 2**20  # bytes of drafts; more are kept on disk until they are stored


@dataclass(frozen=True, slots=True)
class Drafts:
    """What was read. `brand`: the one that all of them are of; `rows` can be gone through once."""

    brand: str | None
    rows: Iterator[NewRow]


class Terms:
    """Which drafts a caller may have checked."""

    def __init__(self, service: Service, caller: Caller, brand: str | None, skip_bad: bool):
        """`brand`: for rows that name none.

        Raises:
            Problem: 404 or 403 if the caller may not use it.
        """
        self._service, self._caller = service, caller
        self._known: dict[str, InputError | None] = {}
        self.brand, self.skip_bad = brand, skip_bad
        if brand is not None:
            caller.need_brand(brand, "body.brand")
            try:
                self._need_brand(brand)
            except UnknownBrand as error:
                raise not_found("body.brand", brand, "品牌") from error
            except EmptyBrand as error:
                raise invalid("body.brand", brand, str(error), "有产品的品牌") from error

    def draft(self, row: Row) -> Draft:
        """Of a row. Raises BadRow."""
        draft = draft_of(row, self.brand, self._need_brand)
        limit = self._service.limits.text_limit
        if len(draft.text) > limit:
            raise BadRow(f"字段 text 有 {len(draft.text)} 个字符；最多 {limit} 个")
        if draft.brand is None and not self._caller.sees(None):
            names = "、".join(sorted(self._caller.brands or ()))
            raise BadRow(f"字段 brand 是空的；这个密钥只能用于：{names}")
        return draft

    def brand_of(self, row: Row) -> str | None:
        """The brand a row belongs to, of those that the caller may use."""
        try:
            named = brand_of(row, self.brand)
        except BadRow:
            return None
        return named if named in self._known and self._known[named] is None else None

    def _need_brand(self, name: str) -> None:
        """Raises InputError; for a brand of others the same as for none."""
        if name not in self._known:
            self._known[name] = self._refusal(name)
        if refusal := self._known[name]:
            raise refusal

    def _refusal(self, name: str) -> InputError | None:
        unknown = UnknownBrand(f"没有名为“{name}”的品牌；请先用 /v1/brands 建立它")
        if not self._caller.sees(name) or replace_unencodable(name)[1]:
            return unknown
        try:
            products = self._service.store.brands.get(name).products
        except UnknownBrand:
            return unknown
        return None if products else EmptyBrand(f"品牌“{name}”还没有产品；请先用 /v1/brands 添加")


@contextmanager
def uploaded_rows(
    file: IO[bytes],
    name: str,
    kinds: Sequence[str] = KINDS,
    read: Callable[[Path], Iterator[Row]] = read_rows,
) -> Iterator[Iterator[Row]]:
    """Rows of an uploaded file, by the ending of its name: one of `kinds`.

    Raises:
        Problem: 415 for another kind of file; 422 for one that cannot be read, some of it as its rows are taken.
    """
    ending = Path(name).suffix.lower()
    if ending not in kinds:
        remedy = "、".join(kinds)
        wrong = Wrong(field="body.file", value=name, remedy=remedy)
        raise Problem(415, "unsupported_type", f"不支持的文件类型“{name}”；可用的类型：{remedy}", [wrong])
    with TemporaryDirectory(prefix="contentcheck-") as folder:
        copy = Path(folder) / f"upload{ending}"
        with copy.open("wb") as target:
            shutil.copyfileobj(file, target, 2**20)
        try:
            yield read(copy)
        except InputError as error:
            detail = str(error).replace(str(copy), name).replace(copy.name, name)
            raise invalid("body.file", name, detail, f"可以读取的 {'、'.join(kinds)}") from error


@contextmanager
def read_drafts(rows: Iterable[Row], terms: Terms, field: str, limit: int) -> Iterator[Drafts]:
    """All rows, read to the end before any is given out; they are kept aside, so that memory does not grow.

    Args:
        field: what holds the rows, for messages.
        limit: rows at most.

    Raises:
        Problem: 422 if there are none, or too many, or bad ones which are not to be skipped.
    """
    brands: set[str | None] = set()
    bad: list[tuple[int, str]] = []
    count = 0
    with SpooledTemporaryFile(_IN_MEMORY, "w+", encoding="ascii") as aside:
        for count, row in enumerate(rows, 1):
            if count > limit:
                raise invalid(field, None, f"稿件超过 {limit} 篇", f"最多 {limit} 篇；请分成几次")
            read = _read(row, terms.draft)
            brands.add(terms.brand_of(row))
            if read.error and not terms.skip_bad:
                bad.append((row.line, read.error))
                if len(bad) == _TOLD:
                    break
            aside.write(json.dumps(asdict(read)) + "\n")
        if bad:
            line, reason = bad[0]
            wrong = [Wrong(field=f"{field}.{line}", remedy=reason) for line, reason in bad]
            detail = f"第 {line} 行：{reason}。没有保存任何稿件；请改正，或用 skip_bad 跳过坏行"
            raise Problem(422, "invalid", detail, wrong)
        if not count:
            raise invalid(field, None, "没有稿件", "至少一篇")
        aside.seek(0)
        yield Drafts(brands.pop() if len(brands) == 1 else None, map(_restored, cast(IO[str], aside)))


def _read(row: Row, draft: Callable[[Row], Draft]) -> NewRow:
    try:
        return NewRow(row.line, draft(row))
    except BadRow as error:
        return NewRow(row.line, None, str(error))


def _restored(line: str) -> NewRow:
    data = json.loads(line)
    return NewRow(data["line"], Draft(**data["draft"]) if data["draft"] else None, data["error"])
