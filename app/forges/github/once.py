"""Values that take a request to get. While one is asked for, those who want the same wait, and nobody else does."""

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Known(Generic[K, V]):
    """What was found out, by key. `good` tells whether a value may still be used. Safe to use from any thread."""

    def __init__(self, good: Callable[[V], bool] = lambda _: True) -> None:
        self._good = good
        self._values: dict[K, V] = {}
        self._asking: dict[K, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: K, ask: Callable[[], V]) -> V:
        """The value of a key; `ask` finds it out where it is not known. What `ask` raises is raised, and nothing kept."""
        with self._lock:
            asking = self._asking.setdefault(key, threading.Lock())
        with asking:
            with self._lock:
                known = self._values.get(key)
            if known is not None and self._good(known):
                return known
            found = ask()
            with self._lock:
                self._values[key] = found
            return found

    def forget(self, which: Callable[[K, V], bool]) -> None:
        """Find these out anew when they are asked for again."""
        with self._lock:
            self._values = {key: value for key, value in self._values.items() if not which(key, value)}
