"""A repository as one token sees it: what every call to GitHub starts from."""

from dataclasses import dataclass
from typing import TypeVar

import github
from github.Commit import Commit
from github.Issue import Issue
from github.PullRequest import PullRequest
from github.Repository import Repository

from app.forges.base import ChangeRef, ForgeError, RepositoryRef
from app.forges.github.names import COMMIT

T = TypeVar("T")


def maybe(thing: T) -> T | None:
    """The thing, which may be null: PyGithub's types say that nothing ever is, GitHub's answers don't."""
    return thing


@dataclass(frozen=True, slots=True)
class Session:
    """A client that shows a token for `repository`. `us` is the id of our account, `app_id` that of our app."""

    api: github.Github
    repository: RepositoryRef
    us: int
    app_id: int

    def ref(self, number: int) -> ChangeRef:
        """A change of the repository."""
        return ChangeRef(self.repository, number)

    def repo(self) -> Repository:
        """The repository; nothing is asked for yet."""
        return self.api.get_repo(self.repository.path)

    def pull(self, number: int) -> PullRequest:
        """A pull request; nothing is asked for yet."""
        return self.repo().get_pull(number)

    def issue(self, number: int) -> Issue:
        """The part of a pull request that it has in common with issues: its page's comments. Nothing is asked for yet."""
        return self.repo().get_issue(number)

    def commit(self, sha: str) -> Commit:
        """A commit, with its id only: asking for more would bring all its files. Raises ForgeError for what is no id."""
        if COMMIT.fullmatch(sha) is None:
            raise ForgeError(f"not a commit id: {sha!r}")
        repo = self.repo()
        return Commit(self.api.requester, {}, {"sha": sha, "url": f"{repo.url}/commits/{sha}"})
