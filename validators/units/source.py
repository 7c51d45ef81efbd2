"""The text of files as discovery reads it, and searches for words in them."""

from collections import OrderedDict

from validators.tree import EntryKind, Tree
from validators.units.paths import Standing, look

_REMEMBERED = 512
_searches: OrderedDict[tuple[str, str, tuple[str, ...]], tuple[str, ...]] = OrderedDict()

LARGEST = 4 * 1024 * 1024
"""Bytes above which a definition is not read."""


def content(tree: Tree, path: str) -> bytes | None:
    """The content of the file at `path`, through links within the tree; None when there is none, or it is too large."""
    entry = tree.entry(path)
    if entry is not None and entry.kind is not EntryKind.FILE:
        found = look(tree, path)
        entry = tree.entry(found.path) if found.standing is Standing.FILE else None
    return tree.read(entry) if entry is not None and entry.size <= LARGEST else None


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


def searched(tree: Tree, text: str, suffixes: tuple[str, ...]) -> tuple[str, ...]:
    """What `tree.search` finds. Remembered for commits, whose content never changes."""
    if not tree.id:
        return tuple(tree.search(text, suffixes))
    key = (tree.id, text, suffixes)
    if key not in _searches:
        _searches[key] = tuple(tree.search(text, suffixes))
        while len(_searches) > _REMEMBERED:
            _searches.popitem(last=False)
    return _searches[key]
