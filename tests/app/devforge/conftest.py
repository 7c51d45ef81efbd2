"""A forge that is up, with a shop on it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from devforge_shop import Shop, open_shop
from forge_stage.held import held


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A shop of this test's own."""
    with held(tmp_path / "forge") as forge:
        yield open_shop(forge, tmp_path / "clone")


@pytest.fixture(scope="module")
def one_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A shop for all tests of a module that leave it as it is."""
    folder = tmp_path_factory.mktemp("shop")
    with held(folder / "forge") as forge:
        yield open_shop(forge, folder / "clone")
