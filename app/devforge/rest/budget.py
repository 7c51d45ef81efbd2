"""How many calls a client has left in its hour, and how many writes in its minute.

https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
"""

import math
import threading
import time
from collections import deque
from dataclasses import dataclass

from app.devforge.errors import ApiError
from app.devforge.limits import Limits

_HOUR = 3600
_MINUTE = 60
_TOO_FAST = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."


@dataclass(frozen=True, slots=True)
class Spent:
    """What a client has used of the `limit` of its hour, which ends at `reset` (seconds since 1970)."""

    used: int
    reset: int
    limit: int

    def headers(self) -> dict[str, str]:
        """As every answer tells it."""
        left = max(0, self.limit - self.used)
        numbers = {"Limit": self.limit, "Remaining": left, "Used": self.used, "Reset": self.reset}
        return {**{f"X-RateLimit-{name}": str(number) for name, number in numbers.items()}, "X-RateLimit-Resource": "core"}


class Budget:
    """Counts calls by client, as the limits are when they are made."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._spent: dict[str, Spent] = {}
        self._writes: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def look(self, client: str) -> Spent:
        """What is used so far."""
        known, limit, now = self._spent.get(client), self._limits.calls_per_hour, int(time.time())
        return Spent(known.used, known.reset, limit) if known and known.reset > now else Spent(0, now + _HOUR, limit)

    def spend(self, client: str, *, writes: bool) -> Spent:
        """Count one call. Raises 403 when none is left, or for one that `writes` when the last minute had too many."""
        with self._lock:
            before = self.look(client)
            if before.used >= before.limit:
                raise ApiError(403, "API rate limit exceeded", headers=before.headers())
            if writes:
                self._count_write(client)
            self._spent[client] = Spent(before.used + 1, before.reset, before.limit)
            return self._spent[client]

    def refund(self, client: str, spent: Spent) -> Spent:
        """Give a call back: one that found nothing new is free."""
        with self._lock:
            self._spent[client] = Spent(spent.used - 1, spent.reset, spent.limit)
            return self._spent[client]

    def _count_write(self, client: str) -> None:
        most, now = self._limits.writes_per_minute, time.monotonic()
        if most is None:
            return
        lately = self._writes.setdefault(client, deque())
        while lately and lately[0] <= now - _MINUTE:
            lately.popleft()
        if len(lately) >= most:
            wait = math.ceil(lately[0] + _MINUTE - now) if lately else _MINUTE
            raise ApiError(403, _TOO_FAST, headers={"Retry-After": str(wait)})
        lately.append(now)
