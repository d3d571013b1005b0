"""What the page makes of a report: kinds, the worst, sentences, steps. Pure functions, run in a real browser."""

from typing import Any

from playwright.sync_api import Page

_COMMON = "愿你历尽千帆，归来仍是少年。"


def _match(kind: str, similarity: float, start: int, end: int, **more: Any) -> dict[str, Any]:
    given = {"item_id": "a", "kind": kind, "similarity": similarity, "start": start, "end": end, "item_text": _COMMON}
    return {**given, "counts": True, "quoted": False, "genre": "soup", **more}


def _passage(number: int, homogeneity: float, *matches: dict[str, Any], part: str = "other") -> dict[str, Any]:
    start = 10 * number
    whole = [{"start": start, "end": start + 10, **m} for m in matches]
    text = f"第{number}句的十个字字字"
    return {"start": start, "end": start + 10, "text": text, "homogeneity": homogeneity, "part": part, "matches": whole}


def _report(passages: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """Two passages a paragraph."""
    paragraphs = [
        {"start": 10 * n, "end": 10 * n + 20, "passages": [n, n + 1][: len(passages) - n], "relevance": 50}
        for n in range(0, len(passages), 2)
    ]
    promotion = {"superlatives": [], "calls": [], "score": 10}
    given = {"verdict": "revise", "reasons": [], "passages": passages, "paragraphs": paragraphs, "promotion": promotion}
    return {**given, "relevance": None, "repetition": None, **more}


def _call(page: Page, module: str, function: str, report: dict[str, Any]) -> Any:
    page.goto("/")
    js = "async ([module, name, report]) => (await import(module))[name](report)"
    return page.evaluate(js, [f"/page/{module}", function, report])


def test_each_passage_has_the_gravest_of_its_faults(page: Page):
    quoted = _match("verbatim", 1.0, 0, 0, quoted=True, counts=False)
    few_words = _match("verbatim", 1.0, 0, 0, counts=False)
    passages = [
        _passage(0, 99, _match("theme", 0.6, 0, 10), _match("edited", 0.9, 0, 10)),
        _passage(1, 61, _match("theme", 0.6, 0, 10)),
        _passage(2, 10, part="advertising"),
        _passage(3, 10, quoted),
        _passage(4, 10, few_words),
        _passage(5, 10),
    ]
    report = _report(passages)
    report["paragraphs"][2]["relevance"] = 19.9
    assert _call(page, "findings.js", "kindsOf", report) == [
        "edited",
        "theme",
        "advertising",
        "quoted",
        "off_topic",
        "off_topic",
    ]


def test_the_worst_is_what_an_editor_gains_most_by_mending(page: Page):
    passages = [
        _passage(0, 99.9, _match("edited", 0.7, 0, 3)),  # a few borrowed words
        _passage(1, 65, _match("theme", 0.5, 10, 20)),
        _passage(2, 99, _match("theme", 0.7, 20, 30)),
        _passage(3, 20),  # nothing
        _passage(4, 90, _match("verbatim", 1.0, 40, 50)),
        _passage(5, 10, part="advertising"),
    ]
    worst = _call(page, "findings.js", "worstFirst", _report(passages))
    assert [f["number"] for f in worst] == [4, 2, 1, 0, 5]


def test_where_most_sentences_sell_one_of_them_is_the_worst(page: Page):
    passages = [_passage(0, 70, _match("theme", 0.5, 0, 10)), _passage(1, 0, part="advertising")]
    for score, first in [(95, 1), (8, 0)]:
        report = _report(passages, promotion={"superlatives": [], "calls": [], "score": score})
        assert _call(page, "findings.js", "worstFirst", report)[0]["number"] == first


def test_equally_bad_sentences_stay_in_order(page: Page):
    passages = [_passage(n, 90, _match("theme", 0.5, 0, 10)) for n in range(5)]
    worst = _call(page, "findings.js", "worstFirst", _report(passages))
    assert [f["number"] for f in worst] == [0, 1, 2, 3, 4]


def test_steps_go_by_the_reasons_and_each_place_is_named_once(page: Page):
    passages = [
        _passage(0, 90, _match("theme", 0.5, 0, 10)),
        _passage(1, 80, _match("verbatim", 1.0, 10, 20)),
        _passage(2, 10, part="advertising"),
        _passage(3, 10),
    ]
    relevance = {
        "band": "partly",
        "off_topic_paragraphs": [1],
        "products": [{"product_id": "p", "name": "面霜"}],
        "missing": [{"product_id": "p", "key_point": "三种神经酰胺", "paragraph": 0}],
    }
    reasons = [
        {"code": "common_content", "message": "随处可见"},
        {"code": "copied_passages", "message": "取自"},
        {"code": "superlatives", "message": "“最好”"},
    ]
    promotion = {"superlatives": [{"start": 3, "end": 5, "text": "最好", "part": "product"}], "calls": [], "score": 10}
    report = _report(passages, reasons=reasons, relevance=relevance, promotion=promotion)
    steps = _call(page, "views/check/steps.js", "nextSteps", report)
    assert [(s["code"], [p["passage"] for p in s["places"]]) for s in steps] == [
        ("common_content", [0]),
        ("copied_passages", [1]),
        ("superlatives", [None]),
        ("off_topic", [2]),
        ("advertising", [2]),
        ("missing_points", []),
    ]
    [missing] = steps[-1]["missing"]
    assert (missing["product"], missing["point"], missing["place"]["paragraph"]) == ("面霜", "三种神经酰胺", 0)
    assert steps[2]["places"][0]["text"] == "最好"


def test_where_there_is_too_little_text_only_that_is_said(page: Page):
    reasons = [{"code": "insufficient_text", "message": "太少"}]
    report = _report([_passage(0, 90)], verdict="insufficient_text", reasons=reasons)
    [step] = _call(page, "views/check/steps.js", "nextSteps", report)
    assert (step["code"], step["places"]) == ("insufficient_text", [])


def test_each_score_is_told_in_one_sentence_of_either_language(page: Page, address: str):
    text = "愿你历尽千帆，归来仍是少年。人生没有白走的路，每一步都算数。" * 6
    body = {"text": text, "title": "震惊！不看后悔一辈子", "brand": "苔朵", "no_store": True}
    report = page.request.post(f"{address}/v1/checks", data=body).json()
    page.goto("/")
    js = """async ([report, language]) => {
        const [{ told }, { check }] = await Promise.all(
            ['/page/views/check/sentences.js', '/page/words/check.js'].map((path) => import(path)));
        return told(report, check[language]);
    }"""
    for language, end in [("zh", "。"), ("en", ".")]:
        said = page.evaluate(js, [report, language])
        assert [one["name"] for one in said] == ["homogeneity", "relevance", "promotion", "title"]
        for one in said:
            assert one["sentence"].endswith(end)
            assert one["sentence"].count(end) == 1
            assert "undefined" not in one["sentence"]
            assert "NaN" not in one["sentence"]


def test_images_are_counted_by_their_marks(page: Page):
    page.goto("/")
    js = "async (text) => (await import('/page/views/check/notes.js')).images(text)"
    assert page.evaluate(js, "甲［图片］乙［图片：一只猫］丙［图钉］") == 2
