"""The two sides of a change as validators get them, without the paths that the configuration leaves out."""

from collections.abc import Iterable

from validators.change import Change, FileAction, View
from validators.model import NotChecked
from validators.tree import Tree
from validators.words import counted


def result_view(change: Change, *, whole: bool) -> tuple[View, tuple[NotChecked, ...]]:
    """The merge result, with a note for each pattern of `ignore` that left files out."""
    changed = (file.path for file in change.files if file.action is not FileAction.DELETED)
    return _view(change, change.result, changed, whole=whole)


def base_view(change: Change, *, whole: bool) -> View:
    """The base, with the files under their old paths."""
    changed = (file.old_path for file in change.files if file.action is not FileAction.ADDED)
    return _view(change, change.base, changed, whole=whole)[0]


def _view(change: Change, tree: Tree, changed: Iterable[str], *, whole: bool) -> tuple[View, tuple[NotChecked, ...]]:
    paths = [entry.path for entry in tree.walk()] if whole else sorted({path for path in changed if tree.entry(path)})
    kept, notes = _without_ignored(paths, change.settings.ignore)
    return View(tree=tree, rules=change.base, paths=kept, settings=change.settings, whole=whole), notes


def _without_ignored(paths: list[str], patterns: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[NotChecked, ...]]:
    """The paths that no pattern matches, and a note for each pattern about those that it does."""
    if not patterns:
        return tuple(paths), ()
    from pathspec import GitIgnoreSpec

    spec = GitIgnoreSpec.from_lines(patterns)
    kept = tuple(path for path in paths if not spec.match_file(path))
    ignored = [path for path in paths if spec.match_file(path)]
    notes = []
    for pattern in patterns:
        matched = [path for path in ignored if GitIgnoreSpec.from_lines([pattern]).match_file(path)]
        ignored = sorted(set(ignored).difference(matched))
        if matched:
            more = f" and {counted(len(matched) - 1, 'more file')}" if len(matched) > 1 else ""
            notes.append(NotChecked(matched[0] + more, f"ignored by `{pattern}` in .fairlead.yaml"))
    return kept, tuple(notes)
