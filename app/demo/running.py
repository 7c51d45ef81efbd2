"""Runs the demo: the forge and Fairlead in one process, each on its own port of this machine, until interrupted."""

import logging
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from app.demo.folder import KEYS, Facts, opened, write_facts
from app.demo.forge_side import Keys, clone_url, open_pull_requests, set_up
from app.demo.shop import ADA, REPOSITORY
from app.devforge.serving import serving
from app.forges import FORGES, Connection
from app.forges.github import GitHubSettings, Pacing
from app.main import application
from app.settings import Settings
from app.web.streams import Server
from app.wiring import Role

HOST = "127.0.0.1"
_START_SECONDS = 30.0


class PortTaken(Exception):
    """Something else listens on a port that the demo needs; the text says what to do."""


class NotStarted(Exception):
    """Fairlead did not come up; the text says where to look."""


class DemoSettings(Settings):
    """Settings of the demo: nothing of the environment may reach it, or it would write into somebody's database."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what the demo itself says."""
        return (init_settings,)


def run(folder: Path, port: int, *, reset: bool, say: Callable[[str], None]) -> None:
    """Serve the demo at `port`, its forge at the next one, until the process is told to stop.

    Raises PortTaken, NotStarted, and NotOurs for a folder that holds something else.
    """
    stop = _told_to_stop()
    check_ports(port)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    with opened(folder, reset=reset), serving(folder / "forge", port + 1) as forge:
        fairlead = f"http://{HOST}:{port}"
        keys = set_up(forge, folder / KEYS, f"{fairlead}/webhooks/github")
        facts = Facts(
            fairlead=fairlead,
            forge=forge.base_url,
            api=f"{forge.base_url}/api/v3",
            clone=clone_url(forge),
            repository=REPOSITORY,
            user=ADA.login,
            token=keys.token,
        )
        with _fairlead(_settings(folder, port, facts), _connected(facts, keys)):
            open_pull_requests(forge)
            write_facts(folder, facts)
            say(welcome(facts, folder))
            stop.wait()
            say(f"Stopping; what was judged is kept in {folder}")


def check_ports(port: int) -> None:
    """Raises PortTaken when one of the two can't be had."""
    for wanted in (port, port + 1):
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((HOST, wanted))
            except OSError as error:
                needs, other = f"The demo needs ports {port} and {port + 1}", 9080 if port not in (9079, 9080) else 9180
                raise PortTaken(
                    f"port {wanted} is taken. {needs}; choose another with PORT={other} or --port {other}"
                ) from error


def welcome(facts: Facts, folder: Path) -> str:
    """What the terminal says once everything is up. Each command works as it stands, on a machine without git settings too."""
    with_token = facts.clone.replace("://", f"://{facts.user}:{facts.token}@")
    return f"""
Fairlead is up, and so is a small forge with a sample repository.

  Pull requests   {facts.forge}/{facts.repository}/pulls
  Fairlead        {facts.fairlead}

Open one of the pull requests: what Fairlead says stands in it. Then try one of your own:

  git clone -c user.name=Ada -c user.email=ada@shop.example {with_token} shop
  cd shop
  git switch -c try-me
  sed -i.bak 's/replicas: 2/replicas: two/' apps/cart/base/deployment.yaml
  git commit -am "Two of them"
  git push -u origin try-me

and open it, signed in as Ada, at {facts.forge}/{facts.repository}/compare/main...try-me

Once it is judged, mend it, and see the comment resolved and the merge button free:

  sed -i.bak 's/replicas: two/replicas: 3/' apps/cart/base/deployment.yaml
  git commit -am "Three of them"
  git push

Ctrl-C stops it, and the next start goes on from there. To begin anew, add --reset, or remove {folder}
"""


def _settings(folder: Path, port: int, facts: Facts) -> Settings:
    return DemoSettings(
        public_url=facts.fairlead,
        port=port,
        data_dir=folder / "fairlead",
        reconcile_seconds=30,
        shutdown_seconds=2,
        log_level="warning",
    )


def _connected(facts: Facts, keys: Keys) -> Mapping[str, Connection]:
    """The small forge as GitHub, without the pauses that GitHub asks for: nobody else waits for it."""
    there = GitHubSettings(
        app_id=keys.app_id,
        private_key=keys.private_key,
        webhook_secrets=(keys.webhook_secret,),
        api_url=facts.api,
        web_url=facts.forge,
        pacing=Pacing(requests=0, writes=0),
    )
    return {there.name: FORGES["github"](there)}


@contextmanager
def _fairlead(settings: Settings, connected: Mapping[str, Connection]) -> Iterator[None]:
    """Fairlead, served on a thread of its own; up when the block begins, gone when it has ended."""
    app = application(settings, Role.ALL, connected)
    config = uvicorn.Config(
        app,
        host=HOST,
        port=settings.port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=1,
    )
    server = Server(app, config)
    thread = threading.Thread(target=server.run, name="fairlead")
    thread.start()
    try:
        _wait_for(server, thread)
        yield
    finally:
        server.should_exit = True
        thread.join()


def _wait_for(server: Server, thread: threading.Thread) -> None:
    until = time.monotonic() + _START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > until:
            raise NotStarted("Fairlead did not start; the log above says why")
        time.sleep(0.02)


def _told_to_stop() -> threading.Event:
    """Set by Ctrl-C and by SIGTERM, at whatever point the demo is."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop
