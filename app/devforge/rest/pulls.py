"""Pull requests: list, open, edit, files, commits, merge."""

from typing import Literal

from app.devforge import pulls, pushes
from app.devforge.access import has_role, require
from app.devforge.comparisons import pull_diff
from app.devforge.errors import forbidden, not_found
from app.devforge.records import PullRequest
from app.devforge.rest.calls import Answer, Body, Call, Endpoint, paged
from app.devforge.shapes import pulls as shapes
from app.devforge.shapes import repositories

MOST_FILES = 3000
MOST_COMMITS = 250


class NewPull(Body):
    """A pull request to open."""

    title: str
    head: str
    base: str
    body: str | None = None
    draft: bool = False
    maintainer_can_modify: bool = True


class PullEdit(Body):
    """What to change about it."""

    title: str | None = None
    body: str | None = None
    state: Literal["open", "closed"] | None = None
    base: str | None = None


class Merge(Body):
    """How to merge, and which head is meant."""

    sha: str | None = None
    merge_method: Literal["merge", "squash", "rebase"] = "merge"
    commit_title: str | None = None
    commit_message: str | None = None


def list_pulls(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/pulls"""
    repository = call.repository()
    require(call.forge, call.actor, repository, "read", "pull_requests")
    found = [one for one in call.forge.database.all(PullRequest, repository_id=repository.id) if _wanted(call, one)]
    by = {"updated": "updated_at"}.get(call.query.get("sort", ""), "created_at")
    newest_first = call.query.get("direction", "desc" if by == "created_at" and "sort" not in call.query else "asc") == "desc"
    found.sort(key=lambda one: (getattr(one, by), one.number), reverse=newest_first)
    return paged(call, found, lambda one: shapes.pull(call.forge, one))


def create_pull(call: Call) -> Answer:
    """POST /repos/{owner}/{repo}/pulls"""
    repository, asked = call.repository(), call.read(NewPull)
    require(call.forge, call.actor, repository, "write", "pull_requests")
    proposal = pulls.Proposal(asked.title, asked.body, asked.base, asked.head, asked.draft)
    made = pulls.open_pull(call.forge, call.actor.known, repository, proposal)
    return Answer(shapes.full_pull(call.forge, made), 201)


def show_pull(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/pulls/{number}"""
    return Answer(shapes.full_pull(call.forge, pulls.looked_at(call.forge, _readable(call))))


def edit_pull(call: Call) -> Answer:
    """PATCH /repos/{owner}/{repo}/pulls/{number}"""
    pull, asked = call.pull(), call.read(PullEdit)
    _require_editing(call, pull)
    sender = call.actor.known
    pull = pulls.edit(call.forge, pull, sender, title=asked.title, body=asked.body, base=asked.base)
    if asked.state:
        pull = pulls.set_state(call.forge, pull, asked.state, sender)
    return Answer(shapes.full_pull(call.forge, pull))


def list_files(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/pulls/{number}/files: 3000 at most, as on GitHub."""
    pull = _readable(call)
    files = pull_diff(call.forge, pull, pull.head_sha)[:MOST_FILES]
    return paged(call, files, lambda one: repositories.changed_file(call.forge, call.repository(), one, pull.head_sha))


def list_commits(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/pulls/{number}/commits: 250 at most, oldest first."""
    pull, repository = _readable(call), call.repository()
    found = call.forge.git(repository).commits(pull.head_sha, f"^{pull.base_sha}")[::-1][:MOST_COMMITS]
    return paged(call, found, lambda one: repositories.commit(call.forge, repository, one))


def show_merged(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/pulls/{number}/merge"""
    if not _readable(call).merged:
        raise not_found()
    return Answer(None, 204)


def merge_pull(call: Call) -> Answer:
    """PUT /repos/{owner}/{repo}/pulls/{number}/merge"""
    pull, asked, repository = call.pull(), call.read(Merge), call.repository()
    require(call.forge, call.actor, repository, "write", "contents")
    before = call.forge.git(repository).branches()
    merged = pulls.merge(
        call.forge, pull, call.actor.known, sha=asked.sha, method=asked.merge_method, message=asked.commit_message
    )
    pushes.apply(call.forge, repository, before, call.forge.git(repository).branches(), call.actor.known)
    return Answer({"sha": merged.merge_commit_sha, "merged": True, "message": "Pull Request successfully merged"})


def _wanted(call: Call, one: PullRequest) -> bool:
    state, base, head = call.query.get("state", "open"), call.query.get("base"), call.query.get("head")
    label = shapes.pull(call.forge, one)["head"] if head else None
    named = isinstance(label, dict) and label["label"] == head
    return state in ("all", one.state) and base in (None, "", one.base_branch) and (not head or named)


def _readable(call: Call) -> PullRequest:
    require(call.forge, call.actor, call.repository(), "read", "pull_requests")
    return call.pull()


def _require_editing(call: Call, pull: PullRequest) -> None:
    require(call.forge, call.actor, call.repository(), "write", "pull_requests")
    own = call.actor.known.id == pull.author_id
    if not (own or call.actor.installation or has_role(call.forge, call.actor.account, call.repository(), "triage")):
        raise forbidden("Must have triage rights to the repository or be the author of the pull request.")


_PULL = "/repos/{owner}/{repo}/pulls/{number}"
ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("GET", "/repos/{owner}/{repo}/pulls", list_pulls),
    Endpoint("POST", "/repos/{owner}/{repo}/pulls", create_pull),
    Endpoint("GET", _PULL, show_pull),
    Endpoint("PATCH", _PULL, edit_pull),
    Endpoint("GET", f"{_PULL}/files", list_files),
    Endpoint("GET", f"{_PULL}/commits", list_commits),
    Endpoint("GET", f"{_PULL}/merge", show_merged),
    Endpoint("PUT", f"{_PULL}/merge", merge_pull),
)
