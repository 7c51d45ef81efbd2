"""One round that fails must not be the last one."""

import asyncio
import logging

import pytest
from prometheus_client import REGISTRY

from app.runs.rounds import repeated


def counted(outcome: str) -> float:
    return REGISTRY.get_sample_value("fairlead_rounds_total", {"round": "of the test", "outcome": outcome}) or 0.0


async def test_a_round_that_fails_is_told_and_counted_and_the_next_one_is_made(caplog: pytest.LogCaptureFixture) -> None:
    made: list[int] = []
    enough = asyncio.Event()

    async def work() -> None:
        made.append(len(made))
        if len(made) == 2:
            raise ConnectionError("the database is away")
        if len(made) == 4:
            enough.set()

    with caplog.at_level(logging.ERROR):
        rounds = asyncio.create_task(repeated("of the test", 0.01, work))
        await asyncio.wait_for(enough.wait(), 5)
        rounds.cancel()
    assert "the database is away" in caplog.text
    assert (counted("failed"), counted("made") >= 2) == (1.0, True)
