"""One `git cat-file` that lasts: https://git-scm.com/docs/git-cat-file#_batch_output."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from validators.change import ToolFailed
from validators.sandbox import Child
from validators.trees.git_command import Git, failure
from validators.trees.reading import MAX_READ

AHEAD = 50
"""Names that are written before their answers are read: below 4 KiB, which fit into the smallest pipe, so that neither side
ever waits for the other."""


@dataclass(frozen=True, slots=True)
class Header:
    """What cat-file says of an object: its id, and its size in bytes."""

    id: str
    size: int


class CatFile:
    """One `git cat-file` in the mode `--batch` or `--batch-check`, which answers questions until it is closed; started by the
    first. Threads may share it."""

    def __init__(self, git: Git, mode: str) -> None:
        self._git = git
        self._mode = mode
        self._child: Child | None = None
        self._lock = threading.Lock()

    def find(self, name: str) -> Header | None:
        """Id and size of an object; None where the repository does not have it. For `--batch-check`."""
        with self._lock:
            self._write([name])
            return self._header()

    def ask(self, name: str) -> Header:
        """The same; raises ToolFailed where there is no such object."""
        return _there(name, self.find(name))

    def ask_all(self, names: Sequence[str]) -> list[Header]:
        """The same for many at once. For `--batch-check`."""
        headers: list[Header] = []
        for part in _parts(names):
            with self._lock, self._ending_it_when_stuck():
                self._write(part)
                headers += [_there(name, self._header()) for name in part]
        return headers

    def read(self, name: str) -> bytes:
        """The content of an object. Raises ToolFailed above MAX_READ, before it is loaded. For `--batch`."""
        with self._lock:
            self._write([name])
            return self._content(name)

    def read_all(self, names: Sequence[str]) -> list[bytes]:
        """The contents of up to AHEAD objects, in their order. For `--batch`."""
        with self._lock, self._ending_it_when_stuck():
            self._write(names[:AHEAD])
            return [self._content(name) for name in names[:AHEAD]]

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()

    @contextmanager
    def _ending_it_when_stuck(self) -> Iterator[None]:
        """Of an answer that can't be used the rest is still in the pipe, where the next question would take it for its own."""
        try:
            yield
        except ToolFailed:
            self._end()
            raise

    def _write(self, names: Sequence[str]) -> None:
        if self._child is None:
            self._child = self._git.start("cat-file", self._mode)
        try:
            self._child.stdin.write("".join(f"{name}\n" for name in names).encode("ascii"))
        except BrokenPipeError:
            raise self._failure() from None

    def _header(self) -> Header | None:
        words = self._running().stdout.readline().split()
        if words[1:] == [b"missing"]:
            return None
        if len(words) != len(("id", "type", "size")):
            raise self._failure()
        return Header(words[0].decode("ascii"), int(words[2]))

    def _content(self, name: str) -> bytes:
        header = _there(name, self._header())
        if header.size > MAX_READ:
            self._end()
            raise ToolFailed(f"git object {name} has {header.size} bytes, more than Fairlead reads")
        content = self._running().stdout.read(header.size + 1)
        if len(content) != header.size + 1:
            raise self._failure()
        return content[:-1]

    def _running(self) -> Child:
        if self._child is None:
            raise failure("cat-file", "it ended early", "")
        return self._child

    def _failure(self) -> ToolFailed:
        """Git said nothing, or nothing that we know: whatever it is doing, it is of no more use."""
        complaint = ""
        if self._child is not None:
            self._child.stdin.close()
            self._child.wait()
            complaint = self._child.complaint()
        self._end()
        return failure("cat-file", "it ended early", complaint)

    def _end(self) -> None:
        if self._child is not None:
            self._child.close()
        self._child = None


def _parts(names: Sequence[str]) -> Iterator[Sequence[str]]:
    return (names[start : start + AHEAD] for start in range(0, len(names), AHEAD))


def _there(name: str, header: Header | None) -> Header:
    if header is None:
        raise ToolFailed(f"git object {name} is not in the repository")
    return header
