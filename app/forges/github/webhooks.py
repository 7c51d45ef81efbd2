"""Reads GitHub's webhooks. A delivery is only a hint: ids, numbers, repository names and a comment's text are all that is read.

Signatures: https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
"""

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from pydantic import ValidationError
from pydantic_core import from_json

from app.forges.base import (
    Account,
    BadSignature,
    BranchMoved,
    ChangeRef,
    ChangeTouched,
    CommentWritten,
    Delivery,
    Event,
    Ignored,
    Malformed,
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
_CHANGE_OF_RUN = re.compile(r"[^#]+#(?P<number>[1-9][0-9]{0,8})")
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
        payload = _parsed(body)
        read = _READERS.get(name)
        if read is None:
            return Delivery(delivery, Ignored(f"nothing is done on {name[:80]!r}"))
        try:
            return Delivery(delivery, read(self, payload))
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
    event = payloads.CheckRunEvent.model_validate(payload)
    return _asked_again(reader, event.repository, event.check_run, event.action, "check run")


def _check_suite(reader: GitHubReader, payload: Mapping[str, object]) -> Event:
    event = payloads.CheckSuiteEvent.model_validate(payload)
    return _asked_again(reader, event.repository, event.check_suite, event.action, "check suite")


def _asked_again(reader: GitHubReader, repository: payloads.Repository, check: payloads.Check, action: str, noun: str) -> Event:
    if action != "rerequested":
        return Ignored(f"nothing is done when a {noun} is {action[:80]!r}")
    if check.app is None or check.app.id != reader.app_id:
        return Ignored(f"{noun} of another app")
    numbers = _numbers(check.external_id or "", check.pull_requests or ())
    if not numbers:
        return Ignored(f"{noun} that names no pull request")
    return ChangeTouched(reader.ref(repository, numbers[0]), f"{noun} {action}", again=True)


def _numbers(external_id: str, pull_requests: Sequence[payloads.NumberedPullRequest]) -> list[int]:
    """Which pull requests a check is of: what we wrote into it, since GitHub names none for a fork's."""
    own = _CHANGE_OF_RUN.fullmatch(external_id)
    return [int(own["number"])] if own else [one.number for one in pull_requests]


def _push(reader: GitHubReader, payload: Mapping[str, object]) -> Event:
    event = payloads.PushEvent.model_validate(payload)
    if not event.ref.startswith(_HEADS):
        return Ignored("push of something that is no branch")
    branch = event.ref.removeprefix(_HEADS)
    if not is_branch(branch):
        raise Malformed("push: ref: not a branch's name")
    if event.deleted:
        return Ignored("branch deleted")
    return BranchMoved(RepositoryRef(reader.forge, event.repository.full_name), branch)


def _ping(_reader: GitHubReader, _payload: Mapping[str, object]) -> Event:
    return Ignored("ping: the webhook works")


def _installation(_reader: GitHubReader, payload: Mapping[str, object]) -> Event:
    return Ignored(f"installation {str(payload.get('action'))[:80]!r}: its repositories are asked for when they are needed")


_READERS: Mapping[str, Callable[[GitHubReader, Mapping[str, object]], Event]] = {
    "pull_request": _pull_request,
    "pull_request_review": _review,
    "pull_request_review_comment": _review_comment,
    "issue_comment": _issue_comment,
    "check_run": _check_run,
    "check_suite": _check_suite,
    "push": _push,
    "ping": _ping,
    "installation": _installation,
    "installation_repositories": _installation,
}
