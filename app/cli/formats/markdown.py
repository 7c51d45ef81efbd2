"""Markdown for a job's summary page: the answer, the findings, what was not looked at."""

from app.cli.formats import Judged, answer, place
from app.review.deeds import headline
from app.review.effects import dangers, folds
from app.review.markdown import code, prose, table
from validators.gaps import Gap, gaps
from validators.model import Finding, FindingStatus
from validators.verdict import tally
from validators.words import counted

MOST_ROWS = 200
MOST_NOTES = 50
MOST_FOLDS = 50


def render(judged: Judged) -> str:
    """Headline first, then a table of findings, worst first, and what the change would do; coverage last."""
    shown = [finding for finding in judged.report.findings if _is_shown(finding, existing=judged.existing)]
    shown.sort(key=lambda finding: finding.severity.rank)
    report = judged.report
    said, reasons = answer(judged.verdict)
    counted_up = tally(report.findings, judged.verdict.state) if report.findings else ""
    parts = [f"## {prose(said)}", *map(prose, reasons), counted_up]
    if shown:
        parts.append(table(("", "Where", "What", "Rule"), [_row(finding) for finding in shown[:MOST_ROWS]]))
    if len(shown) > MOST_ROWS:
        parts.append(f"{counted(len(shown) - MOST_ROWS, 'more finding')} not shown.")
    parts += [headline(report), dangers(report.changes), *folds(report.changes)[:MOST_FOLDS], _coverage(judged)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _is_shown(finding: Finding, *, existing: bool) -> bool:
    return finding.status is FindingStatus.NEW or (existing and finding.status is FindingStatus.EXISTING)


def _row(finding: Finding) -> tuple[str, ...]:
    severity = finding.severity.value if finding.status is FindingStatus.NEW else f"{finding.severity} (existing)"
    return severity, code(place(finding)), prose(finding.message), code(finding.rule)


def _coverage(judged: Judged) -> str:
    left_out = gaps(judged.report)
    if not left_out:
        return ""
    lines = [_left_out(gap) for gap in left_out[:MOST_NOTES]]
    more = [f"- and {counted(len(left_out) - MOST_NOTES, 'more reason')}"] if len(left_out) > MOST_NOTES else []
    return "\n".join(["Not checked:", "", *lines, *more])


def _left_out(gap: Gap) -> str:
    by = f" ({', '.join(map(code, gap.checks))})" if gap.checks else ""
    return f"- {prose(gap.named)}{by}: {prose(gap.why)}"
