"""`contentcheck serve` and `contentcheck mcp`: answer other programs."""

from typing import Annotated

import typer

from contentcheck.terminal import say


def serve(
    host: Annotated[str, typer.Option(help="监听地址")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="端口", min=0, max=65535)] = 8000,
) -> None:
    """启动 REST 服务，按 Ctrl-C 结束。"""
    import uvicorn

    from contentcheck.api.application import create_app

    say(f"服务地址 http://{host}:{port}，接口说明 http://{host}:{port}/docs；按 Ctrl-C 结束。")
    uvicorn.run(create_app(), host=host, port=port, access_log=False, log_level="warning")
