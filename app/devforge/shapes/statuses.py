"""Commit statuses and check runs."""

import json

from app.devforge.forge import Forge
from app.devforge.records import Annotation, App, CheckRun, CheckSuite, PullRequest, Repository, Status
from app.devforge.shapes import accounts, repositories
from app.devforge.shapes.groups import short_commit
from app.devforge.shapes.names import Json, node_id, page, repository_api


def status(forge: Forge, one: Status) -> Json:
    """A commit status."""
    repository = forge.repository_by_id(one.repository_id)
    return {**simple_status(forge, one, repository), "creator": accounts.account(forge, forge.account_by_id(one.creator_id))}


def simple_status(forge: Forge, one: Status, repository: Repository) -> Json:
    """A commit status inside a combined one."""
    return {
        "url": repository_api(forge, repository, f"/statuses/{one.sha}"),
        "avatar_url": f"{forge.base_url}/avatars/{one.creator_id}.svg",
        "id": one.id,
        "node_id": node_id("SC", one.id),
        "state": one.state,
        "description": one.description,
        "target_url": one.target_url,
        "context": one.context,
        "created_at": one.created_at,
        "updated_at": one.created_at,
    }


def combined(forge: Forge, repository: Repository, sha: str, shown: list[Status], total: list[Status]) -> Json:
    """The combined status of a commit: `total` has the newest of each context, `shown` those of this page."""
    states = {one.state for one in total}
    worst = "failure" if states & {"failure", "error"} else "pending" if not states or "pending" in states else "success"
    return {
        "state": worst,
        "statuses": [simple_status(forge, one, repository) for one in shown],
        "sha": sha,
        "total_count": len(total),
        "repository": repositories.repository(forge, repository),
        "commit_url": repository_api(forge, repository, f"/commits/{sha}"),
        "url": repository_api(forge, repository, f"/commits/{sha}/status"),
    }


def check_run(forge: Forge, one: CheckRun) -> Json:
    """A check run."""
    repository = forge.repository_by_id(one.repository_id)
    url = repository_api(forge, repository, f"/check-runs/{one.id}")
    output = {"title": one.title, "summary": one.summary, "text": one.text}
    notes = len(forge.database.all(Annotation, check_run_id=one.id))
    return {
        "id": one.id,
        "name": one.name,
        "node_id": node_id("CR", one.id),
        "head_sha": one.head_sha,
        "external_id": one.external_id,
        "url": url,
        "html_url": page(forge, repository, f"/runs/{one.id}"),
        "details_url": one.details_url,
        "status": one.status,
        "conclusion": one.conclusion,
        "started_at": one.started_at,
        "completed_at": one.completed_at,
        "output": {**output, "annotations_count": notes, "annotations_url": f"{url}/annotations"},
        "check_suite": {"id": one.suite_id},
        "app": accounts.app(forge, _app(forge, one.app_id)),
        "pull_requests": [_pull(forge, pull, repository) for pull in _pulls(forge, repository, one.head_sha)],
    }


def check_suite(forge: Forge, one: CheckSuite) -> Json:
    """A check suite as webhooks carry it."""
    repository = forge.repository_by_id(one.repository_id)
    url = repository_api(forge, repository, f"/check-suites/{one.id}")
    pulls = _pulls(forge, repository, one.head_sha)
    status, conclusion = _summed_up(forge.database.all(CheckRun, suite_id=one.id))
    return {
        "id": one.id,
        "node_id": node_id("CS", one.id),
        "head_branch": pulls[0].head_branch if pulls else None,
        "head_sha": one.head_sha,
        "status": status,
        "conclusion": conclusion,
        "url": url,
        "before": None,
        "after": one.head_sha,
        "pull_requests": [_pull(forge, pull, repository) for pull in pulls],
        "app": accounts.app(forge, _app(forge, one.app_id)),
        "created_at": one.created_at,
        "updated_at": one.created_at,
        "check_runs_url": f"{url}/check-runs",
    }


def listed_check_suite(forge: Forge, one: CheckSuite) -> Json:
    """A check suite in a list, with its commit and repository."""
    repository = forge.repository_by_id(one.repository_id)
    head = short_commit(forge.git(repository).commits(one.head_sha, limit=1)[0])
    count = len(forge.database.all(CheckRun, suite_id=one.id))
    around = {"head_commit": head, "repository": repositories.repository(forge, repository), "latest_check_runs_count": count}
    return {**check_suite(forge, one), **around}


def annotation(forge: Forge, one: Annotation, of: CheckRun) -> Json:
    """An annotation of a check run."""
    repository = forge.repository_by_id(of.repository_id)
    same = (
        "path",
        "start_line",
        "end_line",
        "start_column",
        "end_column",
        "annotation_level",
        "title",
        "message",
        "raw_details",
    )
    return {
        **{name: getattr(one, name) for name in same},
        "blob_href": page(forge, repository, f"/blob/{of.head_sha}/{one.path}"),
    }


def actions(one: CheckRun) -> list[dict[str, str]]:
    """The buttons that a check run offers."""
    found: list[dict[str, str]] = json.loads(one.actions)
    return found


_WORST_FIRST = ("failure", "timed_out", "action_required", "cancelled", "neutral", "success", "skipped")


def _summed_up(runs: list[CheckRun]) -> tuple[str, str | None]:
    """Status and conclusion of a suite with these runs: it ends when all of them have."""
    ended = [one.conclusion for one in runs if one.conclusion]
    if not runs or len(ended) < len(runs):
        return ("in_progress" if runs else "queued"), None
    return "completed", next((one for one in _WORST_FIRST if one in ended), "neutral")


def _app(forge: Forge, app_id: int) -> App:
    found = forge.database.one(App, id=app_id)
    if found is None:
        raise LookupError(f"no app has the id {app_id}")
    return found


def _pulls(forge: Forge, repository: Repository, sha: str) -> list[PullRequest]:
    """Open pull requests with this head, as far as GitHub tells: those of forks are left out."""
    known = forge.database.all(PullRequest, repository_id=repository.id, head_sha=sha, state="open")
    return [pull for pull in known if pull.head_repository_id == repository.id]


def _pull(forge: Forge, one: PullRequest, repository: Repository) -> Json:
    named = {"id": repository.id, "url": repository_api(forge, repository), "name": repository.name}
    return {
        "id": one.id,
        "number": one.number,
        "url": repository_api(forge, repository, f"/pulls/{one.number}"),
        "head": {"ref": one.head_branch, "sha": one.head_sha, "repo": named},
        "base": {"ref": one.base_branch, "sha": one.base_sha, "repo": named},
    }
