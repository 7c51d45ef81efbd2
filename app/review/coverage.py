"""The last line of a summary: what was judged on what, in how long, what was looked at and what was not, and where to go on."""

import re
from collections.abc import Sequence

from app.review.markdown import code, link, prose
from app.review.standing import Surroundings
from validators.gaps import Gap, gaps
from validators.model import Outcome, Report
from validators.words import counted, listed

_MOST_REASONS = 4
_SHORT = 7
_ABOUT_A_MINUTE = 10
_CIRCUMSTANCES = re.compile(r"(?<=`) on `[0-9a-f]{7}` (?:in|after) [\d.,]+ s(?=\. )")


def last_line(around: Surroundings, *sentences: str) -> str:
    """The sentences, then the way to the page and the commands that there are, in small print."""
    page = link("Page of this change", around.page_url) + "."
    commands = f"Commands: {', '.join(map(code, around.commands))}." if around.commands else ""
    return f"<sub>{' '.join(part for part in (*sentences, page, commands) if part)}</sub>"


def judged(report: Report, seconds: float) -> str:
    """Which commits, and how long it took."""
    return f"Judged {commit(report.head)} on {commit(report.base)} in {duration(seconds)}."


def stopped(head: str, base: str, seconds: float) -> str:
    """The same where nothing could be judged."""
    return f"Stopped at {commit(head)} on {commit(base)} after {duration(seconds)}. Nothing was checked."


def checked(report: Report) -> str:
    """How much was looked at, and what was not, each with the reason."""
    broken = [result.validator for result in report.results if result.outcome is Outcome.BROKEN]
    left_out = gaps(report)
    resources = max((result.coverage.resources for result in report.results), default=0)
    files = max((result.coverage.files for result in report.results), default=0)
    amount = counted(resources, "resource") if resources else counted(files, "file")
    said = f"{amount} checked" if resources or files else "Nothing was checked"
    if broken:
        said += f", not by {listed([prose(name) for name in broken])}"
    if left_out:
        return f"{said}; {len({thing for gap in left_out for thing in gap.things}):,} not: {_reasons(left_out)}."
    return f"{said}, all of them." if (resources or files) and not broken else f"{said}."


def commit(sha: str) -> str:
    """A commit as people write it. The abbreviation stays code, or the forge would link it in its own way."""
    return code(sha[:_SHORT])


def duration(seconds: float) -> str:
    """Seconds, with a decimal while it matters."""
    return f"{seconds:.1f} s" if seconds < _ABOUT_A_MINUTE else f"{seconds:,.0f} s"


def as_compared(body: str) -> str:
    """A posted body as it is compared with what would be posted now: upon which base, and how long it took, is no news."""
    return _CIRCUMSTANCES.sub("", body.replace("\r\n", "\n").strip())


def _reasons(left_out: Sequence[Gap]) -> str:
    said = [_said(gap) for gap in left_out[:_MOST_REASONS]]
    left = len(left_out) - _MOST_REASONS
    return ", ".join([*said, *([f"and {counted(left, 'reason')} more"] if left > 0 else [])])


def _said(gap: Gap) -> str:
    others = f" and {len(gap.things) - 1:,} more" if len(gap.things) > 1 else ""
    by = f"{listed([code(name) for name in gap.checks])}: " if gap.checks else ""
    return f"{prose(gap.things[0])}{others} ({by}{prose(gap.why)})"
