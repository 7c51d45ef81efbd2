"""The workflows that run in this process, so that it can wait for their end, or leave them."""

import asyncio
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

_NOTED_SECONDS = 0.05
"""Until it is noted in the database that a workflow has ended, after which others may begin."""


class Running:
    """Who runs, by the id of the workflow. For one event loop. `free` is called soon after one has ended."""

    def __init__(self, free: Callable[[], None]) -> None:
        self._tasks: dict[str, asyncio.Task[object]] = {}
        self._free = free

    @contextmanager
    def noted(self, work: str) -> Iterator[None]:
        """This task runs it, within the block."""
        task = asyncio.current_task()
        if task is not None:
            self._tasks[work] = task
        try:
            yield
        finally:
            self._tasks.pop(work, None)
            asyncio.get_running_loop().call_later(_NOTED_SECONDS, self._free)

    async def ended(self, seconds: float) -> bool:
        """Whether all of it ends within so many seconds, what begins meanwhile included."""
        until = time.monotonic() + seconds
        while self._tasks and (left := until - time.monotonic()) > 0:
            await asyncio.wait(self._tasks.values(), timeout=left, return_when=asyncio.FIRST_COMPLETED)
        return not self._tasks

    async def leave(self, but: Collection[str] = ()) -> None:
        """Stop at once, with nothing recorded of it; all `but` these."""
        left = [task for work, task in self._tasks.items() if work not in but]
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left, timeout=1)
