"""The kustomizations of one tree: which files each reads, what it refers to in vain, and who includes whom.

Only what is asked for is read: a folder's own kustomization, what it includes, and through a search by name what includes it.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache

from validators.tree import Tree
from validators.units import kustomization
from validators.units.kustomization import NAMES, Kustomization
from validators.units.paths import below, folders_above, is_in, join, name, parent
from validators.units.references import Direct, resolved
from validators.units.source import Texts, searched

MOST_NAMES = 8
"""Up to so many folders are searched for by name; for more, all kustomizations are read."""

MOST_FOLDERS = 2000
"""So many kustomizations may be reached from one."""


class Kustomizations:
    """What `tree` says; each folder is looked at once."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._texts = Texts(tree)
        self._direct: dict[str, Direct | None] = {}
        self._including: dict[str, frozenset[str]] = {}

    def at(self, folder: str) -> Direct | None:
        """The kustomization in `folder`; None where there is none."""
        if folder not in self._direct:
            self._direct[folder] = self._read(folder)
        return self._direct[folder]

    def closure(self, folder: str) -> tuple[Direct, ...]:
        """The kustomization in `folder` and all that it includes, itself first; () where there is none."""
        reached: dict[str, Direct] = {}
        waiting = deque([folder])
        while waiting and len(reached) < MOST_FOLDERS:
            current = waiting.popleft()
            direct = self.at(current)
            if current not in reached and direct is not None:
                reached[current] = direct
                waiting.extend(included for _, included in direct.folders)
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
            found: dict[str, set[str]] = {path: set() for path in wanted}
            for file in self._mentioning(wanted):
                for target in self._targets(parent(file)) & wanted:
                    found[target].add(parent(file))
            self._including |= {path: frozenset(folders) for path, folders in found.items()}
        return {path: self._including[path] for path in paths}

    def above(self, folders: Iterable[str]) -> dict[str, frozenset[str]]:
        """All kustomizations that `folders` end up in, each with those that include it; a root has none."""
        reached: dict[str, frozenset[str]] = {}
        waiting = set(folders)
        while waiting and len(reached) < MOST_FOLDERS:
            level = self.referring(sorted(waiting))
            reached |= level
            waiting = {folder for including in level.values() for folder in including} - reached.keys()
        return reached

    def _targets(self, folder: str) -> set[str]:
        direct = self.at(folder)
        if direct is None:
            return set()
        broken = {broken.target for broken in direct.broken if broken.target is not None}
        return {*direct.files, *(included for _, included in direct.folders), *broken}

    def _mentioning(self, wanted: set[str]) -> Iterator[str]:
        """Kustomization files in whose text a path stands that leads to one of `wanted`."""
        for file in sorted(self._candidates(wanted - {""})):
            data = self._texts.at(file) if name(file) in NAMES else None
            if data is not None and any(join(parent(file), word) in wanted for word in words(data)):
                yield file

    def _candidates(self, wanted: set[str]) -> set[str]:
        """Files among which are all kustomizations that refer to one of `wanted`, as few as searches can tell.

        From outside of its folder a path is written with its last two parts, from inside with the last one.
        """
        if len(wanted) > MOST_NAMES:
            return set(searched(self._tree, ":", NAMES))
        found: set[str] = set()
        for path in wanted:
            folder = parent(path)
            inside_or_out = searched(self._tree, f"/{name(path)}", NAMES)
            inside = {file for file in inside_or_out if is_in(file, folder)}
            outside = set(inside_or_out) - inside
            if len(outside) > MOST_NAMES:
                outside &= set(searched(self._tree, f"{name(folder)}/{name(path)}", NAMES))
            found |= inside | outside | {below(folder, each) for each in NAMES}
        return found

    def _read(self, folder: str) -> Direct | None:
        found = [path for path in (below(folder, each) for each in NAMES) if self._tree.entry(path)]
        if not found:
            return None
        file, *others = found
        data = self._texts.at(file)
        if data is None:
            return Direct(file, Kustomization(unreadable="it is not a file that can be read"))
        return replace(resolved(self._tree, file, kustomization.parse(data)), others=tuple(others))


@lru_cache(maxsize=8192)
def words(data: bytes) -> frozenset[str]:
    """What may be a path in a kustomization's text: runs of characters that a path is written with."""
    return frozenset(word.decode("utf-8", "replace") for word in re.findall(rb"[^\s\"',\[\]{}=]+", data))
