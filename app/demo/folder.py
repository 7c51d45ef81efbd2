"""The demo's own folder: everything that it writes is in there, and nothing else is ever removed."""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

KEYS = "keys.json"
"""Written when the shop is complete; without it, what lies in the folder is half of a demo."""
_FACTS = "demo.json"
_LOCK = "demo.lock"


class NotOurs(Exception):
    """A folder that holds something else than a demo, or one that runs; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Where everything is, for programs that drive the demo: the content of demo.json. `token` is the visitor's."""

    fairlead: str
    forge: str
    api: str
    clone: str
    repository: str
    user: str
    token: str


@contextmanager
def opened(folder: Path, *, reset: bool) -> Iterator[None]:
    """The folder is there, is ours and is nobody else's while the block runs; empty with `reset`, and after half a start.

    An earlier demo.json is removed: once there is one, it is true. Raises NotOurs when something else lies there, or when
    another demo uses it.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / _LOCK).exists():
        raise NotOurs(f"{folder} holds something else than a demo; choose another folder with --data-dir")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = os.open(folder / _LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        _take(lock, folder)
        (folder / _FACTS).unlink(missing_ok=True)
        if reset or not (folder / KEYS).exists():
            _empty(folder)
        yield
    finally:
        os.close(lock)


def write_facts(folder: Path, facts: Facts) -> None:
    """Put demo.json into the folder, whole or not at all, for its owner alone."""
    written = folder / f"{_FACTS}.new"
    written.touch(mode=0o600)
    written.write_text(json.dumps(asdict(facts), indent=2) + "\n", "utf-8")
    written.replace(folder / _FACTS)


def _take(lock: int, folder: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise NotOurs(f"another demo runs in {folder}; stop it, or choose another folder with --data-dir") from None


def _empty(folder: Path) -> None:
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        elif entry.name != _LOCK:
            entry.unlink()
