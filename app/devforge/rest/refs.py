"""Refs of a repository; branches can be made, moved and removed."""

from app.devforge import gate, pushes
from app.devforge.access import require, role
from app.devforge.errors import ApiError, not_found
from app.devforge.git import GitRepository
from app.devforge.records import Repository
from app.devforge.rest.calls import Answer, Body, Call, Endpoint, paged
from app.devforge.rest.repositories import readable
from app.devforge.shapes import repositories as shapes


class NewRef(Body):
    """A ref to make."""

    ref: str
    sha: str


class RefEdit(Body):
    """Where a ref should point."""

    sha: str
    force: bool = False


def show_ref(call: Call) -> Answer:
    """GET .../git/ref/{ref}"""
    repository, git = readable(call)
    name = f"refs/{call.path['ref']}"
    sha = git.refs(name).get(name)
    if sha is None:
        raise not_found()
    return Answer(shapes.git_ref(call.forge, repository, name, sha))


def matching_refs(call: Call) -> Answer:
    """GET .../git/matching-refs/{ref}"""
    repository, git = readable(call)
    found = [one for one in git.refs("refs/").items() if one[0].startswith(f"refs/{call.path['ref']}")]
    return paged(call, found, lambda one: shapes.git_ref(call.forge, repository, *one))


def create_ref(call: Call) -> Answer:
    """POST .../git/refs: branches only."""
    repository, git = _pushable(call)
    asked = call.read(NewRef)
    if not asked.ref.startswith("refs/heads/") or git.resolve(asked.sha) is None:
        raise ApiError(
            422, "Object does not exist" if asked.ref.startswith("refs/") else "Reference name must start with 'refs/'."
        )
    if asked.ref in git.refs(asked.ref):
        raise ApiError(422, "Reference already exists")
    _move(call, repository, git, asked.ref, asked.sha)
    return Answer(shapes.git_ref(call.forge, repository, asked.ref, asked.sha), 201)


def edit_ref(call: Call) -> Answer:
    """PATCH .../git/refs/heads/{branch}"""
    repository, git = _pushable(call)
    asked, name = call.read(RefEdit), f"refs/heads/{call.path['branch']}"
    old = git.refs(name).get(name)
    if old is None:
        raise ApiError(422, "Reference does not exist")
    if git.resolve(asked.sha) is None:
        raise ApiError(422, "Object does not exist")
    if not asked.force and not git.is_ancestor(old, asked.sha):
        raise ApiError(422, "Update is not a fast forward")
    _move(call, repository, git, name, asked.sha)
    return Answer(shapes.git_ref(call.forge, repository, name, asked.sha))


def delete_ref(call: Call) -> Answer:
    """DELETE .../git/refs/heads/{branch}"""
    repository, git = _pushable(call)
    name = f"refs/heads/{call.path['branch']}"
    if name not in git.refs(name):
        raise ApiError(422, "Reference does not exist")
    _move(call, repository, git, name, None)
    return Answer(None, 204)


def _move(call: Call, repository: Repository, git: GitRepository, ref: str, sha: str | None) -> None:
    branch = ref.removeprefix("refs/heads/")
    if gate.protection(call.forge, repository, branch) and role(call.forge, call.actor.account, repository) != "admin":
        raise ApiError(422, f"Protected branch update failed for {ref}.")
    before = git.branches()
    if sha is None:
        git.drop(ref)
    else:
        git.point(ref, sha)
    pushes.apply(call.forge, repository, before, git.branches(), call.actor.known)


def _pushable(call: Call) -> tuple[Repository, GitRepository]:
    repository = call.repository()
    require(call.forge, call.actor, repository, "write", "contents")
    return repository, call.forge.git(repository)


_GIT = "/repos/{owner}/{repo}/git"
ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("GET", f"{_GIT}/ref/{{ref:path}}", show_ref),
    Endpoint("GET", f"{_GIT}/matching-refs/{{ref:path}}", matching_refs),
    Endpoint("POST", f"{_GIT}/refs", create_ref),
    Endpoint("PATCH", f"{_GIT}/refs/heads/{{branch:path}}", edit_ref),
    Endpoint("DELETE", f"{_GIT}/refs/heads/{{branch:path}}", delete_ref),
)
