"""What may be left behind by a crash at the wrong moment, found again: nothing stays where it is for ever."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from app.forges.base import ChangeRef, GroupFormed
from app.runs.faults import referenced
from app.store.inbox import Inbox
from app.store.ledger import Ledger
from app.store.model import Received, RunKey


class WorkflowState(StrEnum):
    """What the durable workflow of a run is doing."""

    UNKNOWN = "unknown"
    ALIVE = "alive"
    OVER = "over"


StateOf = Callable[[str], Awaitable[WorkflowState]]
"""The state of the workflow that judges a run."""


AbandonedGroups = Callable[[], Awaitable[tuple[GroupFormed, ...]]]
"""The merge queues' groups whose workflows ended without an answer."""


@dataclass(frozen=True, slots=True)
class Upkeep:
    """Looks for deliveries and runs that nobody is working on."""

    inbox: Inbox
    ledger: Ledger
    state_of: StateOf
    abandoned_groups: AbandonedGroups

    async def unsettled(self) -> tuple[Received, ...]:
        """Deliveries that were stored and not acted on."""
        return await self.inbox.unsettled()

    async def unstarted(self) -> tuple[tuple[str, ChangeRef], ...]:
        """Runs that were written down and never handed to a worker."""
        return tuple((key.run, key.ref) for key in await self._with(WorkflowState.UNKNOWN))

    async def adrift(self) -> tuple[tuple[str, ChangeRef], ...]:
        """Runs whose workflow ended without ending them: nobody asked any more, or they killed their worker again and again."""
        return tuple((key.run, key.ref) for key in await self._with(WorkflowState.OVER))

    async def stranded(self, run: str) -> tuple[str, ...]:
        """A reference for a run that is still adrift after its change was looked at; () for one that has ended."""
        key = await self.ledger.key(run)
        if key is None or key.state.final:
            return ()
        return (referenced(RuntimeError("the workflow ended early"), f"run {run}"),)

    async def _with(self, state: WorkflowState) -> list[RunKey]:
        return [key for key in await self.ledger.live() if await self.state_of(key.run) is state]
