"""What Prometheus reads of the worker's side."""

from prometheus_client import Counter, Histogram

JUDGED = Counter("fairlead_runs_judged_total", "Runs that came to a verdict, by its state.", ("state",))
FAILED = Counter("fairlead_runs_failed_total", "Runs that ended by a fault of Fairlead's own.")
SUPERSEDED = Counter("fairlead_runs_superseded_total", "Runs that were stopped for a newer head.")
ROUNDS = Counter("fairlead_rounds_total", "Regular rounds, by what they are for and how they ended.", ("round", "outcome"))
WRITES = Counter("fairlead_writes_total", "What was posted, by kind.", ("kind",))
SECONDS = Histogram(
    "fairlead_judging_seconds", "How long judging a change took.", buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
)
TAKEN_OVER = Counter(
    "fairlead_work_taken_over_total", "Work that a worker left behind when it died, by what became of it.", ("outcome",)
)
