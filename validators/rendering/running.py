"""Runs jobs behind walls, two at a time, and remembers what came of each by its content.

Nothing that a job reads has a say but what is in its key: the programs get no network, no environment, and no file beside
those laid out for them. So equal keys mean equal output, whatever commit or side asks.
"""

import hashlib
import os
import shutil
import tempfile
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path

from validators.change import ToolFailed
from validators.finished import Finished
from validators.programs import find
from validators.rendering.layout import contents, lay_out
from validators.rendering.model import Job, Output
from validators.sandbox import Limits, Walls, run
from validators.tree import Entry, Tree

MIB = 1024 * 1024
LIMITS = Limits(memory=1024 * MIB, cpu=20, wall=20, output=8 * MIB)
"""What one unit may use to be rendered. Programs that run into it were not told to by anything that people write."""

SECONDS = 120.0
"""How long all units of one side may take together."""

_REFUSED = 1
"""The exit status by which kustomize and helm refuse what they were given."""

_AT_A_TIME = max(2, os.cpu_count() or 1)
_KEPT_BYTES = 64 * MIB


class Remembered:
    """Outputs by key, the latest of them. Threads may share it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held = 0
        self._kept: OrderedDict[bytes, Output] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, key: bytes) -> Output | None:
        """The output with this key; None when it is not known any more."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def keep(self, key: bytes, output: Output) -> None:
        """Remember `output`, and forget what was not asked for lately."""
        with self._lock:
            if key not in self._kept:
                self._held += len(output.text)
            self._kept[key] = output
            while self._held > self._most and len(self._kept) > 1:
                self._held -= len(self._kept.popitem(last=False)[1].text)


class BrokenLately:
    """Jobs that ran into a limit, for a while: what one check of a change waited for in vain, the next one need not."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._known: dict[bytes, tuple[float, str]] = {}

    def keep(self, key: bytes, why: str) -> None:
        """Remember that the job with this key broke, and forget those that did long ago."""
        now = time.monotonic()
        self._known = {each: known for each, known in self._known.items() if now - known[0] < self._seconds}
        self._known[key] = now, why

    def check(self, key: bytes) -> None:
        """Raises ToolFailed where the job broke lately."""
        when, why = self._known.get(key, (0.0, ""))
        if why and time.monotonic() - when < self._seconds:
            raise ToolFailed(why)


_remembered = Remembered(_KEPT_BYTES)
_broken_lately = BrokenLately(120.0)


def outputs(tree: Tree, jobs: Iterable[Job]) -> Mapping[Job, Output]:
    """What each job comes to, run only where its content is not known from before.

    Raises ToolMissing where a program is not there and ToolFailed where one hits a limit or breaks down.
    """
    wanted = list(dict.fromkeys(jobs))
    keys = {job: key(job) for job in wanted}
    found = {job: known for job in wanted if (known := _remembered.find(keys[job])) is not None}
    left = [job for job in wanted if job not in found]
    for job in left:
        _broken_lately.check(keys[job])
    for job, output in _run_all(tree, left):
        if output.broke:
            _broken_lately.keep(keys[job], output.broke)
            raise ToolFailed(output.broke)
        _remembered.keep(keys[job], output)
        found[job] = output
    return found


def is_known(job: Job) -> bool:
    """Whether the job's output is remembered, so that nothing has to be run for it. Raises ToolMissing."""
    return _remembered.find(key(job)) is not None


def key(job: Job) -> bytes:
    """What decides about the output: the program itself, its arguments, and each file by path and content."""
    program = find(job.program)
    state = program.stat()
    parts = [str(program), str(state.st_size), str(state.st_mtime_ns), *job.arguments, ""]
    parts += [f"{entry.path}\0{entry.kind}\0{entry.blob}" for entry in job.files]
    digest = hashlib.sha256("\1".join(parts).encode("utf-8", "surrogateescape"))
    for path, data in job.made:
        digest.update(f"\1{path}\0{len(data)}\0".encode("utf-8", "surrogateescape") + data)
    return digest.digest()


def _run_all(tree: Tree, jobs: list[Job]) -> Iterator[tuple[Job, Output]]:
    """The jobs with their outputs. Trees are read in this thread only, and no further ahead than there is work."""
    deadline = time.monotonic() + SECONDS
    left = iter(jobs)
    pool = ThreadPoolExecutor(_AT_A_TIME)
    try:
        running = [begun for _ in range(2 * _AT_A_TIME) for begun in _begun(pool, tree, left)]
        while running:
            job, future = running.pop(0)
            if time.monotonic() > deadline:
                raise ToolFailed(f"rendering took longer than {SECONDS:.0f} s for all units together")
            yield job, future.result()
            running += _begun(pool, tree, left)
    finally:
        pool.shutdown(cancel_futures=True)


def _begun(pool: ThreadPoolExecutor, tree: Tree, left: Iterator[Job]) -> list[tuple[Job, Future[Output]]]:
    return [(job, pool.submit(_output, job, contents(tree, job.files))) for job in islice(left, 1)]


def _output(job: Job, files: Mapping[Entry, bytes]) -> Output:
    root = Path(tempfile.mkdtemp(prefix="fairlead-unit-"))
    try:
        lay_out(root, files, job.made)
        done = run([find(job.program), *job.arguments], folder=root, limits=LIMITS, walls=Walls(reads=(root,)))
    finally:
        shutil.rmtree(root, ignore_errors=True)
    if done.ok:
        return Output(done.stdout)
    if done.stopped is None and done.status == _REFUSED:
        return Output(b"", _complaint(done, root))
    return Output(b"", broke=f"{job.program} could not render {job.about}: {done.how}")


def _complaint(done: Finished, root: Path) -> str:
    """What the program said, without the folder that only it has seen."""
    text = done.stderr.decode("utf-8", "replace").replace(f"{root}/", "").replace(str(root), ".")
    return text.strip() or "it gave no reason"
