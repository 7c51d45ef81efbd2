"""A Tree read straight from the objects of a git repository, bare or not: nothing is checked out.

with GitObjects(git_dir) as objects:
    base, head = objects.tree(base_id), objects.tree(head_id)
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self

from validators.tree import Entry, EntryKind
from validators.trees.cat_file import AHEAD, CatFile
from validators.trees.git_command import Git, checked_id, is_object_id
from validators.trees.paths import decoded, encoded
from validators.trees.reading import check_readable
from validators.trees.searches import answered
from validators.trees.tree_objects import FOLDER, Lines, Node, Remembered

NEAR = 64
"""Entries of a folder that are walked through without a process of their own."""

HELD = 4 * 1024**2
"""Bytes of small files that are read at once, and that are remembered."""

MOST_DIFFERING = 5000
"""Paths up to which two trees are told to differ by some paths, and not altogether."""


_NOTHING = Lines()
_FOLDERS = Remembered()


class GitObjects:
    """The objects of one repository, read through one lasting `git cat-file` (and one that tells sizes). Use it in one `with`.

    Threads may share it. Trees taken from it end with it.
    """

    def __init__(self, git_dir: Path) -> None:
        self.git = Git(git_dir)
        self._sizes = CatFile(self.git, "--batch-check")
        self._contents = CatFile(self.git, "--batch")
        self._known_sizes: dict[str, int] = {}
        self._small: dict[str, bytes] = {}
        self._room = HELD

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

    def find_root(self, commit: str) -> str | None:
        """The same; None where the repository does not have the commit."""
        found = self._sizes.find(f"{commit}^{{tree}}")
        return found.id if found else None

    def size(self, blob: str) -> int:
        """The size of a blob in bytes, without reading it."""
        if blob not in self._known_sizes:
            self._known_sizes[blob] = self._sizes.ask(blob).size
        return self._known_sizes[blob]

    def sizes(self, blobs: list[str]) -> list[int]:
        """The sizes of many blobs."""
        unknown = [blob for blob in dict.fromkeys(blobs) if blob not in self._known_sizes]
        headers = self._sizes.ask_all(unknown)
        self._known_sizes.update((blob, header.size) for blob, header in zip(unknown, headers, strict=True))
        return [self._known_sizes[blob] for blob in blobs]

    def content(self, blob: str) -> bytes:
        """The content of a blob. Small ones are remembered while there is room: one check after the other asks for them."""
        if blob not in self._small:
            content = self._contents.read(blob)
            if self._room < len(content):
                return content
            self._room -= len(content)
            self._small[blob] = content
        return self._small[blob]

    def contents(self, blobs: list[str], sizes: list[int]) -> Iterator[bytes]:
        """The contents of many blobs of these sizes, some at a time."""
        waiting: list[str] = []
        held = 0
        for blob, size in zip(blobs, sizes, strict=True):
            if len(waiting) == AHEAD or (waiting and held + size > HELD):
                yield from self._contents.read_all(waiting)
                waiting, held = [], 0
            waiting.append(blob)
            held += size
        yield from self._contents.read_all(waiting)

    def folder(self, tree: str) -> Lines:
        """What stands in a tree object."""
        lines = _FOLDERS.find(tree)
        if lines is None:
            lines = Lines(self._contents.read(tree), len(tree) // 2)
            _FOLDERS.keep(tree, lines)
        return lines


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

    @property
    def root(self) -> str:
        """The id of the tree object."""
        return self._root

    @property
    def place(self) -> str:
        """The repository."""
        return str(self._objects.git.git_dir)

    def entry(self, path: str) -> Entry | None:
        """See Tree."""
        node = self._node(path)
        return None if node is None or node.is_folder else self._entry(path, node)

    def walk(self, under: str = "") -> Iterator[Entry]:
        """See Tree."""
        node = self._node(under) if under else Node(FOLDER, self._root)
        if node is None or not node.is_folder:
            return
        near = set()
        for entry in islice(self._stepped(node.id, f"{under}/"), NEAR if under else 0):
            near.add(entry.path)
            yield entry
        if not under or len(near) == NEAR:
            listed = self._listed(node.id, f"{under}/" if under else "")
            yield from (entry for entry in listed if entry.path not in near)

    def read(self, entry: Entry) -> bytes:
        """See Tree. Raises TooLarge too."""
        check_readable(entry)
        return self._objects.content(entry.blob)

    def read_all(self, paths: Iterable[str], largest: int) -> Iterator[tuple[str, bytes]]:
        """See Tree."""
        nodes = ((path, self._node(path)) for path in paths)
        files = ((path, node) for path, node in nodes if node is not None and not node.is_folder)
        blobs = {path: node.id for path, node in files if node.kind is EntryKind.FILE}
        sizes = dict(zip(blobs, self._objects.sizes(list(blobs.values())), strict=True))
        wanted = [path for path, size in sizes.items() if size <= largest]
        contents = self._objects.contents([blobs[path] for path in wanted], [sizes[path] for path in wanted])
        return zip(wanted, contents, strict=True)

    def differing(self, other: str) -> list[str] | None:
        """See Tree."""
        root = self._objects.find_root(other) if is_object_id(other) else None
        if root is None:
            return None
        found = list(islice(self._differing(root), MOST_DIFFERING + 1))
        return found if len(found) <= MOST_DIFFERING else None

    def search(self, text: str, suffixes: tuple[str, ...]) -> Iterator[str]:
        """See Tree. What differs from a tree that was searched before is all that is looked at."""
        return iter(answered(self, text, suffixes))

    def search_all(self, text: str, suffixes: tuple[str, ...]) -> Iterator[str]:
        """The same from the ground up."""
        lines = text.split("\n")
        asked = ["-l", "-z", "-a", "-F", "-e", max(lines, key=len), self._root, "--", *map(_ending_in, suffixes)]
        for record in self._objects.git.records("grep", *asked, fine=(0, 1)):
            path = decoded(record.removeprefix(f"{self._root}:".encode()))
            if path.endswith(suffixes) and (len(lines) == 1 or self._contains(path, encoded(text))):
                yield path

    def _contains(self, path: str, wanted: bytes) -> bool:
        entry = self.entry(path)
        return entry is not None and wanted in self.read(entry)

    def _entry(self, path: str, node: Node) -> Entry:
        return Entry(path, node.kind, node.id, 0 if node.kind is EntryKind.SUBMODULE else self._objects.size(node.id))

    def _stepped(self, tree: str, prefix: str) -> Iterator[Entry]:
        """The entries below a tree object, step by step."""
        waiting = [(prefix, iter(self._objects.folder(tree).items()))]
        while waiting:
            prefix, rest = waiting[-1]
            name, node = next(rest, (b"", None))
            if node is None:
                waiting.pop()
            elif node.is_folder:
                waiting.append((f"{prefix}{decoded(name)}/", iter(self._objects.folder(node.id).items())))
            else:
                yield self._entry(prefix + decoded(name), node)

    def _listed(self, tree: str, prefix: str) -> Iterator[Entry]:
        """The entries below a tree object, as git lists them."""
        for record in self._objects.git.records("ls-tree", "-r", "-z", "-l", "--full-tree", tree):
            facts, _, name = record.partition(b"\t")
            mode, _, blob, size = facts.decode("ascii").split()
            kind = Node(int(mode, 8), blob).kind
            yield Entry(prefix + decoded(name), kind, blob, 0 if kind is EntryKind.SUBMODULE else int(size))

    def _differing(self, other_root: str) -> Iterator[str]:
        """Paths below which the two trees are not the same, folders that are equal passed over."""
        waiting: list[tuple[str, str | None, str | None]] = [("", other_root, self._root)]
        while waiting:
            prefix, *trees = waiting.pop()
            before, now = (self._objects.folder(tree) if tree else _NOTHING for tree in trees)
            for name in now.differing(before):
                path, sides = prefix + decoded(name), (before.get(name), now.get(name))
                one, two = (side.id if side is not None and side.is_folder else None for side in sides)
                if one or two:
                    waiting.append((f"{path}/", one, two))
                if any(side is not None and not side.is_folder for side in sides):
                    yield path

    def _node(self, path: str) -> Node | None:
        node: Node | None = Node(FOLDER, self._root)
        for name in encoded(path).split(b"/"):
            if node is None or not node.is_folder:
                return None
            node = self._objects.folder(node.id).get(name)
        return node


def _ending_in(suffix: str) -> str:
    """Git's pattern for paths with this ending."""
    return "*" + re.sub(r"([*?\[\\])", r"\\\1", suffix)
