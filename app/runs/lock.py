"""One live process for each worker's name: a second one would take over work that is going on."""

import fcntl
import os
from pathlib import Path


class AlreadyRunning(Exception):
    """Another process of this machine works under this name."""


class WorkerLock:
    """A lock on a file, which the system lets go of when the process ends in whatever way."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def take(self) -> None:
        """Raises AlreadyRunning."""
        file = os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            raise AlreadyRunning(
                f"another process works as {self._path.stem}: stop it, or give this one a name of its own"
            ) from None
        self._file = file

    def release(self) -> None:
        """Let the next one in."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
