"""`contentcheck wechat`: pull from an official account."""

import typer

app = typer.Typer(name="wechat", help="从微信公众号取草稿和已发文章。", no_args_is_help=True)
