"""Work whose worker died is taken over by those that live, and set aside when it seems to be what they die of.

Each life of a worker has a name of its own, `worker-1@5f0c...`, under which DBOS notes who does what. A worker whose lock is
free is dead, and so is every earlier life of one that started again.

Work that was under way is begun again. The last try is made alone in its worker, so that what happened to be near is not taken
for the cause; after it, it is given up.
"""

import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from dbos import DBOS, WorkflowStatus

from app.runs.dispatch import APPLICATION, INTAKE, RECEIVE, Dispatch
from app.runs.lock import WorkerLock
from app.runs.metrics import TAKEN_OVER
from app.store.inbox import Inbox
from app.store.interruptions import Interruptions

log = logging.getLogger(__name__)

LOOK_SECONDS = 5.0
"""How often the living look for the dead."""
MOST_TRIES = 3
"""How many workers may die of one piece of work."""
AGAIN = "again"
"""The queue for last tries: a worker makes one at a time."""
_PENDING = "PENDING"
"""What DBOS calls work that a worker has begun."""


def new_life(worker: str) -> str:
    """A name for one life of a worker."""
    return f"{worker}@{secrets.token_hex(4)}"


@dataclass(frozen=True, slots=True)
class Takeover:
    """Looks for the dead on behalf of one life of a worker."""

    life: str
    lock: WorkerLock
    interruptions: Interruptions
    inbox: Inbox
    dispatch: Dispatch

    async def look(self) -> None:
        """Take over what the dead left behind, whoever they are."""
        lives = {work.executor_id for work in await begun()} - {self.life, None}
        for life in sorted(life for life in lives if life):
            if _worker(life) == _worker(self.life):  # one of our own, and we hold its name
                await self._take_over(life)
                continue
            async with self.lock.borrowed(_worker(life)) as dead:
                if dead:
                    await self._take_over(life)

    async def _take_over(self, life: str) -> None:
        """Asked for again, as somebody may have been quicker."""
        for work in await begun(life):
            times = await self.interruptions.note(work.workflow_id, life)
            if times < MOST_TRIES:
                log.warning("%s died; %s is begun again", life, work.workflow_id)
                await begin_again([work], AGAIN if times == MOST_TRIES - 1 else work.queue_name)
            else:
                log.error("%s is given up: %d workers died while they were at it", work.workflow_id, times)
                await self._give_up(work)
            TAKEN_OVER.labels("begun again" if times < MOST_TRIES else "given up").inc()

    async def _give_up(self, work: WorkflowStatus) -> None:
        """The next round ends the run that it was about, and shows it; a delivery counts as acted on."""
        if work.name == RECEIVE:  # before it is cancelled, and found no more: a delivery that is not settled is begun in vain
            _, forge, delivery = work.workflow_id.split(":", 2)
            await self.inbox.settle(forge, delivery, f"given up: {MOST_TRIES} workers died of it")
        await DBOS.cancel_workflows_async([work.workflow_id])
        await self.dispatch.reconcile(f"without:{work.workflow_id}:{self.life}")


async def begun(life: str | None = None) -> Sequence[WorkflowStatus]:
    """The work that is under way, all of it or in one life."""
    return await DBOS.list_workflows_async(
        status=_PENDING, executor_id=life, application_name=APPLICATION, load_input=False, load_output=False
    )


async def begin_again(works: Sequence[WorkflowStatus], queue: str | None = None) -> None:
    """Put work back, into `queue` or the one that it came from. Whoever is still at it can't record anything any more."""
    for work in works:
        await DBOS.resume_workflows_async([work.workflow_id], queue_name=queue or work.queue_name or INTAKE)


def _worker(life: str) -> str:
    """The worker whose life it is. A name without a mark is from before lives were told apart."""
    return life.partition("@")[0]
