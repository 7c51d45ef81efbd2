"""A step of a workflow: done once and remembered, whatever dies between. What it gives is plain JSON."""

import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar, cast

from dbos import DBOS

from app.runs.faults import Fault, kind, patience, referenced
from app.runs.metrics import FAILURES
from app.store.plain import from_plain
from validators.plain import to_plain

log = logging.getLogger(__name__)

T = TypeVar("T")
Work = Callable[[], Awaitable[T]]

MOST_ATTEMPTS = 400
"""More than a day of a forge that does not answer."""


async def step(name: str, gives: type[T], work: Work[T], *, preemptible: bool = False) -> T:
    """What `work` gives, a `gives`. A forge that does not answer is asked again, later and later, or when it says.

    With `preemptible` cancelling the workflow cancels the work too. Raises Fault for what is our own fault.
    """
    for attempt in range(MOST_ATTEMPTS):
        outcome = await DBOS.run_step_async({"name": name, "preemptible": preemptible}, _told, name, work, attempt)
        match outcome["kind"]:
            case "done":
                return from_plain(gives, outcome["value"])
            case "wait":
                await DBOS.sleep_async(cast("float", outcome["value"]))
            case _:
                raise Fault(str(outcome["value"]))
    raise Fault(referenced(TimeoutError(f"{MOST_ATTEMPTS} attempts"), name))


async def pause(seconds: float) -> None:
    """Let so much time pass, over deaths of the process too."""
    await DBOS.sleep_async(seconds)


async def _told(name: str, work: Work[T], attempt: int) -> dict[str, object]:
    """What became of the work, as plain data."""
    try:
        return {"kind": "done", "value": to_plain(await work())}
    except Exception as error:  # noqa: BLE001 - the one place where a run's faults become data, with a reference
        FAILURES.labels(kind(error)).inc()
        wait = patience(error, attempt)
        if wait is not None:
            log.warning("%s waits %.0f s, then tries again: %s", name, wait, error)
            return {"kind": "wait", "value": wait}
        return {"kind": "fault", "value": referenced(error, name)}
