"""A git history written down as data, and as the stream that `git fast-import` reads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Author:
    """Who makes commits."""

    login: str
    name: str

    @property
    def email(self) -> str:
        """An address that leads nowhere."""
        return f"{self.login}@shop.example"


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit on `branch`, which stands on the commit numbered `parent` of the history (from 0; None for the first).

    `files` are whole contents by path; what is not named stays as it was.
    """

    branch: str
    parent: int | None
    author: Author
    at: datetime
    message: str
    files: Mapping[str, bytes]


def stream(commits: Iterable[Commit]) -> bytes:
    """The history as https://git-scm.com/docs/git-fast-import#_input_format has it."""
    return b"".join(part for number, commit in enumerate(commits, start=1) for part in _commit(number, commit))


def _commit(number: int, commit: Commit) -> Iterable[bytes]:
    who = f"{commit.author.name} <{commit.author.email}> {int(commit.at.timestamp())} +0000"
    yield f"commit refs/heads/{commit.branch}\nmark :{number}\nauthor {who}\ncommitter {who}\n".encode()
    yield _data(commit.message.encode())
    if commit.parent is not None:
        yield f"from :{commit.parent + 1}\n".encode()
    for path, content in sorted(commit.files.items()):
        yield f"M 100644 inline {path}\n".encode() + _data(content)


def _data(content: bytes) -> bytes:
    return b"data %d\n%b\n" % (len(content), content)
