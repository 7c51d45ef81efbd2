"""Deliveries and open changes to what there is to do: which changes to look at, which runs to start and to stop."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from app.forges.base import (
    ChangeGone,
    ChangeRef,
    ChangeState,
    CommentWritten,
    Forbidden,
    Forge,
    ProposedChange,
    RepositoryRef,
)
from app.runs.child import Engine
from app.runs.metrics import SUPERSEDED
from app.store.inbox import Inbox
from app.store.ledger import Ledger
from app.store.model import Received, TakenUp
from app.store.read import RunState
from app.store.store import Store

Rejudge = Callable[[ChangeRef], Awaitable[None]]
AnswerComment = Callable[[CommentWritten, Forge, Rejudge], Awaitable[None]]
"""Carries out the commands in a comment."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What taking things in needs."""

    forges: Mapping[str, Forge]
    inbox: Inbox
    ledger: Ledger
    store: Store
    engine: Engine
    answer: AnswerComment


class Reception:
    """Takes in what webhooks hint at, and what they did not say."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def read(self, forge: str, delivery: str) -> tuple[Received, ...]:
        """A delivery that there is something to do about; none when it is done, or a later one will see to the same."""
        received = await self._desk.inbox.read(forge, delivery)
        if received is None or received.settled is not None:
            return ()
        if await self._desk.inbox.newer(received):
            await self._desk.inbox.settle(forge, delivery, "left to a newer one")
            return ()
        return (received,)

    async def settle(self, forge: str, delivery: str, outcome: str) -> None:
        """The delivery was acted on."""
        await self._desk.inbox.settle(forge, delivery, outcome)

    async def take_up(self, ref: ChangeRef, *, again: bool) -> TakenUp:
        """Look at the change as it stands now. The runs that nobody waits for any more are stopped, their processes at once."""
        change = await self._now(ref)
        ledger = self._desk.ledger
        taken = await ledger.take_up(change, again=again) if change else await ledger.let_go(ref)
        for run in taken.superseded:
            self._desk.engine.stop(run)
            SUPERSEDED.inc()
        return taken

    async def _now(self, ref: ChangeRef) -> ProposedChange | None:
        """The change; None when it is gone, or of a connection that is no longer configured."""
        forge = self._desk.forges.get(ref.repository.forge)
        if forge is None:
            return None
        try:
            return await forge.change(ref)
        except ChangeGone:
            return None

    async def targeting(self, repository: RepositoryRef, branch: str) -> tuple[ChangeRef, ...]:
        """The open changes that want to merge into a branch."""
        forge = self._desk.forges[repository.forge]
        return tuple([change.ref async for change in forge.open_changes(repository) if change.base_branch == branch])

    async def answer(self, comment: CommentWritten) -> tuple[ChangeRef, ...]:
        """Carry out the commands in a comment; gives the changes that are to be judged again."""
        wanted: list[ChangeRef] = []

        async def rejudge(ref: ChangeRef) -> None:
            wanted.append(ref)

        try:
            await self._desk.answer(comment, self._desk.forges[comment.ref.repository.forge], rejudge)
        except ChangeGone:
            return ()
        return tuple(wanted)

    async def forsaken(self, run: str) -> tuple[ChangeRef, ...]:
        """The change of a run that goes on no more though no other took its place: somebody has to look at it."""
        key = await self._desk.ledger.key(run)
        return () if key is None or key.state.final else (key.ref,)

    async def overlooked(self) -> tuple[ChangeRef, ...]:
        """Open changes whose head and base, as the forge lists them, no run is about; and changes that closed unheard."""
        found: list[ChangeRef] = []
        for forge in self._desk.forges.values():
            async for repository in forge.repositories():
                found += await self._overlooked_in(forge, repository)
        return tuple(found)

    async def _overlooked_in(self, forge: Forge, repository: RepositoryRef) -> list[ChangeRef]:
        try:
            listed = {change.ref: change async for change in forge.open_changes(repository)}
        except (ChangeGone, Forbidden):
            return []
        unheard = [ref for ref in await self._desk.store.open_changes(repository) if ref not in listed]
        return [ref for ref, change in listed.items() if not await self._covered(change)] + unheard

    async def _covered(self, change: ProposedChange) -> bool:
        repository = change.ref.repository
        known = await self._desk.store.find_change(repository.forge, repository.path, change.ref.number)
        if known is None or known.run is None or known.state is not ChangeState.OPEN:
            return False
        same = (known.run.head, known.run.base) == (change.head, change.base)
        return same and known.run.state is not RunState.SUPERSEDED
