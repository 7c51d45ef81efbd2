"""The last line of a summary: what was judged on what, in how long, what was looked at and what was not, and where to go on."""

import re
from collections import defaultdict
from collections.abc import Iterable

from app.review.markdown import code, link, prose
from app.review.standing import Surroundings
from validators.model import NotChecked, Outcome, Report
from validators.verdict import not_checked
from validators.words import counted, listed

_MOST_REASONS = 4
_SHORT = 7
_ABOUT_A_MINUTE = 10
_DURATION = re.compile(r"(?<=`) (?:in|after) [\d.,]+ s(?=\. )")


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
    notes = [note for note in not_checked(report) if note.what not in broken]
    resources = max((result.coverage.resources for result in report.results), default=0)
    files = max((result.coverage.files for result in report.results), default=0)
    amount = counted(resources, "resource") if resources else counted(files, "file")
    said = f"{amount} checked" if resources or files else "Nothing was checked"
    if broken:
        said += f", not by {listed([prose(name) for name in broken])}"
    if notes:
        return f"{said}; {len(notes)} not: {_reasons(notes)}."
    return f"{said}, all of them." if (resources or files) and not broken else f"{said}."


def commit(sha: str) -> str:
    """A commit as people write it. The abbreviation stays code, or the forge would link it in its own way."""
    return code(sha[:_SHORT])


def duration(seconds: float) -> str:
    """Seconds, with a decimal while it matters."""
    return f"{seconds:.1f} s" if seconds < _ABOUT_A_MINUTE else f"{seconds:,.0f} s"


def without_duration(body: str) -> str:
    """A posted body as it is compared with what would be posted now: how long it took is no news."""
    lines = body.replace("\r\n", "\n").strip()
    return _DURATION.sub("", lines)


def _reasons(notes: Iterable[NotChecked]) -> str:
    grouped: dict[str, list[str]] = defaultdict(list)
    for note in notes:
        grouped[note.why].append(note.what)
    said = [_said(what, why) for why, what in grouped.items()]
    left = len(said) - _MOST_REASONS
    return ", ".join([*said[:_MOST_REASONS], *([f"and {counted(left, 'reason')} more"] if left > 0 else [])])


def _said(what: list[str], why: str) -> str:
    others = f" and {len(what) - 1:,} more" if len(what) > 1 else ""
    return f"{prose(what[0])}{others} ({prose(why)})"
