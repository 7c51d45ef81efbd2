"""A team of real processes on one PostgreSQL and one forge: web nodes and workers, started, killed and watched as an operator would."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import httpx
from forge_stage.stages import SECRET, Town, town
from repositories import Repository, new_repository
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.devforge import apps

NAME = "shop/gitops"
GOOD, BROKEN = b"a: 1\nb: 2\n", b"a: 1\nb: 2\nb: 3\n"
EVENTS = ("check_run", "issue_comment", "pull_request", "push")
ROOT = Path(__file__).parents[1]
PATIENCE = 60.0
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Request:
    """A request of one of the team to the forge, before it is handled. `process` is who sent it."""

    method: str
    path: str
    body: bytes
    process: int

    def announces(self, head: str) -> bool:
        """Whether it says that a head is being judged."""
        return self.method == "POST" and self.path.endswith(f"/statuses/{head}") and b'"pending"' in self.body


@dataclass
class Gate:
    """Where the team's requests come by. `watch` sees each, may kill or wait, and says whether it goes on to the forge."""

    watch: Callable[[Request], bool] = lambda request: True
    pids: list[int] = field(default_factory=list)


class Between:
    """The middleware in front of the forge that has the gate."""

    def __init__(self, app: ASGIApp, gate: Gate) -> None:
        self._app = app
        self._gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or (b"user-agent", b"fairlead") not in scope["headers"]:
            await self._app(scope, receive, send)
            return
        body = await _whole(receive)
        process = _owner(scope["client"][1], self._gate.pids)
        if not await asyncio.to_thread(self._gate.watch, Request(scope["method"], scope["path"], body, process)):
            await Response(status_code=500)(scope, receive, send)
            return
        messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def again() -> Message:
            return messages.pop() if messages else await receive()

        with suppress(OSError):  # whoever asked may be dead
            await self._app(scope, again, send)


async def _whole(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def _owner(port: int, pids: list[int]) -> int:
    """Which of the processes has the socket with this port of loopback; 0 for none."""
    rows = Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]
    inodes = {row.split()[9] for row in rows if row.split()[1] == f"0100007F:{port:04X}"}
    for pid in pids:
        with suppress(OSError):
            for descriptor in Path(f"/proc/{pid}/fd").iterdir():
                with suppress(OSError):
                    if re.sub(r"\D", "", str(descriptor.readlink())) in inodes:
                        return pid
    return 0


@dataclass
class Team:
    """Two web nodes and three workers. `base` is the tip of main."""

    town: Town
    gate: Gate
    folder: Path
    database: str
    repository: Repository
    base: str
    ports: Mapping[str, int]
    processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    def start(self, name: str) -> None:
        """Start a member, or start it again; its name tells its role."""
        role = name.partition("-")[0]
        values = {
            "github_app_id": self.town.keys.id,
            "github_private_key": self.town.keys.private_key,
            "github_webhook_secret": SECRET,
            "github_api_url": f"{self.town.devforge.base_url}/api/v3",
            "github_web_url": self.town.devforge.base_url,
            "database_url": self.database,
            "data_dir": self.folder / name,
            "port": self.ports[name],
            "worker_id": name,
            "github_write_pause": 0,
            "github_request_pause": 0,
            "reconcile_seconds": 3600,
            "shutdown_seconds": 4,
            "log_format": "json",
        }
        environment = {f"FAIRLEAD_{key.upper()}": str(value) for key, value in values.items()}
        said = (self.folder / f"{name}.log").open("ab")
        with said:
            process = subprocess.Popen(
                [sys.executable, "-c", f"from app.cli.serving import serve; serve({role!r})"],
                env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment},
                cwd=self.folder,
                stdout=said,
                stderr=said,
            )
        self.processes[name] = process
        self.gate.pids = [one.pid for one in self.processes.values()]

    def ready(self, name: str) -> bool:
        """Whether a member can work."""
        assert self.processes[name].poll() is None, self.said(name)
        with suppress(httpx.HTTPError):
            return httpx.get(f"http://127.0.0.1:{self.ports[name]}/readyz").status_code == 200
        return False

    def all_ready(self) -> None:
        """Wait until every member can work."""
        eventually(lambda: all(self.ready(name) for name in self.processes) or None)

    def name_of(self, pid: int) -> str:
        """Which member has a process id."""
        return next((name for name, process in self.processes.items() if process.pid == pid), "")

    def kill(self, name: str) -> None:
        """`kill -9`."""
        self.processes[name].kill()
        self.processes[name].wait(PATIENCE)

    def said(self, name: str) -> str:
        """A member's log."""
        return (self.folder / f"{name}.log").read_text("utf-8")

    def told_by(self, name: str) -> None:
        """Have the forge send its webhooks to this web node."""
        apps.point_webhooks(self.town.devforge, "fairlead", f"http://127.0.0.1:{self.ports[name]}/webhooks/github")

    def propose(self, branch: str, content: bytes = BROKEN) -> tuple[int, str]:
        """A pull request; its number and head."""
        head = self.repository.commit({"a.yaml": content, "branch.txt": branch.encode()}, self.base, branch=branch)
        self.repository.git("push", "-q", self._origin(), f"{branch}:{branch}")
        pull = self.town.as_person("ada").get_repo(NAME).create_pull(base="main", head=branch, title=branch, body="")
        return pull.number, head

    def commit_for(self, branch: str) -> str:
        """The head that `propose` would give, so that somebody can wait for it."""
        return self.repository.commit({"a.yaml": BROKEN, "branch.txt": branch.encode()}, self.base, branch=branch)

    def status(self, head: str) -> tuple[str, str]:
        """The gate's status at a head and what it says; empty before there is one."""
        statuses = self.town.as_person("ada").get_repo(NAME).get_commit(head).get_combined_status().statuses
        shown = {one.context: (str(one.state), str(one.description)) for one in statuses}
        return shown.get("fairlead/checks", ("", ""))

    def final(self, head: str, seconds: float = PATIENCE) -> tuple[str, str]:
        """The same, once it is final."""
        return eventually(lambda: found if (found := self.status(head))[0] not in ("", "pending") else None, seconds)

    def told(self, number: int) -> tuple[int, list[int]]:
        """How many summaries a change has, and the lines of its review comments."""
        pull = self.town.as_person("ada").get_repo(NAME).get_pull(number)
        summaries = [one for one in pull.get_issue_comments() if one.user.login == "fairlead[bot]"]
        return len(summaries), [one.line for one in pull.get_review_comments()]

    def stop(self) -> None:
        """End everybody."""
        for process in self.processes.values():
            process.kill()
        for process in self.processes.values():
            process.wait()

    def _origin(self) -> str:
        return str(self.town.devforge.git(self.town.devforge.repository(NAME)).path)


def eventually(question: Callable[[], Found | None], seconds: float = PATIENCE) -> Found:
    """The first answer that is something."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if (answer := question()) is not None:
            return answer
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds:.0f} s")


@contextmanager
def assembled(folder: Path, database: str) -> Iterator[Team]:
    """The team, started."""
    gate = Gate()
    with town(folder, [Middleware(Between, gate=gate)], EVENTS) as place:
        place.devforge.create_repository(NAME, private=True)
        place.devforge.add_collaborator(NAME, "ada", "write")
        repository = new_repository(folder / "clone")
        base = repository.commit({"a.yaml": GOOD}, branch="main")
        repository.git("push", "-q", str(place.devforge.git(place.devforge.repository(NAME)).path), "main:main")
        names = ("web-1", "web-2", "worker-1", "worker-2", "worker-3")
        team = Team(place, gate, folder, database, repository, base, dict(zip(names, _free_ports(len(names)), strict=True)))
        try:
            for name in names:
                team.start(name)
            yield team
        finally:
            team.stop()


def terminate(process: "subprocess.Popen[bytes]") -> float:
    """SIGTERM; the seconds until it ended."""
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    process.wait(PATIENCE)
    return time.monotonic() - began


def _free_ports(count: int) -> list[int]:
    with_ports = [socket.socket() for _ in range(count)]
    for one in with_ports:
        one.bind(("127.0.0.1", 0))
    ports = [int(one.getsockname()[1]) for one in with_ports]
    for one in with_ports:
        one.close()
    return ports
