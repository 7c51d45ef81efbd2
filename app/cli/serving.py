"""What `fairlead serve` does: read the settings, set the log up, serve until told to stop, end in order."""

import socket
import sys

import uvicorn

from app import telemetry_export, wiring
from app.cli import logs
from app.cli.setting_up import NothingToSetUp, set_up_first
from app.cli.settings_read import CannotRead, read_settings
from app.cli.setup_server import PortTaken
from app.main import application
from app.runs.lock import AlreadyRunning
from app.settings import Settings
from app.store.database import BadDatabaseUrl
from app.web.streams import Server
from app.wiring import Role

STREAMS_SECONDS = 3
"""How long open connections may take to end."""
NO_FORGE = (
    "no GitHub App is set up: run `fairlead github create-app`, open the page /setup of the web process, or set "
    "FAIRLEAD_GITHUB_APP_ID and what belongs to it; then start this worker again. See docs/how-to/run-on-github.md"
)


class CannotServe(Exception):
    """The service can't start. The text says why, and what would help."""


def serve(role: str) -> None:
    """Serve in this role until SIGTERM or SIGINT, the set-up page first where there is no App yet. Raises CannotServe."""
    settings = _settings()
    logs.set_up(settings.log_format, settings.log_level, settings.secrets)
    on = _set_up(settings, role) if settings.github_app_id is None else None
    settings = settings if on is None else _settings()
    logs.set_up(settings.log_format, settings.log_level, settings.secrets)
    _trace(settings)
    connected = wiring.connections(settings)
    if not connected:
        raise CannotServe("the set-up was stopped before there was an App")
    app = application(settings, Role(role), connected)
    server = Server(
        app,
        uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            loop="uvloop" if sys.platform != "win32" else "auto",
            http="httptools",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=STREAMS_SECONDS,
        ),
    )
    try:
        server.run(sockets=None if on is None else [on])
    except (AlreadyRunning, BadDatabaseUrl) as error:
        raise CannotServe(str(error)) from None
    if not server.started:
        raise CannotServe("the service did not start: the log says why")


def _trace(settings: Settings) -> None:
    if settings.otlp_endpoint is not None:
        try:
            telemetry_export.start(settings.otlp_endpoint, settings.worker_id)
        except telemetry_export.NoExporter as error:
            raise CannotServe(str(error)) from None


def _set_up(settings: Settings, role: str) -> socket.socket:
    if Role(role) is Role.WORKER:
        raise CannotServe(NO_FORGE)
    try:
        return set_up_first(settings)
    except (NothingToSetUp, PortTaken) as error:
        raise CannotServe(str(error)) from None
    except OSError as error:
        raise CannotServe(f"can't write to {settings.data_dir.absolute()}: {error.strerror}") from None


def _settings() -> Settings:
    try:
        return read_settings()
    except CannotRead as error:
        raise CannotServe(str(error)) from None
