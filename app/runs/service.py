"""A worker: DBOS launched, its queues and workflows registered, the engine warm, and a regular round."""

import asyncio
import logging
import sqlite3
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer, EnqueueOptions

from app.runs import stories
from app.runs.child import Engine
from app.runs.dispatch import APPLICATION, INTAKE, RECONCILE, REVISITS, RUNS, UPKEEP, VERSION, Dispatch, run_workflow
from app.runs.feeds import OTHERS_SECONDS, POLL_SECONDS, Feeds
from app.runs.lock import FileLock, WorkerLock
from app.runs.lock_postgresql import PostgresLock
from app.runs.noise import worth_telling
from app.runs.rounds import repeated
from app.runs.running import Running
from app.runs.takeover import AGAIN, LOOK_SECONDS, Takeover, begin_again, begun, new_life
from app.runs.upkeep import WorkflowState
from app.runs.workflows import register
from app.store.interruptions import Interruptions

log = logging.getLogger(__name__)

CLEAN_SECONDS = 600
"""How often it is looked whether cleaning up is due."""
ALIVE = ("ENQUEUED", "PENDING", "DELAYED")


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """Which database, who we are in it, how often the round is made, how long ending may take (seconds).

    `traced` says whether spans are exported.
    """

    url: str
    worker_id: str
    folder: Path
    round_seconds: int
    shutdown_seconds: int
    traced: bool


class Worker:
    """Carries out the durable work, on the event loop on which it is started."""

    def __init__(self, settings: WorkerSettings, engine: Engine, lock: WorkerLock) -> None:
        self._settings = settings
        self._engine = engine
        self._lock = lock
        self._life = new_life(settings.worker_id)
        self._feeds = Feeds()
        self._running = Running(self._feeds.ring)
        self._started = False
        self._duties: tuple[asyncio.Task[None], ...] = ()
        self._ending: Sequence[threading.Event] = ()
        self.lost = asyncio.Event()
        self.dispatch = Dispatch(self._enqueue)

    async def start(self, rooms: stories.Rooms, interruptions: Interruptions) -> None:
        """Take up work, that of workers which died included. Raises AlreadyRunning when another process has this name."""
        await self._lock.take(self._settings.worker_id)
        write_ahead(self._settings.url)
        dbos = DBOS(config=_config(self._settings, self._life))
        register(rooms, self._running)
        logging.getLogger("dbos").addFilter(worth_telling)
        DBOS.listen_queues([])  # but we do: see feeds.py
        DBOS.launch()  # here and not in a thread: DBOS then runs the workflows on this event loop
        self._ending = dbos.background_thread_stop_events
        for name, at_once in ((INTAKE, 16), (RUNS, 64), (REVISITS, 2), (AGAIN, 1), (UPKEEP, 1)):
            seconds = POLL_SECONDS.get(name, OTHERS_SECONDS)
            queue = await DBOS.register_queue_async(
                name, partition_concurrency=1, worker_concurrency=at_once, polling_interval_sec=seconds
            )
            self._feeds.start(dbos, queue)
        await self._engine.warm()
        takeover = Takeover(self._life, self._lock, interruptions, rooms.upkeep.inbox, rooms.dispatch)
        duties = (
            repeated("reconcile", self._settings.round_seconds, self._round),
            repeated("takeover", LOOK_SECONDS, takeover.look),
            repeated("housekeeping", CLEAN_SECONDS, rooms.house.clean_daily),
            self._hold_the_name(),
        )
        self._duties = tuple(asyncio.create_task(duty) for duty in duties)

    async def stop(self) -> None:
        """Let running work end for a while, then hand the rest to whoever works next."""
        if self._duties:
            await _ended(self._duties)
            self._duties = ()
            await self._drained()
            await asyncio.to_thread(self._feeds.join)
            await asyncio.to_thread(DBOS.destroy, destroy_registry=True)
            # DBOS made its own threads the event loop's, and has ended them.
            asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor())
        await self._engine.close()
        await self._lock.release()

    @property
    def obstacle(self) -> str:
        """Why no work is taken up; "" when it is."""
        if self.lost.is_set():
            return "this worker lost its lock"
        return "no work is taken up" if not self._duties or any(duty.done() for duty in self._duties) else ""

    async def _drained(self) -> None:
        """Nothing new is begun, and what runs ends or is put back. What was put back counts as not tried."""
        self._no_new_work()
        if self.lost.is_set() or await self._running.ended(self._settings.shutdown_seconds):
            return
        await self._running.leave()
        left = await begun(self._life)
        await begin_again(left)
        log.info("handed over: %s", ", ".join(work.workflow_id for work in left) or "nothing")

    def _no_new_work(self) -> None:
        """End the threads that look into the queues, and others of DBOS that begin work."""
        self._feeds.stop()
        for thread in self._ending:
            thread.set()

    async def _enqueue(self, options: EnqueueOptions, /, *args: object) -> object:
        done = await DBOS.enqueue_workflow_with_options_async(options, *args)
        self._feeds.ring(options["queue_name"])
        return done

    async def _round(self) -> None:
        """Ask for the regular round. Of several workers' askings at one time one counts, but each asks when it starts.

        While a forge does not answer a round can take hours, and one that waits for its end is enough.
        """
        if self._started and await round_waits():
            return
        which = str(int(time.time()) // self._settings.round_seconds) if self._started else f"start:{self._life}"
        await self.dispatch.reconcile(which)
        self._started = True

    async def _hold_the_name(self) -> None:
        """As soon as our name may be another's, what others took over is left to them, or everything."""
        while await self._lock.interrupted():
            log.warning("the lock of %s was lost for a moment", self._settings.worker_id)
            await self._running.leave(but={work.workflow_id for work in await begun(self._life)})
        log.critical("the lock of %s is lost: all work stops", self._settings.worker_id)
        self.lost.set()
        self._no_new_work()
        await self._running.leave()


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

    @property
    def lost(self) -> asyncio.Event:
        """Never set: there is no lock to lose."""
        return asyncio.Event()

    async def stop(self) -> None:
        """Let go of connections."""
        await asyncio.to_thread(self._client.destroy)


async def cancel(workflow: str) -> None:
    """Stop a workflow by its id; nothing happens where there is none."""
    await DBOS.cancel_workflows_async([workflow])


async def state_of(run: str) -> WorkflowState:
    """What the workflow that judges a run is doing."""
    found = await DBOS.get_workflow_status_async(run_workflow(run))
    if found is None:
        return WorkflowState.UNKNOWN
    return WorkflowState.ALIVE if found.status in ALIVE else WorkflowState.OVER


async def round_waits() -> bool:
    """Whether a round was asked for that has not begun."""
    waiting = await DBOS.list_workflows_async(
        name=RECONCILE, status="ENQUEUED", application_name=APPLICATION, limit=1, load_input=False, load_output=False
    )
    return bool(waiting)


def write_ahead(url: str) -> None:
    """Let an SQLite file keep a write-ahead log, before DBOS opens it: readers and writer then don't wait for each other."""
    path = url.removeprefix("sqlite:///")
    if path != url:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")


def _config(settings: WorkerSettings, life: str) -> DBOSConfig:
    return DBOSConfig(
        name=APPLICATION,
        system_database_url=settings.url,
        application_version=VERSION,
        executor_id=life,
        serializer=DBOSPortableJSONSerializer(),
        log_level="WARNING",
        enable_otlp=settings.traced,
    )


async def _ended(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def lock_for(url: str, folder: Path) -> WorkerLock:
    """The kind of lock that all workers of this database see: on files of the machine, or on the server."""
    return FileLock(folder) if url.startswith("sqlite") else PostgresLock(url)
