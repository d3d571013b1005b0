"""The whole store in one file and back: between both databases, beside a writer, and never half done."""

import secrets
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import insert, text

from contentcheck.corpus.store import Store, schema
from contentcheck.corpus.store.answers import Answer, Attempt
from contentcheck.corpus.store.backup import backup, restore
from contentcheck.corpus.store.change import content_digest
from contentcheck.corpus.store.database import now
from contentcheck.corpus.store.gate import Policy
from contentcheck.corpus.store.new_rows import NewRow
from contentcheck.corpus.store.pieces import Fate, prepare
from contentcheck.corpus.store.vectors import StoredVectors, text_digest
from contentcheck.engine.documents import Brand, CorpusItem, Draft, Product
from contentcheck.engine.encoder import Encoder
from contentcheck.engine.errors import InputError, StateError
from contentcheck.engine.opinion import About, Finding, Opinion
from tests.servers import KINDS, Place, contents, new_place

ROAD = "人生没有白走的路，每一步都算数。愿你历尽千帆，归来仍是少年。"
ALMOST = "人生没有白走的路，每一步都算数。愿你历尽千帆，归来依旧是少年。"
A = CorpusItem("a", ROAD, "余生", "soup", "来源", "CC0", ("甲", "乙"), "2024-03-05")
CREAM = Product("p1", "面霜", "含神经酰胺", ("保湿",), ("霜",))
BATCH = 10
ADD_FOR_EVER = """
import sys
from itertools import count
from pathlib import Path
from contentcheck.corpus.store import Store
from contentcheck.corpus.store.pieces import prepare
from contentcheck.corpus.store.vectors import text_digest
from contentcheck.engine.documents import CorpusItem
library = Store(Path(sys.argv[1]), sys.argv[2] or None).library
for n in count():
    items = [CorpusItem(f"w-{n}-{k}", f"余生很长第{n}次第{k}条") for k in range(10)]
    library.add(prepare(items, lambda texts: [text_digest(t) for t in texts]))
    print(n, flush=True)
"""


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    with closing((opened := place.store()).database):
        yield opened


@pytest.fixture(params=KINDS)
def other(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with closing((opened := new_place(request.param, tmp_path / "other").store()).database):
        yield opened


def add(store: Store, *items: CorpusItem) -> None:
    store.library.add(prepare(list(items), lambda texts: [text_digest(t) for t in texts]))


def fill(store: Store, encoder: Encoder) -> None:
    """Something in every table, with a history: replaced, removed, brought back, of a removed brand."""
    vectors = StoredVectors(store.database, encoder)
    store.models.activate(vectors.model)
    library = store.library
    library.add(prepare([A, CorpusItem("near", ALMOST), CorpusItem("b", "余生很长，何必慌张。")], vectors.remember))
    library.add(
        prepare([CorpusItem("same", ROAD), CorpusItem("b", "相信时间的力量。", genre="soup")], vectors.remember)
    )
    library.remove(["near", "a"])
    library.undo(["a"])
    store.brands.add([Brand("花间", (CREAM,), ("水光肌",), ("花间，慢慢开。",)), Brand("海上", (CREAM,))])
    for name in ("花间", "海上"):
        store.brands.posts(name).add(
            prepare([CorpusItem("post", f"{name}的第一篇。", published="2024-01-02")], vectors.remember)
        )
    store.brands.remove("海上")
    store.feeds.remember("https://example.com/feed", '"etag"', "Tue, 05 Mar 2024 08:00:00 GMT")
    store.calibrations.add("toy", "1", {"source": "试"})
    store.feedback.add([Opinion("稿", Finding(About.HOMOGENEITY, 80.0), True, brand="花间")])
    fill_for_the_service(store)


def fill_for_the_service(store: Store) -> None:
    store.keys.create("网站", ["check"], ["花间"], 60)
    attempt = Attempt(1, "k-1", b"r" * 32, now())
    store.answers.begin(attempt)
    store.answers.keep(attempt, Answer(201, {"location": "/v1/x"}, "答".encode()))
    [number] = store.holdings.numbers("花间", removed=False)
    store.gate.set_policy(number, Policy(("reject", "revise"), 30), "主编")
    store.gate.grant(number, b"d" * 32, "节日祝福", "主编")
    webhook = {"url": "https://example.com/hook", "secret": "whsec_c2hvcnQ="}
    drafts = [NewRow(1, Draft("a", "稿", brand="花间")), NewRow(2, None, "没有正文")]
    store.jobs.cancel(store.jobs.make(drafts, key_id=1, brand="花间", webhook=webhook).id)
    about = {"id": "c-1", "brand_id": number, "key_id": 1, "draft_id": "a", "made_at": now()}
    found = {"title": "", "text": "稿", "digest": b"d" * 32, "verdict": "revise", "report": {"id": "a"}}
    with store.database.writing() as connection:
        connection.execute(insert(schema.checks), about | found)
    check = store.checks.get("c-1")
    assert check and store.shares.create(check, 7, "主编")


def without_epoch(found: dict[str, list[dict]]) -> dict[str, list[dict]]:
    return {**found, "facts": []}


def check(store: Store) -> None:
    """The running counts and digests and the words are those of what is there."""
    shelves = [store.library, *(store.brands.posts(name) for name in store.brands.all())]
    for shelf in shelves:
        items = list(shelf.items())
        digest = (sum(map(content_digest, items)) % 2**128).to_bytes(16)
        assert (shelf.state().count, shelf.state().digest) == (len(items), digest)
    with store.database.reading() as connection:
        live = connection.execute(text("SELECT id FROM items WHERE removed IS NULL ORDER BY id")).scalars().all()
        column = "rowid" if store.database.is_sqlite else "item_id"
        findable = connection.execute(text(f"SELECT DISTINCT {column} FROM letters ORDER BY {column}")).scalars().all()
        assert findable == live


# There and back


def test_everything_comes_back_in_either_database(toy: Encoder, tmp_path: Path, store: Store, other: Store) -> None:
    fill(store, toy)
    before = contents(store)
    assert all(before.values())  # something in every table
    add(other, CorpusItem("old", "原来的内容，恢复后就没有了。"), CorpusItem("a", "原来的。"))
    other.brands.add([Brand("原来的", (CREAM,)), Brand("花间", (CREAM,))])
    backup(store.database, tmp_path / "backup.db")
    assert contents(store) == before
    restore(other.database, tmp_path / "backup.db")
    assert without_epoch(contents(other)) == without_epoch(before)
    check(other)
    assert list(other.library.items()) == list(store.library.items())
    assert (
        other.brands.all() == store.brands.all() == {"花间": Brand("花间", (CREAM,), ("水光肌",), ("花间，慢慢开。",))}
    )
    assert [i.id for i in other.library.items(words="相信")] == ["b"]
    assert list(other.library.items(words="原来")) == []
    assert [i.id for i in other.brands.posts("花间").items(words="第一篇")] == ["post"]
    assert [i.id for i in other.library.items(duplicates=True)] == ["same"]


def test_a_restored_store_can_be_used_like_any(toy: Encoder, tmp_path: Path, store: Store, other: Store) -> None:
    fill(store, toy)
    backup(store.database, tmp_path / "backup.db")
    restore(other.database, tmp_path / "backup.db")
    vectors = StoredVectors(other.database, toy)
    made = vectors.encode([ROAD, "新的一段"])
    np.testing.assert_allclose(made, toy.encode([ROAD, "新的一段"]), atol=5e-4)
    new = [CorpusItem("new", "新的一段。"), replace(A, title="改"), CorpusItem("near2", ALMOST)]
    outcomes = other.library.add(prepare(new, vectors.remember))
    assert [o.fate for o in outcomes] == [Fate.ADDED, Fate.REPLACED, Fate.ADDED]
    assert outcomes[2].duplicate_of == "same"
    assert other.library.undo(["near"]) == 1
    other.brands.add([Brand("花间", (replace(CREAM, name="新面霜"),)), Brand("山野", (CREAM,))])
    assert list(other.brands.posts("山野").items()) == []
    with other.database.writing() as connection:
        opinion = {"text": "", "finding": {}, "agrees": False, "note": "", "provenance": {}}
        connection.execute(insert(schema.feedback), opinion)
    check(other)
    backup(other.database, tmp_path / "second.db")
    restore(store.database, tmp_path / "second.db")
    assert without_epoch(contents(store)) == without_epoch(contents(other))


def test_a_duplicate_of_what_was_removed_later_comes_back_too(tmp_path: Path, store: Store, other: Store) -> None:
    for n in range(5):  # rows that were changed may come after younger ones when a table is read
        add(store, CorpusItem(f"first-{n}", f"{n}{ROAD}"), CorpusItem(f"second-{n}", f"{n}{ROAD}"))
    store.library.remove([f"first-{n}" for n in range(5)])
    backup(store.database, tmp_path / "backup.db")
    restore(other.database, tmp_path / "backup.db")
    assert without_epoch(contents(other)) == without_epoch(contents(store))


def test_more_rows_than_one_page(tmp_path: Path, store: Store, other: Store) -> None:
    add(store, *[CorpusItem(f"n{i}", f"第{i}条内容") for i in range(2500)])
    backup(store.database, tmp_path / "backup.db")
    restore(other.database, tmp_path / "backup.db")
    assert list(other.library.items()) == list(store.library.items())
    assert len(list(other.library.items(words="内容"))) == 2500
    check(other)


def test_an_empty_store(tmp_path: Path, store: Store, other: Store) -> None:
    add(other, A)
    backup(store.database, tmp_path / "backup.db")
    restore(other.database, tmp_path / "backup.db")
    assert list(other.library.items()) == []
    assert other.library.state().seq == 0
    add(other, A)
    assert list(other.library.items(words="少年")) == [A]


def test_a_backup_is_one_file_that_can_be_used_as_it_is(tmp_path: Path, store: Store) -> None:
    add(store, A)
    folder = tmp_path / "safe"
    folder.mkdir()
    backup(store.database, folder / "contentcheck.db")
    assert [f.name for f in folder.iterdir()] == ["contentcheck.db"]
    with closing((copy := Store(folder)).database):
        assert list(copy.library.items(words="少年")) == [A]
        check(copy)


def test_restoring_begins_another_epoch_every_time(tmp_path: Path, store: Store) -> None:
    add(store, A)
    state = store.library.state()
    backup(store.database, tmp_path / "backup.db")
    epochs = {state.epoch}
    for _ in range(2):
        restore(store.database, tmp_path / "backup.db")
        now = store.library.state()
        epochs.add(now.epoch)
        assert (now.seq, now.count, now.digest) == (state.seq, state.count, state.digest)
    assert len(epochs) == 3


def test_a_program_that_has_the_store_open_goes_on_with_what_was_restored(
    tmp_path: Path, place: Place, store: Store
) -> None:
    add(store, A)
    backup(store.database, tmp_path / "backup.db")
    add(store, CorpusItem("b", "相信时间的力量。"))
    with closing((running := place.store()).database):
        assert running.library.state().count == 2
        restore(store.database, tmp_path / "backup.db")
        assert running.library.state() == store.library.state()
        add(running, CorpusItem("c", "后来的一条。"))
    assert [i.id for i in store.library.items()] == ["a", "c"]


def test_progress_counts_rows(tmp_path: Path, store: Store) -> None:
    add(store, *[CorpusItem(f"n{i}", f"第{i}条") for i in range(2500)])
    rows = sum(map(len, contents(store).values()))
    for act in (backup, restore):
        told: list[tuple[int, int]] = []
        act(store.database, tmp_path / "backup.db", lambda done, total, told=told: told.append((done, total)))
        assert told[-1] == (rows, rows)
        assert [done for done, _ in told] == sorted({done for done, _ in told})
        assert len(told) > 3


# Beside others


def test_a_backup_beside_a_writer_is_of_one_moment(tmp_path: Path, place: Place, store: Store) -> None:
    add(store, A)
    writer = subprocess.Popen([sys.executable, "-c", ADD_FOR_EVER, *place.arguments], stdout=subprocess.PIPE, text=True)
    try:
        assert writer.stdout is not None
        for number in range(4):
            for _ in range(3):
                assert writer.stdout.readline()
            backup(store.database, tmp_path / f"backup-{number}.db")
        assert writer.poll() is None
    finally:
        writer.kill()
        writer.communicate()
    sizes = []
    for number in range(4):
        home = tmp_path / f"home-{number}"
        home.mkdir()
        (tmp_path / f"backup-{number}.db").rename(home / "contentcheck.db")
        with closing((copy := Store(home)).database):
            check(copy)
            found = contents(copy)
            keys = [r["key"] for r in found["items"]]
            whole = range((len(keys) - 1) // BATCH)
            assert keys == ["a", *(f"w-{n}-{k}" for n in whole for k in range(BATCH))]
            assert {r["item_id"] for r in found["passages"]} == {r["id"] for r in found["items"]}
            assert [r["seq"] for r in found["changes"]] == list(range(1, len(whole) + 2))
            sizes.append(len(keys))
    assert sizes == sorted(sizes) and len(set(sizes)) > 1
    assert sizes[0] > 3 * BATCH


def test_a_backup_sees_nothing_that_comes_while_it_is_written(tmp_path: Path, place: Place, store: Store) -> None:
    add(store, A)
    before = contents(store)
    came: list[str] = []

    def meanwhile(done: int, total: int) -> None:
        with closing((writing := place.store()).database):
            add(writing, CorpusItem(f"later-{len(came)}", f"后来的第{len(came)}条。"))
            writing.brands.add([Brand(f"后来的{len(came)}", (CREAM,))])
        came.append("")

    backup(store.database, tmp_path / "contentcheck.db", meanwhile)
    assert came
    with closing((copy := Store(tmp_path)).database):
        assert contents(copy) == before
    assert store.library.state().count == 1 + len(came)


def test_readers_see_the_old_contents_until_all_is_restored(tmp_path: Path, place: Place, store: Store) -> None:
    add(store, A)
    backup(store.database, tmp_path / "backup.db")
    add(store, CorpusItem("b", "相信时间的力量。"))
    seen: set[tuple[str, ...]] = set()

    def look(_done: int, _total: int) -> None:
        with closing((reading := place.store()).database):
            seen.add(tuple(i.id for i in reading.library.items()))

    restore(store.database, tmp_path / "backup.db", look)
    assert seen == {("a", "b")}
    assert [i.id for i in store.library.items()] == ["a"]


def test_a_writer_waits_while_a_backup_is_restored(tmp_path: Path, place: Place, store: Store) -> None:
    add(store, A)
    backup(store.database, tmp_path / "backup.db")
    threads: list[threading.Thread] = []

    def write() -> None:
        with closing((writing := place.store()).database):
            add(writing, CorpusItem("b", "相信时间的力量。"))

    def begin_writing(_done: int, _total: int) -> None:
        if not threads:
            threads.append(threading.Thread(target=write))
            threads[0].start()

    restore(store.database, tmp_path / "backup.db", begin_writing)
    threads[0].join(20)
    assert [i.id for i in store.library.items()] == ["a", "b"]
    check(store)


# Refused, and interrupted


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path, store: Store) -> None:
    file = tmp_path / "backup.db"
    file.write_text("以前的备份")
    with pytest.raises(InputError) as error:
        backup(store.database, file)
    assert str(error.value) == f"{file}：文件已存在；请换一个文件名，以免覆盖以前的备份"
    assert file.read_text() == "以前的备份"


def test_the_folder_of_a_backup_has_to_be_there(tmp_path: Path, store: Store) -> None:
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "missing", tmp_path / "file"):
        with pytest.raises(InputError) as error:
            backup(store.database, folder / "backup.db")
        assert str(error.value) == f"{folder / 'backup.db'}：文件夹 {folder} 不存在；请先建立它"


def test_an_interrupted_backup_leaves_no_file(tmp_path: Path, store: Store) -> None:
    add(store, A)
    folder = tmp_path / "safe"
    folder.mkdir()

    def interrupt(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backup(store.database, folder / "backup.db", interrupt)
    assert list(folder.iterdir()) == []
    backup(store.database, folder / "backup.db")


def test_an_interrupted_restore_changes_nothing(toy: Encoder, tmp_path: Path, store: Store) -> None:
    fill(store, toy)
    backup(store.database, tmp_path / "backup.db")
    add(store, CorpusItem("new", "新的一条。"))
    before = contents(store)

    def interrupt(done: int, total: int) -> None:
        if done > total / 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        restore(store.database, tmp_path / "backup.db", interrupt)
    assert contents(store) == before
    check(store)
    assert [i.id for i in store.library.items(words="新的")] == ["new"]


def test_a_backup_that_is_missing(tmp_path: Path, store: Store) -> None:
    for file in (tmp_path / "missing.db", tmp_path):
        with pytest.raises(InputError) as error:
            restore(store.database, file)
        assert str(error.value) == f"{file}：文件不存在；请检查路径"


def garbage(_good: Path, file: Path) -> None:
    file.write_bytes(secrets.token_bytes(20_000))


def nothing(_good: Path, file: Path) -> None:
    file.write_bytes(b"")


def half(good: Path, file: Path) -> None:
    data = good.read_bytes()
    file.write_bytes(data[: len(data) // 2])


def damaged(good: Path, file: Path) -> None:
    data = bytearray(good.read_bytes())
    data[3 * 4096 :] = b"\xff" * (len(data) - 3 * 4096)
    file.write_bytes(data)


def of_another_program(_good: Path, file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")


def of_a_newer_program(good: Path, file: Path) -> None:
    file.write_bytes(good.read_bytes())
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")


@pytest.mark.parametrize("spoil", [garbage, nothing, half, damaged, of_another_program, of_a_newer_program])
def test_what_is_no_good_backup_changes_nothing(
    toy: Encoder, tmp_path: Path, store: Store, spoil: Callable[[Path, Path], None]
) -> None:
    fill(store, toy)
    good, file = tmp_path / "good.db", tmp_path / "spoilt.db"
    backup(store.database, good)
    spoil(good, file)
    before, spoilt = contents(store), file.read_bytes()
    with pytest.raises(StateError):
        restore(store.database, file)
    assert contents(store) == before
    check(store)
    assert file.read_bytes() == spoilt


@pytest.mark.parametrize("spoil", [garbage, half, damaged, of_a_newer_program])
def test_what_is_no_good_backup_is_named(tmp_path: Path, spoil: Callable[[Path, Path], None]) -> None:
    with closing((store := Store(tmp_path / "home")).database):
        add(store, A)
        good, file = tmp_path / "good.db", tmp_path / "spoilt.db"
        backup(store.database, good)
        spoil(good, file)
        with pytest.raises(StateError) as error:
            restore(store.database, file)
    assert str(file) in str(error.value)
    assert str(store.database.file) not in str(error.value)
    assert "contentcheck restore" not in str(error.value)  # this is what they are doing
    if spoil is of_a_newer_program:
        assert "9999" in str(error.value)
