"""Webhooks that GitHub could not hand over, read from its log of them."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from forge_stage.stages import GitHubStage, Town, town

from app.devforge.records import Delivery
from app.forges.base import ChangeTouched, CommentWritten
from app.forges.github import GitHubForge


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with town(Path(tmp_path_factory.mktemp("town")), events=("pull_request", "issue_comment")) as built:
        yield built


def sent(built: Town) -> list[Delivery]:
    """All deliveries, once every one was tried; nobody listens where they go."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        found = built.devforge.database.all(Delivery)
        if found and all(one.status_code is not None for one in found):
            return found
        time.sleep(0.05)
    raise AssertionError("devforge still tries")


async def test_what_nobody_took_is_read_and_what_was_taken_in_the_end_is_not(built: Town) -> None:
    stage = GitHubStage(built)
    stage.say("ada", "/check")
    forge = stage.forge
    assert isinstance(forge, GitHubForge)
    tried = sent(built)
    opened, written = tried[-2:]
    found = {one.id: one.event async for one in forge.failed_deliveries(datetime.now(UTC) - timedelta(days=3))}
    assert found[opened.guid] == ChangeTouched(stage.ref, "pull request opened")
    comment = found[written.guid]
    assert isinstance(comment, CommentWritten)
    assert comment.text == "/check"
    built.devforge.database.update(written, status="OK", status_code=202)
    built.devforge.database.insert(replace(opened, id=0, redelivery=True, status="OK", status_code=202))
    assert not {opened.guid, written.guid} & {
        one.id async for one in forge.failed_deliveries(datetime.now(UTC) - timedelta(days=3))
    }
    await forge.close()


async def test_what_is_older_than_asked_for_and_what_is_under_way_is_left_out(built: Town) -> None:
    stage = GitHubStage(built)
    [*_, opened] = sent(built)
    built.devforge.database.update(opened, status="pending", status_code=None)
    assert [one async for one in stage.forge.failed_deliveries(datetime.now(UTC) + timedelta(minutes=1))] == []
    assert opened.guid not in {one.id async for one in stage.forge.failed_deliveries(datetime.now(UTC) - timedelta(days=1))}
    built.devforge.database.update(opened, status="failed", status_code=0)
    await stage.forge.close()


async def test_a_branch_has_a_tip_as_long_as_it_is_there(built: Town) -> None:
    stage = GitHubStage(built)
    place = stage.ref.repository
    assert await stage.forge.branch_tip(place, "main") == stage.main()
    assert await stage.forge.branch_tip(place, "raise") == stage.head
    assert await stage.forge.branch_tip(place, "gh-readonly-queue/main/pr-1-gone") is None
    await stage.forge.close()
