"""Publishing: what is posted on the change is made to say what is true now, by the fewest writes. Each can be repeated."""

import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.forges.base import Forge, Posted, ProposedChange
from app.review.plan import plan
from app.review.standing import Faulty, LineUrl, Standing, Surroundings, Waiting
from app.review.writes import PostComments, PutCheckRun, PutSummary, ResolveThread, SetStatus, Write
from app.runs import standings
from app.runs.judging import asked_for
from app.runs.metrics import FAILED, WRITES
from app.runs.progress import publishing
from app.store.ledger import Ledger
from app.store.model import RunKey
from app.store.read import RunState, StepState
from app.store.store import Store

log = logging.getLogger(__name__)

LinesOf = Callable[[ProposedChange], LineUrl]
"""For a change, the addresses of lines of files at its head."""


@dataclass(frozen=True, slots=True)
class Press:
    """What publishing needs. `public_url` is where the pages are, `usages` are the commands as they are typed."""

    forges: Mapping[str, Forge]
    lines: Mapping[str, LinesOf]
    ledger: Ledger
    store: Store
    public_url: str
    usages: tuple[str, ...]


class Publishing:
    """Posts how it stands with the change of a run."""

    def __init__(self, press: Press) -> None:
        self._press = press

    async def announce(self, run: str) -> tuple[ProposedChange, ...]:
        """Show that the head is being judged; gives the change as it stands now, () when nobody asks any more."""
        key = await self._press.ledger.key(run)
        if key is None or key.state.final:
            return ()
        forge = self._press.forges[key.ref.repository.forge]
        change = await asked_for(forge, key)
        if change is None:
            return ()
        pending = plan(Waiting("the change is being read"), Posted(), self._around(key, change, forge))
        return (change,) if await self._written(key, change, pending) else ()

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
        return await self._say(key, Faulty(reference), even_ended=True)

    async def _say(self, key: RunKey, standing: Standing, *, even_ended: bool = False) -> bool:
        """Make what is posted say so; False when nobody asks any more."""
        forge = self._press.forges[key.ref.repository.forge]
        change = await asked_for(forge, key)
        if change is None:
            return False
        writes = plan(standing, await forge.posted(key.ref, key.head), self._around(key, change, forge))
        return await self._written(key, change, writes, even_ended=even_ended)

    async def _written(self, key: RunKey, change: ProposedChange, writes: Sequence[Write], *, even_ended: bool = False) -> bool:
        """Carry the writes out as long as the run counts; False when it does no longer."""
        forge = self._press.forges[key.ref.repository.forge]
        for write in writes:
            if not even_ended and not await self._wanted(key.run):
                return False
            await _carry_out(forge, change, write)
            kind, name, says = _described(write)
            WRITES.labels(kind).inc()
            await self._press.ledger.wrote(key.run, kind, name, hashlib.blake2b(says.encode(), digest_size=8).hexdigest())
        return even_ended or await self._wanted(key.run)

    async def _wanted(self, run: str) -> bool:
        """Whether no newer run took its place meanwhile."""
        key = await self._press.ledger.key(run)
        return key is not None and not key.state.final

    def _around(self, key: RunKey, change: ProposedChange, forge: Forge) -> Surroundings:
        return Surroundings(
            change=change,
            page_url=f"{self._press.public_url}/changes/{key.change}",
            rules_url=f"{self._press.public_url}/rules",
            line_url=self._press.lines[forge.name](change),
            limits=forge.limits,
            commands=self._press.usages,
        )


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
