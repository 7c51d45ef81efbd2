"""What was looked at and what was not, and what a page says where it has nothing to list."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.store.read import CheckRow, RunPage, RunState
from app.web.verdicts import step_title
from validators.model import NotChecked, Outcome, VerdictState
from validators.words import counted


@dataclass(frozen=True, slots=True)
class Blank:
    """What stands where there is nothing to list."""

    icon: str
    title: str
    text: str
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """Things that were left out for the same reason."""

    what: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class CoveragePanel:
    """What was looked at, in words, and what was not: how many things, and why."""

    checked: str
    amount: int
    gaps: tuple[Gap, ...]


def coverage(run: RunPage | None) -> CoveragePanel | None:
    """How much was looked at; None before anything was."""
    if run is None or not run.checks:
        return None
    files = max(check.coverage.files for check in run.checks)
    resources = max(check.coverage.resources for check in run.checks)
    amount = counted(resources, "resource") if resources else counted(files, "file")
    left_out = tuple(_gaps(run.checks))
    return CoveragePanel(f"{amount} checked", len(left_out), grouped(left_out))


def grouped(left_out: Iterable[NotChecked]) -> tuple[Gap, ...]:
    """What was left out for one reason in one place, all of it: a page has room that a comment has not."""
    groups: dict[str, list[str]] = {}
    for one in left_out:
        groups.setdefault(one.why, []).append(one.what)
    return tuple(Gap(tuple(what), why) for why, what in groups.items())


def _gaps(checks: Iterable[CheckRow]) -> Iterable[NotChecked]:
    """Checks that did not run, then each thing that a check left out, once."""
    for check in checks:
        if check.outcome is not Outcome.COMPLETED:
            yield NotChecked(step_title(check.validator), f"{check.outcome}: {check.explanation}")
    yield from dict.fromkeys(gap for check in checks for gap in check.coverage.not_checked)


def no_findings(run: RunPage | None) -> Blank:
    """Why no new finding is listed."""
    if run is None or not run.run.state.final:
        return Blank("waiting", "Not judged yet", "Findings stand here when it is.")
    if run.run.state is RunState.FAILED or run.run.verdict is None:
        text = "The change is not to blame, and it is not passed either. Comment /check to have it judged again."
        return Blank("broken", "This failed, and it is our fault", text, run.run.reference)
    if not run.checks:
        return Blank(
            "skipped", "Nothing was checked", "The change is judged anew once what keeps it from being judged is mended."
        )
    if run.run.verdict.state is VerdictState.ERROR:
        return Blank(
            "broken", "Nothing found, but not everything was checked", "What was left out stands below, with the reason."
        )
    return Blank("ok", "No new findings", "Nothing that this change brings is wrong, as far as it was looked at.")
