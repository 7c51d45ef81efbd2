"""What we wrote a moment ago. GitHub's reads may lag behind its writes, and what is not seen yet must not be written twice."""

import threading
import time
from collections.abc import Callable, Hashable

_SECONDS = 60.0


class Recent:
    """Things by what they are known by, for a minute. Safe to use from any thread; `clock` counts seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._written: dict[Hashable, tuple[float, object]] = {}
        self._lock = threading.Lock()

    def note(self, key: Hashable, written: object) -> None:
        """This has just been written."""
        now = self._clock()
        with self._lock:
            self._written = {known: one for known, one in self._written.items() if now - one[0] < _SECONDS}
            self._written[key] = (now, written)

    def below(self, *start: Hashable) -> list[Hashable]:
        """The last parts of the keys that begin so, of what was written in the last minute."""
        with self._lock:
            keys = [known for known in self._written if isinstance(known, tuple) and known[:-1] == start]
        return [key[-1] for key in keys if self.find(key) is not None]

    def find(self, key: Hashable) -> object | None:
        """What was written in the last minute, None for nothing."""
        with self._lock:
            at, written = self._written.get(key, (0.0, None))
        return written if written is not None and self._clock() - at < _SECONDS else None
