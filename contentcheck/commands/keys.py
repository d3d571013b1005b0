"""`contentcheck keys`: keys to the service."""

import re
from typing import Annotated

import typer

from contentcheck.engine.errors import InputError
from contentcheck.terminal import print_table, say

from .importing import own_store

app = typer.Typer(name="keys", help="管理访问服务的密钥。", no_args_is_help=True)

EXAMPLE = "contentcheck keys create --name 名称 --scopes check,read"


@app.command()
def create(
    name: Annotated[str, typer.Option("--name", help="给谁用，如：公司网站")],
    scopes: Annotated[
        str, typer.Option("--scopes", help="权限，用逗号隔开：check、read、write、feedback、gate、admin")
    ],
    brand: Annotated[
        list[str] | None, typer.Option("--brand", metavar="NAME", help="只限这个品牌，可重复；不给则不限")
    ] = None,
    rate: Annotated[int, typer.Option("--rate", help="每分钟最多几次请求")] = 120,
) -> None:
    """建立一个密钥。密钥只显示这一次，写到标准输出。"""
    key, secret = own_store().keys.create(name, _scopes(scopes), brand or None, rate)
    limited = "所有品牌" if key.brands is None else "品牌" + "、".join(key.brands)
    say(f"已建立密钥 {key.id}（{key.name}）：{'、'.join(key.scopes)}；{limited}；每分钟 {key.rate} 次。")
    say("请马上存好，以后不再显示：")
    typer.echo(secret)


@app.command("list")
def list_() -> None:
    """列出密钥（不含密钥本身）。"""
    keys = own_store().keys.all()
    if not keys:
        say(f"还没有密钥。建立：{EXAMPLE}")
        return
    columns = ("编号", "名称", "权限", "品牌", "每分钟", "建立", "状态")
    rows = (
        (
            str(key.id),
            key.name,
            "、".join(key.scopes),
            "全部" if key.brands is None else "、".join(key.brands) or "（已删除）",
            str(key.rate),
            key.made_at,
            f"{key.revoked_at} 吊销" if key.revoked_at else "有效",
        )
        for key in keys
    )
    print_table(columns, rows)


@app.command()
def revoke(which: Annotated[str, typer.Argument(metavar="ID", help="编号或名称，见 keys list")]) -> None:
    """吊销一个密钥，从下一次请求起失效。"""
    keys = own_store().keys
    key = keys.revoke(which)
    say(f"已吊销密钥 {key.id}（{key.name}）。")
    if not keys.any():
        say("已没有有效的密钥：服务现在不要密钥，但只接受本机直接发来的请求。", "yellow")


def _scopes(given: str) -> list[str]:
    """In the order of the list of all scopes. Raises InputError, naming those there are."""
    from contentcheck.api.access import SCOPES

    wanted = [scope for scope in re.split(r"[,，、\s]+", given) if scope]
    unknown = [scope for scope in wanted if scope not in SCOPES]
    if unknown or not wanted:
        wrong = f"没有这样的权限：{'、'.join(unknown)}" if unknown else "没有给出权限"
        known = "；".join(f"{scope}（{meaning}）" for scope, meaning in SCOPES.items())
        raise InputError(f"{wrong}；可选：{known}")
    return [scope for scope in SCOPES if scope in wanted]
