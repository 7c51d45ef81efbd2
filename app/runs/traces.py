"""What the engine tells of its faults on standard error: what kind and where, never the message.

Messages of exceptions repeat what they stumbled over, and that is a stranger's, a secret perhaps; it ends in the service's log.
"""

import logging
import sys
import traceback
from types import TracebackType


def without_messages(error: BaseException | None) -> str:
    """Where an exception and its causes come from, line by line, with nothing of what they say."""
    told: list[str] = []
    while error is not None and len(told) < _MOST_CAUSES:
        told.append("".join([*traceback.format_tb(error.__traceback__), type(error).__qualname__]))
        error = error.__cause__ or error.__context__
    return "\n".join(told)


def own_words(said: str) -> str:
    """Of all that stands on standard error the lines that were put there by this page: others vouch for nothing."""
    return "\n".join(line.removeprefix(_MARK) for line in said.splitlines() if line.startswith(_MARK))


_MOST_CAUSES = 10
_MARK = "fairlead| "


class _Formatter(logging.Formatter):
    """A logged exception, the same way."""

    def format(self, record: logging.LogRecord) -> str:
        """The record, with every line marked as ours."""
        return _marked(super().format(record))

    def formatException(  # noqa: N802 - logging's name
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        """See `without_messages`."""
        return without_messages(ei[1])


def set_up() -> None:
    """From here on nothing else is told, whether somebody logs an exception or nobody catches it."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Formatter("%(message)s"))
    logging.getLogger().handlers[:] = [handler]
    sys.excepthook = _uncaught


def _uncaught(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    sys.stderr.write(f"{_marked(without_messages(error))}\n")


def _marked(text: str) -> str:
    return "\n".join(f"{_MARK}{line}" for line in text.splitlines())
