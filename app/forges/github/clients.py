"""PyGithub's clients: how they are set up, and who may use which when.

A client keeps the request that it is about to send in itself, so no two threads ever share one. Reads take any idle client;
writes of one installation go through one client, one after the other, at the pace that GitHub asks for.
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

import github
from github.Auth import AppAuth, Auth
from urllib3 import Retry

from app.forges.github.settings import GitHubSettings

USER_AGENT = "fairlead"
API_VERSION = "2022-11-28"
PER_PAGE = 100
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


class Client:
    """One client and the token it shows."""

    def __init__(self, settings: GitHubSettings) -> None:
        self.auth = ShownToken()
        self.api = new_api(settings, self.auth)
        self.busy = threading.Lock()


class Clients:
    """All clients that work with installation tokens."""

    def __init__(self, settings: GitHubSettings) -> None:
        self._settings = settings
        self._idle: deque[Client] = deque()
        self._writing: dict[int, Client] = {}
        self._made: list[Client] = []
        self._lock = threading.Lock()

    @contextmanager
    def reading(self, token: str) -> Iterator[github.Github]:
        """A client for reads."""
        with self._lock:
            client = self._idle.pop() if self._idle else self._new()
        client.auth.shown = token
        try:
            yield client.api
        finally:
            client.auth.shown = ""
            with self._lock:
                self._idle.append(client)

    @contextmanager
    def writing(self, installation: int, token: str) -> Iterator[github.Github]:
        """The client for writes of an installation, once nobody else uses it."""
        with self._lock:
            client = self._writing.get(installation) or self._writing.setdefault(installation, self._new())
        with client.busy:
            client.auth.shown = token
            try:
                yield client.api
            finally:
                client.auth.shown = ""

    def close(self) -> None:
        """Let go of all connections."""
        with self._lock:
            for client in self._made:
                client.api.close()

    def _new(self) -> Client:
        client = Client(self._settings)
        self._made.append(client)
        return client


def app_auth(settings: GitHubSettings) -> AppAuth:
    """Shows a fresh JSON web token with each request."""
    return AppAuth(settings.app_id, settings.private_key, jwt_expiry=_JWT_SECONDS, jwt_issued_at=_JWT_ISSUED_AT)


def new_api(settings: GitHubSettings, auth: Auth) -> github.Github:
    """A client. Objects are lazy: naming a repository or an issue asks for nothing.

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
        per_page=PER_PAGE,
        retry=retry,
        seconds_between_requests=settings.pacing.requests,
        seconds_between_writes=settings.pacing.writes,
        lazy=True,
        api_version=API_VERSION,
    )
