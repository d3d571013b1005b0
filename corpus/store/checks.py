"""Drafts that were checked over the service."""

from .database import Database


class Checks:
    """Drafts that were checked over the service of a database."""

    def __init__(self, database: Database):
        self._database = database
