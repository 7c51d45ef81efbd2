"""How the service writes its log: to standard error, as text for people or as one JSON object a line for programs.

Each line knows what it is about: the facts that `app.telemetry.about` binds, and the trace that it belongs to. No secret stands
in it, and as strangers' words do, characters that steer a terminal or forge a line are written out.
"""

import logging
import logging.config
import sys
from collections.abc import Iterable, Mapping
from typing import Literal

import structlog
from opentelemetry import trace
from structlog.typing import EventDict, Processor, WrappedLogger

from app.review.redact import Redactor
from app.review.visible import visible_name

_NOISY = ("httpx", "aiosqlite", "alembic", "urllib3", "github")
_OF_MANY_LINES = "exception"


def set_up(form: Literal["text", "json"], level: str, secrets: Iterable[str]) -> None:
    """Send every logger's words there, without the `secrets` of the settings and whatever looks like one."""
    shared: tuple[Processor, ...] = (
        structlog.contextvars.merge_contextvars,
        _traced,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _Harmless(secrets),
    )
    steps = (structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_last(form))
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=steps))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("dbos").handlers[:] = [logging.NullHandler()]  # or it adds one of its own, in a format of its own


def _last(form: Literal["text", "json"]) -> tuple[Processor, ...]:
    if form == "json":
        return (structlog.processors.EventRenamer("message"), structlog.processors.JSONRenderer(ensure_ascii=False))
    plain = structlog.dev.plain_traceback
    return (structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain, sort_keys=False),)


def _traced(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """With the ids under which OpenTelemetry knows the work, where it is traced."""
    span = trace.get_current_span().get_span_context()
    if span.is_valid:
        event["trace_id"] = trace.format_trace_id(span.trace_id)
        event["span_id"] = trace.format_span_id(span.span_id)
    return event


class _Harmless:
    """Takes secrets and hidden characters out of every text; newlines stay in tracebacks alone."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._redactor = Redactor(secrets, key=b"")

    def __call__(self, _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        return {key: self._value(key, value) for key, value in event.items()}

    def _value(self, key: str, value: object) -> object:
        if isinstance(value, str):
            clean = self._redactor.text(value)
            return clean if key == _OF_MANY_LINES else visible_name(clean)
        if isinstance(value, Mapping):
            return {name: self._value(str(name), part) for name, part in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self._value("", part) for part in value]
        return value if value is None or isinstance(value, bool | int | float) else self._value(key, str(value))
