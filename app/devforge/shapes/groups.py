"""Merge groups, and commits as webhooks carry them in short."""

from app.devforge.forge import Forge
from app.devforge.git import Commit
from app.devforge.records import MergeGroup, Repository
from app.devforge.shapes.names import Json


def merge_group(forge: Forge, repository: Repository, one: MergeGroup) -> Json:
    """A group of a merge queue."""
    return {
        "head_sha": one.head_sha,
        "head_ref": f"refs/heads/{one.branch}",
        "base_sha": one.base_sha,
        "base_ref": f"refs/heads/{one.base_branch}",
        "head_commit": short_commit(forge.git(repository).commits(one.head_sha, limit=1)[0]),
    }


def short_commit(made: Commit) -> Json:
    """A "simple commit"."""
    return {
        "id": made.sha,
        "tree_id": made.tree,
        "message": made.message,
        "timestamp": made.committer_date,
        "author": {"name": made.author_name, "email": made.author_email},
        "committer": {"name": made.committer_name, "email": made.committer_email},
    }
