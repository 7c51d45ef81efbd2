"""A small language for changes in memory: two dictionaries of files, and what a validator or the dry run makes of them."""

from collections.abc import Iterator, Mapping

from validators.change import Change, ChangedFile, FileAction, Validator, View
from validators.compare import compare, ground
from validators.model import Finding, NotChecked
from validators.trees.memory import Content, MemoryTree

ORIGIN = "https://git.example.com/shop/gitops.git"

Files = Mapping[str, str | Content]


def tree(files: Files) -> MemoryTree:
    """The files as a tree; texts are encoded."""
    return MemoryTree({path: text.encode() if isinstance(text, str) else text for path, text in files.items()})


def changed(before: Files, after: Files, origin: str | None = ORIGIN) -> Change:
    """The change from `before` to `after`; equal content under a new path is a rename."""
    return Change(tree(before), tree(after), tuple(_files(before, after)), origin=origin)


def view(after: Files, *touched: str, base: Files | None = None, origin: str | None = ORIGIN) -> View:
    """One side of a change that touches these paths, of which some may be gone; without any, all files are touched."""
    paths = touched or tuple(after)
    there, gone = (tuple(sorted(path for path in paths if (path in after) is present)) for present in (True, False))
    return View(tree(after), tree(base or after), there, gone=gone, origin=origin)


def findings(validator: Validator, before: Files, after: Files, origin: str | None = ORIGIN) -> tuple[Finding, ...]:
    """What the validator finds, compared with the base."""
    touched = sorted({path for file in _files(before, after) for path in (file.path, file.old_path)})
    now, then = (validator.check(view(side, *touched, origin=origin)).problems for side in (after, before))
    return compare(now, then, ground(_files(before, after)))


def left_out(validator: Validator, after: Files, *touched: str, origin: str | None = ORIGIN) -> tuple[NotChecked, ...]:
    """What the validator says it did not check."""
    return validator.check(view(after, *touched, origin=origin)).coverage.not_checked


def _files(before: Files, after: Files) -> Iterator[ChangedFile]:
    gone = {path: content for path, content in before.items() if path not in after}
    for path, content in after.items():
        if path in before:
            if before[path] != content:
                yield ChangedFile(path, path, FileAction.MODIFIED)
            continue
        old = next((other for other, text in gone.items() if text == content), None)
        if old is not None:
            del gone[old]
        yield ChangedFile(path, old or path, FileAction.RENAMED if old else FileAction.ADDED)
    for path in gone:
        yield ChangedFile(path, path, FileAction.DELETED)
