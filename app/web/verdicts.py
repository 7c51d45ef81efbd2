"""The answer about a change, and how far its judging has come, as pages say it."""

from dataclasses import dataclass

from app.forges.base import ChangeState
from app.store.read import ChangeRow, RunPage, RunRow, RunState, Step, StepState
from validators.model import Verdict, VerdictState
from validators.verdict import tallied
from validators.words import counted

TITLES = {"yaml_lint": "YAML", "files": "Files", "schema": "Schema", "units": "Units", "dry_run": "Dry run"}
_KINDS = {StepState.WAITING: "waiting", StepState.RUNNING: "running", StepState.DONE: "ok"}


@dataclass(frozen=True, slots=True)
class VerdictPanel:
    """The panel at the top: its kind (colour), symbol, headline and the sentence below it."""

    kind: str
    icon: str
    headline: str
    reason: str


@dataclass(frozen=True, slots=True)
class StatusLine:
    """A commit status with its symbol and word."""

    context: str
    kind: str
    word: str


@dataclass(frozen=True, slots=True)
class StepLine:
    """A row of the progress table. `count` is what it looked at, in words."""

    title: str
    kind: str
    word: str
    done: int
    total: int
    count: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What a change is beside being judged, with its symbol."""

    kind: str
    word: str


def standing(change: ChangeRow) -> Standing | None:
    """Merged, closed or a draft; None for a change that waits to be merged."""
    match change.state:
        case ChangeState.MERGED:
            return Standing("merged", "merged")
        case ChangeState.CLOSED:
            return Standing("skipped", "closed")
    return Standing("waiting", "draft") if change.draft else None


def verdict(run: RunRow | None, steps: tuple[Step, ...] = ()) -> VerdictPanel:
    """The answer as it stands."""
    if run is None:
        return VerdictPanel("pending", "waiting", "Not judged yet", "It is judged as soon as the forge tells its head.")
    if not run.state.final:
        return VerdictPanel("running", "running", f"Judging: {running_words(steps)}", "Nothing merges until this is done.")
    if run.state is RunState.SUPERSEDED:
        return VerdictPanel("pending", "skipped", "Stopped: a newer head came", "The newer head is judged instead.")
    if run.state is RunState.FAILED or run.verdict is None:
        reason = f"The change is not to blame, and it is not passed either. Reference: {run.reference}."
        return VerdictPanel("failure", "broken", "This failed, and it is our fault", reason)
    kind, symbol = {
        VerdictState.SUCCESS: ("success", "ok"),
        VerdictState.FAILURE: ("failure", "error"),
        VerdictState.ERROR: ("failure", "broken"),
    }[run.verdict.state]
    return VerdictPanel(kind, symbol, run.verdict.headline, _reason(run, run.verdict))


def _reason(run: RunRow, judged: Verdict) -> str:
    """What is behind a headline: how much was found, or why nothing could be, unless the headline says so already."""
    if judged.state is VerdictState.SUCCESS or run.counts.new:
        return counts_in_words(run)
    return (
        " ".join(reason for reason in judged.reasons if reason not in judged.headline) or "Nothing merges until it is judged."
    )


def running_words(steps: tuple[Step, ...]) -> str:
    """What is going on now: never without a number where there is one."""
    for step in steps:
        if step.state is StepState.RUNNING:
            count = f" {step.done} of {counted(step.total, 'file')}" if step.total else ""
            return f"{step_title(step.name).lower()}{count}"
    done = sum(step.state is StepState.DONE for step in steps)
    return f"{done} of {counted(len(steps), 'step')} done" if steps else "waiting for its turn"


def counts_in_words(run: RunRow) -> str:
    """New findings by severity, then those left alone and fixed, as the summary says it."""
    state = run.verdict.state if run.verdict else VerdictState.ERROR
    return tallied(run.counts.new, run.counts.existing, run.counts.fixed, state)


def statuses(run: RunRow | None) -> tuple[StatusLine, ...]:
    """The statuses that stand at the head."""
    context = "fairlead/checks"
    if run is None or not run.state.final:
        return (StatusLine(context, "pending", "pending"),)
    if run.verdict is None or run.state is RunState.FAILED or run.verdict.state is VerdictState.ERROR:
        return (StatusLine(context, "broken", "error"),)
    if run.verdict.state is VerdictState.SUCCESS:
        return (StatusLine(context, "ok", "success"),)
    return (StatusLine(context, "error", "failure"),)


def step_lines(page: RunPage) -> tuple[StepLine, ...]:
    """The rows of the progress table; none once the run is over."""
    if page.run.state.final:
        return ()
    return tuple(
        StepLine(
            title=step_title(step.name),
            kind=_KINDS[step.state],
            word="done" if step.state is StepState.DONE else str(step.state),
            done=step.done,
            total=step.total,
            count=f"{step.done} of {counted(step.total, 'file')}" if step.total else "–",
        )
        for step in page.steps
    )


def steps_in_words(lines: tuple[StepLine, ...]) -> str:
    """ "3 done, 1 running, 2 waiting"."""
    words = ("done", "running", "waiting")
    amounts = [(sum(line.word == word for line in lines), word) for word in words]
    return ", ".join(f"{amount} {word}" for amount, word in amounts if amount)


def step_title(name: str) -> str:
    """A step's name as people read it."""
    return TITLES.get(name, name.replace("_", " ").capitalize())


def window_title(change: ChangeRow, panel: VerdictPanel) -> str:
    """What the tab says, so that a background tab is enough."""
    return f"{panel.headline.replace('`', '')} · {change.repository} #{change.number}"
