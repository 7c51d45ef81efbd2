"""Work that comes back: a round that fails is told and counted, and the next one is made all the same."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from typing import NoReturn

from app.runs.metrics import ROUNDS

log = logging.getLogger(__name__)

JITTER = 0.1
"""By which part an interval is longer or shorter at random, so that many workers don't all come at once."""


async def repeated(name: str, seconds: float, work: Callable[[], Awaitable[None]]) -> NoReturn:
    """Do the work now, and again about so many seconds after it ended, until cancelled."""
    while True:
        try:
            await work()
            ROUNDS.labels(name, "made").inc()
        except Exception:
            ROUNDS.labels(name, "failed").inc()
            log.exception("the round %r failed; the next one is made in about %.0f s", name, seconds)
        await asyncio.sleep(seconds * random.uniform(1 - JITTER, 1 + JITTER))  # noqa: S311 - no secret depends on it
