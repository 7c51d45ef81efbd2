"""Keeps still while GitHub asks for it: who goes on asking through a limit is shut out for longer.

https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from github.GithubException import GithubException

from app.forges.base import Unreachable
from app.forges.github import faults


class Pauses:
    """Until when nothing is asked for which installation. Safe to use from any thread; `clock` counts seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until: dict[int, float] = {}
        self._lock = threading.Lock()

    @contextmanager
    def heeded(self, installation: int) -> Iterator[None]:
        """Around requests for an installation. Raises Unreachable, without a request, while GitHub asked to wait."""
        with self._lock:
            left = self._until.get(installation, 0.0) - self._clock()
        if left > 0:
            raise Unreachable(f"GitHub asked to wait {left:.0f} s before the next request", retry_after=left)
        try:
            yield
        except GithubException as problem:
            if faults.is_limit(problem):
                with self._lock:
                    self._until[installation] = self._clock() + faults.wait(problem)
            raise
