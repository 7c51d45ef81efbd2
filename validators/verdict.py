"""May the change merge, as far as the checks go? Whatever could not be judged is an error, never a success."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from validators.model import Finding, FindingStatus, Outcome, Problem, Report, Severity, Verdict, VerdictState
from validators.settings import FailOn
from validators.words import counted, listed, shortened

HEADLINE_LIMIT = 120
"""Characters of a headline: it has to fit the description of a commit status on every forge (GitHub: 140)."""

READY = "Ready to merge"

_SENTENCE_END = re.compile(r"[.!](?:\s|$)")


def verdict(report: Report, *, fail_on: FailOn = FailOn.ERROR) -> Verdict:
    """The answer to `report`. Only new findings fail a change; a broken validator or a limit reached is an error."""
    obstacles = _obstacles(report, fail_on)
    blocking = [finding for finding in report.findings if blocks(finding, fail_on)]
    reasons = (*obstacles, *_said_of(blocking), *_left(report, fail_on))
    if obstacles:
        return Verdict(VerdictState.ERROR, shortened(f"Can't judge: {obstacles[0]}", HEADLINE_LIMIT), reasons)
    if blocking:
        verb = "blocks" if len(blocking) == 1 else "block"
        return Verdict(VerdictState.FAILURE, f"{counts(blocking)} {verb} the merge", reasons)
    return Verdict(VerdictState.SUCCESS, READY, reasons)


def configuration_verdict(problems: Sequence[Problem], *, base: str, remedy: str) -> Verdict:
    """The answer where the configuration can't be read: an error that names file and line.

    `base` is the base that it stands at, as people name it, "" for a file of their own. `remedy` is what to do, "" where the
    problems say so already.
    """
    at = f" at the base ({base})" if base else ""
    reasons = tuple(f"{_place(problem)}{at}: {problem.message}" for problem in problems)
    first = f"{_place(problems[0])}{at}: {_SENTENCE_END.split(problems[0].message, maxsplit=1)[0]}"
    headline = shortened(f"Can't judge: {first}", HEADLINE_LIMIT)
    return Verdict(VerdictState.ERROR, headline, (*reasons, *([remedy] if remedy else [])))


def blocks(finding: Finding, fail_on: FailOn) -> bool:
    """Whether the finding alone keeps the change from merging."""
    if finding.status is not FindingStatus.NEW or fail_on is FailOn.NEVER:
        return False
    return finding.severity.rank <= Severity(fail_on.value).rank


def counts(findings: Sequence[Finding]) -> str:
    """How many findings of each severity, worst first: "2 errors and 1 warning"."""
    number = Counter(finding.severity for finding in findings)
    return listed([_amount(number[severity], severity) for severity in Severity if number[severity]])


def tally(findings: Sequence[Finding], state: VerdictState) -> str:
    """The findings in one line: "New: 2 errors, 1 warning. Existing, left alone: 11. Fixed: 2."."""
    status = Counter(finding.status for finding in findings)
    new = Counter(finding.severity for finding in findings if finding.status is FindingStatus.NEW)
    return tallied(new, status[FindingStatus.EXISTING], status[FindingStatus.FIXED], state)


def tallied(new: Mapping[Severity, int], existing: int, fixed: int, state: VerdictState) -> str:
    """The same from the numbers alone. Where not all could be judged, what was not found may still be there."""
    said = ", ".join(_amount(new[severity], severity) for severity in Severity if new.get(severity))
    so_far = ", as far as could be judged" if state is VerdictState.ERROR else ""
    return f"New{so_far}: {said or 'none'}. Existing, left alone: {existing or 'none'}. Fixed: {fixed or 'none'}."


def _amount(number: int, severity: Severity) -> str:
    return f"{number:,} info" if severity is Severity.INFO else counted(number, severity.value)


def _obstacles(report: Report, fail_on: FailOn) -> tuple[str, ...]:
    """Why no verdict can be given. A limit hides what the change does to a file, unless it blocks as a finding already."""
    broken = [f"{r.validator} could not run: {r.explanation}" for r in report.results if r.outcome is Outcome.BROKEN]
    limits = [
        f"{finding.location.path}: {finding.message}"
        for finding in report.findings
        if finding.rule.endswith("/limit") and finding.status is not FindingStatus.FIXED and not blocks(finding, fail_on)
    ]
    return (*broken, *limits)


def _said_of(blocking: Sequence[Finding]) -> tuple[str, ...]:
    """One sentence about the findings that block: how many of which rule."""
    if not blocking:
        return ()
    rules = Counter(finding.rule for finding in blocking).most_common()
    return (f"{counts(blocking)} brought about by the change: {listed([f'{number}x {rule}' for rule, number in rules])}.",)


def _left(report: Report, fail_on: FailOn) -> tuple[str, ...]:
    """Sentences about what does not block: milder findings, those that were there before, those mended."""
    by_status = {
        status: [finding for finding in report.findings if finding.status is status and not blocks(finding, fail_on)]
        for status in FindingStatus
    }
    said = []
    if milder := by_status[FindingStatus.NEW]:
        said.append(f"{counts(milder)} brought about by the change, which {'does' if len(milder) == 1 else 'do'} not block.")
    if existing := by_status[FindingStatus.EXISTING]:
        said.append(f"{counts(existing)} at the base already, left alone.")
    if fixed := by_status[FindingStatus.FIXED]:
        said.append(f"{counts(fixed)} fixed.")
    return tuple(said)


def _place(problem: Problem) -> str:
    line = problem.location.line
    return f"`{problem.location.path}`" + (f" line {line}" if line else "")
