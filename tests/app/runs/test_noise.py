"""What DBOS says of a run that was superseded is no fault, and does not look like one in the log."""

import logging

import pytest
from dbos import error as dbos_error

from app.runs.noise import worth_telling


def said(words: str, error: BaseException | None = None) -> logging.LogRecord:
    exc_info = (type(error), error, None) if error else None
    return logging.LogRecord("dbos", logging.ERROR, __file__, 1, words, (), exc_info)


@pytest.mark.parametrize(
    "record",
    [
        said("Exception encountered in asynchronous workflow:", dbos_error.DBOSAwaitedWorkflowCancelledError("run:1")),
        said("Workflow run:1 was cancelled during execution. Waiting for the recorded outcome"),
        said("Workflow already exists in queue: runs, but the provided queue name is: revisits. The queue is not updated."),
    ],
    ids=["its end", "its being cancelled", "asked for twice"],
)
def test_what_is_as_it_should_be_is_not_told(record: logging.LogRecord) -> None:
    assert not worth_telling(record)


def test_faults_are_told() -> None:
    assert worth_telling(said("Exception encountered in asynchronous workflow:", ValueError("no")))
    assert worth_telling(said("Workflow run:1 was not recovered"))
