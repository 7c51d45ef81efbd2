"""The life of runs, as it is written down. Every method can be repeated: doing it twice is doing it once."""

import logging
import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import RowMapping, and_, desc, exists, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.forges.base import ChangeRef, ChangeState, ProposedChange, RepositoryRef
from app.store import judgements, shared, timeline
from app.store.database import Database, DatabaseDown
from app.store.history import tell, touch, touched_now
from app.store.model import Judgement, RunKey, Sharing, TakenUp
from app.store.read import RunState, Step
from app.store.tables import UtcTime, changes, findings, published, runs
from validators.plain import to_plain
from validators.words import storable

log = logging.getLogger(__name__)

LIVE = tuple(state.value for state in RunState if not state.final)


class Ledger:
    """Writes down how changes stand and how their runs come along."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take_up(self, change: ProposedChange, *, again: bool = False) -> TakenUp:
        """Note how the change stands now. A head and base that no run is about get one, runs of others are superseded.

        With `again` a run that has ended is followed by another one of the same head and base.
        """
        async with self._database.writing() as connection:
            known = await _known(connection, change.ref)
            change_id = await _noted(connection, change, known)
            still_open = change.state is ChangeState.OPEN
            again = again or (known is not None and known["draft"] != change.draft)  # a draft gets fewer comments
            run = await _run_for(connection, change_id, change, again=again) if still_open else None
            newer = change.head if still_open else None
            superseded = await _superseded(connection, change_id, run, newer)
            return TakenUp(run, superseded, await shared.left(connection, known, newer))

    async def rebased(self, change: ProposedChange) -> TakenUp | None:
        """Take the change up upon a base that moved; None when it is not known, or something else about it is different too."""
        async with self._database.reading() as connection:
            known = await _known(connection, change.ref)
        same = known is not None and (known["head"], known["state"]) == (change.head, change.state.value)
        return await self.take_up(change) if same else None

    async def let_go(self, ref: ChangeRef) -> TakenUp:
        """The change is gone, or we may no longer see it: its runs end, and it counts as closed."""
        async with self._database.writing() as connection:
            known = await _known(connection, ref)
            if known is None:
                return TakenUp(None, ())
            closed = (
                update(changes)
                .where(changes.c.id == known["id"])
                .values(state=ChangeState.CLOSED.value, updated=datetime.now(UTC))
            )
            await connection.execute(closed)
            await touch(connection, known["id"])
            superseded = await _superseded(connection, known["id"], None, None)
            return TakenUp(None, superseded, await shared.left(connection, known, None))

    async def moved(self, old: RepositoryRef, new: RepositoryRef) -> None:
        """The repository is called otherwise now; changes that are known by the new name already keep what they have."""
        numbers = select(changes.c.number).where(changes.c.forge == new.forge, changes.c.repository == new.path)
        here = and_(changes.c.forge == old.forge, changes.c.repository == old.path, changes.c.number.not_in(numbers))
        async with self._database.writing() as connection:
            await connection.execute(update(changes).where(here).values(repository=new.path))

    async def sharing(self, run: str) -> tuple[Sharing, ...]:
        """The other open changes of its repository that have the run's head, by number."""
        async with self._database.reading() as connection:
            return await shared.others(connection, run)

    async def brought_by(self, change: str, fingerprints: Collection[str]) -> Mapping[str, str]:
        """By fingerprint, which validator found it in one of the change's runs."""
        question = select(findings.c.fingerprint, findings.c.validator).join(runs, runs.c.id == findings.c.run_id)
        wanted = question.where(runs.c.change_id == change, findings.c.fingerprint.in_(fingerprints)).distinct()
        async with self._database.reading() as connection:
            return {row.fingerprint: row.validator for row in await connection.execute(wanted)}

    async def key(self, run: str) -> RunKey | None:
        """What the run is about; None when there is no such run."""
        async with self._database.reading() as connection:
            row = (await connection.execute(_KEYS.where(runs.c.id == run))).mappings().first()
        return _key(row) if row else None

    async def live(self) -> tuple[RunKey, ...]:
        """All runs that have not ended, the oldest first."""
        async with self._database.reading() as connection:
            found = await connection.execute(_KEYS.where(runs.c.state.in_(LIVE)).order_by(runs.c.queued))
            return tuple(_key(row) for row in found.mappings())

    async def judging(self, run: str, steps: Sequence[Step]) -> bool:
        """The run is being judged; False when it has ended."""
        begun = func.coalesce(runs.c.started, literal(datetime.now(UTC), UtcTime))
        return await self._update(run, state=RunState.JUDGING.value, started=begun, steps=to_plain(tuple(steps)))

    async def progress(self, run: str, steps: Sequence[Step]) -> bool:
        """How far its steps have come; False when it has ended, or when that could not be written down: it is only for show."""
        try:
            return await self._update(run, steps=to_plain(tuple(steps)))
        except DatabaseDown as error:
            log.warning("the progress of run %s is not written down: %s", run, error)
            return False

    async def judged(self, run: str, judgement: Judgement) -> bool:
        """What was found out; False (and nothing is kept) when the run has ended meanwhile."""
        async with self._database.writing() as connection:
            row = await _live(connection, run)
            if row is None:
                return False
            await judgements.write(connection, run, judgement)
            counts = judgements.counts(judgement)
            told = timeline.judged(row["head"], row["base"], judgement.seconds, judgement.verdict, counts)
            await tell(connection, row["change_id"], f"judged {run}", told)
            return True

    async def judgement(self, run: str) -> Judgement | None:
        """What was found out, read back; None when the run did not come to it."""
        async with self._database.reading() as connection:
            return await judgements.read(connection, run)

    async def writes(self, run: str, kind: str, key: str, digest: str) -> None:
        """Something is about to be posted: what kind of thing, under which key, with a digest of what it says. Noted once."""
        values = {"run_id": run, "kind": kind, "key": key, "digest": digest}
        async with self._database.writing() as connection:
            same = exists().where(*(published.c[name] == value for name, value in values.items()))
            if not await connection.scalar(select(same)):
                await connection.execute(published.insert().values(**values, at=datetime.now(UTC)))

    async def said(self, run: str) -> RunKey | None:
        """The run whose result stands on the change: the one before this run that posted last, if it judged the same head and
        came to its end. None when it is not known what stands there."""
        async with self._database.reading() as connection:
            this = (await connection.execute(select(runs).where(runs.c.id == run))).mappings().first()
            if this is None:
                return None
            posted = exists().where(published.c.run_id == runs.c.id)
            before = and_(runs.c.change_id == this["change_id"], runs.c.id != run, runs.c.queued <= this["queued"])
            last = _KEYS.where(before, or_(runs.c.state == RunState.DONE.value, posted)).order_by(desc(runs.c.queued)).limit(1)
            row = (await connection.execute(last)).mappings().first()
        same = row is not None and (row["state"], row["head"]) == (RunState.DONE.value, this["head"])
        return _key(row) if row is not None and same else None

    async def done(self, run: str, steps: Sequence[Step]) -> bool:
        """Everything is posted; False when the run had ended before."""
        return await self._ended(run, RunState.DONE, steps=to_plain(tuple(steps)))

    async def failed(self, run: str, reference: str) -> bool:
        """The run ended by our own fault; False when it had ended before."""
        return await self._ended(run, RunState.FAILED, reference=reference)

    async def leave(self, run: str) -> None:
        """The run goes on no more, though no other took its place: the next look at the change begins another one."""
        async with self._database.writing() as connection:
            row = await _live(connection, run)
            if row is None:
                return
            await _end(connection, run, RunState.SUPERSEDED)
            await tell(connection, row["change_id"], f"superseded {run}", timeline.left(row["head"]))
            await touch(connection, row["change_id"])

    async def _ended(self, run: str, state: RunState, **values: object) -> bool:
        async with self._database.writing() as connection:
            row = await _live(connection, run)
            if row is None:
                return False
            await _end(connection, run, state, **values)
            if state is RunState.FAILED:
                told = timeline.failed(row["head"], str(values["reference"]))
                await tell(connection, row["change_id"], f"failed {run}", told)
            kinds = (await connection.execute(_WRITTEN.where(published.c.run_id == run))).scalars().all()
            if kinds:
                await tell(connection, row["change_id"], f"published {run}", timeline.published(list(kinds)))
            await touch(connection, row["change_id"])
            return True

    async def _update(self, run: str, **values: object) -> bool:
        async with self._database.writing() as connection:
            row = await _live(connection, run)
            if row is None:
                return False
            await connection.execute(update(runs).where(runs.c.id == run).values(**values))
            await touch(connection, row["change_id"])
            return True


_KEYS = select(
    runs.c.id, runs.c.head, runs.c.base, runs.c.state, runs.c.change_id, changes.c.forge, changes.c.repository, changes.c.number
).join_from(runs, changes)
_WRITTEN = select(published.c.kind).order_by(published.c.id)


def _key(row: RowMapping) -> RunKey:
    ref = ChangeRef(RepositoryRef(row["forge"], row["repository"]), row["number"])
    return RunKey(row["id"], row["change_id"], ref, row["head"], row["base"], RunState(row["state"]))


async def _known(connection: AsyncConnection, ref: ChangeRef) -> RowMapping | None:
    named = and_(
        changes.c.forge == ref.repository.forge, changes.c.repository == ref.repository.path, changes.c.number == ref.number
    )
    return (await connection.execute(select(changes).where(named).with_for_update())).mappings().first()


async def _noted(connection: AsyncConnection, change: ProposedChange, known: RowMapping | None) -> str:
    """The change's id, after its row says how it stands now."""
    values: dict[str, object] = {
        "title": storable(change.title),
        "author": storable(change.author.login),
        "state": change.state.value,
        "draft": change.draft,
        "base_branch": storable(change.base_branch),
        "head_branch": storable(change.head_branch),
        "base": change.base,
        "head": change.head,
        "url": change.url,
    }
    if known is None:
        names = {"forge": change.ref.repository.forge, "repository": change.ref.repository.path, "number": change.ref.number}
        change_id = _new_id()
        new = {"id": change_id, **names, **values, "updated": datetime.now(UTC), "touched": touched_now()}
        await connection.execute(changes.insert().values(**new))
    else:
        change_id = known["id"]
        if any(known[key] != value for key, value in values.items()):
            here = changes.c.id == change_id
            await connection.execute(update(changes).where(here).values(**values, updated=datetime.now(UTC)))
            await touch(connection, change_id)
    told = timeline.seen(change, known["head"] if known else None, ChangeState(known["state"]) if known else None)
    if told:
        await tell(connection, change_id, f"seen {touched_now()}", told)
    return change_id


async def _run_for(connection: AsyncConnection, change_id: str, change: ProposedChange, *, again: bool) -> str | None:
    """The run about head and base as they are now: the live one, or a new one; None when it has ended already."""
    newest = await _newest(connection, change_id)
    if newest is None or (newest["head"], newest["base"]) != (change.head, change.base):
        return await _begun(connection, change_id, change)
    if newest["state"] in LIVE:
        return str(newest["id"])
    return await _begun(connection, change_id, change) if again or newest["state"] == RunState.SUPERSEDED else None


async def _newest(connection: AsyncConnection, change_id: str) -> RowMapping | None:
    question = select(runs.c.id, runs.c.head, runs.c.base, runs.c.state).join(changes, changes.c.newest_run == runs.c.id)
    return (await connection.execute(question.where(changes.c.id == change_id))).mappings().first()


async def _begun(connection: AsyncConnection, change_id: str, change: ProposedChange) -> str:
    """The id of a new run, waiting for its turn."""
    same = and_(runs.c.change_id == change_id, runs.c.head == change.head, runs.c.base == change.base)
    last = await connection.scalar(select(func.max(runs.c.attempt)).where(same))
    run = _new_id()
    values = {"id": run, "change_id": change_id, "head": change.head, "base": change.base, "attempt": (last or 0) + 1}
    empty = {"counts": {}, "effects": [], "steps": [], "reference": "", "queued": datetime.now(UTC)}
    await connection.execute(runs.insert().values(**values, **empty, state=RunState.QUEUED.value))
    await connection.execute(update(changes).where(changes.c.id == change_id).values(newest_run=run))
    await touch(connection, change_id)
    return run


async def _superseded(connection: AsyncConnection, change_id: str, run: str | None, newer: str | None) -> tuple[str, ...]:
    """Ends the live runs of the change other than `run`, for the `newer` head if there is one; gives their ids."""
    others = and_(runs.c.change_id == change_id, runs.c.state.in_(LIVE))
    if run is not None:
        others = and_(others, runs.c.id != run)
    old = (await connection.execute(select(runs.c.id, runs.c.head).where(others).order_by(desc(runs.c.queued)))).all()
    for id_, head in old:
        await _end(connection, id_, RunState.SUPERSEDED)
        await tell(connection, change_id, f"superseded {id_}", timeline.superseded(head, newer))
    if old:
        await touch(connection, change_id)
    return tuple(id_ for id_, _ in old)


async def _end(connection: AsyncConnection, run: str, state: RunState, **values: object) -> None:
    ended = {"state": state.value, "finished": datetime.now(UTC), **values}
    await connection.execute(update(runs).where(runs.c.id == run).values(**ended))


async def _live(connection: AsyncConnection, run: str) -> RowMapping | None:
    """The run, locked; None when it has ended. Its change is locked first, as everywhere: two could wait for each other."""
    its_change = changes.c.id == select(runs.c.change_id).where(runs.c.id == run).scalar_subquery()
    await connection.execute(select(changes.c.id).where(its_change).with_for_update())
    question = select(runs.c.change_id, runs.c.head, runs.c.base).where(runs.c.id == run, runs.c.state.in_(LIVE))
    return (await connection.execute(question.with_for_update())).mappings().first()


def _new_id() -> str:
    """An id that can't be guessed."""
    return secrets.token_hex(10)
