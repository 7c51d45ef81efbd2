"""The world that the rows play in: one for each module, its service running and the weather fine when a row begins."""

from collections.abc import Callable, Iterator

import pytest
from fault_world.world import Change, World, world


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The forge and the service."""
    with world(tmp_path_factory.mktemp("world")) as scene:
        yield scene


@pytest.fixture
def scene(everything: World) -> World:
    """The same, in fine weather."""
    everything.calm()
    return everything


@pytest.fixture
def new_change(scene: World, request: pytest.FixtureRequest) -> Callable[[], Change]:
    """Makes a change, of which nothing was pushed yet, in a repository that is called like the test."""
    row = request.node.name.removeprefix("test_row_").partition("_")[0]

    def made() -> Change:
        return scene.change(f"row-{row}-{next(scene.numbers)}")

    return made


@pytest.fixture
def change(new_change: Callable[[], Change]) -> Change:
    """One of them."""
    return new_change()
