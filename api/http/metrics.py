"""Figures for Prometheus, one registry for each application."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """What the service has done and is about to do."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self._requests = Histogram(
            "contentcheck_request_seconds", "Time to answer", labels, buckets=_SECONDS, registry=self._registry
        )
        self.waiting = Gauge("contentcheck_waiting_drafts", "Drafts waiting to be checked", registry=self._registry)
        self.refused = Counter("contentcheck_refused_drafts", "Drafts refused with 503", registry=self._registry)
        self.batch = Histogram(
            "contentcheck_batch_drafts", "Drafts checked together", buckets=(1, 2, 4, 8, 16), registry=self._registry
        )
        self.checking = Histogram(
            "contentcheck_check_seconds", "Time to check a batch", buckets=_SECONDS, registry=self._registry
        )

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """`route`: the template, so that ids do not make series of their own."""
        self._requests.labels(method, route, str(status)).observe(seconds)

    def text(self) -> bytes:
        """As Prometheus reads it."""
        return generate_latest(self._registry)
