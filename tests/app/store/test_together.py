"""Rows that are stored together share a transaction, and what goes wrong with it; nobody waits for ever."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import IntegrityError

from app.store.database import Database
from app.store.tables import deliveries
from app.store.together import Row, Together


def row(delivery: str) -> Row:
    event = {"kind": "Ignored", "event": {"reason": "test"}}
    empty = {"subject": "", "payload_hash": "", "settled": None, "outcome": ""}
    return {"forge": "github", "id": delivery, "event": event, "received": datetime.now(UTC), **empty}


async def test_a_row_that_the_table_does_not_take_keeps_nobody_waiting(database: Database) -> None:
    together = Together(database, deliveries)
    rows = (row("a"), {**row("b"), "subject": None}, row("c"))
    async with asyncio.timeout(10):
        told = await asyncio.gather(*(together.insert(one) for one in rows), return_exceptions=True)
        assert [type(one) for one in told] == [IntegrityError] * 3
        assert await together.insert(row("d"))
        assert await together.insert(row("a"))


async def test_of_two_with_one_key_the_first_is_new(database: Database) -> None:
    together = Together(database, deliveries)
    first, second = await asyncio.gather(together.insert(row("a")), together.insert(row("a")))
    assert first
    assert not second


@pytest.mark.parametrize("gone", [0, 1])
async def test_who_gives_up_waiting_takes_nothing_from_the_others(database: Database, gone: int) -> None:
    together = Together(database, deliveries)
    tasks = [asyncio.create_task(together.insert(row(delivery))) for delivery in ("a", "b")]
    await asyncio.sleep(0)
    tasks[gone].cancel()
    told = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(told[gone], asyncio.CancelledError)
    assert told[1 - gone] is True
