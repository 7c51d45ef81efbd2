"""Queues that are looked into as soon as something is put into them.

DBOS looks into each queue at intervals, asking the database some questions each time: often enough that no webhook has to
wait, that keeps an idle machine busy. Here its own loop runs with another event to wait on, which can be rung.
"""

import threading
from collections.abc import Mapping

from dbos import DBOS
from dbos._queue import Queue, queue_worker_thread

POLL_SECONDS: Mapping[str, float] = {"intake": 0.25}
"""How long at most something waits that another process put into a queue, which can't ring; see also OTHERS_SECONDS."""

OTHERS_SECONDS = 1.0
_JOIN_SECONDS = 5.0


class Bell(threading.Event):
    """What DBOS's loop takes for the event that tells it to stop, and waits on between two looks. A ring ends that wait."""

    def __init__(self) -> None:
        super().__init__()
        self._changed = threading.Condition()
        self._rung = False

    def ring(self) -> None:
        """Have the queue looked into now."""
        with self._changed:
            self._rung = True
            self._changed.notify_all()

    def set(self) -> None:
        """Stop."""
        super().set()
        self.ring()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for the next look; whether to stop instead."""
        with self._changed:
            self._changed.wait_for(lambda: self._rung or self.is_set(), timeout)
            self._rung = False
        return self.is_set()


class Feeds:
    """The threads that look into the queues of one process. DBOS has to be told to look into none of these itself."""

    def __init__(self) -> None:
        self._bells: dict[str, Bell] = {}
        self._threads: list[threading.Thread] = []

    def start(self, dbos: DBOS, queue: Queue) -> None:
        """Begin to look into the queue."""
        bell = self._bells[queue.name] = Bell()
        thread = threading.Thread(target=queue_worker_thread, args=(bell, dbos, queue), name=f"queue-{queue.name}", daemon=True)
        thread.start()
        self._threads.append(thread)

    def ring(self, queue: str | None = None) -> None:
        """Something was put into the queue, or may be free to begin in any of them."""
        for name, bell in self._bells.items():
            if queue in (None, name):
                bell.ring()

    def stop(self) -> None:
        """Begin nothing any more."""
        for bell in self._bells.values():
            bell.set()

    def join(self) -> None:
        """Wait until the threads have ended."""
        for thread in self._threads:
            thread.join(_JOIN_SECONDS)
        self._threads.clear()
