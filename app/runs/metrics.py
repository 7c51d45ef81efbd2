"""What Prometheus reads of the worker's side."""

from prometheus_client import Counter, Histogram

JUDGED = Counter("fairlead_runs_judged_total", "Runs that came to a verdict, by its state.", ("state",))
FAILED = Counter("fairlead_runs_failed_total", "Runs that ended by a fault of Fairlead's own.")
SUPERSEDED = Counter("fairlead_runs_superseded_total", "Runs that were stopped for a newer head.")
ROUNDS = Counter("fairlead_rounds_total", "Regular rounds, by what they are for and how they ended.", ("round", "outcome"))
WRITES = Counter("fairlead_writes_total", "Writes on changes, by kind and how they ended.", ("kind", "outcome"))
FAILURES = Counter(
    "fairlead_failures_total", "Failures that a run met, by what failed. Most pass, and the run goes on.", ("kind",)
)
SWEPT = Counter("fairlead_swept_total", "What a regular round found that nobody worked on, by what it is.", ("found",))
SECONDS = Histogram(
    "fairlead_judging_seconds", "How long judging a change took.", buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
)
TAKEN_OVER = Counter(
    "fairlead_work_taken_over_total", "Work that a worker left behind when it died, by what became of it.", ("outcome",)
)
CHECK_SECONDS = Histogram(
    "fairlead_check_seconds",
    "How long each check of a run took, by check and outcome.",
    ("check", "outcome"),
    buckets=(0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300),
)
