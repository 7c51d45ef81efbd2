"""GitHub's webhooks as they come in, small: the fields that matter and some that don't."""

import hashlib
import hmac
import json
from collections.abc import Mapping

SECRET = "it's a secret"
APP_ID = 77
SHA = "5b7f2a9c" * 5

Json = dict[str, object]

PERSON: Json = {"login": "priya", "id": 1001, "type": "User"}
BOT: Json = {"login": "fairlead[bot]", "id": 1, "type": "Bot"}
REPOSITORY: Json = {"id": 5, "full_name": "acme/fleet", "clone_url": "http://evil.example/x.git", "private": True}
PULL: Json = {
    "number": 7,
    "title": "Raise the limits",
    "user": PERSON,
    "head": {"sha": SHA, "ref": "limits", "repo": {"full_name": "priya/fleet"}},
    "base": {"sha": SHA, "ref": "main", "repo": REPOSITORY},
}


def pull_request(action: str = "opened", **changed: object) -> Json:
    return {"action": action, "number": 7, "pull_request": {**PULL, **changed}, "repository": REPOSITORY, "sender": PERSON}


def review(action: str = "submitted", sender: Json = PERSON) -> Json:
    shown = {"id": 3, "state": "approved", "body": None, "user": sender}
    return {"action": action, "review": shown, "pull_request": PULL, "repository": REPOSITORY, "sender": sender}


def review_comment(action: str = "created", sender: Json = PERSON) -> Json:
    return {"action": action, "comment": {"id": 4}, "pull_request": PULL, "repository": REPOSITORY, "sender": sender}


def issue_comment(action: str = "created", user: Json | None = PERSON, **comment: object) -> Json:
    shown = {"id": 31, "body": "/check", "user": user, "performed_via_github_app": None, **comment}
    issue = {"number": 7, "title": "Raise the limits", "pull_request": {"url": "http://evil.example/"}}
    return {"action": action, "issue": issue, "comment": shown, "repository": REPOSITORY, "sender": user}


def check_run(action: str = "rerequested", **run: object) -> Json:
    shown = {"id": 8, "app": {"id": APP_ID}, "external_id": "acme/fleet#7", "head_sha": SHA, "pull_requests": [], **run}
    return {"action": action, "check_run": shown, "repository": REPOSITORY, "sender": PERSON}


def check_suite(action: str = "rerequested", **suite: object) -> Json:
    known = {"id": 9, "app": {"id": APP_ID}, "head_sha": SHA, "head_branch": None, "pull_requests": [{"number": 7}]}
    shown = {**known, **suite}
    return {"action": action, "check_suite": shown, "repository": REPOSITORY, "sender": PERSON}


def push(ref: str = "refs/heads/main", **changed: object) -> Json:
    return {"ref": ref, "before": SHA, "after": SHA, "deleted": False, "repository": REPOSITORY, "sender": PERSON, **changed}


def merge_group(action: str = "checks_requested", base: str = "main") -> Json:
    branch = f"refs/heads/gh-readonly-queue/{base}/pr-7-{SHA}"
    group = {"head_sha": SHA, "head_ref": branch, "base_sha": SHA, "base_ref": f"refs/heads/{base}"}
    return {"action": action, "merge_group": group, "repository": REPOSITORY, "sender": PERSON}


def repository(action: str, changes: Json) -> Json:
    return {"action": action, "changes": changes, "repository": REPOSITORY, "sender": PERSON}


def signature(body: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def headers(event: str, body: bytes, **more: str) -> dict[str, str]:
    """Header lines of a sound delivery; `more` are put in place of them, with _ for -."""
    sound = {
        "x-github-event": event,
        "x-github-delivery": "0b989ba4-242f-11e5-81e1-c7b6966d2516",
        "x-hub-signature-256": signature(body),
    }
    return sound | {name.replace("_", "-"): value for name, value in more.items()}


def body(payload: Mapping[str, object]) -> bytes:
    return json.dumps(payload).encode()
