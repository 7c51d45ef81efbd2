"""`kill -9` at any request that the service makes of the forge, and a restart, end in the same final state.

The service is a real process, the forge a real one beside it; the process is killed from outside, by the forge.
"""

import itertools
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from forge_stage.stages import SECRET, Town, town
from repositories import new_repository
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NAME = "shop/gitops"
GOOD, BROKEN = b"a: 1\nb: 2\n", b"a: 1\nb: 2\nb: 3\n"
PATIENCE = 60.0


@dataclass
class Assassin:
    """Kills a process at the request number `at` (from 0) that it makes, before it is handled or just `after`."""

    at: int = -1
    after: bool = False
    victim: int = 0
    requests: list[str] = field(default_factory=list)

    def wait(self, victim: int, at: int, *, after: bool) -> None:
        self.victim, self.at, self.after = victim, at, after
        self.requests.clear()

    def note(self, request: str) -> int:
        """Take down a request; its number. Several may be under way at once."""
        self.requests.append(request)
        return len(self.requests) - 1

    def strike(self, number: int, *, after: bool) -> None:
        if (number, after) == (self.at, self.after) and self.victim:
            os.kill(self.victim, signal.SIGKILL)
            self.victim = 0


class Between:
    """Where the assassin stands."""

    def __init__(self, app: ASGIApp, assassin: Assassin) -> None:
        self._app = app
        self._assassin = assassin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        by_the_service = any(
            name == b"user-agent" and (value == b"fairlead" or value.startswith(b"git/")) for name, value in scope["headers"]
        )
        if not by_the_service:
            await self._app(scope, receive, send)
            return
        number = self._assassin.note(f"{scope['method']} {scope['path']}")
        self._assassin.strike(number, after=False)

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._assassin.strike(number, after=True)
            await send(message)

        await self._app(scope, receive, answer)


@dataclass
class Scene:
    """A forge with a repository, and the service as often as it is started."""

    town: Town
    assassin: Assassin
    folder: Path
    base: str
    processes: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def propose(self, branch: str) -> tuple[int, str]:
        """A pull request with a mistake in line 3; its number and head."""
        repository = new_repository(self.folder / "clone")
        head = repository.commit({"a.yaml": BROKEN, "branch.txt": branch.encode()}, self.base, branch=branch)
        origin = str(self.town.devforge.git(self.town.devforge.repository(NAME)).path)
        repository.git("push", "-q", origin, f"{branch}:{branch}")
        pull = self.town.as_person("ada").get_repo(NAME).create_pull(base="main", head=branch, title=branch, body="")
        return pull.number, head

    def start(self) -> int:
        """Start the service; its process id."""
        values = {
            "github_app_id": self.town.keys.id,
            "github_private_key": self.town.keys.private_key,
            "github_webhook_secret": SECRET,
            "github_api_url": f"{self.town.devforge.base_url}/api/v3",
            "github_web_url": self.town.devforge.base_url,
            "data_dir": self.folder / "data",
            "port": 0,
            "reconcile_seconds": 3600,
            "log_level": "warning",
        }
        environment = {f"FAIRLEAD_{name.upper()}": str(value) for name, value in values.items()}
        program = "from app.cli.serving import serve; serve('all')"
        root = Path(__file__).parents[3]
        process = subprocess.Popen(
            [sys.executable, "-c", program],
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(root), **environment},
            cwd=self.folder,
        )
        self.processes.append(process)
        return process.pid

    def stop(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()
        self.processes.clear()

    def died(self) -> None:
        """Wait for the killing."""
        assert self.processes[-1].wait(PATIENCE) == -signal.SIGKILL

    def final(self, head: str) -> str:
        """The state of the gate's status at a head, once it is final."""
        repository = self.town.as_person("ada").get_repo(NAME)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            states = [one.state for one in repository.get_commit(head).get_combined_status().statuses]
            if states and states[0] != "pending":
                return str(states[0])
            time.sleep(0.1)
        raise AssertionError("the status stayed pending")

    def told(self, number: int, head: str) -> tuple[int, list[int], int]:
        """How many summaries, the lines of the review comments, how many check runs."""
        repository = self.town.as_person("ada").get_repo(NAME)
        pull = repository.get_pull(number)
        summaries = [one for one in pull.get_issue_comments() if one.user.login == "fairlead[bot]"]
        lines = [one.line for one in pull.get_review_comments()]
        return len(summaries), lines, repository.get_commit(head).get_check_runs().totalCount


@contextmanager
def played(folder: Path) -> Iterator[Scene]:
    assassin = Assassin()
    with town(folder, [Middleware(Between, assassin=assassin)]) as place:
        place.devforge.create_repository(NAME, private=True)
        place.devforge.add_collaborator(NAME, "ada", "write")
        repository = new_repository(folder / "clone")
        base = repository.commit({"a.yaml": GOOD}, branch="main")
        repository.git("push", "-q", str(place.devforge.git(place.devforge.repository(NAME)).path), "main:main")
        scene = Scene(place, assassin, folder, base)
        try:
            yield scene
        finally:
            scene.stop()


def telling(requests: list[str]) -> list[int]:
    """The numbers of the requests to kill at: every write, the fetch, and one between each two of them."""
    marks = [
        at for at, one in enumerate(requests) if re.search(r"POST .*(statuses|reviews|comments|check-runs|upload-pack)", one)
    ]
    between = [(one + other) // 2 for one, other in itertools.pairwise(marks)]
    return sorted({*marks, *between[::2]})


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("after", [False, True], ids=["before it is handled", "after it was handled"])
def test_killed_at_any_request_and_started_again_it_ends_the_same(tmp_path: Path, after: bool) -> None:
    with played(tmp_path) as scene:
        number, head = scene.propose("undisturbed")
        scene.assassin.wait(0, -1, after=after)
        scene.start()
        assert scene.final(head) == "failure"
        requests = list(scene.assassin.requests)
        assert scene.told(number, head) == (1, [3], 1)
        scene.stop()
        for at in telling(requests):
            number, head = scene.propose(f"killed-{at}")
            scene.assassin.wait(scene.start(), at, after=after)
            scene.died()
            scene.start()
            assert scene.final(head) == "failure", requests[at]
            assert scene.told(number, head) == (1, [3], 1), requests[at]
            scene.stop()
