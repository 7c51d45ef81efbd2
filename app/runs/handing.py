"""Handing deliveries that are stored to the workers, beside the answer to who delivered them.

A delivery is safe once it is stored: should this process end before it was handed on, the regular round finds it. So nobody
has to wait for it, and where many come at once, taking them in goes first.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress

from app.store.model import Received

log = logging.getLogger(__name__)

MOST_WAITING = 1000
"""Deliveries that wait in memory; more are left to the regular round."""
QUIET_SECONDS = 0.003
"""How long nothing may have come in for the next one to be handed on at once."""
STOP_SECONDS = 2.0
"""How long those that wait may take to be handed on when the process ends."""
_LOOKS = 30
"""After so many looks one is handed on although more come in."""


class Handing:
    """Hands on one after the other, in the order in which they came. For one event loop."""

    def __init__(self, hand_on: Callable[[Received], Awaitable[None]]) -> None:
        self._hand_on = hand_on
        self._waiting: deque[Received] = deque()
        self._came = 0.0
        self._task: asyncio.Task[None] | None = None

    async def take(self, received: Received) -> None:
        """See to it that the delivery is handed on soon."""
        self._came = asyncio.get_running_loop().time()
        if len(self._waiting) >= MOST_WAITING:
            log.info("delivery %s is left to the regular round: many wait", received.id)
            return
        self._waiting.append(received)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._hand_all_on())

    async def stop(self) -> None:
        """Hand on what waits as far as that is quick, and nothing any more: the regular round finds the rest in minutes."""
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=STOP_SECONDS)
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _hand_all_on(self) -> None:
        while self._waiting:
            await self._until_quiet()
            received = self._waiting.popleft()
            try:
                await self._hand_on(received)
            except Exception:
                log.exception("delivery %s could not be handed on: the regular round will do it", received.id)

    async def _until_quiet(self) -> None:
        """Wait while others come in, but not for long."""
        time = asyncio.get_running_loop().time
        for _ in range(_LOOKS):
            alone = len(self._waiting) == 1
            if alone or time() - self._came > QUIET_SECONDS:
                return
            await asyncio.sleep(QUIET_SECONDS)
