"""`contentcheck corpus` as its users meet it: every kind of source, and what is said of each."""

import json
import os
import signal
import socket
import tempfile
import threading
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from zlib import crc32

import openpyxl
import pytest

from tests.command_line import Run, exported, refusal, shipping, small_edition, start, write_jsonl

FRIENDS = "人到中年才明白，真正的朋友不在于多少，而在于患难时还剩几个。把日子过成自己喜欢的样子，就是对岁月最好的回答。"
TEA = "清晨的第一缕阳光照进窗台，泡一壶茶，慢慢地等一朵花开。生活的意义，不过是把寻常的日子过得有滋有味。"
FRUIT = "震惊！这种水果千万不要和牛奶一起吃，九成的人都不知道，医生看完沉默了，转给家人看看。"
FULL = {
    "id": "朋友-1",
    "text": FRIENDS,
    "title": "中年的朋友",
    "genre": "soup",
    "source": "某号",
    "licence": "CC0",
    "tags": ["朋友", "中年"],
    "published": "2023-05-06",
}
BARE = {"id": "茶", "text": TEA, "title": "", "genre": "", "source": "", "licence": "", "tags": [], "published": ""}
AGAIN = "改正后重新运行同一命令，或加 --skip-bad 跳过坏行"


@pytest.fixture(autouse=True)
def small_world() -> Iterator[None]:
    with shipping(small_edition()):
        yield


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """An empty home."""
    return tmp_path / "home"


def imported(run_here: Run, home: Path, source: Path, *options: str) -> str:
    """What is said of an import that goes well."""
    done = run_here("corpus", "import", str(source), *options, home=home)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    return done.stderr


def listed(run_here: Run, home: Path, *options: str) -> list[str]:
    """Ids of a list."""
    done = run_here("corpus", "list", *options, home=home)
    assert done.returncode == 0, done.stderr
    return [line.split("\t")[0] for line in done.stdout.splitlines()]


# ---- import ----


def test_jsonl_with_every_field_and_with_the_least(run_here: Run, own: Path, tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "a.jsonl", FULL, {"编号": "茶", "正文": TEA})
    assert imported(run_here, own, source) == "已导入 2 条。\n"
    assert exported(run_here, own, tmp_path) == [FULL, BARE]


def test_csv_as_excel_saves_it(run_here: Run, own: Path, tmp_path: Path) -> None:
    source = tmp_path / "表.csv"
    header = "编号,标题,正文,体裁,来源,许可,标签,发布日期"
    first = f"朋友-1,中年的朋友,{FRIENDS},soup,某号,CC0,朋友；中年,2023/5/6"
    source.write_bytes(f"{header}\n{first}\n茶,,{TEA}\n".encode("gb18030"))
    assert imported(run_here, own, source) == "已导入 2 条。\n"
    assert exported(run_here, own, tmp_path) == [FULL, BARE]


def test_xlsx_with_dates_and_numbers(run_here: Run, own: Path, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (["编号", "正文", "发布时间"], [7, FRIENDS, datetime(2024, 3, 5)], [8.0, TEA, "2024年3月6日"]):
        book.active.append(row)
    book.save(tmp_path / "表.xlsx")
    assert imported(run_here, own, tmp_path / "表.xlsx", "--genre", "soup") == "已导入 2 条。\n"
    found = [(i["id"], i["text"], i["genre"], i["published"]) for i in exported(run_here, own, tmp_path)]
    assert found == [("7", FRIENDS, "soup", "2024-03-05"), ("8", TEA, "soup", "2024-03-06")]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [(f"{FRIENDS}\n{TEA}\n", [FRIENDS, TEA]), (f"{FRIENDS}\n{TEA}\n\n\n{FRUIT}", [f"{FRIENDS}\n{TEA}", FRUIT])],
    ids=["lines", "paragraphs"],
)
def test_txt_by_lines_or_by_blank_lines(run_here: Run, own: Path, tmp_path: Path, text: str, pieces: list[str]) -> None:
    (tmp_path / "a.txt").write_text(text, "utf-8")
    assert imported(run_here, own, tmp_path / "a.txt") == "已导入 2 条。\n"
    assert [i["text"] for i in exported(run_here, own, tmp_path)] == pieces


def write_docx(file: Path, *paragraphs: str) -> None:
    main = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    packages = "http://schemas.openxmlformats.org/package/2006"
    body = "".join(f"<w:p><w:r><w:t>{p}</w:t></w:r></w:p>" for p in paragraphs)
    relations = "application/vnd.openxmlformats-package.relationships+xml"
    document = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{packages}/content-types">'
        f'<Default Extension="rels" ContentType="{relations}"/>'
        f'<Override PartName="/word/document.xml" ContentType="{document}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{packages}/relationships">'
        f'<Relationship Id="r1" Target="word/document.xml" Type="{office}"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{main}"><w:body>{body}</w:body></w:document>',
    }
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def test_a_folder_of_articles_and_tables(run_here: Run, own: Path, tmp_path: Path) -> None:
    folder = tmp_path / "文章"
    (folder / "子").mkdir(parents=True)
    (folder / "a.md").write_text(f"# 中年的朋友\n\n{FRIENDS}", "utf-8")
    (folder / "b.html").write_text(f"<html><title>窗口</title><h1>茶</h1><p>{TEA}</p></html>", "utf-8")
    (folder / "c.html").write_text(
        '<html><head><meta property="og:title" content="水果"></head><body><h1 id="activity-name">水果</h1>'
        '<a id="js_name">养生号</a><em id="publish_time">2024-02-03</em>'
        f'<div id="js_content"><p>{FRUIT}</p></div></body></html>',
        "utf-8",
    )
    write_docx(folder / "子" / "d.docx", "第一段，讲的是水厂扩建。", "第二段，讲的是管网冲洗。")
    write_jsonl(folder / "e.jsonl", {"id": "行", "text": "一行表格里的内容，讲的是停水的小区。"})
    (folder / "~$d.docx").write_bytes(b"lock")
    (folder / ".hidden.md").write_text("藏起来的文字", "utf-8")
    said = imported(run_here, own, folder)
    assert said == "已导入 5 条。\n"
    found = [(i["id"], i["title"], i["text"], i["source"], i["published"]) for i in exported(run_here, own, tmp_path)]
    assert found == [
        ("a.md", "中年的朋友", FRIENDS, "", ""),
        ("b.html", "茶", TEA, "", ""),
        ("c.html", "水果", FRUIT, "养生号", "2024-02-03"),
        ("行", "", "一行表格里的内容，讲的是停水的小区。", "", ""),
        ("子/d.docx", "", "第一段，讲的是水厂扩建。\n第二段，讲的是管网冲洗。", "", ""),
    ]
    assert imported(run_here, own, folder) == "已导入 0 条；5 条早已在库中，未变。\n"


def test_an_import_that_is_run_again_changes_nothing(run_here: Run, own: Path, tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "a.jsonl", FULL, {"text": TEA}, {"text": TEA})
    first = imported(run_here, own, source)
    ids = [i["id"] for i in exported(run_here, own, tmp_path)]
    assert first == f"已导入 3 条。\n与先前内容相同的 1 条，近似的 0 条：{ids[2]} 与 {ids[1]}（100%）。\n"
    assert imported(run_here, own, source) == "已导入 0 条；3 条早已在库中，未变。\n"
    assert [i["id"] for i in exported(run_here, own, tmp_path)] == ids


def test_likeness_of_what_is_not_the_same_is_never_told_as_whole(run_here: Run, own: Path, tmp_path: Path) -> None:
    long = "".join(f"第{i}天的记录，写的是当天的天气和路上的见闻，" for i in range(60))
    source = write_jsonl(tmp_path / "a.jsonl", {"id": "a", "text": long}, {"id": "b", "text": long + "完"})
    said = imported(run_here, own, source)
    assert said == "已导入 2 条。\n与先前内容相同的 0 条，近似的 1 条：b 与 a（99%）。\n"


def test_duplicates_are_kept_told_and_listed(run_here: Run, own: Path, tmp_path: Path) -> None:
    near = FRIENDS.replace("明白", "懂得")
    rows = [{"id": f"同{i}", "text": FRIENDS} for i in range(6)]
    source = write_jsonl(tmp_path / "a.jsonl", FULL, {"id": "近", "text": near}, *rows)
    said = imported(run_here, own, source).splitlines()
    assert said[0] == "已导入 8 条。"
    same = "、".join(f"同{i} 与 朋友-1（100%）" for i in range(4))
    assert said[1] == f"与先前内容相同的 6 条，近似的 1 条：近 与 朋友-1（84%）、{same}等。"
    assert listed(run_here, own, "--duplicates") == ["近", *(r["id"] for r in rows)]


def test_duplicates_are_left_out_on_request(run_here: Run, own: Path, tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "a.jsonl", FULL, {"id": "同", "text": FRIENDS}, {"id": "茶", "text": TEA})
    said = imported(run_here, own, source, "--skip-duplicates")
    assert said == "已导入 2 条；1 条因重复未收入。\n与先前内容相同的 1 条，近似的 0 条：同 与 朋友-1（100%）。\n"
    assert listed(run_here, own) == ["朋友-1", "茶"]
    assert listed(run_here, own, "--duplicates") == []


def test_bad_rows_are_left_out_on_request_and_written_down(run_here: Run, own: Path, tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "a.jsonl", FULL, {"id": "空"}, {"text": TEA, "published": "去年"}, BARE)
    refused = f"{source} 第 2 行：字段 text 是空的；应为一段文字。之前的 1 行已导入；{AGAIN}"
    assert refusal(run_here("corpus", "import", str(source), home=own)) == refused
    assert listed(run_here, own) == ["朋友-1"]
    rejects = tmp_path / "a.jsonl.rejects.jsonl"
    said = imported(run_here, own, source, "--skip-bad")
    assert said == f"跳过 2 个坏行，见 {rejects}。\n已导入 1 条；1 条早已在库中，未变。\n"
    assert [json.loads(line) for line in rejects.read_text("utf-8").splitlines()] == [
        {"line": 2, "reason": "字段 text 是空的；应为一段文字", "row": {"id": "空"}},
        {
            "line": 3,
            "reason": "字段 published 的值是 去年；应为日期，如 2024-03-05",
            "row": {"text": TEA, "published": "去年"},
        },
    ]
    assert listed(run_here, own) == ["朋友-1", "茶"]


# ---- list, show, remove, expire, nearest, export ----


@pytest.fixture
def filled(run_here: Run, own: Path, tmp_path: Path) -> Path:
    """A home with three pieces."""
    fruit = {"id": "果", "text": FRUIT, "genre": "health_scare", "published": "2024-01-02"}
    imported(run_here, own, write_jsonl(tmp_path / "filled.jsonl", FULL, BARE, fruit))
    return own


def test_lists_say_what_there_is(run_here: Run, own: Path, filled: Path) -> None:
    done = run_here("corpus", "list", "--genre", "health_scare", home=filled)
    assert done.stdout == f"果\thealth_scare\t2024-01-02\t\t{FRUIT[:40]}\n"
    assert listed(run_here, filled, "--search", "牛奶 醫生") == ["果"]
    assert listed(run_here, filled, "--search", "日子") == ["朋友-1", "茶"]
    assert listed(run_here, filled, "--search", "日子", "--genre", "soup") == ["朋友-1"]
    assert len(listed(run_here, filled, "--shipped")) == len(small_edition().items) + 3
    assert run_here("corpus", "list", "--search", "没有的词", home=filled).stderr == "没有符合条件的内容。\n"
    assert run_here("corpus", "list", "--duplicates", home=filled).stderr == "没有符合条件的内容。\n"
    done = run_here("corpus", "list", home=own.parent / "empty")
    assert (done.stdout, done.stderr) == ("", "没有内容。自建库是空的；随程序提供的内容请加 --shipped 查看。\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("list", "--search", "，"), "“，”里没有可以查找的字词；请给出汉字、字母或数字"),
        (("list", "--shipped", "--duplicates"), "--shipped 不能与 --search、--duplicates 一起用；后两个只查自建内容"),
        (("show", "没有"), "没有编号为“没有”的内容；可用 contentcheck corpus list --shipped 查看"),
        (("remove", "茶", "没有"), "没有编号为“没有”的内容；可用 list 命令查看已有的编号"),
        (("remove", "茶", "--undo"), "编号“茶”现在就在库中，无法恢复；可用 list 命令查看已有的编号"),
        (("remove", "没有", "--undo"), "编号“没有”没有被删除过，无法恢复；可用 list 命令查看已有的编号"),
        (("expire", "--before", "昨天"), "--before 的值是 昨天；应为日期，如 2024-01-01"),
        (("nearest", " "), "文字是空的；请给出要查找的一段话"),
        (("nearest", "……"), "“……”里没有可以比较的文字；请给出一段话"),
        (("sync", "a.cn/feed"), "a.cn/feed：不是完整的网址；请填写以 http:// 或 https:// 开头的网址"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_done_is_told_and_changes_nothing(
    run_here: Run, filled: Path, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    before = exported(run_here, filled, tmp_path)
    assert refusal(run_here("corpus", *arguments, home=filled)) == said
    assert exported(run_here, filled, tmp_path) == before


def test_removed_pieces_are_gone_from_checks_until_they_are_back(run_here: Run, filled: Path) -> None:
    def sources() -> set[str]:
        report = json.loads(run_here("check", "-", "--json", home=filled, stdin=(TEA * 2).encode()).stdout)
        return {m["item_id"] for p in report["passages"] for m in p["matches"] if m["kind"] == "verbatim"}

    assert sources() == {"茶"}
    assert run_here("corpus", "remove", "茶", "果", home=filled).stderr == "已删除 2 条。\n"
    assert (sources(), listed(run_here, filled)) == (set(), ["朋友-1"])
    assert run_here("corpus", "remove", "--undo", "茶", home=filled).stderr == "已恢复 1 条。\n"
    assert (sources(), listed(run_here, filled)) == ({"茶"}, ["朋友-1", "茶"])


def test_expiring_goes_by_publication_else_by_adding(run_here: Run, filled: Path) -> None:
    assert run_here("corpus", "expire", "--before", "2024-01-02", home=filled).stderr == "已停用 1 条。\n"
    assert listed(run_here, filled) == ["茶", "果"]
    assert run_here("corpus", "expire", "--before", "2024-01-03", home=filled).stderr == "已停用 1 条。\n"
    assert listed(run_here, filled) == ["茶"]
    assert run_here("corpus", "expire", "--before", "2024-01-03", home=filled).stderr == "已停用 0 条。\n"
    assert run_here("corpus", "remove", "--undo", "果", home=filled).stderr == "已恢复 1 条。\n"


def test_nearest_says_why(run_here: Run, filled: Path) -> None:
    text = FRIENDS.split("。")[1] + "。"
    rows = [r.split("\t") for r in run_here("corpus", "nearest", text, "--count", "3", home=filled).stdout.splitlines()]
    assert len(rows) == 3
    assert rows[0] == ["1.00", "朋友-1", "soup", text, f"照搬：{len(text) - 1} 个字逐字相同"]
    for similarity, _, _, _, why in rows[1:]:
        assert why.startswith(f"不算照搬：不相干；意思相近 {similarity}（不到 0.") and why.endswith("%")
    edited = run_here("corpus", "nearest", FRUIT.replace("沉默", "不说话"), "--count", "1", home=filled).stdout
    assert edited.split("\t")[1] == "果"
    assert edited.split("\t")[4].startswith("照搬：改动了一些字，相同的占 9")


def test_statistics_and_one_piece(run_here: Run, filled: Path) -> None:
    done = run_here("corpus", "stats", home=filled)
    rows = {r.split("\t")[0]: r.split("\t")[1:] for r in done.stdout.splitlines()}
    shipped = small_edition()
    assert rows["soup"] == ["心灵鸡汤", str(sum(i.genre == "soup" for i in shipped.items)), "1"]
    assert rows["（无）"] == ["", "0", "1"]
    assert rows["合计"] == ["", str(len(shipped.items)), "3"]
    background = len(shipped.background)
    assert done.stderr == f"版本 small；另有普通文字 {background} 段、其他行业 48 个作对照。\n"
    assert json.loads(run_here("corpus", "show", "朋友-1", home=filled).stdout) == FULL


def test_an_export_makes_an_equal_library(run_here: Run, filled: Path, tmp_path: Path) -> None:
    imported(run_here, filled, write_jsonl(tmp_path / "more.jsonl", {"text": TEA}, {"text": TEA}))
    target = tmp_path / "all.jsonl"
    assert run_here("corpus", "export", "--output", str(target), home=filled).stderr == f"已导出 5 条到 {target}。\n"
    other = tmp_path / "other-home"
    imported(run_here, other, target)
    assert exported(run_here, other, tmp_path) == exported(run_here, filled, tmp_path)
    versions = [
        json.loads(run_here("check", "-", "--json", home=home, stdin=TEA.encode()).stdout)["provenance"]
        for home in (filled, other)
    ]
    assert versions[0] == versions[1]
    assert versions[0]["library_version"].startswith("small+5.")


# ---- watch ----


def test_watching_once_takes_what_is_there(run_here: Run, own: Path, tmp_path: Path) -> None:
    folder = tmp_path / "收件"
    folder.mkdir()
    write_jsonl(folder / "a.jsonl", FULL, {"id": "空"})
    (folder / "b.md").write_text(TEA, "utf-8")
    done = run_here("corpus", "watch", str(folder), "--once", "--genre", "zen", home=own)
    assert (done.returncode, done.stderr) == (
        0,
        "跳过 a.jsonl 第 2 行：字段 text 是空的；应为一段文字\n已导入 2 条。\n",
    )
    assert [(i["id"], i["genre"]) for i in exported(run_here, own, tmp_path)] == [("朋友-1", "soup"), ("b.md", "zen")]
    missing = tmp_path / "没有"
    said = refusal(run_here("corpus", "watch", str(missing), "--once", home=own))
    assert said == f"{missing}：文件夹不存在；请检查路径"


def test_watching_goes_on_until_it_is_interrupted(own: Path, tmp_path: Path, run_here: Run) -> None:
    folder = tmp_path / "收件"
    folder.mkdir()
    write_jsonl(folder / "a.jsonl", FULL)
    with start(own, "corpus", "watch", str(folder)) as process:
        assert process.stderr is not None
        watching = f"正在盯着 {folder}，按 Ctrl-C 结束……\n"
        assert [process.stderr.readline() for _ in range(2)] == ["已导入 1 条。\n", watching]
        write_jsonl(folder / "b.jsonl", BARE)
        assert [process.stderr.readline() for _ in range(2)] == ["已导入 1 条。\n", watching]
        process.send_signal(signal.SIGINT)
        _, rest = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "Traceback" not in rest
    assert listed(run_here, own) == ["朋友-1", "茶"]


# ---- sync ----

RSS = f"""<rss version="2.0"><channel><title>晨间</title><item><title>茶</title><guid>茶-1</guid><author>张三</author>
<pubDate>Mon, 01 Jan 2024 20:00:00 GMT</pubDate><description>{TEA}</description></item>
<item><title>空的</title><guid>空-1</guid></item></channel></rss>"""
ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>好物</title><entry><id>果-1</id><title>果</title>
<updated>2024-03-05T01:00:00Z</updated><content type="html">&lt;p&gt;{FRUIT}&lt;/p&gt;</content></entry></feed>"""


@pytest.fixture
def feed(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """A server that answers `body`, with an ETag that changes with it; `address`, and `seen`: statuses it gave."""
    monkeypatch.setenv("NO_PROXY", "*")
    site: dict[str, Any] = {"body": "", "seen": []}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = site["body"].encode()
            etag = f'"{crc32(body)}"'
            site["seen"].append(304 if self.headers["If-None-Match"] == etag else 200)
            self.send_response(site["seen"][-1])
            self.send_header("ETag", etag)
            self.end_headers()
            self.wfile.write(body if site["seen"][-1] == 200 else b"")

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        site["address"] = f"http://127.0.0.1:{server.server_port}/feed"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield site
        server.shutdown()
        thread.join()


def test_a_feed_is_taken_in_once(run_here: Run, own: Path, tmp_path: Path, feed: dict[str, Any]) -> None:
    address = feed["address"]
    bad = f"跳过 {address} 第 2 条：条目“空的”没有正文（content、summary 和 description 都是空的）\n"
    feed["body"] = RSS
    assert run_here("corpus", "sync", address, "--genre", "zen", home=own).stderr == f"{bad}已导入 1 条。\n"
    assert exported(run_here, own, tmp_path) == [
        {**BARE, "id": "茶-1", "title": "茶", "source": "张三", "published": "2024-01-02", "genre": "zen"}
    ]
    assert run_here("corpus", "sync", address, home=own).stderr == "订阅源没有变化。\n"
    assert feed["seen"] == [200, 304]
    feed["body"] = ATOM
    assert run_here("corpus", "sync", address, home=own).stderr == "已导入 1 条。\n"
    feed["body"] = json.dumps(FULL, ensure_ascii=False) + "\n"
    assert run_here("corpus", "sync", address, home=own).stderr == "已导入 1 条。\n"
    assert listed(run_here, own) == ["茶-1", "果-1", "朋友-1"]
    assert exported(run_here, own, tmp_path)[2] == FULL


def test_a_feed_that_cannot_be_reached_leaves_the_library_alone(run_here: Run, filled: Path, tmp_path: Path) -> None:
    before = exported(run_here, filled, tmp_path)
    with closing(socket.socket()) as taken:  # a port that nobody listens at
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/feed"
        said = refusal(run_here("corpus", "sync", address, home=filled))
    assert said.startswith(f"{address}：连不上服务器（") and said.endswith("；请检查网址和网络")
    assert exported(run_here, filled, tmp_path) == before


# ---- bad sources: one line, and the library as it was ----


def merged_cells(folder: Path) -> Path:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (["编号", "正文"], ["1", TEA], ["2", None]):
        book.active.append(row)
    book.active.merge_cells("B2:B3")
    book.save(folder / "合并.xlsx")
    return folder / "合并.xlsx"


def formulas(folder: Path) -> Path:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (["编号", "正文"], ["1", "=A2&A2"]):
        book.active.append(row)
    book.save(folder / "公式.xlsx")
    return folder / "公式.xlsx"


def zip_bomb(folder: Path) -> Path:
    (folder / "稿").mkdir()
    with zipfile.ZipFile(folder / "稿" / "炸弹.docx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * (21 << 20))
    return folder / "稿"


def long_line(folder: Path) -> Path:
    with (folder / "长.jsonl").open("wb") as stream:
        stream.write(b'{"text": "')
        for _ in range(60):
            stream.write(b"a" * (1 << 20))
        stream.write(b'"}\n')
    return folder / "长.jsonl"


def repeated_ids(folder: Path) -> Path:
    return write_jsonl(folder / "重复.jsonl", {"id": "x", "text": TEA}, {"id": "x", "text": FRUIT})


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (merged_cells, "{0} 第 2 行：第 2 行与其他行合并了单元格（B2:B3）；请取消合并并填好每一行"),
        (formulas, "{0} 第 2 行：单元格 B2 是公式，还没有计算结果；请在 Excel 中打开、保存后再导入"),
        (
            zip_bomb,
            "{0}/炸弹.docx 第 1 行：炸弹.docx：文字部分解压后有 21 MB，超过上限 20 MB；请拆分，或另存为 txt 后再试",
        ),
        (long_line, "{0} 第 1 行：第 1 行有 60 MB，超过单行上限 50 MB；请拆分后再试"),
    ],
)
def test_a_bad_source_is_one_line_and_changes_nothing(
    run_here: Run, filled: Path, tmp_path: Path, make: Any, said: str
) -> None:
    before = exported(run_here, filled, tmp_path)
    source = make(tmp_path)
    told = refusal(run_here("corpus", "import", str(source), home=filled))
    assert told == f"{said.format(source)}。之前的 0 行已导入；{AGAIN}"
    assert exported(run_here, filled, tmp_path) == before


def test_an_id_that_says_two_things(run_here: Run, filled: Path, tmp_path: Path) -> None:
    before = exported(run_here, filled, tmp_path)
    source = repeated_ids(tmp_path)
    why = "编号“x”与前面的一行重复，内容却不同；每条内容的编号应各不相同"
    told = refusal(run_here("corpus", "import", str(source), home=filled))
    assert told == f"{source} 第 2 行：{why}。之前的 1 行已导入；{AGAIN}"
    assert exported(run_here, filled, tmp_path) == [*before, {**BARE, "id": "x"}]


def test_a_source_that_may_not_be_read(run_here: Run, filled: Path, tmp_path: Path) -> None:
    missing = tmp_path / "没有.csv"
    assert refusal(run_here("corpus", "import", str(missing), home=filled)) == f"{missing}：文件不存在；请检查路径"
    picture = tmp_path / "图.png"
    picture.write_bytes(b"\x89PNG")
    said = refusal(run_here("corpus", "import", str(picture), home=filled))
    assert said == (f"{picture}：不支持的文件类型“.png”；可用的类型：.jsonl、.csv、.xlsx、.txt，或装有文章的文件夹")


@pytest.fixture
def sealed() -> Iterator[Path]:
    """A home that may not be written, for a user without root's rights."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        root = os.geteuid() == 0
        if root:
            for path in (Path(folder), home):
                os.chown(path, 65534, 65534)
            os.seteuid(65534)
        home.chmod(0o500)
        try:
            yield home
        finally:
            if root:
                os.seteuid(0)
            home.chmod(0o700)


def test_a_home_that_may_not_be_written(run_here: Run, sealed: Path) -> None:
    said = refusal(run_here("corpus", "expire", "--before", str(date(2024, 1, 1)), home=sealed))
    assert said.startswith(
        f"数据库 {sealed / 'contentcheck.db'}：无法打开，请检查路径和权限，或设置 CONTENTCHECK_HOME（"
    )
    assert list(sealed.iterdir()) == []
