"""Imports on both databases: in batches, told row by row, done again, and killed at any moment."""

import json
import os
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import func, select

from contentcheck.corpus import intake as intake_module
from contentcheck.corpus.intake import Intake, Rejects, take_in
from contentcheck.corpus.reading.columns import Row
from contentcheck.corpus.records import item_from_row
from contentcheck.corpus.store import Store, schema
from contentcheck.corpus.store.shelf import Shelf
from contentcheck.corpus.store.vectors import StoredVectors, text_digest
from contentcheck.engine.documents import CorpusItem
from contentcheck.engine.encoder import Vectors
from contentcheck.engine.errors import InputError, StateError
from tests.servers import Place

ROAD = "人生没有白走的路，每一步都算数。愿你历尽千帆，归来仍是少年。"
ALMOST = "人生没有白走的路，每一步都算数。愿你历尽千帆，归来依旧是少年。"
METRO = "市交通局昨日公布，二号线延长段将于下月试运行，全长十二公里。"
FILTER = "把滤芯放入水箱，拧紧盖子，通电后等待三分钟再取水。"
HINT = "；改正后重新运行同一命令，或加 --skip-bad 跳过坏行"

ONE_THREAD = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # a process with threads forks badly


class Quick:
    """An encoder that takes no time: a text's vector is drawn from its digest."""

    name, revision, dim = "quick", "1", 4

    def encode(self, texts: list[str]) -> Vectors:
        drawn = np.array([list(text_digest(t)[:4]) for t in texts], np.float32) + 1
        return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    with closing((opened := place.store()).database):
        yield opened


Take = Callable[..., Intake]


@pytest.fixture
def take(store: Store) -> Take:
    """Take rows into the library."""
    return lambda rows, **options: take_in(
        rows, "稿.jsonl", store.library, StoredVectors(store.database, Quick()), item_from_row, **options
    )


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake_module, "_BATCH_ROWS", 3)


def rows(*data: dict) -> list[Row]:
    return [Row(n, d, done=n / len(data)) for n, d in enumerate(data, 1)]


def row(id: str, text: str, **more: object) -> dict:
    return {"id": id, "text": text, **more}


def ids(shelf: Shelf) -> list[str]:
    return [i.id for i in shelf.items()]


# What is stored


def test_rows_become_pieces_in_order(take: Take, store: Store) -> None:
    full = row("a", ROAD, title="余生", genre="soup", source="来源", licence="CC0", tags=["甲"], published="2024-03-05")
    assert take(rows(full, row("b", METRO))) == Intake(added=2)
    assert list(store.library.items()) == [
        CorpusItem("a", ROAD, "余生", "soup", "来源", "CC0", ("甲",), "2024-03-05"),
        CorpusItem("b", METRO),
    ]


def test_nothing_to_import(take: Take, store: Store) -> None:
    assert take([]) == Intake()
    assert store.library.state().seq == 0


def test_every_passage_has_its_vector(take: Take, store: Store) -> None:
    take(rows(row("a", ROAD, title="余生"), row("b", METRO)))
    passages, vectors = schema.passages.c, schema.vectors.c
    with store.database.reading() as connection:
        joined = (
            select(func.count()).select_from(schema.passages).join(schema.vectors, vectors.digest == passages.digest)
        )
        cut = connection.execute(select(passages.item_id, passages.start, passages.stop).order_by(passages.id)).all()
        assert connection.execute(joined).scalar_one() == len(cut)
    assert cut[0] == (1, 0, 0)  # the title
    assert {n for n, _, _ in cut} == {1, 2}
    texts = {1: ROAD, 2: METRO}
    for number, text in texts.items():
        pieces = [text[start:stop] for n, start, stop in cut if n == number and start < stop]
        assert "".join(pieces) == text


@pytest.mark.usefixtures("small_batches")
def test_batches_keep_the_order_and_know_each_other(take: Take, store: Store) -> None:
    data = [row(f"n{i}", f"第{i}条") for i in range(10)] + [row("near", ALMOST), row("same", "第0条"), row("a", ROAD)]
    told: list[float] = []
    found = take(rows(*data), progress=told.append)
    assert (found.added, found.exact, found.near, found.rows) == (13, 1, 1, 13)
    assert [e[:2] for e in found.examples] == [("same", "n0"), ("a", "near")]
    assert ids(store.library) == [d["id"] for d in data]
    assert told == pytest.approx([3 / 13, 6 / 13, 9 / 13, 12 / 13, 1])
    assert store.library.state().seq == 5


def test_a_batch_is_cut_by_its_characters_too(take: Take, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake_module, "_BATCH_CHARACTERS", 100)
    take(rows(*[row(f"n{i}", f"第{i}条" * 10) for i in range(7)]))  # 30 characters each: 4 and 3
    assert store.library.state().seq == 2


def test_an_import_goes_to_its_shelf(place: Place, store: Store) -> None:
    shelf = Shelf(store.database, 7)
    take_in(rows(row("a", ROAD)), "x", shelf, StoredVectors(store.database, Quick()), item_from_row)
    assert ids(shelf) == ["a"]
    assert ids(store.library) == []


# What becomes of a row


def test_importing_again_leaves_all_as_it_is(take: Take, store: Store) -> None:
    data = rows(row("a", ROAD), {"text": METRO}, {"text": METRO}, row("c", FILTER))
    assert take(data).added == 4
    before = store.library.state()
    assert take(data) == Intake(unchanged=4)
    assert store.library.state() == before


def test_the_second_of_the_same_text_without_an_id_is_another_piece(take: Take, store: Store) -> None:
    data = rows({"text": ROAD}, {"text": METRO}, {"text": ROAD, "title": "标题"}, {"text": ROAD})
    found = take(data)
    key = f"item-{text_digest(ROAD).hex()}"
    assert ids(store.library) == [key, f"item-{text_digest(METRO).hex()}", f"{key}-2", f"{key}-3"]
    assert (found.added, found.exact, found.examples) == (4, 2, [(f"{key}-2", key, 1.0), (f"{key}-3", key, 1.0)])
    assert take(data) == Intake(unchanged=4)
    assert take(rows({"text": ROAD})) == Intake(unchanged=1)  # another file that has it once


def test_what_has_changed_replaces(take: Take, store: Store) -> None:
    take(rows(row("a", ROAD), row("b", METRO), row("c", FILTER)))
    found = take(rows(row("b", "新的一条。"), row("c", FILTER, genre="manual"), row("a", ROAD), row("d", "又一条。")))
    assert found == Intake(added=1, replaced=2, unchanged=1)
    assert [(i.id, i.text, i.genre) for i in store.library.items()] == [
        ("a", ROAD, ""),
        ("b", "新的一条。", ""),
        ("c", FILTER, "manual"),
        ("d", "又一条。", ""),
    ]


@pytest.mark.usefixtures("small_batches")
def test_the_same_row_twice_is_stored_once(take: Take, store: Store) -> None:
    twice = [row("a", ROAD, title="余生"), row("a", ROAD, title="余生"), *(row(f"n{i}", f"第{i}条") for i in range(4))]
    assert take(rows(*twice, twice[0])) == Intake(added=5, repeated=2)
    assert ids(store.library) == ["a", "n0", "n1", "n2", "n3"]


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("between", [0, 5])
@pytest.mark.parametrize("second", [row("a", METRO), row("a", ROAD, title="另一个")])
def test_an_id_that_repeats_with_something_else_is_a_bad_row(
    take: Take, store: Store, between: int, second: dict
) -> None:
    others = [row(f"n{i}", f"第{i}条") for i in range(between)]
    with pytest.raises(InputError) as error:
        take(rows(row("a", ROAD), *others, second, row("never", FILTER)))
    assert str(error.value) == (
        f"稿.jsonl 第 {between + 2} 行：编号“a”与前面的一行重复，内容却不同；每条内容的编号应各不相同。"
        f"之前的 {between + 1} 行已导入{HINT}"
    )
    assert ids(store.library) == ["a", *(d["id"] for d in others)]
    assert store.library.get("a") == CorpusItem("a", ROAD)


def test_duplicates_are_counted_with_the_first_few_examples(take: Take, store: Store) -> None:
    data = rows(row("a", ROAD), *(row(f"same-{i}", ROAD) for i in range(6)), row("near", ALMOST), row("b", METRO))
    found = take(data)
    assert (found.added, found.exact, found.near) == (9, 6, 1)
    assert found.examples == [(f"same-{i}", "a", 1.0) for i in range(5)]
    assert store.library.state().count == 9


def test_duplicates_can_be_left_out(take: Take, store: Store) -> None:
    data = rows(row("a", ROAD), row("same", ROAD), row("near", ALMOST), row("b", METRO))
    found = take(data, skip_duplicates=True)
    assert (found.added, found.skipped, found.exact, found.near, found.rows) == (2, 2, 1, 1, 4)
    assert ids(store.library) == ["a", "b"]
    again = take(data, skip_duplicates=True)
    assert (again.added, again.skipped, again.unchanged) == (0, 2, 2)


# Bad rows

BAD = {
    "empty": ({"id": "x", "text": " "}, "字段 text 是空的；应为一段文字"),
    "number": ({"text": "余生", "title": 1.5}, "字段 title 的值是 1.5；应为文字"),
    "day": ({"text": "余生", "published": "昨天"}, "字段 published 的值是 昨天；应为日期，如 2024-03-05"),
}


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("kind", BAD)
@pytest.mark.parametrize("before", [0, 1, 3, 5])
def test_a_bad_row_ends_it_and_what_comes_before_is_kept(take: Take, store: Store, kind: str, before: int) -> None:
    bad, reason = BAD[kind]
    good = [row(f"n{i}", f"第{i}条") for i in range(before)]
    data = [*good, bad, row("after", METRO)]
    with pytest.raises(InputError) as error:
        take(rows(*data))
    assert str(error.value) == f"稿.jsonl 第 {before + 1} 行：{reason}。之前的 {before} 行已导入{HINT}"
    assert ids(store.library) == [d["id"] for d in good]
    mended = [*good, row("x", "改好了"), row("after", METRO)]
    assert take(rows(*mended)) == Intake(added=2, unchanged=before)
    assert ids(store.library) == [d["id"] for d in mended]


def test_a_row_that_could_not_be_read_is_a_bad_row(take: Take, store: Store) -> None:
    with pytest.raises(InputError) as error:
        take([Row(1, row("a", ROAD)), Row(7, {}, "不是 JSON", file="子/稿.jsonl")])
    assert str(error.value) == f"稿.jsonl/子/稿.jsonl 第 7 行：不是 JSON。之前的 1 行已导入{HINT}"
    assert ids(store.library) == ["a"]


@pytest.mark.usefixtures("small_batches")
def test_bad_rows_can_be_told_and_passed_over(take: Take, store: Store) -> None:
    data = rows(BAD["empty"][0], row("a", ROAD), row("a", METRO), row("b", METRO), BAD["day"][0])
    told: list[tuple[int, str]] = []
    found = take(data, bad=lambda bad_row, reason: told.append((bad_row.line, reason)))
    assert found == Intake(added=2, rejects=3)
    assert found.rows == 2
    assert told == [
        (1, BAD["empty"][1]),
        (3, "编号“a”与前面的一行重复，内容却不同；每条内容的编号应各不相同"),
        (5, BAD["day"][1]),
    ]
    assert ids(store.library) == ["a", "b"]


def test_nothing_but_bad_rows(take: Take, store: Store) -> None:
    assert take(rows(BAD["empty"][0]), bad=lambda _row, _reason: None) == Intake(rejects=1)
    assert store.library.state().seq == 0


@pytest.mark.usefixtures("small_batches")
def test_a_source_that_fails_keeps_the_batches_before(take: Take, store: Store) -> None:
    def source() -> Iterator[Row]:
        yield from rows(*[row(f"n{i}", f"第{i}条") for i in range(4)])
        raise InputError("文件突然没有了")

    with pytest.raises(InputError, match="文件突然没有了"):
        take(source())
    assert ids(store.library) == ["n0", "n1", "n2"]


@pytest.mark.usefixtures("small_batches")
def test_an_encoder_that_fails_keeps_the_batches_before(store: Store) -> None:
    class Failing(Quick):
        def encode(self, texts: list[str]) -> Vectors:
            if any("4" in t for t in texts):
                raise StateError("没有内存")
            return super().encode(texts)

    data = rows(*[row(f"n{i}", f"第{i}条") for i in range(6)])
    with pytest.raises(StateError, match="没有内存"):
        take_in(data, "x", store.library, StoredVectors(store.database, Failing()), item_from_row)
    assert ids(store.library) == ["n0", "n1", "n2"]


def test_lone_surrogates_and_nul_are_replaced(take: Take, store: Store) -> None:
    take(rows(row("a\0", "余\ud800生\0很长，何必慌张", title="\udfff")))
    (item,) = store.library.items()
    assert (item.id, item.text, item.title) == ("a\ufffd", "余\ufffd生\ufffd很长，何必慌张", "\ufffd")


# Rejects


def test_rejects_are_written_when_there_are_any(tmp_path: Path) -> None:
    file = tmp_path / "rejects.jsonl"
    with Rejects(file):
        pass
    assert not file.exists()
    with Rejects(file) as rejects:
        rejects.write(Row(3, {"text": "余生\ud800"}), "坏")
        rejects.write(Row(4, {}, file="子/稿.md"), "也坏")
    assert [json.loads(line) for line in file.read_text("utf-8").splitlines()] == [
        {"line": 3, "reason": "坏", "row": {"text": "余生\ufffd"}},
        {"file": "子/稿.md", "line": 4, "reason": "也坏", "row": {}},
    ]


def test_rejects_that_cannot_be_written(tmp_path: Path) -> None:
    with Rejects(tmp_path) as rejects, pytest.raises(InputError) as error:
        rejects.write(Row(3, {}), "坏")
    assert str(error.value).startswith(f"{tmp_path}：无法写入（")


# Memory and kills


def test_memory_does_not_grow_with_the_file(take: Take, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake_module, "_BATCH_ROWS", 64)
    texts = [f"第{i}条" + chr(0x4E00 + i) * 60 for i in range(50)]  # few, so that no cache grows

    def source(name: str, count: int) -> Iterator[Row]:
        return (Row(i, {"id": f"{name}-{i}", "text": texts[i % 50], "tags": ["甲" * 400]}) for i in range(count))

    def peak(name: str, count: int) -> int:
        tracemalloc.start()
        take(source(name, count))
        reached = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return reached

    take(source("warm", 64))
    short, long = peak("short", 128), peak("long", 768)
    assert long < short + 250_000  # the tags alone of 640 rows more are 550 KB
    assert store.library.state().count == 64 + 128 + 768


@pytest.mark.parametrize("kills", [20])
def test_an_import_that_is_killed_again_and_again_ends_as_if_it_never_was(
    place: Place, tmp_path: Path, kills: int
) -> None:
    subjects = ["路", "时间", "少年", "城市", "滤芯", "面霜", "地铁", "雨天"]
    data = []
    for i in range(160):
        text = f"第{i}个故事说的是{subjects[i % 8]}。" + "".join(
            chr(0x4E00 + (i * 37 + j * j) % 5000) for j in range(60)
        )
        data.append({"text": text + "。", "title": f"故事{i}"} if i % 3 else row(f"n{i}", text))
        if i % 10 == 9:
            data.append({"text": text + "。"})  # the same again: without an id, or without a title
        if i % 16 == 15:
            data.append(row(f"near-{i}", f"听说，{text}"))
    file = tmp_path / "rows.jsonl"
    file.write_text("".join(json.dumps(d, ensure_ascii=False) + "\n" for d in data), "utf-8")
    script = Path(__file__).with_name("killed_imports.py")
    arguments = [str(tmp_path), place.url or "", str(file), str(kills), "1"]
    done = subprocess.run([sys.executable, str(script), *arguments], env=ONE_THREAD, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout)
    assert (told["kills"], told["rows"]) == (kills, len(data))
    assert told["same"] and all(told["same"])
