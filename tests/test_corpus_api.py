"""/v1/corpus: the library over HTTP, and that the next check knows what was added."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from contentcheck.api.service import Service
from tests.callers import calling
from tests.command_line import small_edition
from tests.servers import Place
from tests.service import problem, running

ITEMS = "/v1/corpus/items"
STORY = "仓库第三排的货架昨天重新编了号，老周说以后找滤芯不用再问人。"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with running(Place(tmp_path_factory.mktemp("service"), None), body_limit=200_000) as client:
        yield client


def copied_from(client: TestClient, text: str) -> set[str]:
    """What a check says a draft was taken from."""
    report = client.post("/v1/checks", json={"text": text}).json()
    return {m["item_id"] for p in report["passages"] for m in p["matches"] if m["kind"] != "theme"}


def test_what_is_added_is_in_the_next_check(place: Place) -> None:
    with running(place) as client:
        before = client.get("/v1/info").json()["library_version"]
        assert copied_from(client, STORY) == set()
        added = client.post(ITEMS, json={"id": "own-1", "text": STORY, "genre": "soup"})
        assert added.json()["items"][0]["outcome"] == "added"
        assert copied_from(client, STORY) == {"own-1"}
        assert client.get("/v1/info").json()["library_version"].startswith(f"{before}+1.")
        assert [p["id"] for p in client.get(ITEMS, params={"words": "货架", "genre": "soup"}).json()["items"]] == [
            "own-1"
        ]
        assert client.delete(f"{ITEMS}/own-1").status_code == 204
        assert copied_from(client, STORY) == set()
        assert client.post(f"{ITEMS}/own-1/restore").json()["genre"] == "soup"
        assert copied_from(client, STORY) == {"own-1"}


def test_many_are_removed_at_once_and_the_next_check_knows(client: TestClient) -> None:
    text = "账本上写着三百二十一只茶杯，每一只都贴了蓝色的号码。"
    assert client.post(ITEMS, json=[{"id": "多-1", "text": text}, {"id": "多-2", "text": text}]).status_code == 200
    assert copied_from(client, text) == {"多-1", "多-2"}
    asked = {"ids": ["多-1", "多-2", "soup-1"]}
    with calling(client, "write", brands={"茶铺"}):
        problem(client.post(f"{ITEMS}/remove", json=asked), 403, "forbidden")
    assert client.post(f"{ITEMS}/remove", json=asked).json() == {"removed": 2}  # the third comes with the program
    assert copied_from(client, text) == set()
    entry = client.get("/v1/audit").json()["items"][0]
    assert (entry["action"], entry["subject"], entry["brand"]) == ("pieces_removed", "library", None)
    assert client.post(f"{ITEMS}/多-1/restore").status_code == 200
    assert client.post(f"{ITEMS}/remove", json=asked).json() == {"removed": 1}


def test_it_is_said_what_became_of_each_piece(client: TestClient) -> None:
    first = {"id": "a", "text": "每一步路都算数，走过的人才知道。" * 3}
    near = {"id": "b", "text": first["text"] + "。"}
    assert outcomes(client.post(ITEMS, json=first)) == [("a", "added", None)]
    renewed = {"id": "a", "text": first["text"], "title": "新题"}
    sent = [renewed, {"id": "c", "text": "完全不同的一段话，说的是滤芯。"}, renewed, near]
    assert outcomes(client.post(ITEMS, json=sent, params={"skip_duplicates": True})) == [
        ("a", "replaced", None),
        ("c", "added", None),
        ("a", "unchanged", None),
        ("b", "skipped", "a"),
    ]
    again = client.post(ITEMS, json=[renewed, near])
    assert outcomes(again) == [("a", "unchanged", None), ("b", "added", "a")]
    assert again.json()["items"][1]["likeness"] > 0.8
    assert [i["id"] for i in client.get(ITEMS, params={"duplicates": True}).json()["items"]] == ["b"]
    nameless = client.post(ITEMS, json=[{"text": "没有编号的内容。"}, {"text": "没有编号的内容。"}]).json()["items"]
    assert nameless[1]["id"] == nameless[0]["id"] + "-2" and nameless[1]["duplicate_of"] == nameless[0]["id"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"text": ""}, "body.text"),
        ({"text": " \n"}, "body.text"),
        ([{"text": "好"}, {"text": "好", "published": "2024-13-01"}], "body.1.published"),
        ([{"text": "好"}, {"text": "好", "tag": ["x"]}], "body.1.tag"),
        ([{"id": "n", "text": "好"}, {"id": "n", "text": "坏"}], "body"),
        ([], "body"),
        ([{"text": "好"}] * 1001, "body"),
        ("好", "body"),
    ],
)
def test_nothing_is_stored_where_anything_is_wrong(client: TestClient, body: Any, field: str) -> None:
    before = client.get("/v1/corpus/stats").json()
    details = problem(client.post(ITEMS, json=body), 422, "invalid")
    assert details["errors"][0]["field"] == field and details["errors"][0]["remedy"]
    assert client.get("/v1/corpus/stats").json() == before


def test_what_cannot_be_stored_is_replaced(client: TestClient) -> None:
    sent = b'{"id": "n\\u0000", "text": "\\ud800\xe5\xa5\xbd", "tags": ["\\u0000"]}'
    assert client.post(ITEMS, content=sent, headers={"Content-Type": "application/json"}).status_code == 200
    stored = client.get(f"{ITEMS}/n%EF%BF%BD").json()
    assert (stored["id"], stored["text"], stored["tags"]) == ("n\ufffd", "\ufffd好", ["\ufffd"])


def test_only_so_much_is_taken_in_at_once(client: TestClient) -> None:
    service: Service = client.app.state.service
    with service.taking_in, service.taking_in:
        busy = client.post(ITEMS, json={"text": STORY})
    problem(busy, 503, "overloaded")
    assert int(busy.headers["retry-after"]) > 0
    assert client.post(ITEMS, json={"text": STORY}).status_code == 200


def test_stats_and_pieces_of_the_edition(client: TestClient) -> None:
    edition = small_edition()
    client.post(ITEMS, json={"id": "own-genre", "text": "自己的体裁。", "genre": "自造"})
    stats = client.get("/v1/corpus/stats")
    counts = stats.json()
    assert (counts["edition"], counts["shipped"]) == (edition.version, len(edition.items))
    assert counts["own"] == len(client.get(ITEMS, params={"limit": 200}).json()["items"])
    assert {"genre": "自造", "name": "", "shipped": 0, "own": 1} in counts["genres"]
    assert sum(g["shipped"] for g in counts["genres"]) == counts["shipped"]
    assert client.get("/v1/corpus/stats", headers={"If-None-Match": stats.headers["etag"]}).status_code == 304
    piece = edition.items[0]
    assert client.get(f"{ITEMS}/{piece.id}").json()["text"] == piece.text
    problem(client.delete(f"{ITEMS}/{piece.id}"), 404, "not_found")


def test_the_nearest_known_passages(client: TestClient) -> None:
    client.post(ITEMS, json={"id": "near", "text": "货架编号以后，滤芯就在第三排。"})
    found = client.post("/v1/corpus/nearest", json={"text": "货架编号以后，滤芯就在第三排。", "count": 2}).json()[
        "items"
    ]
    assert len(found) == 2
    assert (found[0]["item_id"], found[0]["kind"]) == ("near", "verbatim")
    assert found[0]["similarity"] == pytest.approx(1, abs=0.01) and found[0]["judgement"].startswith("照搬")
    service: Service = client.app.state.service
    with service.comparing, service.comparing:
        answer = client.post("/v1/corpus/nearest", json={"text": "好"})
    assert problem(answer, 503, "overloaded") and answer.headers["retry-after"] == "1"
    problem(client.post("/v1/corpus/nearest", json={"text": "，。"}), 422, "invalid")
    problem(client.post("/v1/corpus/nearest", json={"text": "好", "count": 101}), 422, "invalid")


def test_only_a_key_of_all_brands_changes_what_all_share(client: TestClient) -> None:
    client.post(ITEMS, json={"id": "shared", "text": "大家共用的一条。"})
    changes = [("POST", ITEMS), ("DELETE", f"{ITEMS}/shared"), ("POST", f"{ITEMS}/shared/restore")]
    for brands, scopes in (({"茶铺"}, "admin"), (None, "read")):
        with calling(client, *scopes.split(), brands=brands):
            for method, where in changes:
                problem(client.request(method, where, json={"text": "x"} if where == ITEMS else None), 403, "forbidden")
            assert client.get(f"{ITEMS}/shared").status_code == 200
    with calling(client, "write"):
        for where in (ITEMS, f"{ITEMS}/shared", "/v1/corpus/stats"):
            problem(client.get(where), 403, "forbidden")
        problem(client.post("/v1/corpus/nearest", json={"text": "好"}), 403, "forbidden")


def outcomes(answer: Any) -> list[tuple[str, str, str | None]]:
    assert answer.status_code == 200, answer.text
    return [(i["id"], i["outcome"], i["duplicate_of"]) for i in answer.json()["items"]]
