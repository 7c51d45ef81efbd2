"""Publishing: what is posted on the change is made to say what is true now, by the fewest writes. Each can be repeated."""

import hashlib
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from app import telemetry
from app.forges.base import ChangeGone, Forge, ForgeError, Posted, ProposedChange, Status, StatusState
from app.review.gate import Claim
from app.review.plan import plan, same_news, status
from app.review.standing import Faulty, Judged, LineUrl, Standing, Surroundings, Waiting
from app.review.writes import PostComments, PutCheckRun, PutSummary, ResolveThread, SetStatus, Write
from app.runs import standings
from app.runs.dispatch import run_workflow
from app.runs.judging import asked_for
from app.runs.metrics import FAILED, WRITES
from app.runs.progress import publishing
from app.runs.takeover import MOST_TRIES
from app.store.interruptions import Interruptions
from app.store.ledger import Ledger
from app.store.model import RunKey, Sharing
from app.store.read import RunState, StepState
from app.store.store import Store

log = logging.getLogger(__name__)

LinesOf = Callable[[ProposedChange], LineUrl]
"""For a change, the addresses of lines of files at its head."""


@dataclass(frozen=True, slots=True)
class Press:
    """What publishing needs. `interruptions` tells of what workers died, `public_url` is where the pages are, `usages` are the
    commands as they are typed."""

    forges: Mapping[str, Forge]
    lines: Mapping[str, LinesOf]
    ledger: Ledger
    store: Store
    interruptions: Interruptions
    public_url: str
    usages: tuple[str, ...]


class Publishing:
    """Posts how it stands with the change of a run."""

    def __init__(self, press: Press) -> None:
        self._press = press

    async def announce(self, run: str) -> tuple[ProposedChange, ...]:
        """Show that the head is being judged; gives the change as it stands now, () when nobody asks any more.

        Where only the base moved, what was said of the head stands until there is something else to say: a push to a branch
        that hundreds of changes go to would else turn each of them pending and back.
        """
        key = await self._press.ledger.key(run)
        if key is None or key.state.final:
            return ()
        change = await asked_for(self._forge(key), key)
        if change is None or await self._stands(key):
            return () if change is None else (change,)
        pending = plan(Waiting("the change is being read"), Posted(), await self._around(key, change))
        try:
            return (change,) if await self._written(key, change, pending) else ()
        except ChangeGone:
            return ()

    async def publish(self, run: str) -> bool:
        """Post what the run found out, and end it; False when nobody asks any more."""
        ledger = self._press.ledger
        key, judgement = await ledger.key(run), await ledger.judgement(run)
        if key is None or judgement is None or not await self._say(key, standings.standing(key, judgement)):
            return False
        page = await self._press.store.run(run)
        steps = publishing(page.steps, StepState.DONE) if page else ()
        return await ledger.done(run, steps)

    async def confess(self, run: str, reference: str) -> bool:
        """End the run by our own fault, and post that; what can't be posted does not keep it from ending."""
        if await self._press.ledger.failed(run, reference):
            FAILED.inc()
        key = await self._press.ledger.key(run)
        if key is None or key.state is not RunState.FAILED:
            return False
        return await self._say(key, await self._faulty(run, reference), even_ended=True)

    async def relieve(self, run: str) -> None:
        """Set the status at the run's head anew: another change that had the same head is closed, or has another head now."""
        key, page = await self._press.ledger.key(run), await self._press.store.run(run)
        if key is None or page is None:
            return
        judgement = await self._press.ledger.judgement(run)
        failed = await self._faulty(run, page.run.reference) if key.state is RunState.FAILED else None
        standing = failed or (standings.standing(key, judgement) if judgement and key.state is RunState.DONE else None)
        change = await asked_for(self._forge(key), key) if standing else None
        if standing and change:
            await self._settled(key, change, standing, None)

    async def _faulty(self, run: str, reference: str) -> Faulty:
        """Our own fault: what workers died of was given up for that."""
        deaths = await self._press.interruptions.times(run_workflow(run))
        return Faulty(reference, deaths if deaths >= MOST_TRIES else 0)

    async def _say(self, key: RunKey, standing: Standing, *, even_ended: bool = False) -> bool:
        """Make what is posted say so; False when nobody asks any more, or there is no place left to post it."""
        try:
            return await self._posted(key, standing, even_ended=even_ended)
        except ChangeGone:
            return False

    async def _posted(self, key: RunKey, standing: Standing, *, even_ended: bool) -> bool:
        forge = self._forge(key)
        change = await asked_for(forge, key)
        if change is None:
            return False
        around = await self._around(key, change)
        if await self._said_already(key, standing, around):
            return await self._wanted(key.run)
        posted = await forge.posted(key.ref, key.head)
        if isinstance(standing, Judged):
            keys = {thread.key for thread in posted.threads}
            standing = replace(standing, brought_by=await self._press.ledger.brought_by(key.change, keys))
        if not await self._written(key, change, plan(standing, posted, around), even_ended=even_ended):
            return False
        await self._settled(key, change, standing, status(standing, around))
        return even_ended or await self._wanted(key.run)

    async def _stands(self, key: RunKey) -> RunKey | None:
        """The run whose result still says what is true of the head, though its base is not the newest any more."""
        if await self._press.ledger.sharing(key.run):
            return None
        said = await self._press.ledger.said(key.run)
        return said if said and said.base != key.base else None

    async def _said_already(self, key: RunKey, standing: Standing, around: Surroundings) -> bool:
        """Whether what stands there says the same, so that the forge need not even be asked."""
        before = await self._stands(key)
        judgement = await self._press.ledger.judgement(before.run) if before else None
        if before is None or judgement is None:
            return False
        return same_news(standings.standing(before, judgement), standing, around)

    async def _settled(self, key: RunKey, change: ProposedChange, standing: Standing, shown: Status | None) -> None:
        """Let the status, which is `shown` now, hold for all changes with this head. Whoever writes it looks again afterwards:
        of two who write at the same time the last one then has seen what the other found out."""
        while (wanted := status(standing, await self._around(key, change))) != shown:
            await self._forge(key).set_status(key.ref.repository, key.head, wanted)
            shown = wanted

    async def _written(self, key: RunKey, change: ProposedChange, writes: Sequence[Write], *, even_ended: bool = False) -> bool:
        """Carry the writes out as long as the run counts; False when it does no longer. Each is noted before it is tried."""
        for write in writes:
            if not even_ended and not await self._wanted(key.run):
                return False
            kind, name, says = _described(write)
            await self._press.ledger.writes(key.run, kind, name, hashlib.blake2b(says.encode(), digest_size=8).hexdigest())
            with telemetry.span("write", what=kind), _counted(kind):
                await _carry_out(self._forge(key), change, write)
        return even_ended or await self._wanted(key.run)

    async def _wanted(self, run: str) -> bool:
        """Whether no newer run took its place meanwhile."""
        key = await self._press.ledger.key(run)
        return key is not None and not key.state.final

    async def _around(self, key: RunKey, change: ProposedChange) -> Surroundings:
        forge = self._forge(key)
        return Surroundings(
            change=change,
            page_url=self._page(key.change),
            rules_url=f"{self._press.public_url}/rules",
            line_url=self._press.lines[forge.name](change),
            limits=forge.limits,
            commands=self._press.usages,
            sharing=tuple(self._claim(other) for other in await self._press.ledger.sharing(key.run)),
        )

    def _claim(self, other: Sharing) -> Claim:
        page = self._page(other.change)
        if other.reference:
            return Claim(other.number, StatusState.ERROR, f"Fairlead itself failed, reference {other.reference}", page)
        if other.verdict is None:
            return Claim(other.number, StatusState.PENDING, "has the same head, and is being checked", page)
        return Claim(other.number, StatusState(other.verdict.state.value), other.verdict.headline, page)

    def _page(self, change: str) -> str:
        return f"{self._press.public_url}/changes/{change}"

    def _forge(self, key: RunKey) -> Forge:
        return self._press.forges[key.ref.repository.forge]


@contextmanager
def _counted(kind: str) -> Iterator[None]:
    """Count a write by how it ended."""
    try:
        yield
    except ForgeError:
        WRITES.labels(kind, "failed").inc()
        raise
    WRITES.labels(kind, "written").inc()


async def _carry_out(forge: Forge, change: ProposedChange, write: Write) -> None:
    match write:
        case SetStatus(commit, status):
            await forge.set_status(change.ref.repository, commit, status)
        case PutCheckRun(commit, run):
            await forge.put_check_run(change.ref.repository, commit, run)
        case PutSummary(body):
            await forge.put_summary(change.ref, body)
        case ResolveThread(thread, word):
            await forge.resolve_thread(change.ref, thread, word)
        case PostComments(head, comments):
            refused = await forge.post_comments(change.ref, head, comments)
            for comment in refused:
                log.info("%s: the forge takes no comment on %s line %s", change.ref, comment.path, comment.line)


def _described(write: Write) -> tuple[str, str, str]:
    """What kind of thing it is in the timeline's words, under which key, and what it says."""
    match write:
        case SetStatus(_, status):
            return "status", status.context, f"{status.state} {status.description}"
        case PutCheckRun(_, run):
            return "check run", run.external_id, repr(run)
        case PutSummary(body):
            return "summary", "", body
        case ResolveThread(thread, word):
            return "resolved comment", thread.key, word
        case PostComments(_, comments):
            return "review", ",".join(comment.key for comment in comments), "\n".join(comment.body for comment in comments)
