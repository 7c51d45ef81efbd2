"""Commit statuses and check runs: https://docs.github.com/rest/commits/statuses and https://docs.github.com/rest/checks"""

from dataclasses import asdict, dataclass

from app.devforge import clock, queue
from app.devforge.errors import ApiError, invalid
from app.devforge.events import tell
from app.devforge.forge import Forge
from app.devforge.records import Account, CheckRun, CheckSuite, Repository, Status
from app.devforge.shapes import repositories
from app.devforge.shapes import statuses as shapes
from app.devforge.shapes.names import Json, repository_api

STATES = ("error", "failure", "pending", "success")
LONGEST_DESCRIPTION = 140
MOST_STATUSES = 1000


@dataclass(frozen=True, slots=True)
class Said:
    """What a status says."""

    state: str
    context: str
    description: str | None
    target_url: str | None


def set_status(forge: Forge, repository: Repository, sha: str, creator: Account, said: Said) -> Status:
    """A new status of a commit. Raises ApiError where GitHub refuses."""
    if said.state not in STATES:
        raise invalid("Status", "state", "state is not included in the list")
    if said.description and len(said.description) > LONGEST_DESCRIPTION:
        raise invalid("Status", "description", f"description is too long (maximum is {LONGEST_DESCRIPTION} characters)")
    if said.target_url and not said.target_url.startswith(("http://", "https://")):
        raise invalid("Status", "target_url", "target_url must use http(s) scheme")
    if forge.git(repository).resolve(sha) != sha:
        raise ApiError(422, f"No commit found for SHA: {sha}")
    if len(forge.database.all(Status, repository_id=repository.id, sha=sha, context=said.context)) >= MOST_STATUSES:
        raise invalid("Status", "context", "This SHA and context has reached the maximum number of statuses.")
    new = Status(repository_id=repository.id, sha=sha, creator_id=creator.id, created_at=clock.now(), **asdict(said))
    made = forge.database.insert(new)
    tell(forge, repository, "status", creator, _status_payload(forge, repository, made))
    queue.look(forge, repository, sha, creator)
    return made


def announce(forge: Forge, one: CheckRun, action: str, sender: Account, **more: object) -> None:
    """Tell about a check run: that it was made or ended to all apps, that somebody wants it again to its own app."""
    own = one.app_id if action in ("rerequested", "requested_action") else None
    suite = forge.database.one(CheckSuite, id=one.suite_id)
    shape = shapes.check_run(forge, one)
    if suite:
        shape["check_suite"] = shapes.check_suite(forge, suite)
    tell(
        forge,
        forge.repository_by_id(one.repository_id),
        "check_run",
        sender,
        {"action": action, "check_run": shape, **more},
        own,
    )


def _status_payload(forge: Forge, repository: Repository, one: Status) -> Json:
    git = forge.git(repository)
    made = git.commits(one.sha, limit=1)[0]
    commit = {"sha": one.sha, "url": repository_api(forge, repository, f"/commits/{one.sha}")}
    containing = [
        {"name": name, "commit": commit, "protected": False} for name, tip in git.branches().items() if tip == one.sha
    ]
    return {
        "id": one.id,
        "sha": one.sha,
        "name": forge.full_name(repository),
        "target_url": one.target_url,
        "avatar_url": f"{forge.base_url}/avatars/{one.creator_id}.svg",
        "context": one.context,
        "description": one.description,
        "state": one.state,
        "commit": repositories.commit(forge, repository, made),
        "branches": containing,
        "created_at": one.created_at,
        "updated_at": one.created_at,
    }
