"""Reads GitHub's webhooks. A delivery is only a hint: ids, numbers, repository names and a comment's text are all that is read.

Signatures: https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
"""

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from pydantic import ValidationError
from pydantic_core import from_json

from app.forges.base import (
    AccessChanged,
    Account,
    BadSignature,
    BranchMoved,
    ChangeRef,
    ChangeTouched,
    CommentWritten,
    Delivery,
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
from app.forges.github.names import DELIVERY, is_branch

P = TypeVar("P", bound=payloads.Part)

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
class GitHubReader:
    """Reads the webhooks that one GitHub App gets; `forge` names the connection. While a secret is replaced, both are good."""

    forge: str
    app_id: int
    secrets: tuple[str, ...] = field(repr=False)

    def __post_init__(self) -> None:
        if not self.secrets or not all(self.secrets):
            raise ValueError(f"{self.forge}: webhooks can't be trusted without a secret; give at least one, and no empty one")

    def read(self, headers: Mapping[str, str], body: bytes) -> Delivery:
        """What a delivery asks for. Raises BadSignature before anything of `body` is parsed, Malformed after."""
        self._verify(headers.get("x-hub-signature-256", ""), body)
        delivery, name = headers.get("x-github-delivery", ""), headers.get("x-github-event", "")
        if DELIVERY.fullmatch(delivery) is None:
            raise Malformed("X-GitHub-Delivery is missing or no delivery's id")
        if not name:
            raise Malformed("X-GitHub-Event is missing")
        return Delivery(delivery, self.event(name, _parsed(body)))

    def event(self, name: str, payload: Mapping[str, object]) -> Event:
        """What a payload asks for that GitHub is known to have sent. Raises Malformed."""
        read = _READERS.get(name)
        if read is None:
            return Ignored(f"nothing is done on {name[:80]!r}")
        try:
            return read(self, payload)
        except ValidationError as problem:
            raise Malformed(f"{name}: {_first_fault(problem)}") from None

    def _verify(self, shown: str, body: bytes) -> None:
        """Compare with every secret, in the same time whatever is shown; as bytes, since text beyond ASCII would raise."""
        given = shown.encode("utf-8", "surrogatepass")
        matches = [
            hmac.compare_digest(given, b"sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest().encode())
            for secret in self.secrets
        ]
        if not any(matches):
            raise BadSignature("X-Hub-Signature-256 is missing" if not shown else "X-Hub-Signature-256 is of another secret")

    def ref(self, repository: payloads.Repository, number: int) -> ChangeRef:
        """A pull request of a repository of this forge."""
        return ChangeRef(RepositoryRef(self.forge, repository.full_name), number)


def _parsed(body: bytes) -> dict[str, object]:
    """The body as JSON: UTF-8, no lone surrogates, no NaN, at most 200 levels deep and numbers of at most 4,300 digits."""
    try:
        payload: object = from_json(body, allow_inf_nan=False)
    except ValueError as problem:
        hint = "; let the webhook's content type be application/json" if body.startswith(b"payload=") else ""
        raise Malformed(f"not JSON: {problem}{hint}") from None
    if not isinstance(payload, dict):
        raise Malformed("not a JSON object")
    return payload


def _first_fault(problem: ValidationError) -> str:
    """Where the payload is not what it should be; its values are not repeated."""
    fault = problem.errors(include_url=False, include_context=False, include_input=False)[0]
    return f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"


def group_of(branch: str) -> tuple[str, str] | None:
    """The branch of a merge queue's group with the one that it wants to go to; None for any other branch."""
    found = _GROUP.fullmatch(branch)
    return (branch, found["base"]) if found and is_branch(branch) else None


# ------------------------------------------------------------------ one function an event


def _pull_request(reader: GitHubReader, payload: Mapping[str, object]) -> Event:
    event = payloads.PullRequestEvent.model_validate(payload)
    return _touched(reader, event, "pull request", _PULL_REQUEST_ACTIONS)


def _review(reader: GitHubReader, payload: Mapping[str, object]) -> Event:
    return _by_a_person(reader, payload, "review", _REVIEW_ACTIONS)


def _review_comment(reader: GitHubReader, payload: Mapping[str, object]) -> Event:
    return _by_a_person(reader, payload, "review comment", _REVIEW_COMMENT_ACTIONS)


def _by_a_person(reader: GitHubReader, payload: Mapping[str, object], noun: str, actions: frozenset[str]) -> Event:
    """What bots write comes back as an event too, ours first of all: answering it would never end."""
    event = payloads.PullRequestEvent.model_validate(payload)
    if event.sender and event.sender.type == "Bot":
        return Ignored(f"{noun} of a bot")
    return _touched(reader, event, noun, actions)


def _touched(reader: GitHubReader, event: payloads.PullRequestEvent, noun: str, actions: frozenset[str]) -> Event:
    if event.action not in actions:
        return Ignored(f"nothing is done when a {noun} is {event.action[:80]!r}")
    return ChangeTouched(reader.ref(event.repository, event.pull_request.number), f"{noun} {event.action}")


def _issue_comment(reader: GitHubReader, payload: Mapping[str, object]) -> Event:
    event = payloads.IssueCommentEvent.model_validate(payload)
    comment, author = event.comment, event.comment.user
    if event.action != "created":
        return Ignored(f"nothing is done when a comment is {event.action[:80]!r}")
    if event.issue.pull_request is None:
        return Ignored("comment on an issue that is no pull request")
    if author is None:
        return Ignored("comment of a deleted account")
    via = comment.performed_via_github_app
    if author.type == "Bot" or (via and via.id == reader.app_id):
        return Ignored("comment of a bot")
    ref = reader.ref(event.repository, event.issue.number)
    return CommentWritten(ref, str(comment.id), Account(str(author.id), author.login), comment.body or "")


def _check_run(reader: GitHubReader, payload: Mapping[str, object]) -> Event:
    """The run itself says what it is of, since GitHub names no pull request for a fork's: what we wrote into it."""
    event = payloads.CheckRunEvent.model_validate(payload)
    if event.action not in _ASKING_FOR_A_RUN:
        return Ignored(f"nothing is done when a check run is {event.action[:80]!r}")
    run, repository = event.check_run, RepositoryRef(reader.forge, event.repository.full_name)
    if not _is_ours(reader, run):
        return Ignored("check run of another app")
    reason = f"check run {event.action}"
    if own := _CHANGE_OF_RUN.fullmatch(run.external_id or ""):
        return ChangeTouched(ChangeRef(repository, int(own["number"])), reason, again=True)
    if group := group_of((run.external_id or "").partition("@")[2]):
        return GroupFormed(repository, run.head_sha, *group, again=True)
    return HeadTouched(repository, run.head_sha, reason, again=True)


def _check_suite(reader: GitHubReader, payload: Mapping[str, object]) -> Event:
    """A suite is of a commit: of every pull request with this head, named or not, or of a merge queue's group."""
    event = payloads.CheckSuiteEvent.model_validate(payload)
    if event.action not in _ASKING_FOR_A_SUITE:
        return Ignored(f"nothing is done when a check suite is {event.action[:80]!r}")
    suite, repository = event.check_suite, RepositoryRef(reader.forge, event.repository.full_name)
    if not _is_ours(reader, suite):
        return Ignored("check suite of another app")
    again = event.action == "rerequested"
    if group := group_of(suite.head_branch or ""):
        return GroupFormed(repository, suite.head_sha, *group, again=again)
    return HeadTouched(repository, suite.head_sha, f"check suite {event.action}", again=again)


def _is_ours(reader: GitHubReader, check: payloads.Check) -> bool:
    return check.app is not None and check.app.id == reader.app_id


def _merge_group(reader: GitHubReader, payload: Mapping[str, object]) -> Event:
    event = payloads.MergeGroupEvent.model_validate(payload)
    group, repository = event.merge_group, RepositoryRef(reader.forge, event.repository.full_name)
    if event.action == "destroyed":
        return GroupGone(repository, group.head_sha)
    if event.action != "checks_requested":
        return Ignored(f"nothing is done when a merge group is {event.action[:80]!r}")
    return GroupFormed(repository, group.head_sha, _branch(group.head_ref), _branch(group.base_ref))


def _push(reader: GitHubReader, payload: Mapping[str, object]) -> Event:
    event = payloads.PushEvent.model_validate(payload)
    if not event.ref.startswith(_HEADS):
        return Ignored("push of something that is no branch")
    branch = _branch(event.ref)
    if event.deleted:
        return Ignored("branch deleted")
    if _GROUP.fullmatch(branch):
        return Ignored("push of a merge queue")
    return BranchMoved(RepositoryRef(reader.forge, event.repository.full_name), branch)


def _branch(ref: str) -> str:
    """The branch of a full name; the name itself where it is short already. Raises Malformed."""
    branch = ref.removeprefix(_HEADS)
    if not is_branch(branch):
        raise Malformed("ref: not a branch's name")
    return branch


def _ping(_reader: GitHubReader, _payload: Mapping[str, object]) -> Event:
    return Ignored("ping: the webhook works")


def _installation(reader: GitHubReader, payload: Mapping[str, object]) -> Event:
    """Created, deleted, suspended, other permissions, repositories added and removed: what there is now is asked for."""
    return AccessChanged(reader.forge, f"installation {str(payload.get('action'))[:40]}")


def _repository(reader: GitHubReader, payload: Mapping[str, object]) -> Event:
    event = payloads.RepositoryEvent.model_validate(payload)
    new = RepositoryRef(reader.forge, event.repository.full_name)
    if event.action not in _REPOSITORY_ACTIONS:
        return Ignored(f"nothing is done when a repository is {event.action[:80]!r}")
    if old := event.former_name:
        return RepositoryMoved(RepositoryRef(reader.forge, old), new)
    return AccessChanged(reader.forge, f"repository {event.action}")


_READERS: Mapping[str, Callable[[GitHubReader, Mapping[str, object]], Event]] = {
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
