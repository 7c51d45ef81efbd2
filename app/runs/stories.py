"""The durable workflows, as they read in the design. Each step is done once and remembered, whatever dies between."""

from collections.abc import Awaitable, Callable, Sized
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from types import NoneType
from typing import TypeVar

from app.forges.base import (
    AccessChanged,
    BranchMoved,
    ChangeRef,
    ChangeTouched,
    CommentWritten,
    GroupFormed,
    GroupGone,
    HeadTouched,
    Ignored,
    ProposedChange,
    RepositoryMoved,
)
from app.runs.census import Census, Counted
from app.runs.dispatch import Dispatch, group_workflow, run_workflow
from app.runs.faults import Fault
from app.runs.groups import Groups
from app.runs.housekeeping import House
from app.runs.judging import Judging
from app.runs.metrics import SWEPT
from app.runs.publishing import Publishing
from app.runs.reception import Rebased, Reception
from app.runs.steps import Work, pause, step
from app.runs.upkeep import Upkeep
from app.store.model import Received, TakenUp

S = TypeVar("S", bound=Sized)

SETTLING_SECONDS = 3.0
"""How long a branch must be left alone before the changes that go to it are judged anew: pushes come in bursts."""


@dataclass(frozen=True, slots=True)
class Rooms:
    """Who does the steps. `cancel` stops a workflow by its id."""

    reception: Reception
    judging: Judging
    publishing: Publishing
    groups: Groups
    census: Census
    upkeep: Upkeep
    house: House
    dispatch: Dispatch
    cancel: Callable[[str], Awaitable[None]]


async def receive(rooms: Rooms, forge: str, delivery: str) -> None:
    """One delivery, from the inbox to what it asks for."""
    try:
        found = await step("read", tuple[Received, ...], lambda: rooms.reception.read(forge, delivery))
        outcome = "".join([await _act(rooms, received) for received in found])
    except Fault as fault:
        outcome = str(fault)
    await step("settle", NoneType, lambda: rooms.reception.settle(forge, delivery, outcome))


async def look(rooms: Rooms, ref: ChangeRef, *, again: bool = False) -> None:
    """One change as it stands now: the run of an older head is stopped, and there is one run for its head and base."""
    taken = await step("take up", TakenUp, lambda: rooms.reception.take_up(ref, again=again))
    await _ended(rooms, taken)
    if taken.run is not None:
        await rooms.dispatch.judge(taken.run, ref)


async def judge(rooms: Rooms, run: str) -> None:
    """One head of one change, from fetch to final status. It never ends without an answer while somebody waits for it."""
    try:
        asked = False
        for change in await step("announce", tuple[ProposedChange, ...], lambda: rooms.publishing.announce(run)):
            asked = await _judged(rooms, run, change) and await step("publish", bool, lambda: rooms.publishing.publish(run))
    except Fault as fault:
        reference = fault.reference
        asked = await step("confess", bool, lambda: rooms.publishing.confess(run, reference))
    if not asked:
        for ref in await step("who looks", tuple[ChangeRef, ...], lambda: rooms.reception.forsaken(run)):
            await step("leave", NoneType, lambda: rooms.reception.leave(run))
            await rooms.dispatch.look(ref, f"after:{run}")


async def group(rooms: Rooms, asked: GroupFormed) -> None:
    """A merge queue's group, from its head to the final status."""
    try:
        for change in await step("group", tuple[ProposedChange, ...], lambda: rooms.groups.now(asked)):
            await _group_judged(rooms, asked, change)
    except Fault as fault:
        reference = fault.reference
        await step("confess", NoneType, lambda: rooms.groups.confess(asked, reference))


async def reconcile(rooms: Rooms, round_: str) -> None:
    """The regular round: what was stored is acted on, what the forge could not hand over is fetched, every run comes to its
    end, every open change is looked at."""
    for forge in rooms.census.forges:
        await _catch_up(rooms, forge)
    for received in await _swept("unsettled", tuple[Received, ...], rooms.upkeep.unsettled):
        await rooms.dispatch.receive(received)
    for run, ref in await _swept("unstarted", tuple[tuple[str, ChangeRef], ...], rooms.upkeep.unstarted):
        await rooms.dispatch.judge(run, ref)
    for run, ref in await _swept("adrift", tuple[tuple[str, ChangeRef], ...], rooms.upkeep.adrift):
        await _rescued(rooms, run, ref)
    for asked in await step("abandoned", tuple[GroupFormed, ...], rooms.upkeep.abandoned_groups):
        await _group_given_up(rooms, asked)
    counted = await step("count", Counted, rooms.census.count)
    SWEPT.labels("lost").inc(len(counted.lost))
    SWEPT.labels("overlooked").inc(len(counted.overlooked))
    for ref in counted.lost:
        await _let_go(rooms, ref)
    for ref in counted.overlooked:
        await rooms.dispatch.look(ref, f"round:{round_}:{ref.repository.forge}:{ref}")


async def _swept(name: str, gives: type[S], work: Work[S]) -> S:
    """A step that looks for what is left behind, with what it finds counted."""
    found = await step(name, gives, work)
    SWEPT.labels(name).inc(len(found))
    return found


async def _act(rooms: Rooms, received: Received) -> str:
    """Do what a delivery asks for; gives what became of it."""
    match received.event:
        case ChangeTouched(ref, _, again):
            await look(rooms, ref, again=again)
        case CommentWritten(ref) as comment:
            if await step("answer", tuple[ChangeRef, ...], lambda: rooms.reception.answer(comment)):
                await look(rooms, ref, again=True)
        case HeadTouched(repository, commit, _, again):
            for ref in await step("with head", tuple[ChangeRef, ...], lambda: rooms.reception.with_head(repository, commit)):
                await look(rooms, ref, again=again)
        case BranchMoved():
            return await _rebased(rooms, received, received.event)
        case GroupFormed() | GroupGone():
            await _grouped(rooms, received, received.event)
        case AccessChanged() | RepositoryMoved():
            await _counted_anew(rooms, received, received.event)
        case Ignored(reason):
            return f"ignored: {reason}"
    return "acted on"


async def _rebased(rooms: Rooms, received: Received, moved: BranchMoved) -> str:
    """Have the open changes that go to a branch judged upon its new tip, once for several pushes in a row."""
    await pause(SETTLING_SECONDS)
    if await step("newer", bool, lambda: rooms.reception.newer(received)):
        return "left to a newer one"
    place, branch = moved.repository, moved.branch
    for change in await step("rebased", tuple[Rebased, ...], lambda: rooms.reception.rebased(place, branch)):
        if change.taken is None:
            await rooms.dispatch.look(change.ref, f"{received.forge}:{received.id}:{change.ref.number}")
            continue
        await _ended(rooms, change.taken)
        if change.taken.run is not None:
            await rooms.dispatch.revisit(change.taken.run, change.ref)
    return "acted on"


async def _grouped(rooms: Rooms, received: Received, event: GroupFormed | GroupGone) -> None:
    """A group is judged once for its head, and once more each time that somebody asks."""
    key = group_workflow(event.repository, event.head)
    if isinstance(event, GroupGone):
        await rooms.cancel(key)
    else:
        await rooms.dispatch.group(event, f"{key}:{received.id}" if event.again else key)


async def _counted_anew(rooms: Rooms, received: Received, event: AccessChanged | RepositoryMoved) -> None:
    """What the payload says of repositories is not believed: a round looks at what there is."""
    if isinstance(event, RepositoryMoved):
        old, new = event.old, event.new
        await step("moved", NoneType, lambda: rooms.reception.moved(old, new))
    await rooms.dispatch.reconcile(f"delivery:{received.forge}:{received.id}")


async def _catch_up(rooms: Rooms, forge: str) -> None:
    """Store what the forge could not hand over, to be acted on like the rest."""

    async def undelivered() -> tuple[Received, ...]:
        """Noted within the step: a round that goes on in another life remembers what the step gave, and asks for nothing."""
        since, now = rooms.census.failed_since(forge), datetime.now(UTC)
        stored = await rooms.reception.undelivered(forge, since)
        rooms.census.asked(forge, now)
        return stored

    with suppress(Fault):  # told in the log already; deliveries that can't be listed must not keep the round from the changes
        await _swept("undelivered", tuple[Received, ...], undelivered)


async def _let_go(rooms: Rooms, ref: ChangeRef) -> None:
    await _ended(rooms, await step("let go", TakenUp, lambda: rooms.reception.let_go(ref)))


async def _ended(rooms: Rooms, taken: TakenUp) -> None:
    """Stop what nobody waits for any more, and let the status speak for those that are left at the head."""
    for run in taken.superseded:
        await rooms.cancel(run_workflow(run))
    for run in taken.relieved:
        await _relieved(rooms, run)


async def _relieved(rooms: Rooms, run: str) -> None:
    await step("relieve", NoneType, lambda: rooms.publishing.relieve(run))


async def _group_given_up(rooms: Rooms, asked: GroupFormed) -> None:
    """Tell a queue that still asks that there will be no answer."""
    if await step("group", tuple[ProposedChange, ...], lambda: rooms.groups.now(asked)):
        await step("confess", NoneType, lambda: rooms.groups.give_up(asked))


async def _group_judged(rooms: Rooms, asked: GroupFormed, change: ProposedChange) -> None:
    await step("announce", NoneType, lambda: rooms.groups.announce(asked, change))
    await step("judge", NoneType, lambda: rooms.groups.judge(asked, change), preemptible=True)


async def _judged(rooms: Rooms, run: str, change: ProposedChange) -> bool:
    return await step("judge", bool, lambda: rooms.judging.judge(run, change), preemptible=True)


async def _rescued(rooms: Rooms, run: str, ref: ChangeRef) -> None:
    """Look at the change: when it has another head or is closed, that ends the run. Else it is ended by our own fault."""
    await look(rooms, ref)
    for reference in await step("stranded", tuple[str, ...], lambda: rooms.upkeep.stranded(run)):
        await _confess(rooms, run, reference)


async def _confess(rooms: Rooms, run: str, reference: str) -> None:
    await step("confess", bool, lambda: rooms.publishing.confess(run, reference))
