"""A run that gave up although its change is as it was: the next look at the change begins another one."""

from dataclasses import replace

from service_stage import REF, proposed

from app.forges.base import ChangeState
from app.store.database import Database
from app.store.ledger import Ledger
from app.store.model import TakenUp
from app.store.read import RunState


async def test_the_next_look_begins_another_run_of_the_same_head(database: Database) -> None:
    ledger = Ledger(database)
    change = proposed(REF, "1" * 40, "2" * 40)
    given_up = _run(await ledger.take_up(change))
    await ledger.leave(given_up)
    following = await ledger.take_up(change)
    assert following.superseded == ()
    assert _run(following) != given_up
    assert [key.run for key in await ledger.live()] == [following.run]


async def test_twice_is_once_and_what_has_ended_is_left_alone(database: Database) -> None:
    ledger = Ledger(database)
    change = proposed(REF, "1" * 40, "2" * 40)
    run = _run(await ledger.take_up(change))
    await ledger.failed(run, "FL-1")
    await ledger.leave(run)
    await ledger.leave(run)
    key = await ledger.key(run)
    assert key is not None
    assert key.state is RunState.FAILED


async def test_of_a_change_that_closed_nothing_is_begun(database: Database) -> None:
    ledger = Ledger(database)
    change = proposed(REF, "1" * 40, "2" * 40)
    await ledger.leave(_run(await ledger.take_up(change)))
    assert await ledger.take_up(replace(change, state=ChangeState.CLOSED)) == TakenUp(None, ())


def _run(taken: TakenUp) -> str:
    assert taken.run is not None
    return taken.run
