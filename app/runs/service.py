"""A worker: DBOS launched, its queues and workflows registered, the engine warm, and a regular round."""

import asyncio
import logging
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer, EnqueueOptions

from app.forges.base import ChangeRef, GroupFormed, RepositoryRef
from app.runs import stories
from app.runs.child import Engine
from app.runs.dispatch import (
    APPLICATION,
    GROUP,
    INTAKE,
    JUDGE,
    LOOK,
    RECEIVE,
    RECONCILE,
    REVISITS,
    RUNS,
    UPKEEP,
    VERSION,
    Dispatch,
    run_workflow,
)
from app.runs.lock import WorkerLock
from app.runs.upkeep import WorkflowState

log = logging.getLogger(__name__)

POLL_SECONDS = 0.1
"""How often queues are looked at: what a webhook waits for, at most, before it is acted on."""
MOST_ATTEMPTS = 3
"""How often a workflow that takes its worker down with it is begun again."""
ALIVE = ("ENQUEUED", "PENDING", "DELAYED")


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """Which database, who we are in it, how often the round is made, how long ending may take (seconds)."""

    url: str
    worker_id: str
    folder: Path
    round_seconds: int
    shutdown_seconds: int


class Worker:
    """Carries out the durable work, on the event loop on which it is started."""

    def __init__(self, settings: WorkerSettings, engine: Engine) -> None:
        self._settings = settings
        self._engine = engine
        self._lock = WorkerLock(settings.folder / f"{settings.worker_id}.lock")
        self._rounds: asyncio.Task[None] | None = None
        self.dispatch = Dispatch(_enqueue)

    async def start(self, rooms: stories.Rooms) -> None:
        """Take up work, that of a process which died included. Raises AlreadyRunning when another process has this name."""
        self._lock.take()
        write_ahead(self._settings.url)
        DBOS(config=_config(self._settings))
        register(rooms)
        DBOS.launch()  # here and not in a thread: DBOS then runs the workflows on this event loop
        for queue, at_once in ((INTAKE, 16), (RUNS, 64), (REVISITS, 2), (UPKEEP, 1)):
            await DBOS.register_queue_async(
                queue, partition_concurrency=1, worker_concurrency=at_once, polling_interval_sec=POLL_SECONDS
            )
        await self._engine.warm()
        self._rounds = asyncio.create_task(self._make_rounds())

    async def stop(self) -> None:
        """Let running work end for a while, then leave the rest to the next start."""
        if self._rounds is not None:
            self._rounds.cancel()
            with suppress(asyncio.CancelledError):
                await self._rounds
            self._rounds = None
            seconds = self._settings.shutdown_seconds
            await asyncio.to_thread(DBOS.destroy, destroy_registry=True, workflow_completion_timeout_sec=seconds)
            # DBOS made its own threads the event loop's, and has ended them.
            asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor())
        await self._engine.close()
        self._lock.release()

    @property
    def obstacle(self) -> str:
        """Why no work is taken up; "" when it is."""
        return "no work is taken up" if self._rounds is None or self._rounds.done() else ""

    async def _make_rounds(self) -> None:
        """Ask for the regular round, at once and then at intervals; of several workers' askings at one time one counts."""
        await self.dispatch.reconcile(f"start:{self._settings.worker_id}:{time.time_ns()}")
        while True:
            await asyncio.sleep(self._settings.round_seconds)
            await self.dispatch.reconcile(str(int(time.time()) // self._settings.round_seconds))


class Outside:
    """Hands work to workers from a process that does none itself."""

    @classmethod
    async def opened(cls, url: str) -> Self:
        """With the tables there, whoever starts first."""
        write_ahead(url)
        await asyncio.to_thread(DBOS.migrate, url)
        return cls(url)

    def __init__(self, url: str) -> None:
        self._client = DBOSClient(
            system_database_url=url, serializer=DBOSPortableJSONSerializer(), application_name=APPLICATION, lazy=True
        )
        self.dispatch = Dispatch(self._client.enqueue_async)

    @property
    def obstacle(self) -> str:
        """Nothing: work is kept until a worker takes it up."""
        return ""

    async def stop(self) -> None:
        """Let go of connections."""
        await asyncio.to_thread(self._client.destroy)


def register(rooms: stories.Rooms) -> None:
    """Make the workflows known to DBOS, under the names that Dispatch uses. Their arguments are plain JSON."""

    @DBOS.workflow(name=RECEIVE, max_recovery_attempts=MOST_ATTEMPTS)
    async def receive(forge: str, delivery: str) -> None:
        await stories.receive(rooms, forge, delivery)

    @DBOS.workflow(name=LOOK, max_recovery_attempts=MOST_ATTEMPTS)
    async def look(forge: str, path: str, number: int) -> None:
        await stories.look(rooms, ChangeRef(RepositoryRef(forge, path), number))

    @DBOS.workflow(name=JUDGE, max_recovery_attempts=MOST_ATTEMPTS)
    async def judge(run: str) -> None:
        await stories.judge(rooms, run)

    @DBOS.workflow(name=GROUP, max_recovery_attempts=MOST_ATTEMPTS)
    async def group(forge: str, path: str, head: str, branch: str, base_branch: str) -> None:
        await stories.group(rooms, GroupFormed(RepositoryRef(forge, path), head, branch, base_branch))

    @DBOS.workflow(name=RECONCILE, max_recovery_attempts=MOST_ATTEMPTS)
    async def reconcile(round_: str) -> None:
        await stories.reconcile(rooms, round_)


async def cancel(workflow: str) -> None:
    """Stop a workflow by its id; nothing happens where there is none."""
    await DBOS.cancel_workflows_async([workflow])


async def state_of(run: str) -> WorkflowState:
    """What the workflow that judges a run is doing."""
    found = await DBOS.get_workflow_status_async(run_workflow(run))
    if found is None:
        return WorkflowState.UNKNOWN
    return WorkflowState.ALIVE if found.status in ALIVE else WorkflowState.OVER


def write_ahead(url: str) -> None:
    """Let an SQLite file keep a write-ahead log, before DBOS opens it: readers and writer then don't wait for each other."""
    path = url.removeprefix("sqlite:///")
    if path != url:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")


def _config(settings: WorkerSettings) -> DBOSConfig:
    return DBOSConfig(
        name=APPLICATION,
        system_database_url=settings.url,
        application_version=VERSION,
        executor_id=settings.worker_id,
        serializer=DBOSPortableJSONSerializer(),
        log_level="WARNING",
        enable_otlp=False,
    )


async def _enqueue(options: EnqueueOptions, /, *args: object) -> object:
    return await DBOS.enqueue_workflow_with_options_async(options, *args)
