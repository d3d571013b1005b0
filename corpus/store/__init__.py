"""The truth: every piece, vector, brand and post in one database, SQLite in the home folder or PostgreSQL by URL."""

from functools import cached_property
from pathlib import Path

from .brands import Brands
from .calibrations import Calibrations
from .database import Database
from .feedback import Feedback
from .feeds import Feeds
from .shelf import Shelf
from .vectors import Models


class Store:
    """The parts of one database."""

    def __init__(self, home: Path, url: str | None = None):
        """SQLite in `home`, or the database of a SQLAlchemy `url`; nothing is opened or made before it is used."""
        self.database = Database(home, url)

    @cached_property
    def library(self) -> Shelf:
        """The user's own known pieces."""
        return Shelf(self.database)

    @cached_property
    def brands(self) -> Brands:
        """Brands, their products and words, and the posts of their accounts."""
        return Brands(self.database)

    @cached_property
    def models(self) -> Models:
        """Encoders that have been used here."""
        return Models(self.database)

    @cached_property
    def calibrations(self) -> Calibrations:
        """Curves that were fitted here."""
        return Calibrations(self.database)

    @cached_property
    def feedback(self) -> Feedback:
        """What editors said of reports."""
        return Feedback(self.database)

    @cached_property
    def feeds(self) -> Feeds:
        """Where new pieces come from."""
        return Feeds(self.database)
