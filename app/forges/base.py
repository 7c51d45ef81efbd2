"""The port: what a forge is for Fairlead, in the field's own words.

A forge is a place where changes are proposed: GitHub, GitLab, Gitea, Bitbucket, Azure Repos. Adapters translate between its API
and these types and decide nothing. Every method can be repeated: doing it twice is doing it once.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

# ------------------------------------------------------------------ names


@dataclass(frozen=True, slots=True)
class RepositoryRef:
    """A repository of a forge. `forge` is the name of the connection in the settings ("github"), `path` is "owner/name"
    (GitLab: any number of groups)."""

    forge: str
    path: str


@dataclass(frozen=True, slots=True)
class ChangeRef:
    """A pull request or merge request, by the number that people see."""

    repository: RepositoryRef
    number: int

    def __str__(self) -> str:
        return f"{self.repository.path}#{self.number}"


@dataclass(frozen=True, slots=True)
class Account:
    """Who did something. `id` never changes and is what permissions are checked by; `login` is for showing only."""

    id: str
    login: str
    bot: bool = False


# ------------------------------------------------------------------ a change as it stands


class ChangeState(StrEnum):
    """Whether the change can still merge."""

    OPEN = "open"
    MERGED = "merged"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class ProposedChange:
    """A change as the forge has it now. `head` and `base` are commit ids; `base` is the tip of the target branch.

    `head_repository` is None when the fork it came from is gone: the head is then still there as `head_ref` of the
    target repository, which is where it is always fetched from. `url` is the page that people open.
    """

    ref: ChangeRef
    title: str
    author: Account
    state: ChangeState
    draft: bool
    base_branch: str
    base: str
    head_branch: str
    head: str
    head_ref: str
    head_repository: str | None
    labels: tuple[str, ...]
    url: str
    body: str = ""

    @property
    def fork(self) -> bool:
        """Whether the head comes from another repository, or from one that is gone."""
        return self.head_repository != self.ref.repository.path


@dataclass(frozen=True, slots=True)
class GitAccess:
    """How git reaches a repository: a URL built from configuration, and header lines that authenticate.

    The header lines are secrets: they are kept in memory only and never shown.
    """

    url: str
    headers: tuple[str, ...] = field(default=(), repr=False)


class Permission(StrEnum):
    """What an account may do in a repository, in growing order."""

    NONE = "none"
    READ = "read"
    TRIAGE = "triage"
    WRITE = "write"
    MAINTAIN = "maintain"
    ADMIN = "admin"


# ------------------------------------------------------------------ what is shown


class StatusState(StrEnum):
    """State of a commit status. Only `success` lets a required status pass."""

    PENDING = "pending"
    SUCCESS = "success"
    FAILURE = "failure"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Status:
    """A commit status. `context` is its name (`fairlead/checks`), `description` one line, cut by the adapter where too long."""

    context: str
    state: StatusState
    description: str
    target_url: str = ""


@dataclass(frozen=True, slots=True)
class Annotation:
    """A note at lines of a file, shown with a check run. `level` is notice, warning or failure."""

    path: str
    start_line: int
    end_line: int
    level: str
    title: str
    message: str


@dataclass(frozen=True, slots=True)
class CheckRun:
    """A check run of a commit: found again by `external_id`, which is the change's ref as text. `conclusion` is None while it
    runs. `annotations` are not read back. A forge without check runs ignores it.
    """

    external_id: str
    name: str
    conclusion: StatusState | None
    title: str
    summary: str
    details_url: str = ""
    annotations: tuple[Annotation, ...] = ()


@dataclass(frozen=True, slots=True)
class LineComment:
    """A review comment to post on the head's side of the diff. `line` is its last line; `start_line` None for one line.

    `key` is the hidden marker's text: a comment with this key that stands open is edited where its words differ, never doubled.
    """

    key: str
    path: str
    line: int
    body: str
    start_line: int | None = None


@dataclass(frozen=True, slots=True)
class PostedComment:
    """A comment that stands on the change's page. `ours` is decided by the author's account, never by text."""

    id: str
    body: str
    ours: bool


@dataclass(frozen=True, slots=True)
class PostedThread:
    """A thread of review comments begun by us. `key` is read from the marker of its first comment, "" without one.

    `line` is None when the forge calls the thread outdated. `answered` is True when anyone else wrote in it.
    `resolved_by_us` tells our own resolving (the finding was gone) from a person's (they don't want to hear of it again).
    """

    id: str
    key: str
    path: str
    line: int | None
    body: str
    resolved: bool
    answered: bool
    resolved_by_us: bool = False


@dataclass(frozen=True, slots=True)
class Posted:
    """What the bot has on a change: all comments of its own that carry the summary marker (oldest first), its threads,
    and at the head the newest status of each context and its check run."""

    summaries: tuple[PostedComment, ...] = ()
    threads: tuple[PostedThread, ...] = ()
    statuses: Mapping[str, Status] | None = None
    check_run: CheckRun | None = None


class Reaction(StrEnum):
    """An answer to a comment without words: done, refused."""

    DONE = "+1"
    REFUSED = "-1"


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes, in characters, that the forge accepts; the words are cut below them before they are sent."""

    comment: int
    status_description: int


# ------------------------------------------------------------------ webhooks


@dataclass(frozen=True, slots=True)
class ChangeTouched:
    """Something happened to a change: look at it again. Nothing else of the payload is believed.

    `again` asks to judge it even if its head was judged on its base before (the re-run button).
    """

    ref: ChangeRef
    reason: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class CommentWritten:
    """A new comment on a change, which may hold commands. `comment` is the forge's id of it."""

    ref: ChangeRef
    comment: str
    author: Account
    text: str


@dataclass(frozen=True, slots=True)
class BranchMoved:
    """A branch got new commits: changes that target it may be judged otherwise now."""

    repository: RepositoryRef
    branch: str


@dataclass(frozen=True, slots=True)
class HeadTouched:
    """Something was asked about a commit, without saying of which changes it is the head: look at all of those. `again` as
    in ChangeTouched."""

    repository: RepositoryRef
    commit: str
    reason: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class GroupFormed:
    """A merge queue asks whether a group of changes may merge. `head` is the commit that would become the tip of
    `base_branch`, on a `branch` of its own for as long as the queue wants to know. `again` asks once more."""

    repository: RepositoryRef
    head: str
    branch: str
    base_branch: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class GroupGone:
    """A merge queue no longer asks about a group: it was merged, or formed anew."""

    repository: RepositoryRef
    head: str


@dataclass(frozen=True, slots=True)
class AccessChanged:
    """Which repositories of a forge the bot may see is different now, or they are: look at what there is."""

    forge: str
    reason: str


@dataclass(frozen=True, slots=True)
class RepositoryMoved:
    """A repository has another name or owner now."""

    old: RepositoryRef
    new: RepositoryRef


@dataclass(frozen=True, slots=True)
class Ignored:
    """A delivery that asks for nothing; `reason` goes to the log."""

    reason: str


Event = (
    ChangeTouched
    | CommentWritten
    | BranchMoved
    | HeadTouched
    | GroupFormed
    | GroupGone
    | AccessChanged
    | RepositoryMoved
    | Ignored
)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A verified webhook: the forge's id of it (the same when it is sent again) and what it asks for."""

    id: str
    event: Event


class WebhookReader(Protocol):
    """Turns raw deliveries into events, without I/O."""

    def read(self, headers: Mapping[str, str], body: bytes) -> Delivery:
        """`headers` have lower-case names. Raises BadSignature before anything of `body` is parsed, Malformed after."""


class BadSignature(Exception):
    """The delivery is unsigned or signed with another secret."""


class Malformed(Exception):
    """The delivery is signed but is not what its event should be."""


# ------------------------------------------------------------------ errors


class ForgeError(Exception):
    """The forge did not do what was asked. `retry_after` is in seconds, None when trying again won't help."""

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ChangeGone(ForgeError):
    """The change, its repository or our access to it no longer exists."""


class Forbidden(ForgeError):
    """We are not allowed to do this; the text names the missing permission where the forge says it."""


class Unreachable(ForgeError):
    """No answer, or a passing fault (5xx, time-out, rate limit)."""


# ------------------------------------------------------------------ the port


class Forge(Protocol):
    """A connection to one forge. All methods raise ForgeError or one of its kinds, and nothing else, for the forge's faults."""

    @property
    def name(self) -> str:
        """The connection's name, as in RepositoryRef.forge."""

    @property
    def limits(self) -> Limits:
        """Sizes that this forge accepts."""

    async def change(self, ref: ChangeRef) -> ProposedChange:
        """The change as it stands now. Raises ChangeGone."""

    def open_changes(self, repository: RepositoryRef) -> AsyncIterator[ProposedChange]:
        """All open changes of a repository, every page of them."""

    def repositories(self) -> AsyncIterator[RepositoryRef]:
        """All repositories that the bot is installed on.

        Where one owner of several refuses to be asked, those of the others come first, and then Forbidden is raised.
        """

    async def branch_tip(self, repository: RepositoryRef, branch: str) -> str | None:
        """The newest commit of a branch; None when there is no such branch, or no such repository for us."""

    def failed_deliveries(self, since: datetime) -> AsyncIterator[Delivery]:
        """Webhooks of the time since then that the forge could not hand over, read as the webhook reader does.

        The forge keeps them for a few days; what can't be read is left out. A forge that keeps none gives none.
        """

    async def git_access(self, repository: RepositoryRef) -> GitAccess:
        """How to fetch from the repository now; good for minutes, so ask again for each fetch."""

    async def posted(self, ref: ChangeRef, head: str) -> Posted:
        """What the bot has posted on the change, read afresh."""

    async def set_status(self, repository: RepositoryRef, commit: str, status: Status) -> None:
        """Show `status` at the commit under its context, in place of an earlier one."""

    async def put_check_run(self, repository: RepositoryRef, commit: str, run: CheckRun) -> None:
        """Create the check run or update the one with the same external id; all annotations are shown once."""

    async def put_summary(self, ref: ChangeRef, body: str) -> None:
        """Write the one summary comment: edit our oldest where one stands (found by its hidden first line), else create it."""

    async def post_comments(self, ref: ChangeRef, head: str, comments: Sequence[LineComment]) -> tuple[LineComment, ...]:
        """Post line comments as one review at `head`. Under a key that already stands there unresolved nothing is posted: that
        comment gets the words, unless it has them.

        Gives those that the forge refused (a line outside its diff): one bad comment does not lose the others.
        """

    async def resolve_thread(self, ref: ChangeRef, thread: PostedThread, word: str) -> None:
        """Answer the thread with `word` and mark it resolved; a thread that is gone or resolved is left alone.

        Where the bot was not given the right to resolve, the answer is all that it does.
        """

    async def reply(self, ref: ChangeRef, comment: str, body: str) -> None:
        """Answer a comment on the change's page. `comment` is a forge id as in CommentWritten.

        A second answer to the same comment takes the place of the first.
        """

    async def react(self, ref: ChangeRef, comment: str, reaction: Reaction) -> None:
        """Put a reaction on a comment; a second one of the same kind changes nothing."""

    async def permission(self, repository: RepositoryRef, account: Account) -> Permission:
        """What the account may do in the repository, asked now, by account id."""

    async def close(self) -> None:
        """Let go of connections."""
