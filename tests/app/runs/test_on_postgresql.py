"""The same service on PostgreSQL, by its URL alone."""

from pathlib import Path

import postgres
import pytest
from service_stage import BROKEN, GOOD, REF, REPOSITORY, staged

from app.forges.base import StatusState


@pytest.mark.slow
@pytest.mark.skipif(not postgres.available(), reason="PostgreSQL's programs are not installed")
async def test_a_change_is_judged_and_a_newer_head_after_it(tmp_path: Path) -> None:
    with postgres.running() as url:
        async with staged(tmp_path, url) as stage:
            for content, state in ((BROKEN, StatusState.FAILURE), (GOOD + b"c: 1\n", StatusState.SUCCESS)):
                head = stage.commit({"a.yaml": content}, branch=str(state))
                stage.propose(head)
                await stage.touch()
                await stage.judged(head)
                assert stage.forge.statuses[REPOSITORY, head, "fairlead/checks"].state is state
            assert len(stage.forge.comments[REF]) == 1
