"""The plan carried out on the shared fake forge: what it shows afterwards, push after push."""

from collections.abc import Iterable

import pytest
from fakes.forge import FakeForge
from review_samples import AROUND, CHANGE, HEAD, finding, judged

from app.forges.base import Account, Permission
from app.review.plan import plan
from app.review.standing import Faulty, Standing, Waiting
from app.review.writes import PostComments, PutCheckRun, PutSummary, ResolveThread, SetStatus, Write

PATH = "apps/web/base/deployment.yaml"
PERSON = Account("12", "noor")
REPOSITORY = CHANGE.ref.repository


class Stage:
    """A change on the fake forge, and what was written on it."""

    def __init__(self) -> None:
        self.forge = FakeForge()
        self.forge.propose(CHANGE, {PATH: range(1, 100)})
        self.forge.allow(REPOSITORY, PERSON, Permission.WRITE)

    async def say(self, standing: Standing) -> list[str]:
        """What is written when it stands so with the change."""
        before = len(self.forge.written)
        await self._carry_out(plan(standing, await self.forge.posted(CHANGE.ref, HEAD), AROUND))
        return self.forge.written[before:]

    async def _carry_out(self, writes: Iterable[Write]) -> None:
        for write in writes:
            match write:
                case SetStatus(commit, status):
                    await self.forge.set_status(REPOSITORY, commit, status)
                case PutCheckRun(commit, run):
                    await self.forge.put_check_run(REPOSITORY, commit, run)
                case PutSummary(body):
                    await self.forge.put_summary(CHANGE.ref, body)
                case PostComments(head, comments):
                    assert await self.forge.post_comments(CHANGE.ref, head, comments) == ()
                case ResolveThread(thread, word):
                    await self.forge.resolve_thread(CHANGE.ref, thread, word)


@pytest.fixture
def stage() -> Stage:
    return Stage()


async def test_the_way_of_a_change_from_broken_to_mended(stage: Stage) -> None:
    broken = judged(finding("`spec.replica` is not a field", key="k1"))
    assert await stage.say(Waiting("a turn")) == ["set_status"]
    assert await stage.say(broken) == ["post_comments", "put_summary", "put_check_run", "set_status"]
    assert await stage.say(broken) == []
    assert await stage.say(judged()) == ["resolve_thread", "put_summary", "put_check_run", "set_status"]
    assert await stage.say(judged()) == []
    assert len(stage.forge.comments[CHANGE.ref]) == 1
    assert "Ready to merge" in stage.forge.comments[CHANGE.ref][0].body


async def test_a_defect_that_comes_back_gets_a_thread_again_unless_a_person_settled_it(stage: Stage) -> None:
    broken = judged(finding("x", key="k1"))
    for standing in (broken, judged(), broken):
        await stage.say(standing)
    assert len(stage.forge.threads[CHANGE.ref]) == 2
    stage.forge.settle(CHANGE.ref, stage.forge.threads[CHANGE.ref][1].id, PERSON)
    assert "post_comments" not in await stage.say(broken)


async def test_another_value_of_the_same_defect_rewords_its_thread(stage: Stage) -> None:
    await stage.say(judged(finding("found `two`", key="k1")))
    assert "post_comments" in await stage.say(judged(finding("found `three`", key="k1")))
    assert await stage.say(judged(finding("found `three`", key="k1"))) == []
    (thread,) = stage.forge.threads[CHANGE.ref]
    assert ["found `three`" in comment.body for comment in thread.comments] == [True]


async def test_our_fault_says_so_and_passes_when_it_is_judged_again(stage: Stage) -> None:
    await stage.say(judged())
    assert await stage.say(Faulty("FL-1")) == ["put_summary", "put_check_run", "set_status"]
    assert await stage.say(judged()) == ["put_summary", "put_check_run", "set_status"]
