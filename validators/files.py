"""Problems with the changed paths themselves: links, submodules, contents that are kept elsewhere, names that hurt.

Nothing is followed out of the tree and nothing is fetched. What stands behind a path that is no ordinary file is told in
coverage, so that nobody takes it for checked.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from validators.change import View
from validators.model import Coverage, Location, Look, NotChecked, Problem, Severity
from validators.tree import Entry, EntryKind, Tree
from validators.trees.reading import MAX_READ
from validators.units.paths import Standing, folders_above, link_target, look, parent
from validators.words import listed, shortened

LARGEST_FILE = 100 * 1024 * 1024
"""Bytes above which forges refuse a file, https://docs.github.com/en/repositories/working-with-files/managing-large-files."""

READ_BY_TOOLS = (".yaml", ".yml", ".json", ".tpl", ".tf", ".tfvars", ".env", ".properties")
LFS_POINTER = b"version https://git-lfs.github.com/spec/v1"
_LONGEST_POINTER = 1024
_MOST_NEIGHBOURS = 200_000
_MOST_WALKS = 20
"""Folders that are walked one by one; for more of them, one walk through the whole tree is quicker."""

_UNDECODED = range(0xDC80, 0xDD00)
"""Characters that stand for bytes which are not UTF-8, https://peps.python.org/pep-0383/."""


@dataclass(frozen=True, slots=True)
class Place:
    """A changed path: what stands there, where it leads as a link (`target` as written), whether Git LFS has its content."""

    entry: Entry
    standing: Standing = Standing.FILE
    target: str = ""
    pointer: bool = False

    def problem(self, rule: str, severity: Severity, title: str, message: str) -> Problem:
        """A problem of the path as a whole."""
        return Problem(f"file/{rule}", severity, message, Location(self.entry.path), about=rule, title=title)


Check = Callable[[Place], Iterator[Problem]]


class Files:
    """The validator `files`."""

    name = "files"

    def check(self, view: View) -> Look:
        """What is wrong with the paths of one side."""
        places = [_place(view.tree, entry) for path in view.paths if (entry := view.tree.entry(path)) is not None]
        problems = [problem for place in places for check in CHECKS for problem in check(place)]
        problems += _colliding(places, () if view.whole else _neighbours(view.tree, view.paths))
        notes = tuple(note for place in places if (note := _note(place)) is not None)
        return Look(tuple(problems), Coverage(files=len(places) - len(notes), not_checked=notes))


def printable(path: str) -> str:
    """`path` with what can't be seen, or could be mistaken, spelled out: `a\\n.yaml`, `a\\xff.yaml`."""
    return "".join(_spelled(char) if _hidden(char) else char for char in path)


def _hidden(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}


def _spelled(char: str) -> str:
    number = ord(char)
    if number in _UNDECODED:
        return f"\\x{number & 0xFF:02x}"
    return char.encode("unicode_escape").decode()


def _place(tree: Tree, entry: Entry) -> Place:
    if entry.kind is EntryKind.SYMLINK:
        return Place(entry, look(tree, entry.path).standing, shortened(printable(link_target(tree, entry.path)), 120))
    if entry.kind is EntryKind.SUBMODULE:
        return Place(entry, Standing.SUBMODULE)
    return Place(entry, pointer=is_lfs_pointer(tree, entry))


def _links(place: Place) -> Iterator[Problem]:
    if place.entry.kind is not EntryKind.SYMLINK:
        return
    if place.standing is Standing.OUTSIDE:
        message = (
            f"It points to `{place.target}`, outside of the repository: Argo CD and Flux refuse it. Put the file itself here."
        )
        yield place.problem("link-outside", Severity.ERROR, "This symbolic link leaves the repository", message)
    elif place.standing is Standing.NOTHING:
        message = f"It points to `{place.target}`, and nothing is there. Mend its target, or delete it."
        yield place.problem("link-dangling", Severity.WARNING, "This symbolic link points to nothing", message)


def _submodules(place: Place) -> Iterator[Problem]:
    entry = place.entry
    if entry.kind is EntryKind.SUBMODULE:
        message = f"Submodules are never fetched: what commit {entry.blob[:7]} of it holds is not checked."
        yield place.problem("submodule", Severity.INFO, "This is a submodule", message)
    elif entry.path == ".gitmodules" and entry.kind is EntryKind.FILE:
        message = "Submodules are never fetched: whatever they bring to the repository is not checked."
        yield place.problem("submodule", Severity.INFO, "This file names submodules", message)


def _pointers(place: Place) -> Iterator[Problem]:
    if place.pointer and place.entry.path.endswith(READ_BY_TOOLS):
        message = (
            "Its content is not available: a Git LFS pointer stands in its place, and that is what the tools that read it get. "
            "Commit the file itself, and take its pattern out of `.gitattributes`."
        )
        yield place.problem("lfs-pointer", Severity.ERROR, "The content of this file is kept in Git LFS", message)


def _sizes(place: Place) -> Iterator[Problem]:
    entry = place.entry
    title = f"This file has {entry.size / 1024 / 1024:,.0f} MiB"
    if entry.size > MAX_READ and entry.path.endswith(READ_BY_TOOLS):
        message = f"Files are read up to {MAX_READ // 1024 // 1024} MiB, so it was not checked. Split it."
        yield place.problem("too-large", Severity.ERROR, title, message)
    elif entry.size > LARGEST_FILE:
        message = f"Many forges refuse files above {LARGEST_FILE // 1024 // 1024} MiB, and every clone carries it for ever."
        yield place.problem("too-large", Severity.WARNING, title, message)


def _names(place: Place) -> Iterator[Problem]:
    entry = place.entry
    if any("\udc80" <= char <= "\udcff" for char in entry.path):
        message = f"`{printable(entry.path)}` holds bytes that are no UTF-8; other machines can't check it out. Rename it."
        yield place.problem("name-encoding", Severity.WARNING, "The name of this file is not UTF-8", message)
    elif any(map(_hidden, entry.path)):
        message = f"Its name is `{printable(entry.path)}`: what can't be seen can mislead people and tools. Rename it."
        yield place.problem("name-control", Severity.WARNING, "The name of this file has invisible characters", message)


CHECKS: tuple[Check, ...] = (_links, _submodules, _pointers, _sizes, _names)


def _colliding(places: Iterable[Place], neighbours: Iterable[str]) -> Iterator[Problem]:
    """Names that differ in case only are one file on macOS and Windows. Looked for beside the changed files."""
    changed = {place.entry.path: place for place in places}
    known: defaultdict[str, set[str]] = defaultdict(set)
    for path in (*changed, *neighbours):
        known[path.casefold()].add(path)
    for path, place in changed.items():
        others = sorted(known[path.casefold()] - {path})
        if others:
            names = listed([f"`{printable(other)}`" for other in others])
            message = f"On macOS and Windows it is the same file as {names}: one of them is lost in a checkout. Rename one."
            yield place.problem("name-case", Severity.WARNING, "Another name differs from this one in case only", message)


def _neighbours(tree: Tree, paths: Iterable[str]) -> Iterator[str]:
    """What lies in the folders of `paths`; at the root only the same name in small letters, as a walk would cost everything."""
    folders = {parent(path) for path in paths} - {""}
    outermost = [folder for folder in folders if folders.isdisjoint(folders_above(folder))]
    for folder in outermost if len(outermost) <= _MOST_WALKS else ("",):
        yield from (entry.path for entry in islice(tree.walk(folder), _MOST_NEIGHBOURS))
    small = (path.lower() for path in paths if "/" not in path)
    yield from (path for path in small if tree.entry(path) is not None)


def is_lfs_pointer(tree: Tree, entry: Entry) -> bool:
    """Whether Git LFS keeps the content of this file, https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md."""
    if entry.kind is not EntryKind.FILE or entry.size >= _LONGEST_POINTER:
        return False
    return tree.read(entry).startswith(LFS_POINTER)


def _note(place: Place) -> NotChecked | None:
    """What is left out at this path, for coverage."""
    entry, what = place.entry, printable(place.entry.path)
    if entry.kind is EntryKind.SUBMODULE:
        return NotChecked(what, "a submodule: it is never fetched")
    if entry.kind is EntryKind.SYMLINK:
        return NotChecked(what, f"a symbolic link to `{place.target}`: files are checked under their own names only")
    if place.pointer:
        return NotChecked(what, "content not available: Git LFS keeps it; commit the file itself to have it checked")
    if entry.size > MAX_READ and entry.path.endswith(READ_BY_TOOLS):
        return NotChecked(what, f"too large to be read: {entry.size:,} bytes")
    return None
