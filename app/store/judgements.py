"""What a run found out, written to its tables and read back."""

from collections import Counter

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.store import rows
from app.store.model import Judgement
from app.store.plain import from_plain
from app.store.read import CheckRow, Counts, FoundRow, RunState
from app.store.tables import coverage, findings, runs
from validators.model import CheckResult, FindingStatus, ResourceChange, Verdict
from validators.plain import to_plain


def counts(judgement: Judgement) -> Counts:
    """How many findings of which kind."""
    found = [finding for result in judgement.results for finding in result.findings]
    status = Counter(finding.status for finding in found)
    new = Counter(finding.severity for finding in found if finding.status is FindingStatus.NEW)
    return Counts(dict(new), status[FindingStatus.EXISTING], status[FindingStatus.FIXED])


async def write(connection: AsyncConnection, run: str, judgement: Judgement) -> None:
    """Keep it, in place of what the run may have found before, and let the run go on to publishing."""
    for table in (findings, coverage):
        await connection.execute(delete(table).where(table.c.run_id == run))
    if found := _finding_rows(run, judgement):
        await connection.execute(findings.insert(), found)
    if checks := _coverage_rows(run, judgement):
        await connection.execute(coverage.insert(), checks)
    outcome = {
        "state": RunState.PUBLISHING.value,
        "merge_result": judgement.merge_result,
        "verdict": to_plain(judgement.verdict),
        "counts": to_plain(counts(judgement)),
        "effects": to_plain(judgement.effects),
        "standing": to_plain(dict(judgement.standing)),
        "seconds": judgement.seconds,
    }
    await connection.execute(update(runs).where(runs.c.id == run).values(**outcome))


async def read(connection: AsyncConnection, run: str) -> Judgement | None:
    """What `write` kept; None before that."""
    row = (await connection.execute(select(runs).where(runs.c.id == run, runs.c.standing.is_not(None)))).mappings().first()
    if row is None:
        return None
    found = await connection.execute(select(findings).where(findings.c.run_id == run).order_by(findings.c.position))
    all_found = [rows.found_row(one) for one in found.mappings()]
    checks = await connection.execute(select(coverage).where(coverage.c.run_id == run).order_by(coverage.c.position))
    results = tuple(_result(rows.check_row(one), all_found) for one in checks.mappings())
    return Judgement(
        merge_result=row["merge_result"],
        verdict=from_plain(Verdict, row["verdict"]),
        results=results,
        excerpts=tuple(one.excerpt for one in all_found),
        effects=from_plain(tuple[ResourceChange, ...], row["effects"]),
        standing=row["standing"],
        seconds=row["seconds"],
    )


def _result(check: CheckRow, found: list[FoundRow]) -> CheckResult:
    own = tuple(one.finding for one in found if one.validator == check.validator)
    return CheckResult(check.validator, check.outcome, own, check.coverage, check.explanation, check.seconds)


def _finding_rows(run: str, judgement: Judgement) -> list[dict[str, object]]:
    found = [(result.validator, finding) for result in judgement.results for finding in result.findings]
    return [
        {
            "run_id": run,
            "position": position,
            "validator": validator,
            "rule": finding.rule,
            "severity": finding.severity.value,
            "status": finding.status.value,
            "fingerprint": finding.fingerprint,
            "path": to_plain(finding.location.path),
            "line": finding.location.line,
            "finding": to_plain(finding),
            "excerpt": to_plain(excerpt),
        }
        for position, ((validator, finding), excerpt) in enumerate(zip(found, judgement.excerpts, strict=True))
    ]


def _coverage_rows(run: str, judgement: Judgement) -> list[dict[str, object]]:
    return [
        {
            "run_id": run,
            "position": position,
            "validator": result.validator,
            "outcome": result.outcome.value,
            "explanation": to_plain(result.explanation),
            "seconds": result.seconds,
            "coverage": to_plain(result.coverage),
        }
        for position, result in enumerate(judgement.results)
    ]
