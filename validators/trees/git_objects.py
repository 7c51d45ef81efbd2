"""A Tree read straight from the objects of a git repository, bare or not: nothing is checked out.

with GitObjects(git_dir) as objects:
    base, head = objects.tree(base_id), objects.tree(head_id)
"""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from validators.change import ToolFailed
from validators.sandbox import Child
from validators.tree import Entry, EntryKind
from validators.trees.git_command import Git, checked_id, failure
from validators.trees.paths import decoded, encoded
from validators.trees.reading import MAX_READ, check_readable

FOLDER, SYMLINK, SUBMODULE = 0o040000, 0o120000, 0o160000
KINDS = {SYMLINK: EntryKind.SYMLINK, SUBMODULE: EntryKind.SUBMODULE}
CACHED_NAMES = 500_000


@dataclass(frozen=True, slots=True)
class _Node:
    """One line of a tree object."""

    mode: int
    id: str


class GitObjects:
    """The objects of one repository, read through one lasting `git cat-file` (and one that tells sizes). Use it in one `with`.

    Threads may share it. Trees taken from it end with it.
    """

    def __init__(self, git_dir: Path) -> None:
        self.git = Git(git_dir)
        self._sizes = _CatFile(self.git, "--batch-check")
        self._contents = _CatFile(self.git, "--batch")
        self._folders: dict[str, dict[bytes, _Node]] = {}
        self._names = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End git's processes."""
        self._sizes.close()
        self._contents.close()

    def tree(self, id: str) -> "GitTree":  # noqa: A002 - git's own word
        """The tree of a commit or tree by its full id. Raises ToolFailed when it is not there."""
        return GitTree(self, checked_id(id))

    def root(self, commit: str) -> str:
        """The id of a commit's tree."""
        return self._sizes.ask(f"{commit}^{{tree}}").id

    def size(self, blob: str) -> int:
        """The size of a blob in bytes, without reading it."""
        return self._sizes.ask(blob).size

    def content(self, blob: str) -> bytes:
        """The content of a blob."""
        return self._contents.read(blob)

    def folder(self, tree: str) -> dict[bytes, _Node]:
        """What stands in a tree object, by name."""
        if tree not in self._folders:
            if self._names > CACHED_NAMES:
                self._folders.clear()
                self._names = 0
            self._folders[tree] = _parsed(self._contents.read(tree), id_length=len(tree) // 2)
            self._names += len(self._folders[tree])
        return self._folders[tree]


class GitTree:
    """The Tree of one commit (or tree object); made by GitObjects.tree. Raises ToolFailed where git does."""

    def __init__(self, objects: GitObjects, id: str) -> None:  # noqa: A002 - git's own word
        self._objects = objects
        self._id = id
        self._root = objects.root(id)

    @property
    def id(self) -> str:
        """The commit or tree id it was made for."""
        return self._id

    def entry(self, path: str) -> Entry | None:
        """See Tree."""
        node = self._node(path)
        if node is None or node.mode == FOLDER:
            return None
        kind = KINDS.get(node.mode, EntryKind.FILE)
        size = 0 if kind is EntryKind.SUBMODULE else self._objects.size(node.id)
        return Entry(path, kind, node.id, size)

    def walk(self, under: str = "") -> Iterator[Entry]:
        """See Tree."""
        node = self._node(under) if under else _Node(FOLDER, self._root)
        if node is None or node.mode != FOLDER:
            return
        prefix = f"{under}/" if under else ""
        for record in self._objects.git.records("ls-tree", "-r", "-z", "-l", "--full-tree", node.id):
            facts, _, name = record.partition(b"\t")
            mode, _, blob, size = facts.decode("ascii").split()
            kind = KINDS.get(int(mode, 8), EntryKind.FILE)
            yield Entry(prefix + decoded(name), kind, blob, 0 if kind is EntryKind.SUBMODULE else int(size))

    def read(self, entry: Entry) -> bytes:
        """See Tree. Raises TooLarge too."""
        check_readable(entry)
        return self._objects.content(entry.blob)

    def search(self, text: str, suffixes: tuple[str, ...]) -> Iterator[str]:
        """See Tree."""
        lines = text.split("\n")
        asked = ["-l", "-z", "-a", "-F", "-e", max(lines, key=len), self._root, "--", *map(_ending_in, suffixes)]
        for record in self._objects.git.records("grep", *asked, fine=(0, 1)):
            path = decoded(record.removeprefix(f"{self._root}:".encode()))
            if path.endswith(suffixes) and (len(lines) == 1 or self._contains(path, encoded(text))):
                yield path

    def _contains(self, path: str, wanted: bytes) -> bool:
        entry = self.entry(path)
        return entry is not None and wanted in self.read(entry)

    def _node(self, path: str) -> _Node | None:
        node: _Node | None = _Node(FOLDER, self._root)
        for name in encoded(path).split(b"/"):
            if node is None or node.mode != FOLDER:
                return None
            node = self._objects.folder(node.id).get(name)
        return node


def _ending_in(suffix: str) -> str:
    """Git's pattern for paths with this ending."""
    return "*" + re.sub(r"([*?\[\\])", r"\\\1", suffix)


def _parsed(raw: bytes, id_length: int) -> dict[bytes, _Node]:
    """The lines of a tree object: mode, space, name, NUL, id."""
    lines = re.findall(rb"([0-7]+) ([^\0]*)\0(.{%d})" % id_length, raw, re.DOTALL)
    return {name: _Node(int(mode, 8), id_.hex()) for mode, name, id_ in lines}


@dataclass(frozen=True, slots=True)
class _Header:
    """What cat-file says of an object."""

    id: str
    size: int


class _CatFile:
    """One `git cat-file` that answers questions until it is closed; started by the first."""

    def __init__(self, git: Git, mode: str) -> None:
        self._git = git
        self._mode = mode
        self._child: Child | None = None
        self._lock = threading.Lock()

    def ask(self, name: str) -> _Header:
        """Id and size of an object."""
        with self._lock:
            return self._header(name)

    def read(self, name: str) -> bytes:
        """The content of an object. Raises ToolFailed above MAX_READ, before it is loaded."""
        with self._lock:
            header = self._header(name)
            if header.size > MAX_READ:
                self._end()
                raise ToolFailed(f"git object {name} has {header.size} bytes, more than Fairlead reads")
            content = self._started().stdout.read(header.size + 1)
            if len(content) != header.size + 1:
                raise self._failure()
            return content[:-1]

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()

    def _header(self, name: str) -> _Header:
        child = self._started()
        try:
            child.stdin.write(name.encode("ascii") + b"\n")
            words = child.stdout.readline().split()
        except BrokenPipeError:
            raise self._failure() from None
        if words[1:] == [b"missing"]:
            raise ToolFailed(f"git object {name} is not in the repository")
        if len(words) != len(("id", "type", "size")):
            raise self._failure()
        return _Header(words[0].decode("ascii"), int(words[2]))

    def _started(self) -> Child:
        if self._child is None:
            self._child = self._git.start("cat-file", self._mode)
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
