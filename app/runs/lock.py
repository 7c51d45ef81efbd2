"""One live process for each worker's name: a second one would take over work that is going on.

Workers of one machine lock a file each in the folder that they share; those that share a PostgreSQL lock a number there, see
lock_postgresql.py. Whoever finds another's name free knows that its holder is dead, and may take its work over.
"""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Protocol


class AlreadyRunning(Exception):
    """Another process works under this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"another process works as {name}: stop it, or give this one a name of its own")


class WorkerLock(Protocol):
    """Holds a worker's name for as long as the process lives."""

    async def take(self, name: str) -> None:
        """Hold the name from now on. Raises AlreadyRunning."""

    async def interrupted(self) -> bool:
        """Returns when the name was not ours for a moment, and others may have taken our work over: True when it is ours again,
        False when it is lost for good."""

    def borrowed(self, name: str) -> AbstractAsyncContextManager[bool]:
        """Whether nobody holds another worker's name; within the block nobody takes it, then."""

    async def release(self) -> None:
        """Let the next one in."""


class FileLock:
    """Locks on files, which the system lets go of when the process ends in whatever way."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: int | None = None

    async def take(self, name: str) -> None:
        """Raises AlreadyRunning."""
        self._held = self._locked(name)
        if self._held is None:
            raise AlreadyRunning(name)

    async def interrupted(self) -> bool:
        """Never: a file stays locked."""
        never: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        return await never

    @asynccontextmanager
    async def borrowed(self, name: str) -> AsyncIterator[bool]:
        """Locks the file for the length of the block."""
        file = self._locked(name)
        try:
            yield file is not None
        finally:
            if file is not None:
                os.close(file)

    async def release(self) -> None:
        """Closes the file."""
        if self._held is not None:
            os.close(self._held)
            self._held = None

    def _locked(self, name: str) -> int | None:
        """The locked file; None when somebody else has it."""
        file = os.open(self._folder / f"{name}.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return None
        return file
