"""What differs between a commit and the work tree as it is on disk, uncommitted and new files included."""

from pathlib import Path

from app.git import diff
from app.git.patch import Patch, RawEntry
from validators.change import ChangedFile, FileAction
from validators.tree import Entry, EntryKind, Tree
from validators.trees.folder import FolderTree
from validators.trees.git_command import checked_id, on_work_tree
from validators.trees.paths import encoded

MODES = {EntryKind.FILE: "100", EntryKind.SYMLINK: "120", EntryKind.SUBMODULE: "160"}


def changed_files_of_work_tree(root: Path, tree: FolderTree, base: str) -> tuple[ChangedFile, ...]:
    """The files of `tree` (the work tree at `root`) that differ from the commit `base`, sorted by path.

    A new file counts as added once git would add it, that is, unless it is ignored. Errors as for `diff.changed_files`.
    """
    patch = diff.read(on_work_tree(root), "diff-index", checked_id(base))
    untracked = set(tree.new_paths)
    deleted = {entry.path: entry.old_id for entry in patch.entries if entry.path in untracked}
    files = [diff.as_changed_file(entry, patch) for entry in _differing(patch, tree) if entry.path not in untracked]
    for path in tree.new_paths:
        entry = tree.entry(path)
        if entry is not None and entry.blob != deleted.get(path):
            files.append(_new(tree, entry, FileAction.MODIFIED if path in deleted else FileAction.ADDED))
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


def _new(tree: Tree, entry: Entry, action: FileAction) -> ChangedFile:
    """A file that git does not track: all its lines count as new."""
    readable = entry.kind is EntryKind.FILE and entry.size <= diff.MAX_TEXT
    content = tree.read(entry) if readable else b""
    lines = content.count(b"\n") + (not content.endswith(b"\n")) if content else 0
    return ChangedFile(entry.path, entry.path, action, frozenset(range(1, lines + 1)))
