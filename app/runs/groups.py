"""Groups of a merge queue: the commit that would become the tip of a branch is judged against that tip, and told by status and
check run alone. A group has no page and no comments, and nothing of it is kept: it lives for minutes.

https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/configuring-pull-request-merges/managing-a-merge-queue
"""

from dataclasses import dataclass, replace

from app.forges.base import Account, ChangeRef, ChangeState, Forge, GroupFormed, Posted, ProposedChange
from app.review.plan import plan
from app.review.standing import Faulty, Standing, Surroundings, Waiting
from app.review.writes import PutCheckRun, SetStatus
from app.runs import standings
from app.runs.dispatch import group_workflow
from app.runs.faults import referenced
from app.runs.judging import Judging
from app.runs.metrics import FAILED
from app.runs.publishing import Press
from app.store.model import RunKey
from app.store.read import RunState


@dataclass(frozen=True, slots=True)
class Groups:
    """Judges groups."""

    judging: Judging
    press: Press

    async def now(self, group: GroupFormed) -> tuple[ProposedChange, ...]:
        """The group as a change to its branch, as both stand now; () when the queue asks no more."""
        forge = self._forge(group)
        if await forge.branch_tip(group.repository, group.branch) != group.head:
            return ()
        base = await forge.branch_tip(group.repository, group.base_branch)
        return (_as_change(group, base),) if base else ()

    async def announce(self, group: GroupFormed, change: ProposedChange) -> None:
        """Show that the group is being judged."""
        await self._say(group, change, Waiting("the merge group is being read"))

    async def judge(self, group: GroupFormed, change: ProposedChange) -> None:
        """Judge the group, and show what came of it if the queue still asks."""
        run = group_workflow(group.repository, group.head)
        key = RunKey(run, "", change.ref, change.head, change.base, RunState.JUDGING)
        standing = standings.standing(key, await self.judging.judgement(key, change))
        if await self._forge(group).branch_tip(group.repository, group.branch) == group.head:
            await self._say(group, change, standing)

    async def confess(self, group: GroupFormed, reference: str) -> None:
        """Show that judging it failed by our own fault."""
        FAILED.inc()
        await self._say(group, _as_change(group, group.head), Faulty(reference))

    async def give_up(self, group: GroupFormed) -> None:
        """Show that no worker could judge it."""
        what = f"merge group {group.repository.path}@{group.branch}"
        await self.confess(group, referenced(RuntimeError("the workflow ended early"), what))

    async def _say(self, group: GroupFormed, change: ProposedChange, standing: Standing) -> None:
        """What would be posted on a change, but for what takes a page."""
        forge = self._forge(group)
        for write in plan(standing, Posted(), self._around(change, forge)):
            match write:
                case SetStatus(commit, status):
                    await forge.set_status(group.repository, commit, status)
                case PutCheckRun(commit, run):
                    own = replace(run, external_id=f"{group.repository.path}@{group.branch}")
                    await forge.put_check_run(group.repository, commit, own)
                case _:
                    continue

    def _around(self, change: ProposedChange, forge: Forge) -> Surroundings:
        return Surroundings(
            change=change,
            page_url="",
            rules_url=f"{self.press.public_url}/rules",
            line_url=self.press.lines[forge.name](change),
            limits=forge.limits,
        )

    def _forge(self, group: GroupFormed) -> Forge:
        return self.press.forges[group.repository.forge]


def _as_change(group: GroupFormed, base: str) -> ProposedChange:
    return ProposedChange(
        ref=ChangeRef(group.repository, 0),
        title=f"Merge group for {group.base_branch}",
        author=Account("", ""),
        state=ChangeState.OPEN,
        draft=False,
        base_branch=group.base_branch,
        base=base,
        head_branch=group.branch,
        head=group.head,
        head_ref=f"refs/heads/{group.branch}",
        head_repository=group.repository.path,
        labels=(),
        url="",
    )
