"""How much waits, and for how long: what tells an operator that workers are too few, or stuck."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement
from sqlalchemy.sql.expression import ColumnClause

from app.store.database import Database
from app.store.read import RunState
from app.store.tables import deliveries, runs

UNDER_WAY = (RunState.JUDGING, RunState.PUBLISHING)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many wait; the seconds since the oldest came, 0 for none."""

    number: int
    oldest: float


@dataclass(frozen=True, slots=True)
class Backlog:
    """Deliveries that nobody acted on yet, runs that nobody has begun, and runs that go on, by state."""

    deliveries: Waiting
    runs: Waiting
    under_way: Mapping[str, int]


async def backlog(database: Database) -> Backlog:
    """As it is now. Raises DatabaseDown."""
    async with database.reading() as connection:
        states = select(runs.c.state, func.count()).where(runs.c.state.in_(UNDER_WAY)).group_by(runs.c.state)
        found = {str(state): int(number) for state, number in await connection.execute(states)}
        return Backlog(
            deliveries=await _waiting(connection, deliveries.c.received, deliveries.c.settled.is_(None)),
            runs=await _waiting(connection, runs.c.queued, runs.c.state == RunState.QUEUED.value),
            under_way={state.value: found.get(state.value, 0) for state in UNDER_WAY},
        )


async def _waiting(connection: AsyncConnection, since: ColumnClause[datetime], waits: ColumnElement[bool]) -> Waiting:
    number, oldest = (await connection.execute(select(func.count(), func.min(since)).where(waits))).one()
    return Waiting(number, (datetime.now(UTC) - oldest).total_seconds() if number else 0.0)
