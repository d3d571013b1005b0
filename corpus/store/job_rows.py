"""What came of each draft of a job: in the order of the file or the worst first, and counted by verdict and reason.

The drafts are not looked into by the database: PostgreSQL refuses to, where one holds a NUL.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Integer, Text, case, cast, func, literal, or_, select, tuple_

from contentcheck.engine.report import SCORES

from . import schema
from .briefs import reasons, score
from .database import Database
from .new_rows import storable

RowState = Literal["queued", "leased", "done", "failed"]
Order = Literal["file", "worst"]
Position = tuple[int, ...]
"""Of a row among those of its job; its parts depend on the order."""

FIRST: dict[Order, Position] = {"file": (-1,), "worst": (-1, 0, -1)}
"""Before every row."""

_R = schema.job_rows.c
_READ = 50  # rows held in memory while results are written out
_OPENING = 120  # characters of a draft that a list shows


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows; None: whatever they are. `reason`: a code that is among those of the report."""

    state: RowState | None = None
    verdict: str | None = None
    reason: str | None = None


_ALL = Wanted()


@dataclass(frozen=True, slots=True)
class RowLine:
    """One draft as a list shows it.

    Attributes:
        number: counts from 0; `line` is that of the file, from 1.
        opening: the first words of the text.
        scores: 0-100 by name, None where the report has none; empty without a report.
        reasons: `code` and `message`, as in the report.
        error: why there is no report.
    """

    number: int
    line: int
    state: RowState
    id: str
    title: str
    opening: str
    brand: str | None
    verdict: str | None
    scores: dict[str, float | None]
    reasons: list[dict[str, str]]
    error: str | None
    position: Position


@dataclass(frozen=True, slots=True)
class RowReport:
    """One draft with its report, whose offsets are those of `text`."""

    number: int
    line: int
    state: RowState
    id: str
    title: str
    text: str
    brand: str | None
    report: dict[str, Any] | None
    error: str | None


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one draft: a report, or why there is none."""

    id: str
    title: str
    line: int
    report: dict[str, Any] | None
    error: str | None


@dataclass(frozen=True, slots=True)
class Summary:
    """How many drafts of a job came to what.

    Attributes:
        states: drafts by state. verdicts: by verdict.
        reasons: by code, the most frequent first; a draft counts for each of its reasons.
        messages: what one of these drafts is told, by code.
    """

    states: dict[str, int]
    verdicts: dict[str, int]
    reasons: dict[str, int]
    messages: dict[str, str]


class JobRows:
    """The rows of a database's jobs."""

    def __init__(self, database: Database):
        self._database = database

    def page(
        self, job_id: str, after: Position, limit: int, order: Order = "file", wanted: Wanted = _ALL
    ) -> list[RowLine]:
        """Up to `limit` rows that follow a position; `FIRST`: from the first on.

        Worst first is by verdict, then the less original and the further from the products; drafts that failed come
        before those that may be published, and those not yet checked last.
        """
        position = _POSITIONS[order]
        found = select(_R.number, *position).where(_R.job_id == job_id, *_conditions(wanted))
        if after != FIRST[order]:
            found = found.where(tuple_(*position) > tuple_(*map(literal, after)))
        with self._database.reading() as connection:
            places = {n: tuple(place) for n, *place in connection.execute(found.order_by(*position).limit(limit))}
            rows = select(*_SHOWN).where(_R.job_id == job_id, _R.number.in_(list(places)))
            lines = [_line(row, places[row.number]) for row in connection.execute(rows)]
        return sorted(lines, key=lambda line: line.position)

    def one(self, job_id: str, number: int) -> RowReport | None:
        """None: the job has no such row."""
        columns = (_R.number, _R.line, _R.state, _R.draft, _R.report, _R.error)
        with self._database.reading() as connection:
            query = select(*columns).where(_R.job_id == job_id, _R.number == number)
            row = connection.execute(query).first()
        if row is None:
            return None
        draft = _storable(row.draft)
        shown = (draft["id"], draft["title"], draft["text"], draft["brand"])
        return RowReport(row.number, row.line, row.state, *shown, row.report, row.error)

    def summary(self, job_id: str) -> Summary:
        """Of all rows there are."""
        mine = _R.job_id == job_id
        counting = select(_R.state, _R.verdict, func.count().label("count")).where(mine).group_by(_R.state, _R.verdict)
        telling = select(_REASONS).where(mine, _R.state == "done", _R.verdict != "publish")
        states, verdicts, reasons = Counter[str](), Counter[str](), Counter[str]()
        messages: dict[str, str] = {}
        with self._database.reading() as connection:
            for row in connection.execute(counting).mappings():
                states[row["state"]] += row["count"]
                if row["verdict"] is not None:
                    verdicts[row["verdict"]] += row["count"]
            for told in connection.execute(telling.execution_options(yield_per=1000)).scalars():
                reasons.update({reason["code"] for reason in told or ()})
                for reason in told or ():
                    messages.setdefault(reason["code"], reason["message"])
        return Summary(states, verdicts, dict(sorted(reasons.items(), key=lambda r: (-r[1], r[0]))), messages)

    def results(self, job_id: str) -> Iterator[Result]:
        """What there is so far, in order. Memory does not grow, and nobody waits for a slow reader."""
        last = -1
        query = select(_R.number, _R.draft, _R.line, _R.report, _R.error)
        query = query.where(_R.job_id == job_id, _R.state.in_(("done", "failed"))).order_by(_R.number).limit(_READ)
        while True:
            with self._database.reading() as connection:
                rows = connection.execute(query.where(_R.number > last)).all()
            for number, draft, line, report, error in rows:
                yield Result(draft["id"], draft["title"], line, report, error)
                last = number
            if len(rows) < _READ:
                return


_SCORES = {name: score(schema.job_rows, name) for name in SCORES}
_REASONS = reasons(schema.job_rows)
_GRAVITY = case(
    (_R.verdict == "reject", 0),
    (_R.verdict == "revise", 1),
    (_R.verdict == "insufficient_text", 2),
    (_R.state == "failed", 3),
    (_R.verdict == "publish", 4),
    else_=5,
)
# Less the points that a draft loses, in hundredths; without a brand it is neither near nor far.
_MILDNESS = cast(
    -100 * (func.coalesce(_SCORES["homogeneity"], 0.0) + func.coalesce(100.0 - _SCORES["relevance"], 50.0)), Integer
)
# Read for the rows of the page alone.
_SHOWN = (
    *(_R.number, _R.line, _R.state, _R.draft, _R.verdict, _R.error, _REASONS.label("reasons")),
    *(column.label(name) for name, column in _SCORES.items()),
)
_POSITIONS: dict[Order, tuple[ColumnElement[int], ...]] = {
    "file": (_R.number,),
    "worst": (_GRAVITY, _MILDNESS, _R.number),
}


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.state is not None:
        yield _R.state == wanted.state
    if wanted.verdict is not None:
        yield _R.verdict == wanted.verdict
    if wanted.reason is not None:
        # Quotes within a message are escaped, so that only a code can look like this; one database keeps the blank.
        told, code = cast(_REASONS, Text), wanted.reason
        yield or_(*(told.contains(f'"code":{blank}"{code}"', autoescape=True) for blank in ("", " ")))


def _line(row: Any, position: Position) -> RowLine:
    draft = _storable(row.draft)
    scores = {name: getattr(row, name) for name in SCORES} if row.verdict is not None else {}
    return RowLine(
        number=row.number,
        line=row.line,
        state=row.state,
        id=draft["id"],
        title=draft["title"],
        opening=draft["text"][:_OPENING].strip(),
        brand=draft["brand"],
        verdict=row.verdict,
        scores=scores,
        reasons=row.reasons or [],
        error=row.error,
        position=position,
    )


def _storable(draft: dict[str, Any]) -> dict[str, Any]:
    return {name: storable(value) if isinstance(value, str) else value for name, value in draft.items()}
