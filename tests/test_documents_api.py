"""/v1/documents: files and pasted HTML as text, over HTTP."""

import asyncio
import io
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any

import pytest
from fastapi.testclient import TestClient

from contentcheck.api.service import Service
from contentcheck.corpus.reading.articles import Article, html_text
from tests.callers import calling
from tests.servers import Place, contents
from tests.service import SOUP, problem, running
from tests.test_articles import OFFICE, PACKAGE, WORD, docx, zipped

LIMIT = 5_000


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    place = Place(tmp_path_factory.mktemp("service"), None)
    with running(place, text_limit=LIMIT, body_limit=20_000, upload_limit=120 * 2**20) as client:
        yield client


def pasted(client: TestClient, html: str) -> Any:
    answer = client.post("/v1/documents", json={"html": html})
    assert answer.status_code == 200, answer.text
    return answer.json()


def uploaded(client: TestClient, name: str, content: bytes) -> Any:
    return client.post("/v1/documents", files={"file": (name, content)})


WECHAT = """<section data-tool="editor" style="font-size: 15px"><section><p style="text-align:center">
<span leaf=""><img data-src="https://mmbiz.qpic.cn/a?wx_fmt=png" class="rich_pages wxw-img" alt="图片"></span></p>
</section><p><span leaf="">早上<strong>好</strong>👨‍👩‍👧，</span><span leaf="">今天喝茶🇨🇳。</span></p><p><br></p>
<section><img data-src="b" alt="三角茶包"/><p>一袋三克<img class="icon_emotion_single" alt="[微笑]">。</p></section>
<mp-style-type data-value="3"></mp-style-type></section><script>alert("坏")</script><style>.坏{}</style><!-- 坏 -->"""
PASTED = {
    "wechat": (WECHAT, "", "［图片］\n早上好👨‍👩‍👧，今天喝茶🇨🇳。\n［图片：三角茶包］\n一袋三克[微笑]。"),
    "word": (
        """<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns="http://www.w3.org/TR/REC-html40"><head>
<style><!-- p.MsoNormal {mso-style-parent:"";} --></style>
<!--[if gte mso 9]><xml><w:WordDocument><w:View>普通</w:View></w:WordDocument></xml><![endif]--></head><body>
<!--StartFragment--><p class=MsoTitle>决明子茶<o:p></o:p></p>
<p class=MsoNormal><![if !supportLists]><span style='mso-list:Ignore'>1.<span style='font:7.0pt'>&nbsp;&nbsp;</span>
</span><![endif]><span lang=EN-US>85</span>度的水，泡
五分钟<span lang=EN-US><o:p></o:p></span></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>
<!--[if gte vml 1]><v:shape><v:imagedata src="a.png" o:title="坏"/></v:shape><![endif]--><![if !vml]>
<img width=400 src="file:///C:/a.png" alt="一杯  茶"><![endif]><!--EndFragment--></body></html>""",
        "决明子茶",
        "1. 85度的水，泡五分钟\n［图片：一杯 茶］",
    ),
    "feishu": (
        """<meta charset='utf-8'><div data-page-id="x" data-lark-html-role="root"><h1 class="heading-1">怎么泡</h1>
<div class="ace-line ace-line old-record-id"><div>八十五度。\u200b</div></div><ul class="list-bullet1"><li><div>甲</div>
</li><li><div>乙</div></li></ul><div class="image-block"><img src="https://internal-api-drive-stream.feishu.cn/a"/>
</div></div><span data-lark-record-data="{&quot;坏&quot;:1}" class="lark-record-clipboard"></span>""",
        "怎么泡",
        "八十五度。\n甲\n乙\n［图片］",
    ),
    "page": (
        """<title>某网</title><nav>菜单</nav><article><h1>怎么泡</h1><p>前面<img src=a alt="IMG_1.jpg">后面。</p>
<img src=a alt=""><img src="count.gif" width="1" height="1"><noscript><img src=a></noscript>
<table><tr><td>甲</td><td>乙</td></tr></table><p onclick="x()">&lt;b&gt;不是标签😀<img alt="😀" src=e></p></article>""",
        "怎么泡",
        "前面后面。\n［图片］\n［图片］\n甲\n乙\n<b>不是标签😀😀",
    ),
}


@pytest.mark.parametrize("source", PASTED)
def test_pasted_html_becomes_running_text_with_marks_for_images(client: TestClient, source: str) -> None:
    html, title, text = PASTED[source]
    assert pasted(client, html) == {"title": title, "text": text, "images": text.count("［图片")}


def test_a_check_of_the_same_html_has_the_same_text(client: TestClient) -> None:
    for html, _, text in PASTED.values():
        report = client.post("/v1/checks", json={"html": html}).json()
        assert report["text"] == text
        assert all(p["text"] == text[p["start"] : p["end"]] for p in report["passages"] + report["set_aside"])
        assert [s["text"] for s in report["set_aside"]] == [x for x in text.split("\n") if x.startswith("［图片")]
        assert [n["code"] for n in report["notices"]] == ["images"]


def pictured() -> bytes:
    """A Word file with a heading, a sentence and an image that has a description."""
    parts = docx([("H", "大标题"), ("N", SOUP)])
    drawing = (
        '<w:p><w:r><w:drawing xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
        f'xmlns:r="{OFFICE}"><wp:inline><wp:docPr id="1" name="a" descr="一杯茶"/><a:graphic><a:graphicData>'
        '<pic:pic><pic:blipFill><a:blip r:embed="r2"/></pic:blipFill></pic:pic></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r></w:p></w:body>"
    )
    parts["word/document.xml"] = parts["word/document.xml"].replace("</w:body>", drawing)
    parts["word/_rels/document.xml.rels"] = (
        f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{OFFICE}/styles" '
        f'Target="styles.xml"/><Relationship Id="r2" Type="{OFFICE}/image" Target="media/a.png"/></Relationships>'
    )
    assert WORD in parts["word/document.xml"]
    buffer = io.BytesIO(zipped(parts))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("word/media/a.png", b"\x89PNG" * 500_000)  # larger than any request that is no upload
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "title", "text"),
    [
        ("稿.txt", SOUP.encode("gbk"), "", SOUP),
        ("稿.md", f"# 题\n{SOUP}![茶](a.png)\n".encode(), "题", f"{SOUP}\n［图片：茶］\n"),
        ("稿.HTML", f"<h1>题</h1><p>{SOUP}</p><img>".encode(), "题", f"{SOUP}\n［图片］"),
        ("稿.docx", pictured(), "大标题", f"{SOUP}\n［图片：一杯茶］"),
        ("没有后缀", SOUP.encode(), "", SOUP),
    ],
)
def test_a_file_of_every_kind(client: TestClient, name: str, content: bytes, title: str, text: str) -> None:
    answer = uploaded(client, name, content)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"title": title, "text": text, "images": text.count("［图片")}


def test_images_alone_may_be_pasted_between_words_but_are_no_article(client: TestClient) -> None:
    assert pasted(client, "<img src=a>") == {"title": "", "text": "［图片］", "images": 1}
    details = problem(uploaded(client, "a.html", b"<p><img src=a></p>"), 422, "invalid")
    assert details["detail"] == "a.html：没有正文，只有图片；请补上文字"


@pytest.mark.parametrize(
    ("name", "content", "status", "slug", "told"),
    [
        (
            "a.pdf",
            b"%PDF",
            415,
            "unsupported_type",
            "不支持的文件类型“.pdf”；可用的类型：.txt、.md、.html、.htm、.docx",
        ),
        ("a.docx", b"PK", 422, "invalid", "a.docx：不是可读取的 docx 文件；请用 Word 另存一次"),
        ("a.txt", b"\x89PNG\0\0", 422, "invalid", "a.txt：不是文本文件，或编码无法识别；请另存为 UTF-8 文本后再试"),
        ("a.txt", b" \n", 422, "invalid", "a.txt：没有正文；请确认文件里有文字"),
        ("a.txt", b"a" * (LIMIT + 1), 422, "invalid", "正文有 5001 个字符"),
        ("a.txt", b"a" * (50 * 2**20 + 1), 413, "too_large", "a.txt：有 50 MB，超过单篇上限"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(
    client: TestClient, name: str, content: bytes, status: int, slug: str, told: str
) -> None:
    details = problem(uploaded(client, name, content), status, slug)
    assert details["detail"] == told
    assert details["errors"][0]["field"] == "body.file" and details["errors"][0]["remedy"]


def test_html_that_cannot_be_read_is_refused_in_words(client: TestClient) -> None:
    for html, told in (
        ("<p> </p><script>x</script>", "没有文字"),
        ("<b>" * 3_000, "2000 层"),
        ("字" * 5_001, "正文有 5001 个字符"),
    ):
        details = problem(client.post("/v1/documents", json={"html": html}), 422, "invalid")
        assert told in details["detail"] and details["errors"][0]["field"] == "body.html"
    problem(client.post("/v1/documents", json={"html": "字" * 20_000}), 413, "too_large")
    problem(client.post("/v1/documents", json={"html": "a", "more": 1}), 422, "invalid")
    problem(
        client.post("/v1/documents", content=b"<p>", headers={"Content-Type": "text/html"}), 415, "unsupported_type"
    )
    problem(
        client.post("/v1/documents", content=b"\xff{", headers={"Content-Type": "application/json"}), 422, "invalid"
    )
    problem(client.post("/v1/documents", data={"more": "x"}, files={"file": ("a.txt", b"a")}), 422, "invalid")
    problem(client.post("/v1/documents", files={"other": ("a.txt", b"a")}), 422, "invalid")
    assert pasted(client, "一\0二\x1f<p>&#xD800;</p>")["text"] == "一\ufffd二\n\ufffd"


def test_only_some_files_are_read_at_once_and_the_next_is_asked_to_wait(client: TestClient) -> None:
    service: Service = client.app.state.service  # pyright: ignore[reportAttributeAccessIssue]
    with service.reading, service.reading:
        refused = uploaded(client, "a.txt", SOUP.encode())
        assert problem(refused, 503, "overloaded")["detail"] == "正在读取别的文件，请稍后再试"
        assert refused.headers["retry-after"] == "3"
        assert pasted(client, SOUP)["text"] == SOUP
    assert uploaded(client, "a.txt", SOUP.encode()).status_code == 200


def test_only_some_pastes_are_read_at_once_and_the_next_waits_its_turn(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    service: Service = client.app.state.service  # pyright: ignore[reportAttributeAccessIssue]
    html = f"<p>{SOUP}</p>"
    asked = [("/v1/documents", {"html": html}), ("/v1/checks", {"html": html}), ("/v1/gate", {"html": html})]
    reading, most, lock = 0, 0, Lock()

    def slowly(given: str, *, images: bool) -> Article:
        nonlocal reading, most
        with lock:
            reading += 1
            most = max(most, reading)
        time.sleep(0.05)  # so that they would meet
        with lock:
            reading -= 1
        return html_text(given, images=images)

    with monkeypatch.context() as patched, ThreadPoolExecutor(9) as pool:
        patched.setattr("contentcheck.api.pasted.html_text", slowly)
        answers = list(pool.map(lambda one: client.post(one[0], json=one[1]), asked * 3))
    assert {a.status_code for a in answers} == {200} and most == 2
    monkeypatch.setattr(service, "pasting", asyncio.Semaphore(0))
    monkeypatch.setattr("contentcheck.api.pasted._PATIENCE", 0.01)
    for path, body in asked:
        answer = client.post(path, json=body)
        problem(answer, 503, "overloaded")
        assert answer.headers["retry-after"] == "3"
    assert uploaded(client, "a.txt", SOUP.encode()).status_code == 200
    assert client.post("/v1/checks", json={"text": SOUP}).status_code == 200


def test_nothing_of_a_draft_is_kept_for_a_second_try(client: TestClient) -> None:
    asked = [
        ("/v1/documents", {"json": {"html": SOUP}}),
        ("/v1/documents", {"files": {"file": ("a.txt", SOUP.encode())}}),
        ("/v1/rows?kind=items", {"files": {"file": ("a.txt", SOUP.encode())}}),
        ("/v1/charts/relevance", {"json": {"paragraphs": [SOUP[:9]], "products": ["茶"], "scores": [[1]]}}),
    ]
    for path, sent in asked * 2:
        answer = client.post(path, headers={"Idempotency-Key": f"again {path}"}, **sent)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store"), answer.text
    service: Service = client.app.state.service  # pyright: ignore[reportAttributeAccessIssue]
    assert contents(service.store)["answers"] == []


def test_who_may_not_check_may_not_read_either(client: TestClient) -> None:
    with calling(client, "read"):
        problem(uploaded(client, "a.txt", SOUP.encode()), 403, "forbidden")
