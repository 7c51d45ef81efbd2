"""What the service makes of all that a forge says, of what it does not say, and of several changes with one head."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from service_stage import BROKEN, GOOD, REPOSITORY, Stage, proposed

from app.forges.base import (
    AccessChanged,
    Account,
    BranchMoved,
    ChangeRef,
    ChangeState,
    ChangeTouched,
    Delivery,
    Forbidden,
    GitAccess,
    GroupFormed,
    GroupGone,
    HeadTouched,
    RepositoryMoved,
    RepositoryRef,
    Status,
    StatusState,
)
from app.runs.dispatch import group_workflow
from app.runs.service import cancel
from app.store.read import ChangeRow, RunState

pytestmark = pytest.mark.asyncio(loop_scope="module")

ADA = Account("5", "ada")


def status(stage: Stage, head: str) -> Status | None:
    return stage.forge.statuses.get((REPOSITORY, head, "fairlead/checks"))


async def until(reached: Callable[[], bool], seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not reached():  # noqa: ASYNC110 - what is waited for is somebody else's
            await asyncio.sleep(0.02)


async def known(stage: Stage, place: RepositoryRef, number: int, reached: Callable[[ChangeRow], bool]) -> ChangeRow:
    """The change as it is known here, once it is so."""
    async with asyncio.timeout(20):
        while True:
            found = await stage.service.reading.store.find_change("github", place.path, number)
            if found and reached(found):
                return found
            await asyncio.sleep(0.02)


def judged(change: ChangeRow) -> bool:
    return change.run is not None and change.run.state.final


async def shows(stage: Stage, head: str, state: StatusState, said: str = "") -> None:
    """The status becomes this, and stays so."""

    def reached() -> bool:
        shown = status(stage, head)
        return shown is not None and shown.state is state and said in shown.description

    await until(reached)
    await asyncio.sleep(0.3)
    assert reached(), status(stage, head)


def fetchable(stage: Stage, ref: ChangeRef, head: str) -> None:
    stage.repository.git("update-ref", f"refs/pull/{ref.number}/head", head)


# ------------------------------------------------------------------ one head, several changes


async def test_of_two_changes_with_one_head_the_worse_one_holds_the_gate_until_it_is_closed(stage: Stage) -> None:
    """The one goes to a branch where the defect is new, the other to one that has it already."""
    other_base = stage.repository.commit({"a.yaml": BROKEN}, stage.base, branch="has-it")
    head = stage.repository.commit({"a.yaml": BROKEN, "b.yaml": b"x: 1\n"}, other_base, branch="shared")
    bad = stage.propose(head, number=1)
    await stage.touch(bad)
    await shows(stage, head, StatusState.FAILURE, "1 error")
    good = stage.propose(head, number=2, base=other_base)
    await stage.touch(good)
    await stage.judged(head, good)
    await shows(stage, head, StatusState.FAILURE, "#1: 1 error")
    stage.propose(head, number=1, state=ChangeState.CLOSED)
    await stage.touch(bad)
    await shows(stage, head, StatusState.SUCCESS, "Ready")


async def test_a_gate_that_was_shut_by_another_opens_with_it(stage: Stage) -> None:
    head = stage.commit({"b.yaml": b"shut: 1\n"}, branch="shut")
    first = stage.propose(head, number=3)
    await stage.touch(first)
    await shows(stage, head, StatusState.SUCCESS)
    base = stage.repository.commit({"a.yaml": GOOD, "b.yaml": b"open: 1\n"}, stage.base, branch="in-its-way")
    second = stage.propose(head, number=4, base=base)
    await stage.touch(second)
    await shows(stage, head, StatusState.FAILURE, "#4: Can't merge: conflicts")
    stage.propose(head, number=4)
    await stage.touch(second)
    await shows(stage, head, StatusState.SUCCESS)


async def test_both_judged_at_once_come_to_one_final_answer(stage: Stage) -> None:
    head = stage.commit({"c.yaml": BROKEN}, branch="at-once")
    refs = [stage.propose(head, number=number) for number in (5, 6, 7)]
    await asyncio.gather(*(stage.touch(ref) for ref in refs))
    for ref in refs:
        await stage.judged(head, ref)
    await shows(stage, head, StatusState.FAILURE, "#5: 1 error")


async def test_a_suite_that_names_no_pull_request_is_of_all_that_have_its_head(stage: Stage) -> None:
    head = stage.commit({"d.yaml": b"x: 1\n"}, branch="suite")
    refs = [stage.propose(head, number=number) for number in (8, 9)]
    await stage.tell(HeadTouched(REPOSITORY, head, "check suite requested"))
    for ref in refs:
        await stage.judged(head, ref)
    await stage.tell(HeadTouched(REPOSITORY, head, "check suite rerequested", again=True))
    for ref in refs:
        await stage.until(lambda page: page.run is not None and page.run.run.attempt == 2 and page.run.run.state.final, ref)
    await shows(stage, head, StatusState.SUCCESS)


async def test_a_draft_that_becomes_ready_is_judged_once_more(stage: Stage) -> None:
    head = stage.commit({"e.yaml": BROKEN}, branch="draft")
    ref = stage.propose(head, number=10)
    change = await stage.forge.change(ref)
    stage.forge.propose(replace(change, draft=True), {"e.yaml": range(1, 9)})
    await stage.touch(ref)
    await stage.judged(head, ref)
    stage.forge.propose(replace(change, draft=False), {"e.yaml": range(1, 9)})
    await stage.touch(ref)
    await stage.until(lambda page: page.run is not None and page.run.run.attempt == 2 and page.run.run.state.final, ref)


# ------------------------------------------------------------------ a base that moves


async def test_a_push_to_the_base_of_many_writes_only_where_the_answer_is_another(stage: Stage) -> None:
    """Twenty changes, of which the push makes one conflict: of the others nothing is written, not even pending and back."""
    start = stage.repository.commit({"a.yaml": GOOD, "late.yaml": b"k: 1\n"}, stage.base, branch="trunk")
    heads = {}
    for number in range(100, 120):
        files = {"a.yaml": GOOD, "late.yaml": b"k: 2\n" if number == 100 else b"k: 1\n", f"n{number}.yaml": b"x: 1\n"}
        head = heads[number] = stage.repository.commit(files, start, branch=f"many-{number}")
        ref = stage.propose(head, number=number, base=start)
        await stage.touch(ref)
    for number, head in heads.items():
        await stage.judged(head, ChangeRef(REPOSITORY, number))
    moved = stage.repository.commit({"a.yaml": GOOD, "late.yaml": b"k: 3\n"}, start, branch="trunk")
    for number, head in heads.items():
        stage.propose(head, number=number, base=moved)
    stage.forge.written.clear()
    stage.forge.asked.clear()
    for push in range(5):
        await stage.tell(BranchMoved(REPOSITORY, "main"), delivery=f"burst-{push}")
    for number in heads:
        ref = ChangeRef(REPOSITORY, number)
        page = await stage.until(
            lambda page: page.run is not None and page.run.run.base == moved and page.run.run.state.final, ref
        )
        assert len(page.earlier) == 1, "five pushes in a row are looked at once"
    assert Counter(stage.forge.written) == {"put_summary": 1, "put_check_run": 1, "set_status": 1}
    assert "conflicts" in (status(stage, heads[100]) or Status("", StatusState.PENDING, "")).description
    asked = Counter(stage.forge.asked)
    assert asked["open_changes"] == 1
    assert asked["posted"] <= 2


# ------------------------------------------------------------------ merge queues


def group(stage: Stage, head: str, *, again: bool = False) -> GroupFormed:
    branch = f"gh-readonly-queue/main/pr-7-{'0' * 40}"
    stage.repository.git("update-ref", f"refs/heads/{branch}", head)
    stage.forge.branches[REPOSITORY, branch] = head
    stage.forge.branches[REPOSITORY, "main"] = stage.base
    return GroupFormed(REPOSITORY, head, branch, "main", again)


@pytest.mark.parametrize(("content", "state"), [(BROKEN, StatusState.FAILURE), (GOOD, StatusState.SUCCESS)])
async def test_a_group_is_judged_against_its_base_and_told_at_its_head(
    stage: Stage, content: bytes, state: StatusState
) -> None:
    head = stage.commit({"a.yaml": content, "q.yaml": b"x: 1\n"}, branch="queued")
    asked = group(stage, head)
    await stage.tell(asked)
    await shows(stage, head, state)
    run = stage.forge.check_runs[REPOSITORY, head, f"{REPOSITORY.path}@{asked.branch}"]
    assert run.conclusion is state
    assert [note.path for note in run.annotations] == (["a.yaml"] if state is StatusState.FAILURE else [])


async def test_a_group_that_is_gone_is_told_nothing_and_one_asked_about_again_is_judged_again(stage: Stage) -> None:
    head = stage.commit({"q.yaml": b"x: 2\n"}, branch="gone")
    asked = group(stage, head)
    del stage.forge.branches[REPOSITORY, asked.branch]
    await stage.tell(asked)
    await stage.tell(GroupGone(REPOSITORY, head))
    await asyncio.sleep(1)
    assert status(stage, head) is None
    await stage.tell(group(stage, head, again=True))
    await shows(stage, head, StatusState.SUCCESS)


async def test_a_group_that_can_not_be_fetched_ends_in_an_error(stage: Stage) -> None:
    head = "3" * 40
    branch = f"gh-readonly-queue/main/pr-8-{'0' * 40}"
    stage.forge.branches |= {(REPOSITORY, branch): head, (REPOSITORY, "main"): stage.base}
    await stage.tell(GroupFormed(REPOSITORY, head, branch, "main"))
    await shows(stage, head, StatusState.ERROR, "git could not run")


async def test_a_group_that_no_worker_survives_ends_in_an_error_while_the_queue_still_asks(stage: Stage) -> None:
    slow = b"".join(b"k%d: [1, 2, {a: b}]\n" % line for line in range(20_000))
    head = stage.commit({"slow.yaml": slow}, branch="deadly")
    await stage.tell(group(stage, head))
    await until(lambda: status(stage, head) is not None)
    await cancel(group_workflow(REPOSITORY, head))
    await stage.service.hands.dispatch.reconcile("without the group")
    await shows(stage, head, StatusState.ERROR, "Fairlead itself failed, reference FL-")


# ------------------------------------------------------------------ what never came, and what is no longer there


async def test_what_the_forge_could_not_hand_over_is_fetched_and_done_once(stage: Stage) -> None:
    head = stage.commit({"f.yaml": b"x: 1\n"}, branch="undelivered")
    ref = stage.propose(head, number=11)
    at = datetime.now(UTC) - timedelta(minutes=1)
    stage.forge.undelivered += [
        (at, Delivery("missed", ChangeTouched(ref, "test", again=True))),
        (at, Delivery("known", ChangeTouched(ref, "test", again=True))),
    ]
    await stage.tell(ChangeTouched(ref, "test", again=True), delivery="known")
    await stage.judged(head, ref)
    for number in range(3):
        await stage.service.hands.dispatch.reconcile(f"catching up {number}")
    await stage.until(lambda page: page.run is not None and page.run.run.attempt == 2 and page.run.run.state.final, ref)
    await asyncio.sleep(0.5)
    assert len((await stage.until(lambda _: True, ref)).earlier) == 1
    missed = await stage.service.door.inbox.read("github", "missed")
    assert missed is not None
    assert missed.settled is not None


async def test_deliveries_that_can_not_be_listed_do_not_keep_the_round_from_the_changes(stage: Stage) -> None:
    head = stage.commit({"g.yaml": b"x: 1\n"}, branch="listless")
    ref = stage.propose(head, number=12)
    stage.forge.fail_once(Forbidden("the app may not read its deliveries"), "failed_deliveries")
    await stage.service.hands.dispatch.reconcile("listless")
    assert (await stage.judged(head, ref)).state is RunState.DONE


async def test_a_repository_that_was_renamed_keeps_its_story(stage: Stage) -> None:
    old, new = RepositoryRef("github", "shop/before"), RepositoryRef("github", "shop/after")
    head = stage.commit({"h.yaml": b"x: 1\n"}, branch="renamed")
    before = proposed(ChangeRef(old, 13), stage.base, head)
    fetchable(stage, before.ref, head)
    for place in (old, new):
        stage.forge.git_accesses[place] = GitAccess(str(stage.repository.path))
    stage.forge.propose(before)
    await stage.touch(before.ref)
    first = await known(stage, old, 13, judged)
    stage.forge.remove(before.ref)
    stage.forge.uninstall(old)
    stage.forge.propose(replace(before, ref=ChangeRef(new, 13)))
    await stage.tell(RepositoryMoved(old, new))
    found = await known(stage, new, 13, judged)
    assert (found.id, found.state) == (first.id, ChangeState.OPEN)
    assert await stage.service.reading.store.find_change("github", old.path, 13) is None


async def test_a_repository_that_is_taken_away_has_no_open_changes_and_no_work_any_more(stage: Stage) -> None:
    place = RepositoryRef("github", "shop/secret")
    head = stage.commit({"slow.yaml": b"".join(b"k%d: [1, 2, {a: b}]\n" % line for line in range(20_000))}, branch="secret")
    change = proposed(ChangeRef(place, 14), stage.base, head)
    fetchable(stage, change.ref, head)
    stage.forge.git_accesses[place] = GitAccess(str(stage.repository.path))
    stage.forge.propose(change)
    await stage.touch(change.ref)
    await known(stage, place, 14, lambda change: change.run is not None)
    stage.forge.uninstall(place)
    await stage.tell(AccessChanged("github", "installation_repositories removed"))
    found = await known(stage, place, 14, lambda change: change.state is not ChangeState.OPEN)
    assert found.run is not None
    assert found.run.state is RunState.SUPERSEDED
