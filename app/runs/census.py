"""The regular look at all open changes, for webhooks that never came: what the forges have against what is known here."""

import logging
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from app.forges.base import (
    ChangeGone,
    ChangeRef,
    ChangeState,
    Forbidden,
    Forge,
    ForgeError,
    ProposedChange,
    RepositoryRef,
    Unreachable,
)
from app.store.read import RunState
from app.store.store import Store

log = logging.getLogger(__name__)

MOST_REPOSITORIES = 60
"""Repositories of a connection that one round looks at, those first that waited longest. Each takes about two requests: at the
usual three minutes between rounds that is half of the five thousand an hour that GitHub allows at least."""
KEPT_BY_FORGES = timedelta(days=3)
"""How long GitHub keeps deliveries that failed."""
OVERLAP = timedelta(minutes=15)
"""How much of the time before its last look a forge is asked about again: what failed shows late."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What a round found: changes that somebody has to look at, and changes of repositories that we may no longer see."""

    overlooked: tuple[ChangeRef, ...]
    lost: tuple[ChangeRef, ...]


@dataclass(slots=True)
class Census:
    """Compares the forges with the store. It remembers when it looked where; a fresh one looks everywhere."""

    forges: Mapping[str, Forge]
    store: Store
    _seen: dict[RepositoryRef, datetime] = field(default_factory=dict)
    _asked: dict[str, datetime] = field(default_factory=dict)

    async def count(self) -> Counted:
        """Open changes whose head and base, as the forge lists them, no run is about; changes that closed unheard; and those
        of repositories that are gone."""
        overlooked: list[ChangeRef] = []
        lost: list[ChangeRef] = []
        for forge in self.forges.values():
            listed, all_listed = await _listed(forge)
            overlooked += await self._overlooked(forge, self._turn(listed))
            lost += await self._lost(forge.name, listed) if all_listed else []
        return Counted(tuple(overlooked), tuple(lost))

    def failed_since(self, forge: str) -> datetime:
        """From when on the forge is to be asked for failed deliveries: all that it keeps, at first."""
        return self._asked.get(forge, datetime.now(UTC) - KEPT_BY_FORGES)

    def asked(self, forge: str, at: datetime) -> None:
        """The forge was asked for failed deliveries, and all were stored."""
        self._asked[forge] = at - OVERLAP

    def _turn(self, listed: Sequence[RepositoryRef]) -> list[RepositoryRef]:
        """Whose turn it is; among those that waited as long, in no order."""
        never = datetime.min.replace(tzinfo=UTC)
        waited = sorted(random.sample(listed, len(listed)), key=lambda repository: self._seen.get(repository, never))
        return waited[:MOST_REPOSITORIES]

    async def _overlooked(self, forge: Forge, repositories: Sequence[RepositoryRef]) -> list[ChangeRef]:
        """Likewise of one forge. Raises Unreachable where two repositories in a row get no answer: the forge is away then."""
        found: list[ChangeRef] = []
        silent = False
        for repository in repositories:
            try:
                found += await self._overlooked_in(forge, repository)
                silent = False
            except Unreachable as error:
                if silent or len(repositories) == 1:
                    raise
                silent = True
                log.warning("the open changes of %s can't be read: %s", repository.path, error)
        return found

    async def _overlooked_in(self, forge: Forge, repository: RepositoryRef) -> list[ChangeRef]:
        """Likewise of one repository. One that can't be read must not keep the round from all others. Raises Unreachable."""
        try:
            listed = {change.ref: change async for change in forge.open_changes(repository)}
        except ChangeGone:
            listed = {}
        except Unreachable:
            raise
        except ForgeError as error:
            log.warning("the open changes of %s can't be read: %s", repository.path, error)
            return []
        finally:
            self._seen[repository] = datetime.now(UTC)
        unheard = [ref for ref in await self.store.open_changes(repository) if ref not in listed]
        return [ref for ref, change in listed.items() if not await self._covered(change)] + unheard

    async def _lost(self, forge: str, listed: Sequence[RepositoryRef]) -> list[ChangeRef]:
        known = [RepositoryRef(one.forge, one.path) for one in await self.store.repositories() if one.forge == forge]
        gone = [repository for repository in known if repository not in listed]
        return [ref for repository in gone for ref in await self.store.open_changes(repository)]

    async def _covered(self, change: ProposedChange) -> bool:
        repository = change.ref.repository
        known = await self.store.find_change(repository.forge, repository.path, change.ref.number)
        if known is None or known.run is None or known.state is not ChangeState.OPEN:
            return False
        same = (known.run.head, known.run.base) == (change.head, change.base)
        return same and known.run.state is not RunState.SUPERSEDED


async def _listed(forge: Forge) -> tuple[list[RepositoryRef], bool]:
    """The repositories of a forge, and whether these are all."""
    listed: list[RepositoryRef] = []
    try:
        async for repository in forge.repositories():
            listed.append(repository)  # noqa: PERF401 - what came before a refusal is kept
    except Forbidden as error:
        if error.retry_after is not None:
            raise
        log.warning("not all repositories of %s can be listed: %s", forge.name, error)
        return listed, False
    return listed, True
