"""The stage on an emulator of GitHub that others wrote, npm's `emulate`: what devforge can't be made to say to please us.

It has no statuses, reactions, threads, nor lists of installed repositories, and a push does not move a pull request's head, so
only part of the contract is played on it. It computes real commit ids, knows apps, tokens and permissions, and pages its lists.
"""

import base64
import fcntl
import itertools
import json
import platform
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from forge_stage.stages import CONCLUSIONS, PATH, PERMISSIONS, SECRET, SeenThread

from app.forges.base import Account, ChangeRef, Forge, RepositoryRef, StatusState
from app.forges.github import GitHubForge, GitHubSettings, Pacing

FOLDER = Path(__file__).resolve().parents[1] / "emulator"
_APP, _INSTALLATION = 77, 100
_PEOPLE = ("ada", "rita", "olga")
_REPOSITORIES = 60
_START_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Emulator:
    """One that is up, with an organisation whose empty repositories are taken one after the other."""

    url: str
    private_key: str
    numbers: Iterator[int]

    def ask(self, login: str, method: str, path: str, **body: object) -> requests.Response:
        """A request of a person that must go well."""
        headers = {"Authorization": f"token token-of-{login}"}
        answer = requests.request(method, self.url + path, data=json.dumps(body) if body else None, headers=headers, timeout=10)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text[:300]}"
        return answer


@contextmanager
def emulator(folder: Path) -> Iterator[Emulator]:
    """The emulator on a free port. Skips the test where there is no npm to get it with."""
    program = _program()
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    plain = (serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption())
    pem = key.private_bytes(serialization.Encoding.PEM, *plain).decode()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url, seed = f"http://127.0.0.1:{port}", folder / "seed.json"
    seed.write_text(json.dumps(_seed(pem)))
    command = [*program, "start", "--service", "github", "--port", str(port), "--seed", str(seed), "--base-url", url]
    with (folder / "log").open("w") as log, subprocess.Popen(command, stdout=log, stderr=log, cwd=folder) as process:
        try:
            _wait_for(port, process, folder / "log")
            yield Emulator(url, pem, itertools.count(1))
        finally:
            process.terminate()


def _program() -> list[str]:
    """The emulator's command, got from the lock file when it is not there yet."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is missing: the emulator is a package for Node.js (apt-get install nodejs npm)")
    with (FOLDER / "package-lock.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # tests run side by side
        if not (FOLDER / "node_modules" / "emulate").exists():
            subprocess.run([npm, "ci", "--ignore-scripts"], cwd=FOLDER, check=True, capture_output=True, timeout=300)
    machine = {"x86_64": "x64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    own = FOLDER / "node_modules" / f"node-{platform.system().lower()}-{machine}" / "bin" / "node"
    node = str(own) if own.exists() else shutil.which("node") or "node"
    return [node, str(FOLDER / "node_modules" / "emulate" / "dist" / "index.js")]


def _seed(pem: str) -> dict[str, object]:
    permissions = {**PERMISSIONS, "metadata": "read", "issues": "write"}
    installation = {
        "installation_id": _INSTALLATION,
        "account": "shop",
        "repository_selection": "all",
        "permissions": permissions,
    }
    app = {"app_id": _APP, "slug": "fairlead", "name": "Fairlead", "private_key": pem, "permissions": permissions}
    members = [{"login": login, "role": "admin"} for login in _PEOPLE]
    repository = {"owner": "shop", "auto_init": True, "default_branch": "main"}
    return {
        "tokens": {f"token-of-{login}": {"login": login, "scopes": ["repo", "user"]} for login in _PEOPLE},
        "github": {
            "users": [{"login": login, "name": login.title()} for login in (*_PEOPLE, "fairlead[bot]")],
            "orgs": [{"login": "shop", "name": "The Shop", "members": members}],
            "repos": [{**repository, "name": f"gitops-{number}"} for number in range(1, _REPOSITORIES + 1)],
            "apps": [{**app, "installations": [installation]}],
        },
    }


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 0.5).close()
        except OSError:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < until, "the emulator did not start"
            time.sleep(0.05)
        else:
            return


class EmulatedStage:
    """The stage on the emulator, as far as it has what it takes."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._path = f"shop/gitops-{next(emulator.numbers)}"
        self._first = self._commit("main", 0)
        created = {"ref": "refs/heads/raise", "sha": self._first}
        emulator.ask("ada", "POST", f"/repos/{self._path}/git/refs", **created)
        self.head = self._commit("raise", 20)
        asked = {"base": "main", "head": "raise", "title": "Raise line 20", "body": "Why not."}
        number = emulator.ask("ada", "POST", f"/repos/{self._path}/pulls", **asked).json()["number"]
        self.ref = ChangeRef(RepositoryRef("github", self._path), number)
        settings = GitHubSettings(_APP, emulator.private_key, (SECRET,), emulator.url, emulator.url, pacing=Pacing(0, 0))
        self.forge: Forge = GitHubForge(settings)

    def _commit(self, branch: str, changed: int) -> str:
        path = f"/repos/{self._path}/contents/{PATH}"
        lines = [f"line {number}{' raised' if number == changed else ''}\n" for number in range(1, 41)]
        body: dict[str, object] = {"message": f"line {changed}", "branch": branch}
        body["content"] = base64.b64encode("".join(lines).encode()).decode()
        if changed:
            body["sha"] = self._emulator.ask("ada", "GET", f"{path}?ref={branch}").json()["sha"]
        return str(self._emulator.ask("ada", "PUT", path, **body).json()["commit"]["sha"])

    def push(self, line: int) -> str:
        raise NotImplementedError("a push does not move a head here")

    def close(self) -> None:
        self._emulator.ask("ada", "PATCH", f"/repos/{self._path}/pulls/{self.ref.number}", state="closed")

    def say(self, login: str, body: str) -> str:
        return str(self._emulator.ask(login, "POST", self._comments(), body=body).json()["id"])

    def comments(self) -> list[tuple[str, str]]:
        return [(_login(one["user"]["login"]), one["body"]) for one in self._all(self._comments())]

    def remove_comment(self, at: int) -> None:
        one = list(self._all(self._comments()))[at]
        self._emulator.ask("ada", "DELETE", f"/repos/{self._path}/issues/comments/{one['id']}")

    def threads(self) -> list[SeenThread]:
        raise NotImplementedError("there are no threads here")

    def discuss(self, at: int, login: str, body: str) -> None:
        raise NotImplementedError("there are no threads here")

    def settle(self, at: int, login: str) -> None:
        raise NotImplementedError("there are no threads here")

    def reactions(self, comment: str) -> list[str]:
        raise NotImplementedError("there are no reactions here")

    def annotations(self, head: str) -> list[tuple[int, str]]:
        raise NotImplementedError("the emulator wraps the list of annotations, and GitHub does not")

    def runs(self, head: str) -> list[tuple[str, StatusState | None, str]]:
        shown = self._emulator.ask("ada", "GET", f"/repos/{self._path}/commits/{head}/check-runs?filter=all").json()
        return [(one["external_id"], CONCLUSIONS[one["conclusion"]], one["output"]["title"]) for one in shown["check_runs"]]

    def account(self, login: str) -> Account:
        found = self._emulator.ask("ada", "GET", f"/users/{login}").json()
        return Account(str(found["id"]), found["login"])

    def main(self) -> str:
        return str(self._emulator.ask("ada", "GET", f"/repos/{self._path}/git/ref/heads/main").json()["object"]["sha"])

    def advance_main(self) -> str:
        return self._commit("main", 40)

    def _comments(self) -> str:
        return f"/repos/{self._path}/issues/{self.ref.number}/comments"

    def _all(self, path: str) -> Iterator[dict]:  # type: ignore[type-arg]  # JSON as it comes
        for page in itertools.count(1):
            found = self._emulator.ask("ada", "GET", f"{path}?per_page=100&page={page}").json()
            yield from found
            if len(found) < 100:
                return


def _login(login: str) -> str:
    return "us" if login == "fairlead[bot]" else login
