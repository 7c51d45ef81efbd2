"""The few fields of GitHub's webhooks that are read, and what they must be: https://docs.github.com/webhooks/webhook-events-and-payloads

Everything that GitHub may leave out or null (a deleted account, the repository of a deleted fork) is optional here.
"""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from app.forges.github.names import COMMIT, REPOSITORY, is_branch


def _repository_name(text: str) -> str:
    if REPOSITORY.fullmatch(text) is None:
        raise ValueError("not a repository's name")
    return text


def _commit(text: str) -> str:
    if COMMIT.fullmatch(text) is None:
        raise ValueError("not a commit id")
    return text


def _branch(text: str) -> str:
    if not is_branch(text):
        raise ValueError("not a branch's name")
    return text


Id = Annotated[int, Field(ge=1, lt=2**63)]
Number = Annotated[int, Field(ge=1, lt=2**31)]
RepositoryName = Annotated[str, AfterValidator(_repository_name)]
CommitId = Annotated[str, AfterValidator(_commit)]
BranchName = Annotated[str, AfterValidator(_branch)]


class Part(BaseModel):
    """A part of a payload: types are taken as they are, fields that are not named here are passed over."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


class Repository(Part):
    """The repository that the event is about."""

    full_name: RepositoryName


class User(Part):
    """An account. `type` is User, Bot, Organization or Mannequin."""

    id: Id
    login: str
    type: str = "User"


class App(Part):
    """The app that did something."""

    id: Id


class Head(Part):
    """The tip of a pull request: only held against what a commit looks like."""

    sha: CommitId


class Base(Part):
    """Where a pull request goes: only held against what a branch looks like."""

    ref: BranchName


class PullRequest(Part):
    """Which pull request."""

    number: Number
    head: Head
    base: Base


class Comment(Part):
    """A comment on the page of an issue or pull request."""

    id: Id
    body: str | None = None
    user: User | None = None
    performed_via_github_app: App | None = None


class Issue(Part):
    """An issue; `pull_request` is there when it is one."""

    number: Number
    pull_request: dict[str, object] | None = None


class PullRequestEvent(Part):
    """pull_request, pull_request_review and pull_request_review_comment."""

    action: str
    repository: Repository
    pull_request: PullRequest
    sender: User | None = None


class IssueCommentEvent(Part):
    """issue_comment."""

    action: str
    repository: Repository
    issue: Issue
    comment: Comment


class Check(Part):
    """A check run or suite; `external_id` is what we gave a run of ours, `head_branch` is null for a fork's suite."""

    app: App | None = None
    head_sha: CommitId
    head_branch: str | None = None
    external_id: str | None = None


class CheckRunEvent(Part):
    """check_run."""

    action: str
    repository: Repository
    check_run: Check


class CheckSuiteEvent(Part):
    """check_suite."""

    action: str
    repository: Repository
    check_suite: Check


class PushEvent(Part):
    """push."""

    ref: str
    repository: Repository
    deleted: bool = False


class MergeGroup(Part):
    """A merge queue's group of pull requests; the refs are full names of branches."""

    head_sha: CommitId
    head_ref: str
    base_ref: str


class MergeGroupEvent(Part):
    """merge_group."""

    action: str
    repository: Repository
    merge_group: MergeGroup


class _From(Part):
    """A name before it was changed."""

    from_: str = Field(alias="from")


class _RenamedPart(Part):
    name: _From | None = None


class _OwnerFrom(Part):
    user: User | None = None
    organization: User | None = None


class _Owner(Part):
    from_: _OwnerFrom = Field(alias="from")


class _Changes(Part):
    """What was changed: the name of a repository, or whose it is."""

    repository: _RenamedPart | None = None
    owner: _Owner | None = None


class RepositoryEvent(Part):
    """repository."""

    action: str
    repository: Repository
    changes: _Changes | None = None

    @property
    def former_name(self) -> str:
        """What the repository was called before it was renamed or transferred; "" when it was neither."""
        owner, _, name = self.repository.full_name.partition("/")
        renamed = self.changes.repository if self.changes else None
        moved = self.changes.owner if self.changes else None
        if renamed and renamed.name:
            name = renamed.name.from_
        if moved and (before := moved.from_.user or moved.from_.organization):
            owner = before.login
        former = f"{owner}/{name}"
        return former if former != self.repository.full_name and REPOSITORY.fullmatch(former) else ""
