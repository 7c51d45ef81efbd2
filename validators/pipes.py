"""Talking to a program through its pipes without ever holding more than a limit, and without waiting for it forever."""

import os
import selectors
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import IO

CHUNK = 65536
POLL_SECONDS = 0.05


class End(Enum):
    """Why an exchange ended: nothing more to read, more than the limit to read, or out of time."""

    DONE = auto()
    FULL = auto()
    LATE = auto()


@dataclass(frozen=True, slots=True)
class Exchange:
    """What was read, at most the limit, and why no more."""

    output: bytes
    end: End


def exchange(
    stdin: IO[bytes], stdout: IO[bytes], data: bytes, *, limit: int, deadline: float, gone: Callable[[], bool]
) -> Exchange:
    """Write `data` and close `stdin` while reading `stdout` up to `limit` bytes, until the monotonic time `deadline`.

    `gone` tells that the program itself has ended: what it left in the pipe is read, but a grandchild that holds the pipe
    open is not waited for.
    """
    kept = bytearray()
    rest = memoryview(data)
    os.set_blocking(stdin.fileno(), False)
    os.set_blocking(stdout.fileno(), False)
    with selectors.DefaultSelector() as selector:
        selector.register(stdout, selectors.EVENT_READ)
        selector.register(stdin, selectors.EVENT_WRITE)
        while len(kept) <= limit:
            was_gone = gone()
            ready = {key.fd for key, _ in selector.select(POLL_SECONDS)}
            if not stdin.closed and stdin.fileno() in ready:
                rest = _written(stdin, rest)
                if not rest:
                    selector.unregister(stdin)
                    stdin.close()
            if stdout.fileno() in ready:
                chunk = os.read(stdout.fileno(), CHUNK)
                if not chunk:
                    return Exchange(bytes(kept), End.DONE)
                kept += chunk
            elif was_gone:
                return Exchange(bytes(kept), End.DONE)
            if time.monotonic() > deadline:
                return Exchange(bytes(kept), End.LATE)
    return Exchange(bytes(kept[:limit]), End.FULL)


def _written(stdin: IO[bytes], rest: memoryview) -> memoryview:
    """What remains after one write; nothing when the program no longer reads."""
    try:
        return rest[os.write(stdin.fileno(), rest[:CHUNK]) :] if rest else rest
    except BlockingIOError:
        return rest
    except BrokenPipeError:
        return rest[:0]


class Drain:
    """Reads a pipe in a thread until its end, keeping the first `limit` bytes and dropping the rest."""

    def __init__(self, pipe: IO[bytes], limit: int) -> None:
        self._pipe = pipe
        self._limit = limit
        self._kept = bytearray()
        self._truncated = False
        self._thread = threading.Thread(target=self._read, name="drain", daemon=True)
        self._thread.start()

    @property
    def kept(self) -> bytes:
        """The first bytes that came so far."""
        return bytes(self._kept)

    @property
    def truncated(self) -> bool:
        """Whether more came than was kept."""
        return self._truncated

    def join(self, seconds: float) -> None:
        """Wait for the end of the pipe. A process that escaped and holds it open is waited for no longer than `seconds`."""
        self._thread.join(seconds)

    def _read(self) -> None:
        with self._pipe as pipe:
            while chunk := os.read(pipe.fileno(), CHUNK):
                room = self._limit - len(self._kept)
                self._kept += chunk[:room]
                self._truncated |= len(chunk) > room
