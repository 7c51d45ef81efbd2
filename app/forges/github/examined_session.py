"""Asks GitHub as the App, once for each question, and keeps what its answers say about the clock."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import httpx
import jwt
from pydantic import BaseModel, ValidationError

from app.forges.github.clients import API_VERSION, USER_AGENT, app_auth
from app.forges.github.faults import server_time
from app.forges.github.settings import GitHubSettings


class BadKey(Exception):
    """What was given is no private key that signs."""


class NoAnswer(Exception):
    """GitHub can't be reached, or does not answer as it does. The text goes on after the address."""


@dataclass(frozen=True, slots=True)
class TheApp:
    """The App as GitHub knows it; `organization` "" when it belongs to a person."""

    id: int
    slug: str
    owner: str
    organization: str
    page: str
    permissions: Mapping[str, str]
    events: frozenset[str]


class _Owner(BaseModel):
    login: str
    type: str = "User"


class _App(BaseModel):
    id: int
    slug: str
    html_url: str
    owner: _Owner
    permissions: dict[str, str]
    events: list[str]


class Examined:
    """A connection that shows a fresh JSON web token. `clock` tells seconds since 1970. Raises BadKey."""

    def __init__(self, settings: GitHubSettings, clock: Callable[[], float]) -> None:
        self.settings = settings
        self.skew: float | None = None
        self._clock = clock
        try:
            self._token = app_auth(settings).create_jwt()
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            raise BadKey(f"it can't sign ({type(error).__name__}): part of it is missing, or it has a passphrase") from None
        claims = jwt.decode(self._token, options={"verify_signature": False})
        now = time.time()  # by which the token was made
        self.ahead_limit, self.behind_limit = now - float(claims["iat"]), float(claims["exp"]) - now
        self._client = httpx.Client(timeout=settings.timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self._client.close()

    def get(self, path: str, token: str = "", **query: str) -> httpx.Response:
        """What GitHub answers to the App, or to an installation's token. Raises NoAnswer."""
        return self._ask("GET", path, token, params=query)

    def installation_token(self, installation: int) -> str:
        """A token that may see which repositories there are; "" when GitHub gives none. Raises NoAnswer."""
        path = f"/app/installations/{installation}/access_tokens"
        answer = self._ask("POST", path, "", json={"permissions": {"metadata": "read"}})
        return str(self.fields(answer).get("token", "")) if answer.is_success else ""

    def the_app(self, answer: httpx.Response) -> TheApp | None:
        """What `/app` says; None when it is not what GitHub says there."""
        try:
            found = _App.model_validate_json(answer.content)
        except ValidationError:
            return None
        organization = found.owner.login if found.owner.type == "Organization" else ""
        page = found.html_url
        return TheApp(found.id, found.slug, found.owner.login, organization, page, found.permissions, frozenset(found.events))

    def message(self, answer: httpx.Response) -> str:
        """GitHub's words in one line."""
        return " ".join(str(self.fields(answer).get("message", "no reason given")).split())[:300]

    def fields(self, answer: httpx.Response) -> Mapping[str, object]:
        """The answer's JSON object; empty when it is none."""
        found = self._json(answer)
        return found if isinstance(found, dict) else {}

    def rows(self, answer: httpx.Response) -> list[Mapping[str, object]]:
        """The objects of the answer's JSON array; none when it is something else."""
        found = self._json(answer)
        return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []

    def _json(self, answer: httpx.Response) -> object:
        try:
            found: object = answer.json()
        except ValueError:
            return None
        return found

    def _ask(self, method: str, path: str, token: str, **more: object) -> httpx.Response:
        headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {token or self._token}",
            "User-Agent": USER_AGENT,
            "X-GitHub-Api-Version": API_VERSION,
        }
        try:
            answer = self._client.request(method, self.settings.api_url + path, headers=headers, **more)  # type: ignore[arg-type] # params or json
        except httpx.TimeoutException:
            raise NoAnswer(f"did not answer within {self.settings.timeout} s") from None
        except httpx.HTTPError as error:
            raise NoAnswer(f"can't be reached ({str(error) or type(error).__name__})") from None
        if "date" in answer.headers:
            self.skew = self._clock() - server_time({"date": answer.headers["date"]})
        return answer
