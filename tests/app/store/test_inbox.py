"""Deliveries are kept once each, and told apart from those that were acted on."""

import asyncio

from app.forges.base import (
    Account,
    BranchMoved,
    ChangeRef,
    ChangeTouched,
    CommentWritten,
    Delivery,
    Event,
    Ignored,
    RepositoryRef,
)
from app.store.database import Database
from app.store.inbox import Inbox

REPOSITORY = RepositoryRef("github", "shop/gitops")
REF = ChangeRef(REPOSITORY, 7)
TOUCHED = ChangeTouched(REF, "pushed")


async def test_of_a_hundred_equal_deliveries_at_once_one_is_stored(database: Database) -> None:
    inbox = Inbox(database)
    received = await asyncio.gather(*(inbox.receive("github", Delivery("d", TOUCHED), "h") for _ in range(100)))
    assert all(one is not None for one in received)  # none was acted on yet: each may be handed on, under the same id
    assert len(await inbox.unsettled()) == 1


async def test_one_that_was_acted_on_is_dropped(database: Database) -> None:
    inbox = Inbox(database)
    assert await inbox.receive("github", Delivery("d", TOUCHED), "h")
    await inbox.settle("github", "d", "acted on")
    assert await inbox.receive("github", Delivery("d", TOUCHED), "h") is None
    assert await inbox.unsettled() == ()


async def test_the_same_id_of_another_forge_is_another_one(database: Database) -> None:
    inbox = Inbox(database)
    await inbox.receive("github", Delivery("d", TOUCHED), "h")
    await inbox.receive("gitlab", Delivery("d", TOUCHED), "h")
    assert len(await inbox.unsettled()) == 2


async def test_every_event_is_read_back_as_it_was(database: Database) -> None:
    inbox = Inbox(database)
    comment = CommentWritten(REF, "31", Account("5", "ada"), "/check")
    events: tuple[Event, ...] = (TOUCHED, ChangeTouched(REF, "re-run", again=True), comment, BranchMoved(REPOSITORY, "main"))
    for number, event in enumerate(events):
        await inbox.receive("github", Delivery(str(number), event), "h")
    assert tuple(one.event for one in await inbox.unsettled()) == events


async def test_what_somebody_wrote_is_kept_no_longer_than_it_is_needed(database: Database) -> None:
    inbox = Inbox(database)
    written = CommentWritten(REF, "31", Account("5", "ada"), "/check the password is hunter2")
    await inbox.receive("github", Delivery("d", written), "h")
    await inbox.settle("github", "d", "acted on")
    kept = await inbox.read("github", "d")
    assert kept is not None
    assert kept.event == CommentWritten(REF, "31", Account("5", "ada"), "")


async def test_what_asks_for_nothing_is_kept_and_not_acted_on(database: Database) -> None:
    inbox = Inbox(database)
    assert await inbox.receive("github", Delivery("d", Ignored("ping")), "h") is None
    assert await inbox.unsettled() == ()
    assert await inbox.read("github", "d") is not None


async def test_a_later_one_about_the_same_change_makes_the_earlier_needless(database: Database) -> None:
    inbox = Inbox(database)
    first = await inbox.receive("github", Delivery("1", TOUCHED), "h")
    again = await inbox.receive("github", Delivery("2", ChangeTouched(REF, "re-run", again=True)), "h")
    last = await inbox.receive("github", Delivery("3", TOUCHED), "h")
    assert first is not None
    assert again is not None
    assert last is not None
    assert [await inbox.newer(one) for one in (first, again, last)] == [True, False, False]
