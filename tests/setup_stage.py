"""A forge without an App, and Fairlead as an operator starts it: processes and servers on loopback, in folders of the test's own."""

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from demo_process import eventually, free_ports
from devforge_shop import WorkTree, clone_to

from app.devforge.forge import Forge

FAIRLEAD = str(Path(sys.executable).with_name("fairlead"))
STOP_SECONDS = 30.0
SOUND = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n"
BROKEN = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndatum: {a: b}\n"


@dataclass(frozen=True)
class Running:
    """A process of Fairlead, what it says, and where its pages are."""

    process: "subprocess.Popen[bytes]"
    said: Path
    url: str

    @property
    def words(self) -> str:
        """All that it has said so far."""
        return self.said.read_text("utf-8")

    def link(self) -> str:
        """The set-up link, once it is told."""

        def told() -> str | None:
            assert self.process.poll() is None, self.words
            found = re.search(r"http://\S+/setup\?token=[\w-]+", self.words)
            return found[0] if found else None

        return eventually(told, "the link to the set-up is told")

    def ready(self) -> bool:
        """Whether it can work."""
        try:
            return httpx.get(f"{self.url}/readyz", trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False


def environment(forge: Forge, folder: Path, port: int, **more: str) -> Mapping[str, str]:
    """What an operator sets for this forge; nothing of the machine's own environment but where programs are."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(folder),
        "FAIRLEAD_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "FAIRLEAD_PORT": str(port),
        "FAIRLEAD_DATA_DIR": str(folder / "data"),
        "FAIRLEAD_GITHUB_WEB_URL": forge.base_url,
        "FAIRLEAD_GITHUB_API_URL": f"{forge.base_url}/api/v3",
        "FAIRLEAD_SHUTDOWN_SECONDS": "2",
        **more,
    }


@contextmanager
def fairlead(forge: Forge, folder: Path, *words: str, **more: str) -> Iterator[Running]:
    """`fairlead WORDS`, ended after the block."""
    folder.mkdir(exist_ok=True)
    port = free_ports()
    said = folder / f"{words[0]}.out"
    with said.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", "from app.cli.main import run; run()", *words],
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**environment(forge, folder, port, **more), "PYTHONPATH": str(Path(__file__).parents[1])},
            cwd=folder,
            start_new_session=True,
        )
    try:
        yield Running(process, said, f"http://127.0.0.1:{port}")
    finally:
        if process.poll() is None:
            process.terminate()
        try:
            process.wait(STOP_SECONDS)
        finally:
            process.kill()
            process.wait()


def open_for_business(forge: Forge, folder: Path) -> tuple[WorkTree, str]:
    """Olga owns the organization shop with its repository shop/gitops, on which no App is installed; her clone, and her token."""
    token = forge.add_user("olga", "Olga Berg")
    forge.add_organisation("shop", "The Shop", ["olga"])
    forge.create_repository("shop/gitops", private=True)
    forge.create_repository("shop/website")
    url = forge.base_url.replace("://", f"://olga:{token}@") + "/shop/gitops.git"
    clone = clone_to(folder, url)
    clone.git("checkout", "-q", "-b", "main")
    clone.commit({"web.yaml": SOUND}, "first")
    clone.git("push", "-q", "origin", "main")
    clone.git("fetch", "-q", "origin")
    return clone, token
