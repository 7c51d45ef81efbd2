"""What can be written on a change: plain data that the caller carries out in order. Each can be repeated."""

from dataclasses import dataclass

from app.forges.base import CheckRun, LineComment, PostedThread, Status


@dataclass(frozen=True, slots=True)
class SetStatus:
    """Show a status at a commit."""

    commit: str
    status: Status


@dataclass(frozen=True, slots=True)
class PutCheckRun:
    """Show a check run at a commit, in place of an earlier one."""

    commit: str
    run: CheckRun


@dataclass(frozen=True, slots=True)
class PutSummary:
    """Write the one summary comment, or edit it where it stands."""

    body: str


@dataclass(frozen=True, slots=True)
class PostComments:
    """Post line comments as one review at a head."""

    head: str
    comments: tuple[LineComment, ...]


@dataclass(frozen=True, slots=True)
class ResolveThread:
    """Answer a thread of ours with a word and mark it resolved."""

    thread: PostedThread
    word: str


Write = SetStatus | PutCheckRun | PutSummary | PostComments | ResolveThread
"""One write; `plan` gives them in the order in which they are to be carried out, the gate last."""
