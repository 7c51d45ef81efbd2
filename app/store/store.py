"""The questions that pages ask."""

import asyncio

from sqlalchemy import ColumnElement, String, and_, cast, desc, func, or_, select

from app.forges.base import ChangeRef, ChangeState, RepositoryRef
from app.store import rows
from app.store.database import Database
from app.store.plain import from_plain
from app.store.read import ChangeList, ChangePage, ChangeQuery, ChangeRow, RepositoryRow, RunPage
from app.store.tables import changes, coverage, findings, moments, runs
from validators.model import ResourceChange
from validators.words import storable

POLL_SECONDS = 0.5
"""How often the database is asked for what another process wrote; what this process writes is known at once."""

_LONGEST_STAMP = 18


class Store:
    """Reads what Fairlead knows of changes and runs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_changes(self, query: ChangeQuery) -> ChangeList:
        """The changes that match, the last touched first."""
        wanted = _matching(query)
        rest = and_(wanted, changes.c.touched < int(query.after)) if _is_stamp(query.after) else wanted
        page = rows.changes_with_runs().where(rest).order_by(desc(changes.c.touched)).limit(query.limit + 1)
        async with self._database.reading() as connection:
            total = await connection.scalar(select(func.count()).select_from(changes).where(wanted))
            found = [rows.change_row(row) for row in (await connection.execute(page)).mappings()]
        more = str(found[query.limit - 1].touched) if len(found) > query.limit else ""
        return ChangeList(tuple(found[: query.limit]), total or 0, more)

    async def repositories(self) -> tuple[RepositoryRow, ...]:
        """Every repository that has changes, by forge and path."""
        number = func.count().label("number")
        question = select(changes.c.forge, changes.c.repository, number).group_by(changes.c.forge, changes.c.repository)
        async with self._database.reading() as connection:
            found = await connection.execute(question.order_by(changes.c.forge, changes.c.repository))
            return tuple(RepositoryRow(forge, path, count) for forge, path, count in found)

    async def change(self, change: str) -> ChangePage | None:
        """One change with its newest run, by its id; None when there is none."""
        async with self._database.reading() as connection:
            found = (
                (await connection.execute(rows.changes_with_runs().where(changes.c.id == storable(change)))).mappings().first()
            )
            if found is None:
                return None
            history = select(moments).where(moments.c.change_id == change).order_by(desc(moments.c.at), desc(moments.c.id))
            timeline = tuple(rows.moment(row) for row in (await connection.execute(history)).mappings())
            others = rows.only_runs().where(runs.c.change_id == change, runs.c.id != found["newest_run"])
            earlier = await connection.execute(others.order_by(desc(runs.c.queued)))
            row = rows.change_row(found)
            past = tuple(rows.run_row(one) for one in earlier.mappings())
        return ChangePage(row, await self.run(row.run.id) if row.run else None, timeline, past)

    async def find_change(self, forge: str, repository: str, number: int) -> ChangeRow | None:
        """A change by the names that people use."""
        named = and_(changes.c.forge == forge, changes.c.repository == repository, changes.c.number == number)
        async with self._database.reading() as connection:
            found = (await connection.execute(rows.changes_with_runs().where(named))).mappings().first()
        return rows.change_row(found) if found else None

    async def open_changes(self, repository: RepositoryRef) -> tuple[ChangeRef, ...]:
        """The changes of a repository that were open when they were last looked at."""
        here = and_(changes.c.forge == repository.forge, changes.c.repository == repository.path)
        question = select(changes.c.number).where(here, changes.c.state == ChangeState.OPEN.value)
        async with self._database.reading() as connection:
            return tuple(ChangeRef(repository, number) for number in (await connection.execute(question)).scalars())

    async def run(self, run: str) -> RunPage | None:
        """One run with all that it found out, by its id; None when there is none."""
        async with self._database.reading() as connection:
            row = (await connection.execute(rows.only_runs().where(runs.c.id == storable(run)))).mappings().first()
            if row is None:
                return None
            rest = (await connection.execute(select(runs.c.steps, runs.c.effects).where(runs.c.id == run))).mappings().one()
            found = select(findings).where(findings.c.run_id == run).order_by(findings.c.position)
            checks = select(coverage).where(coverage.c.run_id == run).order_by(coverage.c.position)
            return RunPage(
                run=rows.run_row(row),
                steps=rows.steps(rest["steps"]),
                findings=tuple(rows.found_row(one) for one in (await connection.execute(found)).mappings()),
                checks=tuple(rows.check_row(one) for one in (await connection.execute(checks)).mappings()),
                effects=from_plain(tuple[ResourceChange, ...], rest["effects"]),
            )

    async def touched(self, change: str | None = None) -> int:
        """The newest `touched` of the change, or of all changes; 0 when there is none."""
        question = select(func.max(changes.c.touched))
        if change is not None:
            question = question.where(changes.c.id == storable(change))
        async with self._database.reading() as connection:
            return await connection.scalar(question) or 0

    async def wait(self, change: str | None, *, after: int, seconds: float) -> int:
        """The newest `touched` as soon as it is above `after`, or what it is when so many seconds are over.

        Works whichever process writes: see POLL_SECONDS.
        """
        deadline = asyncio.get_running_loop().time() + seconds
        while True:
            newest = await self.touched(change)
            left = deadline - asyncio.get_running_loop().time()
            if newest > after or left <= 0:
                return newest
            await self._database.notifier.wait(min(left, POLL_SECONDS))


def _matching(query: ChangeQuery) -> ColumnElement[bool]:
    wanted = [column == storable(value) for column, value in _exact(query) if value]
    for word in storable(query.search).lower().removeprefix("#").split():
        texts = (changes.c.title, changes.c.repository, changes.c.author, cast(changes.c.number, String))
        wanted.append(or_(*(func.lower(text).contains(word.removeprefix("#"), autoescape=True) for text in texts)))
    return and_(True, *wanted)  # noqa: FBT003 - SQLAlchemy's "nothing is asked"


def _is_stamp(text: str) -> bool:
    """Whether it can be a `touched`: strangers ask for pages too, and databases refuse longer numbers."""
    return text.isdecimal() and len(text) <= _LONGEST_STAMP


def _exact(query: ChangeQuery) -> tuple[tuple[ColumnElement[str], str | None], ...]:
    return (
        (changes.c.forge, query.forge),
        (changes.c.repository, query.repository),
        (changes.c.state, query.state.value if query.state else None),
    )
