"""The kustomizations of one tree: which files each reads, what it refers to in vain, and who includes whom.

Only what is asked for is read: a folder's own kustomization, what it includes, and what an index says to mention it.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace

from validators.model import NotChecked
from validators.tree import EntryKind, Tree
from validators.units import kustomization
from validators.units.kustomization import NAMES, Kustomization
from validators.units.mentions import Index
from validators.units.paths import below, folders_above, join, name, parent, shown
from validators.units.references import Direct, resolved
from validators.units.source import Texts, too_large

MOST_FOLDERS = 2000
"""So many kustomizations may be reached from one."""


class Kustomizations:
    """What `tree` says; each folder is looked at once."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._texts = Texts(tree)
        self._direct: dict[str, Direct | None] = {}
        self._including: dict[str, frozenset[str]] = {}
        self._cut: dict[str, str] = {}

    def at(self, folder: str) -> Direct | None:
        """The kustomization in `folder`; None where there is none."""
        if folder not in self._direct:
            self._direct[folder] = self._read(folder)
        return self._direct[folder]

    def closure(self, folder: str) -> tuple[Direct, ...]:
        """The kustomization in `folder` and all that it includes, itself first; () where there is none. Past MOST_FOLDERS it
        ends, and `cuts` tells so."""
        reached: dict[str, Direct] = {}
        waiting = deque([folder])
        while waiting and len(reached) < MOST_FOLDERS:
            current = waiting.popleft()
            direct = self.at(current)
            if current not in reached and direct is not None:
                reached[current] = direct
                waiting.extend(included for _, included in direct.folders)
        if not reached.keys() >= set(waiting):
            self._cut[folder] = f"it includes more than {MOST_FOLDERS:,} kustomizations, and no more of them are looked at"
        return tuple(reached.values())

    def inputs(self, folder: str) -> frozenset[str]:
        """All files that building `folder` reads."""
        return frozenset(path for direct in self.closure(folder) for path in (direct.file, *direct.files))

    def governing(self, path: str) -> str | None:
        """The folder whose kustomization decides about the file at `path`: it lists that file, or others beside it.

        That is the innermost kustomization above it, unless that one knows nothing of the file's folder.
        """
        for folder in folders_above(path):
            direct = self.at(folder)
            if direct is None:
                continue
            beside = {parent(file) for file in (direct.file, *direct.files)}
            beside |= {parent(broken.target) for broken in direct.broken if broken.target}
            return folder if parent(path) in beside else None
        return None

    def lists(self, folder: str, path: str) -> bool:
        """Whether the kustomization of `folder` reads the file at `path`, or refers to it in vain."""
        direct = self.at(folder)
        if direct is None:
            return False
        return path == direct.file or path in direct.files or any(broken.target == path for broken in direct.broken)

    def referring(self, paths: Iterable[str]) -> dict[str, frozenset[str]]:
        """For each file or folder of `paths`, the folders whose kustomizations refer to it directly."""
        wanted = {path for path in paths if path not in self._including}
        if wanted:
            self._including |= {path: frozenset(self._referring(path)) for path in wanted}
        return {path: self._including[path] for path in paths}

    def above(self, folders: Iterable[str]) -> dict[str, frozenset[str]]:
        """All kustomizations that `folders` end up in, each with those that include it; a root has none. Past MOST_FOLDERS it
        ends, and `cuts` tells so."""
        reached: dict[str, frozenset[str]] = {}
        waiting = set(folders)
        while waiting and len(reached) < MOST_FOLDERS:
            level = self.referring(sorted(waiting))
            reached |= level
            waiting = {folder for including in level.values() for folder in including} - reached.keys()
        if waiting:
            self._cut[min(waiting)] = f"it is one of more than {MOST_FOLDERS:,} kustomizations that include what is changed"
        return reached

    def cuts(self) -> Iterator[NotChecked]:
        """What was left out so far: kustomizations past the limit of how many are followed, and those too large to be read."""
        yield from (NotChecked(shown(folder), why) for folder, why in self._cut.items())
        yield from map(too_large, sorted(_MENTIONS.of(self._tree).unread))

    def _referring(self, path: str) -> Iterator[str]:
        folders = dict.fromkeys(parent(file) for file in self._mentioning(path))
        return (folder for folder in folders if path in self._targets(folder))

    def _targets(self, folder: str) -> set[str]:
        direct = self.at(folder)
        if direct is None:
            return set()
        broken = {broken.target for broken in direct.broken if broken.target is not None}
        return {*direct.files, *(included for _, included in direct.folders), *broken}

    def _mentioning(self, path: str) -> list[str]:
        """Kustomization files in whose text stands what leads to `path`. A linked one is known in its own folder only."""
        beside = [below(parent(path), each) for each in NAMES]
        links = [file for file in beside if (entry := self._tree.entry(file)) and entry.kind is EntryKind.SYMLINK]
        return [*links, *_MENTIONS.of(self._tree).of([path])]

    def _read(self, folder: str) -> Direct | None:
        found = [path for path in (below(folder, each) for each in NAMES) if self._tree.entry(path)]
        if not found:
            return None
        file, *others = found
        data = self._texts.at(file)
        if data is None:
            return Direct(file, Kustomization(unreadable="it is not a file that can be read"))
        return replace(resolved(self._tree, file, kustomization.parse(data)), others=tuple(others))


def _paths_in(file: str, data: bytes) -> frozenset[str] | None:
    """Where all that may be a path in the text of a kustomization leads to; None for another file."""
    if name(file) not in NAMES:
        return None
    return frozenset(path for word in words(data) if (path := join(parent(file), word)) is not None)


_MENTIONS = Index((":",), NAMES, _paths_in)


def words(data: bytes) -> frozenset[str]:
    """What may be a path in the text of a definition: runs of characters that a path is written with. Names of fields are not
    among them."""
    return frozenset(
        word.decode("utf-8", "replace")
        for word in re.findall(rb"[^\s\"',\[\]{}=]+", data)
        if word != b"-" and not word.endswith(b":")
    )
