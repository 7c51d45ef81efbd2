"""PyGithub's clients: how they are set up, and who may use which when.

A client keeps the request that it is about to send in itself, so no two threads ever share one. Reads take any idle client;
writes of one installation go through one client, one after the other, at the pace that GitHub asks for.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

import github
from github.Auth import AppAuth, Auth
from urllib3 import Retry

from app.forges.github.api import Api
from app.forges.github.memory import Memory
from app.forges.github.settings import GitHubSettings

USER_AGENT = "fairlead"
API_VERSION = "2022-11-28"
_JWT_SECONDS = 480
_JWT_ISSUED_AT = -60
"""Issued in the past and good for less than the ten minutes that GitHub allows: neither clock has to be right to the second."""


class ShownToken(Auth):
    """Shows the token that it was given last; the client that has it is used for one installation after another."""

    def __init__(self) -> None:
        self.shown = ""

    @property
    def token_type(self) -> str:
        """As the header names it."""
        return "token"

    @property
    def token(self) -> str:
        """What the header holds."""
        return self.shown


C = TypeVar("C")


class Pool(Generic[C]):
    """Things of which each serves one thread at a time; as many are made as are needed at once."""

    def __init__(self, make: Callable[[], C]) -> None:
        self._make = make
        self._idle: deque[C] = deque()
        self._lock = threading.Lock()
        self.made: list[C] = []

    @contextmanager
    def borrowed(self) -> Iterator[C]:
        """One that nobody else uses until it is given back."""
        with self._lock:
            one = self._idle.pop() if self._idle else self._new()
        try:
            yield one
        finally:
            with self._lock:
                self._idle.append(one)

    def _new(self) -> C:
        made = self._make()
        self.made.append(made)
        return made


class Client:
    """One client and the token it shows."""

    def __init__(self, settings: GitHubSettings, memory: Memory) -> None:
        self.auth = ShownToken()
        self.api = Api(new_api(settings, self.auth), memory)
        self.busy = threading.Lock()


class AppClients:
    """Clients that show the app's own JSON web token."""

    def __init__(self, settings: GitHubSettings) -> None:
        self._memory = Memory()
        self._idle = Pool(lambda: Api(new_api(settings, app_auth(settings)), self._memory))

    @contextmanager
    def asking(self) -> Iterator[Api]:
        """One of them."""
        with self._idle.borrowed() as api:
            yield api

    def close(self) -> None:
        """Let go of all connections."""
        for api in self._idle.made:
            api.close()


class Clients:
    """All clients that work with installation tokens."""

    def __init__(self, settings: GitHubSettings) -> None:
        self._memory = Memory()
        self._idle = Pool(self._new)
        self._writing: dict[int, Client] = {}
        self._settings = settings
        self._lock = threading.Lock()

    @contextmanager
    def reading(self, token: str) -> Iterator[Api]:
        """A client for reads."""
        with self._idle.borrowed() as client, _showing(client, token):
            yield client.api

    @contextmanager
    def writing(self, installation: int, token: str) -> Iterator[Api]:
        """The client for writes of an installation, once nobody else uses it."""
        with self._lock:
            client = self._writing.get(installation) or self._writing.setdefault(installation, self._new())
        with client.busy, _showing(client, token):
            yield client.api

    def close(self) -> None:
        """Let go of all connections."""
        for client in (*self._idle.made, *self._writing.values()):
            client.api.close()

    def _new(self) -> Client:
        return Client(self._settings, self._memory)


@contextmanager
def _showing(client: Client, token: str) -> Iterator[None]:
    client.auth.shown = token
    try:
        yield
    finally:
        client.auth.shown = ""


def app_auth(settings: GitHubSettings) -> AppAuth:
    """Shows a fresh JSON web token with each request."""
    return AppAuth(settings.app_id, settings.private_key, jwt_expiry=_JWT_SECONDS, jwt_issued_at=_JWT_ISSUED_AT)


def new_api(settings: GitHubSettings, auth: Auth) -> github.Github:
    """A client.

    By default PyGithub sends a POST again after a 502, which may have done what it should, and sleeps through rate limits.
    Here only reads are sent again, and limits are told to the caller, who has better to do than to sleep.
    """
    retry = Retry(
        total=2,
        backoff_factor=0.2,
        allowed_methods=frozenset({"GET"}),
        status_forcelist=frozenset({500, 502, 503, 504}),
        respect_retry_after_header=False,
        raise_on_status=False,
    )
    return github.Github(
        auth=auth,
        base_url=settings.api_url.rstrip("/"),
        timeout=settings.timeout,
        user_agent=USER_AGENT,
        retry=retry,
        seconds_between_requests=settings.pacing.requests,
        seconds_between_writes=settings.pacing.writes,
        lazy=True,
        api_version=API_VERSION,
    )
