"""Writing to the terminal: text as it is (never markup), tables that cut nothing off, progress bars."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from contentcheck.engine.normalise import replace_unencodable


def stdout() -> Console:
    """Where results go."""
    return Console(markup=False, highlight=False)


def stderr() -> Console:
    """Where everything else goes."""
    return Console(stderr=True, markup=False, highlight=False, soft_wrap=True)


def say(message: str, style: str = "") -> None:
    """One line on standard error."""
    stderr().print(replace_unencodable(message)[0], style=style)


def print_table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """A table on a terminal; elsewhere lines with tabs, for other programs."""
    console = stdout()
    clean = [[replace_unencodable(cell)[0] for cell in row] for row in rows]
    if not console.is_terminal:
        for row in clean:
            print("\t".join(" ".join(cell.split()) for cell in row))
        return
    table = Table(box=None, header_style="dim")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in clean:
        table.add_row(*row)
    console.print(table)


@contextmanager
def progress_bar(name: str, percent: bool = False) -> Iterator[Callable[[float, float], None]]:
    """A bar on standard error, told (done, total); it appears with the first news, on a terminal only."""
    columns = (
        TextColumn(name),
        BarColumn(),
        TaskProgressColumn() if percent else MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    console = stderr()
    bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
    task = bar.add_task(name, total=None)

    def update(done: float, total: float) -> None:
        bar.start()
        bar.update(task, completed=done, total=total)

    try:
        yield update
    finally:
        if bar.live.is_started:
            bar.stop()
