"""`contentcheck wechat`: pull from an official account."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from contentcheck.engine.errors import InputError
from contentcheck.terminal import progress_bar, say

from .importing import index_shelf, open_workspace, own_store, tell

if TYPE_CHECKING:
    from contentcheck.corpus.reading.columns import Row
    from contentcheck.corpus.sources.wechat_api import WechatClient
    from contentcheck.corpus.sources.wechat_articles import LeftOut

app = typer.Typer(name="wechat", help="从微信公众号取草稿和已发文章。", no_args_is_help=True)

_NAMED = 3  # titles of articles without text that are shown


@app.callback()
def group() -> None:
    """A group even while it has one command only."""


@app.command()
def pull(
    brand: Annotated[str, typer.Option("--brand", metavar="NAME", help="哪个品牌的公众号")],
    published: Annotated[bool, typer.Option("--published", help="取已发布的文章，收入品牌的已发文章（默认）")] = False,
    drafts: Annotated[bool, typer.Option("--drafts", help="取草稿箱里的草稿，写入 --output 的文件")] = False,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help="只取这一天以来的，如 2024-01-01")
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", metavar="FILE", help="草稿写入的 jsonl 文件")] = None,
) -> None:
    """取公众号的已发布文章或草稿。AppID 和 AppSecret 由环境变量 CONTENTCHECK_WECHAT_APPID、_SECRET 给出。"""
    if published and drafts:
        raise InputError("--published 和 --drafts 只能选一个")
    if drafts and output is None:
        raise InputError("取草稿要用 --output 指定写入的文件，如 --output drafts.jsonl")
    if output is not None and not drafts:
        raise InputError("--output 只用于 --drafts；已发布的文章收入品牌的已发文章，可用 posts export 导出")
    own_store().brands.get(brand)
    day = _day(since)
    with _client() as client:
        if output is not None:
            _drafts(client, brand, day, output)
        else:
            _published(client, brand, day)


def _published(client: "WechatClient", brand: str, since: str) -> None:
    """Into the brand's posts, a page at a time: what is there when something goes wrong, stays."""
    from contentcheck.corpus.intake import Intake, take_in
    from contentcheck.corpus.records import item_from_row
    from contentcheck.corpus.sources.wechat_articles import PUBLISHED, LeftOut, article_pages
    from contentcheck.corpus.store.vectors import StoredVectors

    left_out, intake = LeftOut(), Intake()
    pages = article_pages(client, PUBLISHED, left_out, since)
    first = next(pages, [])  # most of what can be wrong shows here, before a model is loaded for nothing
    workspace = open_workspace()
    shelf = workspace.store.brands.posts(brand)
    quiet = StoredVectors(workspace.store.database, workspace.vectors.encoder)
    try:
        with progress_bar("导入", percent=True) as update:
            for rows in chain([first], pages):
                take_in(rows, "公众号", shelf, quiet, item_from_row, intake=intake)
                if rows:
                    update(rows[-1].done, 1)
    finally:
        tell(intake)
        _tell_left_out(left_out, since)
    index_shelf(workspace.accounts.posts(brand))
    if not intake.rows and left_out == LeftOut():
        say("接口只列出不群发通知的“发布”；群发过的文章请存成网页，用 contentcheck posts import 导入。")


def _drafts(client: "WechatClient", brand: str, since: str, output: Path) -> None:
    """Into a file for `contentcheck bulk`: all or, where something goes wrong, nothing."""
    from contentcheck.corpus.records import json_line
    from contentcheck.corpus.sources.wechat_articles import DRAFTS, LeftOut, article_pages

    left_out, count = LeftOut(), 0
    temporary = output.with_name(output.name + ".tmp")
    try:
        with temporary.open("w", encoding="utf-8") as stream, progress_bar("取草稿", percent=True) as update:
            for rows in article_pages(client, DRAFTS, left_out, since):
                stream.writelines(json_line(_draft(row, brand)) for row in rows)
                count += len(rows)
                if rows:
                    update(rows[-1].done, 1)
        temporary.replace(output)
    except OSError as error:
        raise InputError(f"{output}：无法写入（{error.strerror}）") from error
    finally:
        temporary.unlink(missing_ok=True)
    _tell_left_out(left_out, since)
    say(f"已把 {count} 篇草稿写入 {output}；检查：contentcheck bulk {output} --output 报告.jsonl")


def _draft(row: "Row", brand: str) -> dict[str, str]:
    return {"id": row.data["id"], "title": row.data.get("title", ""), "text": row.data["text"], "brand": brand}


@contextmanager
def _client() -> "Iterator[WechatClient]":
    from contentcheck.app import Settings
    from contentcheck.corpus.sources.wechat_api import WechatClient, WechatSettings
    from contentcheck.corpus.sources.wechat_token import TokenCache

    settings = WechatSettings()
    with WechatClient(settings, TokenCache(Settings().home, settings.base, settings.appid)) as client:
        yield client


def _day(since: str | None) -> str:
    try:
        return date.fromisoformat(since).isoformat() if since is not None else ""
    except ValueError as error:
        raise InputError(f"--since 的值是 {since}；应为日期，如 2024-01-01") from error


def _tell_left_out(left_out: "LeftOut", since: str) -> None:
    if left_out.older:
        say(f"早于 {since} 的 {left_out.older} 篇没有取。")
    if left_out.deleted:
        say(f"已在微信删除的 {left_out.deleted} 篇没有取。")
    if left_out.wordless:
        shown = "、".join(f"“{title}”" for title in left_out.wordless[:_NAMED])
        more = "等" if len(left_out.wordless) > _NAMED else ""
        say(f"没有文字（只有图片或视频）的 {len(left_out.wordless)} 篇没有取：{shown}{more}。")
