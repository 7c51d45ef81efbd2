"""Which changes have the same head, and which are told when one leaves it."""

from dataclasses import replace

from service_stage import proposed

from app.forges.base import ChangeRef, ChangeState, RepositoryRef
from app.store.database import Database
from app.store.ledger import Ledger

SHOP = RepositoryRef("github", "shop/gitops")
HEAD, OTHER, BASE = "1" * 40, "2" * 40, "b" * 40


async def run_of(ledger: Ledger, number: int, head: str = HEAD) -> str:
    taken = await ledger.take_up(proposed(ChangeRef(SHOP, number), BASE, head))
    assert taken.run is not None
    return taken.run


async def test_only_open_changes_of_the_same_repository_and_head_share(database: Database) -> None:
    ledger = Ledger(database)
    mine = await run_of(ledger, 1)
    for number, head in ((2, HEAD), (3, OTHER), (4, HEAD)):
        await run_of(ledger, number, head)
    await ledger.take_up(proposed(ChangeRef(SHOP, 4), BASE, HEAD, ChangeState.CLOSED))
    elsewhere = proposed(ChangeRef(RepositoryRef("github", "shop/other"), 5), BASE, HEAD)
    await ledger.take_up(elsewhere)
    assert [(one.number, one.verdict, one.reference) for one in await ledger.sharing(mine)] == [(2, None, "")]


async def test_a_run_that_failed_says_so_and_one_upon_an_older_base_says_nothing(database: Database) -> None:
    ledger = Ledger(database)
    mine, other = await run_of(ledger, 1), await run_of(ledger, 2)
    await ledger.failed(other, "FL-1")
    assert [one.reference for one in await ledger.sharing(mine)] == ["FL-1"]
    await ledger.take_up(proposed(ChangeRef(SHOP, 2), "c" * 40, HEAD))
    assert [one.reference for one in await ledger.sharing(mine)] == [""]


async def test_those_that_stay_are_told_when_one_closes_or_moves_on_and_not_otherwise(database: Database) -> None:
    ledger = Ledger(database)
    stays = await run_of(ledger, 1)
    await run_of(ledger, 2)
    await run_of(ledger, 3)
    change = proposed(ChangeRef(SHOP, 2), BASE, HEAD)
    assert (await ledger.take_up(replace(change, title="other words"))).relieved == ()
    assert stays in (await ledger.take_up(replace(change, head=OTHER))).relieved
    assert (await ledger.let_go(ChangeRef(SHOP, 3))).relieved == (stays,)


async def test_what_was_said_of_the_head_is_known_until_something_else_was_posted(database: Database) -> None:
    ledger = Ledger(database)
    first = await run_of(ledger, 1)
    await ledger.done(first, ())
    moved = proposed(ChangeRef(SHOP, 1), "c" * 40, HEAD)
    second = (await ledger.take_up(moved)).run or ""
    said = await ledger.said(second)
    assert said is not None
    assert said.run == first
    third = (await ledger.take_up(replace(moved, base="d" * 40))).run or ""
    assert (await ledger.said(third)) == said, "the second one was superseded before it posted anything"
    await ledger.writes(third, "status", "fairlead/checks", "1")
    fourth = (await ledger.take_up(replace(moved, base="e" * 40))).run or ""
    assert await ledger.said(fourth) is None
