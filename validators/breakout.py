"""What the sandbox of this machine really holds, found out by trying to break out of it, for `fairlead doctor`."""

import fcntl
import json
import os
import socket
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from validators.change import ToolFailed
from validators.confinement import MIB, Limits, Method, Tier, Walls
from validators.sandbox import Finished, method_in_force, run

INTRUDER = Path(__file__).with_name("intruder.py")
PROCESSES = 24
DYING_SECONDS = 1.0
"""How long a killed process may take to die on a busy machine."""
LIMITS = Limits(memory=512 * MIB, wall=20, processes=PROCESSES // 2)
ATTEMPTS: Mapping[str, str] = {
    "read": "read a file outside its folders",
    "write": "write a file outside its scratch folder",
    "connect": "connect to a listener on this machine",
    "datagram": "send a datagram to this machine",
    "environment": "see environment variables not meant for it",
    "stay": "leave a process behind",
    "memory": "take more memory than granted",
    "multiply": "start more processes than granted",
}
NEEDED: Mapping[Tier, frozenset[str]] = {
    Tier.A: frozenset({"read", "write", "connect", "datagram", "environment", "stay"}),
    Tier.B: frozenset({"read", "write", "connect", "datagram", "environment"}),
    Tier.C: frozenset(),
}
PROMISES: Mapping[Tier, str] = {
    Tier.A: "no network, no files but those given, nothing left behind",
    Tier.B: "no network, no files but those given; a process that hides in a session of its own outlives its work",
    Tier.C: "limits and an empty environment only: a program can read this machine's files and use its network",
}


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to break out: what was tried, whether the sandbox held, and a sentence about it."""

    name: str
    held: bool
    words: str


@dataclass(frozen=True, slots=True)
class Probe:
    """What the sandbox holds. `tier` is the one that the attempts bear out, `promise` says in words what it means."""

    tier: Tier
    method: Method
    attempts: tuple[Attempt, ...]

    @property
    def promise(self) -> str:
        """What a program behind the walls can't do."""
        return PROMISES[self.tier]


@cache
def probe() -> Probe:
    """Try to break out of the sandbox in force, once per process; takes about a tenth of a second.

    A way of confinement that lets through what its tier must hold counts as tier C. Raises ToolFailed when no program
    can be started at all.
    """
    method = method_in_force()
    got = _attempted()
    attempts = tuple(_attempt(name, words, got=got[name]) for name, words in ATTEMPTS.items())
    held = {attempt.name for attempt in attempts if attempt.held}
    tier = method.tier if held >= NEEDED[method.tier] else Tier.C
    return Probe(tier, method, attempts)


def _attempt(name: str, words: str, *, got: bool) -> Attempt:
    if name == "multiply" and got and os.geteuid() == 0:
        return Attempt(name, held=False, words=f"could {words}: the kernel exempts root, so run Fairlead as another user")
    return Attempt(name, held=not got, words=f"could {words}" if got else f"could not {words}")


def _attempted() -> Mapping[str, bool]:
    """What the intruder got at, by its own word and by the traces it left."""
    with (
        tempfile.TemporaryDirectory(prefix="fairlead-probe-") as folder,
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver,
    ):
        receiver.bind(("127.0.0.1", 0))
        receiver.setblocking(False)  # noqa: FBT003 - the library's own signature
        place = Path(folder)
        (place / "secret").write_text("not for you")
        (place / "scratch").mkdir()
        lock = place / "scratch" / "lock"
        lock.touch()
        ports = [str(sock.getsockname()[1]) for sock in (listener, receiver)]
        done = _intruded(place, [str(place / "secret"), str(place / "outside"), *ports, str(lock)])
        got = json.loads(done.stdout)
        return {**got, "write": (place / "outside").exists(), "datagram": _received(receiver), "stay": _is_locked(lock)}


def _intruded(place: Path, words: list[str]) -> Finished:
    walls = Walls(reads=(Path(sys.base_prefix), Path(sys.prefix), INTRUDER), scratch=place / "scratch")
    too_much = str(2 * (LIMITS.memory or 0))
    argv = [sys.executable, "-I", "-S", str(INTRUDER), *words, too_much, str(PROCESSES)]
    done = run(argv, limits=LIMITS, walls=walls)
    if not done.ok:
        raise ToolFailed(f"the sandbox could not be probed ({done.how}): {done.stderr.decode('utf-8', 'replace')[-300:]}")
    return done


def _received(receiver: socket.socket) -> bool:
    try:
        return receiver.recv(16) != b""
    except BlockingIOError:
        return False


def _is_locked(lock: Path) -> bool:
    """Whether a process that was left behind holds the lock, even after a killed one had time to die."""
    until = time.monotonic() + DYING_SECONDS
    while not _can_be_locked(lock):
        if time.monotonic() > until:
            return True
        time.sleep(0.02)
    return False


def _can_be_locked(lock: Path) -> bool:
    with lock.open("r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True
