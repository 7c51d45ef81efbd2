"""Webhooks that come twice, late, in the wrong order or by the thousand: what is posted in the end is what the forge says now."""

import asyncio
from dataclasses import replace

import pytest
from fakes.forge import US
from hostile_stage import NUMBERS, ON_THE_SERVICE
from service_stage import BROKEN, GOOD, REPOSITORY, Stage

from app.forges.base import AccessChanged, ChangeRef, ChangeState, ChangeTouched, CommentWritten, StatusState
from validators.model import VerdictState

pytestmark = ON_THE_SERVICE


def opened(stage: Stage, content: bytes = BROKEN) -> tuple[ChangeRef, str]:
    """A change that nobody told of yet, and its head."""
    number = next(NUMBERS)
    head = stage.commit({"a.yaml": content}, branch=f"c{number}")
    return stage.propose(head, number=number), head


def pushed(stage: Stage, ref: ChangeRef, content: bytes) -> str:
    """Another head of the change."""
    head = stage.commit({"a.yaml": content}, branch=f"c{next(NUMBERS)}")
    stage.propose(head, number=ref.number)
    return head


async def settled(stage: Stage) -> None:
    """Every delivery so far was acted on."""
    async with asyncio.timeout(300):
        while await stage.service.door.inbox.unsettled():  # noqa: ASYNC110 - another process may be the one that acts
            await asyncio.sleep(0.02)


def state(stage: Stage, head: str) -> StatusState:
    return stage.forge.statuses[REPOSITORY, head, "fairlead/checks"].state


async def test_webhook_05_a_captured_body_under_a_new_id_changes_nothing(stage: Stage) -> None:
    ref, head = opened(stage)
    await stage.touch(ref)
    await stage.judged(head, ref)
    await settled(stage)
    written = len(stage.forge.written)
    for _ in range(5):
        await stage.touch(ref)
    await settled(stage)
    await asyncio.sleep(0.3)
    assert len(stage.forge.comments[ref]) == 1
    assert len(stage.forge.written) == written


async def test_webhook_13_what_a_webhook_says_of_a_change_is_not_believed(stage: Stage) -> None:
    ref, head = opened(stage)
    await stage.tell(ChangeTouched(ref, "pull request closed"))
    await stage.judged(head, ref)
    assert state(stage, head) is StatusState.FAILURE

    closed, other = opened(stage)
    stage.forge.propose(replace(stage.forge.changes[closed], state=ChangeState.CLOSED), {})
    await stage.tell(ChangeTouched(closed, "pull request opened"))
    await settled(stage)
    assert (REPOSITORY, other, "fairlead/checks") not in stage.forge.statuses
    assert stage.forge.comments[closed] == []


async def test_webhook_13_whatever_the_order_the_newest_head_has_the_last_word(stage: Stage) -> None:
    ref, first = opened(stage, BROKEN)
    second = pushed(stage, ref, GOOD)
    for _ in range(3):  # of the second push, of the first, of the opening, hours late
        await stage.touch(ref)
    run = await stage.judged(second, ref)
    await settled(stage)
    assert run.verdict is not None
    assert run.verdict.state is VerdictState.SUCCESS
    assert state(stage, second) is StatusState.SUCCESS
    assert (REPOSITORY, first, "fairlead/checks") not in stage.forge.statuses
    assert len(stage.forge.comments[ref]) == 1


async def test_webhook_18_our_own_comment_is_answered_by_nothing(stage: Stage) -> None:
    ref, head = opened(stage)
    await stage.touch(ref)
    await stage.judged(head, ref)
    await settled(stage)
    (ours,) = stage.forge.comments[ref]
    written = len(stage.forge.written)
    for text in (ours.body, "/check", "/help"):
        await stage.tell(CommentWritten(ref, ours.id, US, text))
    await settled(stage)
    assert len(stage.forge.comments[ref]) == 1
    assert len(stage.forge.written) == written


async def test_webhook_17_of_a_change_that_is_out_of_reach_nothing_more_is_posted(stage: Stage) -> None:
    ref, head = opened(stage)
    stage.forge.remove(ref)
    await stage.touch(ref)
    await stage.tell(AccessChanged("github", "installation deleted"))
    await settled(stage)
    assert (REPOSITORY, head, "fairlead/checks") not in stage.forge.statuses
    other, next_head = opened(stage, GOOD)
    await stage.touch(other)
    await stage.judged(next_head, other)
    assert state(stage, next_head) is StatusState.SUCCESS


@pytest.mark.slow
async def test_webhook_14_a_storm_on_one_change_comes_to_its_newest_head_and_holds_nobody_up(stage: Stage) -> None:
    ref, head = opened(stage)
    for number in range(300):
        if number % 30 == 0:
            head = pushed(stage, ref, b"a: %d\n" % number)
        await stage.touch(ref)
    other, other_head = opened(stage, GOOD)
    await stage.touch(other)
    await settled(stage)
    await stage.judged(other_head, other)
    run = await stage.judged(head, ref)
    assert run.verdict is not None
    assert state(stage, head) is StatusState.SUCCESS
    assert len(stage.forge.comments[ref]) == 1
    page = await stage.page(ref)
    assert page is not None
    assert len(page.earlier) <= 12
