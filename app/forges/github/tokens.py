"""The app's installations, and tokens for one repository and one purpose each, kept in memory until shortly before they expire.

https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-an-installation-access-token-for-a-github-app
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from http import HTTPStatus

from github.GithubException import GithubException
from github.Installation import Installation
from github.PaginatedList import PaginatedList

from app.forges.base import ChangeGone, Forbidden
from app.forges.github import faults
from app.forges.github.clients import app_auth, new_api
from app.forges.github.session import maybe
from app.forges.github.settings import GitHubSettings

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


@dataclass(frozen=True, slots=True)
class _Token:
    text: str = field(repr=False)
    renew_at: float


class Tokens:
    """Installation tokens. `clock` counts seconds and is never set back."""

    def __init__(self, settings: GitHubSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self._app = new_api(settings, app_auth(settings))
        self._clock = clock
        self._installations: dict[str, int] = {}
        self._tokens: dict[tuple[int, str, Purpose], _Token] = {}
        self._slug = ""
        self._lock = threading.Lock()

    def slug(self) -> str:
        """The app's name in addresses; its account is called `slug[bot]`."""
        with self._lock:
            if not self._slug:
                _, data = self._app.requester.requestJsonAndCheck("GET", "/app")
                self._slug = str(data["slug"])
            return self._slug

    def installations(self) -> list[int]:
        """All installations of the app that are not suspended."""
        with self._lock:
            found = PaginatedList(Installation, self._app.requester, "/app/installations", None)
            return [one.id for one in found if maybe(one.suspended_at) is None]

    def installation(self, path: str) -> int:
        """The installation that has the repository `path`. Raises ChangeGone where the app is not installed."""
        with self._lock:
            if path not in self._installations:
                try:
                    _, data = self._app.requester.requestJsonAndCheck("GET", f"/repos/{path}/installation")
                except GithubException as problem:
                    if problem.status == HTTPStatus.NOT_FOUND:
                        raise ChangeGone(f"the GitHub App is not installed on {path}") from None
                    raise
                self._installations[path] = int(data["id"])
            return self._installations[path]

    def token(self, installation: int, path: str, purpose: Purpose) -> str:
        """A token for the repository `path` ("" for all of the installation), good for at least five minutes."""
        with self._lock:
            known = self._tokens.get((installation, path, purpose))
            if known is None or known.renew_at <= self._clock():
                known = self._tokens[installation, path, purpose] = self._new(installation, path, purpose)
            return known.text

    def forget(self, path: str) -> None:
        """Take what is known of a repository for outdated: its tokens were refused."""
        with self._lock:
            self._installations.pop(path, None)
            self._tokens = {key: token for key, token in self._tokens.items() if key[1] != path}

    def close(self) -> None:
        """Let go of the connection, and of the tokens."""
        self._app.close()
        self._tokens.clear()

    def _new(self, installation: int, path: str, purpose: Purpose) -> _Token:
        wanted: dict[str, object] = {"permissions": purpose.permissions}
        if path:
            wanted["repositories"] = [path.partition("/")[2]]
        url = f"/app/installations/{installation}/access_tokens"
        try:
            headers, data = self._app.requester.requestJsonAndCheck("POST", url, input=wanted)
        except GithubException as problem:
            self._installations.pop(path, None)  # it may be another one by now: installed anew, moved to another owner
            if problem.status == HTTPStatus.UNPROCESSABLE_ENTITY and not faults.is_limit(problem):
                raise _not_granted(problem, path, purpose) from None
            raise
        life = datetime.fromisoformat(str(data["expires_at"])).timestamp() - faults.server_time(headers)
        return _Token(str(data["token"]), self._clock() + life - _LEFT_SECONDS)


def _not_granted(problem: GithubException, path: str, purpose: Purpose) -> ChangeGone | Forbidden:
    said = faults.message(problem)
    if "permission" not in said:
        return ChangeGone(f"the GitHub App's installation has no access to {path}: {said}")
    needed = ", ".join(f"{name}: {level}" for name, level in purpose.permissions.items())
    return Forbidden(f"the GitHub App needs the permissions {needed}; grant them in its settings, then accept them: {said}")
