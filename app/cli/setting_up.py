"""What `fairlead serve` does while there is no App yet: it shows the page /setup to whoever has the link from its log.

The service itself follows on the same socket, in the same process: nothing has to be restarted.
"""

import logging
import socket
import time
from collections.abc import Callable

from app.cli.creating_app import store_app
from app.cli.setup_server import listener, serve_until_finished
from app.github_keys import keys_folder
from app.settings import OF_THE_APP, Settings
from app.web.setup import Setup
from app.web.setup_choice import Choice, default_name
from app.web.setup_door import Door, new_link

AFTERWARDS = (
    "Fairlead goes on by itself, with these keys: nothing has to be restarted. Its pages are here within seconds.",
    "Workers that are processes of their own look for the keys when they start: start them again.",
    "Where they do not share this data folder, give them the App's id, private key and webhook secret in their environment.",
)
log = logging.getLogger(__name__)


class NothingToSetUp(Exception):
    """There is an App already, or the settings are half of one. The text says what to do."""


def link(settings: Settings) -> str:
    """A new link to the page /setup of the service with these settings. Raises NothingToSetUp."""
    if settings.github_app_id is not None:
        raise NothingToSetUp(
            f"the GitHub App {settings.github_app_id} is set up already; `fairlead doctor` says how it is, and "
            "`fairlead github create-app --force` puts another one in its place"
        )
    return new_link(settings.data_dir, settings.public_url, time.time)


def set_up_first(settings: Settings) -> socket.socket:
    """Serve the page until the keys are kept; the socket that it was served on.

    Raises NothingToSetUp when the settings are half of an App, PortTaken, and OSError where nothing can be kept.
    """
    if half := [name for name in OF_THE_APP if _given(settings, name)]:
        names = ", ".join(f"FAIRLEAD_{name.upper()}" for name in half)
        raise NothingToSetUp(f"{names} is set, but FAIRLEAD_GITHUB_APP_ID is not: set it as well, or remove the others")
    on = listener(settings.host, settings.port)
    address = new_link(settings.data_dir, settings.public_url, time.time)
    for problem in _choice(settings).problems():
        log.warning("%s", problem)
    log.warning("no GitHub App is set up yet. Open this link, once and within an hour, to create one: %s", address)
    serve_until_finished(lambda finish: _setup(settings, finish), on)
    return on


def _choice(settings: Settings) -> Choice:
    return Choice(
        web_url=settings.github_web_url,
        api_url=settings.github_api_url,
        organization="",
        name=default_name("", settings.public_url),
        contents="write",
        public_url=settings.public_url,
    )


def _setup(settings: Settings, finish: Callable[[], None]) -> Setup:
    return Setup(
        door=Door(settings.data_dir, time.time),
        choice=_choice(settings),
        decided=False,
        where=str(keys_folder(settings.data_dir)),
        afterwards=AFTERWARDS,
        keep=lambda app: store_app(settings.data_dir, app, replace=False),
        finished=finish,
    )


def _given(settings: Settings, name: str) -> bool:
    value = getattr(settings, name)
    return bool(value.get_secret_value() if hasattr(value, "get_secret_value") else value)
