"""What differs between two commits or trees: files, renames, and the lines of each."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from app.git.errors import TooLarge
from app.git.patch import NewLines, Patch, RawEntry, Unreadable, parsed
from validators.change import ChangedFile, FileAction
from validators.trees.git_command import GIB, GIT_LIMITS, Git, checked_id, failure
from validators.trees.paths import encoded

MAX_FILES = 20_000
"""Files of the largest change that is looked at."""
MAX_BYTES = 256 * 1024**2
"""Bytes of the largest diff that is looked at."""
MAX_TEXT = 16 * 1024**2
"""Bytes of the largest file that git compares line by line (core.bigFileThreshold)."""

OPTIONS = (
    *("--raw", "--patch", "--unified=3", "--find-renames", "--abbrev=64", "--no-color", "--no-ext-diff", "--no-textconv"),
    *("--src-prefix=a/", "--dst-prefix=b/", "--submodule=short", "--ignore-submodules=none"),
)
LIMITS = replace(GIT_LIMITS, memory=3 * GIB, cpu=120)
ACTIONS = {"A": FileAction.ADDED, "D": FileAction.DELETED, "R": FileAction.RENAMED}


def changed_files(git: Git, old: str, new: str) -> tuple[ChangedFile, ...]:
    """The files that differ between two commits or trees, sorted by path; lines are those of `new`.

    Only the mode or the kind of a file differing counts as modified. A binary file (NUL within its first 8000 bytes, or above
    16 MiB) has no lines. Raises TooLarge above MAX_FILES or MAX_BYTES, ToolFailed when git fails.
    """
    patch = read(git, "diff-tree", "-r", checked_id(old), checked_id(new))
    return tuple(as_changed_file(entry, patch) for entry in sorted(patch.entries, key=lambda entry: encoded(entry.path)))


def commentable_lines(git: Git, merge_base: str, head: str) -> Mapping[str, frozenset[int]]:
    """By path, the lines at `head` on which a forge lets a review comment stand: those in the hunks of its diff.

    Forges show `merge_base..head`, which is not what is judged; errors as for `changed_files`.
    """
    patch = read(git, "diff-tree", "-r", checked_id(merge_base), checked_id(head))
    return {path: frozenset(lines.added | lines.context) for path, lines in patch.lines.items()}


def read(git: Git, *words: str) -> Patch:
    """The patch that a diffing command of git prints; `words` are the command, its options and what to compare."""
    command, *rest = words
    with replace(git, limits=LIMITS).start(command, *OPTIONS, *rest) as child:
        child.stdin.close()
        try:
            patch = parsed(_bounded(child.stdout))
        except Unreadable as error:
            child.kill()
            raise failure(command, f"{error}, exit status {child.wait()}", child.complaint()) from error
        status = child.wait()
        if status != 0:
            raise failure(command, f"exit status {status}", child.complaint())
    return patch


def as_changed_file(entry: RawEntry, patch: Patch) -> ChangedFile:
    """One entry with its lines."""
    lines = patch.lines.get(entry.path, NewLines())
    action = ACTIONS.get(entry.letter, FileAction.MODIFIED)
    return ChangedFile(entry.path, entry.old_path, action, frozenset(lines.added), frozenset(lines.context))


def _bounded(output: Iterable[bytes]) -> Iterator[bytes]:
    files, size = 0, 0
    for line in output:
        files += line.startswith(b":")
        size += len(line)
        if size > MAX_BYTES or (files > MAX_FILES and line.startswith(b":")):
            raise TooLarge(f"the change is larger than {MAX_FILES} files or {MAX_BYTES // 1024**2} MiB of differences")
        yield line
