"""Lets go of what was kept long enough: checks and finished jobs by each brand's policy, answers, half-written jobs."""

from datetime import UTC, date, datetime, timedelta
from threading import Event, Thread

import structlog

from contentcheck.corpus.store.holdings import Holdings

from .service import Service

_EVERY = 3600.0  # seconds
_ACTOR = "retention"

_log = structlog.get_logger()


class Retention:
    """Purges when started and then every hour, until stopped; several servers on one database do no harm."""

    def __init__(self, service: Service):
        self._store = service.store
        self._stopping = Event()
        self._thread = Thread(target=self._work, name="retention", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, after the purge that is going on."""
        self._stopping.set()
        self._thread.join()

    def _work(self) -> None:
        while True:
            try:
                purge(self._store.holdings, datetime.now(UTC).date())
                self._store.jobs.drop_abandoned()
                self._store.answers.drop_old()
            except Exception as error:  # the next hour may be a better one
                _log.error("not purged", reason=str(error))
            if self._stopping.wait(_EVERY):
                return


def purge(holdings: Holdings, today: date) -> None:
    """Delete what no brand's policy has kept any longer on this day."""
    for brand_id, days in holdings.retentions().items():
        gone = holdings.purge(brand_id, cutoff(today, days), _ACTOR)
        if any(gone.values()):
            _log.info("purged", brand_id=brand_id, **gone)


def cutoff(today: date, days: int) -> str:
    """The first day (ISO, UTC) whose checks are still kept: what was made before it goes.

    Args:
        days: at least 1; a check is kept for as many whole days after the day it was made on.
    """
    return (today - timedelta(days=days)).isoformat()
