"""What lists tell of a report: kept beside it, since to look into a long report takes PostgreSQL a tenth of a second.

Rows of before this was kept have none; then it is read out of the report after all.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Table, case

from contentcheck.engine.report import SCORES


def brief(report: Mapping[str, Any]) -> dict[str, Any]:
    """Of a report as `Report.to_json` gives it: its scores (0-100, None where it has none) and its `reasons`."""
    scores = {name: (report.get(name) or {}).get("score") for name in SCORES}
    return {**scores, "reasons": report.get("reasons", [])}


def score(table: Table, name: str) -> ColumnElement[float]:
    """One of `SCORES` of the reports of a table."""
    c = table.c
    return case((c.brief.is_(None), c.report[(name, "score")].as_float()), else_=c.brief[name].as_float())


def reasons(table: Table) -> ColumnElement[Any]:
    """The reasons of the reports of a table."""
    return case((table.c.brief.is_(None), table.c.report["reasons"]), else_=table.c.brief["reasons"])
