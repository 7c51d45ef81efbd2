"""The regular look at all open changes, whatever one repository among many answers."""

from dataclasses import replace
from pathlib import Path

import pytest
from fakes.forge import FakeForge
from service_stage import proposed

from app.forges.base import ChangeRef, Forbidden, ForgeError, RepositoryRef, Unreachable
from app.runs.census import Census
from app.store.database import open_database
from app.store.ledger import Ledger
from app.store.store import Store

REFS = {ChangeRef(RepositoryRef("github", f"shop/{name}"), 1) for name in ("one", "two", "three")}


async def overlooked(folder: Path, *faults: ForgeError, of: str = "open_changes") -> set[ChangeRef]:
    """What a round finds of three repositories with an unknown change each, when those that it asks first fail."""
    forge = FakeForge()
    for ref in REFS:
        forge.propose(proposed(ref, "b" * 40, "a" * 40))
    for fault in faults:
        forge.fail_once(fault, of)
    database = await open_database(f"sqlite:///{folder / 'store.sqlite'}")
    try:
        return set((await Census({"github": forge}, Store(database)).count()).overlooked)
    finally:
        await database.close()


@pytest.mark.parametrize(
    "fault", [Forbidden("an address that is not allowed"), ForgeError("an odd answer"), Unreachable("no answer")]
)
async def test_a_repository_that_can_not_be_read_keeps_the_round_from_no_other(tmp_path: Path, fault: ForgeError) -> None:
    found = await overlooked(tmp_path, fault)
    assert len(found) == 2
    assert found < REFS


async def test_while_the_forge_is_away_the_round_is_made_again(tmp_path: Path) -> None:
    with pytest.raises(Unreachable):
        await overlooked(tmp_path, Unreachable("no answer"), Unreachable("no answer"))


async def test_an_owner_who_refuses_loses_no_change_and_keeps_nobody_from_others(tmp_path: Path) -> None:
    forge = FakeForge()
    for ref in REFS:
        forge.propose(proposed(ref, "b" * 40, "a" * 40))
    database = await open_database(f"sqlite:///{tmp_path / 'store.sqlite'}")
    try:
        store = Store(database)
        kept = replace(next(iter(REFS)), number=9)
        await Ledger(database).take_up(
            proposed(replace(kept, repository=RepositoryRef("github", "closed/gitops")), "b" * 40, "a" * 40), again=False
        )
        forge.fail_once(Forbidden("an address that is not allowed"), "repositories", after=True)
        counted = await Census({"github": forge}, store).count()
    finally:
        await database.close()
    assert (set(counted.overlooked), counted.lost) == (REFS, ())
