"""The regular look at all open changes, whatever one repository among many answers."""

from pathlib import Path

import pytest
from fakes.forge import FakeForge
from service_stage import proposed

from app.forges.base import ChangeRef, Forbidden, ForgeError, RepositoryRef, Unreachable
from app.runs.census import Census
from app.store.database import open_database
from app.store.store import Store

REFS = {ChangeRef(RepositoryRef("github", f"shop/{name}"), 1) for name in ("one", "two", "three")}


async def overlooked(folder: Path, fault: ForgeError) -> set[ChangeRef]:
    """What a round finds of three repositories with an unknown change each, when the one that it asks first fails."""
    forge = FakeForge()
    for ref in REFS:
        forge.propose(proposed(ref, "b" * 40, "a" * 40))
    forge.fail_once(fault, "open_changes")
    database = await open_database(f"sqlite:///{folder / 'store.sqlite'}")
    try:
        return set((await Census({"github": forge}, Store(database)).count()).overlooked)
    finally:
        await database.close()


@pytest.mark.parametrize("fault", [Forbidden("an address that is not allowed"), ForgeError("an odd answer")])
async def test_a_repository_that_can_not_be_read_keeps_the_round_from_no_other(tmp_path: Path, fault: ForgeError) -> None:
    found = await overlooked(tmp_path, fault)
    assert len(found) == 2
    assert found < REFS


async def test_while_the_forge_is_away_the_round_is_made_again(tmp_path: Path) -> None:
    with pytest.raises(Unreachable):
        await overlooked(tmp_path, Unreachable("no answer"))
