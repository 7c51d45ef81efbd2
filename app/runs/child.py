"""The service's side of its engine: child processes, kept warm, one change each at a time, thrown away when in doubt."""

import asyncio
import logging
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import app
import validators
from app import telemetry
from app.runs import frames
from app.runs.frames import BadFrame
from app.runs.messages import BadConfiguration, Findings, Order, Unable, order_frame, read_message
from app.runs.traces import own_words
from validators.confinement import MIB, Limits, Walls
from validators.judge import Progress
from validators.programs import TOOLS_FOLDER
from validators.sandbox import Child, start

log = logging.getLogger(__name__)

Answer = Findings | BadConfiguration | Unable
OnProgress = Callable[[Progress], None]

_OUT_OF_TIME = (signal.SIGALRM, signal.SIGXCPU)

MOST_CHANGES = 200
"""Changes after which a child is replaced by a fresh one, whatever its health."""


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """What the children may use and see. `memory` in MiB, `seconds` for one change, `reads` are the folders besides our own."""

    processes: int
    memory: int
    seconds: int
    reads: tuple[Path, ...]


class Engine:
    """A few child processes that judge changes. To be used from one event loop."""

    def __init__(self, settings: EngineSettings) -> None:
        self._settings = settings
        self._places = asyncio.Semaphore(settings.processes)
        self._idle: list[_Worker] = []
        self._busy: dict[str, _Worker] = {}
        self._closed = False

    @property
    def seconds(self) -> int:
        """How long judging one change may take."""
        return self._settings.seconds

    async def warm(self) -> None:
        """Have the children started, so that the first change need not wait."""
        missing = self._settings.processes - len(self._idle) - len(self._busy)
        self._idle += await asyncio.gather(*(asyncio.to_thread(_Worker, self._settings) for _ in range(missing)))

    async def judge(self, run: str, order: Order, on_progress: OnProgress) -> Answer:
        """Judge a change for the run. A crash, a limit and a stop are answers too: what could not be done is Unable.

        Cancelling kills the child, with whatever it started.
        """
        loop = asyncio.get_running_loop()

        def tell(progress: Progress) -> None:
            loop.call_soon_threadsafe(on_progress, progress)

        async with self._places, self._worker(run) as worker:
            work = loop.run_in_executor(None, telemetry.with_context(lambda: worker.judge(order, tell)))
            try:
                answer = await asyncio.wait_for(asyncio.shield(work), self._settings.seconds)
            except TimeoutError:
                answer = Unable(f"judging took longer than {self._settings.seconds} s, its limit")
            finally:
                if not work.done():
                    worker.kill()
                    await asyncio.wait({work})
        if self._closed:
            raise asyncio.CancelledError
        return answer

    def stop(self, run: str) -> None:
        """Kill the child that judges for the run, at once; nothing happens when none does."""
        if run in self._busy:
            self._busy[run].kill()

    async def close(self) -> None:
        """End all children. What they were judging gets no answer any more: it is cancelled."""
        self._closed = True
        idle, self._idle = self._idle, []
        for worker in (*idle, *self._busy.values()):
            await asyncio.to_thread(worker.close)

    @asynccontextmanager
    async def _worker(self, run: str) -> AsyncIterator["_Worker"]:
        """A child that nobody else uses. It is kept if it is still good afterwards."""
        worker = await self._taken()
        self._busy[run] = worker
        try:
            yield worker
        finally:
            del self._busy[run]
            if worker.good:
                self._idle.append(worker)
            else:
                await asyncio.shield(asyncio.to_thread(worker.close))

    async def _taken(self) -> "_Worker":
        """An idle child that still runs, or a fresh one."""
        while self._idle:
            worker = self._idle.pop()
            if worker.alive:
                return worker
            await asyncio.to_thread(worker.close)
        return await asyncio.to_thread(_Worker, self._settings)


class _Worker:
    """One child process."""

    def __init__(self, settings: EngineSettings) -> None:
        reads = (*_own_folders(), *(folder for folder in settings.reads if folder.exists()))
        limits = Limits(memory=settings.memory * MIB, cpu=None, processes=256)
        walls = Walls(reads=reads, starts_others=True)
        self._child: Child = start([sys.executable, "-m", "app.runs.engine"], limits=limits, walls=walls)
        self._memory = settings.memory
        self._judged = 0
        self._passed_on = 0
        self.good = True

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._child.status is None

    def judge(self, order: Order, on_progress: OnProgress) -> Answer:
        """Send an order and read until its last message. Blocks; a child that ends or talks nonsense is not used again."""
        try:
            frames.send(self._child.stdin, order_frame(order))
            while True:
                message = read_message(frames.receive(self._child.stdout))
                if not isinstance(message, Progress):
                    self._judged += 1
                    self.good = self.good and self._judged < MOST_CHANGES
                    self._pass_on()
                    return message
                on_progress(message)
        except (BadFrame, OSError) as error:
            self.good = False
            return Unable(self._how_it_ended(error))

    def kill(self) -> None:
        """Kill it and all that it started; safe from another thread."""
        self.good = False
        self._child.kill()

    def close(self) -> None:
        """Kill it and let go of its pipes."""
        self._child.close()
        self._pass_on()

    def _pass_on(self) -> None:
        """Put the lines that it wrote to standard error since the last time into our log: references lead there."""
        said = self._child.complaint().rpartition("\n")[0]
        if new := own_words(said[self._passed_on :]):
            log.warning("the engine says: %s", new)
        self._passed_on = len(said)

    def _how_it_ended(self, error: Exception) -> str:
        self._child.kill()
        status = self._child.wait()
        log.warning("an engine ended (%s, status %s)", error, status)
        return how_it_ended(status, self._memory)


def how_it_ended(status: int, memory: int) -> str:
    """How a child's end looks to people, and what they can do.

    A negative status is the signal that killed it; within walls it is their own program that tells it, as 128 more.
    """
    killer = -status if status < 0 else status - 128
    if killer in _OUT_OF_TIME:
        return "judging took too long and was stopped. Split the change, or have FAIRLEAD_ENGINE_SECONDS raised"
    if killer == signal.SIGKILL:
        return (
            f"judging was killed, most likely for want of memory (it may have {memory} MiB). "
            "Split the change, or have FAIRLEAD_ENGINE_MEMORY raised"
        )
    return "judging broke off unexpectedly. Judge it again with /check; if that fails too, Fairlead's log says more"


def _own_folders() -> tuple[Path, ...]:
    """What our own code needs to start: Python, its packages, this program and the programs that checks run."""
    packages = (Path(package.__path__[0]).resolve() for package in (app, validators))
    folders = (Path(sys.prefix), Path(sys.base_prefix), Path(sys.executable).resolve().parent, *packages, TOOLS_FOLDER)
    return tuple(dict.fromkeys(folder for folder in folders if folder.exists()))
