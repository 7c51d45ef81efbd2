"""The service as people start it: one process, on a free port, with the small forge for GitHub."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import httpx
from forge_stage.stages import SECRET, Town
from repositories import new_repository

from app.devforge import apps

NAME = "shop/gitops"
GOOD, BROKEN = b"a: 1\nb: 2\n", b"a: 1\nb: 2\nb: 3\n"
ROOT = Path(__file__).parents[1]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class OneService:
    """It is up, and hears of everything on the forge."""

    town: Town
    folder: Path
    url: str
    process: "subprocess.Popen[bytes]"
    log: Path

    def propose_broken(self) -> tuple[int, str]:
        """A pull request with a mistake in line 3; its number and head."""
        stored = self.town.devforge.create_repository(NAME, private=True)
        self.town.devforge.add_collaborator(NAME, "ada", "write")
        repository = new_repository(self.folder / "clone")
        base = repository.commit({"a.yaml": GOOD}, branch="main")
        head = repository.commit({"a.yaml": BROKEN}, base, branch="broken")
        repository.git("push", "-q", str(self.town.devforge.git(stored).path), "main:main", "broken:broken")
        pull = self.town.as_person("ada").get_repo(NAME).create_pull(base="main", head="broken", title="Broken", body="")
        return pull.number, head

    def final(self, head: str) -> str:
        """What the gate says at a head, once it is final."""

        def said() -> str | None:
            statuses = self.town.as_person("ada").get_repo(NAME).get_commit(head).get_combined_status().statuses
            shown = {one.context: one for one in statuses}
            found = shown.get("fairlead/checks")
            return str(found.description) if found and found.state != "pending" else None

        return self.until(said)

    def until(self, question: Callable[[], T | None]) -> T:
        """The first answer that is something."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            assert self.process.poll() is None, self.log.read_text("utf-8")
            if (answer := question()) is not None:
                return answer
            time.sleep(0.1)
        raise AssertionError(self.log.read_text("utf-8"))


@contextmanager
def one_service(place: Town, folder: Path, *, within: Sequence[str] = (), **variables: str) -> Iterator[OneService]:
    """Started with the words `within` in front of it, and these variables beside its own settings; told to stop afterwards."""
    port, log = _free_port(), folder / "log"
    settings = {
        "github_app_id": place.keys.id,
        "github_private_key": place.keys.private_key,
        "github_webhook_secret": SECRET,
        "github_api_url": f"{place.devforge.base_url}/api/v3",
        "github_web_url": place.devforge.base_url,
        "github_write_pause": 0,
        "github_request_pause": 0,
        "data_dir": folder / "data",
        "port": port,
        "worker_id": "worker-1",
        "reconcile_seconds": 3600,
        "log_format": "json",
    }
    (folder / "data").mkdir()
    environment = {f"FAIRLEAD_{name.upper()}": str(value) for name, value in settings.items()}
    with log.open("wb") as said:
        process = subprocess.Popen(
            [*within, sys.executable, "-c", "from app.cli.serving import serve; serve('all')"],
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment, **variables},
            cwd=folder,
            stdout=said,
            stderr=said,
        )
    service = OneService(place, folder, f"http://127.0.0.1:{port}", process, log)
    try:
        service.until(lambda: _ready(service.url) or None)
        apps.point_webhooks(place.devforge, "fairlead", f"{service.url}/webhooks/github")
        yield service
    finally:
        process.terminate()
        process.wait(30)


def _ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz").status_code == 200
    except httpx.HTTPError:
        return False


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])
