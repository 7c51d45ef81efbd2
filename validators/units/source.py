"""The text of files as discovery reads it."""

from validators.documents.limits import FILE_BYTES
from validators.model import NotChecked
from validators.tree import EntryKind, Tree
from validators.units.paths import Standing, look

LARGEST = FILE_BYTES
"""Bytes above which a definition is not read."""


def content(tree: Tree, path: str) -> bytes | None:
    """The content of the file at `path`, through links within the tree; None when there is none, or it is too large."""
    entry = tree.entry(path)
    if entry is not None and entry.kind is not EntryKind.FILE:
        found = look(tree, path)
        entry = tree.entry(found.path) if found.standing is Standing.FILE else None
    return tree.read(entry) if entry is not None and entry.size <= LARGEST else None


def is_too_large(tree: Tree, path: str, most: int = LARGEST) -> bool:
    """Whether there is a file of more than `most` bytes at `path`."""
    entry = tree.entry(path)
    return entry is not None and entry.kind is EntryKind.FILE and entry.size > most


def too_large(path: str) -> NotChecked:
    """The note about a definition that is not read for its size."""
    return NotChecked(path, f"it is larger than {LARGEST // 1024**2} MiB, so what it deploys, or takes in, is not known")


class Texts:
    """The contents of files of one tree, each read once. For small files that are looked at again and again."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._known: dict[str, bytes | None] = {}

    def at(self, path: str) -> bytes | None:
        """The same as `content`."""
        if path not in self._known:
            self._known[path] = content(self._tree, path)
        return self._known[path]
