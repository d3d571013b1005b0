"""Thresholds: what they move and what not, from the rules of the verdict to the report of the next check."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, replace

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from contentcheck.corpus.store import Store
from contentcheck.engine.documents import Brand, Product
from contentcheck.engine.errors import InputError
from contentcheck.engine.homogeneity import Homogeneity
from contentcheck.engine.promotion import Promotion
from contentcheck.engine.relevance import Relevance
from contentcheck.engine.thresholds import USUAL, Thresholds
from contentcheck.engine.verdict import ParagraphSigns, Verdict, decide
from tests.callers import calling
from tests.servers import Place
from tests.service import SOUP, problem, running

TEA = Brand("茶铺", (Product("tea-1", "决明子茶", "炒制决明子，每袋三克。"),))
STRICT = Thresholds(common=10, mixed=5, off_topic=60, weak=90)
STRICTNESS = [Verdict.PUBLISH, Verdict.REVISE, Verdict.REJECT]
PERCENT = st.integers(0, 100)
SCORE = st.floats(0, 100)
PARAGRAPH = st.builds(
    ParagraphSigns,
    length=st.integers(1, 200),
    opening=st.just("这一段的开头"),
    homogeneity=SCORE,
    relevance=SCORE,
    selling=st.booleans(),
)
ORDERED = st.lists(PERCENT, min_size=2, max_size=2, unique=True).map(sorted)
THRESHOLDS = st.builds(
    lambda own, tie: Thresholds(common=own[1], mixed=own[0], off_topic=tie[0], weak=tie[1]), ORDERED, ORDERED
)


def strictness(score: float, relevance: float, paragraphs: list[ParagraphSigns], thresholds: Thresholds) -> int:
    """0: may be published, 2: rejected."""
    homogeneity = Homogeneity(score, 5.0, "mixed", 0.2, 20, 1.0, None, [], 0.0, {}, [], [])
    tie = Relevance(relevance, 5.0, "partly", [], [], [], [], None, None)
    verdict, reasons = decide(
        homogeneity, tie, Promotion(0.0, "informative", {}, [], []), None, None, paragraphs, 600, 0, thresholds
    )
    assert (verdict is Verdict.PUBLISH) == (not reasons)
    return STRICTNESS.index(verdict)


@given(SCORE, SCORE, st.lists(PARAGRAPH, max_size=4), THRESHOLDS, st.sampled_from(list(asdict(USUAL))), PERCENT)
def test_a_verdict_moves_one_way_with_each_threshold(
    score: float, relevance: float, paragraphs: list[ParagraphSigns], before: Thresholds, field: str, value: int
) -> None:
    try:
        after = replace(before, **{field: value})
    except InputError:
        return
    raised = value - getattr(before, field)
    moved = strictness(score, relevance, paragraphs, after) - strictness(score, relevance, paragraphs, before)
    milder_when_raised = field in ("common", "mixed")
    assert moved * raised <= 0 if milder_when_raised else moved * raised >= 0


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"common": 101}, "common（套路内容）的值是 101；应为 0 至 100"),
        ({"off_topic": -1}, "off_topic（无关）的值是 -1；应为 0 至 100"),
        ({"common": 50}, "mixed（部分套路）的值是 50；应小于 common（套路内容）的值 50"),
        ({"weak": 20}, "off_topic（无关）的值是 20；应小于 weak（关系弱）的值 20"),
    ],
)
def test_what_cannot_be_a_threshold_is_refused_with_what_would_be_right(wrong: dict[str, int], words: str) -> None:
    with pytest.raises(InputError) as raised:
        Thresholds(**wrong)
    assert str(raised.value) == words


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    with closing((opened := place.store()).database):
        yield opened


def test_a_brand_keeps_its_thresholds_until_they_are_changed(store: Store) -> None:
    brands = store.brands
    brands.add([TEA])
    assert brands.get("茶铺").thresholds == USUAL
    version = brands.version("茶铺")
    brands.edit("茶铺", lambda before: replace(before or TEA, thresholds=STRICT))
    assert brands.get("茶铺").thresholds == STRICT and brands.version("茶铺") != version
    brands.add([TEA])  # an import, which knows nothing of thresholds
    brands.set_words("茶铺", ["决明子"])
    assert brands.all()["茶铺"].thresholds == STRICT
    brands.edit("茶铺", lambda before: replace(before or TEA, thresholds=USUAL))
    assert brands.get("茶铺").thresholds == USUAL
    brands.add([replace(TEA, thresholds=STRICT)])
    assert brands.get("茶铺").thresholds == STRICT


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    place = Place(tmp_path_factory.mktemp("service"), None)
    with closing((store := place.store()).database), running(place) as client:
        store.brands.add([TEA])
        yield client


def test_the_next_check_goes_by_the_new_thresholds_and_scores_as_before(client: TestClient) -> None:
    def check(brand: str | None = "茶铺") -> dict:
        return client.post("/v1/checks", json={"text": SOUP * 6, "brand": brand}).json()

    client.put("/v1/brands/茶铺", json={"thresholds": {"common": 100, "mixed": 99, "off_topic": 0, "weak": 1}})
    mild, without = check(), check(None)
    assert client.put("/v1/brands/茶铺", json={"thresholds": asdict(STRICT)}).json()["thresholds"] == asdict(STRICT)
    strict = check()
    codes = [{r["code"] for r in report["reasons"]} for report in (mild, strict)]
    assert not codes[0] & {"common_content", "partly_common", "off_topic", "weak_relevance"}
    assert strict["verdict"] == "reject" and codes[1] & {"common_content", "off_topic"}
    assert [mild[s]["band"] for s in ("homogeneity", "relevance")] == [
        strict[s]["band"] for s in ("homogeneity", "relevance")
    ]
    assert [p["homogeneity"] for p in mild["passages"]] == [p["homogeneity"] for p in strict["passages"]]
    assert mild["provenance"].pop("brand") != strict["provenance"].pop("brand")
    assert mild["provenance"] == strict["provenance"]
    assert check(None) == without  # what belongs to no brand is not touched


def test_thresholds_are_given_with_the_brand(client: TestClient) -> None:
    where = "/v1/brands/茶铺"
    client.put(where, json={"thresholds": {"common": 80}})
    shown = client.get(where)
    assert shown.json()["thresholds"] == {**asdict(USUAL), "common": 80}
    seen = {"If-Match": shown.headers["etag"]}
    assert client.put(where, json={"thresholds": {}, "words": ["决明子"]}, headers=seen).status_code == 200
    problem(client.put(where, json={"thresholds": {"common": 90}}, headers=seen), 412, "changed_meanwhile")
    assert client.get(where).json()["thresholds"] == asdict(USUAL)
    client.put(where, json={"thresholds": {"weak": 40}})
    assert client.put(where, json={"words": []}).json()["thresholds"] == {**asdict(USUAL), "weak": 40}
    with calling(client, "read", brands={"茶铺"}):
        problem(client.put(where, json={"thresholds": {}}), 403, "forbidden")
    with calling(client, "write", brands={"别铺"}):
        problem(client.put(where, json={"thresholds": {}}), 404, "not_found")


@pytest.mark.parametrize(
    ("thresholds", "field", "words"),
    [
        ({"common": 101}, "body.thresholds.common", "应不大于 100"),
        ({"common": 70.5}, "body.thresholds.common", ""),
        ({"common": "70"}, "body.thresholds.common", "应为整数"),
        ({"common": 40}, "body.thresholds", "mixed（部分套路）的值是 50；应小于 common（套路内容）的值 40"),
        ({"comon": 40}, "body.thresholds.comon", "没有这一项"),
        (70, "body.thresholds", "JSON 对象"),
    ],
)
def test_wrong_thresholds_are_told_what_would_be_right(
    client: TestClient, thresholds: object, field: str, words: str
) -> None:
    details = problem(client.put("/v1/brands/茶铺", json={"thresholds": thresholds}), 422, "invalid")
    assert details["errors"][0]["field"] == field and words in details["errors"][0]["remedy"]
