"""The `corpus` and `brand` commands: the user's own library and products."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from contentcheck.engine.errors import InputError
from contentcheck.terminal import print_table, progress_bar, say

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

Start = Annotated[int, typer.Option("--start", min=1, help="从第几行开始，用于改正坏行后接着导入")]


@corpus.command("import")
def corpus_import(
    file: SourceFile,
    genre: Annotated[str, typer.Option("--genre", help="没有体裁的内容记为这个体裁")] = "",
    skip_bad: SkipBad = False,
    start: Start = 1,
) -> None:
    """导入已知内容：jsonl、csv、xlsx、txt（一行一条或空行分隔），或装有文章的文件夹。"""
    from contentcheck.corpus.importing import item_from_row

    items, wrong = _read(file, lambda row: item_from_row(row, genre), skip_bad, start)
    if items:
        _store().add_items(items)
    if wrong:
        raise InputError(wrong)
    say(f"已导入 {len(items)} 条。")


@corpus.command("list")
def corpus_list(
    genre: Annotated[str | None, typer.Option("--genre", help="只看这个体裁")] = None,
    shipped: Annotated[bool, typer.Option("--shipped", help="也列出随程序提供的内容")] = False,
) -> None:
    """列出已知内容。"""
    chosen = [i for i in _items(shipped) if genre is None or i.genre == genre]
    if chosen:
        rows = ([i.id, i.genre, i.title, i.text[:40].replace("\n", " ")] for i in chosen)
        print_table(("编号", "体裁", "标题", "开头"), rows)
    else:
        say("没有内容。自建库是空的；随程序提供的内容请加 --shipped 查看。")


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
    say(f"已删除 {_store().remove_items(set(item_ids))} 条。")


@corpus.command("export")
def corpus_export(output: Annotated[Path, typer.Option("--output", help="写入的 jsonl 文件")]) -> None:
    """把自建库导出为 jsonl，可再用 corpus import 导入。"""
    items = _store().items()
    _write(output, [asdict(i) for i in items])
    say(f"已导出 {len(items)} 条到 {output}。")


@corpus.command("stats")
def corpus_stats() -> None:
    """按体裁统计随程序提供的和自建的内容。"""
    from contentcheck.corpus.shipped import shipped_edition

    edition = shipped_edition()
    shipped, own = (Counter(i.genre for i in items) for items in (edition.items, _store().items()))
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


@corpus.command("nearest")
def corpus_nearest(
    text: Annotated[str, typer.Argument(metavar="TEXT")],
    count: Annotated[int, typer.Option("--count", min=1, max=100, help="显示几条")] = 5,
) -> None:
    """与一段文字意思最接近的已知内容。"""
    from contentcheck.app import Settings, build_library

    if not text.strip():
        raise InputError("文字是空的；请给出要查找的一段话")
    with progress_bar(PREPARING) as update:
        library = build_library(Settings(), update)
    found = library.nearest(text, count)
    rows = ([f"{similarity:.2f}", item.id, item.genre, passage] for similarity, item, passage in found)
    print_table(("相似度", "编号", "体裁", "内容"), rows)


@brand.command("import")
def brand_import(
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="产品表：brand、product_id、name、text、key_points")
    ] = None,
    samples: Annotated[bool, typer.Option("--samples", help="导入随程序提供的八个示例品牌")] = False,
    skip_bad: SkipBad = False,
    start: Start = 1,
) -> None:
    """导入品牌和产品（jsonl、csv、xlsx）。编号相同的产品会被替换。"""
    from contentcheck.corpus.importing import group_brands, product_from_row
    from contentcheck.corpus.shipped import sample_brands

    if (file is None) == (not samples):
        raise InputError("请给出一个产品文件，或用 --samples 导入示例品牌，二者选一")
    products, wrong = _read(file, product_from_row, skip_bad, start) if file else ([], None)
    brands = list(group_brands(products)) if file else sample_brands()
    if brands:
        _store().add_brands(brands)
    if wrong:
        raise InputError(wrong)
    names, count = "、".join(b.name for b in brands), sum(len(b.products) for b in brands)
    say(f"已导入 {len(brands)} 个品牌、{count} 个产品：{names}。")


@brand.command("list")
def brand_list() -> None:
    """列出品牌。"""
    brands = _store().brands()
    if brands:
        rows = ([name, str(len(b.products)), "、".join(p.name for p in b.products)] for name, b in brands.items())
        print_table(("品牌", "产品数", "产品"), rows)
    else:
        say("还没有品牌。请导入：contentcheck brand import 文件（或 --samples）。")


@brand.command("show")
def brand_show(name: Annotated[str, typer.Argument(metavar="NAME")]) -> None:
    """显示一个品牌的全部产品。"""
    typer.echo(json.dumps(asdict(_store().brand(name)), ensure_ascii=False, indent=2))


@brand.command("remove")
def brand_remove(name: Annotated[str, typer.Argument(metavar="NAME")]) -> None:
    """删除一个品牌和它的产品。"""
    _store().remove_brand(name)
    say(f"已删除品牌“{name}”。")


def _read(file: Path, convert: "Callable[[Row], T]", skip_bad: bool, start: int) -> "tuple[list[T], str | None]":
    """Rows of a file from line `start` on, converted, up to the first bad one; and what is wrong with that.

    With `skip_bad` bad rows go to the rejects file instead.
    """
    from contentcheck.corpus.importing import BadRow
    from contentcheck.corpus.reading import read_rows

    converted: list[T] = []
    rejects: list[dict[str, object]] = []
    for row in read_rows(file):
        if row.line < start:
            continue
        try:
            converted.append(convert(row))
        except BadRow as error:
            if not skip_bad:
                again = f"改正后加 --start {row.line} 接着导入；要跳过坏行，再加 --skip-bad"
                return converted, f"{file} 第 {row.line} 行：{error}。之前的 {len(converted)} 行已导入；{again}"
            rejects.append({"line": row.line, "reason": str(error), "row": row.data})
    if rejects:
        target = file.with_name(file.name + ".rejects.jsonl")
        _write(target, rejects)
        say(f"跳过 {len(rejects)} 个坏行，见 {target}。")
    return converted, None if converted else f"{file}：没有可以导入的内容"


def _write(file: Path, rows: "list[dict[str, object]]") -> None:
    from contentcheck.corpus.importing import json_line

    try:
        file.write_text("".join(json_line(r) for r in rows), "utf-8")
    except OSError as error:
        raise InputError(f"{file}：无法写入（{error.strerror}）") from error


def _items(shipped: bool) -> "list[CorpusItem]":
    from contentcheck.corpus.shipped import shipped_edition

    return [*(shipped_edition().items if shipped else ()), *_store().items()]


def _store() -> "Store":
    from contentcheck.app import Settings, open_store

    return open_store(Settings())
