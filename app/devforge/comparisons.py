"""The diff of a pull request: from the merge base to the head, as GitHub shows it."""

from functools import lru_cache

from app.devforge.diffs import FileDiff, parse
from app.devforge.forge import Forge
from app.devforge.git import GitRepository
from app.devforge.records import PullRequest


def merge_base(forge: Forge, pull: PullRequest, commit: str) -> str:
    """Where the base branch and a commit of the pull request parted."""
    git = forge.git(forge.repository_by_id(pull.repository_id))
    return git.merge_base(pull.base_sha, commit) or pull.base_sha


def pull_diff(forge: Forge, pull: PullRequest, commit: str) -> tuple[FileDiff, ...]:
    """The files that the pull request changes, with `commit` as its head."""
    git = forge.git(forge.repository_by_id(pull.repository_id))
    return compare(git, merge_base(forge, pull, commit), commit)


@lru_cache(maxsize=128)
def compare(git: GitRepository, old: str, new: str, context: int = 3) -> tuple[FileDiff, ...]:
    """The files that differ between two commits, named in full."""
    return tuple(parse(git.diff(old, new, context)))


def file_of(diff: tuple[FileDiff, ...], path: str) -> FileDiff | None:
    """The part of one file."""
    return next((one for one in diff if one.path == path), None)
