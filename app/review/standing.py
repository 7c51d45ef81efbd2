"""How it stands with a change, as far as posting is concerned: one type for each thing that there is to say."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from app.forges.base import Limits, ProposedChange
from app.review.gate import Claim
from validators.model import Problem, Report, Verdict

LineUrl = Callable[[str, int | None, int | None], str]
"""The address, percent-encoded, of lines of a file at the change's head: path, first and last line (None: the whole file)."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every comment needs to know: the change, and where its links lead.

    `page_url` is the change's page at Fairlead, `rules_url` the folder of the pages about rules. `commands` are the commands
    that fit now, as they are typed. `limits` are the forge's. `sharing` is what other open changes with the same head claim.
    """

    change: ProposedChange
    page_url: str
    rules_url: str
    line_url: LineUrl
    limits: Limits
    commands: tuple[str, ...] = ()
    sharing: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """Being judged. `on` says what it waits for, such as "reading 12 files"."""

    on: str


@dataclass(frozen=True, slots=True)
class Judged:
    """Judged to the end. Report and verdict are redacted already; `seconds` is how long the judging took.

    `commentable` are the lines at the head that a review comment may stand on, by path; `inline_limit` is how many
    inline comments may stand on the change, 0 for none. `brought_by` tells by fingerprint which validator had a finding in
    an earlier run.
    """

    report: Report
    verdict: Verdict
    seconds: float
    inline_limit: int
    commentable: Mapping[str, frozenset[int]] = field(default_factory=dict)
    brought_by: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Conflicting:
    """Head and base can't be merged: nothing was judged. `paths` are the files in conflict."""

    base: str
    paths: tuple[str, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Misconfigured:
    """The configuration at the base can't be read: nothing was judged. `text` is that file's content, `remedy` what to do."""

    base: str
    problems: tuple[Problem, ...]
    text: str
    remedy: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Faulty:
    """Fairlead itself failed. `reference` is what the operator's log has more under; `deaths` is how many workers died of it, 0
    where it failed in another way."""

    reference: str
    deaths: int = 0


Standing = Waiting | Judged | Conflicting | Misconfigured | Faulty
