"""`contentcheck keys`: keys to the service."""

import typer

app = typer.Typer(name="keys", help="管理访问服务的密钥。", no_args_is_help=True)
