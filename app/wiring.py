"""The one place where everything is put together, from the settings."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from enum import StrEnum

from app.commands import USAGES
from app.commands.answering import answer
from app.config.validator import ConfigurationFile
from app.forges import FORGES, Connection, LineAddress
from app.forges.base import ChangeRef, CommentWritten, Forge, ProposedChange
from app.forges.github import GitHubSettings, Pacing
from app.git.mirrors import Mirrors
from app.review.standing import LineUrl
from app.runs.abandoned import abandoned_groups
from app.runs.census import Census
from app.runs.child import Engine, EngineSettings
from app.runs.dispatch import Dispatch
from app.runs.groups import Groups
from app.runs.handing import Handing
from app.runs.housekeeping import House, Keep
from app.runs.judging import Bench, Judging
from app.runs.publishing import LinesOf, Press, Publishing
from app.runs.reception import Desk, Reception, Rejudge
from app.runs.service import Outside, Worker, WorkerSettings, cancel, lock_for, state_of
from app.runs.stories import Rooms
from app.runs.upkeep import Upkeep
from app.server_key import given_key, server_key
from app.settings import Settings
from app.store.backlog import Backlog, backlog
from app.store.database import Database, open_database
from app.store.inbox import Inbox
from app.store.interruptions import Interruptions
from app.store.ledger import Ledger
from app.store.read import ChangeRow
from app.store.retention import Retention
from app.store.store import Store
from app.web.change import LineUrl as PageLineUrl
from app.web.reading import Reading
from app.web.webhooks import Door
from validators import VALIDATORS
from validators.judge import DRY_RUN


class Role(StrEnum):
    """What a process does: take webhooks in and show pages, do the work, or both."""

    ALL = "all"
    WEB = "web"
    WORKER = "worker"


def connections(settings: Settings) -> Mapping[str, Connection]:
    """The forges that the settings name, by the name of the connection."""
    if settings.github_app_id is None:
        return {}
    chosen = GitHubSettings(
        app_id=settings.github_app_id,
        private_key=settings.private_key,
        webhook_secrets=settings.webhook_secrets,
        api_url=settings.github_api_url,
        web_url=settings.github_web_url,
        pacing=Pacing(settings.github_request_pause, settings.github_write_pause),
    )
    return {chosen.name: FORGES["github"](chosen)}


@dataclass(frozen=True, slots=True)
class Service:
    """What a running process consists of. `hands` do the work, or hand it on to those elsewhere who do."""

    database: Database
    forges: Mapping[str, Forge]
    hands: Worker | Outside
    handing: Handing
    door: Door
    reading: Reading

    async def ready(self) -> str:
        """What keeps it from working; "" when nothing does."""
        return self.hands.obstacle or await self.database.obstacle()

    async def count(self) -> Backlog:
        """What waits to be done. Raises DatabaseDown."""
        return await backlog(self.database)

    async def lost(self) -> None:
        """Returns when this process has lost its worker's lock: whatever it still does, another may be doing as well."""
        await self.hands.lost.wait()

    async def stop(self) -> None:
        """End in an order that loses nothing."""
        await self.handing.stop()
        await self.hands.stop()
        for forge in self.forges.values():
            await forge.close()
        await self.database.close()


async def start(settings: Settings, role: Role, connected: Mapping[str, Connection]) -> Service:
    """A running service, to be ended by `stop`. Raises AlreadyRunning, BadDatabaseUrl, BadServerKey."""
    settings.mirrors.mkdir(parents=True, exist_ok=True)
    async with AsyncExitStack() as undo:
        database = await open_database(settings.store_url)
        undo.push_async_callback(database.close)
        hands = await _hands(settings, role, database, connected)
        undo.pop_all()
    readers = {name: one.reader for name, one in connected.items()}
    handing = Handing(hands.dispatch.receive)
    return Service(
        database=database,
        forges={name: one.forge for name, one in connected.items()},
        hands=hands,
        handing=handing,
        door=Door(readers, Inbox(database), handing.take, settings.webhook_bytes),
        reading=Reading(Store(database), _page_lines(connected)),
    )


async def _hands(settings: Settings, role: Role, database: Database, connected: Mapping[str, Connection]) -> Worker | Outside:
    if role is Role.WEB:
        return await Outside.opened(settings.runs_url)
    return await _started_worker(settings, database, connected)


async def _started_worker(settings: Settings, database: Database, connected: Mapping[str, Connection]) -> Worker:
    reads = (settings.mirrors, *([settings.schema_folder] if settings.schema_folder else []))
    engine = Engine(EngineSettings(settings.engine_processes, settings.engine_memory, settings.engine_seconds, reads))
    own = WorkerSettings(
        url=settings.runs_url,
        worker_id=settings.worker_id,
        folder=settings.data_dir.absolute(),
        round_seconds=settings.reconcile_seconds,
        shutdown_seconds=settings.shutdown_seconds,
        traced=settings.otlp_endpoint is not None,
    )
    worker = Worker(own, engine, lock_for(own.url, own.folder))
    await worker.start(_rooms(settings, database, connected, engine, worker.dispatch), Interruptions(database))
    return worker


def _rooms(
    settings: Settings, database: Database, connected: Mapping[str, Connection], engine: Engine, dispatch: Dispatch
) -> Rooms:
    """Who does the steps of the workflows."""
    store, inbox, ledger = Store(database), Inbox(database), Ledger(database)
    forges = {name: one.forge for name, one in connected.items()}
    checks = (*VALIDATORS, ConfigurationFile.name, DRY_RUN)
    bench = Bench(forges, ledger, engine, settings.mirrors, checks, settings.schema_folder, _fingerprint_key(settings))
    judging = Judging(bench)
    lines = {name: _change_lines(one.line_address) for name, one in connected.items()}
    press = Press(forges, lines, ledger, store, Interruptions(database), settings.public_url, USAGES)
    return Rooms(
        reception=Reception(Desk(forges, inbox, ledger, engine, _answer)),
        judging=judging,
        publishing=Publishing(press),
        groups=Groups(judging, press),
        census=Census(forges, store),
        upkeep=Upkeep(inbox, ledger, state_of, abandoned_groups),
        house=house(settings, database),
        dispatch=dispatch,
        cancel=cancel,
    )


def house(settings: Settings, database: Database) -> House:
    """Who cleans up, on this machine and in the database."""
    return House(
        retention=Retention(database),
        url=settings.runs_url,
        mirrors=Mirrors(settings.mirrors),
        keep=Keep(settings.keep_deliveries_days, settings.keep_days, settings.keep_mirrors_days),
        mark=settings.data_dir.absolute() / "cleaned",
    )


def _fingerprint_key(settings: Settings) -> str:
    given = settings.fingerprint_key_file
    return given_key(given) if given else server_key(settings.data_dir)


class _AskedToJudge:
    """What a comment command can ask of the service."""

    def __init__(self, rejudge: Rejudge) -> None:
        self._rejudge = rejudge

    async def rejudge(self, ref: ChangeRef) -> None:
        """Have the change judged again."""
        await self._rejudge(ref)


async def _answer(comment: CommentWritten, forge: Forge, rejudge: Rejudge) -> None:
    await answer(comment, forge, _AskedToJudge(rejudge))


def _change_lines(address: LineAddress) -> LinesOf:
    """The addresses for one change after the other."""

    def of(change: ProposedChange) -> LineUrl:
        return lambda path, first, last: address(change.ref.repository.path, change.head, path, first, last)

    return of


def _page_lines(connected: Mapping[str, Connection]) -> PageLineUrl:
    """The addresses for the pages; "" for a change of a connection that is no longer there."""

    def address(change: ChangeRow, path: str, first: int | None, last: int | None) -> str:
        found = connected.get(change.forge)
        head = change.run.head if change.run else change.head
        return found.line_address(change.repository, head, path, first, last) if found else ""

    return address
