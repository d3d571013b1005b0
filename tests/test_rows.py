"""Tables and folders as users have them: every encoding and kind, right line numbers, any length, clear refusals."""

import gc
import io
import json
import math
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart

from contentcheck.corpus.reading import office_files, sheets, text_files
from contentcheck.corpus.reading import rows as rows_module
from contentcheck.corpus.reading.rows import Row, read_rows
from contentcheck.engine.errors import InputError

TEXT = "余生很长，愿你归来仍是少年。"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0"
ARTICLES = ".txt、.md、.html、.htm、.docx"


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


def errors(file: Path) -> list[tuple[int, str | None]]:
    return [(row.line, row.error) for row in read_rows(file)]


def zipped(parts: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


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


def workbook(file: Path, *values: tuple[Any, ...], merged: tuple[str, ...] = ()) -> Path:
    book = Workbook()
    for row in values:
        book.active.append(row)
    for cells in merged:
        book.active.merge_cells(cells)
    book.save(file)
    book.close()
    return file


def changed(file: Path, part: str, *changes: tuple[str, str]) -> Path:
    """The workbook with something in a part of it replaced."""
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    for old, new in changes:
        assert old in parts[part]
        parts[part] = parts[part].replace(old, new)
    file.write_bytes(zipped(parts))
    return file


SHEET = "xl/worksheets/sheet1.xml"


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


def test_the_share_that_has_been_read(put: Put, tmp_path: Path) -> None:
    items = "".join(json.dumps({"text": TEXT * 100}) + "\n" for _ in range(500))
    sources = [
        put("a.jsonl", items),
        put("a.csv", "text\n" + f"{TEXT * 100}\n" * 500),
        put("a.txt", f"{TEXT * 100}\n" * 500),
        put("b.txt", f"{TEXT * 100}\n\n" * 500),
        workbook(tmp_path / "a.xlsx", ("text",), *[(TEXT,)] * 500),
    ]
    for source in sources:
        done = [row.done for row in read_rows(source)]
        assert len(done) == 500
        assert done == sorted(done)
        assert 0 < done[0] < 0.1
        assert 0.4 < done[250] < 0.6
        assert done[-1] == 1
    gc.collect()


def peak(file: Path) -> tuple[int, float]:
    """How many rows, and the most bytes that Python held while they were read."""
    tracemalloc.start()
    count = sum(row.error is None for row in read_rows(file))
    held = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return count, held


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    line = (json.dumps({"text": TEXT * 700}, ensure_ascii=False) + "\n").encode() * 70
    with (tmp_path / "a.jsonl").open("wb") as stream:
        for _ in range(100):
            stream.write(line)
    assert (tmp_path / "a.jsonl").stat().st_size > 200 * 10**6
    count, held = peak(tmp_path / "a.jsonl")
    assert count == 7000
    assert held < 30 * 2**20


@pytest.mark.parametrize("name", ["a.csv", "a.txt", "b.txt"])
def test_memory_does_not_grow_with_other_files(tmp_path: Path, name: str) -> None:
    end = "\n\n" if name == "b.txt" else "\n"
    with (tmp_path / name).open("w", encoding="gb18030", newline="") as stream:
        stream.write("正文\n" if name == "a.csv" else "")
        for _ in range(1000):
            stream.write(TEXT * 1000 + end)
    count, held = peak(tmp_path / name)
    assert count == 1000
    assert held < 12 * 2**20 < (tmp_path / name).stat().st_size / 2


@pytest.mark.parametrize(
    ("name", "before", "after", "expected"),
    [
        ("a.jsonl", '{"text": "甲"}\n', '\n{"text": "乙"}\n', [(1, "甲"), (2, None), (3, "乙")]),
        ("a.csv", "text\n甲\n", "\n乙\n", [(2, "甲"), (3, None), (4, "乙")]),
        ("a.txt", "甲\n", "\n乙\n", [(1, "甲"), (2, None), (3, "乙")]),
        ("b.txt", "甲\n\n", "\n丙\n\n乙", [(1, "甲"), (3, None), (6, "乙")]),
        ("c.txt", "甲\n", "", [(1, "甲"), (2, None)]),
    ],
)
def test_a_line_over_the_limit_is_a_bad_row(
    tmp_path: Path, name: str, before: str, after: str, expected: list[tuple[int, str | None]]
) -> None:
    with (tmp_path / name).open("wb") as stream:
        stream.write(before.encode())
        for _ in range(60):
            stream.write(b"x" * 2**20)
        stream.write(after.encode())
    tracemalloc.start()
    found = rows(tmp_path / name)
    held = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [(row.line, row.data.get("text")) for row in found] == expected
    number = expected[1][0]
    assert found[1].error == f"第 {number} 行有 60 MB，超过单行上限 50 MB；请拆分后再试"
    assert held < 60 * 2**20  # what is under the limit is kept until it is known to be over it


@pytest.fixture
def short_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """50 MB become a megabyte and a half."""
    for module in (text_files, rows_module):
        monkeypatch.setattr(module, "LONGEST", 3 * 2**19)


@pytest.mark.usefixtures("short_limit")
def test_long_lines_under_the_limit_are_whole(put: Put) -> None:
    for ending in ("\n", "\r\n"):
        for length in (2**20 - 2, 2**20 - 1, 2**20, 2**20 + 1, 2**20 + 2):
            file = put("a.csv", f'text{ending}"{"x" * length}"{ending}乙{ending}')
            assert [(n, len(t)) for n, t in lines(file)] == [(2, length), (3, 1)]
    chinese = "余" * 2**19  # three bytes each
    assert lines(put("a.txt", f"{chinese[:-1]}\n乙")) == [(1, chinese[:-1]), (2, "乙")]


@pytest.mark.usefixtures("short_limit")
def test_a_quote_that_is_never_closed_does_not_fill_memory(put: Put) -> None:
    file = put("a.csv", 'text\n甲\n"乙\n' + f"{'x' * 2**18}\n" * 7 + "丙\n")
    found = rows(file)
    assert found[0] == Row(2, {"text": "甲"})
    assert found[1].line == 3
    assert found[1].error is not None
    assert found[1].error.endswith("一个字段最长 50 MB，请检查引号是否成对")
    assert found[-1] == Row(11, {"text": "丙"})


@pytest.mark.usefixtures("short_limit")
def test_a_long_line_in_the_middle_of_a_csv_row(put: Put) -> None:
    file = put("a.csv", f'text\n"甲\n{"x" * 2**21}\n乙\n')
    error = "第 3 行有 2 MB，超过单行上限 1 MB；请拆分后再试"
    assert rows(file) == [Row(2, {}, error), Row(4, {"text": "乙"})]


@pytest.mark.usefixtures("short_limit")
def test_a_piece_of_many_lines_over_the_limit_is_a_bad_row(put: Put) -> None:
    file = put("a.txt", "甲\n\n乙\n" + f"{'x' * 2**18}\n" * 7 + "\n丙\n")
    error = "从第 3 行起的一段超过 50 MB；请用空行分开各段，或拆分后再试"
    assert rows(file) == [Row(1, {"text": "甲"}), Row(3, {}, error), Row(12, {"text": "丙"})]


@pytest.mark.parametrize(("encoding", "shown"), [("utf-8", "UTF-8"), ("gb18030", "GB18030")])
def test_a_line_with_damaged_bytes_is_a_bad_row(put: Put, encoding: str, shown: str) -> None:
    def table(head: str, line: str) -> bytes:
        good, bad = line.replace("?", TEXT).encode(encoding), line.replace("?", "坏").encode(encoding)
        return head.encode(encoding) + good * 20 + bad[:-2] + b"\xff" + bad[-2:] + good

    error = f"第 22 行有不是 {shown} 编码的字节；请改正这一行，或把文件另存为 UTF-8 文本后再试"
    assert errors(put("a.csv", table("正文\n", "?\n")))[20:] == [(22, error), (23, None)]
    error = error.replace("22", "21")
    assert errors(put("a.txt", table("", "?\n")))[20:] == [(21, error), (22, None)]
    assert errors(put("a.jsonl", table("", '{"text": "?"}\n')))[20:] == [(21, error), (22, None)]


def test_the_encoding_is_that_of_the_whole_file(put: Put) -> None:
    plain = "text\n" + "plain\n" * 60_000
    assert lines(put("a.csv", f"{plain}余生很长\n".encode("gb18030")))[-1] == (60_002, "余生很长")


def test_binary_data_far_behind_the_beginning_is_refused(put: Put) -> None:
    file = put("a.txt", b"plain\n" * 60_000 + PNG)
    assert refusal(lambda: rows(file)) == "a.txt：不是文本文件，或编码无法识别；请另存为 UTF-8 文本后再试"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_delimiters(put: Put, delimiter: str) -> None:
    table = [["编号", "正文", "品牌"], ["1", '"甲,;\t乙"', "花间"]]
    file = put("a.csv", "\r\n".join(delimiter.join(row) for row in table))
    assert rows(file) == [Row(2, {"id": "1", "text": "甲,;\t乙", "brand": "花间"})]


def test_a_header_of_one_column_with_other_delimiters_in_the_text(put: Put) -> None:
    assert lines(put("a.csv", "正文\n甲;乙\n丙\t丁\n")) == [(2, "甲;乙"), (3, "丙\t丁")]


def test_the_columns_of_a_table_without_a_text_column_are_told_apart(put: Put) -> None:
    file = put("a.csv", "编号;标题\n1;题\n")
    assert "实际的列：编号、标题；" in refusal(lambda: rows(file))


def test_csv_lines_before_the_header_and_columns_without_a_name(put: Put) -> None:
    assert rows(put("a.csv", "\n\ntext,,id\n甲,备注,1\n")) == [Row(4, {"text": "甲", "id": "1"})]


def test_names_of_columns(put: Put) -> None:
    table = '{"全文": "甲", "公众号": "苔朵", "发布时间": "2024年3月5日 18:20", "别名": ["a"], "其他": 1}\n'
    data = {"text": "甲", "source": "苔朵", "published": "2024-03-05", "synonyms": ["a"], "其他": 1}
    assert rows(put("a.jsonl", table)) == [Row(1, data)]
    table = '{"内容": "甲", "账号": "苔朵", "date": 1704038400, "又名": "b"}\n'
    data = {"text": "甲", "source": "苔朵", "published": "2024-01-01", "synonyms": "b"}
    assert rows(put("a.jsonl", table)) == [Row(1, data)]


@pytest.mark.parametrize("value", ["上周", "", 5, None, True, ["2024-03-05"]])
def test_what_is_no_day_is_left_as_it_is(put: Put, value: Any) -> None:
    assert rows(put("a.jsonl", json.dumps({"published": value})))[0].data == {"published": value}


def test_values_of_xlsx_cells(tmp_path: Path) -> None:
    values = {
        "编号": 3.0,
        "正文": "甲_x000D_\n乙",
        "日期": datetime(2024, 3, 5, 18, 20),
        "当天": date(2024, 3, 5),
        "时刻": datetime(2024, 3, 5, 18, 20),
        "钟点": time(8, 30),
        "数": 2.5,
        "大": 1e16,
        "是": True,
    }
    assert rows(workbook(tmp_path / "a.xlsx", tuple(values), tuple(values.values())))[0].data == {
        "id": "3",
        "text": "甲\r\n乙",
        "published": "2024-03-05",
        "当天": "2024-03-05",
        "时刻": "2024-03-05 18:20:00",
        "钟点": "08:30:00",
        "数": "2.5",
        "大": "10000000000000000",
        "是": "True",
    }


def test_a_formula_that_was_never_computed(tmp_path: Path) -> None:
    file = workbook(
        tmp_path / "a.xlsx", ("编号", "字数", "正文"), (1, "=LEN(C2)", "甲"), (2, 3, '="乙"&A3'), (3, None, "丙")
    )
    error = "单元格 C3 是公式，还没有计算结果；请在 Excel 中打开、保存后再导入"
    assert rows(file) == [
        Row(2, {"id": "1", "text": "甲"}),
        Row(3, {}, error),
        Row(4, {"id": "3", "text": "丙"}),
    ]
    gc.collect()


def test_a_formula_with_its_result(tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", ("编号", "正文", "标题"), (1, "=A2", "=A3"))
    number, empty = ('<c r="B2"><f>A2</f><v></v></c>', '<c r="C2"><f>A3</f><v></v></c>')
    with zipfile.ZipFile(file) as archive:
        sheet = archive.read(SHEET).decode()
    number, empty = (n if n in sheet else n.replace("<v></v>", "<v />") for n in (number, empty))
    changed(
        file,
        SHEET,
        (number, '<c r="B2" t="str"><f>A2</f><v>甲</v></c>'),
        (empty, '<c r="C2" t="str"><f>A3</f><v></v></c>'),
    )
    assert rows(file) == [Row(2, {"id": "1", "text": "甲"})]


def test_a_cell_that_shows_an_error(tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", ("正文", "备注"), ("#N/A", "甲"), ("乙", "#N/A"))
    assert rows(file) == [
        Row(2, {}, "单元格 A2 的值是错误 #N/A；请改正后再导入"),
        Row(3, {"text": "乙", "备注": "#N/A"}),
    ]


def test_rows_that_are_merged(tmp_path: Path) -> None:
    table = (("品牌", "正文", None), *((f"b{n}", f"t{n}", n) for n in range(2, 11)), (None, None, 11))
    file = workbook(tmp_path / "a.xlsx", *table, merged=("A3:A5", "B7:B8", "A9:B9", "C2:C10", "A10:B11"))

    def error(number: int, cells: str) -> str:
        return f"第 {number} 行与其他行合并了单元格（{cells}）；请取消合并并填好每一行"

    assert errors(file) == [
        (2, None),
        (3, error(3, "A3:A5")),
        (4, error(4, "A3:A5")),
        (5, error(5, "A3:A5")),
        (6, None),
        (7, error(7, "B7:B8")),
        (8, error(8, "B7:B8")),
        (9, None),
        (10, error(10, "A10:B11")),
    ]


def test_merged_cells_are_found_wherever_they_stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = workbook(tmp_path / "a.xlsx", ("正文",), ("甲",), ("乙",), ("丙",), merged=("A3:A4",))
    for size in range(1, 60):
        monkeypatch.setattr(sheets, "_CHUNK", size)
        assert [row.error is None for row in read_rows(file)] == [True, False]


def test_wrong_dimensions_are_not_believed(tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", ("编号", "正文"), (1, "甲"), (2, "乙"))
    changed(file, SHEET, ('<dimension ref="A1:B3"', '<dimension ref="A1"'))
    assert lines(file) == [(2, "甲"), (3, "乙")]


def test_a_row_number_beyond_the_last_is_refused(tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", ("正文",), ("甲",))
    changed(file, SHEET, ('r="2"', 'r="9999999999"'), ('r="A2"', 'r="A9999999999"'))
    assert refusal(lambda: rows(file)) == f"{file}：不是可读取的 xlsx 文件；请用 Excel 另存一次"


def test_the_sheet_that_is_shown_is_read(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(("正文",))
    book.active.append(("坏",))
    shown = book.create_sheet("稿件")
    shown.append(("正文",))
    shown.append(("甲",))
    shown.append(("乙",))
    shown.merge_cells("A2:A3")
    book.active = 1
    book.save(tmp_path / "a.xlsx")
    assert errors(tmp_path / "a.xlsx") == [(2, "第 2 行与其他行合并了单元格（A2:A3）；请取消合并并填好每一行")]


def test_a_chart_that_is_shown_is_no_table(tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", ("正文",), ("甲",))
    book = load_workbook(file)
    book.create_chartsheet().add_chart(BarChart())
    book.active = 1
    book.save(file)
    assert refusal(lambda: rows(file)) == (
        f"{file}：打开时显示的不是数据表；请在 Excel 中切换到有正文的工作表，保存后再试"
    )


def test_an_xlsx_that_would_fill_memory_is_refused(tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", ("正文",), ("甲",))
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name != "xl/sharedStrings.xml"}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        with archive.open("xl/sharedStrings.xml", "w") as stream:
            for _ in range(300):
                stream.write(bytes(2**20))
    assert refusal(lambda: rows(file)) == f"{file}：解压后有 300 MB，超过上限 200 MB；请拆分后再试"


def test_a_sheet_over_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office_files, "_LARGEST_SHEET", 2**30)
    data = bytearray(workbook(tmp_path / "a.xlsx", ("正文",), ("甲",)).read_bytes())
    entry = data.rindex(b"PK\x01\x02", 0, data.rindex(SHEET.encode()))
    data[entry + 24 : entry + 28] = (2**32 - 2).to_bytes(4, "little")  # the size it says it has unpacked
    file = tmp_path / "b.xlsx"
    file.write_bytes(data)
    expected = f"{file}：一张工作表解压后有 4095 MB，超过上限 1024 MB；请拆分后再试"
    assert refusal(lambda: rows(file)) == expected


def test_an_xlsx_with_a_password_is_refused(put: Put) -> None:
    file = put("a.xlsx", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600))
    expected = f"{file}：加了密码，或其实是旧格式的文件；请用 Excel 打开、去掉密码，另存为 xlsx 后再试"
    assert refusal(lambda: rows(file)) == expected


WHOLE_NUMBERS = st.integers(-(10**9), 10**9)


@given(value=WHOLE_NUMBERS | st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_of_cells_are_written_as_people_write_them(value: float) -> None:
    text = sheets._text(value)
    assert math.isclose(float(text), value)
    assert not text.endswith(".0")


def test_a_folder_of_articles_and_tables(put: Put, tmp_path: Path) -> None:
    put("articles/b.md", "# 题\n正文")
    put("articles/a.txt", "甲\n\n乙")
    put("articles/sub/c.html", '<h1>页</h1><a id="js_name">苔朵</a><div id="js_content">段</div>')
    put("articles/d.txt", "")
    put("articles/e.jsonl", '{"id": "x", "text": "丙"}\n\n坏\n')
    put("articles/f.CSV", "标题\n题\n")
    put("articles/g.csv", "正文\n丁\n")
    workbook(tmp_path / "articles" / "h.xlsx", ("正文",), ("戊",))
    for ignored in ("skip.jpg", ".hidden.txt", ".git/a.txt", "~$h.xlsx", "sub/~$c.docx"):
        put(f"articles/{ignored}", PNG)
    (tmp_path / "articles" / "folder.txt").mkdir()
    folder = tmp_path / "articles"

    def article(name: str, title: str, text: str, source: str = "") -> Row:
        data = {"id": name, "title": title, "text": text, "source": source, "published": ""}
        return Row(1, data, file=name)

    found = rows(folder)
    assert found == [
        article("a.txt", "", "甲\n\n乙"),
        article("b.md", "题", "正文"),
        Row(1, {}, "d.txt：没有正文；请确认文件里有文字", file="d.txt"),
        Row(1, {"id": "x", "text": "丙"}, file="e.jsonl"),
        Row(3, {}, "不是合法的 JSON（Expecting value，第 1 列）", file="e.jsonl"),
        Row(
            1, {}, f"{folder / 'f.CSV'}：表头里没有正文列；实际的列：标题；请把正文列命名为 text 或 正文", file="f.CSV"
        ),
        Row(2, {"text": "丁"}, file="g.csv"),
        Row(2, {"text": "戊"}, file="h.xlsx"),
        article("sub/c.html", "页", "段", "苔朵"),
    ]
    done = [row.done for row in found]
    assert done[:3] == [1 / 8, 2 / 8, 3 / 8]
    assert done == sorted(done)
    assert done[-1] == 1


def test_a_folder_without_articles_is_refused(tmp_path: Path) -> None:
    kinds = f"{ARTICLES}、.jsonl、.csv、.xlsx"
    assert refusal(lambda: rows(tmp_path)) == f"{tmp_path}：文件夹里没有文章或表格；可用的类型：{kinds}"
