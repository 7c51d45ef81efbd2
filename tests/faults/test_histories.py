"""Seeded histories of changes on which everything goes wrong that may; afterwards nothing is lost and nothing is there twice.

A round that fails is played again, with the same events and faults in the same order, by its number: `pytest -m slow
"tests/faults/test_histories.py::test_many_rounds_of_histories[17]"`.
"""

import random
import time
from pathlib import Path

import pytest
from fault_world.histories import History, Weather
from fault_world.promises import broken_promises, never
from fault_world.world import World, world

PER_ROUND = 25
CALM_SECONDS = 240.0
STILL_SECONDS = 2.0
MANY_ROUNDS = range(1, 21)
"""500 histories."""


def play(scene: World, seed: int, events: int) -> list[History]:
    """A round: PER_ROUND changes in one world, `events` in the life of each, all mixed, and the weather among them."""
    draw = random.Random(seed)
    scene.forge.faults.lift_all(seed=seed)
    histories = [History(scene.change(f"r{seed}-{at}"), seed * 1000 + at) for at in range(PER_ROUND)]
    lives = [history.events(events) for history in histories]
    weather = Weather(scene, seed)
    while lives:
        life = draw.choice(lives)
        event = next(life, None) if draw.random() < 0.95 else weather.event()
        if event is None:
            lives.remove(life)
            continue
        print(event.words, event.happen(), flush=True)  # noqa: T201 - pytest shows it when the round fails: the story so far
        time.sleep(draw.uniform(0, 0.1))
    return histories


def calm(scene: World) -> None:
    """Nothing goes wrong any more."""
    scene.forge.faults.lift_all()
    if not scene.service.alive:
        scene.service.start()
    scene.service.ready()


def complaints(histories: list[History]) -> list[str]:
    """What does not hold of any change now."""
    return [f"{history}: {said}" for history in histories for said in broken_promises(history.change)]


def settled(histories: list[History]) -> list[str]:
    """What does not hold at the end, however long one waits."""
    until = time.monotonic() + CALM_SECONDS
    while (said := complaints(histories)) and time.monotonic() < until:
        time.sleep(0.5)
    return said


def storm(folder: Path, seed: int, events: int) -> None:
    with world(folder) as scene:
        scene.service.start()
        scene.service.ready()
        histories = play(scene, seed, events)
        calm(scene)
        left = settled(histories)
        print(scene.service.log.read_text()[-20_000:])  # noqa: T201 - likewise
        assert left == []
        time.sleep(STILL_SECONDS)
        assert complaints(histories) == []
        assert [f"{history}: {said}" for history in histories for said in never(history.change)] == []


@pytest.mark.timeout(300)
def test_a_round_of_histories(tmp_path: Path) -> None:
    storm(tmp_path, 0, 2)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", MANY_ROUNDS)
def test_many_rounds_of_histories(tmp_path: Path, seed: int) -> None:
    storm(tmp_path, seed, 6)
