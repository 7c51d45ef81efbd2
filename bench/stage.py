"""What is measured on: the small forge on loopback with made-up repositories, and Fairlead beside it.

The forge notes when each request of its API came in and when its answer was out. Webhooks are kept back and sent from here, so
that it is known when one goes in.
"""

import secrets
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import httpx
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

from app.devforge import apps, pushes
from app.devforge.forge import Forge
from app.devforge.outbox import signed_headers
from app.devforge.pulls import Proposal, open_pull
from app.devforge.records import App, Delivery, Status
from app.devforge.serving import serving
from bench.generated import Sample
from bench.service import Service, free_port, served

OWNER, ADA, APP = "shop", "ada", "fairlead"
PERMISSIONS = {"checks": "write", "contents": "write", "pull_requests": "write", "statuses": "write"}
EVENTS = ("check_run", "issue_comment", "pull_request", "push")
_JUDGED_SECONDS = 300.0
_QUIET_SECONDS = 0.6


@dataclass(frozen=True, slots=True)
class Call:
    """A request of the forge's API, and the seconds (of the monotonic clock) between which it was there."""

    method: str
    path: str
    came: float
    gone: float


class Recorder:
    """Middleware of the forge that notes the calls of its API."""

    def __init__(self, app: ASGIApp, calls: list[Call]) -> None:
        self._app = app
        self._calls = calls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, and note how long that took."""
        came = time.monotonic()
        await self._app(scope, receive, send)
        if scope["type"] == "http" and scope["path"].startswith("/api/"):
            self._calls.append(Call(scope["method"], scope["path"], came, time.monotonic()))


@dataclass(frozen=True, slots=True)
class Answered:
    """What one webhook led to: seconds from its going in to the end of the last call of the forge's API, and these calls."""

    seconds: float
    calls: tuple[Call, ...]

    @property
    def forge_seconds(self) -> float:
        """The time of it in which the forge was at work on a call."""
        total, until = 0.0, 0.0
        for call in sorted(self.calls, key=lambda call: call.came):
            total += max(0.0, call.gone - max(call.came, until))
            until = max(until, call.gone)
        return total


@dataclass(frozen=True, slots=True)
class Pull:
    """A pull request of a made-up repository."""

    sample: Sample
    repository: str
    number: int
    branch: str


@dataclass
class Stage:
    """The forge and Fairlead, both running. `settings` are Fairlead's, `token` is a person's."""

    forge: Forge
    calls: list[Call]
    service: Service
    settings: Mapping[str, object]
    token: str
    client: httpx.Client
    revisions: Iterator[int] = field(default_factory=lambda: count(1))

    def remote(self, repository: str) -> str:
        """Where git clones a repository from, with a password in it."""
        return f"{self.forge.base_url.replace('://', f'://{ADA}:{self.token}@')}/{repository}.git"

    def add(self, sample: Sample) -> str:
        """The sample as a repository; its full name."""
        name = f"{OWNER}/gitops-{sample.files}-{uuid.uuid4().hex[:6]}"
        repository = self.forge.create_repository(name)
        self.forge.add_collaborator(name, ADA, "write")
        commit(self.forge.git(repository).path, "main", "", dict(sample.contents()))
        return name

    def propose(self, sample: Sample, repository: str, files: int) -> Pull:
        """A pull request that changes so many files."""
        branch = f"change-{files}-{uuid.uuid4().hex[:6]}"
        with self.forge.database.transaction():
            there = self.forge.repository(repository)
            commit(self.forge.git(there).path, branch, "main", self._next(sample, files))
            pull = open_pull(self.forge, self.forge.account(ADA), there, Proposal(branch, "", "main", branch))
        return Pull(sample, repository, pull.number, branch)

    def push(self, pull: Pull, files: int, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """A new commit on the pull request that changes so many files, and `more` of them; gives all."""
        changed = {**self._next(pull.sample, files), **(more or {})}
        with self.forge.database.transaction():
            there = self.forge.repository(pull.repository)
            git = self.forge.git(there)
            before = git.branches()
            commit(git.path, pull.branch, "main", changed)
            pushes.apply(self.forge, there, before, git.branches(), self.forge.account(ADA))
        return changed

    def answered(self, pull: Pull, *, again: bool = False) -> Answered:
        """Send the newest webhook about the pull request, and wait until nothing more comes of it.

        With `again` no new verdict is waited for, only silence. Raises TimeoutError.
        """
        delivery = self.newest(pull)
        headers = self.headers(delivery)
        first = len(self.calls)
        began = time.monotonic()
        answer = self.client.post(self.service.webhooks, content=delivery.payload, headers=headers)
        answer.raise_for_status()
        self._wait(first, began, lambda: again or self._has_verdict(pull))
        calls = tuple(self.calls[first:])
        return Answered(max(call.gone for call in calls) - began, calls)

    def headers(self, delivery: Delivery) -> dict[str, str]:
        """Its headers, signed, as one that was never sent before."""
        app = self.forge.database.one(App, id=delivery.app_id)
        if app is None:
            raise LookupError("the app is gone")
        return {**signed_headers(delivery, app), "X-GitHub-Delivery": str(uuid.uuid4())}

    def _wait(self, first: int, began: float, done: Callable[[], bool]) -> None:
        while time.monotonic() - began < _JUDGED_SECONDS:
            time.sleep(0.05)
            last = max((call.gone for call in self.calls[first:]), default=0.0)
            if last and time.monotonic() - last > _QUIET_SECONDS and done():
                return
        raise TimeoutError("Fairlead came to no end")

    def _has_verdict(self, pull: Pull) -> bool:
        there = self.forge.repository(pull.repository)
        head = self.forge.git(there).branch(pull.branch) or ""
        status = self.forge.database.one(Status, repository_id=there.id, sha=head, context="fairlead/checks")
        return status is not None and status.state != "pending"

    def newest(self, pull: Pull) -> Delivery:
        """The newest webhook about the pull request."""
        there = self.forge.repository(pull.repository)
        number = f'"number": {pull.number}'
        told = self.forge.database.all(Delivery, repository_id=there.id, event="pull_request")
        return next(each for each in reversed(told) if number in each.payload or number.replace(" ", "") in each.payload)

    def _next(self, sample: Sample, files: int) -> dict[str, str]:
        return sample.change(files, next(self.revisions))


@contextmanager
def staged(folder: Path) -> Iterator[Stage]:
    """The stage, in a folder of its own."""
    calls: list[Call] = []
    with serving(folder / "forge", middleware=[Middleware(Recorder, calls=calls)]) as forge:
        token = forge.add_user(ADA, "Ada")
        forge.add_organisation(OWNER, "The Shop", [ADA])
        nowhere = f"http://127.0.0.1:{free_port()}/"
        made = apps.register(forge, ADA, apps.Manifest(APP, PERMISSIONS, EVENTS, nowhere, secrets.token_hex(32)))
        apps.install(forge, APP, OWNER, None)
        settings = {
            "GITHUB_APP_ID": made.id,
            "GITHUB_PRIVATE_KEY": made.private_key,
            "GITHUB_WEBHOOK_SECRET": made.webhook_secret,
            "GITHUB_API_URL": f"{forge.base_url}/api/v3",
            "GITHUB_WEB_URL": forge.base_url,
            "GITHUB_REQUEST_PAUSE": 0,
            "GITHUB_WRITE_PAUSE": 0,
            "RECONCILE_SECONDS": 3600,
            "LOG_LEVEL": "warning",
        }
        with served(folder / "fairlead", settings) as service, httpx.Client(timeout=30, trust_env=False) as client:
            yield Stage(forge, calls, service, settings, token, client)


def commit(git_dir: Path, branch: str, parent: str, files: Mapping[str, str]) -> None:
    """Let `branch` be a new commit upon `parent` ("" for none) with these files, in a bare repository."""
    words = [f"commit refs/heads/{branch}", "committer Ada <ada@shop.example> 1767225600 +0000", "data 2", "It"]
    head = "\n".join([*words, *([f"from refs/heads/{parent}^0"] if parent else [])]).encode() + b"\n"
    body = b"".join(
        f"M 100644 inline {path}\ndata {len(content.encode())}\n{content}\n".encode() for path, content in files.items()
    )
    argv = ["git", "--git-dir", str(git_dir), "fast-import", "--quiet", "--force"]
    subprocess.run(argv, input=head + body, check=True, capture_output=True)
