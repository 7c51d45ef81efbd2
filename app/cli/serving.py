"""What `fairlead serve` does: read the settings, set the log up, serve until told to stop, end in order."""

import sys
from collections.abc import Sequence

import uvicorn
from pydantic import ValidationError

from app import wiring
from app.cli import logs
from app.main import application
from app.runs.lock import AlreadyRunning
from app.settings import Settings
from app.store.database import BadDatabaseUrl
from app.web.streams import Server
from app.wiring import Role

STREAMS_SECONDS = 3
"""How long open connections may take to end."""
NO_FORGE = "no forge is configured: set FAIRLEAD_GITHUB_APP_ID and what belongs to it; see docs/how-to/run-on-github.md"


class CannotServe(Exception):
    """The service can't start. The text says why, and what would help."""


def serve(role: str) -> None:
    """Serve in this role until SIGTERM or SIGINT. Raises CannotServe."""
    settings = _settings()
    logs.set_up(settings.log_format, settings.log_level)
    connected = wiring.connections(settings)
    if not connected:
        raise CannotServe(NO_FORGE)
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
        server.run()
    except (AlreadyRunning, BadDatabaseUrl) as error:
        raise CannotServe(str(error)) from None
    if not server.started:
        raise CannotServe("the service did not start: the log says why")


def _settings() -> Settings:
    try:
        return Settings()
    except ValidationError as error:
        raise CannotServe("; ".join(_said(problem["loc"], problem["msg"]) for problem in error.errors())) from None


def _said(where: Sequence[int | str], message: str) -> str:
    names = "".join(f"FAIRLEAD_{str(step).upper()}: " for step in where)
    return f"{names}{message.removeprefix('Value error, ')}"
