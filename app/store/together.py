"""Rows that come in at the same time are stored by one transaction: what takes its time is not a row, but the disk's word that
it is safe."""

import asyncio
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from app.store.database import Database, DatabaseDown

MOST_TOGETHER = 200

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class _Waiting:
    row: Row
    stored: "asyncio.Future[bool]"


class Together:
    """Inserts into one table, for one event loop."""

    def __init__(self, database: Database, table: Table) -> None:
        self._database = database
        self._table = table
        self._key = tuple(column.name for column in table.primary_key)
        self._waiting: list[_Waiting] = []
        self._storing: asyncio.Task[None] | None = None

    async def insert(self, row: Row) -> bool:
        """Returns once the row is safe: whether it is new, or one with its key was there.

        Raises DatabaseDown, and SQLAlchemyError for all that were to be stored with a row that the table does not take.
        """
        waiting = _Waiting(row, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._storing is None:
            self._storing = asyncio.create_task(self._store())
        return await waiting.stored

    async def _store(self) -> None:
        """Store whoever waits, and then those who came meanwhile."""
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:MOST_TOGETHER], self._waiting[MOST_TOGETHER:]
                await self._store_these(batch)
        finally:
            self._storing = None
            for left in self._waiting:  # only when told to stop
                left.stored.cancel()

    async def _store_these(self, batch: list[_Waiting]) -> None:
        try:
            new = await self._new([each.row for each in batch])
        except (DatabaseDown, SQLAlchemyError) as error:
            for each in batch:
                if not each.stored.done():
                    each.stored.set_exception(copy(error))  # each raises its own: a raised one grows by where it was raised
            return
        for each in batch:
            key = self._key_of(each.row)
            if not each.stored.done():
                each.stored.set_result(key in new)
            new.discard(key)  # of two with one key the first is the new one

    async def _new(self, rows: list[Row]) -> set[tuple[object, ...]]:
        """Store the rows; the keys of those that were not there."""
        distinct = {self._key_of(row): dict(row) for row in reversed(rows)}
        async with self._database.writing() as connection:
            dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
            insert = dialect.insert(self._table).on_conflict_do_nothing().returning(*self._table.primary_key)
            stored = await connection.execute(insert, list(distinct.values()))
            return {tuple(row) for row in stored}

    def _key_of(self, row: Row) -> tuple[object, ...]:
        return tuple(row[name] for name in self._key)
