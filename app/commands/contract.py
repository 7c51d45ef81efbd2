"""What a command is: one module with a name, what it needs, how it is typed, and `run`."""

from dataclasses import dataclass
from typing import Protocol

from app.forges.base import Account, ChangeRef, Permission


class Judge(Protocol):
    """The part of the service that judges changes."""

    async def rejudge(self, ref: ChangeRef) -> None:
        """Judge the change as it stands now, even if it was judged before. Returns once that is certain to happen."""


@dataclass(frozen=True, slots=True)
class Request:
    """A command as somebody gave it. `arguments` hold letters, digits and `._/@:=-` only; `usages` are all there are."""

    ref: ChangeRef
    account: Account
    arguments: tuple[str, ...]
    judge: Judge
    usages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a command. A refusal carries its reason; what is done needs no words, but may have some (Markdown)."""

    done: bool
    text: str = ""


class Command(Protocol):
    """A module of this package. Its docstring is what `/help` says of it."""

    NAME: str
    NEEDS: Permission
    USAGE: str

    async def run(self, request: Request) -> Answer:
        """Do it, or say why not. The permission was checked just before."""
