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


class NumberedPullRequest(Part):
    """Which pull request, where GitHub names it in passing."""

    number: Number


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
    """A check run or suite. Forks' checks name no pull requests; `external_id` is what we gave a run of ours."""

    app: App | None = None
    external_id: str | None = None
    pull_requests: list[NumberedPullRequest] | None = None


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
