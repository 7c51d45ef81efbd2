"""Rows 10 to 13: the database is away, forgets, or has no room."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from fault_world.promises import hold
from fault_world.storage import crowd, fill, held, small_disk
from fault_world.waiting import until
from fault_world.world import Change, World, world

from app.devforge.records import Delivery

pytestmark = pytest.mark.slow

BROKEN = frozenset({2, 5})
TOLD_TO_COME_AGAIN = 503
LONGER_THAN_ANYONE_WAITS = 35.0


def answers(change: Change) -> set[int | None]:
    """How the service answered the webhooks about the change."""
    return {one.status_code for one in change.world.forge.database.all(Delivery, repository_id=change.repository.id)}


def test_row_10_the_database_is_away_when_a_webhook_comes(scene: World, change: Change) -> None:
    with held(scene.data / "fairlead.sqlite"):
        head = change.push(BROKEN)
        until(lambda: TOLD_TO_COME_AGAIN in answers(change))
        assert change.state(head) == ""
    hold([change])


def test_row_11_the_database_is_away_when_a_run_ends(scene: World, change: Change) -> None:
    head = change.push(BROKEN)
    until(lambda: change.state(head) == "pending")
    with held(scene.data / "fairlead.sqlite"):
        time.sleep(LONGER_THAN_ANYONE_WAITS)
        assert change.state(head) in ("pending", "failure")
    hold([change])


def test_row_12_the_database_forgets_what_was_last_written(scene: World, change: Change, tmp_path: Path) -> None:
    change.push(BROKEN)
    hold([change])
    scene.service.kill()
    shutil.copytree(scene.data, tmp_path / "older")
    scene.calm()
    change.push(frozenset({2, 3}))
    hold([change])
    scene.service.kill()
    shutil.rmtree(scene.data)
    shutil.copytree(tmp_path / "older", scene.data)
    scene.calm()
    hold([change])
    change.push(frozenset({3}))
    hold([change])


@pytest.mark.timeout(180)
@pytest.mark.parametrize("exhaust", [fill, crowd], ids=["bytes", "files"])
def test_row_13_the_disk_is_full(tmp_path: Path, exhaust: Callable[[Path], Path]) -> None:
    with small_disk(tmp_path / "disk", mebibytes=48, files=3000) as disk, world(tmp_path, data_dir=disk / "data") as scene:
        scene.calm()
        before, during = scene.change("row-13-before"), scene.change("row-13-during")
        before.push(BROKEN)
        hold([before])
        ballast = exhaust(disk)
        head = during.push(frozenset({1}))
        before.push()
        time.sleep(15)
        assert during.state(head) != "success"
        _make_room(ballast)
        hold([before, during], 90)
        scene.service.kill()


def _make_room(ballast: Path) -> None:
    if ballast.is_dir():
        shutil.rmtree(ballast)
    else:
        ballast.unlink()
