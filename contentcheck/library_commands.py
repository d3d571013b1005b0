"""The `corpus` and `brand` commands: the user's own library and products."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from contentcheck.engine.errors import InputError

if TYPE_CHECKING:
    from contentcheck.corpus.reading import Row
    from contentcheck.corpus.store import Store
    from contentcheck.engine.documents import CorpusItem

T = TypeVar("T")

PREPARING = "准备内容库"

corpus = typer.Typer(name="corpus", help="管理自建的已知内容库。", no_args_is_help=True)
brand = typer.Typer(name="brand", help="管理品牌和产品。", no_args_is_help=True)

SourceFile = Annotated[Path, typer.Argument(metavar="FILE", help="文件或文件夹")]
SkipBad = Annotated[bool, typer.Option("--skip-bad", help="跳过坏行，写入 FILE.rejects.jsonl")]


@corpus.command("import")
def corpus_import(
    file: SourceFile,
    genre: Annotated[str, typer.Option("--genre", help="没有体裁的内容记为这个体裁")] = "",
    skip_bad: SkipBad = False,
) -> None:
    """导入已知内容：jsonl、csv、xlsx、txt（一行一条或空行分隔），或装有文章的文件夹。"""
    from contentcheck.corpus.importing import item_from_row

    items = _read(file, lambda row: item_from_row(row, genre), skip_bad)
    _store().add_items(items)
    _say(f"已导入 {len(items)} 条。")


@corpus.command("list")
def corpus_list(
    genre: Annotated[str | None, typer.Option("--genre", help="只看这个体裁")] = None,
    shipped: Annotated[bool, typer.Option("--shipped", help="也列出随程序提供的内容")] = False,
) -> None:
    """列出已知内容。"""
    table = Table("编号", "体裁", "标题", "开头", box=None, header_style="dim")
    for item in _items(shipped):
        if genre is None or item.genre == genre:
            table.add_row(item.id, item.genre, item.title, item.text[:40].replace("\n", " "))
    if table.row_count:
        Console().print(table)
    else:
        _say("没有内容。自建库是空的；随程序提供的内容请加 --shipped 查看。")


@corpus.command("show")
def corpus_show(item_id: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """显示一条已知内容的全部信息。"""
    found = [i for i in _items(shipped=True) if i.id == item_id]
    if not found:
        raise InputError(f"没有编号为“{item_id}”的内容；可用 contentcheck corpus list --shipped 查看")
    for item in found:
        typer.echo(json.dumps(asdict(item), ensure_ascii=False, indent=2))


@corpus.command("remove")
def corpus_remove(item_ids: Annotated[list[str], typer.Argument(metavar="ID...")]) -> None:
    """从自建库中删除内容。"""
    _say(f"已删除 {_store().remove_items(set(item_ids))} 条。")


@corpus.command("export")
def corpus_export(output: Annotated[Path, typer.Option("--output", help="写入的 jsonl 文件")]) -> None:
    """把自建库导出为 jsonl，可再用 corpus import 导入。"""
    items = _store().items()
    _write(output, [asdict(i) for i in items])
    _say(f"已导出 {len(items)} 条到 {output}。")


@corpus.command("stats")
def corpus_stats() -> None:
    """按体裁统计随程序提供的和自建的内容。"""
    from contentcheck.corpus.shipped import shipped_edition

    edition = shipped_edition()
    shipped, own = (Counter(i.genre for i in items) for items in (edition.items, _store().items()))
    table = Table("体裁", "名称", "随程序提供", "自建", box=None, header_style="dim")
    for genre in sorted(shipped | own):
        name = edition.genres[genre].name if genre in edition.genres else ""
        table.add_row(genre or "（无）", name, str(shipped[genre]), str(own[genre]))
    table.add_row("合计", "", str(shipped.total()), str(own.total()), style="bold")
    Console().print(table)
    contrast = f"普通文字 {len(edition.background)} 段、其他行业 {len(edition.field_names)} 个"
    _say(f"版本 {edition.version}；另有{contrast}作对照。")


@corpus.command("nearest")
def corpus_nearest(
    text: Annotated[str, typer.Argument(metavar="TEXT")],
    count: Annotated[int, typer.Option("--count", min=1, max=100, help="显示几条")] = 5,
) -> None:
    """与一段文字意思最接近的已知内容。"""
    from contentcheck.app import Settings, build_library

    if not text.strip():
        raise InputError("文字是空的；请给出要查找的一段话")
    table = Table("相似度", "编号", "体裁", "内容", box=None, header_style="dim")
    with progress_bar(PREPARING) as update:
        library = build_library(Settings(), update)
    for similarity, item, passage in library.nearest(text, count):
        table.add_row(f"{similarity:.2f}", item.id, item.genre, passage)
    Console().print(table)


@brand.command("import")
def brand_import(
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="产品表：brand、product_id、name、text、key_points")
    ] = None,
    samples: Annotated[bool, typer.Option("--samples", help="导入随程序提供的八个示例品牌")] = False,
    skip_bad: SkipBad = False,
) -> None:
    """导入品牌和产品（jsonl、csv、xlsx）。编号相同的产品会被替换。"""
    from contentcheck.corpus.importing import group_brands, product_from_row
    from contentcheck.corpus.shipped import sample_brands

    if (file is None) == (not samples):
        raise InputError("请给出一个产品文件，或用 --samples 导入示例品牌，二者选一")
    brands = list(group_brands(_read(file, product_from_row, skip_bad))) if file else sample_brands()
    _store().add_brands(brands)
    names, products = "、".join(b.name for b in brands), sum(len(b.products) for b in brands)
    _say(f"已导入 {len(brands)} 个品牌、{products} 个产品：{names}。")


@brand.command("list")
def brand_list() -> None:
    """列出品牌。"""
    table = Table("品牌", "产品数", "产品", box=None, header_style="dim")
    for name, found in _store().brands().items():
        table.add_row(name, str(len(found.products)), "、".join(p.name for p in found.products))
    if table.row_count:
        Console().print(table)
    else:
        _say("还没有品牌。请导入：contentcheck brand import 文件（或 --samples）。")


@brand.command("show")
def brand_show(name: Annotated[str, typer.Argument(metavar="NAME")]) -> None:
    """显示一个品牌的全部产品。"""
    typer.echo(json.dumps(asdict(_store().brand(name)), ensure_ascii=False, indent=2))


@brand.command("remove")
def brand_remove(name: Annotated[str, typer.Argument(metavar="NAME")]) -> None:
    """删除一个品牌和它的产品。"""
    _store().remove_brand(name)
    _say(f"已删除品牌“{name}”。")


@contextmanager
def progress_bar(name: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error, told (done, total); it appears with the first news, on a terminal only."""
    columns = (TextColumn(name), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
    task = bar.add_task(name, total=None)

    def update(done: int, total: int) -> None:
        bar.start()
        bar.update(task, completed=done, total=total)

    try:
        yield update
    finally:
        if bar.live.is_started:
            bar.stop()


def _read(file: Path, convert: "Callable[[Row], T]", skip_bad: bool) -> list[T]:
    """All rows of a file, converted. A bad row stops everything, or goes to the rejects file."""
    from contentcheck.corpus.importing import BadRow
    from contentcheck.corpus.reading import read_rows

    converted: list[T] = []
    rejects: list[dict[str, object]] = []
    for row in read_rows(file):
        try:
            converted.append(convert(row))
        except BadRow as error:
            if not skip_bad:
                raise InputError(
                    f"{file} 第 {row.line} 行：{error}。没有导入任何内容；改正后再试，或加 --skip-bad 跳过坏行"
                ) from error
            rejects.append({"line": row.line, "reason": str(error), "row": row.data})
    if rejects:
        target = file.with_name(file.name + ".rejects.jsonl")
        _write(target, rejects)
        _say(f"跳过 {len(rejects)} 个坏行，见 {target}。")
    if not converted:
        raise InputError(f"{file}：没有可以导入的内容")
    return converted


def _write(file: Path, rows: "list[dict[str, object]]") -> None:
    try:
        file.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), "utf-8")
    except OSError as error:
        raise InputError(f"{file}：无法写入（{error.strerror}）") from error


def _items(shipped: bool) -> "list[CorpusItem]":
    from contentcheck.corpus.shipped import shipped_edition

    return [*(shipped_edition().items if shipped else ()), *_store().items()]


def _store() -> "Store":
    from contentcheck.app import Settings, open_store

    return open_store(Settings())


def _say(message: str) -> None:
    Console(stderr=True, soft_wrap=True).print(message, markup=False, highlight=False)
