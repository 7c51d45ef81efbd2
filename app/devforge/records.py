"""What the forge remembers: one class a table. Times are ISO 8601 in UTC with a Z, as the API shows them."""

import json
from dataclasses import dataclass
from typing import ClassVar

from app.devforge.database import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Account(Record):
    """A person, a bot or an organisation. `kind` is User, Bot or Organization."""

    TABLE: ClassVar[str] = "accounts"
    INDEX: ClassVar[tuple[str, ...]] = ("login",)
    FIRST_ID: ClassVar[int] = 1001
    login: str
    name: str
    kind: str
    created_at: str

    @property
    def email(self) -> str:
        """The address that commits made on the forge carry."""
        return f"{self.id}+{self.login}@users.noreply.devforge.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Token(Record):
    """A personal access token, kept as a digest."""

    TABLE: ClassVar[str] = "tokens"
    INDEX: ClassVar[tuple[str, ...]] = ("digest",)
    account_id: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Session(Record):
    """Somebody who looks at the pages, by the digest of their cookie."""

    TABLE: ClassVar[str] = "sessions"
    INDEX: ClassVar[tuple[str, ...]] = ("digest",)
    account_id: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Member(Record):
    """Membership of an organisation. `role` is owner or member."""

    TABLE: ClassVar[str] = "members"
    INDEX: ClassVar[tuple[str, ...]] = ("organisation_id",)
    organisation_id: int
    account_id: int
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository(Record):
    """A repository. `parent_id` names what it was forked from, `last_number` the newest pull request."""

    TABLE: ClassVar[str] = "repositories"
    INDEX: ClassVar[tuple[str, ...]] = ("owner_id", "name")
    FIRST_ID: ClassVar[int] = 20001
    owner_id: int
    name: str
    description: str
    private: bool
    default_branch: str
    parent_id: int | None
    last_number: int
    created_at: str
    pushed_at: str
    archived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerName(Record):
    """What a repository was called before it was renamed or given away, in small letters."""

    TABLE: ClassVar[str] = "former_names"
    INDEX: ClassVar[tuple[str, ...]] = ("full_name",)
    full_name: str
    repository_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Collaborator(Record):
    """`permission` is read, triage, write, maintain or admin."""

    TABLE: ClassVar[str] = "collaborators"
    INDEX: ClassVar[tuple[str, ...]] = ("repository_id", "account_id")
    repository_id: int
    account_id: int
    permission: str


@dataclass(frozen=True, slots=True, kw_only=True)
class App(Record):
    """A GitHub App. `permissions` and `events` are JSON; `bot_id` is the account it acts as."""

    TABLE: ClassVar[str] = "apps"
    INDEX: ClassVar[tuple[str, ...]] = ("slug",)
    FIRST_ID: ClassVar[int] = 301
    slug: str
    name: str
    owner_id: int
    bot_id: int
    public_key: str
    webhook_url: str
    webhook_secret: str
    permissions: str
    events: str
    created_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppManifest(Record):
    """What an app is to be made from. `digest` is that of what names it: the draft, then the code that its keys are had for.

    `organization` "" means the account of whoever confirms it; `app_id` and `private_key` are there from then on.
    """

    TABLE: ClassVar[str] = "app_manifests"
    INDEX: ClassVar[tuple[str, ...]] = ("digest",)
    digest: str
    organization: str
    manifest: str
    state: str
    app_id: int | None
    private_key: str | None
    created_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation(Record):
    """An app on an account: on all its repositories, or on those of InstalledRepository."""

    TABLE: ClassVar[str] = "installations"
    INDEX: ClassVar[tuple[str, ...]] = ("app_id", "account_id")
    FIRST_ID: ClassVar[int] = 4001
    app_id: int
    account_id: int
    all_repositories: bool
    permissions: str
    events: str
    suspended_at: str | None
    created_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledRepository(Record):
    """A repository chosen for an installation."""

    TABLE: ClassVar[str] = "installed_repositories"
    INDEX: ClassVar[tuple[str, ...]] = ("installation_id", "repository_id")
    installation_id: int
    repository_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallationToken(Record):
    """A token of an installation, kept as a digest; `repositories` is a JSON list of ids, or None for all."""

    TABLE: ClassVar[str] = "installation_tokens"
    INDEX: ClassVar[tuple[str, ...]] = ("digest",)
    installation_id: int
    digest: str
    permissions: str
    repositories: str | None
    expires_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection(Record):
    """What merging into a branch takes: `contexts`, a JSON list, names required statuses; with `queue` it goes by a queue."""

    TABLE: ClassVar[str] = "protections"
    INDEX: ClassVar[tuple[str, ...]] = ("repository_id", "branch")
    repository_id: int
    branch: str
    contexts: str
    strict: bool
    queue: bool = False

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the statuses that must succeed."""
        return tuple(json.loads(self.contexts))


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeGroup(Record):
    """A pull request in a merge queue, tried out as the commit `head_sha` of `branch` on top of `base_sha`."""

    TABLE: ClassVar[str] = "merge_groups"
    INDEX: ClassVar[tuple[str, ...]] = ("repository_id", "base_branch")
    repository_id: int
    pull_id: int
    branch: str
    base_branch: str
    base_sha: str
    head_sha: str
    created_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequest(Record):
    """A pull request. `base_sha` is the base branch as it was when the head last moved, as GitHub keeps it.

    `mergeable` is None while it is unknown; `asked` tells that somebody looked, so that the next look finds it computed.
    """

    TABLE: ClassVar[str] = "pull_requests"
    INDEX: ClassVar[tuple[str, ...]] = ("repository_id", "number")
    FIRST_ID: ClassVar[int] = 700001
    repository_id: int
    number: int
    title: str
    body: str | None
    state: str
    draft: bool
    author_id: int
    base_branch: str
    base_sha: str
    head_branch: str
    head_sha: str
    head_repository_id: int | None
    labels: str
    mergeable: bool | None
    asked: bool
    merge_commit_sha: str | None
    merged_at: str | None
    merged_by_id: int | None
    closed_at: str | None
    created_at: str
    updated_at: str

    @property
    def merged(self) -> bool:
        """Whether it ended in its base branch."""
        return self.merged_at is not None

    @property
    def label_names(self) -> tuple[str, ...]:
        """Names of its labels."""
        return tuple(json.loads(self.labels))


@dataclass(frozen=True, slots=True, kw_only=True)
class Review(Record):
    """A submitted review. `state` is APPROVED, CHANGES_REQUESTED, COMMENTED, DISMISSED or PENDING."""

    TABLE: ClassVar[str] = "reviews"
    INDEX: ClassVar[tuple[str, ...]] = ("pull_id",)
    FIRST_ID: ClassVar[int] = 800001
    pull_id: int
    author_id: int
    state: str
    body: str
    commit_id: str
    submitted_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread(Record):
    """Comments at one place of the diff. `line` is None once that place has changed: the thread is outdated then.

    `subject` is line or file; `side` is RIGHT for the head's lines, LEFT for those of the merge base.
    """

    TABLE: ClassVar[str] = "threads"
    INDEX: ClassVar[tuple[str, ...]] = ("pull_id",)
    FIRST_ID: ClassVar[int] = 50001
    pull_id: int
    path: str
    subject: str
    side: str
    start_side: str | None
    line: int | None
    start_line: int | None
    position: int | None
    original_line: int | None
    original_start_line: int | None
    original_position: int | None
    commit_id: str
    original_commit_id: str
    diff_hunk: str
    outdated: bool
    resolved_by_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewComment(Record):
    """A comment of a thread; `reply_to_id` is the first one's id, None for the first."""

    TABLE: ClassVar[str] = "review_comments"
    INDEX: ClassVar[tuple[str, ...]] = ("thread_id",)
    FIRST_ID: ClassVar[int] = 900001
    thread_id: int
    review_id: int
    author_id: int
    reply_to_id: int | None
    body: str
    created_at: str
    updated_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueComment(Record):
    """A comment on the page of a pull request. `app_id` names the app that wrote it, if one did."""

    TABLE: ClassVar[str] = "issue_comments"
    INDEX: ClassVar[tuple[str, ...]] = ("pull_id",)
    FIRST_ID: ClassVar[int] = 1000001
    pull_id: int
    author_id: int
    app_id: int | None
    body: str
    created_at: str
    updated_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction(Record):
    """`subject` is issue_comment or review_comment, and `subject_id` its id; `content` as the API names it (+1, eyes)."""

    TABLE: ClassVar[str] = "reactions"
    INDEX: ClassVar[tuple[str, ...]] = ("subject", "subject_id")
    FIRST_ID: ClassVar[int] = 1100001
    subject: str
    subject_id: int
    account_id: int
    content: str
    created_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Status(Record):
    """A commit status; the newest of its context counts."""

    TABLE: ClassVar[str] = "statuses"
    INDEX: ClassVar[tuple[str, ...]] = ("repository_id", "sha", "context")
    FIRST_ID: ClassVar[int] = 1200001
    repository_id: int
    sha: str
    context: str
    state: str
    description: str | None
    target_url: str | None
    creator_id: int
    created_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckSuite(Record):
    """All check runs of one app at one commit."""

    TABLE: ClassVar[str] = "check_suites"
    INDEX: ClassVar[tuple[str, ...]] = ("repository_id", "head_sha")
    FIRST_ID: ClassVar[int] = 60001
    repository_id: int
    app_id: int
    head_sha: str
    created_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRun(Record):
    """A check run. `actions` is a JSON list of the buttons it offers."""

    TABLE: ClassVar[str] = "check_runs"
    INDEX: ClassVar[tuple[str, ...]] = ("repository_id", "head_sha")
    FIRST_ID: ClassVar[int] = 1300001
    repository_id: int
    suite_id: int
    app_id: int
    head_sha: str
    name: str
    external_id: str
    details_url: str | None
    status: str
    conclusion: str | None
    title: str | None
    summary: str | None
    text: str | None
    actions: str
    started_at: str
    completed_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation(Record):
    """A note of a check run at lines of a file."""

    TABLE: ClassVar[str] = "annotations"
    INDEX: ClassVar[tuple[str, ...]] = ("check_run_id",)
    check_run_id: int
    path: str
    start_line: int
    end_line: int
    start_column: int | None
    end_column: int | None
    annotation_level: str
    message: str
    title: str | None
    raw_details: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery(Record):
    """A webhook, sent or to be sent. Headers and bodies are texts; `status_code` is 0 when nobody answered, None before."""

    TABLE: ClassVar[str] = "deliveries"
    INDEX: ClassVar[tuple[str, ...]] = ("app_id",)
    FIRST_ID: ClassVar[int] = 1400001
    app_id: int
    installation_id: int | None
    repository_id: int | None
    guid: str
    event: str
    action: str | None
    redelivery: bool
    url: str
    request_headers: str
    payload: str
    delivered_at: str
    milliseconds: int
    status: str
    status_code: int | None
    response_headers: str
    response_body: str


KINDS: tuple[type[Record], ...] = (
    Account, Token, Session, Member, Repository, FormerName, Collaborator, App, AppManifest, Installation, InstalledRepository,
    InstallationToken, Protection, MergeGroup, PullRequest, Review, Thread, ReviewComment, IssueComment, Reaction, Status,
    CheckSuite, CheckRun, Annotation, Delivery,
)  # fmt: skip
