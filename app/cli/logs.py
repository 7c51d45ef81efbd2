"""How the service writes its log: to standard error, as text for people or as JSON for programs.

What strangers wrote stands in it too: characters that steer a terminal or forge a line are written out.
"""

import logging
import logging.config
import sys
from typing import Literal

import structlog
from structlog.typing import EventDict, WrappedLogger

from app.review.visible import visible

_NOISY = ("httpx", "aiosqlite", "alembic", "urllib3", "github")


def set_up(form: Literal["text", "json"], level: str) -> None:
    """Send every logger's words there."""
    shared = (
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    )
    last = structlog.processors.JSONRenderer() if form == "json" else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    steps = (structlog.stdlib.ProcessorFormatter.remove_processors_meta, _shown, last)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=steps))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)


def _shown(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Every text with its hidden characters written out; newlines stay in tracebacks alone."""
    return {key: _text(key, value) for key, value in event.items()}


def _text(key: str, value: object) -> object:
    if not isinstance(value, str):
        return value
    return visible(value) if key == "exception" else visible(value).replace("\n", "\\n")
