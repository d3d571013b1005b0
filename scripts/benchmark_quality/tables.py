"""Results as tables: in the terminal, as JSON, and in the documentation between two marks."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from contentcheck.terminal import print_table, stdout

from .baselines import Baseline
from .figures import Figure, compare
from .tasks import Task

BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"
Results = dict[str, dict[str, dict[str, Figure]]]
"""Figures by task, column and method."""


def results(tasks: list[Task], draws: int) -> Results:
    return {
        task.title: {
            column: compare(task.labels, scores, measure, draws) for column, (measure, scores) in task.columns.items()
        }
        for task in tasks
    }


def show(found: Results) -> None:
    """In the terminal."""
    for title, columns in found.items():
        stdout().print(f"\n{title}")
        print_table(("", *columns), _rows(columns))


def as_json(found: Results) -> dict[str, Any]:
    """Plain data."""
    return {
        title: {column: {method: asdict(f) for method, f in figures.items()} for column, figures in columns.items()}
        for title, columns in found.items()
    }


def as_markdown(sizes: str, found: Results, baselines: list[Baseline]) -> str:
    """All tables, and what was chosen for the baselines."""
    chosen = [[b.name, str(b.view), f"{b.common:.3f}", f"{b.copy:.3f}"] for b in baselines]
    tables = {title: _table(("", *columns), _rows(columns)) for title, columns in found.items()}
    tables["What was chosen"] = _table(("", "compares", "common from", "copy from"), chosen)
    return "\n\n".join([f"Data: {sizes}.", *(f"### {title}\n\n{table}" for title, table in tables.items())])


def write_between_marks(page: Path, text: str) -> None:
    """Put `text` in place of what stands between the page's marks."""
    before, rest = page.read_text("utf-8").split(BEGIN)
    _, after = rest.split(END)
    page.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", "utf-8")


def _table(head: tuple[str, ...], rows: list[list[str]]) -> str:
    lines = [list(head), ["---"] * len(head), *([cell.replace("\n", "<br>") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _rows(columns: dict[str, dict[str, Figure]]) -> list[list[str]]:
    names = next(iter(columns.values()))
    return [[name, *(_cell(figures[name]) for figures in columns.values())] for name in names]


def _cell(figure: Figure) -> str:
    reached = f"{figure.reached.value:.3f} ({figure.reached.low:.3f} to {figure.reached.high:.3f})"
    if figure.ahead is None:
        return reached
    return f"{reached}\n{figure.ahead.value:+.3f} ({figure.ahead.low:+.3f} to {figure.ahead.high:+.3f})"
