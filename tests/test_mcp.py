"""`contentcheck mcp` as a writing assistant meets it: the client of the mcp package over the standard streams."""

import json
import os
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE

import anyio
import pytest
from mcp import Client, StdioServerParameters
from mcp.types import CallToolResult, TextContent

from contentcheck.engine.documents import Brand, Product
from tests.command_line import Run, refusal, small_edition
from tests.servers import Place
from tests.service import SOUP
from tests.serving import serving

TEA = Brand("茶铺", (Product("tea-1", "决明子茶", "炒制决明子，每袋三克。", ("不含咖啡因",)),))
COPIED = small_edition().items[0]
ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = Place(tmp_path_factory.mktemp("mcp"), None)
    place.store().brands.add([TEA])
    return place.home


def server(home: Path, *options: str) -> StdioServerParameters:
    environment = {"CONTENTCHECK_HOME": str(home), "CONTENTCHECK_MODEL": "toy", "PYTHONPATH": str(ROOT)}
    command = ["-m", "tests.command_line", "mcp", *options]
    return StdioServerParameters(command=sys.executable, args=command, env={**os.environ, **environment}, cwd=ROOT)


def words(result: CallToolResult) -> str:
    [content] = result.content
    assert isinstance(content, TextContent)
    return content.text


def test_an_assistant_checks_a_draft(home: Path) -> None:
    async def session() -> None:
        news: list[str | None] = []

        async def progress(_done: float, _total: float | None, message: str | None) -> None:
            news.append(message)

        with anyio.fail_after(60):
            async with Client(server(home)) as client:
                tools = (await client.list_tools()).tools
                assert {t.name: sorted(t.input_schema["properties"]) for t in tools} == {
                    "check_draft": ["brand", "text", "title"],
                    "list_brands": [],
                }
                assert words(await client.call_tool("list_brands")) == "茶铺：1 个产品"
                arguments = {"text": COPIED.text, "title": "余生很长", "brand": "茶铺"}
                told = words(await client.call_tool("check_draft", arguments, progress_callback=progress))
                assert told.startswith("结论：") and "- 同质化 " in told and "- 相关性 " in told
                assert f"原文照搬 100%，《{COPIED.title}》" in told.partition("最该改的句子")[2]
                wrong = await client.call_tool("check_draft", {"text": SOUP, "brand": "没有"})
                assert wrong.is_error and "没有" in words(wrong) and "茶铺" in words(wrong)
                assert (await client.call_tool("check_draft", {"title": "只有标题"})).is_error
                assert len(told) < 3000

    anyio.run(session)


def test_nothing_but_the_protocol_comes_out(home: Path) -> None:
    parameters = server(home)
    greeting = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    call = {"name": "check_draft", "arguments": {"text": SOUP}}
    asked = [
        {"id": 1, "method": "initialize", "params": greeting},
        {"method": "notifications/initialized"},
        {"id": 2, "method": "tools/call", "params": call},
    ]
    with subprocess.Popen(
        [parameters.command, *parameters.args], env=parameters.env, cwd=ROOT, stdin=PIPE, stdout=PIPE, stderr=PIPE
    ) as process:
        assert process.stdin and process.stdout and process.stderr
        process.stdin.write(b"".join(json.dumps({"jsonrpc": "2.0", **a}).encode() + b"\n" for a in asked))
        process.stdin.flush()
        answers = [json.loads(process.stdout.readline()) for _ in range(2)]
        process.stdin.close()
        assert (process.stdout.read(), process.wait(20)) == (b"", 0)
    assert [a["id"] for a in answers] == [1, 2]
    assert answers[0]["result"]["serverInfo"]["name"] == "contentcheck"
    assert "结论：" in answers[1]["result"]["content"][0]["text"]


def test_it_asks_a_service(home: Path, tmp_path: Path) -> None:
    async def session(url: str) -> None:
        with anyio.fail_after(60):
            async with Client(server(tmp_path, "--url", url)) as client:
                told = await client.call_tool("check_draft", {"text": SOUP, "brand": "茶铺"})
                assert "- 相关性 " in words(told)
                wrong = await client.call_tool("check_draft", {"text": SOUP, "brand": "没有"})
                assert wrong.is_error and "没有" in words(wrong)

    with serving(home) as url:
        anyio.run(session, url)
    assert not list(tmp_path.iterdir()), "nothing is kept on this machine"


def test_what_is_missing_is_told(run_here: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "--url" in refusal(run_here("mcp", "--key-file", "x"))
    assert "没有.txt" in refusal(run_here("mcp", "--url", "http://127.0.0.1:1", "--key-file", "没有.txt"))
    monkeypatch.setitem(sys.modules, "mcp.server", None)
    monkeypatch.delitem(sys.modules, "contentcheck.mcp_server", raising=False)
    assert "pip install 'contentcheck[mcp]'" in refusal(run_here("mcp"))
