"""What is stored is handed on in its order, whatever becomes of one of it."""

import asyncio
import logging
from datetime import UTC, datetime

import pytest

from app.forges.base import Ignored
from app.runs.handing import MOST_WAITING, Handing
from app.store.model import Received


def received(number: int) -> Received:
    return Received("github", str(number), Ignored("test"), "", datetime.now(UTC), None)


async def test_deliveries_are_handed_on_in_their_order_though_one_fails(caplog: pytest.LogCaptureFixture) -> None:
    came: list[str] = []
    done = asyncio.Event()

    async def hand_on(each: Received) -> None:
        if each.id == "1":
            raise ConnectionError("away")
        came.append(each.id)
        if each.id == "4":
            done.set()

    handing = Handing(hand_on)
    with caplog.at_level(logging.ERROR):
        for number in range(5):
            await handing.take(received(number))
        await asyncio.wait_for(done.wait(), 10)
    assert came == ["0", "2", "3", "4"]
    assert "delivery 1 could not be handed on" in caplog.text
    await handing.stop()


async def test_what_is_too_much_to_wait_in_memory_is_left_to_the_round() -> None:
    stuck = asyncio.Event()
    came = []

    async def hand_on(each: Received) -> None:
        came.append(each.id)
        await stuck.wait()

    handing = Handing(hand_on)
    for number in range(MOST_WAITING + 10):
        await handing.take(received(number))
    assert len(handing._waiting) == MOST_WAITING
    await handing.stop()


async def test_what_waits_when_the_process_is_told_to_end_is_handed_on() -> None:
    came: list[str] = []

    async def hand_on(each: Received) -> None:
        came.append(each.id)

    handing = Handing(hand_on)
    for number in range(3):
        await handing.take(received(number))
    await handing.stop()
    assert came == ["0", "1", "2"]
