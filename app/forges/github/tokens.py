"""The app's installations, and tokens for one repository and one purpose each, kept in memory until shortly before they expire.

https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-an-installation-access-token-for-a-github-app
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from http import HTTPStatus

from github.GithubException import GithubException
from pydantic import Field

from app.forges.base import ChangeGone, Forbidden
from app.forges.github import faults
from app.forges.github.api import Part
from app.forges.github.clients import AppClients
from app.forges.github.once import Known
from app.forges.github.settings import GitHubSettings

_NEW_SECONDS = 10.0
"""For so long a token may not be known everywhere at GitHub: one that is refused is shown again, not replaced by another."""
_LEFT_SECONDS = 300.0
"""A token is renewed this long before it expires: what it is handed out for takes minutes."""


class Purpose(Enum):
    """What a token is for: the permissions that it gets, and no others."""

    REVIEW = "review"
    GIT = "git"
    RESOLVE = "resolve"
    LIST = "list"

    @property
    def permissions(self) -> dict[str, str]:
        """As GitHub names them."""
        return dict(_PERMISSIONS[self])


_PERMISSIONS: Mapping[Purpose, Mapping[str, str]] = {
    Purpose.REVIEW: {
        "checks": "write",
        "contents": "read",
        "metadata": "read",
        "pull_requests": "write",
        "statuses": "write",
    },
    Purpose.GIT: {"contents": "read", "metadata": "read"},
    # GitHub lets an app resolve threads only where it may write contents; it works without, see GitHubForge.resolve_thread.
    Purpose.RESOLVE: {"contents": "write", "metadata": "read", "pull_requests": "write"},
    Purpose.LIST: {"metadata": "read"},
}


class _App(Part):
    slug: str


class _Installation(Part):
    id: int
    suspended_at: datetime | None = None


class _Granted(Part):
    token: str = Field(repr=False)
    expires_at: datetime


@dataclass(slots=True)
class Token:
    """A token, when it was made and when to have another one, in seconds, and whether GitHub has ever taken it."""

    text: str = field(repr=False)
    made_at: float
    renew_at: float
    taken: bool = False


class Tokens:
    """Installation tokens. `clock` counts seconds and is never set back."""

    def __init__(self, settings: GitHubSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self._app = AppClients(settings)
        self._clock = clock
        self._slugs = Known[str, str]()
        self._installations = Known[str, int]()
        self._tokens = Known[tuple[int, str, Purpose], Token](lambda token: token.renew_at > self._clock())

    def slug(self) -> str:
        """The app's name in addresses; its account is called `slug[bot]`."""
        return self._slugs.get("", self._ask_slug)

    def installations(self) -> list[int]:
        """All installations of the app that are not suspended."""
        with self._app.asking() as api:
            return [one.id for one in api.listed("/app/installations", _Installation) if one.suspended_at is None]

    def installation(self, path: str) -> int:
        """The installation that has the repository `path`. Raises ChangeGone where the app is not installed."""
        return self._installations.get(path, lambda: self._ask_installation(path))

    def token(self, installation: int, path: str, purpose: Purpose) -> Token:
        """A token for the repository `path` ("" for all of the installation), good for at least five minutes."""
        return self._tokens.get((installation, path, purpose), lambda: self._new(installation, path, purpose))

    def forget(self, path: str) -> None:
        """Take what is known of a repository ("" for all of an installation) for outdated: a token was refused."""
        self._installations.forget(lambda known, _: known == path)
        self._tokens.forget(lambda known, token: known[1] == path and not self._unknown_yet(known[2], token))

    def _unknown_yet(self, purpose: Purpose, token: Token) -> bool:
        """Nobody here sees whether git's are taken."""
        return purpose is not Purpose.GIT and not token.taken and self._clock() - token.made_at < _NEW_SECONDS

    def close(self) -> None:
        """Let go of the connections, and of the tokens."""
        self._app.close()
        self._tokens.forget(lambda _, __: True)

    def _ask_slug(self) -> str:
        with self._app.asking() as api:
            return api.get("/app", _App).slug

    def _ask_installation(self, path: str) -> int:
        try:
            with self._app.asking() as api:
                return api.get(f"/repos/{path}/installation", _Installation).id
        except GithubException as problem:
            if problem.status == HTTPStatus.NOT_FOUND:
                raise ChangeGone(f"the GitHub App is not installed on {path}") from None
            raise

    def _new(self, installation: int, path: str, purpose: Purpose) -> Token:
        wanted: dict[str, object] = {"permissions": purpose.permissions}
        if path:
            wanted["repositories"] = [path.partition("/")[2]]
        try:
            with self._app.asking() as api:
                made, headers = api.made_at(f"/app/installations/{installation}/access_tokens", _Granted, wanted)
        except GithubException as problem:
            # It may be another one by now: installed anew, moved to another owner.
            self._installations.forget(lambda known, _: known == path)
            if problem.status == HTTPStatus.UNPROCESSABLE_ENTITY and not faults.is_limit(problem):
                raise _not_granted(problem, path, purpose) from None
            raise
        life, now = made.expires_at.timestamp() - faults.server_time(headers), self._clock()
        return Token(made.token, now, now + life - _LEFT_SECONDS)


def _not_granted(problem: GithubException, path: str, purpose: Purpose) -> ChangeGone | Forbidden:
    said = faults.message(problem)
    if "permission" not in said:
        return ChangeGone(f"the GitHub App's installation has no access to {path}: {said}")
    needed = ", ".join(f"{name}: {level}" for name, level in purpose.permissions.items())
    return Forbidden(f"the GitHub App needs the permissions {needed}; grant them in its settings, then accept them: {said}")
