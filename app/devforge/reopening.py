"""What reopening a pull request takes."""

from app.devforge.errors import ApiError, invalid
from app.devforge.forge import Forge
from app.devforge.records import PullRequest, Repository


def caught_up(forge: Forge, pull: PullRequest) -> PullRequest:
    """The pull request with the head that its branch has now. Raises 422 where it cannot be reopened."""
    source = forge.database.one(Repository, id=pull.head_repository_id) if pull.head_repository_id else None
    tip = forge.git(source).branch(pull.head_branch) if source else None
    if source is None or tip is None:
        raise _cannot(f"The {pull.head_branch} branch has been deleted.")
    same: dict[str, str | int] = {
        "head_repository_id": source.id,
        "head_branch": pull.head_branch,
        "base_branch": pull.base_branch,
    }
    if forge.database.one(PullRequest, repository_id=pull.repository_id, state="open", **same):
        raise _cannot(f"There is already an open pull request for {pull.head_branch}.")
    if tip == pull.head_sha:
        return pull
    git = forge.git(forge.repository_by_id(pull.repository_id))
    git.bring(forge.git(source), tip)
    if not git.is_ancestor(pull.head_sha, tip):
        raise _cannot(f"The {pull.head_branch} branch was force-pushed or recreated.")
    git.point(f"refs/pull/{pull.number}/head", tip)
    return forge.database.update(pull, head_sha=tip, mergeable=None, asked=False)


def _cannot(why: str) -> ApiError:
    return invalid("PullRequest", "state", f"state cannot be changed. {why}")
