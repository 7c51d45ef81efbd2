"""Work that its worker left unfinished when it died: how often that came about for a piece of work, whoever did it."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Select, delete, func, select

from app.store.database import Database
from app.store.tables import interruptions

KEPT = timedelta(days=30)
"""After which an interruption no longer counts."""


class Interruptions:
    """Counts them. A piece of work is named by the id of its workflow."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, work: str, worker: str) -> int:
        """How many lives of workers ended before the work did, this one included. `worker` is one life of one worker, so noting
        it twice counts once."""
        mine = (interruptions.c.work == work, interruptions.c.worker == worker)
        async with self._database.writing() as connection:
            await connection.execute(delete(interruptions).where(interruptions.c.at < datetime.now(UTC) - KEPT))
            if await connection.scalar(select(func.count()).where(*mine)) == 0:
                row = {"work": work, "worker": worker, "at": datetime.now(UTC)}
                await connection.execute(interruptions.insert().values(**row))
            return int(await connection.scalar(_number(work)) or 0)

    async def times(self, work: str) -> int:
        """How many lives of workers ended before the work did, as far as it was noted."""
        async with self._database.reading() as connection:
            return int(await connection.scalar(_number(work)) or 0)


def _number(work: str) -> Select[int]:
    return select(func.count()).where(interruptions.c.work == work)
