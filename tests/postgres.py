"""A PostgreSQL of the tests' own, on a free port of this machine, gone afterwards."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OTHERS = ("postgres", "nobody")
"""Who runs it where the tests run as root, whom PostgreSQL refuses."""


DEBIAN = "/usr/lib/postgresql"
"""Where Debian keeps the server's programs, a folder for each version and none of them on PATH."""


def available() -> bool:
    """Whether the programs are here."""
    return all(_program(name) for name in ("initdb", "pg_ctl"))


def _program(name: str) -> str | None:
    packaged = (str(found) for found in sorted(Path(DEBIAN).glob(f"*/bin/{name}"), reverse=True))
    return shutil.which(name) or next(packaged, None)


@contextmanager
def running() -> Iterator[str]:
    """The URL of an empty database."""
    folder = Path(tempfile.mkdtemp(prefix="fairlead-postgres-"))
    user = _user()
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)
    port = _free_port()
    try:
        _run(user, "initdb", "-D", str(folder / "data"), "-U", "fairlead", "-A", "trust", "--no-sync")
        options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories= -c fsync=off"
        _run(user, "pg_ctl", "-D", str(folder / "data"), "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield f"postgresql://fairlead@127.0.0.1:{port}/postgres"
        finally:
            _run(user, "pg_ctl", "-D", str(folder / "data"), "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _user() -> pwd.struct_passwd | None:
    if os.getuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return next(known[name] for name in OTHERS if name in known)


def _run(user: pwd.struct_passwd | None, name: str, *words: str) -> None:
    done = subprocess.run(
        [_program(name) or name, *words],
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        user=user and user.pw_uid,
        group=user and user.pw_gid,
        extra_groups=user and [],
    )
    if done.returncode != 0:
        raise AssertionError(done.stdout + done.stderr)


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port
