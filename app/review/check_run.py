"""The check run `Fairlead`: it concludes like the status `fairlead/checks`, and carries annotations and the re-run button."""

import hashlib
from collections.abc import Sequence

from app.forges.base import Annotation, CheckRun, StatusState
from app.review.markdown import clean
from app.review.standing import Surroundings
from validators.model import Finding, FindingStatus, Severity
from validators.words import shortened

NAME = "Fairlead"
_MOST_ANNOTATIONS = 50
_TITLE_LIMIT = 140
_MESSAGE_LIMIT = 2000
_LEVELS = {Severity.ERROR: "failure", Severity.WARNING: "warning", Severity.INFO: "notice"}


def check_run(state: StatusState, headline: str, summary: str, findings: Sequence[Finding], around: Surroundings) -> CheckRun:
    """The run to show at the head. Its summary carries a digest of the annotations, which forges don't give back."""
    new = sorted((f for f in findings if f.status is FindingStatus.NEW), key=lambda f: f.severity.rank)
    annotations = tuple(_annotation(finding) for finding in new[:_MOST_ANNOTATIONS])
    digest = hashlib.blake2b(repr(annotations).encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
    return CheckRun(
        external_id=str(around.change.ref),
        name=NAME,
        conclusion=state,
        title=headline,
        summary=f"{summary}\n\n<!-- fairlead:annotations {digest} -->",
        details_url=around.page_url,
        annotations=annotations,
    )


def shows(posted: CheckRun | None, wanted: CheckRun) -> bool:
    """Whether `posted` says already what `wanted` says."""
    if posted is None:
        return False
    return (posted.conclusion, posted.title, posted.summary.strip(), posted.details_url) == (
        wanted.conclusion,
        wanted.title,
        wanted.summary,
        wanted.details_url,
    )


def _annotation(finding: Finding) -> Annotation:
    first = finding.location.line or 1
    return Annotation(
        path=finding.location.path,
        start_line=first,
        end_line=max(first, finding.location.end_line or first),
        level=_LEVELS[finding.severity],
        title=shortened(clean(finding.title or finding.rule), _TITLE_LIMIT),
        message=clean(finding.message)[:_MESSAGE_LIMIT],
    )
