"""What merging two commits gives, found without a work tree: https://git-scm.com/docs/git-merge-tree."""

from dataclasses import dataclass

from app.git.errors import GitError, UnrelatedHistories
from validators.trees.git_command import Git, checked_id, failure
from validators.trees.paths import decoded

USAGE_ERROR = 129


@dataclass(frozen=True, slots=True)
class Merged:
    """The merge is clean; `tree` is the id of its result."""

    tree: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """The two sides can't be merged by git; `paths` are the files that they disagree about."""

    paths: tuple[str, ...]


def merge_result(git: Git, base: str, head: str) -> Merged | Conflict:
    """What merging commit `head` into commit `base` gives. Raises UnrelatedHistories, ToolFailed, GitError for an old git."""
    words = ("merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", checked_id(base), checked_id(head))
    done = git.run(*words)
    tree, *paths = done.stdout.split(b"\0")
    if done.ok:
        return Merged(tree.decode("ascii"))
    if done.status == 1:
        return Conflict(tuple(dict.fromkeys(decoded(path) for path in paths if path)))
    said = done.stderr.decode("utf-8", "replace")
    if "unrelated histories" in said:
        raise UnrelatedHistories("base and head have no commit in common")
    if done.status == USAGE_ERROR:
        raise GitError("merge results take git 2.38 or newer")
    raise failure("merge-tree", done.how, said)


def merge_base(git: Git, one: str, two: str) -> str | None:
    """The best common ancestor of two commits; None when there is none. Raises ToolFailed."""
    done = git.run("merge-base", checked_id(one), checked_id(two))
    if done.ok:
        return done.stdout.decode("ascii").strip()
    if done.status == 1:
        return None
    raise failure("merge-base", done.how, done.stderr.decode("utf-8", "replace"))
