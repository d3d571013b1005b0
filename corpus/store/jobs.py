"""Files of drafts to be checked, row by row."""

from .database import Database


class Jobs:
    """Files of drafts to be checked, row by row of a database."""

    def __init__(self, database: Database):
        self._database = database
