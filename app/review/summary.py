"""The one summary comment of a change: the answer first, then what is wrong, what it would do, and what was looked at.

It says the same as long as the same is true. It reads well as plain text in a mail, and stays below the forge's limit: folded
parts go first, whole, then rows of the table from the mildest on.
"""

from collections.abc import Sequence

from app.review import coverage, deeds, effects
from app.review.defects import SYMBOLS, Defect, alike, briefly, to_tell
from app.review.fit import fit, room
from app.review.markdown import link, prose, table
from app.review.standing import Judged, Surroundings
from validators.model import Location, Outcome, Severity
from validators.verdict import tally
from validators.words import counted

MARKER = "<!-- fairlead:summary v1 -->"
"""Hidden first line by which the forge's adapter finds our summary again; what others write never decides anything."""

MOST_ROWS = 20


def judged(standing: Judged, around: Surroundings) -> str:
    """The summary of a change that was judged to the end."""
    defects = alike(to_tell(standing.report))
    for rows in range(min(MOST_ROWS, len(defects)), -1, -1):
        if body := _with_rows(standing, around, defects, rows):
            return body
    return shortest(standing.verdict.headline, around)


def shortest(headline: str, around: Surroundings) -> str:
    """What is left where a forge takes next to nothing: the answer and the way to the page."""
    return "\n\n".join([f"{MARKER}\n### {prose(headline)}", link("Page of this change", around.page_url)])


def opening(headline: str) -> str:
    """The marker and the answer."""
    return f"{MARKER}\n### {prose(headline)}"


def place(location: Location, around: Surroundings) -> str:
    """A path with its line as a link to that very line at the head."""
    text = f"{location.path}:{location.line}" if location.line else location.path
    return link(text, around.line_url(location.path, location.line, location.end_line))


def _with_rows(standing: Judged, around: Surroundings, defects: Sequence[Defect], rows: int) -> str | None:
    """The summary with `rows` rows in its table; None when it does not fit."""
    report = standing.report
    page = link("page", around.page_url)
    before = [
        opening(standing.verdict.headline),
        tally(report.findings, standing.verdict.state),
        _obstacles(standing),
        _table(defects[:rows], around),
        f"{counted(len(defects) - rows, 'more finding')} on the {page}." if len(defects) > rows else "",
        deeds.headline(report),
        effects.dangers(report.changes),
    ]
    after = [coverage.last_line(around, coverage.judged(report, standing.seconds), coverage.checked(report))]
    folds = effects.folds(report.changes)
    return fit(before, folds, after, limit=room(around.limits.comment), more=lambda left: f"{left:,} more on the {page}.")


def _table(defects: Sequence[Defect], around: Surroundings) -> str:
    return table(("Severity", "Where", "What"), (_row(defect, around) for defect in defects)) if defects else ""


def _row(defect: Defect, around: Surroundings) -> tuple[str, str, str]:
    finding = defect.first
    word = f"**{finding.severity}**" if finding.severity is Severity.ERROR else str(finding.severity)
    extent = f" ({defect.extent})" if defect.extent else ""
    what = f"{prose(briefly(finding.message))}{extent}"
    return f"{SYMBOLS[finding.severity]} {word}", place(finding.location, around), what


def _obstacles(standing: Judged) -> str:
    """Validators that could not run, unless the headline says all of it."""
    broken = [result for result in standing.report.results if result.outcome is Outcome.BROKEN]
    said = [f"{result.validator} could not run: {result.explanation}" for result in broken]
    return "\n".join(f"- {prose(line)}" for line in said if line not in standing.verdict.headline)
