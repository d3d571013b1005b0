"""Keys to the service."""

from .database import Database


class Keys:
    """Keys to the service of a database."""

    def __init__(self, database: Database):
        self._database = database
