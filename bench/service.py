"""Fairlead as an operator runs it: `fairlead serve` in a process of its own, and what its processes use."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

FAIRLEAD = Path(sys.executable).with_name("fairlead")
_START_SECONDS = 60.0
_STOP_SECONDS = 30.0
_MIB = 1024


class NotStarted(Exception):
    """It did not come up. The text is its log."""


@dataclass(frozen=True, slots=True)
class Service:
    """A running `fairlead serve`; `folder` holds its data and its log."""

    process: "subprocess.Popen[bytes]"
    port: int
    folder: Path

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def webhooks(self) -> str:
        """Where webhooks go."""
        return f"{self.url}/webhooks/github"

    def kill(self) -> None:
        """`kill -9`."""
        self.process.kill()
        self.process.wait()

    def processes(self) -> dict[int, str]:
        """It and all that it started and still runs: command lines by process id."""
        found = {self.process.pid: _command(self.process.pid)}
        parents = {int(entry.name): _parent(int(entry.name)) for entry in Path("/proc").iterdir() if entry.name.isdecimal()}
        grown = True
        while grown:
            new = {pid for pid, parent in parents.items() if parent in found} - found.keys()
            found |= {pid: _command(pid) for pid in new}
            grown = bool(new)
        return found

    def engines(self) -> list[int]:
        """The processes in which changes are judged, without those that put walls around them."""
        return [pid for pid, command in self.processes().items() if re.match(r"\S*python\S* -m app\.runs\.engine", command)]


@contextmanager
def served(folder: Path, settings: Mapping[str, object], role: str = "all", port: int = 0) -> Iterator[Service]:
    """The service with these settings (named as in the environment, without `FAIRLEAD_`), ready to take webhooks.

    Raises NotStarted.
    """
    folder.mkdir(parents=True, exist_ok=True)
    port = port or free_port()
    environment = {f"FAIRLEAD_{name}": str(value) for name, value in {**settings, "PORT": port, "DATA_DIR": folder}.items()}
    with (folder / "log.txt").open("ab") as log:
        process = subprocess.Popen(
            [FAIRLEAD, "serve", "--role", role],
            env={"PATH": os.environ["PATH"], **environment},
            cwd=folder,
            stdout=log,
            stderr=log,
        )
    service = Service(process, port, folder)
    try:
        _wait_for(service)
        yield service
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            service.kill()


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def memory(pid: int, what: str) -> float:
    """MiB of a process: `VmRSS` what it has now, `VmHWM` the most that it had."""
    status = Path(f"/proc/{pid}/status").read_text("utf-8")
    return int(re.findall(rf"^{what}:\s+(\d+) kB", status, re.MULTILINE)[0]) / _MIB


def processor_seconds(pid: int) -> float:
    """Processor time that a process used so far."""
    words = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def _wait_for(service: Service) -> None:
    until = time.monotonic() + _START_SECONDS
    with httpx.Client(trust_env=False) as client:
        while service.process.poll() is None and time.monotonic() < until:
            try:
                if client.get(f"{service.url}/readyz").is_success:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.05)
    service.kill()
    raise NotStarted((service.folder / "log.txt").read_text("utf-8"))


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text("utf-8").replace("\0", " ").strip()
    except (FileNotFoundError, ProcessLookupError):
        return ""
