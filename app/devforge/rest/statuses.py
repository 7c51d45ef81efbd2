"""Commit statuses."""

from app.devforge import checks, gate
from app.devforge.access import require
from app.devforge.errors import ApiError
from app.devforge.records import Repository, Status
from app.devforge.rest.calls import DEFAULT_PER_PAGE, Answer, Body, Call, Endpoint, paged
from app.devforge.shapes import statuses as shapes


class NewStatus(Body):
    """A status to set."""

    state: str
    context: str = "default"
    description: str | None = None
    target_url: str | None = None


def create_status(call: Call) -> Answer:
    """POST .../statuses/{sha}"""
    repository, asked = call.repository(), call.read(NewStatus)
    require(call.forge, call.actor, repository, "write", "statuses")
    said = checks.Said(asked.state, asked.context, asked.description, asked.target_url)
    made = checks.set_status(call.forge, repository, call.path["sha"], call.actor.known, said)
    return Answer(shapes.status(call.forge, made), 201)


def list_statuses(call: Call) -> Answer:
    """GET .../commits/{ref}/statuses: every one ever set, newest first."""
    repository, sha = commit_of(call, "statuses")
    found = call.forge.database.all(Status, repository_id=repository.id, sha=sha)[::-1]
    return paged(call, found, lambda one: shapes.status(call.forge, one))


def combined_status(call: Call) -> Answer:
    """GET .../commits/{ref}/status: the newest of each context."""
    repository, sha = commit_of(call, "statuses")
    newest = gate.newest_statuses(call.forge, repository, sha)
    page = paged(call, newest, lambda one: one)
    shown = [one for one in page.body if isinstance(one, Status)] if isinstance(page.body, list) else newest[:DEFAULT_PER_PAGE]
    return Answer(shapes.combined(call.forge, repository, sha, shown, newest), headers=page.headers)


def commit_of(call: Call, resource: str) -> tuple[Repository, str]:
    """The repository and the commit that the address names. Raises 404, and 422 for a commit that is not there."""
    repository = call.repository()
    require(call.forge, call.actor, repository, "read", resource)
    sha = call.forge.git(repository).resolve(call.path["ref"])
    if sha is None:
        raise ApiError(422, f"No commit found for SHA: {call.path['ref']}")
    return repository, sha


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("POST", "/repos/{owner}/{repo}/statuses/{sha}", create_status),
    Endpoint("GET", "/repos/{owner}/{repo}/commits/{ref:path}/statuses", list_statuses),
    Endpoint("GET", "/repos/{owner}/{repo}/commits/{ref:path}/status", combined_status),
)
