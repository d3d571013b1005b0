"""/v1/charts: what a reader can see on the pictures, that they can be read, and that they show nobody else's data."""

import json
import os
import re
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from xml.etree import ElementTree

import httpx
import numpy as np
import pytest
from fastapi.testclient import TestClient

from contentcheck.api.charts.drawer import Drawer
from contentcheck.api.charts.look import cut, wrapped
from contentcheck.api.service import Service
from contentcheck.corpus.shipped import shipped_edition
from contentcheck.engine.errors import StateError
from contentcheck.engine.opinion import About, Finding, Opinion
from contentcheck.models.calibrations import fitted_calibration, held_out
from tests.callers import calling
from tests.servers import Place
from tests.service import SOUP, problem, running

SVG = "{http://www.w3.org/2000/svg}"
HEAT: dict[str, Any] = {
    "paragraphs": ["第 1 段 人生没有白走的路…", "第 2 段 炒制决明子…"],
    "products": ["决明子茶", "菊花茶", "决明子茶"],
    "scores": [[0, 3.4, 12], [100, 61.5, 49.5]],
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(tmp_path_factory.mktemp("service"), None)


@pytest.fixture(scope="module")
def client(place: Place) -> Iterator[TestClient]:
    with running(place) as client:
        for brand in ("茶铺", "油坊"):
            product = {"product_id": "p-1", "name": "决明子茶", "text": "炒制决明子，每袋三克。"}
            client.put(f"/v1/brands/{brand}", json={"products": [product]})
        yield client


@pytest.fixture(scope="module")
def drawer() -> Iterator[Drawer]:
    drawer = Drawer()
    yield drawer
    drawer.close()


def picture(answer: httpx.Response) -> ElementTree.Element:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    return ElementTree.fromstring(answer.text)


def draw(drawer: Drawer, name: str, data: dict[str, Any], **changes: Any) -> ElementTree.Element:
    look = {"scheme": "light", "language": "zh", "width": 640, "height": 480, **changes}
    return ElementTree.fromstring(drawer.draw(name, data, look))


def texts(drawn: ElementTree.Element) -> list[str]:
    """What is written, line by line."""
    return [line.text or "" for text in drawn.iter(f"{SVG}text") for line in (list(text.iter(f"{SVG}tspan")) or [text])]


def heat(client: TestClient, **changes: Any) -> httpx.Response:
    return client.post("/v1/charts/relevance", json={**HEAT, **changes})


def test_a_heat_map_has_a_number_in_each_cell_and_names_beside_them(client: TestClient) -> None:
    drawn = picture(heat(client, width=700, height=300))
    assert (drawn.get("width"), drawn.get("height")) == ("700", "300")
    written = texts(drawn)
    assert [t for t in written if t.isdecimal()] == ["0", "3", "12", "100", "62", "50"]
    assert [t for t in written if t.startswith("第 ")] == HEAT["paragraphs"]
    assert [t for t in written if t.endswith("茶")] == HEAT["products"]  # equal names, and still a column each
    assert any("60 起切题" in t for t in written)
    assert any("on topic" in t.lower() for t in texts(picture(heat(client, language="en"))))


def test_numbers_cost_a_large_heat_map_no_search_for_fonts(drawer: Drawer) -> None:
    names = {"paragraphs": ["段"] * 20, "products": ["品"] * 20}
    drawn = draw(drawer, "relevance", {**names, "scores": [[50.0] * 20] * 20})
    fonts = [t.get("font-family") for t in drawn.iter(f"{SVG}text") if (t.text or "").isdecimal()]
    assert fonts == ["sans-serif"] * 400  # a minute went by where six families were looked for in each of 6,000 cells


def luminance(colour: str) -> float:
    if len(colour) == 4:  # as #fff
        colour = "#" + "".join(2 * c for c in colour[1:])
    parts = (
        [int(p) for p in re.findall(r"\d+", colour)] if colour.startswith("rgb") else list(bytes.fromhex(colour[1:]))
    )
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (p / 255 for p in parts)]
    return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_number_can_be_read_on_its_colour_and_colours_only_grow_stronger(drawer: Drawer, scheme: str) -> None:
    scores = [[10 * row + column for column in range(10)] for row in range(10)] + [[100] * 10]
    names = {"paragraphs": [f"第 {n} 段" for n in range(11)], "products": [f"品{n}" for n in range(10)]}
    drawn = draw(drawer, "relevance", {**names, "scores": scores}, scheme=scheme)
    cells = [luminance(p.get("fill", "")) for p in drawn.iter(f"{SVG}path") if p.get("fill", "").startswith("rgb")]
    written = [t for t in drawn.iter(f"{SVG}text") if (t.text or "").isdecimal()]
    numbers = [(int(t.text or ""), luminance(t.get("fill", ""))) for t in written]
    assert [n for n, _ in numbers] == [s for row in scores for s in row] and len(cells) == len(numbers)
    for cell, (number, ink) in zip(cells, numbers, strict=True):
        assert (max(cell, ink) + 0.05) / (min(cell, ink) + 0.05) >= 4.5, number
    steps = np.diff(cells[:101])
    assert (steps < 0).all() if scheme == "light" else (steps > 0).all()


def test_whatever_a_draft_holds_is_text_on_the_picture(client: TestClient) -> None:
    names = [
        "<script>alert(1)</script>",
        "]]>&amp;\x00\x01\ufffe",
        "datum.value'\"\\",
        "{{x}}",
        "😀" * 200,
        "",
        "\ud800",
    ]
    scores = [[50.0] * len(names)] * len(names)
    sent = json.dumps({"paragraphs": names, "products": names, "scores": scores, "width": 1500})
    answer = client.post("/v1/charts/relevance", content=sent, headers={"Content-Type": "application/json"})
    drawn = picture(answer)
    assert {e.tag.removeprefix(SVG) for e in drawn.iter()} <= {"svg", "g", "path", "text", "tspan", "rect"}
    assert names[0] in texts(drawn) and names[2] in texts(drawn)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"scores": [[1, 2, 3]]}, "body"),
        ({"scores": [[1, 2, 3], [1, 2]]}, "body"),
        ({"scores": [[1, 2, 3], [1, 2, 101]]}, "body.scores.1.2"),
        ({"paragraphs": []}, "body.paragraphs"),
        ({"paragraphs": ["x"] * 101}, "body.paragraphs"),
        ({"products": ["x"] * 31}, "body.products"),
        ({"paragraphs": ["x" * 501, "y"]}, "body.paragraphs.0"),
        ({"scheme": "sepia"}, "body.scheme"),
        ({"language": "de"}, "body.language"),
        ({"width": 10**30}, "body.width"),
        ({"colour": "red"}, "body.colour"),
    ],
)
def test_what_cannot_be_drawn_is_said(client: TestClient, changes: dict[str, Any], field: str) -> None:
    assert problem(heat(client, **changes), 422, "invalid")["errors"][0]["field"] == field


def test_the_library_is_drawn_by_genre_and_by_month(client: TestClient) -> None:
    shipped = client.get("/v1/corpus/stats").json()["shipped"]
    empty = " ".join(texts(picture(client.get("/v1/charts/library?by=month"))))
    assert "没有一篇注明发表日期" in empty and f"自有 0 篇，随程序附带 {shipped} 篇" in empty
    pieces = [
        {"text": f"第一篇自己的内容，编号{n}，写的是{n * 7}号桌的客人。", "genre": "soup", "published": day}
        for n, day in enumerate(("2024-03-05", "2024-03-31", "2024-05-01", ""))
    ]
    assert client.post("/v1/corpus/items", json=[*pieces, {"text": "没有体裁的一篇，也没有日期。"}]).status_code == 200
    stats = client.get("/v1/corpus/stats").json()
    assert stats["months"] == [
        {"month": "", "shipped": shipped, "own": 2},
        {"month": "2024-03", "shipped": 0, "own": 2},
        {"month": "2024-05", "shipped": 0, "own": 1},
    ]
    by_month = texts(picture(client.get("/v1/charts/library?by=month")))
    assert "2024-05" in by_month and any(
        f"日期不明、没有画出的：自有 2 篇，随程序附带 {shipped} 篇" in t for t in by_month
    )
    by_genre = texts(picture(client.get("/v1/charts/library")))
    assert {"心灵鸡汤", "明星八卦", "未分体裁", "自有", "随程序附带"} <= set(by_genre)
    assert f"自有 5 篇，随程序附带 {shipped} 篇。" in by_genre
    english = texts(picture(client.get("/v1/charts/library?language=en&scheme=dark&width=358")))
    assert {"soup", "gossip", "own", "shipped"} <= set(english) and not re.search("[一-鿿]", "".join(english))


def test_many_months_are_years_and_many_genres_are_folded(drawer: Drawer) -> None:
    months = [{"month": f"{year}-07", "own": 1, "shipped": 0} for year in range(2010, 2020)]
    by_year = texts(draw(drawer, "library_by_month", {"months": months}))
    assert "2015" in by_year and any("按发表年份" in t for t in by_year)
    genres = [{"name": f"体裁{n}", "own": n, "shipped": 0} for n in range(40)]
    folded = texts(draw(drawer, "library_by_genre", {"genres": genres}))
    assert "其他 16 种体裁" in folded and str(sum(range(16))) in folded and "体裁16" in folded
    assert "体裁15" not in folded


def test_a_picture_is_drawn_again_only_when_something_has_changed(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    service: Service = client.app.state.service  # type: ignore[attr-defined]
    for path in ("/v1/charts/library?by=genre", "/v1/charts/thresholds"):
        tag = client.get(path).headers["etag"]
        with monkeypatch.context() as patches:
            patches.setattr(service, "drawer", None)  # nothing is drawn
            known = client.get(path, headers={"If-None-Match": tag})
        assert (known.status_code, known.content, known.headers["etag"]) == (304, b"", tag)
        assert client.get(f"{path}{'&' if '?' in path else '?'}scheme=dark").headers["etag"] != tag
    tag = client.get("/v1/charts/library").headers["etag"]
    client.post("/v1/corpus/items", json={"text": "又来一篇新的内容，写的是昨天的雨。"})
    assert client.get("/v1/charts/library", headers={"If-None-Match": tag}).status_code == 200


def opinion(text: str, score: float, agrees: bool, brand: str | None, provenance: dict[str, Any]) -> Opinion:
    return Opinion(text, Finding(About.HOMOGENEITY, score), agrees, brand=brand, provenance=provenance)


def test_thresholds_rest_on_opinions_that_can_be_compared_and_may_be_seen(client: TestClient, place: Place) -> None:
    few = " ".join(texts(picture(client.get("/v1/charts/thresholds"))))
    assert "太少：0 篇“是”，0 篇“否”" in few
    made_by = client.post("/v1/checks", json={"text": SOUP}).json()["provenance"]
    said = [opinion(f"稿件{n}", 90 if n % 2 else 10, n % 10 != 1, "茶铺", made_by) for n in range(40)]
    said += [opinion(f"别的{n}", 95, True, "油坊", made_by) for n in range(3)]
    said += [opinion("旧的", 95, True, "茶铺", {**made_by, "calibration": "older"})]
    said += [opinion("稿件0", 10, False, "茶铺", made_by)]  # has thought again
    place.store().feedback.add(said)

    def counted(**asked: str) -> str:
        return " ".join(texts(picture(client.get("/v1/charts/thresholds", params=asked))))

    # Of 20 drafts with 90 points 4 are not homogeneous; of 20 with 10 points one is.
    own = counted(brand="茶铺")
    assert "40 篇编辑给过意见的稿件；17 篇“是”，23 篇“否”" in own and "另有 1 条意见" in own
    yes, no = 16 / 17, 4 / 23
    assert f"从 50 分起算：查准率 {yes / (yes + no):.0%}，查全率 {yes:.0%}" in own
    assert "50 起：部分套路" in own and "70 起：套路内容" in own
    assert "20 篇“是”" in counted()  # with those of the other brand
    assert "太少" in counted(brand="油坊") and "太少：0 篇" in counted(score="relevance", brand="茶铺")
    with calling(client, "read", brands={"茶铺"}):
        assert "17 篇“是”，23 篇“否”" in counted() and "20 篇“是”" not in counted()
        for brand in ("油坊", "无此"):
            problem(client.get("/v1/charts/thresholds", params={"brand": brand}), 404, "not_found")


def test_the_held_out_drafts_are_those_of_the_model_and_edition_and_as_good_as_measured() -> None:
    version = shipped_edition().version
    fitted = fitted_calibration("use-m3", version)
    assert fitted is not None
    for name, curve, least in (("homogeneity", fitted.homogeneity, 0.9), ("relevance", fitted.relevance, 0.85)):
        found = held_out("use-m3", version, name)
        assert len(found) == 66, "after a change of model or edition: scripts/held-out"
        scores = np.array([curve.score(m.evidence, m.passages, m.copied, m.trust) for m in found])
        labels = np.array([m.label for m in found])
        assert ((scores >= 50) == labels).mean() >= least
    assert held_out("use-m3", "1999.1", "relevance") == held_out("toy", version, "homogeneity") == []


def test_scopes(client: TestClient) -> None:
    with calling(client, "read"):
        problem(heat(client), 403, "forbidden")
        assert client.get("/v1/charts/library").status_code == client.get("/v1/charts/thresholds").status_code == 200
    with calling(client, "check"):
        assert heat(client).status_code == 200
        for path in ("library", "thresholds"):
            problem(client.get(f"/v1/charts/{path}"), 403, "forbidden")


def test_others_are_answered_while_a_large_chart_is_drawn(client: TestClient) -> None:
    rows, columns = 60, 15
    large = {"paragraphs": ["段"] * rows, "products": ["品"] * columns, "scores": [[50.0] * columns] * rows}
    waits: list[float] = []
    with ThreadPoolExecutor() as pool:
        begun = time.perf_counter()
        drawing = pool.submit(heat, client, **large, width=1200)
        while not drawing.done():
            start = time.perf_counter()
            assert client.get("/healthz").status_code == 200
            waits.append(time.perf_counter() - start)
        took = time.perf_counter() - begun
        picture(drawing.result())
    assert max(waits) < took / 3


def test_too_many_at_once_are_told_to_wait(client: TestClient) -> None:
    service: Service = client.app.state.service  # type: ignore[attr-defined]
    held = 0
    while service.drawing.acquire(blocking=False):
        held += 1
    try:
        answer = heat(client)
        problem(answer, 503, "overloaded")
        assert answer.headers["retry-after"] == "2"
    finally:
        service.drawing.release(held)
    assert heat(client).status_code == 200


def test_a_process_that_died_is_replaced(drawer: Drawer) -> None:
    first = texts(draw(drawer, "relevance", HEAT))
    process = drawer._process
    assert process is not None
    process.kill()
    process.wait()
    assert texts(draw(drawer, "relevance", HEAT)) == first
    with pytest.raises(StateError):
        draw(drawer, "relevance", {**HEAT, "nonsense": 1})
    assert texts(draw(drawer, "relevance", HEAT)) == first
    drawer.close()
    assert drawer._process is None


def test_a_process_that_hangs_is_replaced(client: TestClient) -> None:
    drawer: Drawer = client.app.state.service.drawer  # type: ignore[attr-defined]
    first = heat(client).text
    process = drawer._process
    assert process is not None
    os.kill(process.pid, signal.SIGSTOP)  # it lives, reads nothing and says nothing
    try:
        drawer.patience = 0.2
        with drawer._lock:  # as long as another is being drawn
            problem(heat(client), 503, "unavailable")
        large = {"paragraphs": ["段" * 500] * 100, "scores": [[1, 2, 3]] * 100}  # more than a pipe holds
        answer = heat(client, **large)
    finally:
        drawer.patience = 30
    assert "图没有画出来" in problem(answer, 503, "unavailable")["detail"] and answer.headers["retry-after"] == "5"
    assert process.poll() == -signal.SIGKILL
    assert heat(client).text == first and drawer._process is not process


def test_lines_are_broken_where_words_and_marks_allow() -> None:
    assert cut("人生没有白走的路", 60) == "人生没有…"
    assert cut("abc", 60) == "abc"
    assert wrapped("人生没有白走的路，每一步都算数。", 12 * 8) == ["人生没有白走的", "路，每一步都算", "数。"]
    assert wrapped("all of the words", 60) == ["all of", "the", "words"]
    assert wrapped("supercalifragilistic", 60)[0] == "supercal"
    assert wrapped("一二三四五六七八九十", 36, 2) == ["一二三", "四五…"]
    assert wrapped("", 36) == []
