"""What stands between a pull request and its base branch."""

from collections import Counter
from collections.abc import Sequence

from app.devforge.forge import Forge
from app.devforge.records import CheckRun, Protection, PullRequest, Repository, Status

_PASSING = ("success", "neutral", "skipped")


def newest_statuses(forge: Forge, repository: Repository, sha: str) -> list[Status]:
    """The newest status of each context at a commit, newest first."""
    newest = {one.context: one for one in forge.database.all(Status, repository_id=repository.id, sha=sha)}
    return sorted(newest.values(), key=lambda one: -one.id)


def newest_check_runs(forge: Forge, repository: Repository, sha: str) -> list[CheckRun]:
    """The newest check run of each name and app at a commit, newest first."""
    newest = {(one.app_id, one.name): one for one in forge.database.all(CheckRun, repository_id=repository.id, head_sha=sha)}
    return sorted(newest.values(), key=lambda one: -one.id)


def protection(forge: Forge, repository: Repository, branch: str) -> Protection | None:
    """The rules of a branch, None when it is free."""
    return forge.database.one(Protection, repository_id=repository.id, branch=branch)


def standing(forge: Forge, repository: Repository, sha: str) -> dict[str, str]:
    """What each status or check run says at a commit: passing, pending or failing."""
    said = {one.name: _of_check_run(one) for one in newest_check_runs(forge, repository, sha)}
    for one in newest_statuses(forge, repository, sha):
        said[one.context] = {"success": "passing", "pending": "pending"}.get(one.state, "failing")
    return said


def blockers(forge: Forge, pull: PullRequest) -> list[str]:
    """Why the pull request cannot be merged now, [] when it can; `mergeable` must have been computed."""
    repository = forge.repository_by_id(pull.repository_id)
    reasons = []
    if pull.state != "open":
        reasons.append("Pull Request is not mergeable")
    if pull.draft:
        reasons.append("Pull Request is still a draft")
    if not pull.mergeable:
        reasons.append("Pull Request is not mergeable")
    rules = protection(forge, repository, pull.base_branch)
    if rules:
        reasons += _unmet(rules.required, standing(forge, repository, pull.head_sha))
        tip = forge.git(repository).branch(pull.base_branch)
        if rules.strict and tip and not forge.git(repository).is_ancestor(tip, pull.head_sha):
            reasons.append(f"Head branch is not up to date with {pull.base_branch}")
    return reasons


def _unmet(required: Sequence[str], said: dict[str, str]) -> list[str]:
    missing = {name: said.get(name, "expected") for name in required if said.get(name) != "passing"}
    words = {"expected": "expected", "pending": "pending", "failing": "failing"}
    if not missing:
        return []
    if len(missing) == 1:
        name, state = next(iter(missing.items()))
        return [f'Required status check "{name}" is {words[state]}.']
    counted = " and ".join(f"{count} {state}" for state, count in Counter(missing.values()).items())
    return [f"{len(missing)} of {len(required)} required status checks have not succeeded: {counted}."]


def _of_check_run(one: CheckRun) -> str:
    if one.status != "completed":
        return "pending"
    return "passing" if one.conclusion in _PASSING else "failing"
