"""The truth: every piece, vector, brand and post in one database, SQLite in the home folder or PostgreSQL by URL."""

from functools import cached_property
from pathlib import Path

from .answers import Answers
from .audit import Audit
from .brands import Brands
from .calibrations import Calibrations
from .checks import Checks
from .database import Database
from .deliveries import Deliveries
from .feedback import Feedback
from .feeds import Feeds
from .gate import Gate
from .holdings import Holdings
from .job_rows import JobRows
from .jobs import Jobs
from .keys import Keys
from .shares import Shares
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

    @cached_property
    def keys(self) -> Keys:
        """Keys to the service."""
        return Keys(self.database)

    @cached_property
    def answers(self) -> Answers:
        """What was answered to writes that may be repeated."""
        return Answers(self.database)

    @cached_property
    def checks(self) -> Checks:
        """Drafts that were checked over the service."""
        return Checks(self.database)

    @cached_property
    def shares(self) -> Shares:
        """Links to reports."""
        return Shares(self.database)

    @cached_property
    def gate(self) -> Gate:
        """Which verdicts block, and what is excepted."""
        return Gate(self.database)

    @cached_property
    def audit(self) -> Audit:
        """Who did what."""
        return Audit(self.database)

    @cached_property
    def holdings(self) -> Holdings:
        """All that is kept of a brand's drafts."""
        return Holdings(self.database)

    @cached_property
    def job_rows(self) -> JobRows:
        """What came of each draft of a job."""
        return JobRows(self.database)

    @cached_property
    def jobs(self) -> Jobs:
        """Files of drafts to be checked, row by row."""
        return Jobs(self.database)

    @cached_property
    def deliveries(self) -> Deliveries:
        """Webhooks to be sent."""
        return Deliveries(self.database)
