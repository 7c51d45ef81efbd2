"""The service's databases when they are away, and folders that are full."""

import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from app.store import tables


@contextmanager
def held(database: Path) -> Iterator[None]:
    """Within the block nobody can write to an SQLite file."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            connection.execute("ROLLBACK")


def asked(database: Path, question: str, *values: object) -> list[tuple[object, ...]]:
    """What an SQLite file answers."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return connection.execute(question, values).fetchall()


@contextmanager
def small_disk(folder: Path, mebibytes: int, files: int) -> Iterator[Path]:
    """A file system of its own with so much room, at `folder`. Skips the test where we may not make one."""
    folder.mkdir()
    options = f"size={mebibytes}m,nr_inodes={files}"
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        pytest.skip(f"no file system can be made here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Use up all bytes; gives the file that did it."""
    ballast = folder / "ballast"
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(b"\0" * 4096)
    return ballast


def crowd(folder: Path) -> Path:
    """Use up all files; gives the folder that they lie in."""
    many = folder / "crowd"
    many.mkdir()
    with suppress(OSError):
        for number in range(10_000_000):
            (many / str(number)).touch()
    return many


def move_times(data: Path, seconds: float) -> None:
    """Let everything that was written down have happened so much later: as if the clock had been set the other way since."""
    with closing(sqlite3.connect(data / "fairlead.sqlite")) as connection, connection:
        for table in tables.metadata.tables.values():
            for column in (one.name for one in table.columns if isinstance(one.type, tables.UtcTime)):
                connection.execute(f"UPDATE {table.name} SET {column} = {column} + {seconds * 1_000_000:.0f}")
    with closing(sqlite3.connect(data / "runs.sqlite")) as connection, connection:
        for name in ("created_at", "updated_at", "started_at_epoch_ms", "completed_at"):
            connection.execute(f"UPDATE workflow_status SET {name} = {name} + {seconds * 1000:.0f}")
