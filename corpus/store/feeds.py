"""What each feed said of itself when it was last read, so that it need not be sent again."""

from sqlalchemy import delete, insert, select

from . import schema
from .database import Database

_F = schema.feeds.c


class Feeds:
    """The feeds of a database by address."""

    def __init__(self, database: Database):
        self._database = database

    def get(self, url: str) -> tuple[str, str]:
        """ETag and Last-Modified of the last reading; empty where there was none."""
        with self._database.reading() as connection:
            row = connection.execute(select(_F.etag, _F.modified).where(_F.url == url)).first()
        return (row.etag, row.modified) if row else ("", "")

    def remember(self, url: str, etag: str, modified: str) -> None:
        """Call this when everything in the feed has been stored."""
        with self._database.writing() as connection:
            connection.execute(delete(schema.feeds).where(_F.url == url))
            connection.execute(insert(schema.feeds), {"url": url, "etag": etag, "modified": modified})
