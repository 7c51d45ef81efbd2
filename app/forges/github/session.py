"""A repository as one token sees it: what every call to GitHub starts from."""

from dataclasses import dataclass

from app.forges.base import ChangeRef, ForgeError, RepositoryRef
from app.forges.github.api import Api
from app.forges.github.names import COMMIT
from app.forges.github.recent import Recent


@dataclass(frozen=True, slots=True)
class Session:
    """An API that shows a token for `repository`. `us` is the id of our account, `app_id` that of our app, `recent` what we
    wrote on this GitHub a moment ago."""

    api: Api
    repository: RepositoryRef
    us: int
    app_id: int
    recent: Recent

    def ref(self, number: int) -> ChangeRef:
        """A change of the repository."""
        return ChangeRef(self.repository, number)

    def at(self, path: str) -> str:
        """The address of something of the repository; `path` begins with a slash."""
        return f"/repos/{self.repository.path}{path}"

    def at_commit(self, sha: str, path: str) -> str:
        """The address of something of a commit. Raises ForgeError for what is no commit id."""
        return self.at(f"/commits/{commit_id(sha)}{path}")


def commit_id(text: str) -> str:
    """The text, which is a commit id. Raises ForgeError for what is none."""
    if COMMIT.fullmatch(text) is None:
        raise ForgeError(f"not a commit id: {text!r}")
    return text
