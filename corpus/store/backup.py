"""The whole store in one file, and back: also from one kind of database to the other."""

import secrets
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, func, insert, select, text, update

from contentcheck.engine.errors import InputError, StateError

from . import schema
from .change import relearn_letters
from .database import Database, cannot_write, known_revisions

_ROWS = 2000  # copied at a time
Progress = Callable[[int, int], None]


def backup(database: Database, file: Path, progress: Progress = lambda done, total: None) -> None:
    """Write everything, as it is at one moment, into one SQLite file; others may go on reading and writing.

    Raises:
        InputError: if the file is there already, or cannot be written.
    """
    if file.exists():
        raise InputError(f"{file}：文件已存在；请换一个文件名，以免覆盖以前的备份")
    if not file.parent.is_dir():
        raise InputError(f"{file}：文件夹 {file.parent} 不存在；请先建立它")
    with tempfile.TemporaryDirectory(dir=_writable(file.parent), prefix=".contentcheck-") as folder:
        with closing(Database(Path(folder))) as copy, database.reading() as source, copy.writing() as target:
            _copy(source, target, progress)
        (Path(folder) / "contentcheck.db").replace(file)  # closed, so that nothing is left in its log


def restore(database: Database, file: Path, progress: Progress = lambda done, total: None) -> None:
    """Put a backup in place of everything there is, all or nothing; running programs go on with it.

    Raises:
        InputError: if the file is missing.
        StateError: if it is no backup, or of a newer program; nothing has changed then.
    """
    if not file.is_file():
        raise InputError(f"{file}：文件不存在；请检查路径")
    with tempfile.TemporaryDirectory(prefix="contentcheck-") as folder:
        opened = Path(folder) / "contentcheck.db"  # a copy: opening it may migrate it
        try:
            shutil.copyfile(file, opened)
        except OSError as error:
            raise InputError(f"{file}：无法读取（{error.strerror}）") from error
        _check(opened, file)
        with closing(Database(Path(folder))) as copy, copy.reading() as source, database.writing() as target:
            target.execute(text("DELETE FROM letters"))
            for table in reversed(schema.metadata.sorted_tables):
                target.execute(table.delete())
            _copy(source, target, progress)
            new = update(schema.facts).where(schema.facts.c.name == "epoch").values(value=secrets.token_hex(8))
            target.execute(new)


def _check(opened: Path, file: Path) -> None:
    """Refuse, by the name the user gave it, what is no sound backup of a version that is known here."""
    try:
        with closing(sqlite3.connect(opened)) as connection:
            sound = connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
            (version,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except (sqlite3.DatabaseError, TypeError):  # no database, no such table, no row in it
        sound, version = False, ""
    if not sound:
        raise StateError(f"{file}：不是 contentcheck 的备份，或已损坏；请换一个备份文件。现有内容没有变动")
    if version not in known_revisions():
        raise StateError(
            f"{file}：由更新版本的 contentcheck 写成（结构版本 {version}，本程序最高认得 {schema.HEAD}）；"
            "请升级程序后再恢复。现有内容没有变动"
        )


def _copy(source: Connection, target: Connection, progress: Progress) -> None:
    tables = schema.metadata.sorted_tables
    total = sum(source.execute(select(func.count()).select_from(t)).scalar_one() for t in tables)
    done = 0
    target.execute(schema.facts.delete())  # a new database has its own epoch
    for table in tables:
        rows = source.execute(select(table).order_by(*table.primary_key), execution_options={"yield_per": _ROWS})
        for page in rows.partitions():
            target.execute(insert(table), [row._asdict() for row in page])
            done += len(page)
            progress(done, total)
    relearn_letters(target)
    if target.dialect.name == "postgresql":
        for table in (schema.vectors, schema.feedback):
            newest = (
                f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), greatest(max(id), 1)) FROM {table.name}"
            )
            target.execute(text(newest))


def _writable(folder: Path) -> Path:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError as error:
        raise cannot_write(folder, error) from error
