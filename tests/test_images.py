"""Marks of images are no words: whatever stands in them, the scores are those of the text alone."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contentcheck.corpus.reading.articles import draft_from_bytes, html_text, read_article
from contentcheck.corpus.reading.images import markdown_with_marks
from contentcheck.engine.checker import Checker
from contentcheck.engine.documents import Draft
from contentcheck.engine.images import image_mark, image_marks, without_marks

LINES = [
    "点击上方蓝字关注我们",
    "人生没有白走的路，每一步都算数。愿你历尽千帆，归来仍是少年。",
    "今天我们一起去公园看花，花期只有七天，周三闭园。",
    "“余生很长，何必慌张。”",
    "——林清玄",
    "第一，把滤芯放入水箱，拧紧盖子，通电后等待三分钟再取水。",
    "编辑：王五",
]
DESCRIPTIONS = st.sampled_from(["", "护元堂决明子茶", "人生没有白走的路，每一步都算数。", "IMG", "扫码关注"]) | st.text(
    max_size=150
)


@given(description=DESCRIPTIONS)
def test_whatever_a_page_says_of_an_image_makes_one_mark(description: str) -> None:
    mark = image_mark(description.replace("\ud800", ""))
    assert image_marks(f"前{mark}后") == [(1, 1 + len(mark))]
    assert without_marks(f"前{mark}后") == "前后" and len(mark) <= 105


@pytest.mark.parametrize(
    "text", ["［图片：" + "字" * 101 + "］", "［图片：一\n二］", "［图］", "[图片]", "［图片", "图片：一］"]
)
def test_what_is_no_mark_is_read(text: str) -> None:
    assert image_marks(text) == []


ENCODABLE = DESCRIPTIONS.filter(lambda description: "\0" not in description)  # else the report tells of that as well


@given(places=st.lists(st.tuples(st.integers(0, len(LINES)), ENCODABLE), min_size=1, max_size=5))
@settings(deadline=None, max_examples=25)
def test_images_change_no_score(small_checker: Checker, places: list[tuple[int, str]]) -> None:
    lines = [[line] for line in [*LINES, ""]]
    for place, description in places:
        lines[place].insert(0, image_mark(description))
    text = "\n".join(part for line in lines for part in line)
    plain = small_checker.check([Draft("d", "\n".join([*LINES, ""]), "三个方法", "护元堂")])[0].to_json()
    marked = small_checker.check([Draft("d", text, "三个方法", "护元堂", extracted=True)])[0].to_json()
    assert marked.pop("text") == text
    told = {n["code"]: n["message"] for n in marked["notices"]}
    assert told["images"] == f"有 {len(places)} 张图片，图片里的文字没有读，也不计入评分；请自己看一遍。"
    marked["notices"] = [n for n in marked["notices"] if n["code"] != "images"]
    images = [part for part in marked["set_aside"] if part["kind"] == "image"]
    assert [(i["start"], i["end"]) for i in images] == image_marks(text) and len(images) == len(places)
    marked["set_aside"] = [part for part in marked["set_aside"] if part["kind"] != "image"]
    for part in marked["passages"] + marked["set_aside"]:
        assert text[part["start"] : part["end"]] == part["text"]
    assert without_places(marked) == without_places(plain)


def without_places(data: Any) -> Any:
    """A report without its offsets in the draft."""
    if isinstance(data, dict):
        return {name: without_places(value) for name, value in data.items() if name not in ("start", "end")}
    return [without_places(value) for value in data] if isinstance(data, list) else data


def test_a_mark_within_a_line_is_cut_out_of_it(small_checker: Checker) -> None:
    text = f"今天我们一起去公园看花。［图片：{LINES[1]}］明天我们一起去山上看雪。"
    report = small_checker.check([Draft("d", text)])[0]
    assert [p.text for p in report.passages] == ["今天我们一起去公园看花。", "明天我们一起去山上看雪。"]
    assert report.homogeneity.copied == 0


def test_a_draft_of_images_alone_has_too_little_text(small_checker: Checker) -> None:
    report = small_checker.check([Draft("d", "［图片］\n［图片：余生很长］")])[0]
    assert (report.verdict, report.passages) == ("insufficient_text", [])
    assert [n.code for n in report.notices] == ["images"]


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("一\n![茶](a.png)\n二", "一\n［图片：茶］\n二"),
        ("一![](a_(1).png)二![三](b 'c')。\n\n四", "一二。\n［图片］\n［图片：三］\n\n四"),
        ("![a.JPG](a)\r\n一\r\n", "［图片］\n一\r\n"),
        ("[一](二) !一", "[一](二) !一"),
    ],
)
def test_images_of_markdown(markdown: str, text: str) -> None:
    assert markdown_with_marks(markdown) == text
    draft = draft_from_bytes("a.md", markdown.encode())
    assert (draft.text, draft.extracted) == (text, "［图片" in text)


def test_known_pieces_have_no_marks(tmp_path: Any) -> None:
    page = "<h1>题</h1><p>一<img alt='茶'>二</p>"
    (tmp_path / "a.html").write_text(page, "utf-8")
    (tmp_path / "a.md").write_text("一![茶](a)二", "utf-8")
    assert html_text(page).text == read_article(tmp_path / "a.html").text == "一二"
    assert read_article(tmp_path / "a.md").text == "一![茶](a)二"
    assert html_text(page, images=True).text == "一二\n［图片：茶］"
    assert html_text("<p><img></p><h1>题</h1><p>一</p>", images=True).text == "［图片］\n一"
