"""What differs between a commit and the work tree as it is on disk, uncommitted and new files included."""

from pathlib import Path

from app.git import diff
from app.git.patch import Patch, RawEntry
from validators.change import ChangedFile, FileAction
from validators.tree import EntryKind, Tree
from validators.trees.folder import FolderTree
from validators.trees.git_command import checked_id, on_work_tree
from validators.trees.paths import encoded

MODES = {EntryKind.FILE: "100", EntryKind.SYMLINK: "120", EntryKind.SUBMODULE: "160"}


def changed_files_of_work_tree(root: Path, tree: FolderTree, base: str) -> tuple[ChangedFile, ...]:
    """The files of `tree` (the work tree at `root`) that differ from the commit `base`, sorted by path.

    A new file counts as added once git would add it, that is, unless it is ignored. Errors as for `diff.changed_files`.
    """
    patch = diff.read(on_work_tree(root), "diff-index", checked_id(base))
    differing = [diff.as_changed_file(entry, patch) for entry in _differing(patch, tree)]
    tracked = {file.path for file in differing if file.action is not FileAction.DELETED}
    new = [_added(tree, path) for path in tree.new_paths if path not in tracked]
    replaced = {file.path for file in new}
    files = [file for file in differing if file.path not in replaced] + new
    return tuple(sorted(files, key=lambda file: encoded(file.path)))


def _differing(patch: Patch, tree: Tree) -> list[RawEntry]:
    """Entries that really differ, once each: git also names files of which only the time on disk changed."""
    entries = {entry.path: entry for entry in patch.entries}
    return [entry for entry in entries.values() if not _same(entry, tree)]


def _same(entry: RawEntry, tree: Tree) -> bool:
    if entry.letter != "M" or entry.old_mode != entry.new_mode:
        return False
    found = tree.entry(entry.path)
    return found is not None and found.blob == entry.old_id and entry.old_mode.startswith(MODES[found.kind])


def _added(tree: Tree, path: str) -> ChangedFile:
    """A file that git does not know yet: all its lines are new."""
    entry = tree.entry(path)
    readable = entry is not None and entry.kind is EntryKind.FILE and entry.size <= diff.MAX_TEXT
    content = tree.read(entry) if entry is not None and readable else b""
    lines = content.count(b"\n") + (not content.endswith(b"\n")) if content else 0
    return ChangedFile(path, path, FileAction.ADDED, frozenset(range(1, lines + 1)))
