"""Rows 7, 9, 22 to 25: the service dies, is replaced, or is led astray by what it judges. Row 8 is in test_survives_kills.py."""

import os
import signal
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from fault_world.promises import hold
from fault_world.storage import asked
from fault_world.waiting import until
from fault_world.world import Change, World, world
from service_process import ServiceProcess, free_port

from app.devforge.faults import RequestFault, Way

pytestmark = pytest.mark.slow

BROKEN = frozenset({2, 5})
LINE = b"key-%d: [1, 2, 3, {a: b, c: [d, e]}]\n"
MOST_TRIES = 3
FETCHED = (
    "SELECT count(*) FROM runs, json_each(runs.steps) AS step WHERE head = ? AND runs.state = 'judging' "
    "AND step.value ->> 'name' = 'fetch' AND step.value ->> 'state' = 'done'"
)


def long_work(files: int) -> Mapping[str, bytes]:
    """Files that it takes a second or more each to look at."""
    return {f"slow-{file}.yaml": b"".join(LINE % line for line in range(4_000)) for file in range(files)}


def descendants(process: int) -> set[int]:
    """The processes that a process started, and those that they did."""
    children: set[int] = set()
    for task in Path(f"/proc/{process}/task").iterdir():
        children |= {int(word) for word in (task / "children").read_text().split()}
    return children.union(*(descendants(child) for child in children if Path(f"/proc/{child}").exists()))


def at_work(scene: World, head: str) -> None:
    """Wait until the engine is at the files of the head."""
    until(lambda: asked(scene.data / "fairlead.sqlite", FETCHED, head) != [(0,)])


def _struck(scene: World, times: int) -> None:
    """Wait until something went wrong that often."""
    until(lambda: len(scene.forge.faults.struck) >= times)


def test_row_07_killed_while_a_tool_runs(scene: World, change: Change) -> None:
    head = change.push(BROKEN, beside=long_work(12))
    at_work(scene, head)
    scene.service.kill()
    assert change.state(head) == "pending"
    scene.calm()
    hold([change])


def test_row_09_told_to_end_for_a_new_version(scene: World, change: Change) -> None:
    head = change.push(BROKEN, beside=long_work(12))
    at_work(scene, head)
    assert scene.service.terminate() in (0, -15)
    assert change.state(head) != "success"
    scene.calm()
    hold([change])


def test_row_22_a_change_that_kills_its_worker_is_given_up(scene: World, new_change: Callable[[], Change]) -> None:
    poison, other = new_change(), new_change()
    announcing = f"/{poison.name}/statuses/"
    scene.forge.faults.add(RequestFault(way=Way.DROP, method="POST", path=announcing, times=MOST_TRIES))
    head = poison.push()
    for death in range(MOST_TRIES):
        _struck(scene, death + 1)
        scene.service.kill()
        scene.service.start()
    other.push(BROKEN)
    until(lambda: poison.state(head) == "error")
    assert "3 workers died of it, reference FL-" in (poison.statuses(head)[-1].description or "")
    assert len(poison.summaries()) == 1
    hold([other])
    scene.forge.faults.lift_all()
    poison.say("/check")
    hold([poison])


def test_row_23_what_does_not_end_is_killed(tmp_path: Path) -> None:
    with world(tmp_path, engine_seconds=3) as scene:
        scene.calm()
        endless, other = scene.change("row-23-endless"), scene.change("row-23-other")
        head = endless.push(beside=long_work(30))
        other.push(BROKEN)
        until(lambda: endless.state(head) == "error")
        said = endless.summaries()[0].body
        assert "longer than 3 s" in said or "took too long" in said
        hold([other])


def test_row_24_what_takes_too_much_memory_is_killed(scene: World, new_change: Callable[[], Change]) -> None:
    large, other = new_change(), new_change()
    head = large.push(beside=long_work(20))
    at_work(scene, head)
    assert scene.service.process is not None
    for process in descendants(scene.service.process.pid):
        if b"app.runs.engine" in Path(f"/proc/{process}/cmdline").read_bytes():
            os.kill(process, signal.SIGKILL)  # as the system does
    other.push(BROKEN)
    until(lambda: large.state(head) == "error")
    said = large.summaries()[0].body
    assert "most likely for want of memory" in said
    assert "FAIRLEAD_ENGINE_MEMORY" in said
    hold([other])
    large.push()
    hold([large])


def test_row_25_two_workers_at_one_queue(scene: World, new_change: Callable[[], Change]) -> None:
    settings = {**scene.service.settings, "worker_id": "second", "port": free_port()}
    second = ServiceProcess(scene.service.folder, settings, "worker")
    second.start()
    second.ready()
    try:
        changes = [new_change() for _ in range(12)]
        heads = [change.push(BROKEN) for change in changes]
        hold(changes)
    finally:
        second.terminate()
    for change, head in zip(changes, heads, strict=True):
        assert [one.state for one in change.statuses(head)] == ["pending", "failure"]
