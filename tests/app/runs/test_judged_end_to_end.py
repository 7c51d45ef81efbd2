"""A change is judged by the real workflows, from the webhook to the final status."""

from app.forges.base import StatusState
from app.store.read import RunState
from tests.app.runs.conftest import BROKEN, REF, REPOSITORY, Stage


async def test_a_broken_file_is_told_on_its_line_and_in_the_status(stage: Stage) -> None:
    head = stage.commit({"a.yaml": BROKEN}, branch="two")
    stage.propose(head)
    await stage.touch()
    run = await stage.judged(head)
    assert run.state is RunState.DONE
    assert run.verdict is not None
    assert run.verdict.headline == "1 error blocks the merge"
    status = stage.forge.statuses[REPOSITORY, head, "fairlead/checks"]
    assert status.state is StatusState.FAILURE
    assert [thread.line for thread in stage.forge.threads[REF]] == [3]
    assert len(stage.forge.comments[REF]) == 1
