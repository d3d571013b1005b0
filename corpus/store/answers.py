"""What was answered to writes that may be repeated."""

from .database import Database


class Answers:
    """What was answered to writes that may be repeated of a database."""

    def __init__(self, database: Database):
        self._database = database
