"""One article from every kind of file: its title, text, account and day; clear refusals of all else."""

import io
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contentcheck.corpus.reading.articles import (
    Article,
    article_from_bytes,
    decode,
    draft_from_bytes,
    html_text,
    read_article,
    read_draft,
)
from contentcheck.corpus.reading.dates import iso_date
from contentcheck.engine.documents import Draft
from contentcheck.engine.errors import InputError

TEXT = "余生很长，愿你归来仍是少年。\n第二段：100%，café、𠮷、😂。"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0"
ARTICLES = ".txt、.md、.html、.htm、.docx"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@pytest.fixture
def put(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Write a file and return its path."""

    def write(name: str, content: str | bytes) -> Path:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return file

    return write


Put = Callable[[str, str | bytes], Path]


def refusal(work: Callable[[], Any]) -> str:
    with pytest.raises(InputError) as error:
        work()
    return str(error.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_draft_in_any_usual_encoding(put: Put, encoding: str) -> None:
    file = put("稿件.txt", TEXT.encode(encoding))
    assert read_draft(file) == Draft(id="稿件.txt", text=TEXT)


@pytest.mark.parametrize(("mark", "encoding"), [(b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")])
def test_utf16_of_either_byte_order(mark: bytes, encoding: str) -> None:
    assert decode("a.txt", mark + TEXT.encode(encoding)) == TEXT


@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=50))
def test_any_utf8_text_is_decoded_as_it_is(text: str) -> None:
    assert decode("a.txt", b"\xef\xbb\xbf" + text.encode("utf-8")) == text


def test_short_gbk_text() -> None:
    assert decode("a.txt", "你好".encode("gbk")) == "你好"


@pytest.mark.parametrize("data", [PNG, bytes(range(128, 256)) * 8 + b"\0", b"\x1f\x8b\x08\0\0\0\0\0\x02\xff" * 9])
def test_a_binary_file_is_refused(put: Put, data: bytes) -> None:
    expected = "a.txt：不是文本文件，或编码无法识别；请另存为 UTF-8 文本后再试"
    assert refusal(lambda: read_draft(put("a.txt", data))) == expected


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html", "a.htm"])
@pytest.mark.parametrize("data", [b"", b" \r\n\t", b"\xef\xbb\xbf", "\u3000\n".encode()])
def test_an_empty_draft_is_refused(put: Put, name: str, data: bytes) -> None:
    assert refusal(lambda: read_draft(put(name, data))) == f"{name}：没有正文；请确认文件里有文字"


def test_a_missing_draft_is_named(tmp_path: Path) -> None:
    assert refusal(lambda: read_draft(tmp_path / "没有.txt")) == f"{tmp_path / '没有.txt'}：文件不存在；请检查路径"


def test_a_folder_is_no_draft(tmp_path: Path) -> None:
    assert refusal(lambda: read_draft(tmp_path)) == f"{tmp_path}：不是文件"


@pytest.mark.parametrize("name", ["a.pdf", "a.doc", "A.PNG"])
def test_a_draft_of_another_kind_is_refused(put: Put, name: str) -> None:
    suffix = Path(name).suffix.lower()
    expected = f"{name}：不支持的文件类型“{suffix}”；可用的类型：{ARTICLES}"
    assert refusal(lambda: read_draft(put(name, TEXT))) == expected


def test_a_draft_over_the_limit_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    with file.open("wb") as big:
        big.truncate(51 * 2**20)
    assert refusal(lambda: read_draft(file)) == f"{file}：有 51 MB，超过单篇上限 50 MB；请拆分后再试"


def test_a_name_without_suffix_is_plain_text() -> None:
    assert draft_from_bytes("-", "# 不是标题".encode()) == Draft(id="-", text="# 不是标题")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# 余生很长\n\n正文", "余生很长"),
        ("\n\n#  带空格 \r\n正文", "带空格"),
        ("正文\n# 不在开头", ""),
        ("## 二级\n正文", ""),
        ("#没有空格\n正文", ""),
    ],
)
def test_the_first_heading_of_markdown_is_the_title(text: str, title: str) -> None:
    body = text[text.index("正文") :] if title else text
    draft = draft_from_bytes("a.md", text.encode())
    assert draft == Draft(id="a.md", text=body, title=title, extracted=bool(title))


WECHAT = """<!doctype html><html><head><meta charset="utf-8"><title>浏览器标题</title>
<style>p {color: red}</style><script>var title = "坏";</script></head>
<body><h1 id="activity-name">
   公众号标题
</h1><p>菜单</p><div id="js_content" style="visibility: hidden"><section><p>第一段<strong>加粗</strong>，
</p><p>A&amp;B&nbsp;&lt;3</p></section><script>alert("坏")</script><style>.x{}</style><noscript>坏</noscript>
<p>一行<br>又一行</p><ul><li>甲</li><li>乙</li></ul></div><div>页脚</div></body></html>"""


def test_a_wechat_page() -> None:
    draft = draft_from_bytes("a.html", WECHAT.encode())
    text = "第一段加粗，\nA&B <3\n一行\n又一行\n甲\n乙"
    assert draft == Draft(id="a.html", text=text, title="公众号标题", extracted=True)


@pytest.mark.parametrize(
    ("html", "title", "text"),
    [
        ("<title>题</title><p>段</p>", "题", "段"),
        ("<title>题</title><h1>大标题</h1><p>段</p>", "大标题", "段"),
        ("没有标签的文字", "", "没有标签的文字"),
        ("<p>Vitamin\n   C <i>plus</i></p><p>second</p>", "", "Vitamin C plus\nsecond"),
        ("<table><tr><td>甲</td></tr><tr><td>乙</td></tr></table>", "", "甲\n乙"),
        ("<p>一</p><script>x()</script><template>坏</template><!-- 坏 --><p>二</p>", "", "一\n二"),
        ("<div>外<div>内</div>外</div>", "", "外\n内\n外"),
    ],
)
def test_text_and_title_of_a_page(html: str, title: str, text: str) -> None:
    assert draft_from_bytes("a.htm", html.encode()) == Draft("a.htm", text, title, extracted=True)


def test_a_page_in_gbk(put: Put) -> None:
    page = '<html><head><meta charset="gbk"><title>题目</title></head><body><p>余生很长</p></body></html>'
    assert read_draft(put("a.html", page.encode("gbk"))) == Draft("a.html", "余生很长", "题目", extracted=True)


def docx(paragraphs: list[tuple[str, str]]) -> dict[str, str]:
    """The parts of a Word file; each paragraph has a style and a text."""
    body = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>'
        for style, text in paragraphs
    )
    relation = (
        '<Relationships xmlns="{}/relationships"><Relationship Id="r1" Type="{}/{}" Target="{}"/></Relationships>'
    )
    return {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" '
        'ContentType="application/xml"/></Types>',
        "_rels/.rels": relation.format(PACKAGE, OFFICE, "officeDocument", "word/document.xml"),
        "word/document.xml": f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>',
        "word/_rels/document.xml.rels": relation.format(PACKAGE, OFFICE, "styles", "styles.xml"),
        "word/styles.xml": f'<w:styles xmlns:w="{WORD}"><w:style w:type="paragraph" w:styleId="H"><w:name '
        'w:val="heading 1"/></w:style><w:style w:type="paragraph" w:styleId="N"><w:name w:val="Normal"/>'
        "</w:style></w:styles>",
    }


def zipped(parts: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_a_word_file(put: Put) -> None:
    data = zipped(docx([("H", "大标题"), ("N", "第一段"), ("N", ""), ("N", "A&amp;B 第二段")]))
    draft = read_draft(put("a.docx", data))
    assert draft == Draft("a.docx", "第一段\nA&B 第二段", "大标题", extracted=True)


def test_an_empty_word_file_is_refused() -> None:
    empty = zipped(docx([("N", "")]))
    assert refusal(lambda: draft_from_bytes("a.docx", empty)) == "a.docx：没有正文；请确认文件里有文字"


DAMAGED_WORD = {
    "no zip": "文字".encode(),
    "empty": b"",
    "cut off": zipped(docx([("N", "段")]))[:-60],
    "another zip": zipped({"a.txt": "a"}),
    "broken xml": zipped({**docx([]), "word/document.xml": "<w:document"}),
}


@pytest.mark.parametrize("kind", DAMAGED_WORD)
def test_a_damaged_word_file_is_refused(kind: str) -> None:
    expected = "a.docx：不是可读取的 docx 文件；请用 Word 另存一次"
    assert refusal(lambda: draft_from_bytes("a.docx", DAMAGED_WORD[kind])) == expected


BIG = {
    "pictures": (("word/media/a.bmp", 1024), "解压后有 1024 MB，超过上限 200 MB；请拆分后再试"),
    "text": (
        ("word/document.xml", 30),
        "文字部分解压后有 30 MB，超过上限 20 MB；请拆分，或另存为 txt 后再试",
    ),
}


@pytest.mark.parametrize("kind", BIG)
def test_a_word_file_that_would_fill_memory_is_refused_before_it_is_unpacked(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (part, megabytes), expected = BIG[kind]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in docx([("N", "段")]).items():
            if name != part:
                archive.writestr(name, content)
        with archive.open(part, "w") as stream:
            for _ in range(megabytes):
                stream.write(bytes(2**20))
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("unpacked"))
    assert refusal(lambda: draft_from_bytes("a.docx", buffer.getvalue())) == f"a.docx：{expected}"


def test_a_word_file_of_too_many_parts_is_refused() -> None:
    parts = docx([("N", "段")]) | {f"word/media/{n}": "" for n in range(10_000)}
    expected = "a.docx：里面有 10005 个部件，超过上限 10000 个；请另存一次或拆分后再试"
    assert refusal(lambda: draft_from_bytes("a.docx", zipped(parts))) == expected


def test_a_word_file_with_a_password_is_refused() -> None:
    locked = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)
    expected = "a.docx：加了密码，或其实是旧格式的文件；请用 Word 打开、去掉密码，另存为 docx 后再试"
    assert refusal(lambda: draft_from_bytes("a.docx", locked)) == expected


@given(cuts=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=4))
def test_a_word_file_with_damaged_bytes_is_read_or_refused(cuts: list[tuple[int, int]]) -> None:
    data = bytearray(zipped(docx([("H", "题"), ("N", "第一段")])))
    for place, value in cuts:
        data[place % len(data)] = value
    try:
        assert article_from_bytes("a.docx", bytes(data)).text
    except InputError as error:
        assert str(error).startswith("a.docx：")


def test_an_article_of_pictures_alone_is_refused() -> None:
    page = '<div id="js_content"><p><img data-src="https://mmbiz.qpic.cn/a" alt="图"/></p><p>\u200b</p></div>'
    assert refusal(lambda: article_from_bytes("a.html", page.encode())) == "a.html：没有正文，只有图片；请补上文字"


def test_single_damaged_bytes_do_not_make_a_text_of_another_encoding() -> None:
    text = "余生很长，愿你归来仍是少年。" * 20
    for encoding in ("utf-8", "gb18030"):
        data = text.encode(encoding) + b"\xff" + text.encode(encoding)
        assert decode("a.txt", data) == f"{text}\ufffd{text}"


def test_utf32_with_its_mark() -> None:
    assert decode("a.txt", TEXT.encode("utf-32")) == TEXT


def wechat(head: str = "", meta: str = "", body: str = "<p>正文</p>") -> str:
    """A page as WeChat sends it, with what is different from page to page."""
    return f"""<!DOCTYPE html><html><head><title></title>
<meta property="og:title" content="分享标题" /><meta property="og:site_name" content="微信公众平台" />
<meta property="og:url" content="http://mp.weixin.qq.com/s?__biz=MzA&amp;mid=1#rd" />{head}</head>
<body id="activity-detail"><div class="rich_media_area_primary">{meta}
<div class="rich_media_content" id="js_content" style="visibility: hidden; opacity: 0; ">{body}</div></div>
<div id="js_pc_qr_code">微信扫一扫关注该公众号</div></body></html>"""


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        # as shown in a browser
        (
            wechat(
                meta="""<h1 class="rich_media_title" id="activity-name">  余生\n很长 </h1><div id="meta_content">
                <span id="copyright_logo">原创</span><span>小编</span><span id="profileBt"><a id="js_name">
                苔朵花园            </a></span>
                <em id="publish_time" class="rich_media_meta">2024年3月5日 18:20</em></div>"""
            ),
            Article("余生 很长", "正文", "苔朵花园", "2024-03-05"),
        ),
        # as sent: the name and the time are in scripts; 1704038400 is 2023-12-31 16:00 UTC, the new year in China
        (
            wechat(
                head="""<script>var nickname = htmlDecode("M&amp;A\\x20观察"); var ct = "1704038400";</script>""",
                meta='<em id="publish_time"></em>',
            ),
            Article("分享标题", "正文", "M&A 观察", "2024-01-01"),
        ),
        # the newer page
        (
            wechat(
                head="<script>window.cgiDataNew = { nick_name: JsDecode('说\\x22话\\x22号'),"
                "create_time: JsDecode('2026-03-27 07:06'), }</script>"
            ),
            Article("分享标题", "正文", '说"话"号', "2026-03-27"),
        ),
        (
            wechat(meta='<strong class="profile_nickname">旧版号</strong><em id="publish_time">今天</em>'),
            Article("分享标题", "正文", "旧版号", ""),
        ),
        (
            wechat(meta='<div id="js_wx_follow_nickname">新版号</div><em id="publish_time">2021-11-26</em>'),
            Article("分享标题", "正文", "新版号", "2021-11-26"),
        ),
        # an article that has passages of code about such pages
        (
            wechat(body='<pre>var nickname = "坏"; var ct = "1704038400";</pre>'),
            Article("分享标题", 'var nickname = "坏"; var ct = "1704038400";'),
        ),
    ],
)
def test_title_account_and_day_of_wechat_pages(page: str, expected: Article) -> None:
    assert html_text(page) == expected


CAPTION = """<html><head><meta property="og:title" content="三月的山"><script>window.cgiDataNew = {
nick_name: JsDecode('苔朵'), create_time: JsDecode('1709280000'),
content_noencode: JsDecode('山里的第一场雨。\\x0a\\x3cp\\x3e茶\\x26amp;花\\x3c/p\\x3e') }</script></head>
<body><!-- https://mp.weixin.qq.com/s/a -->BODY</body></html>"""


@pytest.mark.parametrize("body", ["微信扫一扫 知道了", '<div id="js_content"></div>'])
def test_the_caption_of_a_wechat_post_of_pictures(body: str) -> None:
    expected = Article("三月的山", "山里的第一场雨。\n茶&花", "苔朵", "2024-03-01")
    assert html_text(CAPTION.replace("BODY", body)) == expected


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<section><section><section><p>一</p></section>二</section></section>三", "一\n二\n三"),
        ('<p><span leaf="">一</span><span>二</span><mp-style-type data-value="3"></mp-style-type></p>', "一二"),
        ("<p>&nbsp;</p><p>\u200b</p><p>一&nbsp;\u200b二\ufeff</p><p>\u200d</p>", "一 二"),
        ("<p>👨\u200d👩\u200d👧</p>", "👨\u200d👩\u200d👧"),
        ('<section><img data-src="a" alt="图"></section><p>一</p><mpvoice name="歌"></mpvoice>', "一"),
        ("<ul class='code-snippet__line-index'><li></li></ul><p>一<script>坏()</script><style>坏</style></p>", "一"),
        ("<header>外<nav>内</nav></header><p>一</p><footer>外<aside>内</aside></footer>", "一"),
    ],
)
def test_text_of_wechat_markup(body: str, text: str) -> None:
    assert html_text(wechat(body=body)).text == text


@pytest.mark.parametrize(
    ("head", "published"),
    [
        ('<meta property="article:published_time" content="2024-03-05T18:20:00Z">', "2024-03-06"),
        ('<meta property="article:published_time" content="2024-03-05T18:20:00+08:00">', "2024-03-05"),
        ('<meta name="PubDate" content="2024-03-05 18:20">', "2024-03-05"),
        ('<meta itemprop="datePublished" content="2024-03-05">', "2024-03-05"),
        ('<time datetime="2024-03-05T10:00">昨天</time>', "2024-03-05"),
        ('<meta property="article:published_time" content="昨天"><time datetime="2024-03-05"></time>', "2024-03-05"),
        ('<script>var ct = "1704038400"; var nickname = "站"</script>', ""),
        ("<p>2024-03-05</p>", ""),
    ],
)
def test_the_day_of_an_ordinary_page(head: str, published: str) -> None:
    page = html_text(f"<html><head>{head}</head><body><p>段</p></body></html>")
    assert (page.account, page.published) == ("", published)


def test_the_title_of_an_ordinary_page() -> None:
    shared = '<title>题 - 某网</title><meta property="og:title" content="题">'
    assert html_text(f"<html><head>{shared}</head><body><p>段</p></body>").title == "题"
    assert html_text(f"<html><head>{shared}</head><body><h1>大题</h1><p>段</p></body>").title == "大题"


@pytest.mark.parametrize("html", ["", "<", "<p></p>", "<script>x</script>", "\0", "<frameset></frameset>"])
def test_a_part_of_a_page_without_text(html: str) -> None:
    assert not html_text(html).text.strip("<\ufffd")


@given(
    html=st.lists(
        st.sampled_from(
            ["<p>", "</p>", "<nav>", "<div id=js_content>", "<script>", "</script>", "ct = '", "题", "<br>"]
        )
    ).map("".join)
)
def test_any_page_is_read(html: str) -> None:
    article = html_text(html)
    assert all(line and line == line.strip() for line in article.text.split("\n") if article.text)


def test_a_page_of_nothing_but_tags_is_refused_before_it_takes_all_memory() -> None:
    with pytest.raises(InputError, match="300000 个以上的标签，不像文章；请只粘贴正文"):
        html_text("<p>a" * 300_001)
    assert len(html_text("<p>a" * 100_000).text.split("\n")) == 100_000


@pytest.mark.parametrize("closed", [True, False])
def test_a_page_nested_without_end_is_refused_at_once(closed: bool) -> None:
    start = time.monotonic()
    with pytest.raises(InputError, match="2000 层以上，不像文章；请只粘贴正文"):
        html_text("<div>" * 300_000 + TEXT + "</div>" * 300_000 * closed)
    assert time.monotonic() - start < 2


def test_a_page_of_many_lines_is_not_nested() -> None:
    lines = [f"第{i}行<img src=x><br>" for i in range(3000)]
    assert html_text("<ul>" + "".join(f"<li><p>{line}" for line in lines)).text.count("\n") == 2999
    assert html_text("<div><b>" * 900 + TEXT).text == TEXT.replace("\n", " ")


def test_an_article_of_every_kind(put: Put) -> None:
    assert read_article(put("a.txt", "甲\n")) == Article("", "甲\n")
    assert read_article(put("a.md", "# 题\n甲")) == Article("题", "甲")
    assert read_article(put("a.docx", zipped(docx([("H", "题"), ("N", "甲")])))) == Article("题", "甲")
    page = wechat(meta='<a id="js_name">苔朵</a><em id="publish_time">2024-03-05</em>')
    assert read_article(put("a.htm", page)) == Article("分享标题", "正文", "苔朵", "2024-03-05")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-03-05", "2024-03-05"),
        ("2024/3/5 8:20", "2024-03-05"),
        ("2024.3.5", "2024-03-05"),
        ("发布于 2024 年 3 月 5 日", "2024-03-05"),
        ("2024-03-05T23:59:59-08:00", "2024-03-06"),
        ("1704038400", "2024-01-01"),
        ("1704038399000", "2023-12-31"),
        ("2024-02-30", ""),
        ("3月5日", ""),
        ("今天", ""),
        ("0000000000", ""),
        ("1611-11-11", ""),
        ("9999-12-31T23:59:59-23:59", ""),
        ("0001-01-01T00:00:00+23:59", ""),
        ("12024-03-05", ""),
        ("", ""),
    ],
)
def test_days(text: str, day: str) -> None:
    assert iso_date(text) == day


@given(text=st.text(st.sampled_from("0123456789-/.:年月日TZ+ "), max_size=20) | st.text(max_size=10))
def test_any_text_is_a_day_or_none(text: str) -> None:
    day = iso_date(text)
    assert day == "" or iso_date(day) == day
