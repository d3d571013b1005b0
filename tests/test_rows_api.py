"""/v1/rows: files read as rows over HTTP, whatever is in them, and nothing of it stored."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from openpyxl import Workbook

from contentcheck.api.routes import rows
from contentcheck.corpus.intake import take_in
from contentcheck.corpus.reading.rows import read_rows
from contentcheck.corpus.records import item_from_row
from contentcheck.corpus.store.shelf import Shelf
from contentcheck.corpus.store.vectors import StoredVectors
from contentcheck.engine.encoder import Encoder
from tests.callers import calling
from tests.command_line import small_edition
from tests.servers import Place
from tests.service import SOUP, problem, running
from tests.test_articles import docx, zipped

TABLE = f"编号,标题,正文,体裁,日期\na,余生很长,{SOUP},soup,2024年3月5日\n,,没有编号的一条。,,\nc,,,,\n"
PRODUCTS = "产品编号,产品名,正文,卖点\ntea-1,决明子茶,炒制决明子，每袋三克。,不含咖啡因；三角茶包\n"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(tmp_path_factory.mktemp("service"), None)


@pytest.fixture(scope="module")
def client(place: Place) -> Iterator[TestClient]:
    with running(place, text_limit=2_000) as client:
        yield client


def sent(client: TestClient, name: str, data: str | bytes, kind: str = "items") -> Any:
    body = data.encode() if isinstance(data, str) else data
    return client.post("/v1/rows", params={"kind": kind}, files={"file": (name, body)})


def read(client: TestClient, name: str, data: str | bytes, kind: str = "items") -> dict[str, Any]:
    answer = sent(client, name, data, kind)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_rows_can_be_stored_as_they_are_and_bad_ones_are_named(client: TestClient) -> None:
    found = read(client, "表.csv", TABLE)
    assert found["bad"] == [{"line": 4, "reason": "字段 text 是空的；应为一段文字"}]
    first, second = found["rows"]
    assert (first["id"], first["genre"], first["published"]) == ("a", "soup", "2024-03-05")
    assert second["id"].startswith("item-")
    assert client.get("/v1/corpus/items").json()["items"] == []
    stored = client.post("/v1/corpus/items", json=found["rows"]).json()["items"]
    assert [(s["id"], s["outcome"]) for s in stored] == [("a", "added"), (second["id"], "added")]
    again = client.post("/v1/corpus/items", json=read(client, "again.csv", TABLE)["rows"]).json()["items"]
    assert [s["outcome"] for s in again] == ["unchanged", "unchanged"]


def test_ids_are_those_of_an_import_whatever_parts_the_rows_are_sent_in(
    client: TestClient, tmp_path: Path, toy: Encoder
) -> None:
    lines = [{"text": "同一句话，两次。"}, {"id": "x", "text": SOUP}, {"text": "同一句话，两次。"}]
    clash = {"id": "x", "text": "同一个编号，另一句话。"}
    data = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in [*lines, lines[1], clash])
    file = tmp_path / "rows.jsonl"
    file.write_text(data, "utf-8")
    reasons: list[str] = []
    store = Place(tmp_path / "other", None).store()
    shelf = Shelf(store.database)
    take_in(
        read_rows(file),
        "rows",
        shelf,
        StoredVectors(store.database, toy),
        item_from_row,
        bad=lambda row, reason: reasons.append(reason),
    )
    found = read(client, "rows.jsonl", data)
    assert [r["id"] for r in found["rows"]] == [i.id for i in shelf.items()]
    assert found["repeated"] == 1
    assert found["bad"] == [{"line": 5, "reason": reasons[0]}]
    store.database.close()


def test_articles_are_one_piece_each(client: TestClient) -> None:
    page = f"<title>余生很长</title><body><p>{SOUP}</p><script>alert(1)</script>"
    for name, data, title in (
        ("旧文.docx", zipped(docx([("N", SOUP)])), ""),
        ("page.HTML", page.encode(), "余生很长"),
        ("a.md", f"# 余生很长\n\n{SOUP}".encode(), "余生很长"),
    ):
        [row] = read(client, name, data, "posts")["rows"]
        assert (row["text"].strip(), row["title"]) == (SOUP, title), name
    assert [r["text"] for r in read(client, "lines.txt", "第一条\n第二条\n".encode("gb18030"))["rows"]] == [
        "第一条",
        "第二条",
    ]


def test_products_have_their_brand_where_the_table_names_one(client: TestClient) -> None:
    [row] = read(client, "products.csv", PRODUCTS, "products")["rows"]
    assert row["key_points"] == ["不含咖啡因", "三角茶包"] and "brand" not in row
    client.put("/v1/brands/茶铺", json={})
    assert client.put("/v1/brands/茶铺/products/tea-1", json=row).status_code == 201
    book, stream = Workbook(), io.BytesIO()
    assert book.active
    for line in (
        ["品牌", "产品编号", "产品名", "正文"],
        ["茶铺", 7, "决明子茶", "炒制决明子。"],
        ["茶铺", 8, None, "茶"],
    ):
        book.active.append(line)
    book.save(stream)
    found = read(client, "products.xlsx", stream.getvalue(), "products")
    assert [(r["brand"], r["product_id"]) for r in found["rows"]] == [("茶铺", "7")]
    assert found["bad"] == [{"line": 3, "reason": "字段 name 是空的；应为一段文字"}]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"text": "长" * 2_001}, "最多 2000 个"),
        ({"text": "好", "id": "长" * 501}, "字段 id：至多 500"),
        ({"text": "好", "published": "去年"}, "应为日期"),
        ({"text": ["好"]}, "应为文字"),
        (["好"], "应为 JSON 对象"),
    ],
)
def test_what_could_not_be_stored_is_a_bad_row(client: TestClient, row: Any, reason: str) -> None:
    data = json.dumps(row, ensure_ascii=False) + "\n" + json.dumps({"text": SOUP})
    found = read(client, "a.jsonl", data)
    assert len(found["rows"]) == 1
    assert found["bad"][0]["line"] == 1 and reason.replace("至多", "最多") in found["bad"][0]["reason"]


def test_nothing_unstorable_comes_through(client: TestClient) -> None:
    found = read(client, "a.jsonl", r'{"text": "好\u0000的\ud800", "genre": "\ud800"}' + "\n{\n")
    assert found["rows"][0]["text"] == "好\ufffd的\ufffd"
    assert client.post("/v1/corpus/items", json=found["rows"]).status_code == 200
    assert "不是合法的 JSON" in found["bad"][0]["reason"]


def bomb(name: str) -> bytes:
    """An office file of a few kilobytes that unpacks to hundreds of megabytes."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open(name, "w", force_zip64=True) as part,
    ):
        for _ in range(300):
            part.write(b" " * 2**20)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "kind", "status", "told"),
    [
        ("空.csv", b"", "items", 422, "没有正文列"),
        ("空.jsonl", b"\n\n", "items", 422, "没有可以导入的内容"),
        ("空.docx", b"", "posts", 422, "Word"),
        ("坏.xlsx", b"PK\x03\x04 not a workbook", "items", 422, "Excel"),
        ("图.csv", bytes(range(256)) * 99, "items", 422, "图.csv：不是文本文件"),
        ("无列.csv", "甲,乙\n1,2\n".encode(), "items", 422, "没有正文列"),
        ("a.pdf", b"%PDF", "items", 415, "不支持的文件类型"),
        ("a", b"x", "items", 415, "不支持的文件类型"),
        ("a.docx", b"x", "products", 415, "不支持的文件类型"),
        ("炸.docx", bomb("word/document.xml"), "items", 422, "超过上限"),
        ("炸.xlsx", bomb("xl/sharedStrings.xml"), "items", 422, "超过上限"),
        ("大.txt", b"a" * (20 * 2**20 + 1), "items", 413, "contentcheck corpus import"),
        ("多.txt", "行\n".encode() * 10_001, "posts", 413, "contentcheck posts import"),
    ],
)
def test_files_that_cannot_be_read_are_answered_in_words(
    client: TestClient, name: str, data: bytes, kind: str, status: int, told: str
) -> None:
    slug = {413: "too_large", 415: "unsupported_type", 422: "invalid"}[status]
    details = problem(sent(client, name, data, kind), status, slug)
    assert told in details["detail"] and "/tmp" not in details["detail"] and "upload." not in details["detail"]
    assert details["errors"][0]["field"] == "body.file"


def test_so_many_characters_are_not_held_in_memory(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "_CHARACTERS", 1_000)
    assert "1000 个字符" in problem(sent(client, "a.txt", ("长" * 100 + "\n") * 20), 413, "too_large")["detail"]


def test_requests_that_bring_no_file(client: TestClient) -> None:
    def posted(**request: Any) -> Any:
        return client.post("/v1/rows", **{"params": {"kind": "items"}, **request})

    file = ("a.txt", b"x")
    problem(posted(json={}), 415, "unsupported_type")
    problem(posted(files={"other": file}), 422, "invalid")
    problem(posted(data={"file": "x"}, files={"file": file}), 400, "bad_request")
    torn = {"Content-Type": "multipart/form-data; boundary=x"}
    problem(posted(content=b"--y", headers=torn), 400, "bad_request")
    problem(posted(files={"file": file}, params={}), 422, "invalid")
    problem(posted(files={"file": file}, params={"kind": "drafts"}), 422, "invalid")


def test_it_is_for_those_who_may_write(client: TestClient) -> None:
    with calling(client, "read", "check"):
        problem(sent(client, "a.txt", SOUP), 403, "forbidden")
    with calling(client, "write", brands=["茶铺"]):
        assert len(read(client, "a.txt", SOUP, "posts")["rows"]) == 1


def test_two_files_are_read_at_once(client: TestClient) -> None:
    reading = client.app.state.service.reading  # type: ignore[attr-defined]
    with reading, reading:
        answer = sent(client, "a.txt", SOUP)
    assert problem(answer, 503, "overloaded") and answer.headers["retry-after"] == "5"
    assert len(read(client, "a.txt", SOUP)["rows"]) == 1


def test_a_list_says_what_duplicates_what_and_a_piece_whether_it_can_go(client: TestClient) -> None:
    text = "仓库第三排的货架昨天重新编了号，老周说以后找滤芯不用再问人。"
    client.post("/v1/corpus/items", json=[{"id": "d/1", "text": text}, {"id": "d/2", "text": text}])
    listed = client.get("/v1/corpus/items", params={"words": "滤芯"}).json()["items"]
    assert [(i["id"], i["duplicate_of"]) for i in listed] == [("d/1", None), ("d/2", "d/1")]
    assert "DELETE" in client.get("/v1/corpus/items/d%2F1").headers["allow"]
    shipped = client.get(f"/v1/corpus/items/{small_edition().items[0].id}")
    assert shipped.status_code == 200 and "DELETE" not in shipped.headers["allow"]
