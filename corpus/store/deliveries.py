"""Webhooks to be sent."""

from .database import Database


class Deliveries:
    """Webhooks to be sent of a database."""

    def __init__(self, database: Database):
        self._database = database
