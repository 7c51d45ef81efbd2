"""Handing work to the workers, durably: once it returns, it will be done. The same id twice is once."""

from collections.abc import Awaitable
from typing import Protocol

from dbos import EnqueueOptions

from app import telemetry
from app.forges.base import (
    BranchMoved,
    ChangeRef,
    ChangeTouched,
    CommentWritten,
    Event,
    GroupFormed,
    GroupGone,
    HeadTouched,
    RepositoryRef,
)
from app.store.model import Received

APPLICATION = "fairlead"
VERSION = "1"
"""The version of the workflows' steps. It changes only when runs that are under way could not go on with the new code."""

RECEIVE, LOOK, JUDGE, GROUP, RECONCILE = "receive", "look", "judge", "group", "reconcile"
INTAKE, RUNS, REVISITS, UPKEEP = "intake", "runs", "revisits", "upkeep"
"""The queues: deliveries and looks at changes, judging, judging once more since a base moved, and the regular round.

Those who push must not wait until hundreds of open changes are judged upon a new base: these wait in a queue of their own.
"""


class Enqueue(Protocol):
    """DBOS's way to enqueue a workflow, in a worker or beside it."""

    def __call__(self, options: EnqueueOptions, /, *args: object) -> Awaitable[object]:
        """Returns once it is stored."""


class Dispatch:
    """Enqueues the workflows by name, each change's one after the other."""

    def __init__(self, enqueue: Enqueue) -> None:
        self._enqueue = enqueue

    async def receive(self, received: Received) -> None:
        """Act on a delivery."""
        key = delivery_workflow(received.forge, received.id)
        await self._send(RECEIVE, INTAKE, key, _part(received.event), received.forge, received.id)

    async def look(self, ref: ChangeRef, key: str) -> None:
        """Look at a change as it stands now."""
        place = ref.repository
        await self._send(LOOK, INTAKE, f"look:{key}", part(ref), place.forge, place.path, ref.number)

    async def judge(self, run: str, ref: ChangeRef) -> None:
        """Judge a run."""
        await self._send(JUDGE, RUNS, run_workflow(run), part(ref), run)

    async def revisit(self, run: str, ref: ChangeRef) -> None:
        """Judge a run of a change whose base moved, when nobody else waits."""
        await self._send(JUDGE, REVISITS, run_workflow(run), part(ref), run)

    async def group(self, group: GroupFormed, key: str) -> None:
        """Judge a merge queue's group, once for each key."""
        place = group.repository
        where = (place.forge, place.path, group.head, group.branch, group.base_branch)
        await self._send(GROUP, RUNS, key, f"{place.forge}:{place.path}@{group.branch}", *where)

    async def reconcile(self, round_: str) -> None:
        """Make the regular round; `round_` names it, the same in all processes."""
        await self._send(RECONCILE, UPKEEP, f"reconcile:{round_}", "all", round_)

    async def _send(self, workflow: str, queue: str, key: str, partition: str, *args: object) -> None:
        options = EnqueueOptions(
            workflow_name=workflow,
            queue_name=queue,
            workflow_id=key,
            queue_partition_key=partition,
            app_version=VERSION,
            application_name=APPLICATION,
            otel_context=telemetry.here(),
        )
        await self._enqueue(options, *args)


def run_workflow(run: str) -> str:
    """The id of the workflow that judges a run."""
    return f"run:{run}"


def group_workflow(repository: RepositoryRef, head: str) -> str:
    """The id of the workflow that judges a merge queue's group."""
    return f"group:{repository.forge}:{repository.path}:{head}"


def delivery_workflow(forge: str, delivery: str) -> str:
    """The id of the workflow that acts on a delivery."""
    return f"delivery:{forge}:{delivery}"


def part(ref: ChangeRef) -> str:
    """What is done one after the other: everything about one change."""
    return f"{ref.repository.forge}:{ref}"


def _part(event: Event) -> str:
    """Deliveries about a change are acted on one after the other; of all others those of one kind, and of one repository where
    they name one: what has to wait for its forge then keeps no other waiting."""
    match event:
        case ChangeTouched(ref) | CommentWritten(ref):
            return part(ref)
        case BranchMoved(repository, branch):
            return f"{repository.forge}:{repository.path}@{branch}"
        case HeadTouched(repository) | GroupFormed(repository) | GroupGone(repository):
            return f"{type(event).__name__} {repository.forge}:{repository.path}"
        case _:
            return type(event).__name__
