"""Brings together what a call needs: the installation, a token for the purpose, a client that shows it, and who we are."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import TypeVar

from github.GithubException import GithubException

from app.forges.base import ChangeGone, RepositoryRef
from app.forges.github import faults, people
from app.forges.github.api import Api, Part
from app.forges.github.clients import Clients
from app.forges.github.names import REPOSITORY
from app.forges.github.once import Known
from app.forges.github.pauses import Pauses
from app.forges.github.recent import Recent
from app.forges.github.session import Session
from app.forges.github.settings import GitHubSettings
from app.forges.github.tokens import Purpose, Token, Tokens
from app.forges.metrics import BUDGET

T = TypeVar("T")


class _Repository(Part):
    full_name: str


class Access:
    """The way to one GitHub for one app. Its methods wait for GitHub, may be called from any thread, and raise ForgeErrors."""

    def __init__(self, settings: GitHubSettings) -> None:
        self._app_id = settings.app_id
        self._tokens = Tokens(settings)
        self._clients = Clients(settings)
        self._us = Known[str, int]()
        self._recent = Recent()
        self._pauses = Pauses()

    def read(self, repository: RepositoryRef, work: Callable[[Session], T]) -> T:
        """What `work` finds in the repository."""
        return self._with_fresh_token(_known(repository), lambda: self._read(repository, work))

    def write(self, repository: RepositoryRef, work: Callable[[Session], T], purpose: Purpose = Purpose.REVIEW) -> T:
        """Let `work` write, after whatever else writes for the same installation. It may be called twice."""
        return self._with_fresh_token(
            _known(repository), lambda: self._write(repository, work, purpose), faults.WRITE_AGAIN_SECONDS
        )

    def git_token(self, repository: RepositoryRef) -> str:
        """A token that may read the repository's commits, and nothing else."""
        return self._with_fresh_token(_known(repository), lambda: self._token(repository, Purpose.GIT)[1].text)

    def installations(self) -> list[int]:
        """All installations that are not suspended."""
        return self._with_fresh_token("", self._tokens.installations)

    def installed(self, installation: int) -> list[str]:
        """The paths of the repositories of an installation."""
        return self._with_fresh_token("", lambda: self._installed(installation))

    def close(self) -> None:
        """Let go of connections and tokens."""
        self._clients.close()
        self._tokens.close()

    def _with_fresh_token(self, path: str, work: Callable[[], T], again: float = faults.READ_AGAIN_SECONDS) -> T:
        """A token may end before its time: when the app is suspended, or its key replaced. Then one more try gets a new one."""
        with faults.told(path or "installations", again):
            try:
                return work()
            except GithubException as problem:
                if problem.status != HTTPStatus.UNAUTHORIZED:
                    raise
                self._tokens.forget(path)
                return work()

    def _read(self, repository: RepositoryRef, work: Callable[[Session], T]) -> T:
        installation, token = self._token(repository, Purpose.REVIEW)
        us = self._our_id(token)
        with self._pauses.heeded(installation), self._clients.reading(token.text) as api, _counted(installation, api):
            done = work(Session(api, repository, us, self._app_id, self._recent))
        token.taken = True
        return done

    def _write(self, repository: RepositoryRef, work: Callable[[Session], T], purpose: Purpose) -> T:
        installation, token = self._token(repository, purpose)
        us, shown = self._our_id(token), token.text
        with self._clients.writing(installation, shown) as api, self._pauses.heeded(installation), _counted(installation, api):
            done = work(Session(api, repository, us, self._app_id, self._recent))
        token.taken = True
        return done

    def _token(self, repository: RepositoryRef, purpose: Purpose) -> tuple[int, Token]:
        installation = self._tokens.installation(repository.path)
        return installation, self._tokens.token(installation, repository.path, purpose)

    def _our_id(self, token: Token) -> int:
        """The id of our account, asked for once."""
        return self._us.get("", lambda: self._ask_our_id(token))

    def _ask_our_id(self, token: Token) -> int:
        slug = self._tokens.slug()
        with self._clients.reading(token.text) as api:
            return people.our_id(api, slug)

    def _installed(self, installation: int) -> list[str]:
        token = self._tokens.token(installation, "", Purpose.LIST)
        with self._clients.reading(token.text) as api:
            found = [one.full_name for one in api.listed("/installation/repositories", _Repository, under="repositories")]
        token.taken = True
        return found


def _known(repository: RepositoryRef) -> str:
    """The repository's path. Raises ChangeGone for what can't be one."""
    if REPOSITORY.fullmatch(repository.path) is None:
        raise ChangeGone(f"not a repository of GitHub: {repository.path!r}")
    return repository.path


@contextmanager
def _counted(installation: int, api: Api) -> Iterator[None]:
    """Note what GitHub says is left of the installation's budget."""
    try:
        yield
    finally:
        BUDGET.note(installation, api.said)
