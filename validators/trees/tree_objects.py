"""Git's tree objects: https://git-scm.com/book/en/v2/Git-Internals-Git-Objects#_tree_objects.

One tree object may have thousands of lines, of which a change asks for a few: a line is understood when it is asked for.
"""

import re
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass

from validators.tree import EntryKind

FOLDER, SYMLINK, SUBMODULE = 0o040000, 0o120000, 0o160000
KINDS = {SYMLINK: EntryKind.SYMLINK, SUBMODULE: EntryKind.SUBMODULE}

MOST_LINES = 60_000
"""Lines of tree objects that are remembered, in some fifteen megabytes."""


@dataclass(frozen=True, slots=True)
class Node:
    """One line: what stands there, and its id."""

    mode: int
    id: str

    @property
    def is_folder(self) -> bool:
        """Whether it is a tree object itself."""
        return self.mode == FOLDER

    @property
    def kind(self) -> EntryKind:
        """What it is, if it is no folder."""
        return KINDS.get(self.mode, EntryKind.FILE)


class Lines:
    """What stands in one tree object, by name; `raw` as it is written there, mode and id."""

    __slots__ = ("raw",)

    def __init__(self, raw: bytes = b"", id_length: int = 20) -> None:
        found = re.findall(rb"([0-7]+) ([^\0]*)\0(.{%d})" % id_length, raw, re.DOTALL)
        self.raw = {name: (mode, id_) for mode, name, id_ in found}

    def __len__(self) -> int:
        return len(self.raw)

    def get(self, name: bytes) -> Node | None:
        """What has this name."""
        line = self.raw.get(name)
        return None if line is None else _node(*line)

    def items(self) -> Iterator[tuple[bytes, Node]]:
        """All, in git's order."""
        return ((name, _node(*line)) for name, line in self.raw.items())

    def differing(self, other: "Lines") -> set[bytes]:
        """The names that do not stand for the same in both."""
        return {name for name, _ in self.raw.items() ^ other.raw.items()}


class Remembered:
    """The tree objects that were read latest, by id: most of them are the same from commit to commit."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Lines] = OrderedDict()
        self._count = 0

    def find(self, tree: str) -> Lines | None:
        """What is in a tree object, if it is remembered."""
        if tree in self._kept:
            self._kept.move_to_end(tree)
        return self._kept.get(tree)

    def keep(self, tree: str, lines: Lines) -> None:
        """Remember, and forget the oldest beyond MOST_LINES."""
        self._count += len(lines)
        self._kept[tree] = lines
        while self._count > MOST_LINES and len(self._kept) > 1:
            self._count -= len(self._kept.popitem(last=False)[1])


def _node(mode: bytes, id_: bytes) -> Node:
    return Node(int(mode, 8), id_.hex())
