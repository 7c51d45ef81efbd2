"""The fewest writes that make what is posted on a change say what is true now."""

from collections.abc import Sequence

from app.forges.base import ChangeState, CheckRun, Posted, Status, StatusState
from app.review import gate, obstacles, summary
from app.review.check_run import check_run, shows
from app.review.coverage import as_compared
from app.review.markdown import clean
from app.review.standing import Conflicting, Faulty, Judged, Misconfigured, Standing, Surroundings, Waiting
from app.review.threads import to_post, to_resolve
from app.review.writes import PostComments, PutCheckRun, PutSummary, SetStatus, Write
from validators.verdict import tally
from validators.words import shortened

_DESCRIPTION_LIMIT = 140


def plan(standing: Standing, posted: Posted, around: Surroundings) -> list[Write]:
    """What to write, in order, the gate last; [] when what is posted is true already, or nobody asks any more."""
    if around.change.state is not ChangeState.OPEN:
        return []
    if isinstance(standing, Waiting):
        return _status(standing, posted, around)
    if isinstance(standing, Judged):
        return _judged(standing, posted, around)
    return _not_judged(standing, posted, around)


def same_news(before: Standing, now: Standing, around: Surroundings) -> bool:
    """Whether both lead to the same writes, so that who posted the one has no need to post the other."""
    return _news(before, around) == _news(now, around)


def _news(standing: Standing, around: Surroundings) -> list[Write]:
    writes = plan(standing, Posted(), around)
    return [PutSummary(as_compared(write.body)) if isinstance(write, PutSummary) else write for write in writes]


def _judged(standing: Judged, posted: Posted, around: Surroundings) -> list[Write]:
    report, verdict = standing.report, standing.verdict
    state = StatusState(verdict.state.value)
    comments = to_post(standing, posted.threads, around)
    run = check_run(state, _plain(verdict.headline, around), tally(report.findings, verdict.state), report.findings, around)
    return [
        *([PostComments(around.change.head, comments)] if comments else []),
        *to_resolve(standing, posted.threads),
        *_summary(summary.judged(standing, around), posted),
        *_check_run(run, posted, around),
        *_status(standing, posted, around),
    ]


def _not_judged(standing: Conflicting | Misconfigured | Faulty, posted: Posted, around: Surroundings) -> list[Write]:
    """Threads are left as they are: nothing was looked at, so nothing is known of what they say."""
    state, headline, body = _obstacle(standing, around)
    run = check_run(state, _plain(headline, around), obstacles.in_brief(standing, headline), (), around)
    return [*_summary(body, posted), *_check_run(run, posted, around), *_status(standing, posted, around)]


def _obstacle(standing: Conflicting | Misconfigured | Faulty, around: Surroundings) -> tuple[StatusState, str, str]:
    if isinstance(standing, Conflicting):
        headline = obstacles.conflict_headline(standing, around)
        return StatusState.FAILURE, headline, obstacles.conflicting(standing, around)
    if isinstance(standing, Misconfigured):
        return StatusState.ERROR, obstacles.misconfigured_headline(standing, around), obstacles.misconfigured(standing, around)
    return StatusState.ERROR, obstacles.faulty_headline(standing), obstacles.faulty(standing, around)


def _summary(body: str, posted: Posted) -> Sequence[Write]:
    ours = [comment for comment in posted.summaries if comment.ours]
    if ours and as_compared(ours[0].body) == as_compared(body):
        return []
    return [PutSummary(body)]


def _check_run(run: CheckRun, posted: Posted, around: Surroundings) -> Sequence[Write]:
    return [] if shows(posted.check_run, run) else [PutCheckRun(around.change.head, run)]


def status(standing: Standing, around: Surroundings) -> Status:
    """The status that gates the merge at the change's head, for all open changes that have this head."""
    state, headline = _answer(standing, around)
    said = gate.worst(gate.Claim(around.change.ref.number, state, headline, around.page_url), around.sharing)
    return Status(gate.CHECKS, said.state, _plain(said.headline, around), said.page_url)


def _status(standing: Standing, posted: Posted, around: Surroundings) -> list[Write]:
    wanted = status(standing, around)
    return [] if (posted.statuses or {}).get(gate.CHECKS) == wanted else [SetStatus(around.change.head, wanted)]


def _answer(standing: Standing, around: Surroundings) -> tuple[StatusState, str]:
    """The state and the headline of this change alone."""
    match standing:
        case Waiting(on):
            return StatusState.PENDING, f"Checking: {on}"
        case Judged():
            return StatusState(standing.verdict.state.value), standing.verdict.headline
        case _:
            state, headline, _ = _obstacle(standing, around)
            return state, headline


def _plain(headline: str, around: Surroundings) -> str:
    """The headline where no Markdown is read, within what a status holds."""
    return shortened(clean(headline).replace("`", ""), min(_DESCRIPTION_LIMIT, around.limits.status_description))
