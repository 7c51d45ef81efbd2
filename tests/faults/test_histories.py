"""Seeded histories of changes on which everything goes wrong that may; afterwards nothing is lost and nothing is there twice.

A round that fails is played again, with the same events and faults in the same order, by its number: `pytest -m slow
"tests/faults/test_histories.py::test_many_rounds_of_histories[17]"`.
"""

import random
import time
from pathlib import Path

import pytest
from fault_world.histories import History, Weather
from fault_world.promises import hold
from fault_world.world import World, world

CALM_SECONDS = 240.0
SEED = 23
"""Of the quick round: its service is killed once and no more, for each start takes its time."""
MANY_ROUNDS = range(1, 21)
"""500 histories."""


def play(scene: World, seed: int, changes: int, events: int) -> list[History]:
    """A round: so many changes in one world, `events` in the life of each, all mixed, and the weather among them."""
    draw = random.Random(seed)
    scene.forge.faults.lift_all(seed=seed)
    histories = [History(scene.change(f"r{seed}-{at}"), seed * 1000 + at) for at in range(changes)]
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


def storm(folder: Path, seed: int, *, changes: int, events: int) -> None:
    with world(folder) as scene:
        scene.service.start()
        scene.service.ready()
        histories = play(scene, seed, changes, events)
        scene.calm()
        try:
            hold([history.change for history in histories], CALM_SECONDS)
        finally:
            print(scene.service.log.read_text()[-20_000:])  # noqa: T201 - likewise


@pytest.mark.timeout(300)
def test_a_round_of_histories(tmp_path: Path) -> None:
    storm(tmp_path, SEED, changes=24, events=1)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", MANY_ROUNDS)
def test_many_rounds_of_histories(tmp_path: Path, seed: int) -> None:
    storm(tmp_path, seed, changes=25, events=6)
