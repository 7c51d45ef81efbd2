"""The text of files as discovery reads it."""

from validators.tree import EntryKind, Tree
from validators.units.paths import Standing, look

LARGEST = 4 * 1024 * 1024
"""Bytes above which a definition is not read."""


def content(tree: Tree, path: str) -> bytes | None:
    """The content of the file at `path`, through links within the tree; None when there is none, or it is too large."""
    entry = tree.entry(path)
    if entry is not None and entry.kind is not EntryKind.FILE:
        found = look(tree, path)
        entry = tree.entry(found.path) if found.standing is Standing.FILE else None
    return tree.read(entry) if entry is not None and entry.size <= LARGEST else None
