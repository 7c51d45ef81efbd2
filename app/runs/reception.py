"""Deliveries and open changes to what there is to do: which changes to look at, which runs to start and to stop."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from app.forges.base import ChangeGone, ChangeRef, CommentWritten, Forbidden, Forge, ProposedChange, RepositoryRef
from app.runs.child import Engine
from app.runs.metrics import SUPERSEDED
from app.store.inbox import Inbox
from app.store.ledger import Ledger
from app.store.model import Received, TakenUp

Rejudge = Callable[[ChangeRef], Awaitable[None]]
AnswerComment = Callable[[CommentWritten, Forge, Rejudge], Awaitable[None]]
"""Carries out the commands in a comment."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What taking things in needs."""

    forges: Mapping[str, Forge]
    inbox: Inbox
    ledger: Ledger
    engine: Engine
    answer: AnswerComment


@dataclass(frozen=True, slots=True)
class Rebased:
    """A change whose base moved. `taken` is None when something else is different too, so that it has to be looked at."""

    ref: ChangeRef
    taken: TakenUp | None


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
        return self._stopped(await ledger.take_up(change, again=again) if change else await ledger.let_go(ref))

    async def let_go(self, ref: ChangeRef) -> TakenUp:
        """The change is of a repository that we may no longer see."""
        return self._stopped(await self._desk.ledger.let_go(ref))

    def _stopped(self, taken: TakenUp) -> TakenUp:
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

    async def newer(self, received: Received) -> bool:
        """Whether a later delivery about the same thing waits, so that this one need not be acted on."""
        return await self._desk.inbox.newer(received)

    async def with_head(self, repository: RepositoryRef, commit: str) -> tuple[ChangeRef, ...]:
        """The open changes that have this head."""
        return tuple([change.ref for change in await self._open(repository) if change.head == commit])

    async def rebased(self, repository: RepositoryRef, branch: str) -> tuple[Rebased, ...]:
        """The open changes that want to merge into a branch which moved, each taken up upon its new tip.

        Taken up as they are listed: to ask for each of hundreds would use up what the forge lets us ask.
        """
        found = [change for change in await self._open(repository) if change.base_branch == branch]
        return tuple([Rebased(change.ref, await self._desk.ledger.rebased(change)) for change in found])

    async def moved(self, old: RepositoryRef, new: RepositoryRef) -> None:
        """Keep what is known of a repository under its new name, if that is what the forge calls it now."""
        forge = self._desk.forges[new.forge]
        try:
            listed = {repository async for repository in forge.repositories()}
        except Forbidden:  # so it is not known
            return
        if new in listed and old not in listed:
            await self._desk.ledger.moved(old, new)

    async def undelivered(self, forge: str, since: datetime) -> tuple[Received, ...]:
        """What the forge could not hand over since then, stored as if it had been; none that was handed over after all."""
        failed = {one.id: one async for one in self._desk.forges[forge].failed_deliveries(since)}
        unknown = await self._desk.inbox.unknown(forge, failed)
        stored = [await self._desk.inbox.receive(forge, failed[id_], "") for id_ in failed if id_ in unknown]
        return tuple(one for one in stored if one is not None)

    async def _open(self, repository: RepositoryRef) -> list[ProposedChange]:
        try:
            return [change async for change in self._desk.forges[repository.forge].open_changes(repository)]
        except ChangeGone:
            return []

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

    async def leave(self, run: str) -> None:
        """Such a run ends: it saw another head or base than the look at the change that began it, be it for a moment."""
        await self._desk.ledger.leave(run)
