"""The two sides of a change as validators get them, without the paths that the configuration leaves out."""

from collections.abc import Iterable

from validators.change import Change, FileAction, View
from validators.model import NotChecked
from validators.patterns import Patterns
from validators.tree import Tree
from validators.words import counted


def result_view(change: Change, *, whole: bool) -> tuple[View, tuple[NotChecked, ...]]:
    """The merge result, with a note for each pattern of `ignore` that left files out."""
    changed = (file.path for file in change.files if file.action is not FileAction.DELETED)
    patterns = Patterns(change.settings.ignore)
    kept: list[str] = []
    ignored: dict[str, list[str]] = {}
    for path in _paths(change.result, changed, whole=whole):
        pattern = patterns.match(path)
        (kept if pattern is None else ignored.setdefault(pattern, [])).append(path)
    return _view(change, change.result, kept, whole=whole), tuple(_note(*covered) for covered in ignored.items())


def base_view(change: Change, *, whole: bool) -> View:
    """The base, with the files under their old paths. What the merge result ignores under the new path is left out here too."""
    patterns = Patterns(change.settings.ignore)
    now = {file.old_path: file.path for file in change.files}
    changed = (file.old_path for file in change.files if file.action is not FileAction.ADDED)
    paths = _paths(change.base, changed, whole=whole)
    return _view(change, change.base, [path for path in paths if not patterns.match(now.get(path, path))], whole=whole)


def _paths(tree: Tree, changed: Iterable[str], *, whole: bool) -> list[str]:
    return [entry.path for entry in tree.walk()] if whole else sorted({path for path in changed if tree.entry(path)})


def _view(change: Change, tree: Tree, paths: list[str], *, whole: bool) -> View:
    return View(tree=tree, rules=change.base, paths=tuple(paths), settings=change.settings, whole=whole)


def _note(pattern: str, covered: list[str]) -> NotChecked:
    more = f" and {counted(len(covered) - 1, 'more file')}" if len(covered) > 1 else ""
    return NotChecked(covered[0] + more, f"ignored by `{pattern}` in .fairlead.yaml")
