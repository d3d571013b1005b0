"""`contentcheck corpus`: the library of known pieces."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from contentcheck.engine.errors import InputError
from contentcheck.terminal import print_table, say

from .importing import (
    Genre,
    SkipBad,
    SkipDuplicates,
    SourceFile,
    export_items,
    import_file,
    index_shelf,
    open_workspace,
    own_store,
    print_items,
    take_in_with_progress,
    tell,
)

if TYPE_CHECKING:
    from contentcheck.app import Workspace
    from contentcheck.corpus.reading.columns import Row
    from contentcheck.engine.documents import CorpusItem

app = typer.Typer(name="corpus", help="管理自建的已知内容库。", no_args_is_help=True)


@app.command("import")
def import_(
    file: SourceFile, genre: Genre = "", skip_bad: SkipBad = False, skip_duplicates: SkipDuplicates = False
) -> None:
    """导入已知内容：jsonl、csv、xlsx、txt（一行一条或空行分隔），或装有文章的文件夹。中断后重新运行会接着做。"""
    from contentcheck.corpus.records import item_from_row

    workspace = open_workspace()
    import_file(
        workspace,
        file,
        workspace.store.library,
        lambda row: item_from_row(row, genre),
        skip_bad=skip_bad,
        skip_duplicates=skip_duplicates,
    )
    index_shelf(workspace.library.shelf)


@app.command()
def watch(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="要盯着的文件夹")],
    genre: Genre = "",
    skip_duplicates: SkipDuplicates = False,
    once: Annotated[bool, typer.Option("--once", help="收入现有的文件后就结束")] = False,
) -> None:
    """盯着一个文件夹，把新放进来或改动过的文件收入内容库。按 Ctrl-C 结束。"""
    from contentcheck.corpus.reading.rows import rows_of
    from contentcheck.corpus.sources.watching import watch_folder

    files = watch_folder(folder)
    workspace = open_workspace()
    for changed in files:
        if changed:
            rows = rows_of(folder, [file.relative_to(folder) for file in changed])
            _take_in_news(workspace, rows, str(folder), genre, skip_duplicates)
        if once:
            return
        say(f"正在盯着 {folder}，按 Ctrl-C 结束……")


@app.command()
def sync(
    feed: Annotated[str, typer.Argument(metavar="FEED", help="RSS、Atom 或 JSONL 的网址")],
    genre: Genre = "",
    skip_duplicates: SkipDuplicates = False,
) -> None:
    """从订阅源收入新内容；已有的不会重复收入。"""
    from contentcheck.corpus.sources.feeds import fetch_feed

    feeds = own_store().feeds
    etag, modified = feeds.get(feed)
    fetched = fetch_feed(feed, etag, modified)
    if not fetched.changed:
        say("订阅源没有变化。")
        return
    _take_in_news(open_workspace(), fetched.rows, feed, genre, skip_duplicates)
    feeds.remember(feed, fetched.etag, fetched.modified)


@app.command()
def expire(
    before: Annotated[str, typer.Option("--before", metavar="DATE", help="早于这一天的内容停用，如 2024-01-01")],
) -> None:
    """停用发布日期（没有则按收入日期）早于某一天的内容。"""
    try:
        day = date.fromisoformat(before)
    except ValueError as error:
        raise InputError(f"--before 的值是 {before}；应为日期，如 2024-01-01") from error
    if day > date.today():
        raise InputError(f"--before 的值是 {before}，还没有到；这会停用全部内容，请给出过去的日期")
    say(f"已停用 {own_store().library.expire(day)} 条。")


@app.command("list")
def list_(
    genre: Annotated[str | None, typer.Option("--genre", help="只看这个体裁")] = None,
    search: Annotated[str | None, typer.Option("--search", metavar="WORDS", help="只看含有这些字词的自建内容")] = None,
    duplicates: Annotated[bool, typer.Option("--duplicates", help="只看与先前内容相同或近似的自建内容")] = False,
    shipped: Annotated[bool, typer.Option("--shipped", help="也列出随程序提供的内容")] = False,
) -> None:
    """列出已知内容。"""
    if shipped and (search is not None or duplicates):
        raise InputError("--shipped 不能与 --search、--duplicates 一起用；后两个只查自建内容")
    edition = [i for i in _edition_items() if genre is None or i.genre == genre] if shipped else []
    own = own_store().library.items(genre=genre, words=search, duplicates=duplicates)
    found = search is not None or duplicates or genre is not None
    empty = "没有符合条件的内容。" if found else "没有内容。自建库是空的；随程序提供的内容请加 --shipped 查看。"
    print_items([*edition, *own], empty)


@app.command()
def show(item_id: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """显示一条已知内容的全部信息。"""
    own = own_store().library.get(item_id)
    found = [i for i in _edition_items() if i.id == item_id] + ([own] if own else [])
    if not found:
        raise InputError(f"没有编号为“{item_id}”的内容；可用 contentcheck corpus list --shipped 查看")
    for item in found:
        typer.echo(json.dumps(asdict(item), ensure_ascii=False, indent=2))


@app.command()
def remove(
    item_ids: Annotated[list[str], typer.Argument(metavar="ID...")],
    undo: Annotated[bool, typer.Option("--undo", help="恢复已删除的内容")] = False,
) -> None:
    """从自建库中删除内容，或恢复已删除的。"""
    library = own_store().library
    say(f"已恢复 {library.undo(item_ids)} 条。" if undo else f"已删除 {library.remove(item_ids)} 条。")


@app.command()
def export(output: Annotated[Path, typer.Option("--output", help="写入的 jsonl 文件")]) -> None:
    """把自建库导出为 jsonl，可再用 corpus import 导入。"""
    export_items(own_store().library.items(), output)


@app.command()
def stats() -> None:
    """按体裁统计随程序提供的和自建的内容。"""
    from contentcheck.corpus.shipped import shipped_edition

    edition = shipped_edition()
    shipped, own = Counter(i.genre for i in edition.items), Counter(own_store().library.genres())
    rows = [
        [
            genre or "（无）",
            edition.genres[genre].name if genre in edition.genres else "",
            str(shipped[genre]),
            str(own[genre]),
        ]
        for genre in sorted(shipped | own)
    ]
    total = ["合计", "", str(shipped.total()), str(own.total())]
    print_table(("体裁", "名称", "随程序提供", "自建"), [*rows, total])
    contrast = f"普通文字 {len(edition.background)} 段、其他行业 {len(edition.field_names)} 个"
    say(f"版本 {edition.version}；另有{contrast}作对照。")


@app.command()
def nearest(
    text: Annotated[str, typer.Argument(metavar="TEXT")],
    count: Annotated[int, typer.Option("--count", min=1, max=100, help="显示几条")] = 5,
) -> None:
    """与一段文字最接近的已知内容，以及各条为什么算或不算照搬。"""
    from contentcheck.app import bring_up_to_date
    from contentcheck.engine.comparison import compare

    if not text.strip():
        raise InputError("文字是空的；请给出要查找的一段话")
    workspace = open_workspace()
    bring_up_to_date(workspace.library.shelf)
    found = compare(text, workspace.library.current(), workspace.vectors.encoder, count)
    rows = ([f"{c.similarity:.2f}", c.known.item_id, c.known.genre, c.known.text, c.judgement] for c in found)
    print_table(("意思相近", "编号", "体裁", "内容", "判断"), rows)


def _take_in_news(
    workspace: "Workspace", rows: "Iterable[Row]", source: str, genre: str, skip_duplicates: bool
) -> None:
    """Take in what came by itself: a bad piece is told and passed over, for nobody may be there to mend it."""
    from contentcheck.corpus.records import item_from_row

    def passed_over(row: "Row", reason: str) -> None:
        place = f"{row.file} 第 {row.line} 行" if row.file else f"{source} 第 {row.line} 条"
        say(f"跳过 {place}：{reason}", "yellow")

    convert = lambda row: item_from_row(row, genre)  # noqa: E731
    library = workspace.store.library
    tell(take_in_with_progress(workspace, rows, source, library, convert, passed_over, skip_duplicates))
    index_shelf(workspace.library.shelf)


def _edition_items() -> "tuple[CorpusItem, ...]":
    from contentcheck.corpus.shipped import shipped_edition

    return shipped_edition().items
