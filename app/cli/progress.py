"""How far a long check has come: one line on a terminal that is drawn over and over, and gone in the end.

A timer's signal draws it, between two steps of the very thread that works: no second thread has to be there when validators
start processes. Where nobody looks (no terminal, `--quiet`), and within the first second, nothing is written.
"""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from validators.judge import OnProgress, Progress, State
from validators.words import counted

FIRST_SECONDS = 1.0
_EVERY_SECONDS = 0.2
_CLEAR = "\r\x1b[2K"  # https://en.wikipedia.org/wiki/ANSI_escape_code#CSI_(Control_Sequence_Introducer)_sequences


class ProgressLine:
    """The line, as it would be drawn now."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._began = clock()
        self._checks: dict[str, Progress] = {}

    def heard(self, progress: Progress) -> None:
        """One validator's way, as `judge` tells it."""
        self._checks[progress.validator] = progress

    @property
    def text(self) -> str:
        """Which check runs, how many there are, how many files it has looked at, and for how long all of it goes on."""
        seconds = f"{self._clock() - self._began:.0f} s"
        now = next((one for one in self._checks.values() if one.state is State.RUNNING), None)
        if now is None:
            return f"reading the change, {seconds}"
        number = 1 + sum(one.state is State.DONE for one in self._checks.values())
        files = f"{now.done:,} of {counted(now.total, 'file')}"
        return f"{now.validator}, check {number} of {len(self._checks)}: {files}, {seconds}"


@contextmanager
def shown(*, to: int, wanted: bool) -> Iterator[OnProgress]:
    """What `judge` is to tell its progress, drawn on the terminal `to` (a file descriptor) while the block runs if `wanted`."""
    line = ProgressLine(time.monotonic)
    if not wanted:
        yield line.heard
        return
    drawn = ""

    def draw(_number: int, _frame: FrameType | None) -> None:
        nonlocal drawn
        if line.text != drawn:
            drawn = line.text
            os.write(to, f"{_CLEAR}fairlead: {drawn}".encode())  # sys.stderr may be writing when the signal comes

    before = signal.signal(signal.SIGALRM, draw)
    signal.setitimer(signal.ITIMER_REAL, FIRST_SECONDS, _EVERY_SECONDS)
    try:
        yield line.heard
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if drawn:
            os.write(to, _CLEAR.encode())
