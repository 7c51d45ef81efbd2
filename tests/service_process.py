"""The service as its operator starts it: a process of its own, that can be told to end and can be killed."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[1]
PATIENCE_SECONDS = 60.0
_PROGRAM = "import sys; from app.cli.serving import serve; serve(sys.argv[1])"


def free_port() -> int:
    """A port on loopback that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass
class ServiceProcess:
    """`fairlead serve` in a role, with these settings (names as in Settings), in a folder. It is started as often as one likes."""

    folder: Path
    settings: Mapping[str, object]
    role: str = "all"
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> int:
        """Start it; its process id. What it logs is in `log`."""
        environment = {f"FAIRLEAD_{name.upper()}": str(value) for name, value in self.settings.items()}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", _PROGRAM, self.role],
                env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment},
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )
        return self.process.pid

    @property
    def log(self) -> Path:
        """The file that its log goes to."""
        return self.folder / f"{self.role}.log"

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self.process is not None and self.process.poll() is None

    def ready(self) -> None:
        """Wait until it takes webhooks. Raises AssertionError with its log when it does not come to that."""
        until = time.monotonic() + PATIENCE_SECONDS
        with httpx.Client(trust_env=False) as client:
            while time.monotonic() < until and self.alive:
                try:
                    if client.get(f"http://127.0.0.1:{self.settings['port']}/readyz").is_success:
                        return
                except httpx.TransportError:
                    pass
                time.sleep(0.05)
        raise AssertionError(f"the service does not get ready:\n{self.log.read_text()[-3000:]}")

    def kill(self) -> None:
        """`kill -9`, as the system does when memory runs out."""
        self._end(signal.SIGKILL)

    def terminate(self) -> int:
        """Tell it to end; its exit status."""
        return self._end(signal.SIGTERM)

    def _end(self, sign: signal.Signals) -> int:
        if self.process is None:
            return 0
        self.process.send_signal(sign)
        status = self.process.wait(PATIENCE_SECONDS)
        self.process = None
        return status
