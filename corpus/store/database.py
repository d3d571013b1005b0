"""Open the database, bring it up to date, and run transactions whose failures have words."""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError
from sqlalchemy.exc import TimeoutError as NoneFree

from contentcheck.engine.errors import StateError

from . import schema

T = TypeVar("T")
_PATIENCE = 15  # seconds to wait for another program's write
_WRITERS = 7_203_155  # the advisory lock under which PostgreSQL's writers take turns
_CONNECTIONS = 15  # of one program at most; who needs one more waits for it, as for a writer
_MIGRATIONS = Path(__file__).parent / "migrations"
_PART = 500  # values in one IN (...)


class Database:
    """One database. SQLite in `home` unless `url` names another; made and migrated when first used.

    Reading sees one moment; writing is one writer at a time, all or nothing.
    """

    def __init__(self, home: Path, url: str | None = None):
        """`url`: of SQLAlchemy, as postgresql+psycopg://user:password@host/name."""
        self.home = home
        self.file = None if url else home / "contentcheck.db"
        self._url = url or f"sqlite:///{self.file}"
        self._engine: Engine | None = None
        self._opening = Lock()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one moment of the database.

        Raises:
            StateError: if the database cannot be opened, is of a newer program, or is damaged.
        """
        with self._guard(), self._opened().connect() as connection:
            if connection.dialect.name == "postgresql":  # whose own default sees each statement's moment
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that no other writer interleaves with; an error in it leaves nothing behind.

        Raises:
            StateError: as `reading`, or if the database is locked, read-only or the disk is full.
        """
        with self._guard(), self._opened().connect() as plain:
            connection = plain.execution_options(writing=True)
            with connection.begin():
                _take_turn(connection)
                yield connection

    @property
    def is_sqlite(self) -> bool:
        return self._url.startswith("sqlite")

    def close(self) -> None:
        """Give back every connection."""
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None

    def __str__(self) -> str:
        return make_url(self._url).render_as_string(hide_password=True)

    def _opened(self) -> Engine:
        with self._opening:
            if self._engine is None:
                engine = self._connect()
                try:
                    _migrate(engine, str(self.file or self))
                except BaseException:
                    engine.dispose()
                    raise
                self._engine = engine
            return self._engine

    def _connect(self) -> Engine:
        if self.file is not None:
            if self.home.exists() and not self.home.is_dir():
                raise StateError(f"{self.home} 不是文件夹；请移走该文件，或设置 CONTENTCHECK_HOME")
            try:
                self.home.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise cannot_write(self.home, error) from error
        try:
            pool = {"pool_size": _CONNECTIONS, "max_overflow": 0, "pool_timeout": _PATIENCE}
            engine = create_engine(self._url, connect_args={"timeout": _PATIENCE} if self.is_sqlite else {}, **pool)
        except (ArgumentError, NoSuchModuleError, ImportError, TypeError, ValueError) as error:
            raise StateError(
                f"CONTENTCHECK_DATABASE 的值无法使用（{error}）；"
                "应为 postgresql+psycopg://用户:密码@主机/库名，并已安装 contentcheck[postgres]"
            ) from error
        if self.is_sqlite:
            event.listen(engine, "connect", _set_up_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
        return engine

    @contextmanager
    def _guard(self) -> Iterator[None]:
        """Every failure of the database or the disk becomes a message."""
        try:
            yield
        except DBAPIError as error:
            raise StateError(f"数据库 {self.file or self}：{_diagnosis(error)}") from error
        except NoneFree as error:
            raise StateError(f"数据库 {self.file or self}：{_CONNECTIONS} 个连接都在使用，请稍后再试") from error


def known_revisions() -> set[str]:
    """Every version of the tables that this program can bring up to date."""
    from alembic.script import ScriptDirectory

    return {script.revision for script in ScriptDirectory(str(_MIGRATIONS)).walk_revisions()}


def cannot_write(place: Path, error: OSError) -> StateError:
    """What to say when a file of the home folder cannot be written."""
    return StateError(f"无法写入 {place}：{error.strerror}；请检查磁盘空间和权限，或设置 CONTENTCHECK_HOME")


def in_parts(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """The values in runs that are short enough for one statement."""
    return (values[i : i + _PART] for i in range(0, len(values), _PART))


def now() -> str:
    """The present moment, as the tables keep it: ISO, UTC, seconds."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _set_up_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves: Python would delay it past the first read
    _use_wal(connection)
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA cache_size=-65536")  # 64 MiB: bands and digests are looked up at random


def _use_wal(connection: Any) -> None:
    """The one statement for which SQLite does not wait when another program is making the same new database."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writing") else "BEGIN")


def _take_turn(connection: Connection) -> None:
    """Wait for other writers; SQLite has done so at BEGIN."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SET LOCAL lock_timeout = '{int(_PATIENCE * 1000)}ms'"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _WRITERS})


def _migrate(engine: Engine, where: str) -> None:
    """Bring the tables to `schema.HEAD`; two programs that start at once take turns."""
    if _revision(engine) == schema.HEAD:
        return
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        _take_turn(connection)
        found = _revision_of(connection)
        if found is not None and found not in known_revisions():
            raise StateError(
                f"数据库 {where} 由更新版本的 contentcheck 写成（结构版本 {found}，本程序最高认得 {schema.HEAD}）；"
                "请升级程序，或换一个 CONTENTCHECK_HOME"
            )
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _revision(engine: Engine) -> str | None:
    with engine.connect() as connection, connection.begin():
        return _revision_of(connection)


def _revision_of(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _diagnosis(error: DBAPIError) -> str:
    """The database's words, and what to do about it."""
    said = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else type(error.orig).__name__
    remedies = {
        "lock timeout": "另一个程序正在写入，请等它结束后再试",
        "locked": "另一个程序正在写入，请等它结束后再试",
        "readonly": "没有写权限，请检查文件和文件夹的权限，或设置 CONTENTCHECK_HOME",
        "full": "磁盘已满，请清理空间后再试；已有内容没有损坏",
        "unable to open": "无法打开，请检查路径和权限，或设置 CONTENTCHECK_HOME",
        "not a database": "文件不是 contentcheck 的数据库或已损坏，请用 contentcheck restore 从备份恢复",
        "malformed": "文件已损坏，请用 contentcheck restore 从备份恢复",
    }
    for sign, remedy in remedies.items():
        if sign in said:
            return f"{remedy}（{said}）"
    if isinstance(error, OperationalError):
        return f"无法使用，请检查它是否在运行、地址和权限是否正确（{said}）"
    return f"出错（{said}）；请运行 contentcheck doctor"
