"""What every Tree asks before it reads: contents are loaded only when their size is known and bearable."""

from collections.abc import Iterable, Iterator

from validators.tree import Entry, EntryKind, Tree

MAX_READ = 32 * 1024 * 1024
"""Bytes of the largest file that is ever loaded; validators have smaller limits of their own, which they tell people."""


class TooLarge(ValueError):
    """A file is larger than Fairlead loads; `size` in bytes."""

    def __init__(self, path: str, size: int) -> None:
        super().__init__(f"{path} has {size} bytes; Fairlead reads files up to {MAX_READ} bytes")
        self.path = path
        self.size = size


def check_readable(entry: Entry) -> None:
    """Raises ValueError for a submodule, which has no content, and TooLarge above MAX_READ."""
    if entry.kind is EntryKind.SUBMODULE:
        raise ValueError(f"{entry.path} is a submodule: its files are in another repository")
    if entry.size > MAX_READ:
        raise TooLarge(entry.path, entry.size)


def read_each(tree: Tree, paths: Iterable[str], largest: int) -> Iterator[tuple[str, bytes]]:
    """`Tree.read_all` for a tree in which reading one by one is quick enough."""
    for path in paths:
        entry = tree.entry(path)
        if entry is not None and entry.kind is EntryKind.FILE and entry.size <= largest:
            yield path, tree.read(entry)
