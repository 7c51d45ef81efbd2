"""The demo as people start it: a process of its own, on free ports, in a folder of its own, stopped by its process id."""

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import httpx

START_SECONDS = 60.0
STOP_SECONDS = 20.0
Found = TypeVar("Found")


@dataclass(frozen=True)
class Demo:
    """A running demo; the URLs and names are those of its demo.json."""

    process: "subprocess.Popen[bytes]"
    folder: Path
    said: Path
    fairlead: str
    forge: str
    api: str
    clone: str
    repository: str
    user: str
    token: str

    @property
    def words(self) -> str:
        """What the terminal shows."""
        return self.said.read_text("utf-8")

    def changes(self) -> dict[int, dict[str, object]]:
        """The changes as Fairlead's JSON has them, by number."""
        rows = httpx.get(f"{self.fairlead}/api/v1/changes").json()["rows"]
        return {row["number"]: row for row in rows}

    def change(self, number: int) -> dict[str, object]:
        """A change with its run, as Fairlead's JSON has it."""
        found: dict[str, object] = httpx.get(f"{self.fairlead}/api/v1/changes/{self.changes()[number]['id']}").json()
        return found

    def judged_upon(self, base: str) -> bool:
        """Whether every open change is judged upon this commit of main."""
        runs = [row["run"] for row in self.changes().values() if row["state"] == "open" and row["base_branch"] == "main"]
        return all(isinstance(run, dict) and run["finished"] and run["base"] == base for run in runs)

    def all_judged(self, numbers: int = 6) -> dict[int, dict[str, object]] | None:
        """The changes, once each of so many is judged and published; else None."""
        changes = self.changes()
        done = [row for row in changes.values() if isinstance(row["run"], dict) and row["run"]["finished"]]
        return changes if len(done) >= numbers and len(done) == len(changes) else None

    def stop(self, number: int = signal.SIGTERM) -> float:
        """Stop it with a signal; the seconds that it took. Fails when it hangs."""
        began = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(STOP_SECONDS)
        return time.monotonic() - began


def eventually(question: Callable[[], Found | None], what: str, seconds: float = 45.0) -> Found:
    """The first answer that is something; fails after so many seconds with the words `what`."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        answer = question()
        if answer:
            return answer
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds:.0f} s: {what}")


def free_ports() -> int:
    """A port that is free together with the next one."""
    for _ in range(100):
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port
    raise AssertionError("no two free ports in a row")


def command(folder: Path, port: int, *options: str) -> list[str]:
    """The words that start the demo."""
    program = "from app.cli.main import run; run()"
    return [sys.executable, "-c", program, "demo", "--data-dir", str(folder), "--port", str(port), *options]


@contextmanager
def running_demo(folder: Path, port: int | None = None, *options: str) -> Iterator[Demo]:
    """A demo that is up, gone after the block."""
    said = folder.with_name(f"{folder.name}.out")
    # In a session of its own, so that nothing of it can outlive the tests unseen.
    with said.open("wb") as out:
        process = subprocess.Popen(
            command(folder, port or free_ports(), *options), stdout=out, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        facts = eventually(lambda: _facts(folder, process, said), "the demo is up", START_SECONDS)
        yield Demo(process=process, folder=folder, said=said, **facts)
    finally:
        if process.poll() is None:
            process.terminate()
        try:
            process.wait(STOP_SECONDS)
        finally:
            process.kill()
            process.wait()


def _facts(folder: Path, process: "subprocess.Popen[bytes]", said: Path) -> dict[str, str] | None:
    if process.poll() is not None:
        raise AssertionError(f"the demo ended by itself:\n{said.read_text('utf-8')}")
    path = folder / "demo.json"
    return json.loads(path.read_text("utf-8")) if "Fairlead is up" in said.read_text("utf-8") else None
