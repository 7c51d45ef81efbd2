"""What every write to a change brings along: its timeline, and the stamp that tells pages that there is something new."""

import time
from datetime import UTC, datetime

from sqlalchemy import case, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.store.tables import changes, moments
from app.store.timeline import Told
from validators.words import storable


def touched_now() -> int:
    """A stamp for `changes.touched`: microseconds since 1970."""
    return time.time_ns() // 1000


async def touch(connection: AsyncConnection, change_id: str) -> None:
    """Something about the change is different from before: its stamp grows, even when the clock was set back."""
    now = touched_now()
    grown = case((changes.c.touched >= now, changes.c.touched + 1), else_=now)
    await connection.execute(update(changes).where(changes.c.id == change_id).values(touched=grown))


async def tell(connection: AsyncConnection, change_id: str, key: str, told: Told) -> None:
    """Add to the change's timeline what is not in it yet under this key."""
    known = exists().where(moments.c.change_id == change_id, moments.c.key == key)
    if await connection.scalar(select(known)):
        return
    kind, text, detail = told
    values = {"change_id": change_id, "key": key, "kind": kind.value, "text": storable(text), "detail": storable(detail)}
    await connection.execute(moments.insert().values(**values, at=datetime.now(UTC)))
    await touch(connection, change_id)
