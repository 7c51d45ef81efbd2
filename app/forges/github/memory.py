"""What GitHub answered before, with its tag: a request that shows the tag and finds nothing new costs nothing of the budget.

https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass

_MOST_CHARACTERS = 8_000_000
"""Of all answers together; those that were not asked for longest go first."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """An answer: its tag, its text, and the link to its next page."""

    tag: str
    text: str
    link: str


class Memory:
    """Answers by what was asked. Safe to use from any thread."""

    def __init__(self, most: int = _MOST_CHARACTERS) -> None:
        self._most = most
        self._answers: OrderedDict[str, Remembered] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def find(self, asked: str) -> Remembered | None:
        """What was answered last."""
        with self._lock:
            found = self._answers.get(asked)
            if found:
                self._answers.move_to_end(asked)
            return found

    def keep(self, asked: str, answer: Remembered) -> None:
        """Remember an answer in place of an older one."""
        with self._lock:
            self._drop(asked)
            self._answers[asked] = answer
            self._size += len(answer.text)
            while self._size > self._most:
                self._drop(next(iter(self._answers)))

    def _drop(self, asked: str) -> None:
        gone = self._answers.pop(asked, None)
        self._size -= len(gone.text) if gone else 0
