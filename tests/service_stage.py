"""A small language for tests of the running service: a forge in memory, real git repositories, the real workflows."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from fakes.forge import FakeForge
from pydantic import SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource
from repositories import Repository, new_repository

from app import wiring
from app.forges import Connection
from app.forges.base import (
    Account,
    ChangeRef,
    ChangeState,
    ChangeTouched,
    Delivery,
    Event,
    GitAccess,
    ProposedChange,
    RepositoryRef,
)
from app.forges.github.addresses import lines
from app.forges.github.webhooks import GitHubReader
from app.settings import Settings
from app.store.read import ChangePage, RunRow
from app.wiring import Role, Service
from validators.trees.memory import Content

REPOSITORY = RepositoryRef("github", "shop/gitops")
REF = ChangeRef(REPOSITORY, 7)
GOOD = b"a: 1\nb: 2\n"
BROKEN = b"a: 1\nb: 2\nb: 3\n"
SECRET = "a webhook secret of the tests"


class OwnSettings(Settings):
    """Settings that see nothing of the machine's environment."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)


@dataclass
class Stage:
    """A forge with one repository, on which changes are proposed, and the service that watches it."""

    forge: FakeForge
    repository: Repository
    base: str
    service: Service
    settings: Settings
    deliveries: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def commit(self, files: Mapping[str, Content], *parents: str, branch: str) -> str:
        own = {"branch.txt": branch.encode()}  # no two branches have the same commit
        return self.repository.commit({"a.yaml": GOOD, **own, **files}, *(parents or (self.base,)), branch=branch)

    def propose(
        self, head: str, *, base: str | None = None, number: int = 7, state: ChangeState = ChangeState.OPEN
    ) -> ChangeRef:
        """Let the forge say that the change has this head."""
        ref = replace(REF, number=number)
        self.repository.git("update-ref", f"refs/pull/{number}/head", head)
        self.forge.propose(proposed(ref, base or self.base, head, state), {"a.yaml": range(1, 20)})
        return ref

    async def tell(self, event: Event, *, delivery: str = "") -> None:
        """A webhook, as if it had come in."""
        name = delivery or f"d-{next(self.deliveries)}"
        received = await self.service.door.inbox.receive("github", Delivery(name, event), "hash")
        if received:
            await self.service.door.act(received)

    async def touch(self, ref: ChangeRef = REF, *, again: bool = False, delivery: str = "") -> None:
        await self.tell(ChangeTouched(ref, "test", again), delivery=delivery)

    async def page(self, ref: ChangeRef = REF) -> ChangePage | None:
        store = self.service.reading.store
        found = await store.find_change("github", REPOSITORY.path, ref.number)
        return await store.change(found.id) if found else None

    async def until(self, reached: Callable[[ChangePage], bool], ref: ChangeRef = REF, seconds: float = 20) -> ChangePage:
        """The change's page, as soon as it is so."""
        async with asyncio.timeout(seconds):
            while True:
                page = await self.page(ref)
                if page and reached(page):
                    return page
                await asyncio.sleep(0.02)

    async def judged(self, head: str, ref: ChangeRef = REF) -> RunRow:
        """The run of this head, once it has ended."""
        page = await self.until(
            lambda page: page.run is not None and page.run.run.head == head and page.run.run.state.final, ref
        )
        assert page.run is not None
        return page.run.run


def proposed(ref: ChangeRef, base: str, head: str, state: ChangeState = ChangeState.OPEN) -> ProposedChange:
    return ProposedChange(
        ref=ref,
        title="Two of them",
        author=Account("5", "ada"),
        state=state,
        draft=False,
        base_branch="main",
        base=base,
        head_branch="two",
        head=head,
        head_ref=f"refs/pull/{ref.number}/head",
        head_repository=ref.repository.path,
        labels=(),
        url=f"https://forge.example/{ref.repository.path}/pull/{ref.number}",
    )


def settings(folder: Path, database_url: str) -> Settings:
    return OwnSettings(
        data_dir=folder,
        public_url="https://fairlead.example",
        database_url=SecretStr(database_url),
        reconcile_seconds=3600,
        shutdown_seconds=2,
    )


def connected(forge: FakeForge) -> Mapping[str, Connection]:
    return {"github": Connection(forge, GitHubReader("github", 1, (SECRET,)), lines("https://forge.example"))}


@asynccontextmanager
async def staged(folder: Path, database_url: str = "") -> AsyncIterator[Stage]:
    """The stage in a folder of its own, with everything running; on SQLite unless another database is named."""
    forge, repository = FakeForge(), new_repository(folder / "origin")
    base = repository.commit({"a.yaml": GOOD}, branch="main")
    forge.install(REPOSITORY)
    forge.git_accesses[REPOSITORY] = GitAccess(str(repository.path))
    chosen = settings(folder / "data", database_url)
    service = await wiring.start(chosen, Role.ALL, connected(forge))
    try:
        yield Stage(forge, repository, base, service, chosen)
    finally:
        await service.stop()
