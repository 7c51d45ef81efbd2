"""What pages and the JSON API are given: frozen data that holds all that a page shows. Secret values were masked before."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.forges.base import ChangeState
from validators.model import Coverage, Finding, Outcome, ResourceChange, Severity, Verdict


class RunState(StrEnum):
    """How far a run has come. `superseded` and `failed` end it as well as `done`; `failed` is our own fault."""

    QUEUED = "queued"
    JUDGING = "judging"
    PUBLISHING = "publishing"
    DONE = "done"
    SUPERSEDED = "superseded"
    FAILED = "failed"

    @property
    def final(self) -> bool:
        """Whether nothing more happens in it."""
        return self in {RunState.DONE, RunState.SUPERSEDED, RunState.FAILED}


class StepState(StrEnum):
    """How far a step of a run has come."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Step:
    """A row of the progress table: `fetch`, then each validator by its name, then `publish`.

    `done` of `total` are files looked at, both sides counted; both are 0 where nothing is counted.
    """

    name: str
    state: StepState
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Counts:
    """How many findings: new ones by severity, those that the base has too, and those that the change mends."""

    new: Mapping[Severity, int] = field(default_factory=dict)
    existing: int = 0
    fixed: int = 0


@dataclass(frozen=True, slots=True)
class RunRow:
    """One judging of one head. `attempt` counts from 1 among the runs of the same change, head and base.

    `verdict` is None until it is reached; a conflict with the base and a broken configuration have one too. `reference` is what
    the log has more under when the run `failed`, else "". Times are in UTC; `seconds` is how long the judging took.
    """

    id: str
    change: str
    state: RunState
    head: str
    base: str
    merge_result: str | None
    attempt: int
    verdict: Verdict | None
    counts: Counts
    reference: str
    queued: datetime
    started: datetime | None
    finished: datetime | None
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Lines of a file around a finding, masked. `first` is the number of the first one, 1-based.

    Findings of status `fixed` are shown as they were at the base, all others as they are at the merge result.
    """

    first: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A finding with the validator that has it and the code around it (None where there is none to show)."""

    finding: Finding
    validator: str
    excerpt: Excerpt | None


@dataclass(frozen=True, slots=True)
class CheckRow:
    """How one validator's work ended and how much it looked at."""

    validator: str
    outcome: Outcome
    explanation: str
    seconds: float
    coverage: Coverage


@dataclass(frozen=True, slots=True)
class RunPage:
    """A run with everything that it found out. `steps` are there from the start of the run on, in their order."""

    run: RunRow
    steps: tuple[Step, ...]
    findings: tuple[FoundRow, ...]
    checks: tuple[CheckRow, ...]
    effects: tuple[ResourceChange, ...]


class MomentKind(StrEnum):
    """What sort of thing happened, for its symbol."""

    OPENED = "opened"
    PUSHED = "pushed"
    CLOSED = "closed"
    MERGED = "merged"
    JUDGED = "judged"
    SUPERSEDED = "superseded"
    FAILED = "failed"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry of the timeline. `text` and `detail` are plain text, in which strangers' words are."""

    at: datetime
    kind: MomentKind
    text: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A change as a list shows it. `id` can't be guessed; `run` is its newest run, None before the first.

    `touched` grows with everything that happens to the change, its runs' progress included: see Store.wait.
    """

    id: str
    forge: str
    repository: str
    number: int
    title: str
    author: str
    state: ChangeState
    draft: bool
    base_branch: str
    head_branch: str
    base: str
    head: str
    url: str
    updated: datetime
    touched: int
    run: RunRow | None


@dataclass(frozen=True, slots=True)
class ChangePage:
    """One change with all that its page shows: the newest run, the timeline (newest first), the earlier runs (newest first)."""

    change: ChangeRow
    run: RunPage | None
    timeline: tuple[Moment, ...]
    earlier: tuple[RunRow, ...]


@dataclass(frozen=True, slots=True)
class ChangeQuery:
    """Which changes to list. `search` is matched against title, repository, author and number, each of its words.

    `after` is the `next` of the page before, "" for the first.
    """

    forge: str = ""
    repository: str = ""
    state: ChangeState | None = None
    search: str = ""
    limit: int = 100
    after: str = ""


@dataclass(frozen=True, slots=True)
class ChangeList:
    """One page of changes, the last touched first. `total` counts all that match; `next` is "" on the last page."""

    rows: tuple[ChangeRow, ...]
    total: int
    next: str


@dataclass(frozen=True, slots=True)
class RepositoryRow:
    """A repository that sent something, with the number of its changes."""

    forge: str
    path: str
    changes: int
