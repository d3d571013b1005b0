"""What the page makes of a report: kinds, the worst, sentences, steps. Pure functions, run in a real browser."""

from typing import Any

from playwright.sync_api import Page

QUOTED = {"kind": "verbatim", "quoted": True}


def _passage(number: int, kind: str | None = None, gravity: float = 1, *matches: dict[str, Any]) -> dict[str, Any]:
    """`kind`: of its fault; None: it has none."""
    start = 10 * number
    text = f"第{number}句的十个字字字"
    fault = kind and {"kind": kind, "gravity": gravity}
    return {"start": start, "end": start + 10, "text": text, "matches": [*matches], "fault": fault}


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


def test_a_passage_is_coloured_by_its_fault_and_where_it_has_none_as_a_quotation(page: Page):
    like_a_quotation = {"kind": "theme", "quoted": True}
    passages = [
        _passage(0, "edited"),
        _passage(1, "off_topic", 0, QUOTED),
        _passage(2, None, 0, QUOTED),
        _passage(3, None, 0, like_a_quotation),
        _passage(4),
    ]
    kinds = _call(page, "findings.js", "kindsOf", _report(passages))
    assert kinds == ["edited", "off_topic", "quoted", None, None]


def test_the_worst_comes_first_and_equally_bad_ones_stay_in_order(page: Page):
    faults = [("edited", 0.5), ("theme", 1.2), (None, 0), ("advertising", 0.5), ("verbatim", 3), ("off_topic", 0)]
    passages = [_passage(number, *fault) for number, fault in enumerate(faults)]
    passages.append(_passage(6, None, 0, QUOTED))
    worst = _call(page, "findings.js", "worstFirst", _report(passages))
    assert [f["number"] for f in worst] == [4, 1, 0, 3, 5]


def test_nothing_is_marked_in_a_report_from_before_there_were_faults(page: Page):
    old = _report([{name: value for name, value in _passage(0, "theme").items() if name != "fault"}])
    assert _call(page, "findings.js", "kindsOf", old) == [None]
    assert _call(page, "findings.js", "worstFirst", old) == []
    assert _call(page, "views/check/steps.js", "nextSteps", old) == []


def test_steps_go_by_the_reasons_and_each_place_is_named_once(page: Page):
    passages = [_passage(0, "theme"), _passage(1, "verbatim"), _passage(2, "advertising"), _passage(3)]
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
    report = _report([_passage(0, "theme")], verdict="insufficient_text", reasons=reasons)
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
