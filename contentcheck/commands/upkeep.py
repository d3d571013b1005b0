"""`contentcheck backup`, `restore` and `doctor`: keeping the store safe and sound."""

from pathlib import Path
from typing import Annotated

import typer

from contentcheck.engine.errors import InputError
from contentcheck.terminal import progress_bar, say


def backup(file: Annotated[Path, typer.Argument(metavar="FILE", help="写入的备份文件")]) -> None:
    """把全部内容备份成一个文件；服务运行时也可以备份。"""
    from contentcheck.app import Settings, open_store
    from contentcheck.corpus.store.backup import backup as write_backup

    with progress_bar("备份") as update:
        write_backup(open_store(Settings()).database, file, update)
    say(f"已备份到 {file}（{file.stat().st_size / 2**20:.1f} MB）。")


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="备份文件")],
    yes: Annotated[bool, typer.Option("--yes", help="确认用备份替换现有的全部内容")] = False,
) -> None:
    """用备份替换现有的全部内容。"""
    from contentcheck.app import Settings, open_store
    from contentcheck.corpus.store.backup import restore as read_backup

    store = open_store(Settings())
    items, brands = store.library.state().count, len(store.brands.all())
    if (items or brands) and not yes:
        raise InputError(
            f"现有 {items} 条自建内容和 {brands} 个品牌将被备份替换；确认请加 --yes，或先用 contentcheck backup 备份"
        )
    with progress_bar("恢复") as update:
        read_backup(store.database, file, update)
    say(f"已从 {file} 恢复：{store.library.state().count} 条自建内容、{len(store.brands.all())} 个品牌。")


def doctor() -> None:
    """检查数据库、索引、模型和校准是否一致，能修的就修。"""
    from contentcheck.app import Settings, Workspace, open_store
    from contentcheck.corpus.doctor import Condition, drop_broken_vectors, examine

    signs = {Condition.GOOD: ("正常", ""), Condition.REPAIRED: ("已修复", "yellow"), Condition.BAD: ("有问题", "red")}
    settings = Settings()
    broken = drop_broken_vectors(open_store(settings))
    with progress_bar("检查") as update:
        workspace = Workspace(settings, update)
    bad = 0
    parts = workspace.store, workspace.vectors, workspace.library, workspace.accounts, workspace.calibration.name
    for finding in examine(*parts, broken):
        sign, style = signs[finding.condition]
        bad += finding.condition is Condition.BAD
        say(f"{sign}  {finding.subject}：{finding.message}", style)
    if bad:
        raise typer.Exit(1)
