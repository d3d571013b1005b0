"""`contentcheck brand` and `contentcheck posts`: what a brand sells, and what its account has published."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from contentcheck.engine.errors import InputError
from contentcheck.terminal import print_table, say

from .importing import (
    SkipBad,
    SkipDuplicates,
    SourceFile,
    export_items,
    import_file,
    index_shelf,
    open_workspace,
    own_store,
    print_items,
)

if TYPE_CHECKING:
    from contentcheck.engine.documents import Product

app = typer.Typer(name="brand", help="管理品牌和产品。", no_args_is_help=True)
posts = typer.Typer(name="posts", help="管理本账号已发表的文章，用来发现重复的内容。", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="品牌名")]
BrandOption = Annotated[str, typer.Option("--brand", metavar="NAME", help="哪个品牌的账号")]


@app.command("import")
def import_(
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="产品表：brand、product_id、name、text、key_points、synonyms")
    ] = None,
    samples: Annotated[bool, typer.Option("--samples", help="导入随程序提供的八个示例品牌")] = False,
    skip_bad: SkipBad = False,
) -> None:
    """导入品牌和产品（jsonl、csv、xlsx）。编号相同的产品会被替换。"""
    from contentcheck.corpus.records import group_brands
    from contentcheck.corpus.shipped import sample_brands

    if (file is None) == (not samples):
        raise InputError("请给出一个产品文件，或用 --samples 导入示例品牌，二者选一")
    products, wrong = _read_products(file, skip_bad) if file else ([], None)
    brands = list(group_brands(products)) if file else sample_brands()
    if brands:
        own_store().brands.add(brands)
    if wrong:
        raise InputError(wrong)
    names, count = "、".join(b.name for b in brands), sum(len(b.products) for b in brands)
    say(f"已导入 {len(brands)} 个品牌、{count} 个产品：{names}。")


@app.command("list")
def list_() -> None:
    """列出品牌。"""
    brands = own_store().brands.all()
    if brands:
        rows = ([name, str(len(b.products)), "、".join(p.name for p in b.products)] for name, b in brands.items())
        print_table(("品牌", "产品数", "产品"), rows)
    else:
        say("还没有品牌。请导入：contentcheck brand import 文件（或 --samples）。")


@app.command()
def show(name: Name) -> None:
    """显示一个品牌的全部产品、专用词和固定用语。"""
    typer.echo(json.dumps(asdict(own_store().brands.get(name)), ensure_ascii=False, indent=2))


@app.command()
def remove(name: Name) -> None:
    """删除一个品牌和它的产品、已发文章。"""
    own_store().brands.remove(name)
    say(f"已删除品牌“{name}”。")


@app.command()
def words(
    name: Name,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="词表，一行一个词；替换原有的词表")],
) -> None:
    """设置品牌的专用词：分词时不会被切开的名称、术语。"""
    listed = _read_lines(file)
    own_store().brands.set_words(name, listed)
    say(f"品牌“{name}”现有 {len(set(listed))} 个专用词。")


@app.command()
def allow(
    name: Name,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="固定用语，一行一条；替换原有的")],
) -> None:
    """设置品牌的固定用语：口号、法律声明、栏目的开场白和结尾语，检查时不计分。"""
    listed = _read_lines(file)
    own_store().brands.set_allowed(name, listed)
    say(f"品牌“{name}”现有 {len(set(listed))} 条固定用语。")


@posts.command("import")
def posts_import(
    file: SourceFile, brand: BrandOption, skip_bad: SkipBad = False, skip_duplicates: SkipDuplicates = False
) -> None:
    """导入本账号已发表的文章：jsonl、csv、xlsx、txt，或装有文章（包括保存的公众号网页）的文件夹。"""
    from contentcheck.corpus.records import item_from_row

    shelf = own_store().brands.posts(brand)
    workspace = open_workspace()
    import_file(workspace, file, shelf, item_from_row, skip_bad=skip_bad, skip_duplicates=skip_duplicates)
    index_shelf(workspace.accounts.posts(brand))


@posts.command("list")
def posts_list(
    brand: BrandOption,
    search: Annotated[str | None, typer.Option("--search", metavar="WORDS", help="只看含有这些字词的文章")] = None,
) -> None:
    """列出本账号已发表的文章。"""
    empty = f"品牌“{brand}”没有{'符合条件的' if search else ''}已发文章。"
    print_items(own_store().brands.posts(brand).items(words=search), empty)


@posts.command("remove")
def posts_remove(
    post_ids: Annotated[list[str], typer.Argument(metavar="ID...")],
    brand: BrandOption,
    undo: Annotated[bool, typer.Option("--undo", help="恢复已删除的文章")] = False,
) -> None:
    """删除已发表的文章，或恢复已删除的。"""
    shelf = own_store().brands.posts(brand)
    say(f"已恢复 {shelf.undo(post_ids)} 篇。" if undo else f"已删除 {shelf.remove(post_ids)} 篇。")


@posts.command("export")
def posts_export(
    brand: BrandOption, output: Annotated[Path, typer.Option("--output", help="写入的 jsonl 文件")]
) -> None:
    """把已发表的文章导出为 jsonl。"""
    export_items(own_store().brands.posts(brand).items(), output)


def _read_lines(file: Path) -> list[str]:
    """The lines of a text file that say something."""
    from contentcheck.corpus.reading.articles import decode
    from contentcheck.corpus.reading.text_files import unreadable

    try:
        text = decode(str(file), file.read_bytes())
    except OSError as error:
        raise unreadable(file, error) from error
    return [line.strip() for line in text.splitlines() if line.strip()]


def _read_products(file: Path, skip_bad: bool) -> "tuple[list[tuple[str, Product]], str | None]":
    """Products of a file up to the first bad row, and what is wrong with that; or all good ones."""
    from contentcheck.corpus.intake import Rejects
    from contentcheck.corpus.reading.rows import read_rows
    from contentcheck.corpus.records import BadRow, product_from_row

    products: list[tuple[str, Product]] = []
    target = file.with_name(file.name + ".rejects.jsonl")
    bad = 0
    with Rejects(target) as rejects:
        for row in read_rows(file):
            try:
                products.append(product_from_row(row))
            except BadRow as error:
                if not skip_bad:
                    again = "改正后重新运行同一命令，或加 --skip-bad 跳过坏行"
                    place = f"{file / row.file} 第 {row.line} 行"
                    return products, f"{place}：{error}。之前的 {len(products)} 行已导入；{again}"
                rejects.write(row, str(error))
                bad += 1
    if bad:
        say(f"跳过 {bad} 个坏行，见 {target}。")
    return products, None if products else f"{file}：没有可以导入的内容"
