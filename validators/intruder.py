"""Tries to get out from behind the walls, and prints as JSON what it got at. Run by `validators.breakout`, as a script.

python -I -S intruder.py SECRET_FILE OUTSIDE_FILE TCP_PORT UDP_PORT LOCK_FILE MEMORY_BYTES PROCESSES
"""

import contextlib
import fcntl
import json
import os
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

OURS = {"PATH", "LANG", "HOME", "TMPDIR", "PWD", "LC_CTYPE"}
STAYING_SECONDS = 5


def read_outside(secret: str) -> bool:
    """Read a file that lies beside, not below, what was given."""
    return Path(secret).read_text() != ""


def write_outside(place: str) -> bool:
    """Leave a file outside."""
    return Path(place).write_text("was here") > 0


def connect(port: str) -> bool:
    """Reach a listener on this machine."""
    with socket.create_connection(("127.0.0.1", int(port)), timeout=1):
        return True


def send_datagram(port: str) -> bool:
    """Send without a connection."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        return sender.sendto(b"hello", ("127.0.0.1", int(port))) > 0


def see_environments() -> bool:
    """Find a variable that was not meant for us, our own or any other process's."""
    seen = set(os.environ)
    for place in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            seen |= {entry.split("=")[0] for entry in place.read_text("utf-8", "replace").split("\0") if entry}
    return not seen <= OURS


def stay(lock: str) -> bool:
    """Leave a process behind in a session of its own, holding a lock by which it shows; it is the caller who sees."""
    if os.fork() == 0:
        os.setsid()
        holder = os.open(lock, os.O_RDWR)
        fcntl.flock(holder, fcntl.LOCK_EX)
        for stream in (0, 1, 2):
            os.close(stream)
        time.sleep(STAYING_SECONDS)
        os._exit(0)
    time.sleep(0.05)
    return False


def take_memory(size: str) -> bool:
    """Take more memory than is granted."""
    return len(bytearray(int(size))) > 0


def multiply(processes: str) -> bool:
    """Start more processes than are granted."""
    for _ in range(int(processes)):
        if os.fork() == 0:
            time.sleep(STAYING_SECONDS)
            os._exit(0)
    return True


def succeeds(attempt: Callable[..., bool], *words: str) -> bool:
    """Whether it worked."""
    try:
        return attempt(*words)
    except (OSError, MemoryError):
        return False


def main(secret: str, outside: str, tcp: str, udp: str, lock: str, memory: str, processes: str) -> None:
    """Try everything."""
    got = {
        "read": succeeds(read_outside, secret),
        "write": succeeds(write_outside, outside),
        "connect": succeeds(connect, tcp),
        "datagram": succeeds(send_datagram, udp),
        "environment": succeeds(see_environments),
        "memory": succeeds(take_memory, memory),
        "stay": succeeds(stay, lock),
        "multiply": succeeds(multiply, processes),
    }
    sys.stdout.write(json.dumps(got))


if __name__ == "__main__":
    main(*sys.argv[1:])
