"""Drafts and tables as users have them: every encoding and kind, right line numbers, clear refusals."""

import gc
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from contentcheck.corpus.reading import Row, decode, draft_from_bytes, read_draft, read_rows
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


def rows(file: Path) -> list[Row]:
    return list(read_rows(file))


def lines(file: Path, column: str = "text") -> list[tuple[int, Any]]:
    return [(row.line, row.data.get(column)) for row in read_rows(file)]


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


def test_jsonl_rows_with_line_numbers(put: Put) -> None:
    file = put("a.jsonl", '\ufeff{"id": 7, "正文": "甲\\n乙", "key_points": ["k"]}\r\n\n{"TEXT": "丙\u2028"}\n')
    assert rows(file) == [
        Row(1, {"id": 7, "text": "甲\n乙", "key_points": ["k"]}),
        Row(3, {"text": "丙\u2028"}),
    ]


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ('{"text": "甲"', "不是合法的 JSON（Expecting ',' delimiter，第 13 列）"),
        ("甲", "不是合法的 JSON（Expecting value，第 1 列）"),
        ("[]", "应为 JSON 对象，实际是 list"),
        ("null", "应为 JSON 对象，实际是 NoneType"),
        ("3", "应为 JSON 对象，实际是 int"),
    ],
)
def test_a_bad_json_line_is_given_with_its_error(put: Put, line: str, error: str) -> None:
    good = '{"text": "好"}'
    assert rows(put("a.jsonl", f"{good}\n{line}\n{good}\n")) == [
        Row(1, {"text": "好"}),
        Row(2, {}, error),
        Row(3, {"text": "好"}),
    ]


@pytest.mark.parametrize("line", ["[" * 100_000, '{"id": ' + "9" * 5000 + "}"])
def test_a_json_line_python_cannot_hold_is_a_bad_line(put: Put, line: str) -> None:
    found = rows(put("a.jsonl", f'{line}\n{{"text": "好"}}\n'))
    assert [row.line for row in found] == [1, 2]
    assert found[0].error
    assert found[1] == Row(2, {"text": "好"})


def test_csv_with_chinese_headers_and_quoted_newlines(put: Put) -> None:
    table = '编号,标题,正文,品牌\r\n01,"题,一","第一段\r\n第二段 ""引号""",花间\r\n2,,单段,\r\n'
    assert rows(put("a.csv", table.encode("utf-8-sig"))) == [
        Row(2, {"id": "01", "title": "题,一", "text": '第一段\r\n第二段 "引号"', "brand": "花间"}),
        Row(4, {"id": "2", "title": "", "text": "单段", "brand": ""}),
    ]


def test_csv_as_a_chinese_excel_saves_it(put: Put) -> None:
    file = put("a.csv", "序号,内容,分类,自定义\r\n1,余生很长,鸡汤,x\r\n".encode("gbk"))
    assert rows(file) == [Row(2, {"id": "1", "text": "余生很长", "genre": "鸡汤", "自定义": "x"})]


def test_csv_rows_with_too_many_or_too_few_columns(put: Put) -> None:
    assert rows(put("a.csv", "id,text\n1,甲,多\n2\n3,丙\n")) == [
        Row(2, {}, "列数比表头多；请检查引号和逗号"),
        Row(3, {"id": "2"}),
        Row(4, {"id": "3", "text": "丙"}),
    ]


def test_csv_line_numbers_count_blank_lines(put: Put) -> None:
    assert lines(put("a.csv", 'text\n甲\n\n\n"乙\n乙"\n\n丙\n')) == [(2, "甲"), (5, "乙\n乙"), (8, "丙")]


def test_csv_line_numbers_after_a_header_of_two_lines(put: Put) -> None:
    assert lines(put("a.csv", '"备\n注",text\nx,甲\ny,乙\n')) == [(3, "甲"), (4, "乙")]


def test_csv_takes_a_very_long_text(put: Put) -> None:
    long = "余生很长。" * 40_000
    assert lines(put("a.csv", f"text\n{long}\n短\n")) == [(2, long), (3, "短")]


def test_the_exact_column_name_wins_over_another_name_for_it(put: Put) -> None:
    assert rows(put("a.csv", "id,序号,text,内容\nsoup-1,1,正文,别的\n"))[0].data["id"] == "soup-1"
    assert rows(put("b.csv", "序号,id,内容,text\n1,soup-1,别的,正文\n"))[0].data["text"] == "正文"
    assert rows(put("c.csv", "id,序号,text,内容\nsoup-1,1,正文,别的\n"))[0].data["text"] == "正文"


def test_csv_without_a_text_column_is_refused(put: Put) -> None:
    file = put("a.csv", "编号,标题\n1,题\n")
    expected = f"{file}：表头里没有正文列；实际的列：编号、标题；请把正文列命名为 text 或 正文"
    assert refusal(lambda: rows(file)) == expected


def test_an_empty_csv_is_refused(put: Put) -> None:
    file = put("a.csv", b"")
    assert refusal(lambda: rows(file)) == f"{file}：表头里没有正文列；实际的列：（空）；请把正文列命名为 text 或 正文"


def workbook(file: Path, *values: tuple[Any, ...]) -> Path:
    book = Workbook()
    for row in values:
        book.active.append(row)
    book.save(file)
    book.close()
    return file


def test_xlsx_rows(tmp_path: Path) -> None:
    table = (
        ("编号", "正文", None, "标签"),
        (1, "甲\n甲", "没有列名", None),
        (None,),
        ("x-2", 3.5, None, "a;b"),
    )
    assert rows(workbook(tmp_path / "a.xlsx", *table)) == [
        Row(2, {"id": "1", "text": "甲\n甲"}),
        Row(4, {"id": "x-2", "text": "3.5", "tags": "a;b"}),
    ]


def test_a_read_xlsx_is_closed(tmp_path: Path) -> None:
    assert lines(workbook(tmp_path / "a.xlsx", ("正文",), ("甲",))) == [(2, "甲")]
    gc.collect()  # a file left open is reported here, as a warning


def test_an_empty_xlsx_is_refused(tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx")
    assert refusal(lambda: rows(file)).startswith(f"{file}：表头里没有正文列；实际的列：（空）；")


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_an_xlsx_with_a_broken_part_is_refused(tmp_path: Path, part: str) -> None:
    file = workbook(tmp_path / "a.xlsx", ("正文",), ("甲",))
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    file.write_bytes(zipped({**parts, part: parts[part][:-30]}))
    assert refusal(lambda: rows(file)) == f"{file}：不是可读取的 xlsx 文件；请用 Excel 另存一次"
    gc.collect()  # a file left open is reported here, as a warning


def test_xlsx_without_a_text_column_is_refused(tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", ("编号", "标题"), (1, "题"))
    expected = f"{file}：表头里没有正文列；实际的列：编号、标题；请把正文列命名为 text 或 正文"
    assert refusal(lambda: rows(file)) == expected
    gc.collect()  # a file left open is reported here, as a warning


@pytest.mark.parametrize(
    "data", [b"", "编号,正文".encode(), PNG, zipped({"a.txt": "a"}), zipped({"xl/workbook.xml": "<"})]
)
def test_a_damaged_xlsx_is_refused(put: Put, data: bytes) -> None:
    file = put("a.xlsx", data)
    assert refusal(lambda: rows(file)) == f"{file}：不是可读取的 xlsx 文件；请用 Excel 另存一次"
    gc.collect()  # a file left open is reported here, as a warning


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("甲\n乙\n丙\n", [(1, "甲"), (2, "乙"), (3, "丙")]),
        ("甲\r\n乙\r丙", [(1, "甲"), (2, "乙"), (3, "丙")]),
        ("甲一\n甲二\n\n乙\n \t\n\n丙一\n丙二\n", [(1, "甲一\n甲二"), (4, "乙"), (7, "丙一\n丙二")]),
        ("\n\n甲\n乙\n", [(3, "甲"), (4, "乙")]),
        ("\n甲一\n甲二\n\n乙\n", [(2, "甲一\n甲二"), (5, "乙")]),
        ("  甲  \n乙", [(1, "甲"), (2, "乙")]),
        ("只有一条", [(1, "只有一条")]),
        ("\n \n", []),
    ],
)
def test_pieces_of_a_text_file(put: Put, text: str, expected: list[tuple[int, str]]) -> None:
    assert lines(put("a.txt", text)) == expected


def test_a_folder_of_articles(put: Put, tmp_path: Path) -> None:
    put("articles/b.md", "# 题\n正文")
    put("articles/a.txt", "甲")
    put("articles/sub/c.html", "<title>页</title><p>段</p>")
    put("articles/d.txt", "")
    put("articles/skip.jpg", PNG)
    found = rows(tmp_path / "articles")
    assert [row.data or row.error for row in found] == [
        {"id": "a.txt", "title": "", "text": "甲"},
        {"id": "b.md", "title": "题", "text": "正文"},
        "d.txt：没有正文；请确认文件里有文字",
        {"id": "sub/c.html", "title": "页", "text": "段"},
    ]
    assert [row.line for row in found] == [1, 2, 3, 4]


def test_a_folder_without_articles_is_refused(tmp_path: Path) -> None:
    expected = f"{tmp_path}：文件夹里没有文章；可用的类型：{ARTICLES}"
    assert refusal(lambda: rows(tmp_path)) == expected


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.xlsx", "a.txt", "文章", "a.pdf"])
def test_a_missing_table_is_named(tmp_path: Path, name: str) -> None:
    assert refusal(lambda: rows(tmp_path / name)) == f"{tmp_path / name}：文件不存在；请检查路径"


def test_a_table_of_another_kind_is_refused(put: Put) -> None:
    file = put("a.pdf", TEXT)
    kinds = ".jsonl、.csv、.xlsx、.txt，或装有文章的文件夹"
    assert refusal(lambda: rows(file)) == f"{file}：不支持的文件类型“.pdf”；可用的类型：{kinds}"


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.txt"])
def test_a_binary_table_is_refused(put: Put, name: str) -> None:
    assert refusal(lambda: rows(put(name, PNG))).startswith(f"{name}：不是文本文件")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_tables_in_any_usual_encoding(put: Put, encoding: str) -> None:
    assert lines(put("a.csv", "正文\n余生很长\n".encode(encoding))) == [(2, "余生很长")]
    data = json.dumps({"text": "余生很长"}, ensure_ascii=False)
    assert lines(put("a.jsonl", data.encode(encoding))) == [(1, "余生很长")]
    assert lines(put("a.txt", "余生很长".encode(encoding))) == [(1, "余生很长")]
