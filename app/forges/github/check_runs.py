"""Check runs: https://docs.github.com/rest/checks/runs

GitHub adds the annotations of each request to those that are there, fifty at most at a time, and takes none away. So what is
there is read first: what is missing is added, and where something is there that should not be, a new run takes its place.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from github.CheckRun import CheckRun as GitHubRun
from github.GithubObject import NotSet
from github.PaginatedList import PaginatedList

from app.forges import cut
from app.forges.base import Annotation, CheckRun, StatusState
from app.forges.github.session import Session, maybe
from validators.words import shortened

MOST_ANNOTATIONS = 50
LONGEST_TEXT = 65_535
LONGEST_TITLE = 255
LONGEST_MESSAGE = 16_000  # bytes count against 64 KiB, and a character has at most four

Note = dict[str, str | int]
Output = dict[str, str | list[Note]]

_CONCLUSIONS: Mapping[StatusState, str] = {
    StatusState.SUCCESS: "success",
    StatusState.FAILURE: "failure",
    StatusState.ERROR: "action_required",  # what could not be judged is no fault of the change, and blocks it all the same
}
_STATES = {conclusion: state for state, conclusion in _CONCLUSIONS.items()}


def newest(session: Session, commit: str, external_id: str) -> CheckRun | None:
    """Our newest run with this external id at a commit, without its annotations."""
    run = _newest(session, commit, external_id)
    return None if run is None else _shown(run)


def put(session: Session, commit: str, run: CheckRun) -> None:
    """Show a run at a commit. It concludes with its last annotations, so that a put that broke off is seen and done again."""
    wanted = [_annotation(one) for one in run.annotations]
    standing = _newest(session, commit, run.external_id)
    missing = wanted
    if standing is not None:
        there = Counter(_read(standing))
        if there <= Counter(_key(one) for one in wanted):
            missing = _without(wanted, there)
        else:
            standing = None
    if standing is not None and not missing and _shown(standing) == replace(run, annotations=()):
        return
    first, *rest = [missing[at : at + MOST_ANNOTATIONS] for at in range(0, len(missing), MOST_ANNOTATIONS)] or [[]]
    if standing is None:
        standing = _create(session, commit, run, first, ends=not rest)
    else:
        _edit(standing, run, first, ends=not rest)
    for at, more in enumerate(rest, 1):
        _edit(standing, run, more, ends=at == len(rest))


def _newest(session: Session, commit: str, external_id: str) -> GitHubRun | None:
    """Ours by the app, never by name. Other changes with the same head have runs with other external ids."""
    asked = {"app_id": session.app_id, "filter": "all"}
    url = f"{session.commit(commit).url}/check-runs"
    runs = PaginatedList(GitHubRun, session.api.requester, url, asked, list_item="check_runs")
    ours = [run for run in runs if run.app.id == session.app_id and run.external_id == external_id]
    return max(ours, key=lambda run: run.id, default=None)


def _shown(run: GitHubRun) -> CheckRun:
    conclusion, output = maybe(run.conclusion), run.output
    return CheckRun(
        external_id=run.external_id,
        name=run.name,
        conclusion=_STATES.get(conclusion, StatusState.ERROR) if conclusion is not None else None,
        title=maybe(output.title) or "",
        summary=maybe(output.summary) or "",
        details_url=maybe(run.details_url) or "",
    )


def _create(session: Session, commit: str, run: CheckRun, annotations: Sequence[Note], *, ends: bool) -> GitHubRun:
    conclusion = _conclusion(run, ends=ends)
    return session.repo().create_check_run(
        run.name,
        commit,
        external_id=run.external_id,
        details_url=run.details_url or NotSet,
        status="completed" if conclusion else "in_progress",
        conclusion=conclusion or NotSet,
        output=_output(run, annotations),
    )


def _edit(standing: GitHubRun, run: CheckRun, annotations: Sequence[Note], *, ends: bool) -> None:
    conclusion = _conclusion(run, ends=ends)
    standing.edit(
        name=run.name,
        details_url=run.details_url or NotSet,
        status="completed" if conclusion else "in_progress",
        conclusion=conclusion or NotSet,
        output=_output(run, annotations),
    )


def _conclusion(run: CheckRun, *, ends: bool) -> str:
    """`completed` goes with a conclusion, and nothing else does; "" while the run goes on."""
    return _CONCLUSIONS.get(run.conclusion, "") if run.conclusion and ends else ""


def _output(run: CheckRun, annotations: Sequence[Note]) -> Output:
    said: Output = {"title": shortened(run.title, LONGEST_TITLE), "summary": cut.comment(run.summary, LONGEST_TEXT)}
    return {**said, "annotations": list(annotations)} if annotations else said


def _annotation(one: Annotation) -> Note:
    return {
        "path": one.path,
        "start_line": one.start_line,
        "end_line": one.end_line,
        "annotation_level": one.level,
        "title": shortened(one.title, LONGEST_TITLE),
        "message": one.message[:LONGEST_MESSAGE],
    }


_Key = tuple[str | int, ...]


def _key(one: Mapping[str, str | int]) -> _Key:
    """What tells one annotation from another, in the request and in the answer."""
    return tuple(value.strip() if isinstance(value, str) else value for value in one.values())


def _read(run: GitHubRun) -> list[_Key]:
    names = ("path", "start_line", "end_line", "annotation_level", "title", "message")
    return [_key({name: one.raw_data.get(name) or "" for name in names}) for one in run.get_annotations()]


def _without(wanted: Sequence[Note], there: Counter[_Key]) -> list[Note]:
    """The annotations that are not there yet; one that is wanted twice may be there once."""
    left = there.copy()
    missing = []
    for one in wanted:
        key = _key(one)
        if left[key] > 0:
            left[key] -= 1
        else:
            missing.append(one)
    return missing
