"""What a check says: plain frozen data, the same on a laptop, in the service and in every format printed.

Lines and columns are 1-based and belong to the change's own source files. Paths are relative to the
repository, with forward slashes. Nothing here reads a file or knows a forge.
"""

from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding matters: an error blocks, a warning asks, an info tells."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the worst, growing as it matters less: a sort key."""
        return ("error", "warning", "info").index(self.value)


class FindingStatus(StrEnum):
    """Whether the change brought a finding about, found it there, or mended it."""

    NEW = "new"
    EXISTING = "existing"
    FIXED = "fixed"


class Outcome(StrEnum):
    """How a validator's work ended. A tool that is missing or fails is `broken`, never `completed`."""

    COMPLETED = "completed"
    SKIPPED = "skipped"
    BROKEN = "broken"


class VerdictState(StrEnum):
    """The answer to "may this merge?", as far as the checks go."""

    SUCCESS = "success"
    FAILURE = "failure"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a source file. `line` None means the file as a whole; `end_line` is included."""

    path: str
    line: int | None = None
    end_line: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True)
class ResourceId:
    """What names a Kubernetes object. `namespace` is "" where the manifest states none."""

    api_version: str
    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Text that replaces the lines `start_line` to `end_line` (both included) of the finding's file; no final newline."""

    start_line: int
    end_line: int
    text: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One defect as a validator yields it, before anyone asked whether the change brought it about.

    `about` says which thing is wrong apart from where it stands (a field path, the text of the line): the same
    defect moved to another line has the same `about`. `title` is the defect in a few words, `message` the sentences.
    """

    rule: str
    severity: Severity
    message: str
    location: Location
    about: str
    title: str = ""
    resource: ResourceId | None = None
    unit: str | None = None
    help_url: str | None = None
    suggestion: Suggestion | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem, compared with the base. `fingerprint` leaves line numbers out: a moved finding stays the same one."""

    rule: str
    severity: Severity
    title: str
    message: str
    location: Location
    status: FindingStatus
    fingerprint: str
    resource: ResourceId | None = None
    unit: str | None = None
    help_url: str | None = None
    suggestion: Suggestion | None = None


@dataclass(frozen=True, slots=True)
class NotChecked:
    """Something that was not looked at (`what`: a path, a resource, a kind) and the reason, with what would help."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much a validator looked at. What it left out stands in `not_checked`; silence would be a lie."""

    files: int = 0
    resources: int = 0
    not_checked: tuple[NotChecked, ...] = ()


@dataclass(frozen=True, slots=True)
class Look:
    """What one validator saw at one side (the merge result or the base)."""

    problems: tuple[Problem, ...] = ()
    coverage: Coverage = field(default_factory=Coverage)
    outcome: Outcome = Outcome.COMPLETED
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one validator says of the change. `explanation` is said to people when the outcome is not `completed`."""

    validator: str
    outcome: Outcome
    findings: tuple[Finding, ...]
    coverage: Coverage
    explanation: str
    seconds: float


class Action(StrEnum):
    """What happens to a resource when the change is applied."""

    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field before and after, as text to show; None where it is absent. Secret values never stand here."""

    path: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class ResourceChange:
    """What the change does to one resource of one unit."""

    unit: str
    action: Action
    resource: ResourceId
    fields: tuple[FieldChange, ...] = ()
    risks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """All that was found out about one change. `merge_result` is None when base and head conflict or were not merged."""

    base: str
    head: str
    merge_result: str | None
    results: tuple[CheckResult, ...]
    changes: tuple[ResourceChange, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings of all validators, in their order."""
        return tuple(finding for result in self.results for finding in result.findings)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer and why. `headline` fits a commit status; `reasons` are sentences."""

    state: VerdictState
    headline: str
    reasons: tuple[str, ...] = ()
