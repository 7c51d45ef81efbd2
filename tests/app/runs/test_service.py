"""Changes judged by the real workflows, from the webhook to the final status."""

import asyncio
import os
import signal
import time
from dataclasses import replace
from pathlib import Path

import pytest
from service_stage import BROKEN, GOOD, REPOSITORY, Stage, connected

from app import wiring
from app.forges.base import (
    Account,
    BranchMoved,
    ChangeState,
    ChangeTouched,
    CommentWritten,
    Delivery,
    ForgeError,
    Permission,
    Status,
    StatusState,
    Unreachable,
)
from app.runs.lock import AlreadyRunning
from app.store.read import ChangePage, MomentKind, RunState, StepState
from app.wiring import Role
from validators.model import FindingStatus

pytestmark = pytest.mark.asyncio(loop_scope="module")

ADA = Account("5", "ada")


def slow_yaml(number: int) -> bytes:
    """A file that takes a second or more to lint."""
    return b"".join(b"key-%d-%d: [1, 2, 3, {a: b, c: [d, e]}]\n" % (number, line) for line in range(20_000))


def lints(page: ChangePage) -> bool:
    """Whether the engine is at work on a file."""
    return page.run is not None and any(step.name == "yaml_lint" and step.state is StepState.RUNNING for step in page.run.steps)


def descendants(process: int) -> set[int]:
    """The processes that a process started, and those that they did."""
    children: set[int] = set()
    for task in Path(f"/proc/{process}/task").iterdir():
        children |= {int(word) for word in (task / "children").read_text().split()}
    return children.union(*(descendants(child) for child in children if Path(f"/proc/{child}").exists()))


def status(stage: Stage, head: str) -> Status:
    return stage.forge.statuses[REPOSITORY, head, "fairlead/checks"]


async def test_a_broken_file_is_told_on_its_line_in_one_summary_and_by_the_status(stage: Stage) -> None:
    head = stage.commit({"a.yaml": BROKEN}, branch="broken")
    ref = stage.propose(head, number=1)
    await stage.touch(ref)
    run = await stage.judged(head, ref)
    assert run.verdict is not None
    assert (run.state, run.verdict.headline) == (RunState.DONE, "1 error blocks the merge")
    assert status(stage, head).state is StatusState.FAILURE
    assert [thread.line for thread in stage.forge.threads[ref]] == [3]
    assert len(stage.forge.comments[ref]) == 1


async def test_a_page_finds_the_code_the_coverage_the_steps_and_the_story(stage: Stage) -> None:
    head = stage.commit({"a.yaml": BROKEN}, branch="page")
    ref = stage.propose(head, number=2)
    await stage.touch(ref)
    await stage.judged(head, ref)
    page = await stage.page(ref)
    assert page is not None
    assert page.run is not None
    (found,) = page.run.findings
    assert (found.finding.status, found.validator) == (FindingStatus.NEW, "yaml_lint")
    assert found.excerpt is not None
    assert (found.excerpt.first, found.excerpt.lines) == (1, ("a: 1", "b: 2", "b: 3"))
    assert {check.validator for check in page.run.checks} >= {"yaml_lint", "configuration"}
    assert [step.name for step in page.run.steps][0 :: len(page.run.steps) - 1] == ["fetch", "publish"]
    assert {step.state for step in page.run.steps} == {StepState.DONE}
    assert [moment.kind for moment in page.timeline] == [MomentKind.PUBLISHED, MomentKind.JUDGED, MomentKind.OPENED]


async def test_the_fixing_push_turns_the_status_green_and_resolves_what_was_said(stage: Stage) -> None:
    first = stage.commit({"a.yaml": BROKEN}, branch="fixing")
    ref = stage.propose(first, number=3)
    await stage.touch(ref)
    await stage.judged(first, ref)
    second = stage.commit({"a.yaml": GOOD + b"c: 3\n"}, first, branch="fixing")
    stage.propose(second, number=3)
    await stage.touch(ref)
    run = await stage.judged(second, ref)
    assert run.verdict is not None
    assert status(stage, second).state is StatusState.SUCCESS
    assert [thread.resolved_by is not None for thread in stage.forge.threads[ref]] == [True]
    assert len(stage.forge.comments[ref]) == 1
    assert "Ready to merge" in stage.forge.comments[ref][0].body


async def test_the_same_delivery_a_hundred_times_is_one_run(stage: Stage) -> None:
    head = stage.commit({"a.yaml": GOOD + b"c: 1\n"}, branch="hundred")
    ref = stage.propose(head, number=4)
    for _ in range(100):
        await stage.touch(ref, delivery="the-same")
    await stage.judged(head, ref)
    written = list(stage.forge.written)
    await stage.touch(ref, delivery="the-same")
    await stage.touch(ref, delivery="another id, the same body")
    await asyncio.sleep(0.5)
    assert (await stage.until(lambda _: True, ref)).earlier == ()
    assert stage.forge.written == written


async def test_a_force_push_back_to_an_older_head_is_judged_again(stage: Stage) -> None:
    first = stage.commit({"a.yaml": BROKEN}, branch="back")
    second = stage.commit({"a.yaml": GOOD + b"d: 1\n"}, branch="back")
    ref = stage.propose(first, number=5)
    for head in (first, second, first):
        stage.propose(head, number=5)
        await stage.touch(ref)
        await stage.judged(head, ref)
    page = await stage.until(lambda page: page.run is not None and page.run.run.attempt == 2, ref)
    assert page.run is not None
    await stage.until(lambda page: page.run is not None and page.run.run.state is RunState.DONE, ref)
    assert [run.head for run in page.earlier] == [second, first]
    assert "1 error blocks the merge" in stage.forge.comments[ref][0].body


async def test_a_conflict_with_the_base_is_said_in_status_and_summary(stage: Stage) -> None:
    base = stage.repository.commit({"a.yaml": b"a: 2\n"}, stage.base, branch="moved")
    head = stage.commit({"a.yaml": b"a: 3\n"}, branch="conflict")
    ref = stage.propose(head, number=6, base=base)
    await stage.touch(ref)
    run = await stage.judged(head, ref)
    assert run.verdict is not None
    assert run.verdict.headline == "Can't merge: conflicts with `main` in 1 file"
    assert status(stage, head).state is StatusState.FAILURE
    assert "a.yaml" in stage.forge.comments[ref][0].body


async def test_a_broken_configuration_at_the_base_ends_in_error_with_file_and_line(stage: Stage) -> None:
    bad = {".fairlead.yaml": b"version: 1\nkubernetes_verison: '1.31'\n", "a.yaml": GOOD}
    base = stage.repository.commit(bad, stage.base, branch="misconfigured")
    head = stage.repository.commit({**bad, "a.yaml": BROKEN}, base, branch="on-misconfigured")
    ref = stage.propose(head, number=8, base=base)
    await stage.touch(ref)
    run = await stage.judged(head, ref)
    assert run.state is RunState.DONE
    assert status(stage, head).state is StatusState.ERROR
    assert ".fairlead.yaml" in status(stage, head).description
    assert "line 2" in status(stage, head).description
    assert "Mend `.fairlead.yaml` on a pull request of its own first" in stage.forge.comments[ref][0].body


@pytest.mark.parametrize("bad", ["version: 1\nkubernetes_verison: '1.31'\n", "version: 1\nkubernetes_version: '1.99'\n"])
async def test_a_change_that_mends_the_configuration_is_judged_by_its_own(stage: Stage, bad: str) -> None:
    base = stage.repository.commit({".fairlead.yaml": bad.encode(), "a.yaml": GOOD}, stage.base, branch="broken")
    head = stage.repository.commit({".fairlead.yaml": b"version: 1\n", "a.yaml": GOOD}, base, branch="mends")
    ref = stage.propose(head, number=13, base=base)
    await stage.touch(ref)
    run = await stage.judged(head, ref)
    assert status(stage, head).state is StatusState.SUCCESS
    assert status(stage, head).description == "Ready to merge, judged by its own .fairlead.yaml"
    said = "The configuration at `main` can't be read; this change mends it and was judged by its own"
    assert said in stage.forge.comments[ref][0].body
    shown = stage.forge.check_runs[REPOSITORY, head, str(ref)]
    assert (shown.title, shown.conclusion) == ("Ready to merge, judged by its own .fairlead.yaml", StatusState.SUCCESS)
    assert said in shown.annotations[0].message
    assert run.verdict is not None
    assert run.verdict.headline == "Ready to merge, judged by its own `.fairlead.yaml`"


async def test_what_rides_along_with_a_mended_configuration_is_not_judged_by_it(stage: Stage) -> None:
    bad = {".fairlead.yaml": b"version: 1\nfail_onn: never\n", "a.yaml": GOOD}
    base = stage.repository.commit(bad, stage.base, branch="broken-too")
    mended = {".fairlead.yaml": b"version: 1\nfail_on: never\n", "a.yaml": BROKEN}
    head = stage.repository.commit(mended, base, branch="smuggles")
    ref = stage.propose(head, number=44, base=base)
    await stage.touch(ref)
    await stage.judged(head, ref)
    assert status(stage, head).state is StatusState.ERROR
    assert "This change touches `a.yaml` as well." in stage.forge.comments[ref][0].body


async def test_a_head_that_can_not_be_fetched_is_an_error_with_its_reason(stage: Stage) -> None:
    head = "1" * 40
    real = stage.commit({"a.yaml": BROKEN}, branch="elsewhere")
    ref = stage.propose(real, number=9)
    change = await stage.forge.change(ref)
    stage.forge.propose(replace(change, head=head))
    await stage.touch(ref)
    await stage.judged(head, ref)
    assert status(stage, head).state is StatusState.ERROR
    assert "git could not run" in status(stage, head).description


async def test_our_own_fault_ends_in_error_with_a_reference_to_look_up(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    head = stage.commit({"a.yaml": BROKEN}, branch="fault")
    ref = stage.propose(head, number=10)
    stage.forge.fail_once(ForgeError("an answer that nobody expected"), "git_access")
    await stage.touch(ref)
    run = await stage.judged(head, ref)
    assert run.state is RunState.FAILED
    await stage.until(lambda _: status(stage, head).state is StatusState.ERROR, ref)
    assert run.reference in status(stage, head).description
    assert any(run.reference in record.getMessage() and record.exc_info for record in caplog.records)


async def test_a_closed_change_is_not_judged(stage: Stage) -> None:
    head = stage.commit({"a.yaml": BROKEN}, branch="closed")
    ref = stage.propose(head, number=11, state=ChangeState.CLOSED)
    await stage.touch(ref)
    page = await stage.until(lambda _: True, ref)
    assert page.run is None
    assert (REPOSITORY, head, "fairlead/checks") not in stage.forge.statuses


async def test_a_forge_that_does_not_answer_is_asked_again(stage: Stage) -> None:
    head = stage.commit({"a.yaml": BROKEN}, branch="flaky")
    ref = stage.propose(head, number=12)
    stage.forge.fail_once(Unreachable("no answer"), "change")
    stage.forge.fail_once(Unreachable("no answer"), "put_summary", after=True)
    await stage.touch(ref)
    run = await stage.judged(head, ref)
    assert run.state is RunState.DONE
    assert len(stage.forge.comments[ref]) == 1


async def test_check_in_a_comment_judges_again(stage: Stage) -> None:
    head = stage.commit({"a.yaml": BROKEN}, branch="command")
    ref = stage.propose(head, number=13)
    stage.forge.allow(REPOSITORY, ADA, Permission.READ)
    await stage.touch(ref)
    await stage.judged(head, ref)
    comment = stage.forge.say(ref, ADA, "/check")
    await stage.tell(CommentWritten(ref, comment, ADA, "/check"))
    await stage.until(lambda page: page.run is not None and page.run.run.attempt == 2 and page.run.run.state.final, ref)
    assert stage.forge.reactions[comment]


async def test_when_the_base_moves_the_change_is_judged_upon_the_new_one(stage: Stage) -> None:
    head = stage.commit({"b.yaml": b"x: 1\n"}, branch="on-base")
    ref = stage.propose(head, number=14)
    await stage.touch(ref)
    await stage.judged(head, ref)
    base = stage.repository.commit({"a.yaml": GOOD, "c.yaml": b"y: 1\n"}, stage.base, branch="newer-base")
    stage.propose(head, number=14, base=base)
    await stage.tell(BranchMoved(REPOSITORY, "main"))
    page = await stage.until(lambda page: page.run is not None and page.run.run.base == base and page.run.run.state.final, ref)
    assert [(run.state, run.head, run.base) for run in page.earlier] == [(RunState.DONE, head, stage.base)]


async def test_what_was_judged_upon_an_older_base_is_not_said_of_the_newer_one(stage: Stage) -> None:
    some = b"".join(slow_yaml(0).splitlines(keepends=True)[:3000])
    head = stage.commit({"slow.yaml": some}, branch="on-moving-base")
    ref = stage.propose(head, number=24)
    await stage.touch(ref)
    await stage.until(lambda page: page.run is not None and page.run.run.state is RunState.JUDGING, ref)
    base = stage.repository.commit({"a.yaml": GOOD, "c.yaml": b"z: 1\n"}, stage.base, branch="moved-unheard")
    stage.propose(head, number=24, base=base)
    page = await stage.until(lambda page: page.run is not None and page.run.run.base == base and page.run.run.state.final, ref)
    assert [run.state for run in page.earlier] == [RunState.SUPERSEDED]


async def test_a_newer_head_stops_the_older_run_at_once_and_what_it_started(stage: Stage) -> None:
    slow = {f"slow-{number}.yaml": slow_yaml(number) for number in range(6)}
    first = stage.commit(slow, branch="slow")
    ref = stage.propose(first, number=20)
    await stage.touch(ref)
    await stage.until(lints, ref)
    engines = descendants(os.getpid())
    assert engines
    second = stage.commit({"a.yaml": GOOD + b"e: 1\n"}, branch="quick")
    stage.propose(second, number=20)
    began = time.monotonic()
    await stage.touch(ref)
    run = await stage.judged(second, ref)
    assert time.monotonic() - began < 5
    page = await stage.until(lambda _: True, ref)
    assert (run.state, page.earlier[0].state) == (RunState.DONE, RunState.SUPERSEDED)
    assert not engines & descendants(os.getpid())
    assert status(stage, first).state is StatusState.PENDING


async def test_an_engine_that_dies_is_a_broken_check_and_another_takes_its_place(stage: Stage) -> None:
    head = stage.commit({f"bomb-{number}.yaml": slow_yaml(number + 50) for number in range(6)}, branch="bomb")
    ref = stage.propose(head, number=21)
    await stage.touch(ref)
    await stage.until(lints, ref)
    for process in descendants(os.getpid()):
        os.kill(process, signal.SIGKILL)
    run = await stage.judged(head, ref)
    assert run.state is RunState.DONE
    assert status(stage, head).state is StatusState.ERROR
    assert "engine could not run" in status(stage, head).description
    after = stage.commit({"a.yaml": GOOD + b"f: 1\n"}, branch="after-bomb")
    stage.propose(after, number=21)
    await stage.touch(ref)
    await stage.judged(after, ref)
    assert status(stage, after).state is StatusState.SUCCESS


async def test_a_page_that_waits_hears_of_progress_at_once(stage: Stage) -> None:
    head = stage.commit({"b.yaml": b"x: 2\n"}, branch="waiting")
    ref = stage.propose(head, number=15)
    store = stage.service.reading.store
    before = await store.touched()
    waiting = asyncio.create_task(store.wait(None, after=before, seconds=20))
    await stage.touch(ref)
    assert await waiting > before
    await stage.judged(head, ref)


async def test_the_round_finds_a_change_whose_webhook_never_came(stage: Stage) -> None:
    head = stage.commit({"b.yaml": b"x: 3\n"}, branch="unheard")
    ref = stage.propose(head, number=16)
    await stage.service.hands.dispatch.reconcile("of the test")
    assert (await stage.judged(head, ref)).state is RunState.DONE


async def test_a_webhook_that_a_web_process_took_in_is_acted_on_by_the_worker(stage: Stage) -> None:
    head = stage.commit({"b.yaml": b"x: 4\n"}, branch="by-web")
    ref = stage.propose(head, number=30)
    web = await wiring.start(stage.settings, Role.WEB, connected(stage.forge))
    received = await web.door.inbox.receive("github", Delivery("by-web", ChangeTouched(ref, "test")), "hash")
    assert received is not None
    await web.door.act(received)
    await web.stop()
    assert (await stage.judged(head, ref)).state is RunState.DONE


async def test_a_second_process_of_the_same_name_is_refused(stage: Stage) -> None:
    with pytest.raises(AlreadyRunning, match=stage.settings.worker_id):
        await wiring.start(stage.settings, Role.WORKER, connected(stage.forge))
