"""Paths inside a tree: joined without leaving it, and looked at through its links without following one out of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from validators.tree import EntryKind, Tree

LONGEST_TARGET = 4096
"""Bytes of a link's target; Linux makes none that is longer (PATH_MAX)."""

MOST_LINKS = 40
"""So many links in one path are followed, as Linux does; more are a loop."""


class Standing(StrEnum):
    """What a path comes to."""

    FILE = "file"
    FOLDER = "folder"
    SUBMODULE = "submodule"
    NOTHING = "nothing"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Found:
    """What stands at a path, links resolved. For OUTSIDE `path` is the link that leads out, for SUBMODULE the submodule."""

    standing: Standing
    path: str


def parent(path: str) -> str:
    """The folder that holds `path`; "" is the root."""
    return path.rpartition("/")[0]


def name(path: str) -> str:
    """The last part of `path`."""
    return path.rpartition("/")[2]


def below(folder: str, file: str) -> str:
    """The path of `file` in `folder`, which may be the root."""
    return f"{folder}/{file}" if folder else file


def is_in(path: str, folder: str) -> bool:
    """Whether `path` is `folder` or lies below it."""
    return not folder or path == folder or path.startswith(f"{folder}/")


def folders_above(path: str) -> Iterator[str]:
    """The folders that hold `path`, innermost first; the last one is the root, ""."""
    while path:
        path = parent(path)
        yield path


def shown(folder: str) -> str:
    """A folder as people are told of it."""
    return folder or "the root"


def join(folder: str, reference: str) -> str | None:
    """Where `reference`, written in a file of `folder`, points to; None when that is outside of the tree."""
    if reference.startswith(("/", "~")):
        return None
    parts = folder.split("/") if folder else []
    for part in reference.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts)


def look(tree: Tree, path: str) -> Found:
    """What stands at `path`, through links within the tree. A dangling link and a loop of links come to NOTHING."""
    for _ in range(MOST_LINKS):
        entry = tree.entry(path) if path else None
        if entry is not None and entry.kind is EntryKind.FILE:
            return Found(Standing.FILE, path)
        at = _special(tree, path) if path else None
        if at is None:
            somewhere = not path or next(iter(tree.walk(path)), None) is not None
            return Found(Standing.FOLDER if somewhere else Standing.NOTHING, path)
        target = _through(tree, at, path)
        if isinstance(target, Found):
            return target
        path = target
    return Found(Standing.NOTHING, path)


def _special(tree: Tree, path: str) -> str | None:
    """The first part of `path` that is a link or a submodule."""
    parts = path.split("/")
    for end in range(1, len(parts) + 1):
        entry = tree.entry("/".join(parts[:end]))
        if entry is not None and entry.kind is not EntryKind.FILE:
            return entry.path
    return None


def _through(tree: Tree, at: str, path: str) -> str | Found:
    """`path` with the link `at` replaced by its target; Found when there is no going on."""
    entry = tree.entry(at)
    if entry is None or entry.kind is EntryKind.SUBMODULE:
        return Found(Standing.SUBMODULE, at)
    target = join(parent(at), link_target(tree, at)) if entry.size <= LONGEST_TARGET else None
    return Found(Standing.OUTSIDE, at) if target is None else below(target, path[len(at) + 1 :]).rstrip("/")


def link_target(tree: Tree, path: str) -> str:
    """The text of the symbolic link at `path`; empty where no system would take it."""
    entry = tree.entry(path)
    return "" if entry is None or entry.size > LONGEST_TARGET else tree.read(entry).decode("utf-8", "surrogateescape")
