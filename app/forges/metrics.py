"""What Prometheus reads of the requests to forges."""

import threading
from collections.abc import Mapping

from prometheus_client import Counter, Gauge

REQUESTS = Counter("fairlead_api_requests_total", "Requests to the forge's API, by method and status.", ("method", "status"))
REMAINING = Gauge(
    "fairlead_api_remaining", "Requests that an installation has left until its budget is renewed.", ("installation",)
)
LIMIT = Gauge("fairlead_api_limit", "Requests that an installation has in all, for an hour.", ("installation",))

MOST_INSTALLATIONS = 100
"""Installations with figures of their own; all others share those of `other`, which are of whichever spoke last."""


class Budget:
    """Knows which installations have figures of their own. For any thread."""

    def __init__(self) -> None:
        self._own: set[int] = set()
        self._lock = threading.Lock()

    def note(self, installation: int, headers: Mapping[str, str]) -> None:
        """What the headers of an answer say. Those without a budget, or about another than that of the REST API, say nothing.

        https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#checking-the-status-of-your-rate-limit
        """
        remaining, limit = headers.get("x-ratelimit-remaining", ""), headers.get("x-ratelimit-limit", "")
        if not (remaining.isdecimal() and limit.isdecimal()) or headers.get("x-ratelimit-resource", "core") != "core":
            return
        label = self._label(installation)
        REMAINING.labels(label).set(int(remaining))
        LIMIT.labels(label).set(int(limit))

    def _label(self, installation: int) -> str:
        with self._lock:
            if len(self._own) < MOST_INSTALLATIONS:
                self._own.add(installation)
            return str(installation) if installation in self._own else "other"


BUDGET = Budget()
"""Of this process."""
