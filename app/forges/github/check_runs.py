"""Check runs: https://docs.github.com/rest/checks/runs

GitHub adds the annotations of each request to those that are there, fifty at most at a time, and takes none away. So what is
there is read first: what is missing is added, and where something is there that should not be, a new run takes its place.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.forges import cut
from app.forges.base import Annotation, CheckRun, StatusState
from app.forges.github.api import Part
from app.forges.github.session import Session, commit_id
from validators.words import shortened

MOST_ANNOTATIONS = 50
LONGEST_TEXT = 65_535
LONGEST_TITLE = 255
LONGEST_MESSAGE = 16_000  # bytes count against 64 KiB, and a character has at most four

Note = dict[str, str | int]
_Key = tuple[str | int, ...]
Output = dict[str, str | list[Note]]

AGAIN = {"label": "Judge again", "description": "Fetch this change and judge it anew", "identifier": "judge-again"}
"""The button beside GitHub's own Re-run, which not everyone who may write sees. 20, 40 and 20 characters at most."""


class _App(Part):
    id: int


class _Said(Part):
    title: str | None = None
    summary: str | None = None
    annotations_count: int | None = None


class _Run(Part):
    id: int
    name: str
    external_id: str | None = None
    conclusion: str | None = None
    details_url: str | None = None
    output: _Said | None = None
    app: _App | None = None


class _Annotation(Part):
    path: str
    start_line: int
    end_line: int
    annotation_level: str | None = None
    title: str | None = None
    message: str | None = None


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
    standing = _standing(session, commit, run.external_id)
    if standing is not None and not standing.notes <= Counter(_key(one) for one in wanted):
        standing = None
    missing = wanted if standing is None else _without(wanted, standing.notes)
    if standing is not None and not missing and all(_shown(one) == replace(run, annotations=()) for one in standing.seen):
        return
    there = standing.seen[-1] if standing else None
    batches = [missing[at : at + MOST_ANNOTATIONS] for at in range(0, len(missing), MOST_ANNOTATIONS)] or [[]]
    for at, batch in enumerate(batches, 1):
        there = _write(session, commit, there, run, batch, ends=at == len(batches))
    written = _Standing((there,) if there else (), Counter(_key(one) for one in wanted))
    session.recent.note((session.repository.path, commit, run.external_id), written)


@dataclass(frozen=True, slots=True)
class _Standing:
    """A run that is there: as GitHub shows it, and as we wrote it a moment ago where that may not be seen yet."""

    seen: tuple[_Run, ...]
    notes: Counter[_Key]


def _standing(session: Session, commit: str, external_id: str) -> _Standing | None:
    run = _newest(session, commit, external_id)
    found = session.recent.find((session.repository.path, commit, external_id))
    written = found if isinstance(found, _Standing) else None
    if run is None or (written and written.seen[-1].id > run.id):
        return written
    notes = Counter(_read(session, run))
    if written and written.seen[-1].id == run.id:
        return _Standing((run, *written.seen), notes | written.notes)
    return _Standing((run,), notes)


def _newest(session: Session, commit: str, external_id: str) -> _Run | None:
    """Ours by the app, never by name. Other changes with the same head have runs with other external ids."""
    address = session.at_commit(commit, "/check-runs")
    runs = session.api.listed(address, _Run, under="check_runs", app_id=session.app_id, filter="all")
    ours = [run for run in runs if run.app and run.app.id == session.app_id and run.external_id == external_id]
    return max(ours, key=lambda run: run.id, default=None)


def _shown(run: _Run) -> CheckRun:
    said = run.output or _Said()
    return CheckRun(
        external_id=run.external_id or "",
        name=run.name,
        conclusion=_STATES.get(run.conclusion, StatusState.ERROR) if run.conclusion is not None else None,
        title=said.title or "",
        summary=said.summary or "",
        details_url=run.details_url or "",
    )


def _write(
    session: Session, commit: str, there: _Run | None, run: CheckRun, annotations: Sequence[Note], *, ends: bool
) -> _Run:
    """Edit the run that is there, or make one. `completed` goes with a conclusion, and nothing else does."""
    conclusion = _conclusion(run, ends=ends)
    state = {"status": "completed", "conclusion": conclusion} if conclusion else {"status": "in_progress"}
    details = {"details_url": run.details_url} if run.details_url else {}
    output, actions = _output(run, annotations), [AGAIN] if conclusion else []
    fields = {"name": run.name, **state, **details, "output": output, "actions": actions}
    if there is not None:
        return session.api.made("PATCH", session.at(f"/check-runs/{there.id}"), _Run, fields)
    new = {"head_sha": commit_id(commit), "external_id": run.external_id}
    return session.api.made("POST", session.at("/check-runs"), _Run, {**fields, **new})


def _conclusion(run: CheckRun, *, ends: bool) -> str:
    """ "" while the run goes on."""
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


def _key(one: Mapping[str, str | int | None]) -> _Key:
    """What tells one annotation from another, in the request and in the answer: all its fields, in one order."""
    return tuple(value.strip() if isinstance(value, str) else value or "" for value in one.values())


def _read(session: Session, run: _Run) -> list[_Key]:
    """The annotations that are there; none are asked for where the run counts none."""
    if run.output is not None and run.output.annotations_count == 0:
        return []
    address = session.at(f"/check-runs/{run.id}/annotations")
    return [_key(one.model_dump()) for one in session.api.listed(address, _Annotation)]


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
