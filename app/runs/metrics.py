"""What Prometheus reads of the worker's side."""

from prometheus_client import Counter, Histogram

JUDGED = Counter("fairlead_runs_judged_total", "Runs that came to a verdict, by its state.", ("state",))
FAILED = Counter("fairlead_runs_failed_total", "Runs that ended by a fault of Fairlead's own.")
SUPERSEDED = Counter("fairlead_runs_superseded_total", "Runs that were stopped for a newer head.")
WRITES = Counter("fairlead_writes_total", "What was posted, by kind.", ("kind",))
SECONDS = Histogram(
    "fairlead_judging_seconds", "How long judging a change took.", buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
)
