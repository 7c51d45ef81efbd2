"""Check runs, which only apps make."""

import json
from typing import Annotated, Literal

from pydantic import Field

from app.devforge import checks, clock, gate, queue, suites
from app.devforge.access import require
from app.devforge.errors import ApiError, forbidden
from app.devforge.records import Annotation, App, CheckRun, CheckSuite
from app.devforge.rest.calls import Answer, Body, Call, Endpoint, Listed, paged, require_found
from app.devforge.rest.statuses import commit_of
from app.devforge.shapes import statuses as shapes

LONGEST_TEXT = 65_535
MOST_ANNOTATIONS = 50

Conclusion = Literal["success", "failure", "neutral", "cancelled", "timed_out", "action_required", "skipped"]
Text = Annotated[str, Field(max_length=LONGEST_TEXT)]


class Note(Body):
    """An annotation. Columns may be told only when it is on one line."""

    path: str
    start_line: Annotated[int, Field(ge=1)]
    end_line: Annotated[int, Field(ge=1)]
    start_column: int | None = None
    end_column: int | None = None
    annotation_level: Literal["notice", "warning", "failure"]
    message: Annotated[str, Field(max_length=64 * 1024)]
    title: Annotated[str, Field(max_length=255)] | None = None
    raw_details: Annotated[str, Field(max_length=64 * 1024)] | None = None


class Output(Body):
    """What the run has to say."""

    title: str
    summary: Text
    text: Text | None = None
    annotations: Annotated[Listed[Note], Field(max_length=MOST_ANNOTATIONS)] = []  # noqa: RUF012 - pydantic copies it


class Action(Body):
    """A button."""

    label: Annotated[str, Field(max_length=20)]
    description: Annotated[str, Field(max_length=40)]
    identifier: Annotated[str, Field(max_length=20)]


class RunEdit(Body):
    """What to change about a run; what is not said stays."""

    name: str | None = None
    status: Literal["queued", "in_progress", "completed"] | None = None
    conclusion: Conclusion | None = None
    external_id: str | None = None
    details_url: str | None = None
    started_at: str | None = None
    completed_at: str | None = None
    output: Output | None = None
    actions: Annotated[list[Action], Field(max_length=3)] | None = None


class NewRun(RunEdit):
    """A run to make."""

    name: str
    head_sha: str


def create_run(call: Call) -> Answer:
    """POST .../check-runs"""
    repository, asked = call.repository(), call.read(NewRun)
    app = _writer(call)
    if call.forge.git(repository).resolve(asked.head_sha) != asked.head_sha:
        raise ApiError(422, f"No commit found for SHA: {asked.head_sha}")
    blank = CheckRun(
        repository_id=repository.id,
        suite_id=suites.suite(call.forge, repository, app.id, asked.head_sha).id,
        app_id=app.id,
        head_sha=asked.head_sha,
        name=asked.name,
        external_id=asked.external_id or "",
        details_url=asked.details_url or f"{call.forge.base_url}/apps/{app.slug}",
        status="queued",
        conclusion=None,
        title=None,
        summary=None,
        text=None,
        actions="[]",
        started_at=asked.started_at or clock.now(),
        completed_at=None,
    )
    made = _changed(call, call.forge.database.insert(blank), asked)
    checks.announce(call.forge, made, "created", call.actor.known)
    if made.status == "completed":
        checks.announce(call.forge, made, "completed", call.actor.known)
    queue.look(call.forge, repository, made.head_sha, call.actor.known)
    return Answer(shapes.check_run(call.forge, made), 201)


def edit_run(call: Call) -> Answer:
    """PATCH .../check-runs/{id}: annotations are added to those that are there."""
    app, before = _writer(call), _run(call)
    if before.app_id != app.id:
        raise forbidden(f"Invalid app_id `{app.id}` - check run can only be modified by the GitHub App that created it.")
    after = _changed(call, before, call.read(RunEdit))
    if after.status == "completed" and before.status != "completed":
        checks.announce(call.forge, after, "completed", call.actor.known)
    queue.look(call.forge, call.repository(), after.head_sha, call.actor.known)
    return Answer(shapes.check_run(call.forge, after))


def show_run(call: Call) -> Answer:
    """GET .../check-runs/{id}"""
    require(call.forge, call.actor, call.repository(), "read", "checks")
    return Answer(shapes.check_run(call.forge, _run(call)))


def list_annotations(call: Call) -> Answer:
    """GET .../check-runs/{id}/annotations"""
    require(call.forge, call.actor, call.repository(), "read", "checks")
    run = _run(call)
    found = call.forge.database.all(Annotation, check_run_id=run.id)
    return paged(call, found, lambda one: shapes.annotation(call.forge, one, run))


def rerequest(call: Call) -> Answer:
    """POST .../check-runs/{id}/rerequest"""
    require(call.forge, call.actor, call.repository(), "write", "checks")
    checks.announce(call.forge, _run(call), "rerequested", call.actor.known)
    return Answer({}, 201)


def list_runs(call: Call) -> Answer:
    """GET .../commits/{ref}/check-runs: the newest of each name, or with filter=all every one."""
    repository, sha = commit_of(call, "checks")
    every = call.forge.database.all(CheckRun, repository_id=repository.id, head_sha=sha)[::-1]
    found = every if call.query.get("filter") == "all" else gate.newest_check_runs(call.forge, repository, sha)
    wanted = {"name": call.query.get("check_name"), "status": call.query.get("status"), "app_id": call.query.get("app_id")}
    kept = [one for one in found if all(value in (None, str(getattr(one, name))) for name, value in wanted.items())]
    return paged(call, kept, lambda one: shapes.check_run(call.forge, one), "check_runs")


def list_suites(call: Call) -> Answer:
    """GET .../commits/{ref}/check-suites"""
    repository, sha = commit_of(call, "checks")
    found = call.forge.database.all(CheckSuite, repository_id=repository.id, head_sha=sha)
    return paged(call, found, lambda one: shapes.listed_check_suite(call.forge, one), "check_suites")


def _changed(call: Call, run: CheckRun, asked: RunEdit) -> CheckRun:
    said = asked.model_dump(
        include={"name", "external_id", "details_url", "started_at", "completed_at", "conclusion", "status"}, exclude_none=True
    )
    if asked.status == "completed" and asked.conclusion is None and run.conclusion is None:
        raise ApiError(422, 'Invalid request.\n\nNo subschema in "oneOf" matched: "conclusion" wasn\'t supplied.')
    if asked.conclusion:
        said["status"] = "completed"
    elif asked.status in ("queued", "in_progress"):
        said |= {"conclusion": None, "completed_at": None}
    if said.get("status") == "completed" and run.completed_at is None:
        said.setdefault("completed_at", clock.now())
    if asked.output:
        said |= {"title": asked.output.title, "summary": asked.output.summary, "text": asked.output.text}
        _annotate(call, run, asked.output.annotations)
    if asked.actions is not None:
        said["actions"] = json.dumps([action.model_dump() for action in asked.actions])
    return call.forge.database.update(run, **said) if said else run


def _annotate(call: Call, run: CheckRun, notes: list[Note]) -> None:
    for note in notes:
        if (note.start_column or note.end_column) and note.start_line != note.end_line:
            raise ApiError(
                422, "Invalid request.\n\nstart_column and end_column may only be used when start_line and end_line are equal."
            )
        call.forge.database.insert(Annotation(check_run_id=run.id, **note.model_dump()))


def _writer(call: Call) -> App:
    require(call.forge, call.actor, call.repository(), "read", "metadata")
    if call.actor.app is None:
        call.actor.known  # noqa: B018 - raises for a stranger
        raise forbidden("You must authenticate via a GitHub App.")
    require(call.forge, call.actor, call.repository(), "write", "checks")
    return call.actor.app


def _run(call: Call) -> CheckRun:
    return require_found(call.forge.database.one(CheckRun, id=call.number("id"), repository_id=call.repository().id))


_RUNS = "/repos/{owner}/{repo}/check-runs"
ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("POST", _RUNS, create_run),
    Endpoint("GET", f"{_RUNS}/{{id}}", show_run),
    Endpoint("PATCH", f"{_RUNS}/{{id}}", edit_run),
    Endpoint("GET", f"{_RUNS}/{{id}}/annotations", list_annotations),
    Endpoint("POST", f"{_RUNS}/{{id}}/rerequest", rerequest),
    Endpoint("GET", "/repos/{owner}/{repo}/commits/{ref:path}/check-runs", list_runs),
    Endpoint("GET", "/repos/{owner}/{repo}/commits/{ref:path}/check-suites", list_suites),
)
