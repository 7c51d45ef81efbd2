"""Files below a folder on disk, reached without following a symbolic link anywhere on the way."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from validators.tree import EntryKind
from validators.trees.blob_id import blob_id, blob_id_of_chunks
from validators.trees.paths import decoded, encoded

CHUNK = 1 << 20
LINKED_OR_LONG = (errno.ELOOP, errno.ENAMETOOLONG)


@dataclass(frozen=True, slots=True)
class Found:
    """What stands on disk: a file or a symbolic link, and its size in bytes."""

    kind: EntryKind
    size: int


@dataclass(frozen=True, slots=True)
class Disk:
    """The folder `root`. Paths are as in a Tree. Fifos, devices and sockets are not there for it, nor is `.git`."""

    root: Path

    def look(self, path: str) -> Found | None:
        """What stands at `path`; None for nothing, a folder, or a place that a link leads to."""
        try:
            with self._parent(path) as (folder, name):
                return _found(os.stat(name, dir_fd=folder, follow_symlinks=False))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            if error.errno in LINKED_OR_LONG:
                return None
            raise

    def read(self, path: str, found: Found) -> bytes:
        """The content of a file, or the target of a link."""
        if found.kind is EntryKind.SYMLINK:
            with self._parent(path) as (folder, name):
                return os.readlink(name, dir_fd=folder)
        return b"".join(self.chunks(path))

    def chunks(self, path: str) -> Iterator[bytes]:
        """The content of a file, piece by piece."""
        with self._parent(path) as (folder, name):
            file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
        with open(file, "rb", buffering=0) as opened:  # noqa: PTH123 - a descriptor, not a path
            while chunk := opened.read(CHUNK):
                yield chunk

    def blob_id(self, path: str, found: Found, object_format: str) -> str:
        """Git's id of what stands there, as it is on disk."""
        if found.kind is EntryKind.SYMLINK:
            return blob_id(self.read(path, found), object_format)
        return blob_id_of_chunks(self.chunks(path), found.size, object_format)

    def walk(self) -> Iterator[str]:
        """Every file and link, in no order."""
        waiting = [b""]
        while waiting:
            folder = waiting.pop()
            with os.scandir(os.fsencode(self.root) + b"/" + folder) as entries:
                for entry in entries:
                    path = folder + entry.name
                    if entry.name == b".git":
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(path + b"/")
                    elif entry.is_symlink() or entry.is_file(follow_symlinks=False):
                        yield decoded(path)

    @contextmanager
    def _parent(self, path: str) -> Iterator[tuple[int, bytes]]:
        """A descriptor of the folder that holds `path`, and the last name of it."""
        *folders, name = encoded(path).split(b"/")
        if any(part in (b"", b".", b"..", b".git") for part in (*folders, name)):
            raise FileNotFoundError(path)
        place = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            for part in folders:
                inner = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=place)
                os.close(place)
                place = inner
            yield place, name
        finally:
            os.close(place)


def _found(status: os.stat_result) -> Found | None:
    if stat.S_ISREG(status.st_mode):
        return Found(EntryKind.FILE, status.st_size)
    if stat.S_ISLNK(status.st_mode):
        return Found(EntryKind.SYMLINK, status.st_size)
    return None
