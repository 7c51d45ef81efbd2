"""How many calls a client has left in its hour: https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api"""

import threading
import time
from dataclasses import dataclass

from app.devforge.errors import ApiError

CALLS_PER_HOUR = 15_000
_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Spent:
    """What a client has used of its hour, which ends at `reset` (seconds since 1970)."""

    used: int
    reset: int

    def headers(self) -> dict[str, str]:
        """As every answer tells it."""
        numbers = {
            "Limit": CALLS_PER_HOUR,
            "Remaining": max(0, CALLS_PER_HOUR - self.used),
            "Used": self.used,
            "Reset": self.reset,
        }
        return {**{f"X-RateLimit-{name}": str(number) for name, number in numbers.items()}, "X-RateLimit-Resource": "core"}


class Budget:
    """Counts calls by what clients show as their authorization."""

    def __init__(self) -> None:
        self._spent: dict[str, Spent] = {}
        self._lock = threading.Lock()

    def look(self, client: str) -> Spent:
        """What is used so far."""
        known = self._spent.get(client)
        now = int(time.time())
        return known if known and known.reset > now else Spent(0, now + _HOUR)

    def spend(self, client: str) -> Spent:
        """Count one call. Raises 403 when none is left."""
        with self._lock:
            before = self.look(client)
            if before.used >= CALLS_PER_HOUR:
                raise ApiError(403, "API rate limit exceeded")
            self._spent[client] = Spent(before.used + 1, before.reset)
            return self._spent[client]

    def refund(self, client: str, spent: Spent) -> Spent:
        """Give a call back: one that found nothing new is free."""
        with self._lock:
            self._spent[client] = Spent(spent.used - 1, spent.reset)
            return self._spent[client]
