"""Rows 14 to 21 and 26 to 28: the forge is away, slow, forgetful, strict, or people change their mind."""

import time
from collections.abc import Callable
from itertools import accumulate

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from fault_world.promises import hold
from fault_world.storage import asked, move_times
from fault_world.waiting import until
from fault_world.world import CONTEXT, KEYS, Change, World

from app.devforge import apps, clock
from app.devforge.faults import RequestFault, Sending, Way, WebhookFault
from app.devforge.records import App, Installation, Status
from app.forges.base import Unreachable
from app.runs.faults import LONGEST_WAIT, patience
from app.runs.steps import MOST_ATTEMPTS

BROKEN = frozenset({2, 5})
OUTAGE_SECONDS = 20.0
LONG_OUTAGE_SECONDS = 2.5 * 3600
LONGEST_COMMENT = 65_536
MOST_STATUSES = 1000
WAIT = '{"message": "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."}'
SKEWED = "{\"message\": \"'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued\"}"


def installation(scene: World) -> int:
    """The id of ours."""
    [found] = scene.forge.database.all(Installation)
    return found.id


def test_row_14_patience_outlasts_an_outage_of_hours() -> None:
    waits = [patience(Unreachable("503"), attempt) or 0 for attempt in range(MOST_ATTEMPTS)]
    assert list(accumulate(waits))[-1] > LONG_OUTAGE_SECONDS
    assert max(waits) == LONGEST_WAIT
    assert LONGEST_WAIT <= 300


@pytest.mark.slow
def test_row_14_the_forge_fails_for_a_while(scene: World, new_change: Callable[[], Change]) -> None:
    known, new = new_change(), new_change()
    known.push(BROKEN)
    hold([known])
    scene.forge.faults.add(RequestFault(way=Way.ANSWER, status=503, times=None))
    heads = {known: known.push(), new: new.push(BROKEN)}
    time.sleep(OUTAGE_SECONDS)
    rounds = "SELECT count(*) FROM workflow_status WHERE name = 'reconcile' AND status IN ('ENQUEUED', 'PENDING')"
    assert asked(scene.data / "runs.sqlite", rounds)[0] in ((1,), (2,))  # one that is made, and one that waits
    assert [change.state(head) for change, head in heads.items()] == ["", ""]
    scene.forge.faults.lift_all()
    hold([known, new], 90)


@pytest.mark.slow
@pytest.mark.parametrize("status", [403, 429])
def test_row_15_the_forge_asks_to_wait(scene: World, change: Change, status: int) -> None:
    for path in ("/statuses/", "/reviews", "/check-runs", r"/comments$", r"\.git/"):
        limit = RequestFault(way=Way.ANSWER, method="POST", path=path, status=status, headers={"retry-after": "2"}, body=WAIT)
        scene.forge.faults.add(limit)
    change.push(BROKEN)
    hold([change])
    assert len(scene.forge.faults.struck) == 5


@pytest.mark.slow
def test_row_16_what_timed_out_was_done_all_the_same(scene: World, new_change: Callable[[], Change]) -> None:
    changes = []
    for path in ("/statuses/", "/reviews", "/check-runs", r"/issues/\d+/comments"):
        change = new_change()
        lost = RequestFault(way=Way.DROP, method="POST", path=f"/repos/{change.name}.*{path}", done=True, times=2)
        scene.forge.faults.add(lost)
        change.push(BROKEN)
        changes.append(change)
    hold(changes, 90)


@pytest.mark.slow
def test_row_17_reads_lag_behind_writes(scene: World, change: Change) -> None:
    scene.forge.faults.lag(2)
    change.push(BROKEN)
    until(lambda: change.state(change.heads[-1]) != "")
    change.push(frozenset({1}))
    time.sleep(1)
    change.push()
    hold([change])


@pytest.mark.slow
def test_row_18_a_token_ends_while_it_is_used(scene: World, change: Change) -> None:
    for broken in (BROKEN, frozenset({1}), frozenset[int]()):
        change.push(broken)
        until(lambda: change.state(change.heads[-1]) != "")
        apps.expire_tokens(scene.forge)
        hold([change])


@pytest.mark.slow
def test_row_18_the_key_is_replaced(scene: World, change: Change) -> None:
    change.push()
    hold([change])
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    traditional = serialization.PrivateFormat.TraditionalOpenSSL
    private = key.private_bytes(serialization.Encoding.PEM, traditional, serialization.NoEncryption())
    [app] = scene.forge.database.all(App)
    scene.forge.database.update(app, public_key=public.decode())
    apps.expire_tokens(scene.forge)
    head = change.push(BROKEN)
    until(lambda: "Are app id and private key right" in scene.service.log.read_text())
    assert change.state(head) == ""
    scene.service.kill()
    scene.service.settings = {**scene.service.settings, "github_private_key": private.decode()}
    scene.calm()
    hold([change])


@pytest.mark.slow
def test_row_19_the_installation_is_suspended(scene: World, new_change: Callable[[], Change]) -> None:
    known, new = new_change(), new_change()
    known.push(BROKEN)
    until(lambda: known.state(known.heads[-1]) == "pending")
    apps.suspend(scene.forge, installation(scene), suspended=True)
    try:
        heads = {known: known.push(BROKEN), new: new.push()}
        time.sleep(8)
        assert "success" not in {change.state(head) for change, head in heads.items()}
    finally:
        apps.suspend(scene.forge, installation(scene), suspended=False)
    hold([known, new])


@pytest.mark.slow
def test_row_20_pushed_over_while_it_is_judged(scene: World, change: Change) -> None:
    head = change.push()
    until(lambda: change.state(head) == "pending")
    change.push(BROKEN, onto=change.main)
    hold([change])


@pytest.mark.slow
def test_row_21_closed_while_it_is_judged(scene: World, change: Change) -> None:
    head = change.push(BROKEN)
    until(lambda: change.state(head) == "pending")
    change.set_state("closed")
    time.sleep(3)
    said = [one.body for one in change.summaries()]
    assert change.state(head) != "success"
    time.sleep(6)
    assert [one.body for one in change.summaries()] == said
    change.set_state("open")
    hold([change])


@pytest.mark.slow
@pytest.mark.parametrize("by", [-3600, 3600], ids=["back", "forth"])
def test_row_26_the_clock_jumps(scene: World, new_change: Callable[[], Change], by: float) -> None:
    known, new = new_change(), new_change()
    known.push(BROKEN)
    hold([known])
    scene.service.kill()
    move_times(scene.data, -by)
    scene.calm()
    skewed = RequestFault(way=Way.ANSWER, method="POST", path="/access_tokens", status=401, body=SKEWED, times=3)
    scene.forge.faults.add(skewed)
    known.push(frozenset({1}))
    new.push()
    known.move_main()
    hold([known, new])


@pytest.mark.slow
def test_row_27_somebody_deletes_what_the_bot_said(scene: World, change: Change) -> None:
    change.push(BROKEN)
    hold([change])
    change.delete_summary()
    change.push(frozenset({2}))
    hold([change])
    change.delete_summary()
    change.say("/check")
    until(lambda: len(change.summaries()) == 1)
    hold([change])


@pytest.mark.slow
def test_row_28_more_is_wrong_than_a_comment_holds(scene: World, change: Change) -> None:
    doubled = b"".join(b"%s%d: 1\n" % (b"long" * 40, number // 2) for number in range(60))
    head = change.push(beside={f"{'deep/' * 30}{number}.yaml": doubled for number in range(60)})
    until(lambda: change.state(head) == "failure")
    [summary] = change.summaries()
    assert "1800 errors" in summary.body.replace(",", "")
    assert len(summary.body) <= LONGEST_COMMENT
    assert 0 < len(change.open_threads()) <= 30
    assert [(one.status, one.conclusion) for one in change.check_runs(head)] == [("completed", "failure")]


@pytest.mark.slow
def test_row_28_the_last_status_that_a_commit_takes(scene: World, change: Change) -> None:
    scene.forge.faults.add(WebhookFault(way=Sending.DELAY, seconds=4, times=None))
    head = change.push()
    [app] = scene.forge.database.all(App)
    with scene.forge.database.transaction():
        for _ in range(MOST_STATUSES - 1):
            scene.forge.database.insert(
                Status(
                    repository_id=change.repository.id,
                    sha=head,
                    context=CONTEXT,
                    state="pending",
                    description="",
                    target_url=None,
                    creator_id=app.bot_id,
                    created_at=clock.now(),
                )
            )
    until(lambda: change.check_runs(head) and change.check_runs(head)[-1].status == "completed")
    time.sleep(3)
    assert {one.state for one in change.statuses(head)} == {"pending"}
    assert len(change.summaries()) == 1
    following = change.push(frozenset(range(1, KEYS + 1)))
    hold([change])
    assert change.state(following) == "failure"
