"""The one door through which a foreign program is started.

A program gets an argument list (never a shell), an environment of a few fixed words, an empty HOME, a session of its own that
is killed as a group, and limits. Behind walls it also gets no network and a read-only view of just the folders it is given,
as far as the machine allows: `validators.confinement` says how far, `validators.breakout` proves it.

    done = run([find("kubeconform"), "-output", "json", "-"], stdin=text)                    # untrusted input: behind walls
    done = run([git, "merge-base", one, two], walls=None)                                    # trusted: clean start, limits
    with start([sys.executable, "-m", "app.runs.engine"], walls=Walls(reads=(...), starts_others=True)) as child: ...
"""

import contextlib
import io
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self

from validators.change import ToolFailed, ToolMissing
from validators.confinement import Limits, Method, Walls, confined, limited
from validators.finished import Finished, Stopped
from validators.pipes import Drain, End, exchange

__all__ = ["Child", "Finished", "Limits", "Stopped", "Walls", "run", "run_async", "start"]

SEARCH_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
BUFFER = 1 << 16
LEFT_BEHIND_SECONDS = 0.5
"""How long the pipes of a program that ended are waited for, should an escaped process hold them open."""
CUT_SHORT: Mapping[End, Stopped] = {End.FULL: Stopped.OUTPUT, End.LATE: Stopped.TIME}
BEHIND_WALLS = Walls()
USUAL_LIMITS = Limits()


def run(
    argv: Sequence[str | Path],
    *,
    stdin: bytes = b"",
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    limits: Limits = USUAL_LIMITS,
    walls: Walls | None = BEHIND_WALLS,
) -> Finished:
    """Start a program, feed it `stdin`, wait for its end and kill whatever it left behind.

    `environment` is added to the minimal one; `folder` is where it runs (its HOME when None). `walls` None is for programs
    we trust (git): clean start and limits, but the machine's files and network. Blocks; use `run_async` beside an event loop.
    Raises ToolMissing when there is no such program and ToolFailed when it can't be started; how it ended is for the caller.
    """
    order = _Order(argv, environment or {}, folder, limits, walls, dies_with_thread=True)
    with _started(order) as child:
        return child.finish(stdin)


async def run_async(
    argv: Sequence[str | Path],
    *,
    stdin: bytes = b"",
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    limits: Limits = USUAL_LIMITS,
    walls: Walls | None = BEHIND_WALLS,
) -> Finished:
    """As `run`, in a thread; cancelling it kills the program."""
    import asyncio

    order = _Order(argv, environment or {}, folder, limits, walls, dies_with_thread=False)
    child = await asyncio.to_thread(_started, order)
    try:
        return await asyncio.to_thread(child.finish, stdin)
    finally:
        child.kill()
        await asyncio.shield(asyncio.to_thread(child.close))


def start(
    argv: Sequence[str | Path],
    *,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    limits: Limits = USUAL_LIMITS,
    walls: Walls | None = BEHIND_WALLS,
) -> "Child":
    """Start a program and talk to it through `Child.stdin` and `Child.stdout`. Parameters and errors as for `run`.

    Use it as a context manager: leaving it kills the program's whole session. Should this process die without that, the program
    sees the end of its input and must leave by itself. `limits.wall` and `limits.output` count for `Child.finish` alone.
    """
    return _started(_Order(argv, environment or {}, folder, limits, walls, dies_with_thread=False))


@cache
def method_in_force() -> Method:
    """The strongest way to put walls up that can start a program on this machine; tried once per process."""
    return next((method for method in Method if _works(method)), Method.LIMITS)


def _works(method: Method) -> bool:
    order = _Order(["true"], {}, None, USUAL_LIMITS, BEHIND_WALLS, dies_with_thread=True)
    try:
        with _started(order, method) as child:
            return child.finish().ok
    except (ToolMissing, ToolFailed):
        return False


@dataclass(frozen=True, slots=True)
class _Order:
    """What to start and how."""

    argv: Sequence[str | Path]
    environment: Mapping[str, str]
    folder: Path | None
    limits: Limits
    walls: Walls | None
    dies_with_thread: bool


def _started(order: _Order, method: Method | None = None) -> "Child":
    argv = [_found(order.argv[0]), *map(str, order.argv[1:])]
    if order.walls is not None and method is None:
        method = method_in_force()
    home = tempfile.mkdtemp(prefix="fairlead-home-")
    with contextlib.ExitStack() as undone:
        undone.callback(shutil.rmtree, home, ignore_errors=True)
        try:
            child = _spawned(order, _shut_in(order, argv, home, method), home)
        except OSError as error:
            raise ToolFailed(f"{Path(argv[0]).name} could not be started: {error.strerror}") from error
        undone.pop_all()
    return child


def _found(name: str | Path) -> str:
    """The program's absolute path; names without a slash are looked up on PATH."""
    found = shutil.which(name)
    if found is None:
        raise ToolMissing(f"{name} is not installed")
    return str(Path(found).absolute())


def _shut_in(order: _Order, argv: list[str], home: str, method: Method | None) -> list[str]:
    if order.walls is None or method is None:
        return limited(argv, order.limits, own_users=False)
    for path in order.walls.reads:
        if not path.is_absolute() or not path.exists():
            raise ToolFailed(f"{path} can't be shown to {Path(argv[0]).name}: it is not there, or not a full path")
    folder = home if order.folder is None else str(order.folder)
    dies = order.dies_with_thread
    return confined(argv, method, order.limits, order.walls, home=home, folder=folder, dies_with_thread=dies)


def _spawned(order: _Order, argv: list[str], home: str) -> "Child":
    begun = time.monotonic()
    process = subprocess.Popen(
        argv,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={"PATH": SEARCH_PATH, "LANG": "C.UTF-8", "HOME": home, "TMPDIR": home, **order.environment},
        cwd=home if order.folder is None else order.folder,
        start_new_session=True,
        bufsize=0,
    )
    return Child(process, home, order.limits, begun)


class Child:
    """A started program. `stdin` is an unbuffered pipe, `stdout` a buffered one; stderr is kept up to a limit."""

    def __init__(self, process: "subprocess.Popen[bytes]", home: str, limits: Limits, started: float) -> None:
        pipes = (process.stdin, process.stdout)
        if not isinstance(pipes[0], io.FileIO) or not isinstance(pipes[1], io.FileIO) or process.stderr is None:
            raise TypeError("a child is talked to through unbuffered pipes")
        self.stdin, self.stdout = pipes[0], io.BufferedReader(pipes[1], BUFFER)
        self._process = process
        self._home = home
        self._limits = limits
        self._started = started
        self._stopped: Stopped | None = None
        self._errors = Drain(process.stderr, limits.errors)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """The process id of the program, or of the one that holds its walls up."""
        return self._process.pid

    @property
    def status(self) -> int | None:
        """The exit status (minus the signal's number), None while it runs."""
        return self._process.poll()

    def wait(self) -> int:
        """Wait until it ends by itself; its exit status."""
        return self._process.wait()

    def complaint(self) -> str:
        """The beginning of what it has written to stderr so far; all of it, up to the limit, once it has ended."""
        if self._process.poll() is not None:
            self._errors.join(LEFT_BEHIND_SECONDS)
        return self._errors.kept.decode("utf-8", "replace")

    def kill(self, why: Stopped = Stopped.ASKED) -> None:
        """Kill the program and everything in its session, now; safe from another thread and when it is gone already."""
        if self._stopped is None and self._process.poll() is None:
            self._stopped = why
        with contextlib.suppress(ProcessLookupError, PermissionError):  # gone; macOS says EPERM of a group of zombies
            os.killpg(self._process.pid, signal.SIGKILL)

    def close(self) -> None:
        """Kill what still runs, let go of the pipes and remove the HOME. Doing it twice is doing it once."""
        self.kill()
        self._process.wait()
        self._errors.join(LEFT_BEHIND_SECONDS)
        self.stdin.close()
        self.stdout.close()
        shutil.rmtree(self._home, ignore_errors=True)

    def finish(self, stdin: bytes = b"") -> Finished:
        """Write `stdin`, read until the program's end or a limit, and kill its session."""
        deadline = self._started + self._limits.wall
        talk = exchange(
            self.stdin,
            self.stdout,
            stdin,
            limit=self._limits.output,
            deadline=deadline,
            gone=lambda: self._process.poll() is not None,
        )
        self.stdin.close()
        if talk.end in CUT_SHORT:  # what was read is not all, even if the program ended by itself meanwhile
            self._stopped = self._stopped or CUT_SHORT[talk.end]
            self.kill()
        status = self._wait_until(deadline)
        self.kill()
        self._errors.join(LEFT_BEHIND_SECONDS)
        return Finished(
            status=status,
            stdout=talk.output,
            stderr=self._errors.kept,
            stdout_truncated=talk.end is End.FULL,
            stderr_truncated=self._errors.truncated,
            stopped=self._stopped,
            seconds=time.monotonic() - self._started,
        )

    def _wait_until(self, deadline: float) -> int:
        try:
            return self._process.wait(max(deadline - time.monotonic(), 0))
        except subprocess.TimeoutExpired:
            self.kill(Stopped.TIME)
            return self._process.wait()
