"""The forge itself: where its data is, and who and what is on it."""

import json
import secrets
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from app.devforge import clock
from app.devforge.database import Database
from app.devforge.faults import Faults
from app.devforge.git import GitRepository
from app.devforge.limits import Limits
from app.devforge.outbox import Outbox
from app.devforge.records import (
    KINDS,
    Account,
    Collaborator,
    Member,
    Protection,
    Repository,
    Token,
)


class Unknown(LookupError):
    """A login, repository or app that is not on this forge."""


class Forge:
    """A forge whose data lives in the folder `data_dir` and which people reach at `base_url` (no slash at its end)."""

    def __init__(self, data_dir: Path, base_url: str) -> None:
        data_dir.mkdir(parents=True, exist_ok=True)
        self.base_url = base_url.rstrip("/")
        self.faults = Faults()
        self.limits = Limits()
        self.database = Database(data_dir / "forge.db", KINDS, lambda: self.faults.lag_seconds)
        self.outbox = Outbox(self.database, self.faults)
        self._repositories = data_dir / "repositories"

    def close(self) -> None:
        """Stop sending webhooks and let go of the database."""
        self.outbox.close()
        self.database.close()

    # ------------------------------------------------------------------ people

    def add_user(self, login: str, name: str) -> str:
        """A new person; returns a personal access token."""
        return self.add_token(self.add_account(login, name, "User").login)

    def add_token(self, login: str) -> str:
        """One more personal access token of a person."""
        token = f"ghp_{secrets.token_hex(18)}"
        self.database.insert(Token(account_id=self.account(login).id, digest=digest(token)))
        return token

    def add_organisation(self, login: str, name: str, owners: Sequence[str]) -> None:
        """A new organisation; `owners` are logins and may do everything in it."""
        organisation = self.add_account(login, name, "Organization")
        for owner in owners:
            self.database.insert(Member(organisation_id=organisation.id, account_id=self.account(owner).id, role="owner"))

    def add_member(self, organisation: str, login: str) -> None:
        """A person who may read all repositories of the organisation."""
        member = Member(organisation_id=self.account(organisation).id, account_id=self.account(login).id, role="member")
        self.database.insert(member)

    def account(self, login: str) -> Account:
        """The person, bot or organisation with this login. Raises Unknown."""
        found = next((one for one in self.database.all(Account) if one.login.lower() == login.lower()), None)
        if found is None:
            raise Unknown(f"nobody is called {login}")
        return found

    def account_by_id(self, account_id: int) -> Account:
        """The account with this id. Raises Unknown."""
        found = self.database.one(Account, id=account_id)
        if found is None:
            raise Unknown(f"no account has the id {account_id}")
        return found

    def add_account(self, login: str, name: str, kind: str) -> Account:
        """A new account of any kind (User, Bot, Organization)."""
        return self.database.insert(Account(login=login, name=name, kind=kind, created_at=clock.now()))

    # ------------------------------------------------------------------ repositories

    def create_repository(self, full_name: str, *, private: bool = False, description: str = "") -> Repository:
        """A new empty repository "owner/name" with the default branch main."""
        return self._create(full_name, private=private, description=description, parent=None)

    def fork_repository(self, full_name: str, owner: str) -> Repository:
        """A copy of a repository that belongs to `owner`."""
        parent = self.repository(full_name)
        return self._create(f"{owner}/{parent.name}", private=parent.private, description=parent.description, parent=parent)

    def repository(self, full_name: str) -> Repository:
        """The repository "owner/name", in any case. Raises Unknown."""
        owner, _, name = full_name.partition("/")
        account = self.account(owner)
        known = self.database.all(Repository, owner_id=account.id)
        found = next((repository for repository in known if repository.name.lower() == name.lower()), None)
        if found is None:
            raise Unknown(f"no repository is called {full_name}")
        return found

    def repository_by_id(self, repository_id: int) -> Repository:
        """The repository with this id. Raises Unknown."""
        found = self.database.one(Repository, id=repository_id)
        if found is None:
            raise Unknown(f"no repository has the id {repository_id}")
        return found

    def full_name(self, repository: Repository) -> str:
        """Its "owner/name"."""
        return f"{self.account_by_id(repository.owner_id).login}/{repository.name}"

    def git(self, repository: Repository) -> GitRepository:
        """Its git repository."""
        return GitRepository(self._repositories / f"{repository.id}.git")

    def add_collaborator(self, full_name: str, login: str, permission: str) -> None:
        """Let a person read, triage, write, maintain or admin the repository, in place of what was allowed before."""
        repository, account = self.repository(full_name), self.account(login)
        known = self.database.one(Collaborator, repository_id=repository.id, account_id=account.id)
        if known:
            self.database.delete(known)
        self.database.insert(Collaborator(repository_id=repository.id, account_id=account.id, permission=permission))

    def protect_branch(
        self, full_name: str, branch: str, required: Sequence[str], *, strict: bool = False, queue: bool = False
    ) -> None:
        """Only merging a pull request moves the branch (owners may push), and only when all `required` statuses succeed.

        `strict` asks besides that the head contains the newest commit of the branch; with `queue` they merge one after the
        other by the merge queue only.
        """
        repository = self.repository(full_name)
        known = self.database.one(Protection, repository_id=repository.id, branch=branch)
        if known:
            self.database.delete(known)
        contexts = json.dumps(list(required))
        rules = Protection(repository_id=repository.id, branch=branch, contexts=contexts, strict=strict, queue=queue)
        self.database.insert(rules)

    def _create(self, full_name: str, *, private: bool, description: str, parent: Repository | None) -> Repository:
        owner, _, name = full_name.partition("/")
        repository = self.database.insert(
            Repository(
                owner_id=self.account(owner).id,
                name=name,
                description=description,
                private=private,
                default_branch=parent.default_branch if parent else "main",
                parent_id=parent.id if parent else None,
                last_number=0,
                created_at=clock.now(),
                pushed_at=clock.now(),
            )
        )
        if parent:
            self.git(repository).create_fork(self.git(parent), repository.default_branch)
        else:
            self.git(repository).create(repository.default_branch)
        return repository


def digest(token: str) -> str:
    """What is kept of a token."""
    return sha256(token.encode()).hexdigest()
