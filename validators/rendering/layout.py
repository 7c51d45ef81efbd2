"""The files that a unit reads, laid out in a folder of their own for a foreign program to see, with links as links.

A link is laid out where it stays within the tree. Whatever else it leads to is not there for the program, which then says so.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from validators.tree import Entry, EntryKind, Tree
from validators.units.paths import MOST_LINKS, below, folders_above, join, link_target, parent

MOST_FILES = 5000
MOST_BYTES = 64 * 1024 * 1024


class TooMuch(Exception):
    """A unit reads more than can be laid out. The text says what."""


def entries(tree: Tree, paths: Iterable[str]) -> tuple[Entry, ...]:
    """The files at `paths` with all links on the way to them, by path. Raises TooMuch."""
    found: dict[str, Entry] = {}
    size = 0
    for path in dict.fromkeys(paths):
        for entry in _trail(tree, path):
            if entry.path not in found and _is_plain(entry.path):
                found[entry.path] = entry
                size += entry.size
        if len(found) > MOST_FILES or size > MOST_BYTES:
            limit = f"{MOST_FILES:,} files or {MOST_BYTES // 1024**2} MiB"
            raise TooMuch(f"it reads more than {limit}, and no more is laid out for one unit")
    return tuple(found[path] for path in sorted(found))


def below_folder(tree: Tree, folder: str) -> Iterator[str]:
    """All files below `folder`, those that links there lead to included."""
    for entry in tree.walk(folder):
        yield entry.path
        if entry.kind is EntryKind.SYMLINK and (target := join(parent(entry.path), link_target(tree, entry.path))):
            yield from (each.path for each in tree.walk(target))


def _trail(tree: Tree, path: str) -> Iterator[Entry]:
    """The links on the way to `path`, and the file at its end where there is one."""
    for _ in range(MOST_LINKS):
        step = _first(tree, path)
        if step is None:
            return
        if step.kind is EntryKind.FILE:
            yield step
            return
        target = _target(tree, step) if step.kind is EntryKind.SYMLINK else None
        if target is None:
            return
        yield step
        path = below(target, path[len(step.path) + 1 :]).rstrip("/")


def _target(tree: Tree, link: Entry) -> str | None:
    """Where the link leads; None for out of the tree, and for where it depends on other links: `..` after a name."""
    text = link_target(tree, link.path)
    names = text.lstrip("./") if text.startswith(".") else text
    return None if ".." in names.split("/") else join(parent(link.path), text)


def _first(tree: Tree, path: str) -> Entry | None:
    """What stands at the first part of `path` that is no folder."""
    whole = tree.entry(path)
    if whole is not None:
        return whole
    parts = path.split("/")
    return next((entry for end in range(1, len(parts)) if (entry := tree.entry("/".join(parts[:end])))), None)


def _is_plain(path: str) -> bool:
    """Whether a path can be made below another folder: git's own trees can hold `..`."""
    return bool(path) and "\0" not in path and join("", path) == path and ".git" not in path.split("/")


def contents(tree: Tree, files: Iterable[Entry]) -> Mapping[Entry, bytes]:
    """What has to be written for each of the files: its content, or the target of the link."""
    return {entry: tree.read(entry) for entry in files}


def lay_out(root: Path, files: Mapping[Entry, bytes], made: Iterable[tuple[str, bytes]]) -> None:
    """Write the files below the folder `root`, those of `made` in place of those of the tree."""
    own = dict(made)
    links = {entry.path for entry in files if entry.kind is EntryKind.SYMLINK} - own.keys()
    written = {entry: data for entry, data in files.items() if entry.path not in own and not _is_behind(entry.path, links)}
    plain = {path: data for path, data in own.items() if not _is_behind(path, links)}
    for folder in sorted({parent(path) for path in (*plain, *(entry.path for entry in written))}):
        (root / folder).mkdir(parents=True, exist_ok=True)
    for entry, data in written.items():
        if entry.kind is EntryKind.SYMLINK:
            (root / entry.path).symlink_to(os.fsdecode(data))
        else:
            (root / entry.path).write_bytes(data)
    for path, data in plain.items():
        (root / path).write_bytes(data)


def _is_behind(path: str, links: set[str]) -> bool:
    """Whether what would be written at `path` went through a link: only a tree made by hand has both."""
    return any(folder in links for folder in folders_above(path))
