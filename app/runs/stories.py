"""The durable workflows, as they read in the design. Each step is done once and remembered, whatever dies between."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import NoneType

from app.forges.base import BranchMoved, ChangeRef, ChangeTouched, CommentWritten, Ignored, ProposedChange
from app.runs.dispatch import Dispatch
from app.runs.faults import Fault
from app.runs.judging import Judging
from app.runs.publishing import Publishing
from app.runs.reception import Reception
from app.runs.steps import step
from app.runs.upkeep import Upkeep
from app.store.model import Received, TakenUp


@dataclass(frozen=True, slots=True)
class Rooms:
    """Who does the steps. `cancel` stops the workflow that judges a run."""

    reception: Reception
    judging: Judging
    publishing: Publishing
    upkeep: Upkeep
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
    for run in taken.superseded:
        await rooms.cancel(run)
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
            await rooms.dispatch.look(ref, f"after:{run}")


async def reconcile(rooms: Rooms, round_: str) -> None:
    """The regular round: what was stored is acted on, every run comes to its end, every open change is looked at."""
    for received in await step("unsettled", tuple[Received, ...], rooms.upkeep.unsettled):
        await rooms.dispatch.receive(received)
    for run, ref in await step("unstarted", tuple[tuple[str, ChangeRef], ...], rooms.upkeep.unstarted):
        await rooms.dispatch.judge(run, ref)
    for run, reference in await step("stranded", tuple[tuple[str, str], ...], rooms.upkeep.stranded):
        await _confess(rooms, run, reference)
    for ref in await step("overlooked", tuple[ChangeRef, ...], rooms.reception.overlooked):
        await rooms.dispatch.look(ref, f"round:{round_}:{ref.repository.forge}:{ref}")


async def _act(rooms: Rooms, received: Received) -> str:
    """Do what a delivery asks for; gives what became of it."""
    match received.event:
        case ChangeTouched(ref, _, again):
            await look(rooms, ref, again=again)
        case CommentWritten(ref) as comment:
            if await step("answer", tuple[ChangeRef, ...], lambda: rooms.reception.answer(comment)):
                await look(rooms, ref, again=True)
        case BranchMoved(repository, branch):
            for ref in await step("targeting", tuple[ChangeRef, ...], lambda: rooms.reception.targeting(repository, branch)):
                await rooms.dispatch.look(ref, f"{received.forge}:{received.id}:{ref.number}")
        case Ignored(reason):
            return f"ignored: {reason}"
    return "acted on"


async def _judged(rooms: Rooms, run: str, change: ProposedChange) -> bool:
    return await step("judge", bool, lambda: rooms.judging.judge(run, change), preemptible=True)


async def _confess(rooms: Rooms, run: str, reference: str) -> None:
    await step("confess", bool, lambda: rooms.publishing.confess(run, reference))
