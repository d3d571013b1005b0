"""Bulk scoring: one report a line in input order, the same bytes whatever interrupted it."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contentcheck.bulk import BulkResult, run_bulk
from contentcheck.engine.checker import Checker
from contentcheck.engine.documents import Draft
from contentcheck.engine.errors import InputError

Run = Callable[..., subprocess.CompletedProcess[str]]
SOUP = "人生没有白走的路，每一步都算数。愿你历尽千帆，归来仍是少年。"
NEWS = "市交通局昨日公布，二号线延长段将于下月试运行，全长十二公里。沿线四个街道的水压预计月底前恢复正常。"
ROWS = [
    {"id": "b", "title": "二号线", "text": NEWS},
    {"id": "a", "title": "余生很长", "text": SOUP, "brand": "护元堂"},
    {"id": "a", "title": "", "text": SOUP + NEWS},
    {"id": "😀", "title": "一支", "text": "葛根口服液每支十毫升，早晚各一支。\n" + NEWS, "brand": "护元堂"},
]


def write_jsonl(file: Path, *rows: object) -> Path:
    lines = (r if isinstance(r, str) else json.dumps(r, ensure_ascii=False) for r in rows)
    file.write_text("".join(line + "\n" for line in lines), "utf-8")
    return file


def write_table(file: Path, names: list[str], rows: list[dict[str, str]]) -> Path:
    """csv or xlsx by the suffix, columns id, title, text, brand under these names."""
    table = [names, *([r.get(k, "") for k in ("id", "title", "text", "brand")] for r in rows)]
    if file.suffix == ".csv":
        with file.open("w", encoding="utf-8-sig", newline="") as stream:
            csv.writer(stream).writerows(table)
    else:
        book = openpyxl.Workbook()
        for row in table:
            book.worksheets[0].append(row)
        book.save(file)
    return file


def reports(file: Path) -> list[dict]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def many(count: int) -> list[dict[str, str]]:
    """Rows that all differ."""
    return [
        {"id": f"r{i}", "title": f"第{i}篇", "text": f"{NEWS}本期为第{i}期。{SOUP if i % 3 else ''}"}
        for i in range(count)
    ]


@pytest.fixture(scope="module")
def expected(small_checker: Checker) -> list[dict]:
    drafts = [Draft(r["id"], r["text"], r["title"], r.get("brand")) for r in ROWS]
    return [small_checker.check([d])[0].to_json() for d in drafts]


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("in.jsonl", None),
        ("in.csv", ["id", "title", "text", "brand"]),
        ("in.csv", ["编号", "标题", "正文", "品牌"]),
        ("in.xlsx", ["文章编号", "文章标题", "内容", "品牌名"]),
    ],
)
def test_one_report_a_line_in_input_order(
    small_checker: Checker, tmp_path: Path, expected: list[dict], name: str, columns: list[str] | None
) -> None:
    source = write_table(tmp_path / name, columns, ROWS) if columns else write_jsonl(tmp_path / name, *ROWS)
    assert run_bulk(source, tmp_path / "out.jsonl", small_checker) == BulkResult(4, 0, 0)
    assert reports(tmp_path / "out.jsonl") == expected
    assert sorted(f.name for f in tmp_path.iterdir()) == [name, "out.jsonl"]


def test_the_brand_of_a_row_goes_before_the_brand_of_the_run(small_checker: Checker, tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", *ROWS)
    run_bulk(source, tmp_path / "without.jsonl", small_checker)
    run_bulk(source, tmp_path / "with.jsonl", small_checker, brand="护元堂")
    assert [r["relevance"] is None for r in reports(tmp_path / "without.jsonl")] == [True, False, True, False]
    assert [r["relevance"] is None for r in reports(tmp_path / "with.jsonl")] == [False] * 4


def test_a_row_without_an_id_is_named_by_its_line(small_checker: Checker, tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", {"text": NEWS}, "", {"text": SOUP})
    run_bulk(source, tmp_path / "out.jsonl", small_checker)
    assert [r["id"] for r in reports(tmp_path / "out.jsonl")] == ["1", "3"]


def test_the_command_gives_the_reports_of_check(run_here: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(NEWS, "utf-8")
    (tmp_path / "b.md").write_text(f"# 余生很长\n{SOUP}{NEWS}", "utf-8")
    names = ("a.txt", "b.md")
    texts = (NEWS, f"{SOUP}{NEWS}")
    rows = [{"id": n, "title": t, "text": x} for n, t, x in zip(names, ("", "余生很长"), texts, strict=True)]
    source = write_jsonl(tmp_path / "in.jsonl", *rows)
    done = run_here("bulk", str(source), "--output", str(tmp_path / "out.jsonl"), "--brand", "苔朵")
    assert (done.returncode, done.stdout) == (0, "")
    assert "共 2 份报告" in done.stderr
    alone = [json.loads(run_here("check", str(tmp_path / n), "--brand", "苔朵", "--json").stdout) for n in names]
    for report in alone:
        report.pop("text", None)  # a report carries its text only where the program took it out of a file
    assert reports(tmp_path / "out.jsonl") == alone


def test_a_bad_row_stops_the_command_in_one_line(run_here: Run, tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", ROWS[0], "", "{broken", ROWS[2])
    done = run_here("bulk", str(source), "--output", str(tmp_path / "out.jsonl"))
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
    errors = done.stderr.strip().split("\n")
    assert len(errors) == 1, errors
    assert "第 3 行" in errors[0] and "JSON" in errors[0] and "--skip-bad" in errors[0]
    assert [r["id"] for r in reports(tmp_path / "out.jsonl")] == ["b"]


@pytest.mark.parametrize(
    "bad", ["{broken", {"id": "x", "text": ""}, {"id": "x", "text": 1.5}], ids=["json", "empty", "number"]
)
@pytest.mark.parametrize("at", [0, 63, 64])
def test_going_on_after_a_repair_gives_the_file_of_an_unbroken_run(
    small_checker: Checker, tmp_path: Path, bad: object, at: int
) -> None:
    rows = many(70)
    source, output = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    write_jsonl(source, *rows[:at], bad, *rows[at + 1 :])
    with pytest.raises(InputError, match=f"第 {at + 1} 行"):
        run_bulk(source, output, small_checker)
    assert [r["id"] for r in reports(output)] == [f"r{i}" for i in range(at)]
    write_jsonl(source, *rows)
    assert run_bulk(source, output, small_checker) == BulkResult(70, 0, at)
    run_bulk(source, tmp_path / "whole.jsonl", small_checker)
    assert output.read_bytes() == (tmp_path / "whole.jsonl").read_bytes()


def test_an_unknown_brand_in_a_row_is_a_bad_row(small_checker: Checker, tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", ROWS[0], ROWS[1], {**ROWS[2], "brand": "没这个牌子"}, ROWS[3])
    with pytest.raises(InputError, match=r"第 3 行.*没这个牌子"):
        run_bulk(source, tmp_path / "out.jsonl", small_checker)
    assert [r["id"] for r in reports(tmp_path / "out.jsonl")] == ["b", "a"]


def test_skip_bad_skips_a_row_of_an_unknown_brand(small_checker: Checker, tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", ROWS[0], {**ROWS[2], "brand": "没这个牌子"}, ROWS[3])
    assert run_bulk(source, tmp_path / "out.jsonl", small_checker, skip_bad=True) == BulkResult(2, 1, 0)


def test_skip_bad_writes_rejects_with_reasons(small_checker: Checker, tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", ROWS[0], "{broken", {"id": "leer", "text": " "}, ROWS[1])
    output = tmp_path / "out.jsonl"
    for _ in range(2):
        assert run_bulk(source, output, small_checker, skip_bad=True) == BulkResult(2, 2, 0)
        assert [r["id"] for r in reports(output)] == ["b", "a"]
        rejects = reports(tmp_path / "out.jsonl.rejects.jsonl")
        assert [(r["line"], r["row"]) for r in rejects] == [(2, {}), (3, {"id": "leer", "text": " "})]
        assert "JSON" in rejects[0]["reason"] and "字段 text 是空的" in rejects[1]["reason"]


def test_skip_bad_after_a_stop_goes_on_behind_the_stop(small_checker: Checker, tmp_path: Path) -> None:
    rows = many(80)
    source = write_jsonl(tmp_path / "in.jsonl", *rows[:70], "{broken", *rows[70:])
    output = tmp_path / "out.jsonl"
    with pytest.raises(InputError):
        run_bulk(source, output, small_checker)
    assert run_bulk(source, output, small_checker, skip_bad=True) == BulkResult(80, 1, 70)
    assert [r["id"] for r in reports(output)] == [f"r{i}" for i in range(80)]


def test_running_again_gives_the_same_bytes(small_checker: Checker, tmp_path: Path) -> None:
    source, output = write_jsonl(tmp_path / "in.jsonl", *many(70)), tmp_path / "out.jsonl"
    run_bulk(source, output, small_checker)
    first = output.read_bytes()
    assert run_bulk(source, output, small_checker) == BulkResult(70, 0, 0)
    assert output.read_bytes() == first


def test_batches_do_not_show_in_the_output(small_checker: Checker, tmp_path: Path) -> None:
    """70 rows are two batches; alone each is its own."""
    rows = many(70)
    run_bulk(write_jsonl(tmp_path / "in.jsonl", *rows), tmp_path / "out.jsonl", small_checker)
    for i in (0, 63, 64, 69):
        run_bulk(write_jsonl(tmp_path / "one.jsonl", rows[i]), tmp_path / "one.out", small_checker)
        assert reports(tmp_path / "one.out") == [reports(tmp_path / "out.jsonl")[i]]


def test_a_shorter_input_leaves_nothing_of_the_longer_one(small_checker: Checker, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    run_bulk(write_jsonl(tmp_path / "in.jsonl", *many(5)), output, small_checker)
    run_bulk(write_jsonl(tmp_path / "in.jsonl", *many(2)), output, small_checker)
    assert [r["id"] for r in reports(output)] == ["r0", "r1"]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(torn=st.binary(max_size=60), changed=st.booleans())
def test_a_torn_last_line_and_a_changed_input_do_not_spoil_the_output(
    small_checker: Checker, tmp_path: Path, torn: bytes, changed: bool
) -> None:
    """What a kill leaves after the last noted batch is thrown away; rows changed since are done again."""
    rows, output, source = many(10), tmp_path / "out.jsonl", tmp_path / "in.jsonl"
    output.unlink(missing_ok=True)
    write_jsonl(source, *rows[:6], "{broken")
    with pytest.raises(InputError):
        run_bulk(source, output, small_checker)
    output.write_bytes(output.read_bytes() + torn)
    if changed:
        rows[2]["text"] = SOUP
    write_jsonl(source, *rows)
    assert run_bulk(source, output, small_checker).resumed == (0 if changed else 6)
    run_bulk(source, tmp_path / "whole.jsonl", small_checker)
    assert output.read_bytes() == (tmp_path / "whole.jsonl").read_bytes()


def test_an_output_that_lost_lines_is_done_again(small_checker: Checker, tmp_path: Path) -> None:
    rows, output, source = many(10), tmp_path / "out.jsonl", tmp_path / "in.jsonl"
    write_jsonl(source, *rows[:6], "{broken")
    with pytest.raises(InputError):
        run_bulk(source, output, small_checker)
    output.write_text("".join(output.read_text("utf-8").splitlines(keepends=True)[:3]), "utf-8")
    write_jsonl(source, *rows)
    assert run_bulk(source, output, small_checker).resumed == 0
    assert [r["id"] for r in reports(output)] == [f"r{i}" for i in range(10)]


def test_going_on_with_another_brand_does_not_mix_two_runs(small_checker: Checker, tmp_path: Path) -> None:
    rows, output, source = many(10), tmp_path / "out.jsonl", tmp_path / "in.jsonl"
    write_jsonl(source, *rows[:6], "{broken")
    with pytest.raises(InputError):
        run_bulk(source, output, small_checker)
    write_jsonl(source, *rows)
    run_bulk(source, output, small_checker, brand="护元堂")
    assert [r["relevance"] is None for r in reports(output)] == [False] * 10


def test_the_input_is_never_written_over(small_checker: Checker, tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", *ROWS)
    before = source.read_bytes()
    with pytest.raises(InputError, match=r"in\.jsonl"):
        run_bulk(source, source, small_checker)
    assert source.read_bytes() == before


def test_what_cannot_be_encoded_is_replaced_in_ids_too(small_checker: Checker, tmp_path: Path) -> None:
    line = '{"id": "半\\ud83d", "title": "题\\ud83d", "text": "' + NEWS + '\\u0000"}'
    run_bulk(write_jsonl(tmp_path / "in.jsonl", line), tmp_path / "out.jsonl", small_checker)
    report = reports(tmp_path / "out.jsonl")[0]
    assert (report["id"], report["title"]["text"]) == ("半\ufffd", "题\ufffd")
    assert [n["code"] for n in report["notices"]] == ["replaced_characters"]


def test_a_very_long_article_in_a_csv_is_read_to_its_end(small_checker: Checker, tmp_path: Path) -> None:
    text = "二号线延长段下月试运行。" * 12_000
    source = write_table(tmp_path / "in.csv", ["编号", "标题", "正文", "品牌"], [{"id": "lang", "text": text}])
    run_bulk(source, tmp_path / "out.jsonl", small_checker)
    assert reports(tmp_path / "out.jsonl")[0]["passages"][-1]["end"] == len(text)


@pytest.mark.parametrize("name", ["nirgends/out.jsonl", "ordner"])
def test_an_output_that_cannot_be_written_is_told(small_checker: Checker, tmp_path: Path, name: str) -> None:
    (tmp_path / "ordner").mkdir()
    with pytest.raises(InputError, match=name.split("/")[0]):
        run_bulk(write_jsonl(tmp_path / "in.jsonl", *ROWS), tmp_path / name, small_checker)


def test_a_killed_process_goes_on_and_ends_with_the_bytes_of_an_unkilled_one(
    run_here: Run, toy_home: Path, tmp_path: Path
) -> None:
    rows = [{**r, "text": r["text"] * 2} for r in many(400)]
    source = write_jsonl(tmp_path / "in.jsonl", *rows)
    whole, output = tmp_path / "whole.jsonl", tmp_path / "out.jsonl"
    command = [sys.executable, "-m", "contentcheck", "bulk", str(source), "--output", str(output)]
    environment = {**os.environ, "CONTENTCHECK_HOME": str(toy_home), "CONTENTCHECK_MODEL": "toy"}
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    while process.poll() is None and (not output.exists() or output.read_bytes().count(b"\n") < 64):
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert 64 <= output.read_bytes().count(b"\n") < 400
    assert run_here("bulk", str(source), "--output", str(output)).returncode == 0
    assert run_here("bulk", str(source), "--output", str(whole)).returncode == 0
    assert output.read_bytes() == whole.read_bytes()
    assert [r["id"] for r in reports(output)] == [r["id"] for r in rows]


def test_a_file_that_holds_no_reports_is_not_written_over(small_checker: Checker, tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("两行\n笔记\n", "utf-8")
    with pytest.raises(InputError, match="不是报告"):
        run_bulk(write_jsonl(tmp_path / "in.jsonl", *ROWS), notes, small_checker)
    assert notes.read_text("utf-8") == "两行\n笔记\n"


def test_a_bad_row_that_cannot_be_encoded_reaches_the_rejects(small_checker: Checker, tmp_path: Path) -> None:
    source, output = write_jsonl(tmp_path / "in.jsonl", '{"id": "半\\ud83d", "text": ""}'), tmp_path / "out.jsonl"
    assert run_bulk(source, output, small_checker, skip_bad=True) == BulkResult(0, 1, 0)
    rejects = (tmp_path / "out.jsonl.rejects.jsonl").read_text("utf-8")
    assert json.loads(rejects)["row"] == {"id": "半\ufffd", "text": ""}


def test_a_run_killed_in_its_first_line_starts_again(small_checker: Checker, tmp_path: Path) -> None:
    source, output = write_jsonl(tmp_path / "in.jsonl", *ROWS), tmp_path / "out.jsonl"
    run_bulk(source, output, small_checker)
    whole = output.read_bytes()
    output.write_bytes(whole[:40])
    assert run_bulk(source, output, small_checker) == BulkResult(4, 0, 0)
    assert output.read_bytes() == whole
