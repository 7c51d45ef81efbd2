"""The workflows as DBOS knows them: by name, with plain JSON for arguments, each noted while it runs and told of in the log."""

from dbos import DBOS

from app import telemetry
from app.forges import facts
from app.forges.base import ChangeRef, GroupFormed, RepositoryRef
from app.runs import stories
from app.runs.dispatch import GROUP, JUDGE, LOOK, RECEIVE, RECONCILE
from app.runs.running import Running
from app.store.database import DatabaseDown


def register(rooms: stories.Rooms, running: Running) -> None:
    """Make the workflows known to DBOS, under the names that Dispatch uses. Their arguments are plain JSON.

    How often one is begun again is for takeover.py to decide.
    """

    @DBOS.workflow(name=RECEIVE)
    async def receive(forge: str, delivery: str) -> None:
        with running.noted(_this_workflow()), telemetry.about(**await _delivered(rooms, forge, delivery)):
            await stories.receive(rooms, forge, delivery)

    @DBOS.workflow(name=LOOK)
    async def look(forge: str, path: str, number: int) -> None:
        ref = ChangeRef(RepositoryRef(forge, path), number)
        with running.noted(_this_workflow()), telemetry.about(**facts.of_change(ref)):
            await stories.look(rooms, ref)

    @DBOS.workflow(name=JUDGE)
    async def judge(run: str) -> None:
        with running.noted(_this_workflow()), telemetry.about(**await _judged(rooms, run)):
            await stories.judge(rooms, run)

    @DBOS.workflow(name=GROUP)
    async def group(forge: str, path: str, head: str, branch: str, base_branch: str) -> None:
        asked = GroupFormed(RepositoryRef(forge, path), head, branch, base_branch)
        with running.noted(_this_workflow()), telemetry.about(**facts.of_event(asked)):
            await stories.group(rooms, asked)

    @DBOS.workflow(name=RECONCILE)
    async def reconcile(round_: str) -> None:
        with running.noted(_this_workflow()), telemetry.about(round=round_):
            await stories.reconcile(rooms, round_)


async def _delivered(rooms: stories.Rooms, forge: str, delivery: str) -> facts.Facts:
    """What a delivery is about, for the log; as much as can be known when the database is away."""
    try:
        found = await rooms.upkeep.inbox.read(forge, delivery)
    except DatabaseDown:
        found = None
    return {**(facts.of_event(found.event) if found else {}), "delivery": delivery}


async def _judged(rooms: stories.Rooms, run: str) -> facts.Facts:
    """What a run is about, likewise."""
    try:
        key = await rooms.upkeep.ledger.key(run)
    except DatabaseDown:
        key = None
    return {**(facts.of_change(key.ref) if key else {}), **({"head": key.head} if key else {}), "run": run}


def _this_workflow() -> str:
    return DBOS.workflow_id or ""
