"""Who may set the service up: whoever has the one-time link that its log shows, and nobody else.

The link is exchanged for a session when it is first opened. What is kept of it, of sessions and of states are digests.
"""

import hmac
import json
import os
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from app.forges.github.app_manifest import Wanted

LINK_SECONDS = 3600
SESSION_SECONDS = 2 * 3600
STATE_SECONDS = 3600
"""GitHub's own limit on the whole of it."""
_FILE = "setup-link.json"
_MOST_STATES = 100

Clock = Callable[[], float]
"""Seconds since 1970."""


class NotLetIn(Exception):
    """The link does not open anything. The text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Errand:
    """What somebody went to GitHub for. Addresses have no slash at their end."""

    web_url: str
    api_url: str
    wanted: Wanted


@dataclass(frozen=True, slots=True)
class _Expected:
    session: str
    errand: Errand
    until: float


def new_link(folder: Path, public_url: str, clock: Clock) -> str:
    """A link that opens the set-up pages once, within an hour; an earlier one opens nothing from now on."""
    folder.mkdir(parents=True, exist_ok=True)
    token = secrets.token_urlsafe(32)
    unfinished = folder / f"{_FILE}.{secrets.token_hex(4)}"
    file = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    with os.fdopen(file, "w") as opened:
        json.dump({"digest": _digest(token), "until": clock() + LINK_SECONDS}, opened)
    unfinished.replace(folder / _FILE)
    return f"{public_url}/setup?token={token}"


class Door:
    """Lets whoever has the link in `folder` in, and knows them again when GitHub sends them back."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._file = folder / _FILE
        self._clock = clock
        self._sessions: dict[str, float] = {}
        self._expected: dict[str, _Expected] = {}
        self._lock = threading.Lock()

    def enter(self, token: str) -> str:
        """A session for the link's token, which is used up. Raises NotLetIn."""
        with self._lock:
            self._use_up(token)
            session = secrets.token_urlsafe(32)
            self._sessions[_digest(session)] = self._clock() + SESSION_SECONDS
            return session

    def knows(self, session: str) -> bool:
        """Whether somebody with this session was let in, not too long ago."""
        return self._sessions.get(_digest(session), 0.0) > self._clock()

    def expect(self, session: str, errand: Errand) -> str:
        """A state that GitHub hands back, for this errand and this session alone."""
        with self._lock:
            state = secrets.token_urlsafe(32)
            while len(self._expected) >= _MOST_STATES:
                self._expected.pop(next(iter(self._expected)))
            self._expected[_digest(state)] = _Expected(_digest(session), errand, self._clock() + STATE_SECONDS)
            return state

    def take(self, session: str, state: str) -> Errand | None:
        """What the state is about, once; None for a state that is used up, too old, or was given to somebody else."""
        with self._lock:
            found = self._expected.get(_digest(state))
            if found is None or found.session != _digest(session) or found.until <= self._clock():
                return None
            return self._expected.pop(_digest(state)).errand

    def give_back(self, session: str, state: str, errand: Errand) -> None:
        """Let the state be good once more: GitHub could not be asked."""
        with self._lock:
            self._expected[_digest(state)] = _Expected(_digest(session), errand, self._clock() + STATE_SECONDS)

    def _use_up(self, token: str) -> None:
        try:
            kept = json.loads(self._file.read_text("utf-8"))
            digest, until = str(kept["digest"]), float(kept["until"])
        except FileNotFoundError:
            raise NotLetIn("The link was used already.") from None
        except (OSError, ValueError, TypeError, KeyError):
            raise NotLetIn("The link can't be checked: its file in the data folder can't be read.") from None
        if not hmac.compare_digest(digest, _digest(token)):
            raise NotLetIn("The link is not the newest one.")
        if until <= self._clock():
            raise NotLetIn("The link is older than an hour.")
        self._file.unlink()


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
