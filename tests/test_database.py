"""Opening, migrating and sharing the database, and the words for everything that can be wrong with it."""

import gc
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, event, inspect, select, text, update

from contentcheck.corpus.store import Store, database, schema
from contentcheck.corpus.store.contents import ShelfContents
from contentcheck.corpus.store.pieces import Piece, prepare
from contentcheck.corpus.store.vectors import StoredVectors, text_digest
from contentcheck.engine.documents import Brand, CorpusItem
from contentcheck.engine.errors import StateError
from contentcheck.models.registry import SentenceEncoder
from tests.servers import Place, contents, new_place

MIGRATIONS = Path(database.__file__).parent / "migrations"
BATCH = 10
FIRST, SECOND = CorpusItem("a", "余生很长，何必慌张"), CorpusItem("b", "相信时间的力量")
PREPARE = """
import sys
from pathlib import Path
from itertools import count
from contentcheck.corpus.store import Store
from contentcheck.corpus.store.change import Change
from contentcheck.corpus.store.pieces import prepare
from contentcheck.corpus.store.vectors import text_digest
from contentcheck.engine.documents import Brand, CorpusItem
library = Store(Path(sys.argv[1]), sys.argv[2] or None).library
def batch(who, n):
    items = [CorpusItem(f"{who}-{n}-{k}", f"余生很长第{n}次第{k}条") for k in range(10)]
    return prepare(items, lambda texts: [text_digest(t) for t in texts])
"""
COUNT = "print(library.state().count)"
ADD_FOR_EVER = """
for n in count():
    library.add(batch(sys.argv[3], n))
    print(n, flush=True)
"""
ADD_SOME = "for n in range(int(sys.argv[4])): library.add(batch(sys.argv[3], n))"
STOP_BEFORE_THE_END = """
def record(change):
    print("written", flush=True)
    sys.stdin.read()
Change.record = record
library.add(batch("half", 0))
"""


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    with closing((opened := place.store()).database):
        yield opened


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_PATIENCE", 0.2)


def pieces(*items: CorpusItem) -> list[Piece]:
    return prepare(list(items), lambda texts: [text_digest(t) for t in texts])


def process(place: Place, script: str, *arguments: object) -> subprocess.Popen[str]:
    """Another program on the same database."""
    command = [sys.executable, "-c", PREPARE + script, *place.arguments, *map(str, arguments)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def kill(running: subprocess.Popen[str]) -> None:
    running.send_signal(signal.SIGKILL)
    running.communicate()


def message(use: Callable[[], object]) -> str:
    with pytest.raises(StateError) as error:
        use()
    return str(error.value)


# The tables


def test_nothing_is_made_before_it_is_used(tmp_path: Path) -> None:
    store = Store(tmp_path / "deep" / "home")
    assert list(tmp_path.iterdir()) == []
    with closing(store.database):
        assert store.library.state().count == 0
    assert (tmp_path / "deep" / "home" / "contentcheck.db").is_file()


def test_the_migrations_make_the_tables_of_the_schema(store: Store) -> None:
    def ours(_thing: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
        return not (kind == "table" and (name or "").startswith("letters"))

    with store.database.reading() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_object": ours, "compare_type": True, "compare_server_default": False}
        )
        assert compare_metadata(context, schema.metadata) == []
        assert context.get_current_revision() == schema.HEAD
        tables = set(inspect(connection).get_table_names())
    assert {*schema.metadata.tables, "letters", "alembic_version"} <= tables


def test_head_is_the_newest_migration() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_heads() == [schema.HEAD]


def test_a_store_of_the_first_version_is_brought_up_to_date(place: Place) -> None:
    with closing((old := place.store()).database):
        old.library.add(pieces(FIRST, SECOND))
        old.brands.add([Brand("花间", words=("水光肌",))])
        with old.database.writing() as connection:
            for column in ("allowed", "thresholds"):
                connection.execute(text(f"ALTER TABLE brands DROP COLUMN {column}"))
            for table in ("deliveries", "job_rows", "jobs", "audit", "exceptions", "policies"):
                connection.execute(text(f"DROP TABLE {table}"))
            for table in ("shares", "checks", "answers", "keys", "calibrations"):
                connection.execute(text(f"DROP TABLE {table}"))
            connection.execute(text("DROP INDEX ix_items_live"))
            for column in ("added", "removed", "text_digest"):
                connection.execute(text(f"DROP INDEX ix_items_{column}"))
                connection.execute(text(f"CREATE INDEX ix_items_{column} ON items ({column})"))
            connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    with closing((store := place.store()).database):
        assert list(store.library.items()) == [FIRST, SECOND]
        assert store.brands.get("花间") == Brand("花间", words=("水光肌",))
        with store.database.reading() as connection:
            indexed = {i["name"]: i["column_names"] for i in inspect(connection).get_indexes("items")}
    assert indexed["ix_items_removed"] == ["shelf", "removed"]
    assert indexed["ix_items_added"] == ["shelf", "added"]
    assert indexed["ix_items_text_digest"] == ["shelf", "text_digest"]


def test_a_change_is_made_and_read_without_going_through_the_shelf(tmp_path: Path) -> None:
    """A plan that reads the whole shelf is as quick on a test's few items, and takes seconds on a million."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, said: str, values: Any, _context: object, many: bool) -> None:
        if said.startswith(("SELECT", "UPDATE", "DELETE")):
            asked.append((said, values[0] if many else values))

    store = Store(tmp_path)
    with closing(store.database):
        store.library.add(pieces(FIRST))
        event.listen(Engine, "before_cursor_execute", note)
        try:
            store.library.add(pieces(FIRST, SECOND))
            store.library.remove(["a"])
            vectors = StoredVectors(store.database, SentenceEncoder("toy"))
            held = ShelfContents(store.database, schema.LIBRARY, vectors)
            held.since(1)
            held.passages(list(range(1, 300)))  # of as many keys as a draft asks for
        finally:
            event.remove(Engine, "before_cursor_execute", note)
        with closing(sqlite3.connect(tmp_path / "contentcheck.db")) as connection:
            explained = [connection.execute(f"EXPLAIN QUERY PLAN {said}", values) for said, values in asked]
            plans = {row[3] for steps in explained for row in steps}
    large = ("items", "passages", "bands", "vectors")
    by_shelf = [f"SEARCH items USING INDEX {index} (shelf=?)" for index in ("uq_items_live", "ix_items_text_digest")]
    through = [*by_shelf, *(f"SCAN {t}" for t in large)]
    assert [p for p in plans if p in through or "removed=?" in p] == []
    assert any("(shelf=? AND added>?)" in p for p in plans)


def test_what_is_stored_is_there_the_next_time(place: Place) -> None:
    for item in (FIRST, SECOND):
        with closing((store := place.store()).database):
            store.library.add(pieces(item))
    with closing((store := place.store()).database):
        assert list(store.library.items()) == [FIRST, SECOND]


def test_a_closed_database_opens_again(store: Store) -> None:
    store.library.add(pieces(FIRST))
    store.database.close()
    store.database.close()
    assert list(store.library.items()) == [FIRST]


def test_each_database_has_an_epoch_of_its_own(place: Place, store: Store, tmp_path: Path) -> None:
    with closing((again := place.store()).database), closing((other := Store(tmp_path / "other")).database):
        assert again.library.state().epoch == store.library.state().epoch
        assert other.library.state().epoch != store.library.state().epoch


# Reading and writing


def test_an_error_in_a_transaction_leaves_nothing_behind(store: Store) -> None:
    store.library.add(pieces(FIRST))
    before = contents(store)
    with pytest.raises(ZeroDivisionError), store.database.writing() as connection:
        connection.execute(update(schema.items).values(title="x"))
        raise ZeroDivisionError
    assert contents(store) == before
    store.library.add(pieces(SECOND))
    assert list(store.library.items()) == [FIRST, SECOND]


def test_reading_sees_one_moment(place: Place, store: Store) -> None:
    store.library.add(pieces(FIRST))
    keys = select(schema.items.c.key)
    with closing((other := place.store()).database):
        with store.database.reading() as connection:
            assert connection.execute(keys).scalars().all() == ["a"]
            other.library.add(pieces(SECOND))
            assert connection.execute(keys).scalars().all() == ["a"]
            assert connection.execute(select(schema.changes.c.seq)).scalars().all() == [1]
        with store.database.reading() as connection:
            assert connection.execute(keys).scalars().all() == ["a", "b"]


def test_readers_are_not_held_up_by_a_writer(place: Place, store: Store) -> None:
    store.library.add(pieces(FIRST))
    with closing((other := place.store()).database), other.database.writing() as connection:
        connection.execute(update(schema.items).values(title="unseen"))
        assert list(store.library.items()) == [FIRST]
        assert store.library.state().count == 1


@pytest.mark.usefixtures("impatient")
def test_a_writer_does_not_wait_for_ever_for_another(place: Place, store: Store) -> None:
    store.library.add(pieces(FIRST))
    raised: list[Exception] = []

    def add() -> None:
        try:
            store.library.add(pieces(SECOND))
        except StateError as error:
            raised.append(error)

    waiting = threading.Thread(target=add)
    with closing((other := place.store()).database):
        with other.database.writing():
            waiting.start()
            waiting.join(2)
        waiting.join(10)
    assert not waiting.is_alive()
    assert len(raised) == 1
    assert str(raised[0]).startswith(
        f"数据库 {store.database.file or store.database}：另一个程序正在写入，请等它结束后再试（"
    )
    assert list(store.library.items()) == [FIRST]
    store.library.add(pieces(SECOND))
    assert list(store.library.items()) == [FIRST, SECOND]


@pytest.mark.usefixtures("impatient")
def test_who_finds_no_connection_free_is_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_CONNECTIONS", 2)
    with store.database.reading(), store.database.reading():
        assert "2 个连接都在使用" in message(store.library.state)
    assert store.library.state().count == 0


def test_a_writer_waits_a_while_for_another(place: Place, store: Store) -> None:
    store.library.add(pieces(FIRST))
    with closing((other := place.store()).database):
        with other.database.writing():
            adding = threading.Thread(target=lambda: store.library.add(pieces(SECOND)))
            adding.start()
            adding.join(0.3)
            assert adding.is_alive()
        adding.join(10)
    assert list(store.library.items()) == [FIRST, SECOND]


def test_programs_that_start_at_once_take_turns(place: Place) -> None:
    several = [process(place, COUNT) for _ in range(6)]
    assert [p.communicate(timeout=60)[0] for p in several] == ["0\n"] * 6
    assert [p.returncode for p in several] == [0] * 6


def test_threads_that_start_at_once_take_turns(store: Store) -> None:
    seen: list[int] = []
    threads = [threading.Thread(target=lambda: seen.append(store.library.state().count)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert seen == [0] * 8
    store.database.close()
    gc.collect()  # a connection that nobody closed is reported here, as a warning


def test_programs_that_write_at_once_lose_nothing(place: Place, store: Store) -> None:
    rounds, names = 12, ["left", "middle", "right"]
    several = [process(place, ADD_SOME, name, rounds) for name in names]
    assert [p.wait(60) for p in several] == [0] * 3
    for p in several:
        p.communicate()
    found = [i.id for i in store.library.items()]
    assert len(found) == store.library.state().count == 3 * rounds * BATCH
    for name in names:
        assert [i for i in found if i.startswith(name)] == [
            f"{name}-{n}-{k}" for n in range(rounds) for k in range(BATCH)
        ]


# Killed


def test_a_writer_that_is_killed_before_the_end_leaves_nothing(place: Place, store: Store) -> None:
    store.library.add(pieces(FIRST))
    before = contents(store)
    half = process(place, STOP_BEFORE_THE_END)
    try:
        assert half.stdout is not None
        assert half.stdout.readline() == "written\n"
    finally:
        kill(half)
    assert contents(store) == before
    store.library.add(pieces(SECOND))  # its lock is gone with it
    assert list(store.library.items()) == [FIRST, SECOND]
    assert [i.id for i in store.library.items(words="力量")] == ["b"]
    assert list(store.library.items(words="第0次")) == []


def test_a_writer_that_is_killed_leaves_whole_batches(place: Place, store: Store) -> None:
    for attempt in range(3):
        endless = process(place, ADD_FOR_EVER, attempt)
        try:
            assert endless.stdout is not None
            for _ in range(3 + attempt):
                assert endless.stdout.readline()
        finally:
            kill(endless)
        found = [i.id for i in store.library.items() if i.id.startswith(f"{attempt}-")]
        assert len(found) >= (3 + attempt) * BATCH
        assert found == [f"{attempt}-{n}-{k}" for n in range(len(found) // BATCH) for k in range(BATCH)]
    assert store.library.state().count == len(list(store.library.items()))


# What can be wrong


def newer(store: Store) -> None:
    """Have it look as if a newer program had been here."""
    with store.database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))


def test_a_database_of_a_newer_program_is_refused_and_left_alone(place: Place, store: Store) -> None:
    store.library.add(pieces(FIRST))
    newer(store)
    with closing((later := place.store()).database):
        for use in (later.library.state, lambda: later.library.add(pieces(SECOND))):
            assert message(use) == (
                f"数据库 {store.database.file or store.database} 由更新版本的 contentcheck 写成"
                f"（结构版本 9999，本程序最高认得 {schema.HEAD}）；请升级程序，或换一个 CONTENTCHECK_HOME"
            )
    gc.collect()
    assert list(store.library.items()) == [FIRST]


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    file = tmp_path / "contentcheck.db"
    file.write_text("这不是数据库。" * 100)
    garbage = file.read_bytes()
    said = message(Store(tmp_path).library.state)
    assert said.startswith(
        f"数据库 {file}：文件不是 contentcheck 的数据库或已损坏，请用 contentcheck restore 从备份恢复（"
    )
    assert file.read_bytes() == garbage


def test_a_database_that_is_damaged_inside(tmp_path: Path) -> None:
    with closing((store := Store(tmp_path)).database):
        store.library.add(pieces(*[CorpusItem(f"n{i}", f"第{i}条" * 50) for i in range(300)]))
    file = tmp_path / "contentcheck.db"
    data = bytearray(file.read_bytes())
    data[3 * 4096 :] = b"\xff" * (len(data) - 3 * 4096)
    file.write_bytes(data)
    with closing((store := Store(tmp_path)).database):
        said = message(lambda: list(store.library.items()))
    assert said.startswith(f"数据库 {file}：文件已损坏，请用 contentcheck restore 从备份恢复（")


def test_a_folder_in_place_of_the_database(tmp_path: Path) -> None:
    (tmp_path / "contentcheck.db").mkdir()
    said = message(Store(tmp_path).library.state)
    assert said.startswith(
        f"数据库 {tmp_path / 'contentcheck.db'}：无法打开，请检查路径和权限，或设置 CONTENTCHECK_HOME（"
    )


def test_a_file_in_place_of_the_home(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.write_text("a file")
    said = message(Store(home).library.state)
    assert said == f"{home} 不是文件夹；请移走该文件，或设置 CONTENTCHECK_HOME"
    assert home.read_text() == "a file"


def test_a_home_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file")
    home = tmp_path / "file" / "home"
    said = message(Store(home).library.state)
    assert said.startswith(f"无法写入 {home}：")
    assert said.endswith("；请检查磁盘空间和权限，或设置 CONTENTCHECK_HOME")


@pytest.fixture
def guarded_home() -> Iterator[Path]:
    """A home with one item that a test may take the right to write from; the test itself runs without root's rights."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        with closing((store := Store(home)).database):
            store.library.add(pieces(FIRST))
        root = os.geteuid() == 0
        if root:
            for path in (Path(folder), home, home / "contentcheck.db"):
                os.chown(path, 65534, 65534)
            os.seteuid(65534)
        try:
            yield home
        finally:
            if root:
                os.seteuid(0)
            home.chmod(0o700)


def test_a_read_only_file(guarded_home: Path) -> None:
    file = guarded_home / "contentcheck.db"
    file.chmod(0o400)
    with closing((store := Store(guarded_home)).database):
        assert list(store.library.items()) == [FIRST]
        said = message(lambda: store.library.add(pieces(SECOND)))
        assert said.startswith(f"数据库 {file}：没有写权限，请检查文件和文件夹的权限，或设置 CONTENTCHECK_HOME（")
        assert list(store.library.items()) == [FIRST]
    for left in guarded_home.iterdir():  # what SQLite put beside it has the same rights
        left.chmod(0o600)
    with closing((store := Store(guarded_home)).database):
        store.library.add(pieces(SECOND))
        assert list(store.library.items()) == [FIRST, SECOND]


def test_a_read_only_home(guarded_home: Path) -> None:
    file = guarded_home / "contentcheck.db"
    guarded_home.chmod(0o500)
    with closing((store := Store(guarded_home)).database):
        said = message(lambda: store.library.add(pieces(SECOND)))
        assert said.startswith(f"数据库 {file}：")
        assert "请检查" in said and "权限，或设置 CONTENTCHECK_HOME（" in said
    guarded_home.chmod(0o700)
    with closing((store := Store(guarded_home)).database):
        assert list(store.library.items()) == [FIRST]


def test_a_home_inside_a_read_only_folder(guarded_home: Path) -> None:
    guarded_home.chmod(0o500)
    said = message(Store(guarded_home / "inner").library.state)
    assert said.startswith(f"无法写入 {guarded_home / 'inner'}：")
    assert said.endswith("；请检查磁盘空间和权限，或设置 CONTENTCHECK_HOME")


@pytest.fixture
def small_disk() -> Iterator[Callable[[int], None]]:
    """Has every SQLite database that is opened from now on refuse to grow beyond some pages of 4 KiB."""
    limits: list[int] = []

    def limit(connection: sqlite3.Connection, _record: object) -> None:
        if limits and isinstance(connection, sqlite3.Connection):
            connection.execute(f"PRAGMA max_page_count = {limits[-1]}")

    event.listen(Engine, "connect", limit)
    yield limits.append
    event.remove(Engine, "connect", limit)


def test_a_full_disk_leaves_the_store_unharmed(tmp_path: Path, small_disk: Callable[[int], None]) -> None:
    many = pieces(*[CorpusItem(f"n{i}", f"第{i}条" * 50) for i in range(500)])
    with closing((store := Store(tmp_path)).database):
        store.library.add(pieces(FIRST))
        before = contents(store)
    small_disk((tmp_path / "contentcheck.db").stat().st_size // 4096 + 5)
    with closing((store := Store(tmp_path)).database):
        said = message(lambda: store.library.add(many))
        file = tmp_path / "contentcheck.db"
        assert said == f"数据库 {file}：磁盘已满，请清理空间后再试；已有内容没有损坏（database or disk is full）"
        assert contents(store) == before
        store.library.add(pieces(SECOND))  # this much there is room for
    small_disk(1_000_000)
    with closing((store := Store(tmp_path)).database):
        store.library.add(many)
        assert store.library.state().count == 502
        assert [i.id for i in store.library.items(words="余生")] == ["a"]
        with store.database.reading() as connection:
            assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"


def test_a_disk_that_is_full_from_the_first(tmp_path: Path, small_disk: Callable[[int], None]) -> None:
    small_disk(4)
    assert "：磁盘已满，请清理空间后再试" in message(Store(tmp_path).library.state)
    small_disk(1_000_000)
    with closing((store := Store(tmp_path)).database):
        assert store.library.state().count == 0


BAD_URLS = [
    "postgres",
    "这不是网址",
    "postgres://me:geheim@host/name",
    "nosuch+driver://me:geheim@host/name",
    "postgresql+nosuch://me:geheim@host/name",
    "postgresql+psycopg://me:geheim@host:port/name",
    "postgresql+psycopg://me:geheim@host:99999999/name",
]


@pytest.mark.parametrize("url", BAD_URLS)
def test_a_url_that_cannot_be_used(tmp_path: Path, url: str) -> None:
    said = message(Store(tmp_path / "home", url).library.state)
    assert "geheim" not in said
    if "99999999" not in url:
        assert said.startswith("CONTENTCHECK_DATABASE 的值无法使用（")
        assert "；应为 postgresql+psycopg://用户:密码@主机/库名，并已安装 contentcheck[postgres]" in said
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_does_not_answer(tmp_path: Path) -> None:
    store = Store(tmp_path / "home", "postgresql+psycopg://me:geheim@127.0.0.1:1/name")
    said = message(store.library.state)
    start = "数据库 postgresql+psycopg://me:***@127.0.0.1:1/name：无法使用，请检查它是否在运行、地址和权限是否正确（"
    assert said.startswith(start)
    assert "geheim" not in said


def test_a_database_that_the_server_does_not_have(tmp_path: Path) -> None:
    url = new_place("postgresql", tmp_path).url
    assert url is not None
    said = message(Store(tmp_path, url.replace("/test_", "/nosuch_")).library.state)
    assert "：无法使用，请检查它是否在运行、地址和权限是否正确（" in said
