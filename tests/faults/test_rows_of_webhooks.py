"""Rows 1 to 6: webhooks that get lost, double, late or out of order, and a service that dies while it takes one in."""

import time
from collections.abc import Callable

import pytest
from fault_world.promises import hold
from fault_world.storage import asked, held
from fault_world.waiting import until
from fault_world.world import Change, World

from app.devforge.faults import Sending, WebhookFault
from app.devforge.records import Delivery

pytestmark = pytest.mark.slow

LATE_SECONDS = 4.5 * 3600
BROKEN = frozenset({2, 5})


def deliveries(change: Change) -> list[Delivery]:
    """What the forge sent about the change, or tried to."""
    return change.world.forge.database.all(Delivery, repository_id=change.repository.id)


def stored(change: Change) -> int:
    """How many of them the service has kept."""
    question = "SELECT count(*) FROM deliveries WHERE subject LIKE ?"
    return int(str(asked(change.world.data / "fairlead.sqlite", question, f"%{change.name}%")[0][0]))


def test_row_01_a_webhook_dropped(scene: World, change: Change) -> None:
    scene.forge.faults.add(WebhookFault(way=Sending.DROP, times=None))
    change.push(BROKEN)
    hold([change])


def test_row_02_a_webhook_a_hundred_times(scene: World, change: Change) -> None:
    scene.forge.faults.add(WebhookFault(way=Sending.DUPLICATE, event="pull_request", copies=100, times=None))
    head = change.push(BROKEN)
    hold([change])
    until(lambda: all(one.status_code == 202 for one in deliveries(change)))
    assert [one.state for one in change.statuses(head)] == ["pending", "failure"]


def test_row_03_webhooks_out_of_order(scene: World, change: Change) -> None:
    scene.forge.faults.add(WebhookFault(way=Sending.SWAP, times=None, chance=0.7))
    for broken in (BROKEN, frozenset({1}), frozenset[int]()):
        change.push(broken)
        change.move_main()
    hold([change])


def test_row_04_a_webhook_hours_late(scene: World, change: Change) -> None:
    scene.forge.faults.add(WebhookFault(way=Sending.DELAY, seconds=LATE_SECONDS, times=None))
    heads = [change.push(BROKEN)]
    hold([change])
    heads.append(change.push())
    hold([change])
    assert {one.status for one in deliveries(change)} == {"pending"}
    before = [change.statuses(head) for head in heads]
    scene.forge.faults.lift_all()
    late = [one for one in deliveries(change) if one.status == "pending"]
    for one in reversed(late):
        scene.forge.outbox.repeat(one)
    until(lambda: sum(one.status_code == 202 for one in deliveries(change)) == len(late))
    hold([change])
    assert [change.statuses(head) for head in heads] == before


def test_row_05_killed_before_the_webhook_is_stored(scene: World, change: Change) -> None:
    with held(scene.data / "fairlead.sqlite"):
        change.push(BROKEN)
        time.sleep(1)  # it has come in and waits to be stored
        scene.service.kill()
    until(lambda: all(one.status_code == 0 for one in deliveries(change)))
    assert stored(change) == 0
    scene.calm()
    hold([change])


def test_row_06_killed_between_storing_and_acting(scene: World, new_change: Callable[[], Change]) -> None:
    change = new_change()
    with held(scene.data / "runs.sqlite"):
        head = change.push(BROKEN)
        until(lambda: stored(change) > 0)
        scene.service.kill()
    assert change.state(head) == ""
    scene.calm()
    hold([change])
