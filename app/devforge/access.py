"""Who may do what: people by their role, apps by the permissions of their installation.

https://docs.github.com/rest/authentication/permissions-required-for-github-apps
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.devforge.errors import ApiError, bad_credentials, forbidden, not_found
from app.devforge.forge import Forge
from app.devforge.records import Account, App, Collaborator, Installation, InstalledRepository, Member, Repository

ROLES = ("none", "read", "triage", "write", "maintain", "admin")
_LEVELS = ("none", "read", "write", "admin")

# What a person needs for what an app has a permission for. Only apps make check runs.
_NEEDED_ROLE = {
    ("contents", "write"): "write",
    ("statuses", "write"): "write",
    ("administration", "read"): "admin",
    ("administration", "write"): "admin",
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever asks. `account` is the person or the bot, None for a stranger and for an app that shows only its JWT.

    `permissions` and `repository_ids` (None: all of the installation) are those of an installation token.
    """

    account: Account | None = None
    app: App | None = None
    installation: Installation | None = None
    permissions: Mapping[str, str] = field(default_factory=dict)
    repository_ids: frozenset[int] | None = None

    @property
    def known(self) -> Account:
        """The account. Raises 401 for a stranger."""
        if self.account is None:
            raise ApiError(401, "Requires authentication")
        return self.account


STRANGER = Actor()


def role(forge: Forge, account: Account | None, repository: Repository) -> str:
    """What a person may do in a repository: one of ROLES."""
    public = "none" if repository.private else "read"
    if account is None:
        return public
    if account.id == repository.owner_id:
        return "admin"
    member = forge.database.one(Member, organisation_id=repository.owner_id, account_id=account.id)
    if member and member.role == "owner":
        return "admin"
    chosen = forge.database.one(Collaborator, repository_id=repository.id, account_id=account.id)
    granted = (public, chosen.permission if chosen else "none", "read" if member else "none")
    return max(granted, key=ROLES.index)


def has_role(forge: Forge, account: Account | None, repository: Repository, needed: str) -> bool:
    """Whether a person may do at least what `needed` allows."""
    return ROLES.index(role(forge, account, repository)) >= ROLES.index(needed)


def covers(forge: Forge, installation: Installation, repository: Repository) -> bool:
    """Whether an installation has a repository."""
    if installation.account_id != repository.owner_id or installation.suspended_at:
        return False
    if installation.all_repositories:
        return True
    return forge.database.one(InstalledRepository, installation_id=installation.id, repository_id=repository.id) is not None


def can_see(forge: Forge, actor: Actor, repository: Repository) -> bool:
    """Whether the repository exists for the actor."""
    if actor.installation is None:
        return role(forge, actor.account, repository) != "none"
    return not repository.private or _reaches(forge, actor, repository)


def allows(forge: Forge, actor: Actor, repository: Repository, resource: str, level: str) -> bool:
    """Whether the actor may read or write a resource ("pull_requests", "statuses", ...) of a repository."""
    if actor.installation is None:
        return has_role(forge, actor.account, repository, _NEEDED_ROLE.get((resource, level), "read"))
    if not _reaches(forge, actor, repository):
        return level == "read" and not repository.private
    return _LEVELS.index(actor.permissions.get(resource, "none")) >= _LEVELS.index(level)


def require(forge: Forge, actor: Actor, repository: Repository, level: str, *resources: str) -> None:
    """Raise as GitHub does unless the actor may read or write any of the resources."""
    if not can_see(forge, actor, repository):
        raise not_found()
    if level != "read" and actor.account is None:
        raise ApiError(401, "Requires authentication")
    if any(allows(forge, actor, repository, resource, level) for resource in resources):
        return
    if actor.installation:
        raise forbidden("Resource not accessible by integration")
    raise not_found() if "administration" not in resources else forbidden("Must have admin rights to Repository.")


def require_app(actor: Actor) -> App:
    """The app that shows its JWT. Raises 401 for anybody else."""
    if actor.app is None or actor.installation is not None:
        raise ApiError(401, "A JSON web token could not be decoded")
    return actor.app


def require_installation(actor: Actor) -> Installation:
    """The installation whose token is shown. Raises 401 or 403."""
    if actor.installation is None:
        raise (
            forbidden(
                "You must authenticate with an installation access token in order to list repositories for an installation."
            )
            if (actor.account)
            else bad_credentials()
        )
    return actor.installation


def installed(forge: Forge, installation: Installation) -> list[Repository]:
    """The repositories of an installation."""
    owned = forge.database.all(Repository, owner_id=installation.account_id)
    return [repository for repository in owned if covers(forge, installation, repository)]


def granted(installation: Installation) -> dict[str, str]:
    """The permissions of an installation."""
    found: dict[str, str] = json.loads(installation.permissions)
    return found


def within(asked: Mapping[str, str], has: Mapping[str, str]) -> bool:
    """Whether all asked permissions are among those had."""
    return all(
        level in _LEVELS and _LEVELS.index(level) <= _LEVELS.index(has.get(name, "none")) for name, level in asked.items()
    )


def _reaches(forge: Forge, actor: Actor, repository: Repository) -> bool:
    if actor.installation is None or not covers(forge, actor.installation, repository):
        return False
    return actor.repository_ids is None or repository.id in actor.repository_ids
