"""How a foreign program ended."""

import signal
from dataclasses import dataclass
from enum import StrEnum

SIGNALLED = 128
"""What shells and bubblewrap add to a signal's number when they tell of a program that it killed."""


class Stopped(StrEnum):
    """Why a program was killed by us. A limit of the kernel's own shows as a signal in the exit status instead."""

    TIME = "time"
    OUTPUT = "output"
    ASKED = "asked"


@dataclass(frozen=True, slots=True)
class Finished:
    """How a program ended. `status` is the exit status, or minus the signal's number; `stopped` is None unless we killed it.

    `stdout` and `stderr` are what it printed up to the limits; `*_truncated` tells that there was more. `seconds` of wall time.
    """

    status: int
    stdout: bytes
    stderr: bytes
    stdout_truncated: bool
    stderr_truncated: bool
    stopped: Stopped | None
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether it ended by itself with status 0, nothing cut off its output."""
        return self.status == 0 and self.stopped is None

    @property
    def how(self) -> str:
        """How it ended, in words for people; holds nothing that the program printed."""
        match self.stopped:
            case Stopped.TIME:
                return f"stopped after {self.seconds:.0f} s, its time limit"
            case Stopped.OUTPUT:
                return f"stopped because it printed more than {len(self.stdout)} bytes"
            case Stopped.ASKED:
                return "stopped on request"
        if self.status < 0:
            return f"killed by {_signal_name(-self.status)}"
        if self.status > SIGNALLED:
            return f"exit status {self.status}, which stands for {_signal_name(self.status - SIGNALLED)}"
        return f"exit status {self.status}"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
