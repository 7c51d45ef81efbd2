"""Repositories renamed, archived, given away, forked and deleted."""

from app.devforge import moves
from app.devforge.access import require, role
from app.devforge.errors import ApiError
from app.devforge.forge import Unknown
from app.devforge.rest.calls import Answer, Body, Call, Endpoint
from app.devforge.shapes import repositories as shapes


class RepositoryEdit(Body):
    """What to change about a repository; what this forge does not know is taken and forgotten."""

    name: str | None = None
    archived: bool | None = None


class Transfer(Body):
    """Who shall have it."""

    new_owner: str


class NewFork(Body):
    """Where a fork shall be; the asker's own account when it does not say."""

    organization: str | None = None


def edit_repository(call: Call) -> Answer:
    """PATCH /repos/{owner}/{repo}"""
    repository, asked, by = call.repository(), call.read(RepositoryEdit), call.actor.known
    require(call.forge, call.actor, repository, "write", "administration")
    if asked.name and asked.name != repository.name:
        repository = moves.rename(call.forge, repository, asked.name, by)
    if asked.archived is not None and asked.archived != repository.archived:
        repository = moves.archive(call.forge, repository, by, archived=asked.archived)
    return Answer(shapes.full_repository(call.forge, repository, role(call.forge, call.actor.account, repository)))


def delete_repository(call: Call) -> Answer:
    """DELETE /repos/{owner}/{repo}"""
    repository = call.repository()
    require(call.forge, call.actor, repository, "write", "administration")
    moves.delete(call.forge, repository, call.actor.known)
    return Answer(None, 204)


def transfer_repository(call: Call) -> Answer:
    """POST /repos/{owner}/{repo}/transfer"""
    repository, asked = call.repository(), call.read(Transfer)
    require(call.forge, call.actor, repository, "write", "administration")
    try:
        moved = moves.transfer(call.forge, repository, asked.new_owner, call.actor.known)
    except Unknown:
        raise ApiError(422, "Validation Failed", [f"{asked.new_owner} could not be found"]) from None
    return Answer(shapes.repository(call.forge, moved), 202)


def create_fork(call: Call) -> Answer:
    """POST /repos/{owner}/{repo}/forks: the same again gives the one that is there."""
    parent, owner = call.repository(), call.read(NewFork).organization or call.actor.known.login
    require(call.forge, call.actor, parent, "read", "contents")
    try:
        made = call.forge.repository(f"{owner}/{parent.name}")
    except Unknown:
        made = call.forge.fork_repository(call.forge.full_name(parent), owner)
    return Answer(shapes.full_repository(call.forge, made, role(call.forge, call.actor.account, made)), 202)


_REPO = "/repos/{owner}/{repo}"
ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("PATCH", _REPO, edit_repository),
    Endpoint("DELETE", _REPO, delete_repository),
    Endpoint("POST", f"{_REPO}/transfer", transfer_repository),
    Endpoint("POST", f"{_REPO}/forks", create_fork),
)
