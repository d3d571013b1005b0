"""Deleting so that the texts are gone from the files too, as far as the database lets a program see to it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from sqlalchemy import Connection

from .database import Database


@contextmanager
def for_good(database: Database) -> Iterator[Connection]:
    """A writing transaction, as `Database.writing`, whose deletions do not leave the texts readable.

    SQLite overwrites the freed pages with zeros, and afterwards empties the write-ahead log, unless somebody is
    reading just then: in that case the next writes do. The file keeps its size: no VACUUM, which would block all
    writers for as long as it takes to copy the database. PostgreSQL's autovacuum frees the rows later.
    """
    with database.writing() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA secure_delete=ON")
        yield connection
    if database.file is not None:
        with closing(sqlite3.connect(database.file)) as plain:
            plain.execute("PRAGMA busy_timeout=0")
            plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
