"""Changes with one head: a forge shows statuses at commits, so these changes have one status between them."""

from sqlalchemy import RowMapping, and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.forges.base import ChangeState
from app.store.model import Sharing
from app.store.plain import from_plain
from app.store.tables import changes, runs
from validators.model import Verdict


async def others(connection: AsyncConnection, run: str) -> tuple[Sharing, ...]:
    """The open changes, but for the run's own, whose head is the run's, by number."""
    own = select(changes.c.id, changes.c.forge, changes.c.repository, runs.c.head).join_from(runs, changes)
    mine = (await connection.execute(own.where(runs.c.id == run))).mappings().first()
    if mine is None:
        return ()
    there = and_(changes.c.forge == mine["forge"], changes.c.repository == mine["repository"], changes.c.id != mine["id"])
    same = and_(there, changes.c.head == mine["head"], changes.c.state == ChangeState.OPEN.value)
    about = and_(runs.c.id == changes.c.newest_run, runs.c.head == changes.c.head, runs.c.base == changes.c.base)
    question = select(changes.c.id, changes.c.number, runs.c.verdict, runs.c.reference).join_from(
        changes, runs, about, isouter=True
    )
    found = await connection.execute(question.where(same).order_by(changes.c.number))
    return tuple(_sharing(row) for row in found.mappings())


async def left(connection: AsyncConnection, known: RowMapping | None, newer: str | None) -> tuple[str, ...]:
    """The newest runs of the open changes that go on with the head which a change had, as it was `known`, and has no more.

    `newer` is the head that it has now, None when it is closed.
    """
    if known is None or known["head"] == newer:
        return ()
    there = and_(changes.c.forge == known["forge"], changes.c.repository == known["repository"], changes.c.id != known["id"])
    same = and_(there, changes.c.head == known["head"], changes.c.state == ChangeState.OPEN.value)
    question = select(changes.c.newest_run).where(same, changes.c.newest_run.is_not(None)).order_by(changes.c.number)
    return tuple((await connection.execute(question)).scalars())


def _sharing(row: RowMapping) -> Sharing:
    verdict = from_plain(Verdict, row["verdict"]) if row["verdict"] else None
    return Sharing(row["id"], row["number"], verdict, row["reference"] or "")
