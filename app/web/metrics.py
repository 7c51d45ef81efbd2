"""What Prometheus reads at `/metrics` of the web side, and of what all processes share."""

import platform
from importlib.metadata import version

from prometheus_client import Counter, Gauge

from app.store.backlog import Backlog

DELIVERIES = Counter(
    "fairlead_webhook_deliveries_total",
    "Webhooks by connection, what they tell of, and what was decided.",
    ("forge", "event", "decision"),
)
LENGTH = Gauge("fairlead_queue_length", "What waits: deliveries to be acted on, runs to be begun.", ("queue",))
OLDEST = Gauge("fairlead_queue_oldest_seconds", "How long the oldest waits already; 0 when nothing does.", ("queue",))
UNDER_WAY = Gauge("fairlead_runs_under_way", "Runs that were begun and have not ended, by how far they are.", ("state",))
DATABASE_UP = Gauge("fairlead_database_up", "1 when the database answers, else 0; the figures of queues are then old.")
BUILD = Gauge("fairlead_build_info", "Always 1; its labels say what runs.", ("version", "python"))

BUILD.labels(version("fairlead"), platform.python_version()).set(1)


def show(backlog: Backlog | None) -> None:
    """Put the figures that the database has into what is read; None when it does not answer."""
    DATABASE_UP.set(0 if backlog is None else 1)
    if backlog is None:
        return
    for queue, waiting in (("deliveries", backlog.deliveries), ("runs", backlog.runs)):
        LENGTH.labels(queue).set(waiting.number)
        OLDEST.labels(queue).set(waiting.oldest)
    for state, number in backlog.under_way.items():
        UNDER_WAY.labels(state).set(number)
