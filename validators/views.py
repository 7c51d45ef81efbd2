"""The two sides of a change as validators get them, without the paths that the configuration leaves out."""

from collections.abc import Iterable

from validators.change import Change, View
from validators.model import NotChecked
from validators.patterns import Patterns
from validators.tree import Tree


def result_view(change: Change, *, whole: bool) -> tuple[View, tuple[NotChecked, ...]]:
    """The merge result, with a note for each file that `ignore` leaves out."""
    patterns = Patterns(change.settings.ignore)
    kept: list[str] = []
    ignored: list[NotChecked] = []
    touched = {path for file in change.files for path in (file.path, file.old_path)}
    for path in _paths(change.result, touched, whole=whole):
        pattern = patterns.match(path)
        if pattern is None:
            kept.append(path)
        else:
            ignored.append(NotChecked(path, f"ignored by `{pattern}` in .fairlead.yaml"))
    view = _view(change, change.result, kept, touched, whole=whole)
    return view, tuple(ignored)


def base_view(change: Change, *, whole: bool) -> View:
    """The base, with the files under their old paths. What the merge result ignores under the new path is left out here too."""
    patterns = Patterns(change.settings.ignore)
    now = {file.old_path: file.path for file in change.files}
    touched = {path for file in change.files for path in (file.path, file.old_path)}
    paths = _paths(change.base, touched, whole=whole)
    kept = [path for path in paths if not patterns.match(now.get(path, path))]
    return _view(change, change.base, kept, touched, whole=whole)


def _paths(tree: Tree, touched: Iterable[str], *, whole: bool) -> list[str]:
    return [entry.path for entry in tree.walk()] if whole else sorted(path for path in touched if tree.entry(path))


def _view(change: Change, tree: Tree, paths: list[str], touched: Iterable[str], *, whole: bool) -> View:
    patterns = Patterns(change.settings.ignore)
    gone = sorted(path for path in touched if tree.entry(path) is None and not patterns.match(path))
    return View(
        tree=tree,
        rules=change.base,
        paths=tuple(paths),
        settings=change.settings,
        whole=whole,
        gone=tuple(gone),
        origin=change.origin,
    )
