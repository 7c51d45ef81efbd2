"""Where a repository is fetched from, and how git is kept to just that."""

import base64
import binascii
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.git.errors import (
    AccessDenied,
    CommitNotFound,
    GitError,
    HostUnreachable,
    NoRoom,
    ObjectsRefused,
    RepositoryNotFound,
    TimedOut,
    TooLarge,
)
from validators.sandbox import Finished, Stopped

PASSED_ON = (
    "GIT_SSL_CAINFO",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "http_proxy",
    "https_proxy",
    "HTTPS_PROXY",
    "no_proxy",
    "NO_PROXY",
)
"""What an operator sets for all programs of a machine: certificates of the house and its proxy."""

NO_ROOM = r"no space left on device|disk quota exceeded"
TELLING: tuple[tuple[str, type[GitError], str], ...] = (
    (NO_ROOM, NoRoom, "there is no room on the disk for what {host} sends"),
    (
        r"not our ref|unadvertised object|couldn't find remote ref|no such remote ref",
        CommitNotFound,
        "{host} no longer offers it",
    ),
    (r"error: 401|error: 403|authentication failed|could not read (username|password)", AccessDenied, "{host} refused access"),
    (r"error: 404|not found|does not appear to be a git repository|does not exist", RepositoryNotFound, "not found on {host}"),
    (r"file too large|signal 25|exceeds maximum allowed size", TooLarge, "the repository sent more than the limit"),
    (r"fsck error|in fsck|^error: object [0-9a-f]+: ", ObjectsRefused, "git's check refused what the repository sent"),
    (r"resolve host|connect to|connection (refused|reset|timed out)|hung up|ssl", HostUnreachable, "no answer from {host}"),
    (r"error: (429|5\d\d)|empty reply|early eof|too slow", HostUnreachable, "{host} could not answer now"),
)


@dataclass(frozen=True, slots=True)
class Remote:
    """A repository's URL (https, http, or an absolute path), built from configuration, and header lines that authenticate."""

    url: str
    headers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.protocol:
            raise ValueError("a repository is fetched by https://, http:// or from an absolute path")
        if any(re.search(r"[\r\n\0]", header) for header in self.headers):
            raise ValueError("a header is one line")

    @property
    def protocol(self) -> str:
        """The one protocol that git may speak for it; "" for none that we allow."""
        if self.url.startswith("/"):
            return "file"
        scheme = urlsplit(self.url).scheme
        return scheme if scheme in ("https", "http", "file") else ""

    @property
    def host(self) -> str:
        """How people call the other side."""
        return urlsplit(self.url).hostname or "the folder it is fetched from"

    def environment(self) -> Mapping[str, str]:
        """Environment for git: the one protocol, and the headers, which so never stand in an argument list."""
        passed = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        headers = {"GIT_CONFIG_COUNT": str(len(self.headers))}
        for number, header in enumerate(self.headers):
            headers[f"GIT_CONFIG_KEY_{number}"] = f"http.{self.url}.extraHeader"
            headers[f"GIT_CONFIG_VALUE_{number}"] = header
        return {**passed, **headers, "GIT_ALLOW_PROTOCOL": self.protocol}

    def error(self, done: Finished) -> GitError:
        """What went wrong, from how git ended."""
        if done.stopped is Stopped.TIME:
            return TimedOut(f"fetching from {self.host} took longer than {done.seconds:.0f} s")
        said = done.stderr.decode("utf-8", "replace")
        for pattern, kind, words in TELLING:
            if re.search(pattern, said, re.IGNORECASE | re.MULTILINE):
                detail = f" ({self._harmless(said, pattern)})" if kind is ObjectsRefused else ""
                return kind(words.format(host=self.host) + detail)
        return GitError(f"git could not fetch from {self.host} ({done.how}): {self._harmless(said, '^fatal: ')}")

    def _harmless(self, said: str, pattern: str) -> str:
        """The first line of git's words that tells, without anything of the headers in it."""
        line = next((line for line in said.splitlines() if re.search(pattern, line, re.IGNORECASE)), "no more is known")
        return "its words are withheld" if any(secret in line for secret in self._secrets()) else line[:300]

    def _secrets(self) -> set[str]:
        words = {word for header in self.headers for word in header.partition(":")[2].split()}
        return {piece for word in words for piece in (word, *_decoded(word)) if len(piece) > len("Bearer")}


def _decoded(word: str) -> list[str]:
    """The parts of `user:password` behind a word of basic authentication."""
    try:
        return base64.b64decode(word, validate=True).decode("utf-8").split(":")
    except (binascii.Error, UnicodeDecodeError):
        return []
