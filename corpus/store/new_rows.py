"""Drafts on their way into a job: as they are handed in, and as they are stored."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contentcheck.engine.documents import Draft
from contentcheck.engine.normalise import replace_unencodable

_PART = 3_000_000  # characters written together: others wait for a tenth of a second
_EACH = 200  # characters that a row counts for beside its text


@dataclass(frozen=True, slots=True)
class NewRow:
    """A draft of a job to be made; or without one, why the line of the file cannot be used."""

    line: int
    draft: Draft | None
    error: str | None = None


def in_parts(rows: Iterable[NewRow]) -> Iterator[tuple[list[NewRow], bool]]:
    """Rows that are written together, and whether they are the last; the last may be none."""
    part: list[NewRow] = []
    size = 0
    for row in rows:
        part.append(row)
        size += _EACH + (len(row.draft.title) + len(row.draft.text) if row.draft else 0)
        if size >= _PART:
            yield part, False
            part, size = [], 0
    yield part, True


def stored(job_id: str, number: int, row: NewRow, brands: Mapping[str, int]) -> dict[str, Any]:
    """As the table holds it. `brands`: the numbers of the live ones, by name.

    The number goes with the draft: another brand that gets the name while the draft waits is not the one it is of.
    """
    draft, error = row.draft or Draft(str(row.line), ""), row.error
    if draft.brand is not None and draft.brand not in brands:
        error = brand_is_gone(draft.brand)
    return {
        "job_id": job_id,
        "number": number,
        "line": row.line,
        "draft": {
            "id": draft.id,
            "text": draft.text,
            "title": draft.title,
            "brand": draft.brand,
            "brand_id": brands.get(draft.brand) if draft.brand is not None else None,
        },
        "state": "failed" if error is not None or row.draft is None else "queued",
        "attempts": 0,
        "error": None if error is None else storable(error),
    }


def brand_is_gone(brand: str) -> str:
    """Why a draft of a removed brand has no report."""
    return f"品牌“{brand}”在检查之前被删除了（同名的新品牌不算）；请重新提交这一篇"


def storable(text: str) -> str:
    """The text as any database takes it."""
    return replace_unencodable(text)[0]
