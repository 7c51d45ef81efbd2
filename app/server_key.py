"""The key for fingerprints of secret values: made at the first start, and kept."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

BYTES = 32
NAME = "fingerprint.key"


class BadServerKey(ValueError):
    """The file of the key holds none: fingerprints made with it could be traced back to what they stand for."""


def server_key(folder: Path) -> str:
    """The key in `folder`, hexadecimal; processes that start at the same time agree on one. Raises BadServerKey.

    The file comes to its name with all that it holds, so that nobody ever reads half of it, or nothing.
    """
    path = folder / NAME
    if not path.exists():
        _put(path, secrets.token_hex(BYTES))
    return _read(path, "remove it, and a new one is made at the next start")


def given_key(path: Path) -> str:
    """The key in a file of the operator's own. Raises BadServerKey."""
    return _read(path, "`openssl rand -hex 32` makes one")


def _read(path: Path, remedy: str) -> str:
    try:
        key = path.read_text("utf-8", "replace").strip()
    except OSError as error:
        raise BadServerKey(f"can't read {path}: {error.strerror}") from None
    if len(key) != 2 * BYTES or not set(key) <= set("0123456789abcdef"):
        raise BadServerKey(f"{path} holds no key of {BYTES} bytes: {remedy}")
    return key


def _put(path: Path, key: str) -> None:
    """The file with the key, unless another process was quicker."""
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    file = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(file, "w") as opened:
            opened.write(key)
            opened.flush()
            os.fsync(opened.fileno())
        with suppress(FileExistsError):
            path.hardlink_to(unfinished)
    finally:
        unfinished.unlink()
