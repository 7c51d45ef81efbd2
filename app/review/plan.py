"""The fewest writes that make what is posted on a change say what is true now."""

from collections.abc import Sequence

from app.forges.base import ChangeState, CheckRun, Posted, Status, StatusState
from app.review import obstacles, summary
from app.review.check_run import check_run, shows
from app.review.coverage import without_duration
from app.review.markdown import clean, prose
from app.review.standing import Conflicting, Faulty, Judged, Misconfigured, Standing, Superseded, Surroundings, Waiting
from app.review.threads import to_post, to_resolve
from app.review.writes import PostComments, PutCheckRun, PutSummary, SetStatus, Write
from validators.words import shortened

CHECKS = "fairlead/checks"
"""The context of the status that gates the merge."""

_DESCRIPTION_LIMIT = 140


def plan(standing: Standing, posted: Posted, around: Surroundings) -> list[Write]:
    """What to write, in order, the gate last; [] when what is posted is true already, or nobody asks any more."""
    if isinstance(standing, Superseded) or around.change.state is not ChangeState.OPEN:
        return []
    if isinstance(standing, Waiting):
        return _status(StatusState.PENDING, f"Checking: {standing.on}", posted, around)
    if isinstance(standing, Judged):
        return _judged(standing, posted, around)
    return _not_judged(standing, posted, around)


def _judged(standing: Judged, posted: Posted, around: Surroundings) -> list[Write]:
    report, verdict = standing.report, standing.verdict
    state = StatusState(verdict.state.value)
    comments = to_post(standing, posted.threads, around)
    run = check_run(state, _plain(verdict.headline, around), summary.counts(report.findings), report.findings, around)
    return [
        *([PostComments(around.change.head, comments)] if comments else []),
        *to_resolve(standing, posted.threads),
        *_summary(summary.judged(standing, around), posted),
        *_check_run(run, posted, around),
        *_status(state, verdict.headline, posted, around),
    ]


def _not_judged(standing: Conflicting | Misconfigured | Faulty, posted: Posted, around: Surroundings) -> list[Write]:
    """Threads are left as they are: nothing was looked at, so nothing is known of what they say."""
    state, headline, body = _obstacle(standing, around)
    run = check_run(state, _plain(headline, around), prose(headline), (), around)
    return [*_summary(body, posted), *_check_run(run, posted, around), *_status(state, headline, posted, around)]


def _obstacle(standing: Conflicting | Misconfigured | Faulty, around: Surroundings) -> tuple[StatusState, str, str]:
    if isinstance(standing, Conflicting):
        headline = obstacles.conflict_headline(standing, around)
        return StatusState.FAILURE, headline, obstacles.conflicting(standing, around)
    if isinstance(standing, Misconfigured):
        return StatusState.ERROR, obstacles.misconfigured_headline(standing, around), obstacles.misconfigured(standing, around)
    return StatusState.ERROR, obstacles.faulty_headline(standing), obstacles.faulty(standing, around)


def _summary(body: str, posted: Posted) -> Sequence[Write]:
    ours = [comment for comment in posted.summaries if comment.ours]
    if ours and without_duration(ours[0].body) == without_duration(body):
        return []
    return [PutSummary(body)]


def _check_run(run: CheckRun, posted: Posted, around: Surroundings) -> Sequence[Write]:
    return [] if shows(posted.check_run, run) else [PutCheckRun(around.change.head, run)]


def _status(state: StatusState, headline: str, posted: Posted, around: Surroundings) -> list[Write]:
    wanted = Status(CHECKS, state, _plain(headline, around), around.page_url)
    return [] if (posted.statuses or {}).get(CHECKS) == wanted else [SetStatus(around.change.head, wanted)]


def _plain(headline: str, around: Surroundings) -> str:
    """The headline where no Markdown is read, within what a status holds."""
    return shortened(clean(headline).replace("`", ""), min(_DESCRIPTION_LIMIT, around.limits.status_description))
