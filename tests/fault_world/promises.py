"""What must hold of a change when the storm is over, whatever happened: nothing lost, nothing twice, the gate closed till known."""

import time
from collections import Counter
from collections.abc import Sequence

from fault_world.world import Change, broken_lines

STILL_SECONDS = 1.0


def hold(changes: Sequence[Change], seconds: float = 60) -> None:
    """Wait until everything holds of these, and goes on holding. Raises AssertionError with what does not."""
    end = time.monotonic() + seconds
    since = time.monotonic()
    while time.monotonic() - since < STILL_SECONDS:
        if said := complaints(changes):
            assert time.monotonic() < end, said
            since = time.monotonic()
        time.sleep(0.1)
    assert [f"{change.name}: {one}" for change in changes for one in never(change)] == []


def complaints(changes: Sequence[Change]) -> list[str]:
    """What does not hold of these now."""
    return [f"{change.name}: {one}" for change in changes for one in broken_promises(change)]


def broken_promises(change: Change) -> list[str]:
    """What does not hold now; may be a matter of time."""
    if change.pull.state != "open":
        return []
    head = change.pull.head_sha
    broken = broken_lines(change.held[head])
    wanted = "failure" if broken else "success"
    return [
        *_of_status(change, head, wanted),
        *_of_check_runs(change, head, wanted),
        *_of_summaries(change),
        *_of_threads(change, len(broken)),
    ]


def never(change: Change) -> list[str]:
    """What may not have happened at any time."""
    opened = [
        f"{head[:8]} was called a success though lines {broken_lines(broken)} are broken"
        for head, broken in change.held.items()
        if broken and any(one.state == "success" for one in change.statuses(head))
    ]
    doubled = [key for key, times in Counter(change.open_threads()).items() if times > 1]
    return [*opened, *(f"finding {key} is told in more than one open thread" for key in doubled)]


def _of_status(change: Change, head: str, wanted: str) -> list[str]:
    said = [one.state for one in change.statuses(head)]
    return [] if said and said[-1] == wanted else [f"statuses of {head[:8]}: {said}, wanted at last: {wanted}"]


def _of_check_runs(change: Change, head: str, wanted: str) -> list[str]:
    shown = [(one.status, one.conclusion) for one in change.check_runs(head)]
    return [] if shown == [("completed", wanted)] else [f"check runs of {head[:8]}: {shown}, wanted: one, {wanted}"]


def _of_summaries(change: Change) -> list[str]:
    number = len(change.summaries())
    fine = number == 1 or (change.deleted and number == 0)
    return [] if fine else [f"{number} summaries"]


def _of_threads(change: Change, wanted: int) -> list[str]:
    keys = change.open_threads()
    return [] if len(keys) == len(set(keys)) == wanted else [f"open threads: {keys}, wanted: {wanted}"]
