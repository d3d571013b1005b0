"""What the commands on shelves share: opening the store, options, progress, and the account of what was done."""

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from contentcheck.engine.errors import InputError
from contentcheck.terminal import print_table, progress_bar, say

if TYPE_CHECKING:
    from contentcheck.app import Workspace
    from contentcheck.corpus.intake import Intake
    from contentcheck.corpus.live.shelf import LiveShelf
    from contentcheck.corpus.reading.columns import Row
    from contentcheck.corpus.store import Store
    from contentcheck.corpus.store.shelf import Shelf
    from contentcheck.engine.documents import CorpusItem

PREPARING = "准备内容库"
SourceFile = Annotated[Path, typer.Argument(metavar="FILE", help="文件或文件夹")]
SkipBad = Annotated[bool, typer.Option("--skip-bad", help="跳过坏行，写入 FILE.rejects.jsonl")]
SkipDuplicates = Annotated[
    bool, typer.Option("--skip-duplicates", help="不收入与已有内容相同或近似的条目（默认照收，只报告）")
]
Genre = Annotated[str, typer.Option("--genre", help="没有体裁的内容记为这个体裁")]


def own_store() -> "Store":
    """The store of the settings, without an encoder."""
    from contentcheck.app import Settings, open_store

    return open_store(Settings())


def open_workspace() -> "Workspace":
    """The store with its encoder, ready to take pieces in."""
    from contentcheck.app import Settings, Workspace

    with progress_bar(PREPARING) as update:
        return Workspace(Settings(), update)


def import_file(
    workspace: "Workspace",
    file: Path,
    shelf: "Shelf",
    convert: "Callable[[Row], CorpusItem]",
    *,
    skip_bad: bool,
    skip_duplicates: bool,
) -> None:
    """Take a file into a shelf and say what became of it."""
    from contentcheck.corpus.intake import Rejects
    from contentcheck.corpus.reading.rows import read_rows

    target = file.with_name(file.name + ".rejects.jsonl")
    with Rejects(target) if skip_bad else nullcontext() as rejects:
        bad = rejects.write if rejects else None
        intake = take_in_with_progress(workspace, read_rows(file), str(file), shelf, convert, bad, skip_duplicates)
    if intake.rejects:
        say(f"跳过 {intake.rejects} 个坏行，见 {target}。")
    if not intake.rows:
        raise InputError(f"{file}：没有可以导入的内容")
    tell(intake)


def take_in_with_progress(
    workspace: "Workspace",
    rows: "Iterable[Row]",
    source: str,
    shelf: "Shelf",
    convert: "Callable[[Row], CorpusItem]",
    bad: "Callable[[Row, str], None] | None",
    skip_duplicates: bool,
) -> "Intake":
    """Take rows into a shelf under a bar; `tell` what became of them."""
    from contentcheck.corpus.intake import take_in
    from contentcheck.corpus.store.vectors import StoredVectors

    quiet = StoredVectors(workspace.store.database, workspace.vectors.encoder)
    with progress_bar("导入", percent=True) as update:
        return take_in(
            rows,
            source,
            shelf,
            quiet,
            convert,
            skip_duplicates=skip_duplicates,
            bad=bad,
            progress=lambda done: update(done, 1),
        )


def index_shelf(shelf: "LiveShelf") -> None:
    """Build the shelf's index if it has grown enough to need one."""
    from contentcheck.app import bring_up_to_date

    with progress_bar("建立索引") as update:
        bring_up_to_date(shelf, update)


def export_items(items: "Iterable[CorpusItem]", output: Path) -> None:
    """Write items as jsonl that can be imported again."""
    from contentcheck.corpus.records import json_line

    count = 0
    try:
        with output.open("w", encoding="utf-8") as stream:
            for item in items:
                stream.write(json_line(asdict(item)))
                count += 1
    except OSError as error:
        raise InputError(f"{output}：无法写入（{error.strerror}）") from error
    say(f"已导出 {count} 条到 {output}。")


def print_items(items: "Iterable[CorpusItem]", empty: str) -> None:
    """A table of items, or what to say where there are none."""
    rows = [[i.id, i.genre, i.published, i.title, i.text[:40].replace("\n", " ")] for i in items]
    if rows:
        print_table(("编号", "体裁", "日期", "标题", "开头"), rows)
    else:
        say(empty)


def tell(intake: "Intake") -> None:
    """Say what became of the rows."""
    parts = [f"已导入 {intake.added} 条"]
    for count, what in (
        (intake.replaced, "条替换了编号相同的旧内容"),
        (intake.unchanged, "条早已在库中，未变"),
        (intake.repeated, "行与本文件前面的行完全重复，只存一次"),
        (intake.skipped, "条因重复未收入"),
    ):
        if count:
            parts.append(f"{count} {what}")
    say("；".join(parts) + "。")
    if intake.exact or intake.near:
        shown = "、".join(f"{new} 与 {old}（{int(100 * likeness)}%）" for new, old, likeness in intake.examples)
        more = "等" if intake.exact + intake.near > len(intake.examples) else ""
        say(f"与先前内容相同的 {intake.exact} 条，近似的 {intake.near} 条：{shown}{more}。")
