"""Judging one run: fetch, merge, let the engine look, write down what came of it. Knows nothing of durability."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from app import telemetry
from app.forges.base import ChangeGone, ChangeState, Forbidden, Forge, ProposedChange
from app.git.errors import AccessDenied, GitError
from app.git.merging import Conflict
from app.git.mirror import Mirror, Want, mirror_folder
from app.git.remote import Remote
from app.runs import standings
from app.runs.child import Answer, Engine
from app.runs.messages import BadConfiguration, Findings, Order, Unable
from app.runs.metrics import CHECK_SECONDS, FAILURES, JUDGED, SECONDS
from app.runs.progress import FETCH, Steps, from_the_start, publishing
from app.store.ledger import Ledger
from app.store.model import Judgement, RunKey
from app.store.read import Step, StepState
from validators.change import ChangedFile
from validators.model import CheckResult, Coverage, Outcome, Report, Verdict, VerdictState
from validators.verdict import configuration_verdict, verdict
from validators.words import counted

REFUSED_PAUSES = (1.0, 4.0, 15.0)
"""Seconds after which a repository that refused us is asked again."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What judging needs. `checks` are the names of the validators, `key` (hexadecimal) the server's own for fingerprints."""

    forges: Mapping[str, Forge]
    ledger: Ledger
    engine: Engine
    mirrors: Path
    checks: Sequence[str]
    schema_folder: Path | None
    key: str


@dataclass(frozen=True, slots=True)
class _Work:
    """What git found out for the engine: the merge result, the files that differ; and the repository's own URL."""

    merge_result: str
    files: tuple[ChangedFile, ...]
    origin: str


class Judging:
    """Judges runs."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def judge(self, run: str, change: ProposedChange) -> bool:
        """Judge the run of the change, and write down what came of it; False when nobody asks any more, or the repository is
        gone.

        Raises ForgeError, and GitError for faults that may pass. What git refuses for good is an answer too.
        """
        ledger = self._bench.ledger
        key = await ledger.key(run)
        if key is None or key.state.final:
            return False
        began = time.monotonic()
        try:
            async with self._watched(run) as steps:
                judgement = await self._found(key, change, steps)
                done = replace(judgement, seconds=time.monotonic() - began)
        except ChangeGone:
            return False
        await ledger.progress(run, publishing(steps.now, StepState.RUNNING))
        kept = await ledger.judged(run, done)
        if kept:  # one that was stopped for a newer head came to no verdict of its own
            _measured(done)
        return kept

    async def judgement(self, key: RunKey, change: ProposedChange) -> Judgement:
        """What is found out about a change that nobody watches, and of which nothing is written down. Raises as `judge`."""
        return await self._found(key, change, Steps((), _nobody))

    @asynccontextmanager
    async def _watched(self, run: str) -> AsyncIterator[Steps]:
        """The steps of the run, told to those who watch while it is judged."""
        steps = Steps(from_the_start(self._bench.checks), lambda now: self._bench.ledger.progress(run, now))
        await self._bench.ledger.judging(run, steps.now)
        telling = asyncio.create_task(steps.keep_telling())
        try:
            yield steps
        finally:
            telling.cancel()
            with suppress(asyncio.CancelledError):
                await telling

    async def _found(self, key: RunKey, change: ProposedChange, steps: Steps) -> Judgement:
        """With the mirror in use all the while, so that nobody tidies it meanwhile."""
        repository = key.ref.repository
        mirror = Mirror(mirror_folder(self._bench.mirrors, repository.forge, repository.path))
        async with mirror.used():
            return await self._found_in(mirror, key, change, steps)

    async def _found_in(self, mirror: Mirror, key: RunKey, change: ProposedChange, steps: Steps) -> Judgement:
        try:
            with telemetry.span("fetch"):
                origin = await self._fetched(mirror, key, change)
            with telemetry.span("merge"):
                merging, lines = self._merged(key, mirror, origin), self._commentable(key, mirror)
                merged, commentable = await asyncio.gather(merging, lines)
            if isinstance(merged, Conflict):
                return _conflict(change, merged)
            order = self._order(key, change, mirror.path, merged)
        except GitError as error:
            if error.passing:
                raise
            return _broken(key, None, "git", str(error))
        except Forbidden as error:
            if error.retry_after is not None:
                raise
            return _broken(key, None, "access to the repository", str(error))
        steps.set(FETCH, StepState.DONE)
        with telemetry.span("checks"):
            answer = await self._bench.engine.judge(key.run, order, steps.heard)
            steps.over()
        return _answered(key, change, merged.merge_result, answer, commentable)

    async def _fetched(self, mirror: Mirror, key: RunKey, change: ProposedChange) -> str:
        """Fetch what there is to judge; gives the repository's URL.

        A refusal is not believed at once: git is told of a rate limit in no other words, and a token may end before its time.
        Asking for the change finds out whether our tokens are still taken.
        """
        forge = self._bench.forges[key.ref.repository.forge]
        wants = [Want(key.base, f"refs/heads/{change.base_branch}"), Want(key.head, change.head_ref)]
        pauses = list(REFUSED_PAUSES)
        while True:
            access = await forge.git_access(key.ref.repository)
            try:
                await mirror.fetch(Remote(access.url, access.headers), wants)
            except AccessDenied:
                if not pauses:
                    raise
                await asyncio.sleep(pauses.pop(0))
                await forge.change(key.ref)
            else:
                return access.url

    async def _merged(self, key: RunKey, mirror: Mirror, origin: str) -> _Work | Conflict:
        merged = await mirror.merge_result(key.base, key.head)
        if isinstance(merged, Conflict):
            return merged
        return _Work(merged.tree, await mirror.changed_files(key.base, merged.tree), origin)

    def _order(self, key: RunKey, change: ProposedChange, git_dir: Path, work: _Work) -> Order:
        folder = self._bench.schema_folder
        return Order(
            git_dir=str(git_dir),
            base=key.base,
            base_branch=change.base_branch,
            head=key.head,
            merge_result=work.merge_result,
            files=work.files,
            draft=change.draft,
            origin=work.origin,
            schema_folder=str(folder) if folder else None,
            key=self._bench.key,
            seconds=self._bench.engine.seconds,
        )

    async def _commentable(self, key: RunKey, mirror: Mirror) -> standings.Commentable:
        merge_base = await mirror.merge_base(key.base, key.head)
        return await mirror.commentable_lines(merge_base, key.head) if merge_base else {}


def _measured(judgement: Judgement) -> None:
    """Let the figures know of it."""
    SECONDS.observe(judgement.seconds)
    for result in judgement.results:
        CHECK_SECONDS.labels(result.validator, result.outcome.value).observe(result.seconds)
    JUDGED.labels(judgement.verdict.state.value).inc()


async def _nobody(_steps: Sequence[Step]) -> None:
    """Nobody watches."""


async def asked_for(forge: Forge, key: RunKey) -> ProposedChange | None:
    """The change as it stands now; None when the run's head and base are no longer its own, or it is no longer open."""
    try:
        change = await forge.change(key.ref)
    except ChangeGone:
        return None
    same = (change.head, change.base) == (key.head, key.base)
    return change if change.state is ChangeState.OPEN and same else None


def _answered(
    key: RunKey, change: ProposedChange, merged: str, answer: Answer, commentable: standings.Commentable
) -> Judgement:
    match answer:
        case Findings(report, said, excerpts, inline_limit):
            told = {finding.location.path for finding in report.findings}
            lines = {path: lines for path, lines in commentable.items() if path in told}
            kept = standings.judged(inline_limit, lines)
            return Judgement(merged, said, report.results, excerpts, report.changes, kept, 0.0)
        case BadConfiguration(problems, text, remedy):
            kept = standings.misconfigured(problems, text, remedy)
            said = configuration_verdict(problems, base=change.base_branch, remedy=remedy)
            return Judgement(merged, said, (), (), (), kept, 0.0)
        case Unable(explanation):
            FAILURES.labels("engine").inc()
            return _broken(key, merged, "engine", explanation)


def _conflict(change: ProposedChange, conflict: Conflict) -> Judgement:
    headline = f"Can't merge: conflicts with `{change.base_branch}` in {counted(len(conflict.paths), 'file')}"
    said = Verdict(VerdictState.FAILURE, headline, tuple(f"`{path}` is in conflict." for path in conflict.paths[:20]))
    return Judgement(None, said, (), (), (), standings.conflicting(conflict.paths), 0.0)


def _broken(key: RunKey, merged: str | None, what: str, explanation: str) -> Judgement:
    """Nothing could be looked at: an error, told as a check that could not run."""
    result = CheckResult(what, Outcome.BROKEN, (), Coverage(), explanation, 0.0)
    said = verdict(Report(key.base, key.head, merged, (result,)))
    return Judgement(merged, said, (result,), (), (), standings.judged(0, {}), 0.0)
