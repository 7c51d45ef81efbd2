"""Repositories that get another name or owner, and that go: https://docs.github.com/rest/repos/repos

A former name leads to the repository until another one takes the name.
"""

from app.devforge.errors import invalid
from app.devforge.events import tell
from app.devforge.forge import Forge, Unknown
from app.devforge.records import (
    Account,
    Collaborator,
    FormerName,
    InstalledRepository,
    Protection,
    PullRequest,
    Repository,
)
from app.devforge.shapes import accounts


def rename(forge: Forge, repository: Repository, name: str, by: Account) -> Repository:
    """Give it another name. Raises 422 for one that is taken."""
    owner, changes = forge.account_by_id(repository.owner_id), {"repository": {"name": {"from": repository.name}}}
    _require_free(forge, f"{owner.login}/{name}")
    with forge.database.transaction():
        moved = _move(forge, repository, name=name)
        tell(forge, moved, "repository", by, {"action": "renamed", "changes": changes})
    return moved


def transfer(forge: Forge, repository: Repository, owner: str, by: Account) -> Repository:
    """Give it to another account: whoever has an app installed there hears of it, the former owner's apps lose it."""
    new, old = forge.account(owner), forge.account_by_id(repository.owner_id)
    _require_free(forge, f"{new.login}/{repository.name}")
    kind = "organization" if old.kind == "Organization" else "user"
    shape = accounts.organisation(forge, old) if old.kind == "Organization" else accounts.account(forge, old)
    with forge.database.transaction():
        moved = _move(forge, repository, owner_id=new.id)
        for chosen in forge.database.all(InstalledRepository, repository_id=repository.id):
            forge.database.delete(chosen)
        tell(forge, moved, "repository", by, {"action": "transferred", "changes": {"owner": {"from": {kind: shape}}}})
    return moved


def delete(forge: Forge, repository: Repository, by: Account) -> None:
    """Away with it. Pull requests from it stay where they were made, with nowhere to come from."""
    with forge.database.transaction():
        tell(forge, repository, "repository", by, {"action": "deleted"})
        for pull in forge.database.all(PullRequest, repository_id=repository.id):
            forge.database.delete(pull)
        for pull in forge.database.all(PullRequest, head_repository_id=repository.id):
            forge.database.update(pull, head_repository_id=None)
        for fork in forge.database.all(Repository, parent_id=repository.id):
            forge.database.update(fork, parent_id=None)
        for kind in (Collaborator, InstalledRepository, Protection, FormerName):
            for one in forge.database.all(kind, repository_id=repository.id):
                forge.database.delete(one)
        forge.database.delete(repository)


def archive(forge: Forge, repository: Repository, by: Account, *, archived: bool) -> Repository:
    """Let nobody change it any more, or everybody again."""
    with forge.database.transaction():
        changed = forge.database.update(repository, archived=archived)
        tell(forge, changed, "repository", by, {"action": "archived" if archived else "unarchived"})
    return changed


def former(forge: Forge, full_name: str) -> Repository | None:
    """The repository that was called so once, None when none was or another one is now."""
    try:
        return forge.repository(full_name)
    except Unknown:
        known = forge.database.one(FormerName, full_name=full_name.lower())
        return forge.repository_by_id(known.repository_id) if known else None


def _move(forge: Forge, repository: Repository, **changes: str | int) -> Repository:
    forge.database.insert(FormerName(full_name=forge.full_name(repository).lower(), repository_id=repository.id))
    return forge.database.update(repository, **changes)


def _require_free(forge: Forge, full_name: str) -> None:
    try:
        forge.repository(full_name)
    except Unknown:
        return
    raise invalid("Repository", "name", "name already exists on this account")
