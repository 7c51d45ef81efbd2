"""Groups of a merge queue whose workflow ended without an answer, as when it took one worker after the other down with it.

Of changes the ledger knows which runs have not ended; of groups nothing is kept but their workflows.
"""

from datetime import UTC, datetime, timedelta

from dbos import DBOS, WorkflowStatus

from app.forges.base import GroupFormed, RepositoryRef
from app.runs.dispatch import APPLICATION, GROUP

LOOKED_BACK = timedelta(days=1)
"""Queues ask no longer than hours."""
UNANSWERED = ("CANCELLED", "ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")


async def abandoned_groups() -> tuple[GroupFormed, ...]:
    """The groups of which the newest workflow ended unanswered; the queue may have ceased to ask, of course."""
    since = (datetime.now(UTC) - LOOKED_BACK).isoformat()
    found = await DBOS.list_workflows_async(name=GROUP, start_time=since, application_name=APPLICATION, load_output=False)
    newest = {_group(one): one.status for one in found}
    return tuple(group for group, status in newest.items() if status in UNANSWERED)


def _group(workflow: WorkflowStatus) -> GroupFormed:
    """What it was asked for; see Dispatch.group."""
    forge, path, head, branch, base_branch = (workflow.input or {"args": ()})["args"]
    return GroupFormed(RepositoryRef(forge, path), head, branch, base_branch)
