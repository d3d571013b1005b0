"""The Python client against a real server in a process of its own, and against one that fails as servers fail."""

import dataclasses
import json
import subprocess
import sys
import time
import types
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints, is_typeddict

import pytest

from contentcheck import report_json
from contentcheck.client import Client, ServiceError
from contentcheck.engine import report as engine
from contentcheck.engine.documents import Brand, Product
from tests.failing import Answer, Failing, failing
from tests.servers import Place
from tests.service import SOUP
from tests.serving import free_port, serving

TEA = Brand("茶铺", (Product("tea-1", "决明子茶", "炒制决明子，每袋三克。", ("不含咖啡因",)),))


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    place = Place(tmp_path_factory.mktemp("served"), None)
    place.store().brands.add([TEA])
    with serving(place.home) as url, Client(url) as client:
        yield client


def test_a_report_comes_as_the_service_made_it(client: Client) -> None:
    report = client.check(id="a", title="余生很长", text=SOUP, brand="茶铺")
    assert report["id"] == "a" and report["relevance"] is not None
    assert [p["text"] for p in report["passages"]] == [SOUP[p["start"] : p["end"]] for p in report["passages"]]


def test_html_and_details(client: Client) -> None:
    assert client.check(html=f"<p>{SOUP}</p>").get("text", "").strip() == SOUP
    assert client.check(text=SOUP, detail="summary").keys() == report_json.Summary.__annotations__.keys()
    scores = client.check(text=SOUP, detail="scores")
    assert scores.keys() == report_json.Scores.__annotations__.keys()
    assert scores["homogeneity"].keys() == report_json.Score.__annotations__.keys()


def test_an_error_says_field_value_and_remedy(client: Client) -> None:
    with pytest.raises(ServiceError, match="没有") as raised:
        client.check(text=SOUP, brand="没有")
    assert (raised.value.status, raised.value.slug) == (404, "not_found")
    assert raised.value.errors[0]["field"] == "body.brand" and raised.value.errors[0]["remedy"]
    assert raised.value.request_id


def test_info(client: Client) -> None:
    assert client.info()["model"] == "toy"


def test_the_types_are_those_of_the_report() -> None:
    typed, made = shape(report_json.Report), shape(engine.Report)
    assert typed.pop("text") == "str" and made.pop("text") == ("str", None)  # left out rather than null
    assert typed == made


def shape(kind: Any) -> Any:
    """Names and kinds all the way down, of a TypedDict or a dataclass."""
    if is_typeddict(kind) or dataclasses.is_dataclass(kind):
        return {name: shape(inner) for name, inner in get_type_hints(kind).items()}
    if isinstance(kind, types.UnionType):
        return (shape(get_args(kind)[0]), None)
    if get_origin(kind) in (list, dict):
        return (get_origin(kind), [shape(inner) for inner in get_args(kind)])
    return kind.__name__ if kind in (int, float, bool) else "str"


def test_it_is_light() -> None:
    heavy = "torch", "faiss", "numpy", "sqlalchemy", "fastapi", "contentcheck.engine", "contentcheck.app"
    script = f"import sys, contentcheck.client; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("[]\n", "")


BUSY = Answer(503, {"Retry-After": "0"})
HANG_UP = Answer(0)


@contextmanager
def against(*answers: Answer, **options: Any) -> Iterator[tuple[Client, Failing]]:
    with failing(*answers) as server, Client(server.url, **options) as client:
        yield client, server


def test_what_is_busy_or_hangs_up_is_asked_again() -> None:
    with against(BUSY, HANG_UP, Answer(429, {"Retry-After": "0"}), Answer(200), key="ck_x") as (client, server):
        client.check(text="长")
    assert len(server.asked) == 4
    assert {headers["Authorization"] for _, _, headers, _ in server.asked} == {"Bearer ck_x"}
    assert {json.loads(body)["text"] for *_, body in server.asked} == {"长"}


def test_it_gives_up_after_so_many_times() -> None:
    with against(*[BUSY] * 3, retries=2) as (client, server), pytest.raises(ServiceError) as raised:
        client.check(text="长")
    assert (len(server.asked), raised.value.status, raised.value.retry_after) == (3, 503, 0)


def test_it_waits_as_long_as_it_is_told_but_not_for_ever() -> None:
    with against(Answer(429, {"Retry-After": "1"}), Answer(200)) as (client, _):
        began = time.monotonic()
        client.check(text="长")
        assert time.monotonic() - began >= 1
    with against(Answer(429, {"Retry-After": "3600"})) as (client, server), pytest.raises(ServiceError) as raised:
        client.check(text="长")
    assert (len(server.asked), raised.value.retry_after) == (1, 3600)


@pytest.mark.parametrize("status", [302, 400, 409, 422, 500, 504])
def test_what_will_not_pass_is_not_asked_again(status: int) -> None:
    page = Answer(status, {"Location": "http://127.0.0.1:1/", "Content-Type": "text/html"}, "<p>网关出错".encode())
    with against(page) as (client, server), pytest.raises(ServiceError, match=f"{status}：<p>网关出错"):
        client.check(text="长")
    assert len(server.asked) == 1


def test_without_an_answer_the_address_is_told() -> None:
    with Client(f"http://127.0.0.1:{free_port()}", retries=0) as client, pytest.raises(ServiceError) as raised:
        client.info()
    assert (raised.value.status, raised.value.slug) == (0, "unreachable")
    assert "127.0.0.1" in raised.value.detail


def told(content: object) -> Answer:
    return Answer(200, {}, json.dumps(content).encode())


def test_a_repeated_write_is_known_by_its_key_and_whole(tmp_path: Path) -> None:
    file = tmp_path / "drafts.csv"
    file.write_text("id,text\na,长\n", "utf-8")
    under_way = Answer(409, {"Retry-After": "0"})
    with against(BUSY, under_way, told({"id": "j"}), told({"items": []})) as (client, server):
        assert client.submit(file, brand="茶铺")["id"] == "j"
        client.add_items([{"text": "长"}])
    tokens = [headers["Idempotency-Key"] for _, _, headers, _ in server.asked]
    assert tokens[0] == tokens[1] == tokens[2] != tokens[3] and tokens[3]
    assert all(file.read_bytes() in body and "茶铺".encode() in body for *_, body in server.asked[:3])


def test_lists_are_read_to_their_end_and_names_are_quoted() -> None:
    pages = [told({"items": [{"name": "a"}], "next": "x/y"}), told({"items": [{"name": "b"}], "next": None})]
    with against(*pages, told({})) as (client, server):
        assert [brand["name"] for brand in client.brands()] == ["a", "b"]
        client.brand("a/b?")
    assert [path for _, path, _, _ in server.asked] == ["/v1/brands", "/v1/brands?cursor=x%2Fy", "/v1/brands/a%2Fb%3F"]


def test_results_are_cut_at_line_feeds_alone() -> None:
    lines = [{"id": "a", "text": "一\u2028二\x85三"}, {"id": "b", "error": "空的", "line": 2}]
    body = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()
    with against(Answer(200, {}, body)) as (client, server):
        assert list(client.results("j")) == lines
    assert server.asked[0][1] == "/v1/jobs/j/results?format=jsonl"


def test_waiting_tells_how_far_a_job_is() -> None:
    states = [{"state": "running", "done": 1}, {"state": "done", "done": 2}]
    seen: list[int] = []
    with against(*map(told, states)) as (client, _):
        assert client.wait("j", lambda job: seen.append(job["done"]), interval=0)["state"] == "done"
    assert seen == [1, 2]
