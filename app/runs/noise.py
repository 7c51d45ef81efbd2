"""What DBOS says of things that are as they should be: an operator must not take them for faults."""

import logging

from dbos import error as dbos_error

_ASKED_AGAIN = "Workflow already exists in queue"
_CANCELLED = ("was cancelled during execution", "Asyncio task cancelled for workflow or step")


def worth_telling(record: logging.LogRecord) -> bool:
    """For DBOS's logger: False for the end of a workflow that was superseded or handed over, which it tells as warnings and
    as an error with a traceback, and for work that was asked for twice in two queues, which is done once."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, dbos_error.DBOSAwaitedWorkflowCancelledError):
        return False
    return not any(words in record.getMessage() for words in (_ASKED_AGAIN, *_CANCELLED))
