"""Runs the demo: the forge and Fairlead in one process, each on its own port of this machine, until interrupted."""

import logging
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from pydantic import SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from app.demo.folder import Facts, prepare, write_facts
from app.demo.forge_side import Keys, open_pull_requests, set_up
from app.demo.shop import ADA, REPOSITORY
from app.devforge.serving import serving
from app.main import create_app
from app.settings import Settings

HOST = "127.0.0.1"
_START_SECONDS = 30.0


class PortTaken(Exception):
    """Something else listens on a port that the demo needs; the text says what to do."""


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

    Raises PortTaken, and NotOurs for a folder that holds something else.
    """
    check_ports(port)
    prepare(folder, reset=reset)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    with serving(folder / "forge", port + 1) as forge:
        fairlead = f"http://{HOST}:{port}"
        keys = set_up(forge, folder / "keys.json", f"{fairlead}/webhooks/github")
        facts = Facts(
            fairlead=fairlead,
            forge=forge.base_url,
            api=f"{forge.base_url}/api/v3",
            clone=f"{forge.base_url}/{REPOSITORY}.git",
            repository=REPOSITORY,
            user=ADA.login,
            token=keys.token,
        )
        with _fairlead(_settings(folder, port, facts, keys), port):
            open_pull_requests(forge)
            write_facts(folder, facts)
            say(welcome(facts))
            _until_told_to_stop()
            say("Stopping; what was judged is kept in " + str(folder))


def check_ports(port: int) -> None:
    """Raises PortTaken when one of the two can't be had."""
    for wanted in (port, port + 1):
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((HOST, wanted))
            except OSError as error:
                needs = f"The demo needs ports {port} and {port + 1}"
                raise PortTaken(f"port {wanted} is taken. {needs}; choose another with PORT=9080 or --port 9080") from error


def welcome(facts: Facts) -> str:
    """What the terminal says once everything is up."""
    with_token = facts.clone.replace("://", f"://{facts.user}:{facts.token}@")
    return f"""
Fairlead is up, and so is a small forge with a sample repository.

  Pull requests   {facts.forge}/{facts.repository}/pulls
  Fairlead        {facts.fairlead}

Open one of the pull requests: what Fairlead says stands in it. Then try one of your own:

  git clone {with_token} shop && cd shop
  git switch -c try-me
  sed -i 's/replicas: 2/replicas: two/' apps/cart/base/deployment.yaml
  git commit -am "Two of them" && git push -u origin try-me

and open it at {facts.forge}/{facts.repository}/compare/main...try-me

Stop with Ctrl-C. `--reset` begins anew.
"""


def _settings(folder: Path, port: int, facts: Facts, keys: Keys) -> Settings:
    return DemoSettings(
        public_url=facts.fairlead,
        port=port,
        data_dir=folder / "fairlead",
        github_app_id=keys.app_id,
        github_private_key=SecretStr(keys.private_key),
        github_webhook_secret=SecretStr(keys.webhook_secret),
        github_api_url=facts.api,
        github_web_url=facts.forge,
        reconcile_seconds=30,
        log_level="warning",
    )


@contextmanager
def _fairlead(settings: Settings, port: int) -> Iterator[None]:
    """Fairlead, served on a thread of its own; up when the block begins, gone when it has ended."""
    config = uvicorn.Config(
        create_app(settings), host=HOST, port=port, log_level="warning", access_log=False, timeout_graceful_shutdown=3
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, name="fairlead")
    thread.start()
    try:
        _wait_for(server, thread)
        yield
    finally:
        server.should_exit = True
        thread.join()


def _wait_for(server: uvicorn.Server, thread: threading.Thread) -> None:
    until = time.monotonic() + _START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > until:
            raise TimeoutError("Fairlead did not start; the log above says why")
        time.sleep(0.02)


def _until_told_to_stop() -> None:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    stop.wait()
