"""`contentcheck serve` and `contentcheck mcp`: answer other programs."""

import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from contentcheck.engine.errors import InputError
from contentcheck.terminal import say

from .keys import EXAMPLE

_KEEP_ALIVE = 75  # seconds; longer than proxies keep theirs, which would else send into a closed connection
_LAST_ANSWERS = 30  # seconds for requests that are under way when the service is stopped


def serve(
    host: Annotated[str, typer.Option(help="监听地址；没有密钥时只能是本机")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="端口；0 表示任选一个空闲的", min=0, max=65535)] = 8000,
) -> None:
    """启动 REST 服务，按 Ctrl-C 结束。"""
    import uvicorn

    from contentcheck.api.application import create_app
    from contentcheck.api.http.guard import is_loopback
    from contentcheck.api.http.logs import configure_logs
    from contentcheck.app import Settings, open_store

    settings = Settings()
    keyed = open_store(settings).keys.any()
    if not keyed and not is_loopback(host):
        raise InputError(f"还没有密钥，不能监听 {host}；请先建立密钥：{EXAMPLE}，或去掉 --host，只供本机使用")
    with _listening(host, port) as listener:
        address = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"
        say(f"服务地址 {address}，接口说明 {address}/docs；按 Ctrl-C 结束。")
        if not keyed:
            say(f"还没有密钥：本机的程序都可以使用，其他机器不能。建立密钥：{EXAMPLE}")
        configure_logs(sys.stderr)
        config = uvicorn.Config(
            create_app(settings),
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_keep_alive=_KEEP_ALIVE,
            timeout_graceful_shutdown=_LAST_ANSWERS,
        )
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run([listener])


def _listening(host: str, port: int) -> socket.socket:
    """Bound before anything is loaded: a port that is taken is said at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family)
    except OSError as error:
        raise InputError(f"无法监听 {host} 的端口 {port}（{error.strerror}）；请换一个 --port 或 --host") from error
    # asyncio sends without delay only where it is told that this is TCP; else some answers wait 40 ms for an
    # acknowledgement of the last one.
    return socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP, fileno=listener.detach())


def mcp(
    url: Annotated[str | None, typer.Option(help="用这个地址的服务检查；不给则用本机的内容库")] = None,
    key_file: Annotated[Path | None, typer.Option(help="存放密钥的文件，和 --url 一起用")] = None,
) -> None:
    """为写作助手提供检查工具（MCP，经标准输入输出），由助手启动。"""
    try:
        from contentcheck.mcp_server import Local, Remote, make_server
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "mcp":
            raise
        raise InputError("缺少 mcp 这个包，请先安装：pip install 'contentcheck[mcp]'") from error
    from contentcheck.app import Settings
    from contentcheck.client import Client

    if key_file is not None and url is None:
        raise InputError("--key-file 要和 --url 一起用：本机的内容库不需要密钥")
    key = _key(key_file) if key_file else None
    make_server(Remote(Client(url, key)) if url else Local(Settings())).run("stdio")


def _key(file: Path) -> str:
    try:
        return file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"读不了密钥文件 {file}：{error}") from error
