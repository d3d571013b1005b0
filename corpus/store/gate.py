"""Which verdicts block, what is excepted, and who did what."""

from .database import Database


class Gate:
    """Which verdicts block, what is excepted, and who did what of a database."""

    def __init__(self, database: Database):
        self._database = database
