"""The kustomizations of one tree: which files each reads, what it refers to in vain, and who includes whom.

Only what is asked for is read: a folder's own kustomization, what it includes, and through a search by name what includes it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from validators.documents import read
from validators.model import NotChecked
from validators.tree import Tree
from validators.units import kustomization
from validators.units.fields import text
from validators.units.kustomization import NAMES, Kustomization
from validators.units.model import Reference, Wants
from validators.units.paths import Found, Standing, below, folders_above, is_in, join, look, name, parent
from validators.units.remote import is_remote, without_credentials
from validators.units.source import Texts, content, searched

MOST_NAMES = 8
"""Up to so many folders are searched for by name; for more, all kustomizations are read."""

_PLUGIN_FIELDS = ("generators", "transformers", "validators")

MOST_FOLDERS = 2000
"""So many kustomizations may be reached from one."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A reference of the kustomization `file` that leads nowhere. `target` is where it should, None outside of the tree;
    `link` is the symbolic link that leads it out, if one does."""

    file: str
    reference: Reference
    target: str | None
    why: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Direct:
    """What one kustomization refers to itself: `files` it reads, `folders` it includes, what is broken or out of reach."""

    file: str
    kustomization: Kustomization
    files: frozenset[str] = frozenset()
    folders: tuple[tuple[Reference, str], ...] = ()
    broken: tuple[Broken, ...] = ()
    not_checked: tuple[NotChecked, ...] = ()


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
        waiting = [folder]
        while waiting and len(reached) < MOST_FOLDERS:
            current = waiting.pop(0)
            direct = self.at(current)
            if current not in reached and direct is not None:
                reached[current] = direct
                waiting += [included for _, included in direct.folders]
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
        file = next((path for path in (below(folder, each) for each in NAMES) if self._tree.entry(path)), None)
        if file is None:
            return None
        data = self._texts.at(file)
        if data is None:
            return Direct(file, Kustomization(unreadable="it is not a file that can be read"))
        return _resolved(self._tree, file, kustomization.parse(data))


@lru_cache(maxsize=8192)
def words(data: bytes) -> frozenset[str]:
    """What may be a path in a kustomization's text: runs of characters that a path is written with."""
    return frozenset(word.decode("utf-8", "replace") for word in re.findall(rb"[^\s\"',\[\]{}=]+", data))


def _resolved(tree: Tree, file: str, parsed: Kustomization) -> Direct:
    files: set[str] = set()
    folders: list[tuple[Reference, str]] = []
    broken: list[Broken] = []
    notes = _general_notes(file, parsed)
    for reference in parsed.references:
        target = join(parent(file), reference.text)
        found = Found(Standing.OUTSIDE, "") if target is None else _look(tree, target)
        if is_remote(reference.text) and found.standing in {Standing.NOTHING, Standing.OUTSIDE}:
            notes.append(_remote_note(file, reference))
        elif found.standing is Standing.SUBMODULE:
            notes.append(NotChecked(file, f"not rendered: `{reference.text}` is in the submodule {found.path}"))
        elif why := _objection(tree, reference, found):
            broken.append(Broken(file, reference, target, why, found.path if found.standing is Standing.OUTSIDE else ""))
        elif found.standing is Standing.FOLDER:
            folders.append((reference, found.path))
        else:
            files |= {found.path, target or found.path}
            notes += _plugin_notes(tree, file, reference, found.path)
    return Direct(file, parsed, frozenset(files), tuple(folders), tuple(broken), tuple(notes))


def _look(tree: Tree, target: str) -> Found:
    """The same as `look`, without a walk where a kustomization shows that there is a folder."""
    if any(tree.entry(below(target, each)) is not None for each in NAMES):
        return Found(Standing.FOLDER, target)
    return look(tree, target)


def _objection(tree: Tree, reference: Reference, found: Found) -> str:
    """Why kustomize would not take what stands at a reference; "" when it would."""
    if found.standing is Standing.OUTSIDE:
        return (
            f"`{found.path}` is a symbolic link that leaves the repository"
            if found.path
            else "it leads outside of the repository"
        )
    if found.standing is Standing.NOTHING:
        return "it does not exist"
    if found.standing is Standing.FILE:
        return "it is a file, and a folder with a kustomization is wanted" if reference.wants is Wants.FOLDER else ""
    if reference.wants is Wants.FILE:
        return "it is a folder, and a file is wanted"
    has_kustomization = any(tree.entry(below(found.path, each)) for each in NAMES)
    return "" if has_kustomization else f"that folder has no {NAMES[0]}"


def _general_notes(file: str, parsed: Kustomization) -> list[NotChecked]:
    notes = []
    if parsed.unreadable:
        notes.append(NotChecked(file, f"not rendered: {parsed.unreadable}"))
    notes += [
        NotChecked(
            file, f"not rendered: it inflates the Helm chart {without_credentials(chart)}, which is fetched from elsewhere"
        )
        for chart in parsed.charts
    ]
    return notes


def _plugin_notes(tree: Tree, file: str, reference: Reference, path: str) -> list[NotChecked]:
    """A note for a generator or transformer that is not kustomize's own."""
    if not reference.field.startswith(_PLUGIN_FIELDS):
        return []
    data = content(tree, path) or b""
    values = [document.value for document in read(path, data).documents]
    if b"config.kubernetes.io/function" not in data and all(text(value, "apiVersion") == "builtin" for value in values):
        return []
    return [NotChecked(file, f"not rendered: `{reference.text}` starts a plugin, and plugins are never run")]


def _remote_note(file: str, reference: Reference) -> NotChecked:
    where = without_credentials(reference.text)
    return NotChecked(
        file, f"not rendered: `{where}` ({reference.field}) is remote and never fetched; vendor it to have it checked"
    )
