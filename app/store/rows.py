"""From rows of the tables to the plain data of `read`."""

from sqlalchemy import RowMapping, Select, select

from app.forges.base import ChangeState
from app.store.plain import from_plain
from app.store.read import ChangeRow, CheckRow, Counts, Excerpt, FoundRow, Moment, MomentKind, RunRow, RunState, Step
from app.store.tables import changes, runs
from validators.model import Coverage, Finding, Outcome, Verdict

_RUN = [column.label(f"run_{column.name}") for column in runs.c if column.name not in {"standing", "effects", "steps"}]


def changes_with_runs() -> Select[tuple[object, ...]]:
    """Changes, each with its newest run."""
    return select(*changes.c, *_RUN).select_from(changes.outerjoin(runs, runs.c.id == changes.c.newest_run))


def only_runs() -> Select[tuple[object, ...]]:
    """Runs alone."""
    return select(*_RUN)


def change_row(row: RowMapping) -> ChangeRow:
    """A row of `changes_with_runs`."""
    return ChangeRow(
        id=row["id"],
        forge=row["forge"],
        repository=row["repository"],
        number=row["number"],
        title=row["title"],
        author=row["author"],
        state=ChangeState(row["state"]),
        draft=row["draft"],
        base_branch=row["base_branch"],
        head_branch=row["head_branch"],
        base=row["base"],
        head=row["head"],
        url=row["url"],
        updated=row["updated"],
        touched=row["touched"],
        run=run_row(row) if row["run_id"] else None,
    )


def run_row(row: RowMapping) -> RunRow:
    """A row of `only_runs`, or the run in one of `changes_with_runs`."""
    return RunRow(
        id=row["run_id"],
        change=row["run_change_id"],
        state=RunState(row["run_state"]),
        head=row["run_head"],
        base=row["run_base"],
        merge_result=row["run_merge_result"],
        attempt=row["run_attempt"],
        verdict=from_plain(Verdict, row["run_verdict"]) if row["run_verdict"] else None,
        counts=from_plain(Counts, row["run_counts"]),
        reference=row["run_reference"],
        queued=row["run_queued"],
        started=row["run_started"],
        finished=row["run_finished"],
        seconds=row["run_seconds"],
    )


def steps(data: object) -> tuple[Step, ...]:
    """The column `steps` of a run."""
    return from_plain(tuple[Step, ...], data)


def found_row(row: RowMapping) -> FoundRow:
    """A row of `findings`."""
    return FoundRow(
        finding=from_plain(Finding, row["finding"]),
        validator=row["validator"],
        excerpt=from_plain(Excerpt, row["excerpt"]) if row["excerpt"] else None,
    )


def check_row(row: RowMapping) -> CheckRow:
    """A row of `coverage`."""
    return CheckRow(
        validator=row["validator"],
        outcome=Outcome(row["outcome"]),
        explanation=row["explanation"],
        seconds=row["seconds"],
        coverage=from_plain(Coverage, row["coverage"]),
    )


def moment(row: RowMapping) -> Moment:
    """A row of `moments`."""
    return Moment(at=row["at"], kind=MomentKind(row["kind"]), text=row["text"], detail=row["detail"])
