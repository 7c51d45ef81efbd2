"""What `fairlead github create-app` does: serve the set-up pages on loopback until GitHub has sent the keys, then keep them."""

import os
import socket
import sys
import tempfile
import time
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import typer

from app.cli.app_keys_printed import printed
from app.cli.setup_server import PortTaken, listener, serve_until_finished
from app.forges.github.app_manifest import api_url_of
from app.forges.github.registration import RegisteredApp
from app.github_keys import AppKeys, KeysExist, keys_folder, refuse_to_overwrite, store_keys, stored_settings
from app.settings import Settings
from app.web.setup import Setup
from app.web.setup_choice import Choice, default_name
from app.web.setup_door import Door, new_link

HOST = "127.0.0.1"
_LAST_PAGE_SECONDS = 1.0
"""Until the browser has the last page with all that belongs to it."""


class CannotCreate(Exception):
    """The App can't be created. The text says why, and what would help."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line says. "" is what was not said; `print_as` "" keeps the keys in the data folder."""

    organization: str
    github: str
    public_url: str
    print_as: str
    port: int
    browser: bool
    force: bool


def create(asked: Asked, settings: Settings) -> None:
    """Go through all of it, and say what comes next. Raises CannotCreate."""
    choice = _choice(asked, settings)
    if problems := choice.problems():
        raise CannotCreate(" ".join(problems).replace("`", ""))
    if not asked.print_as:
        _look_before(asked, settings)
    app = _registered(asked, settings, choice)
    if app is None:
        raise CannotCreate("stopped before GitHub sent any keys. If GitHub made an App, delete it in its settings")
    if asked.print_as:
        sys.stdout.write(printed(asked.print_as, app))
    _say(_next_steps(asked, settings, app))


def _choice(asked: Asked, settings: Settings) -> Choice:
    """What the command line says, over what the settings say."""
    public = (asked.public_url or settings.public_url).rstrip("/")
    usual = settings.github_api_url == Settings.model_fields["github_api_url"].default
    known = Choice(
        web_url=settings.github_web_url,
        api_url=api_url_of(settings.github_web_url) if usual else settings.github_api_url,
        organization=asked.organization,
        name=default_name(asked.organization, public),
        contents="write",
        public_url=public,
    )
    return known.elsewhere(asked.github)


def _look_before(asked: Asked, settings: Settings) -> None:
    """GitHub hands the keys out once: whatever would keep them from being kept is told before."""
    stored = stored_settings(settings.data_dir)
    if settings.github_app_id is not None and stored.get("github_app_id") != settings.github_app_id:
        raise CannotCreate(
            f"FAIRLEAD_GITHUB_APP_ID names the App {settings.github_app_id} already, and would go before the new one: remove "
            "it and its keys from the environment and .env, or use --print"
        )
    try:
        if not asked.force:
            refuse_to_overwrite(settings.data_dir)
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.data_dir):
            pass
    except KeysExist as error:
        raise CannotCreate(str(error)) from None
    except OSError as error:
        raise CannotCreate(f"can't write to {settings.data_dir.absolute()}: {error.strerror}") from None


def _registered(asked: Asked, settings: Settings, choice: Choice) -> RegisteredApp | None:
    """The App, once it is there and its keys are kept; None when somebody stopped it before."""
    made: list[RegisteredApp] = []
    where = "this terminal" if asked.print_as else str(keys_folder(settings.data_dir))

    def keep(app: RegisteredApp) -> None:
        if not asked.print_as:
            store_app(settings.data_dir, app, replace=asked.force)
        made.append(app)

    with tempfile.TemporaryDirectory(prefix="fairlead-") as name, _bound(asked.port) as on:
        folder, own = Path(name), f"http://{HOST}:{on.getsockname()[1]}"

        def staged(finish: Callable[[], None]) -> Setup:
            def finished() -> None:
                time.sleep(_LAST_PAGE_SECONDS)
                finish()

            door = Door(folder, time.time)
            afterwards = ("The terminal says how to go on.",)
            return Setup(door, choice, decided=True, where=where, afterwards=afterwards, keep=keep, finished=finished)

        _invite(new_link(folder, own, time.time), asked, choice)
        with suppress(KeyboardInterrupt):
            serve_until_finished(staged, on)
    return made[0] if made else None


def store_app(data_dir: Path, app: RegisteredApp, *, replace: bool) -> None:
    """Keep an App's keys in the data folder. Raises KeysExist and OSError."""
    store_keys(data_dir, AppKeys(app.id, app.api_url, app.web_url, app.private_key, app.webhook_secret), replace=replace)


def _bound(port: int) -> socket.socket:
    try:
        return listener(HOST, port)
    except PortTaken as error:
        raise CannotCreate(f"{error}; choose another one with --port") from None


def _invite(link: str, asked: Asked, choice: Choice) -> None:
    """Open the page where there is a screen, and say its address in any case."""
    port = urlsplit(link).port
    _say(
        f"Create the App {choice.name!r} on {choice.host} in a browser of this machine, signed in to GitHub:\n\n  {link}\n\n"
        f"From elsewhere, forward the port first: ssh -L {port}:{HOST}:{port} HOST\n"
        "Waiting until GitHub has sent the keys; Ctrl-C stops it.\n"
    )
    has_screen = sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    if asked.browser and has_screen:
        webbrowser.open(link)


def _next_steps(asked: Asked, settings: Settings, app: RegisteredApp) -> str:
    kept = (
        "Its keys are printed and kept nowhere else." if asked.print_as else f"Its keys are in {keys_folder(settings.data_dir)}"
    )
    start = "fairlead serve, with these values in its environment" if asked.print_as else "fairlead serve"
    elsewhere = asked.public_url and asked.public_url.rstrip("/") != settings.public_url
    public = f"  Set         FAIRLEAD_PUBLIC_URL={asked.public_url.rstrip('/')}\n" if elsewhere else ""
    return (
        f"The App {app.slug} (id {app.id}) is registered. {kept}\n\n"
        f"  Install it  {app.install_page}\n{public}"
        f"  Start       {start}\n"
        "  Check       fairlead doctor\n"
    )


def _say(words: str) -> None:
    """To people; what programs read goes to standard output alone."""
    typer.echo(words, err=True)
