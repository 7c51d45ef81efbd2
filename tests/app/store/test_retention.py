"""What is forgotten after its time, and what never is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from service_stage import proposed

from app.forges.base import BranchMoved, ChangeRef, ChangeState, Delivery, Ignored, RepositoryRef
from app.store.database import Database
from app.store.inbox import Inbox
from app.store.ledger import Ledger
from app.store.retention import BATCH, Forgotten, Retention
from app.store.store import Store

SHOP = RepositoryRef("github", "shop/gitops")
LATER = timedelta(days=1)


async def judged(ledger: Ledger, number: int, head: str) -> str:
    taken = await ledger.take_up(proposed(ChangeRef(SHOP, number), "b" * 40, head * 40))
    assert taken.run is not None
    await ledger.done(taken.run, ())
    return taken.run


async def forget(database: Database, *, ahead: timedelta = LATER) -> Forgotten:
    """As it would be that much later."""
    now = datetime.now(UTC) + ahead
    return await Retention(database).forget(deliveries_before=now, runs_before=now)


async def test_the_newest_run_of_an_open_change_stays_however_old(database: Database) -> None:
    ledger, store = Ledger(database), Store(database)
    await judged(ledger, 1, "1")
    newest = await judged(ledger, 1, "2")
    assert await forget(database) == Forgotten(deliveries=0, runs=1, changes=0)
    found = await store.find_change("github", SHOP.path, 1)
    assert found is not None
    page = await store.change(found.id)
    assert page is not None
    assert page.run is not None
    assert (page.run.run.id, page.earlier) == (newest, ())


async def test_a_change_that_is_closed_goes_with_all_that_belongs_to_it(database: Database) -> None:
    ledger = Ledger(database)
    await judged(ledger, 1, "1")
    closed = proposed(ChangeRef(SHOP, 1), "b" * 40, "1" * 40, ChangeState.MERGED)
    await ledger.take_up(closed)
    await ledger.take_up(proposed(ChangeRef(SHOP, 2), "b" * 40, "3" * 40))
    assert (await forget(database)).changes == 1
    assert await Store(database).open_changes(SHOP) == (ChangeRef(SHOP, 2),)
    assert await Store(database).find_change("github", SHOP.path, 1) is None


async def test_what_is_not_old_and_what_is_not_done_stays(database: Database) -> None:
    ledger, inbox = Ledger(database), Inbox(database)
    await judged(ledger, 1, "1")
    await ledger.take_up(replace(proposed(ChangeRef(SHOP, 1), "b" * 40, "2" * 40)))
    await inbox.receive("github", Delivery("waits", BranchMoved(SHOP, "main")), "")
    await inbox.receive("github", Delivery("settled", Ignored("test")), "")
    assert await forget(database, ahead=-LATER) == Forgotten(0, 0, 0)
    assert await forget(database) == Forgotten(deliveries=1, runs=1, changes=0)
    assert [one.id for one in await inbox.unsettled()] == ["waits"]


async def test_more_than_a_batch_goes_at_once(database: Database) -> None:
    inbox = Inbox(database)
    for number in range(BATCH + 3):
        await inbox.receive("github", Delivery(f"d-{number}", Ignored("test")), "")
    assert (await forget(database)).deliveries == BATCH + 3
