"""What GitHub's events ask for, one function each: ids, numbers, repository names and a comment's text are all that is read.

https://docs.github.com/webhooks/webhook-events-and-payloads
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.forges.base import (
    AccessChanged,
    Account,
    BranchMoved,
    ChangeRef,
    ChangeTouched,
    CommentWritten,
    Event,
    GroupFormed,
    GroupGone,
    HeadTouched,
    Ignored,
    Malformed,
    RepositoryMoved,
    RepositoryRef,
)
from app.forges.github import payloads
from app.forges.github.names import is_branch

_PULL_REQUEST_ACTIONS = frozenset(
    ["opened", "synchronize", "reopened", "edited", "labeled", "unlabeled", "ready_for_review", "converted_to_draft", "closed"]
)
_REVIEW_ACTIONS = frozenset(["submitted", "edited", "dismissed"])
_REVIEW_COMMENT_ACTIONS = frozenset(["created", "edited", "deleted"])
_ASKING_FOR_A_RUN = frozenset(["rerequested", "requested_action"])
_ASKING_FOR_A_SUITE = frozenset(["requested", "rerequested"])
_REPOSITORY_ACTIONS = frozenset(["renamed", "transferred", "deleted", "archived", "unarchived", "privatized", "publicized"])
_CHANGE_OF_RUN = re.compile(r"[^#@]+#(?P<number>[1-9][0-9]{0,8})")
_GROUP = re.compile(r"gh-readonly-queue/(?P<base>.+)/pr-[0-9]+-[0-9a-f]{40,64}")
"""https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/configuring-pull-request-merges/managing-a-merge-queue"""
_HEADS = "refs/heads/"


@dataclass(frozen=True, slots=True)
class App:
    """Whose webhooks are read: our GitHub App by its id, and `forge`, the name of the connection."""

    forge: str
    id: int

    def repository(self, found: payloads.Repository) -> RepositoryRef:
        """A repository of this forge."""
        return RepositoryRef(self.forge, found.full_name)

    def ref(self, found: payloads.Repository, number: int) -> ChangeRef:
        """A pull request of a repository of this forge."""
        return ChangeRef(self.repository(found), number)


def group_of(branch: str) -> tuple[str, str] | None:
    """The branch of a merge queue's group with the one that it wants to go to; None for any other branch."""
    found = _GROUP.fullmatch(branch)
    return (branch, found["base"]) if found and is_branch(branch) else None


def _pull_request(app: App, payload: Mapping[str, object]) -> Event:
    event = payloads.PullRequestEvent.model_validate(payload)
    return _touched(app, event, "pull request", _PULL_REQUEST_ACTIONS)


def _review(app: App, payload: Mapping[str, object]) -> Event:
    return _by_a_person(app, payload, "review", _REVIEW_ACTIONS)


def _review_comment(app: App, payload: Mapping[str, object]) -> Event:
    return _by_a_person(app, payload, "review comment", _REVIEW_COMMENT_ACTIONS)


def _by_a_person(app: App, payload: Mapping[str, object], noun: str, actions: frozenset[str]) -> Event:
    """What bots write comes back as an event too, ours first of all: answering it would never end."""
    event = payloads.PullRequestEvent.model_validate(payload)
    if event.sender and event.sender.type == "Bot":
        return Ignored(f"{noun} of a bot")
    return _touched(app, event, noun, actions)


def _touched(app: App, event: payloads.PullRequestEvent, noun: str, actions: frozenset[str]) -> Event:
    if event.action not in actions:
        return Ignored(f"nothing is done when a {noun} is {event.action[:80]!r}")
    return ChangeTouched(app.ref(event.repository, event.pull_request.number), f"{noun} {event.action}")


def _issue_comment(app: App, payload: Mapping[str, object]) -> Event:
    event = payloads.IssueCommentEvent.model_validate(payload)
    comment, author = event.comment, event.comment.user
    if event.action != "created":
        return Ignored(f"nothing is done when a comment is {event.action[:80]!r}")
    if event.issue.pull_request is None:
        return Ignored("comment on an issue that is no pull request")
    if author is None:
        return Ignored("comment of a deleted account")
    via = comment.performed_via_github_app
    if author.type == "Bot" or (via and via.id == app.id):
        return Ignored("comment of a bot")
    ref = app.ref(event.repository, event.issue.number)
    return CommentWritten(ref, str(comment.id), Account(str(author.id), author.login), comment.body or "")


def _check_run(app: App, payload: Mapping[str, object]) -> Event:
    """The run itself says what it is of, since GitHub names no pull request for a fork's: what we wrote into it."""
    event = payloads.CheckRunEvent.model_validate(payload)
    if event.action not in _ASKING_FOR_A_RUN:
        return Ignored(f"nothing is done when a check run is {event.action[:80]!r}")
    run, repository = event.check_run, app.repository(event.repository)
    if not _is_ours(app, run):
        return Ignored("check run of another app")
    reason = f"check run {event.action}"
    if own := _CHANGE_OF_RUN.fullmatch(run.external_id or ""):
        return ChangeTouched(ChangeRef(repository, int(own["number"])), reason, again=True)
    if group := group_of((run.external_id or "").partition("@")[2]):
        return GroupFormed(repository, run.head_sha, *group, again=True)
    return HeadTouched(repository, run.head_sha, reason, again=True)


def _check_suite(app: App, payload: Mapping[str, object]) -> Event:
    """A suite is of a commit: of every pull request with this head, named or not, or of a merge queue's group."""
    event = payloads.CheckSuiteEvent.model_validate(payload)
    if event.action not in _ASKING_FOR_A_SUITE:
        return Ignored(f"nothing is done when a check suite is {event.action[:80]!r}")
    suite, repository = event.check_suite, app.repository(event.repository)
    if not _is_ours(app, suite):
        return Ignored("check suite of another app")
    again = event.action == "rerequested"
    if group := group_of(suite.head_branch or ""):
        return GroupFormed(repository, suite.head_sha, *group, again=again)
    return HeadTouched(repository, suite.head_sha, f"check suite {event.action}", again=again)


def _is_ours(app: App, check: payloads.Check) -> bool:
    return check.app is not None and check.app.id == app.id


def _merge_group(app: App, payload: Mapping[str, object]) -> Event:
    event = payloads.MergeGroupEvent.model_validate(payload)
    group, repository = event.merge_group, app.repository(event.repository)
    if event.action == "destroyed":
        return GroupGone(repository, group.head_sha)
    if event.action != "checks_requested":
        return Ignored(f"nothing is done when a merge group is {event.action[:80]!r}")
    return GroupFormed(repository, group.head_sha, _branch(group.head_ref), _branch(group.base_ref))


def _push(app: App, payload: Mapping[str, object]) -> Event:
    event = payloads.PushEvent.model_validate(payload)
    if not event.ref.startswith(_HEADS):
        return Ignored("push of something that is no branch")
    branch = _branch(event.ref)
    if event.deleted:
        return Ignored("branch deleted")
    if _GROUP.fullmatch(branch):
        return Ignored("push of a merge queue")
    return BranchMoved(app.repository(event.repository), branch)


def _branch(ref: str) -> str:
    """The branch of a full name; the name itself where it is short already. Raises Malformed."""
    branch = ref.removeprefix(_HEADS)
    if not is_branch(branch):
        raise Malformed("ref: not a branch's name")
    return branch


def _ping(_app: App, _payload: Mapping[str, object]) -> Event:
    return Ignored("ping: the webhook works")


def _installation(app: App, payload: Mapping[str, object]) -> Event:
    """Created, deleted, suspended, other permissions, repositories added and removed: what there is now is asked for."""
    return AccessChanged(app.forge, f"installation {str(payload.get('action'))[:40]}")


def _repository(app: App, payload: Mapping[str, object]) -> Event:
    event = payloads.RepositoryEvent.model_validate(payload)
    new = app.repository(event.repository)
    if event.action not in _REPOSITORY_ACTIONS:
        return Ignored(f"nothing is done when a repository is {event.action[:80]!r}")
    if old := event.former_name:
        return RepositoryMoved(RepositoryRef(app.forge, old), new)
    return AccessChanged(app.forge, f"repository {event.action}")


READERS: Mapping[str, Callable[[App, Mapping[str, object]], Event]] = {
    "pull_request": _pull_request,
    "pull_request_review": _review,
    "pull_request_review_comment": _review_comment,
    "issue_comment": _issue_comment,
    "check_run": _check_run,
    "check_suite": _check_suite,
    "merge_group": _merge_group,
    "push": _push,
    "ping": _ping,
    "installation": _installation,
    "installation_repositories": _installation,
    "installation_target": _installation,
    "repository": _repository,
}
