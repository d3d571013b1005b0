"""The command line as a user meets it: real files, real processes, exit codes, one line for every error."""

import csv
import json
import sqlite3
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from contentcheck.app import Settings, Workspace
from contentcheck.corpus.shipped import shipped_edition
from contentcheck.engine.passages import cut

Run = Callable[..., subprocess.CompletedProcess[str]]
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000100000001008060000001ff3ff61") + bytes(range(256))
NEWS = (
    "市水务局昨日通报，城东水厂二期扩建工程已于上周完成管网冲洗，日供水能力由八万吨提高到十二万吨。\n"
    "沿线四个街道的水压预计月底前恢复正常，施工期间停水的十一个小区已由水车供水。"
)
ORDINARY = "\n".join(s.text for s in shipped_edition().background if s.kind == "local_news")[:600]
DOCX = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Target="word/document.xml" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>',
}


def write_docx(file: Path, *paragraphs: str) -> None:
    body = "".join(f"<w:p><w:r><w:t>{p}</w:t></w:r></w:p>" for p in paragraphs)
    main = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in DOCX.items():
            archive.writestr(name, content)
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{main}"><w:body>{body}</w:body></w:document>')


def write_jsonl(file: Path, *rows: object) -> Path:
    file.write_text(
        "".join((r if isinstance(r, str) else json.dumps(r, ensure_ascii=False)) + "\n" for r in rows), "utf-8"
    )
    return file


def assert_refused(done: subprocess.CompletedProcess[str], *causes: str) -> None:
    """Exit code 2, one line on stderr that names the cause, nothing on stdout."""
    assert done.returncode == 2, (done.stdout, done.stderr)
    assert done.stderr.count("\n") == 1 and done.stderr.endswith("\n"), done.stderr
    assert "Traceback" not in done.stderr
    assert [c for c in causes if c not in done.stderr] == [], done.stderr
    assert done.stdout == ""


@pytest.fixture(scope="module")
def warm_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty home, but for the toy encoder's vectors of the shipped edition."""
    folder = tmp_path_factory.mktemp("warm-home")
    Workspace(Settings(home=folder, model="toy"))
    return folder


@pytest.fixture
def own(tmp_path: Path, warm_home: Path) -> Path:
    """A home of its own for tests that change what is stored."""
    folder = tmp_path / "own-home"
    folder.mkdir()
    source, copy = (sqlite3.connect(home / "contentcheck.db") for home in (warm_home, folder))
    source.backup(copy)
    source.close()
    copy.close()
    return folder


# ---- check ----


def test_a_process_prints_for_people_and_exits_with_the_verdict(run: Run, toy_home: Path, tmp_path: Path) -> None:
    item = shipped_edition().items[7]
    file = tmp_path / "抄来的.txt"
    file.write_text(f"{item.text}\n{item.text}", "utf-8")
    done = run("check", str(file), "--brand", "苔朵", "--exit-code", home=toy_home, model="toy")
    assert (done.returncode, done.stderr) == (11, "")
    for words in ("不宜发布", "抄来的.txt", "同质化", "相关性", "广告味", "为什么", "等于转载", "原文照搬", item.id):
        assert words in done.stdout


def test_a_quotation_is_shown_as_one(run_here: Run, tmp_path: Path) -> None:
    around = "城东水厂二期扩建工程已于上周完成管网冲洗，沿线四个街道的水压预计月底前恢复正常。" * 3
    said = next(p.text for i in shipped_edition().items for p in cut("", i.text) if 20 < len(p.text) < 30)
    for source, shown in (("林清玄", True), ("网友", False)):
        (tmp_path / "稿.txt").write_text(f"{around}\n“{said}”——{source}\n{around}", "utf-8")
        printed = run_here("check", str(tmp_path / "稿.txt")).stdout
        assert "原文照搬" in printed
        assert ("引用，不计" in printed) is shown


def test_a_process_reads_stdin_and_prints_json(run: Run, run_here: Run, toy_home: Path) -> None:
    done = run("check", "-", "--json", home=toy_home, model="toy", stdin=NEWS.encode())
    assert (done.returncode, done.stderr) == (0, "")
    report = json.loads(done.stdout)
    assert (report["id"], report["relevance"]) == ("stdin", None)
    assert [p["text"] for p in report["passages"]] == NEWS.split("\n")
    assert run_here("check", "-", "--json", stdin=NEWS.encode()).stdout == done.stdout


def test_json_of_a_file_is_that_of_stdin_under_another_id(run_here: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(NEWS, "utf-8")
    from_file = json.loads(run_here("check", str(file), "--json").stdout)
    from_stdin = json.loads(run_here("check", "-", "--json", stdin=NEWS.encode()).stdout)
    assert from_file == {**from_stdin, "id": "a.txt"}
    assert "text" not in from_file


@pytest.mark.parametrize(
    ("text", "verdict", "code"),
    [
        ("今天天气不错。", "insufficient_text", 12),
        (ORDINARY, "publish", 0),
        (f"{ORDINARY}\n{shipped_edition().items[900].text[:36]}", "revise", 10),
        (shipped_edition().items[3].text * 2, "reject", 11),
    ],
    ids=["insufficient", "publish", "revise", "reject"],
)
def test_exit_codes(run_here: Run, text: str, verdict: str, code: int) -> None:
    done = run_here("check", "-", "--json", "--exit-code", stdin=text.encode())
    assert (json.loads(done.stdout)["verdict"], done.returncode) == (verdict, code)
    assert run_here("check", "-", stdin=text.encode()).returncode == 0


def test_html_carries_its_text(run_here: Run, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    first, second = NEWS.split("\n")
    file.write_text(
        f"<html><head><title>窗口</title><style>p{{}}</style></head><body><h1>水厂扩建</h1><script>var a=1</script>"
        f"<p>{first}</p><section><p>{second}</p></section></body></html>",
        "utf-8",
    )
    report = json.loads(run_here("check", str(file), "--json").stdout)
    assert report["text"] == NEWS
    assert report["title"]["text"] == "水厂扩建"
    assert all(p["text"] == report["text"][p["start"] : p["end"]] for p in report["passages"])


def test_docx_carries_its_text(run_here: Run, tmp_path: Path) -> None:
    write_docx(tmp_path / "稿件.docx", *NEWS.split("\n"))
    report = json.loads(run_here("check", str(tmp_path / "稿件.docx"), "--json").stdout)
    assert (report["id"], report["text"]) == ("稿件.docx", NEWS)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-16"])
def test_other_encodings_are_read(run_here: Run, tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.txt").write_bytes(NEWS.encode(encoding))
    report = json.loads(run_here("check", str(tmp_path / "a.txt"), "--json").stdout)
    assert [p["text"] for p in report["passages"]] == NEWS.split("\n")


def test_markdown_heading_is_the_title(run_here: Run, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(f"# 水厂扩建\n\n{NEWS}", "utf-8")
    assert json.loads(run_here("check", str(tmp_path / "a.md"), "--json").stdout)["title"]["text"] == "水厂扩建"


@pytest.mark.parametrize(
    ("name", "content", "causes"),
    [
        ("空.txt", b"", ["空.txt", "没有正文"]),
        ("blank.txt", b" \n\xe3\x80\x80\n", ["blank.txt", "没有正文"]),
        ("empty.html", b"<html><script>1</script></html>", ["empty.html", "没有正文"]),
        ("图.txt", PNG, ["图.txt", "不是文本文件"]),
        ("broken.docx", PNG, ["broken.docx", "不是可读取的 docx"]),
        ("a.pdf", b"%PDF-1.7", ["a.pdf", "不支持的文件类型“.pdf”", ".docx"]),
        ("没有.txt", None, ["没有.txt", "文件不存在"]),
        ("大.txt", 60, ["大.txt", "60 MB", "50 MB"]),
    ],
)
def test_a_bad_draft_is_refused_in_one_line(
    run: Run, toy_home: Path, tmp_path: Path, name: str, content: bytes | int | None, causes: list[str]
) -> None:
    file = tmp_path / name
    if isinstance(content, int):
        with file.open("wb") as stream:
            stream.truncate(content * 2**20)
    elif content is not None:
        file.write_bytes(content)
    assert_refused(run("check", str(file), home=toy_home, model="toy"), *causes)


def test_a_zip_that_is_no_document_is_refused_in_one_line(run: Run, toy_home: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert_refused(run("check", str(tmp_path / "a.docx"), home=toy_home), "a.docx", "不是可读取的 docx")


def test_a_folder_in_place_of_a_draft_is_refused(run: Run, toy_home: Path, tmp_path: Path) -> None:
    assert_refused(run("check", str(tmp_path), home=toy_home), str(tmp_path))


def test_large_stdin_is_refused_as_a_large_file_is(run: Run, toy_home: Path) -> None:
    assert_refused(run("check", "-", home=toy_home, model="toy", stdin=b" " * (60 * 2**20)), "60 MB", "50 MB")


def test_an_unknown_brand_names_the_known_ones(run: Run, toy_home: Path) -> None:
    done = run("check", "-", "--brand", "没这个牌子", home=toy_home, stdin=NEWS.encode())
    assert_refused(done, "没这个牌子", "苔朵", "沛芪堂", "榆汐里", "brand import")


def test_an_unknown_model_names_the_known_ones(run_here: Run) -> None:
    assert_refused(
        run_here("check", "-", model="/没有/这个模型", stdin=NEWS.encode()), "/没有/这个模型", "use-m3", "e5-small"
    )


@pytest.mark.parametrize("command", [("corpus", "list"), ("brand", "list"), ("corpus", "stats"), ("check", "-")])
def test_a_file_in_place_of_the_home_folder_is_told(run_here: Run, tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "home").write_text("not a folder")
    assert_refused(run_here(*command, home=tmp_path / "home", stdin=NEWS.encode()), str(tmp_path / "home"))


def test_a_file_in_place_of_the_home_folder_refuses_an_import(run: Run, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("not a folder")
    source = write_jsonl(tmp_path / "a.jsonl", {"text": "一条"})
    assert_refused(
        run("corpus", "import", str(source), home=tmp_path / "home"), str(tmp_path / "home"), "CONTENTCHECK_HOME"
    )


@pytest.mark.parametrize("command", [("corpus", "list"), ("brand", "list"), ("check", "-"), ("doctor",)])
def test_a_damaged_database_is_told_in_one_line(run_here: Run, tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "contentcheck.db").write_bytes(b"no database at all" * 400)
    done = run_here(*command, home=tmp_path, stdin=NEWS.encode())
    assert_refused(done, str(tmp_path / "contentcheck.db"), "已损坏", "contentcheck restore")


# ---- corpus ----

ITEMS = [
    {
        "id": "我的-1",
        "text": "第一条已知内容，\n分成两行。",
        "title": "题",
        "genre": "zen",
        "source": "旧号",
        "licence": "CC0",
        "tags": ["甲", "乙"],
        "published": "2024年3月5日",
    },
    {"id": "dup", "text": "同一条内容放了两次。", "genre": "全新体裁"},
    {"id": "dup-2", "text": "同一条内容放了两次。", "genre": "全新体裁"},
    {"id": 42, "text": "编号是数字的一条。"},
]
EMPTY = {"id": "", "text": "", "title": "", "genre": "", "source": "", "licence": "", "tags": [], "published": ""}
STORED = [
    {
        "id": "我的-1",
        "text": "第一条已知内容，\n分成两行。",
        "title": "题",
        "genre": "zen",
        "source": "旧号",
        "licence": "CC0",
        "tags": ["甲", "乙"],
        "published": "2024-03-05",
    },
    {**EMPTY, "id": "dup", "text": "同一条内容放了两次。", "genre": "全新体裁"},
    {**EMPTY, "id": "dup-2", "text": "同一条内容放了两次。", "genre": "全新体裁"},
    {**EMPTY, "id": "42", "text": "编号是数字的一条。", "genre": "默认"},
]


def exported(run: Run, own: Path, file: Path) -> list[dict[str, object]]:
    assert run("corpus", "export", "--output", str(file), home=own).returncode == 0
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def test_import_keeps_ids_duplicates_order_and_every_field(run_here: Run, own: Path, tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "items.jsonl", *ITEMS)
    done = run_here("corpus", "import", str(source), "--genre", "默认", home=own)
    told = "已导入 4 条。\n与先前内容相同的 1 条，近似的 0 条：dup-2 与 dup（100%）。\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, "", told)
    assert exported(run_here, own, tmp_path / "out.jsonl") == STORED


def test_an_export_can_be_imported_to_the_same_library(run_here: Run, tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "items.jsonl", *ITEMS)
    run_here("corpus", "import", str(source), "--genre", "默认", home=tmp_path / "a")
    exported(run_here, tmp_path / "a", tmp_path / "out.jsonl")
    run_here("corpus", "import", str(tmp_path / "out.jsonl"), home=tmp_path / "b")
    assert exported(run_here, tmp_path / "b", tmp_path / "again.jsonl") == STORED
    assert (tmp_path / "again.jsonl").read_bytes() == (tmp_path / "out.jsonl").read_bytes()


def test_list_show_stats_and_remove(run_here: Run, own: Path, tmp_path: Path) -> None:
    run_here("corpus", "import", str(write_jsonl(tmp_path / "items.jsonl", *ITEMS)), home=own)
    listed = run_here("corpus", "list", home=own).stdout
    assert listed == (
        "我的-1\tzen\t2024-03-05\t题\t第一条已知内容， 分成两行。\n"
        "dup\t全新体裁\t\t\t同一条内容放了两次。\n"
        "dup-2\t全新体裁\t\t\t同一条内容放了两次。\n"
        "42\t\t\t\t编号是数字的一条。\n"
    )
    only = run_here("corpus", "list", "--genre", "zen", home=own).stdout
    assert "我的-1" in only and "dup" not in only
    assert json.loads(run_here("corpus", "show", "我的-1", home=own).stdout) == STORED[0]
    stats = [line.split() for line in run_here("corpus", "stats", home=own).stdout.splitlines()]
    assert ["全新体裁", "0", "2"] in stats
    assert ["合计", str(len(shipped_edition().items)), "4"] in stats
    removed = run_here("corpus", "remove", "dup", "dup-2", "42", home=own)
    assert (removed.returncode, removed.stderr) == (0, "已删除 3 条。\n")
    assert exported(run_here, own, tmp_path / "out.jsonl") == STORED[:1]


def test_removing_an_unknown_id_removes_nothing(run_here: Run, own: Path, tmp_path: Path) -> None:
    run_here("corpus", "import", str(write_jsonl(tmp_path / "items.jsonl", *ITEMS)), home=own)
    assert_refused(run_here("corpus", "remove", "dup", "不在库里", home=own), "“不在库里”", "list 命令")
    assert len(exported(run_here, own, tmp_path / "out.jsonl")) == 4
    assert_refused(run_here("corpus", "show", "不在库里", home=own), "不在库里")


def test_shipped_items_are_shown_and_not_removed(run_here: Run, own: Path) -> None:
    item = shipped_edition().items[0]
    assert json.loads(run_here("corpus", "show", item.id, home=own).stdout)["text"] == item.text
    assert_refused(run_here("corpus", "remove", item.id, home=own), item.id)
    assert (
        run_here("corpus", "list", "--shipped", "--genre", item.genre, home=own).stdout.count(f"\t{item.genre}\t") >= 20
    )


def test_text_folder_and_table_imports(run_here: Run, own: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("第一条。\n第二条。\n", "utf-8")
    (tmp_path / "b.csv").write_text("编号,正文,体裁\nc1,第三条。,zen\n", "utf-8-sig")
    (tmp_path / "folder" / "sub").mkdir(parents=True)
    (tmp_path / "folder" / "sub" / "x.md").write_text("# 题目\n第四条。", "utf-8")
    for name in ("a.txt", "b.csv", "folder"):
        assert run_here("corpus", "import", str(tmp_path / name), "--genre", "soup", home=own).returncode == 0
    items = exported(run_here, own, tmp_path / "out.jsonl")
    assert [(i["text"], i["genre"]) for i in items] == [
        ("第一条。", "soup"),
        ("第二条。", "soup"),
        ("第三条。", "zen"),
        ("第四条。", "soup"),
    ]
    assert [i["id"] for i in items[2:]] == ["c1", "sub/x.md"]


def test_nearest_names_the_item_itself(run_here: Run, own: Path, tmp_path: Path, toy_home: Path) -> None:
    item = shipped_edition().items[12]
    lines = run_here("corpus", "nearest", item.text[:20], "--count", "3").stdout.splitlines()
    assert len([line for line in lines if line[:1].isdigit() or line.strip()[:1] in "01"]) >= 3
    assert item.id in "".join(lines)
    assert_refused(run_here("corpus", "nearest", "  "), "文字是空的")


def test_a_broken_line_stops_an_import_which_then_goes_on(run_here: Run, own: Path, tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "items.jsonl", ITEMS[0], "", '{"text": "没有写完', ITEMS[1])
    done = run_here("corpus", "import", str(source), home=own)
    assert_refused(done, str(source), "第 3 行", "JSON", "之前的 1 行已导入", "--skip-bad")
    source = write_jsonl(tmp_path / "items.jsonl", ITEMS[0], "", ITEMS[1])
    assert run_here("corpus", "import", str(source), home=own).stderr == "已导入 1 条；1 条早已在库中，未变。\n"
    assert [i["text"] for i in exported(run_here, own, tmp_path / "out.jsonl")] == [ITEMS[0]["text"], ITEMS[1]["text"]]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"id": "x"}, "字段 text 是空的"),
        ({"text": " "}, "字段 text 是空的"),
        ({"text": ["a"]}, "字段 text 的值是 ['a']"),
        ({"text": "好", "genre": 1.5}, "字段 genre 的值是 1.5"),
        ({"text": "好", "tags": [1]}, "字段 tags 的值是 [1]"),
        ([1], "应为 JSON 对象"),
    ],
)
def test_bad_rows_are_named(run_here: Run, own: Path, tmp_path: Path, row: object, reason: str) -> None:
    source = write_jsonl(tmp_path / "items.jsonl", {"text": "好的一条"}, row)
    assert_refused(run_here("corpus", "import", str(source), home=own), "第 2 行", reason)


def test_skip_bad_imports_the_rest_and_writes_the_rejects(run_here: Run, own: Path, tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "items.jsonl", ITEMS[0], "{broken", {"id": "leer", "text": ""}, ITEMS[1])
    done = run_here("corpus", "import", str(source), "--skip-bad", home=own)
    rejects = [json.loads(r) for r in (tmp_path / "items.jsonl.rejects.jsonl").read_text("utf-8").splitlines()]
    assert done.returncode == 0
    assert "跳过 2 个坏行" in done.stderr and "已导入 2 条" in done.stderr
    assert [(r["line"], r["row"]) for r in rejects] == [(2, {}), (3, {"id": "leer", "text": ""})]
    assert "JSON" in rejects[0]["reason"] and rejects[1]["reason"] == "字段 text 是空的；应为一段文字"


@pytest.mark.parametrize(
    ("name", "content", "causes"),
    [
        ("a.jsonl", b"", ["a.jsonl", "没有可以导入的内容"]),
        ("a.csv", "名,字\n1,2\n".encode(), ["a.csv", "正文", "名、字"]),
        ("a.xlsx", PNG, ["a.xlsx", "不是可读取的 xlsx"]),
        ("a.jsonl", PNG, ["a.jsonl", "不是文本文件"]),
        ("a.pdf", b"%PDF", ["a.pdf", "不支持的文件类型“.pdf”"]),
        ("a.jsonl", None, ["a.jsonl", "文件不存在"]),
    ],
)
def test_a_bad_source_is_refused_in_one_line(
    run_here: Run, own: Path, tmp_path: Path, name: str, content: bytes | None, causes: list[str]
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert_refused(run_here("corpus", "import", str(tmp_path / name), home=own), *causes)


def test_an_empty_folder_is_refused(run_here: Run, own: Path, tmp_path: Path) -> None:
    (tmp_path / "leer").mkdir()
    assert_refused(run_here("corpus", "import", str(tmp_path / "leer"), home=own), "leer", "没有文章")


def test_a_lone_surrogate_in_an_item_is_replaced(run_here: Run, own: Path, tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "items.jsonl", '{"id": "s", "text": "半个表情\\ud83d和空\\u0000字符"}')
    done = run_here("corpus", "import", str(source), home=own)
    assert done.returncode == 0, done.stderr
    assert [i["text"] for i in exported(run_here, own, tmp_path / "out.jsonl")] == ["半个表情\ufffd和空\ufffd字符"]


def test_an_export_into_a_missing_folder_is_refused(run: Run, own: Path, tmp_path: Path) -> None:
    done = run("corpus", "export", "--output", str(tmp_path / "nirgends" / "out.jsonl"), home=own)
    assert_refused(done, str(tmp_path / "nirgends"))


def test_a_very_long_csv_field_is_read_whole(run_here: Run, own: Path, tmp_path: Path) -> None:
    text = "水厂二期扩建工程完成。" * 15_000
    (tmp_path / "a.csv").write_text(f"正文\n{text}\n", "utf-8")
    done = run_here("corpus", "import", str(tmp_path / "a.csv"), home=own)
    assert done.returncode == 0, done.stderr
    assert [i["text"] for i in exported(run_here, own, tmp_path / "out.jsonl")] == [text]


# ---- brand ----

PRODUCTS = [
    {
        "brand": "甲牌",
        "product_id": "a1",
        "name": "口服液",
        "text": "每支十毫升。",
        "key_points": ["十毫升", "早晚各一支"],
        "synonyms": "葛根饮；葛饮",
    },
    {"brand": "乙牌", "product_id": "b1", "name": "面霜", "text": "含神经酰胺。"},
    {"brand": "甲牌", "product_id": "a2", "name": "茶包", "text": "热水泡五分钟。", "key_points": "三角包；五分钟"},
]


def test_brands_import_show_list_replace_and_remove(run_here: Run, own: Path, tmp_path: Path) -> None:
    done = run_here("brand", "import", str(write_jsonl(tmp_path / "p.jsonl", *PRODUCTS)), home=own)
    assert (done.returncode, done.stderr) == (0, "已导入 2 个品牌、3 个产品：甲牌、乙牌。\n")
    shown = json.loads(run_here("brand", "show", "甲牌", home=own).stdout)
    assert shown == {
        "name": "甲牌",
        "products": [
            {
                "product_id": "a1",
                "name": "口服液",
                "text": "每支十毫升。",
                "key_points": ["十毫升", "早晚各一支"],
                "synonyms": ["葛根饮", "葛饮"],
            },
            {
                "product_id": "a2",
                "name": "茶包",
                "text": "热水泡五分钟。",
                "key_points": ["三角包", "五分钟"],
                "synonyms": [],
            },
        ],
        "words": [],
        "allowed": [],
        "thresholds": {"common": 70, "mixed": 50, "off_topic": 20, "weak": 35},
    }
    rows = [line.split() for line in run_here("brand", "list", home=own).stdout.splitlines()]
    assert ["甲牌", "2", "口服液、茶包"] in rows and ["乙牌", "1", "面霜"] in rows
    changed = write_jsonl(tmp_path / "q.jsonl", {**PRODUCTS[0], "name": "新口服液"})
    run_here("brand", "import", str(changed), home=own)
    assert [p["name"] for p in json.loads(run_here("brand", "show", "甲牌", home=own).stdout)["products"]] == [
        "新口服液",
        "茶包",
    ]
    assert run_here("brand", "remove", "甲牌", home=own).returncode == 0
    assert_refused(run_here("brand", "show", "甲牌", home=own), "甲牌", "现有品牌：乙牌")
    assert_refused(run_here("brand", "remove", "甲牌", home=own), "甲牌", "乙牌")


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_brands_from_tables_with_chinese_columns(run_here: Run, own: Path, tmp_path: Path, suffix: str) -> None:
    table = [
        ["品牌", "产品编号", "产品名称", "正文", "卖点", "别名"],
        ["甲牌", "a1", "口服液", "每支十毫升。", "十毫升|早晚各一支", "葛根饮"],
    ]
    file = tmp_path / f"p.{suffix}"
    if suffix == "csv":
        with file.open("w", encoding="gb18030", newline="") as stream:
            csv.writer(stream).writerows(table)
    else:
        book = openpyxl.Workbook()
        for row in table:
            book.worksheets[0].append(row)
        book.save(file)
    assert run_here("brand", "import", str(file), home=own).returncode == 0
    products = json.loads(run_here("brand", "show", "甲牌", home=own).stdout)["products"]
    assert products == [
        {
            "product_id": "a1",
            "name": "口服液",
            "text": "每支十毫升。",
            "key_points": ["十毫升", "早晚各一支"],
            "synonyms": ["葛根饮"],
        }
    ]


@pytest.mark.parametrize("missing", ["brand", "product_id", "name", "text"])
def test_a_brand_without_products_cannot_come_in(run_here: Run, own: Path, tmp_path: Path, missing: str) -> None:
    row = {k: v for k, v in PRODUCTS[0].items() if k != missing}
    source = write_jsonl(tmp_path / "p.jsonl", PRODUCTS[1], row)
    assert_refused(run_here("brand", "import", str(source), home=own), "第 2 行", f"字段 {missing} 是空的")
    assert run_here("brand", "list", home=own).stdout.splitlines() == [
        f"{PRODUCTS[1]['brand']}\t1\t{PRODUCTS[1]['name']}"
    ]


def test_brand_import_wants_a_file_or_the_samples(run_here: Run, own: Path) -> None:
    assert_refused(run_here("brand", "import", home=own), "--samples")
    assert "8 个品牌、48 个产品" in run_here("brand", "import", "--samples", home=own).stderr


def test_a_lone_surrogate_in_a_product_is_replaced(run_here: Run, own: Path, tmp_path: Path) -> None:
    line = '{"brand": "甲牌", "product_id": "a", "name": "半\\ud83d个", "text": "好"}'
    done = run_here("brand", "import", str(write_jsonl(tmp_path / "p.jsonl", line)), home=own)
    assert done.returncode == 0, done.stderr
    assert json.loads(run_here("brand", "show", "甲牌", home=own).stdout)["products"][0]["name"] == "半\ufffd个"


def test_a_new_brand_is_known_to_the_next_check(run_here: Run, own: Path, tmp_path: Path) -> None:
    run_here("brand", "import", str(write_jsonl(tmp_path / "p.jsonl", *PRODUCTS)), home=own)
    report = json.loads(run_here("check", "-", "--brand", "甲牌", "--json", home=own, stdin=NEWS.encode()).stdout)
    assert {p["product_id"] for p in report["relevance"]["products"]} == {"a1", "a2"}


def test_models_are_listed(run: Run, own: Path) -> None:
    rows = [line.split()[:2] for line in run("models", home=own).stdout.splitlines()]
    assert ["use-m3", "512"] in rows and ["e5-small", "384"] in rows


def test_square_brackets_are_text_not_markup(run_here: Run, own: Path, tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "items.jsonl", {"id": "x", "text": "第一段 [bold]加粗[/bold]", "genre": "[/x]"})
    assert run_here("corpus", "import", str(source), home=own).returncode == 0
    assert run_here("corpus", "list", home=own).stdout == "x\t[/x]\t\t\t第一段 [bold]加粗[/bold]\n"
    assert "[/x]\t\t0\t1" in run_here("corpus", "stats", home=own).stdout


def test_a_device_that_is_not_there_is_named(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTENTCHECK_DEVICE", "foo")
    assert_refused(run("corpus", "nearest", "文字", model="toy", home=tmp_path), "foo", "CONTENTCHECK_DEVICE")
