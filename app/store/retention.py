"""What is forgotten after its time, a few hundred rows at once, so that nobody who writes has to wait for long."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, ColumnElement, Table, and_, delete, exists, not_, select

from app.forges.base import ChangeState
from app.store.database import Database
from app.store.read import RunState
from app.store.tables import changes, deliveries, runs

BATCH = 500
"""Rows of one transaction; what belongs to a run goes with it."""

_FINAL = tuple(state.value for state in RunState if state.final)


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many of each were removed."""

    deliveries: int
    runs: int
    changes: int


class Retention:
    """Removes what is old. The newest run of an open change is never old, nor is a delivery that nobody acted on yet."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def forget(self, *, deliveries_before: datetime, runs_before: datetime) -> Forgotten:
        """Remove deliveries that were settled before their time, and runs that ended and changes that closed before theirs."""
        settled = deliveries.c.settled < deliveries_before
        closed = and_(changes.c.state != ChangeState.OPEN.value, changes.c.updated < runs_before)
        living = exists().where(runs.c.change_id == changes.c.id, runs.c.state.not_in(_FINAL))
        newest = exists().where(changes.c.newest_run == runs.c.id)
        ended = and_(runs.c.state.in_(_FINAL), runs.c.finished < runs_before, not_(newest))
        return Forgotten(
            deliveries=await self._remove(deliveries, (deliveries.c.forge, deliveries.c.id), settled),
            changes=await self._remove(changes, (changes.c.id,), and_(closed, not_(living))),
            runs=await self._remove(runs, (runs.c.id,), ended),
        )

    async def _remove(self, table: Table, key: tuple[Column[str], ...], old: ColumnElement[bool]) -> int:
        removed = 0
        while True:
            async with self._database.writing() as connection:
                found = (await connection.execute(select(*key).where(old).limit(BATCH))).all()
                for row in found:
                    same = [column == value for column, value in zip(key, row, strict=True)]
                    await connection.execute(delete(table).where(*same))
            removed += len(found)
            if len(found) < BATCH:
                return removed
