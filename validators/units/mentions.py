"""Which files of a tree mention what: an index that is made once for a tree, and follows it from commit to commit.

To ask every definition of a repository anew for each changed file, and for each change, would take as long as the repository
is large. What is kept is the latest index of each kind; a change costs what it touches.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from validators.tree import Tree
from validators.trees.reading import MAX_READ
from validators.units.source import LARGEST, is_too_large

_MOST_KEPT = 3
"""Indexes of commits that are kept for each kind: the two sides of a change, and the one before."""


@dataclass(frozen=True, slots=True)
class Mentions:
    """`keys` are what each file mentions, `files` the files that mention a key, `unread` those too large to be looked at."""

    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unread: frozenset[str] = frozenset()

    def of(self, wanted: Iterable[str]) -> list[str]:
        """The files that mention one of `wanted`, sorted."""
        return sorted({file for key in wanted for file in self.files.get(key, ())})


class Index:
    """Makes the Mentions of trees: of their files that end in one of `suffixes` and contain one of `texts`.

    `keys` gives what a file mentions, by its path and content; None for one that is not meant.
    """

    def __init__(
        self, texts: tuple[str, ...], suffixes: tuple[str, ...], keys: Callable[[str, bytes], Collection[str] | None]
    ) -> None:
        self._texts = texts
        self._suffixes = suffixes
        self._keys = keys
        self._commits: OrderedDict[str, Mentions] = OrderedDict()
        self._others: WeakKeyDictionary[Tree, Mentions] = WeakKeyDictionary()

    def of(self, tree: Tree) -> Mentions:
        """The mentions in `tree`."""
        if not tree.id:
            if tree not in self._others:
                self._others[tree] = self._made(tree)
            return self._others[tree]
        if tree.id not in self._commits:
            self._commits[tree.id] = self._from_another(tree) or self._made(tree)
        self._commits.move_to_end(tree.id)
        while len(self._commits) > _MOST_KEPT:
            self._commits.popitem(last=False)
        return self._commits[tree.id]

    def _made(self, tree: Tree) -> Mentions:
        found = sorted({path for text in self._texts for path in tree.search(text, self._suffixes)})
        return _changed(Mentions(), found, *self._looked_at(tree, found))

    def _from_another(self, tree: Tree) -> Mentions | None:
        """The mentions of the nearest tree that is known, mended where this one differs; None when none is near."""
        for other, known in reversed(self._commits.items()):
            differing = tree.differing(other)
            if differing is not None:
                touched = [path for path in differing if path.endswith(self._suffixes)]
                return _changed(known, touched, *self._looked_at(tree, touched)) if touched else known
        return None

    def _looked_at(self, tree: Tree, paths: list[str]) -> tuple[dict[str, tuple[str, ...]], set[str]]:
        """What each of `paths` mentions, and which of them could not be read."""
        wanted = tuple(text.encode() for text in self._texts)
        keys: dict[str, tuple[str, ...]] = {}
        same: dict[str, str] = {}
        large = {path for path in paths if is_too_large(tree, path, MAX_READ) and self._keys(path, b"") is not None}
        for path, data in tree.read_all(paths, MAX_READ):
            found = self._keys(path, data[:LARGEST]) if any(text in data for text in wanted) else None
            if found is not None and len(data) > LARGEST:
                large.add(path)
            elif found is not None:
                keys[path] = tuple(same.setdefault(key, key) for key in found)
        return keys, large


def _changed(known: Mentions, touched: Iterable[str], now: Mapping[str, tuple[str, ...]], unread: set[str]) -> Mentions:
    """`known` with what the `touched` files mention `now` in place of what they did."""
    paths = frozenset(touched)
    keys = {path: found for path, found in known.keys.items() if path not in paths} | dict(now)
    mentioned: dict[str, list[str]] = {key: [] for path in paths for key in known.keys.get(path, ())}
    for path, found in now.items():
        for key in found:
            mentioned.setdefault(key, []).append(path)
    files = dict(known.files)
    for key, paths_now in mentioned.items():
        files[key] = (*(path for path in files.get(key, ()) if path not in paths), *paths_now)
        if not files[key]:
            del files[key]
    return Mentions(keys, files, (known.unread - paths) | unread)
