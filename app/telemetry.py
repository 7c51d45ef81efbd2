"""What is told of work while it goes on: spans for OpenTelemetry, and the facts that every line of the log within carries.

Both follow the work through `await`, and onto threads by `with_context`. Without an exporter (see telemetry_export.py) a span
costs next to nothing.
"""

import contextvars
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from opentelemetry import context, trace
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from structlog.contextvars import bound_contextvars

T = TypeVar("T")
Fact = str | int | float | bool

_tracer = trace.get_tracer("fairlead")


@contextmanager
def about(**facts: Fact) -> Iterator[None]:
    """What the log's lines within are about, such as `repository`, `number`, `head`, `run`; the span around knows it too."""
    for name, fact in facts.items():
        trace.get_current_span().set_attribute(f"fairlead.{name}", fact)
    with bound_contextvars(**facts):
        yield


@contextmanager
def span(name: str, kind: SpanKind = SpanKind.INTERNAL, **attributes: Fact) -> Iterator[Span]:
    """A part of the work with a beginning and an end. `name` is one of few; what tells works apart goes into `attributes`.

    An exception marks it as failed, by its type alone: messages repeat what strangers wrote.
    """
    with _tracer.start_as_current_span(
        name, kind=kind, attributes=attributes, record_exception=False, set_status_on_exception=False
    ) as begun:
        try:
            yield begun
        except BaseException as error:
            begun.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise


def begun(name: str, **attributes: Fact) -> Span:
    """A span that the caller ends, and that nothing else is part of."""
    return _tracer.start_span(name, attributes=attributes)


def here() -> context.Context:
    """Where the work is now, for whoever goes on with it elsewhere."""
    return context.get_current()


def with_context(work: Callable[[], T]) -> Callable[[], T]:
    """The same work, to be done on another thread as a part of what goes on here."""
    around = contextvars.copy_context()
    return lambda: around.run(work)
