"""The files of one commit, a folder or a dictionary, read-only and never followed out of.

Symbolic links, submodules and odd names are values that callers handle: reading a link gives no target's content.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class EntryKind(StrEnum):
    """What stands at a path."""

    FILE = "file"
    SYMLINK = "symlink"
    SUBMODULE = "submodule"


@dataclass(frozen=True, slots=True)
class Entry:
    """One path of a tree. `blob` is git's id of the content (equal content, equal id, in every kind of tree); `size` in bytes.

    A path that is not UTF-8 is decoded with surrogateescape. A submodule's `blob` is the commit it names, its size 0.
    """

    path: str
    kind: EntryKind
    blob: str
    size: int


class Tree(Protocol):
    """The files of one side of a change."""

    @property
    def id(self) -> str:
        """The commit or tree id; "" where the content has none (a folder, memory)."""

    def entry(self, path: str) -> Entry | None:
        """What stands at `path`; None when nothing does, or a folder. Costs one look-up, whatever the size of the tree."""

    def walk(self, under: str = "") -> Iterator[Entry]:
        """Every entry below the folder `under` ("" is the root), in the order of paths; costs the whole subtree."""

    def read(self, entry: Entry) -> bytes:
        """The content of a file, or the target text of a symbolic link. Raises ValueError for a submodule."""

    def search(self, text: str, suffixes: tuple[str, ...]) -> Iterator[str]:
        """Paths of the files ending in one of `suffixes` whose bytes contain `text`, in the order of paths."""

    def read_all(self, paths: Iterable[str], largest: int) -> Iterator[tuple[str, bytes]]:
        """Path and content of each of `paths` where a file of at most `largest` bytes stands; quicker than one by one."""

    def differing(self, other: str) -> list[str] | None:
        """The paths at which this tree is not the same as the one with the id `other`, in no order.

        None when that can't be told: there are no ids, that tree is not at hand, or far too much differs.
        """
