"""The page of one change: the answer, then its findings, what it would do, and what happened."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from app.store.read import ChangePage, ChangeRow, FoundRow, RunPage, RunRow
from app.web.coverage import Blank, CoveragePanel, coverage, no_findings
from app.web.effects import UnitPanel, UnknownEffects, no_effects, units, unknown_effects
from app.web.findings import BriefFinding, FindingFile, brief, finding_files
from app.web.templating import clock
from app.web.timeline import Day, days
from app.web.verdicts import (
    Standing,
    StatusLine,
    StepLine,
    VerdictPanel,
    standing,
    statuses,
    step_lines,
    steps_in_words,
    verdict,
    window_title,
)
from validators.model import FindingStatus

LineUrl = Callable[[ChangeRow, str, int | None, int | None], str]
"""The forge's address of lines of a file at the change's head."""


@dataclass(frozen=True, slots=True)
class Tab:
    """One of the tabs. `narrow` is its word on a phone, "" for the same."""

    title: str
    narrow: str
    url: str
    count: str
    current: bool


@dataclass(frozen=True, slots=True)
class Page:
    """All that the page of a change shows, whichever tab is open. `standing` is None for a change that is simply open."""

    url: str
    live_url: str
    newer_url: str
    window_title: str
    title: str
    number: int
    repository: str
    author: str
    head: str
    base: str
    base_branch: str
    forge_url: str
    judged: str
    running: bool
    standing: Standing | None
    verdict: VerdictPanel
    statuses: tuple[StatusLine, ...]
    steps: tuple[StepLine, ...]
    steps_in_words: str
    tabs: tuple[Tab, ...]
    files: tuple[FindingFile, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    existing: tuple[BriefFinding, ...] = ()
    fixed: tuple[BriefFinding, ...] = ()
    coverage: CoveragePanel | None = None
    blank: Blank = field(default_factory=lambda: Blank("ok", "No new findings", ""))
    units: tuple[UnitPanel, ...] = ()
    effects_blank: Blank = field(default_factory=lambda: Blank("skipped", "", ""))
    unknown_effects: UnknownEffects = field(default_factory=UnknownEffects)
    days: tuple[Day, ...] = ()

    @property
    def has_findings(self) -> bool:
        """Whether there is anything to choose from beside the list of findings."""
        return bool(self.files or self.existing or self.fixed)


def change_page(stored: ChangePage, tab: str, line_url: LineUrl) -> Page:
    """The page with the tab `findings`, `effects` or `timeline` open."""
    change, run = stored.change, stored.run
    url = f"/changes/{change.id}"
    panel = verdict(run.run if run else None, run.steps if run else ())
    lines = step_lines(run) if run else ()
    found = _found(run, FindingStatus.NEW)
    shown = run.run.id if run else ""
    judged_head = run.run.head if run else change.head
    running = run is None or not run.run.state.final
    return Page(
        url=url if tab == "findings" else f"{url}/{tab}",
        live_url=f"{url}/live?run={shown}&final={str(not running).lower()}",
        newer_url=f"{url}/newer?run={shown}",
        window_title=window_title(change, panel),
        title=change.title,
        number=change.number,
        repository=change.repository,
        author=change.author,
        head=judged_head,
        base=run.run.base if run else change.base,
        base_branch=change.base_branch,
        forge_url=change.url,
        judged=_judged(run.run) if run else "",
        running=running,
        standing=standing(change),
        verdict=panel,
        statuses=statuses(run.run if run else None),
        steps=lines,
        steps_in_words=steps_in_words(lines),
        tabs=_tabs(stored, url, tab, len(found)),
        files=finding_files(found, lambda path, line, end: line_url(change, path, line, end)),
        counts=Counter(str(row.finding.severity) for row in found),
        existing=tuple(brief(row.finding) for row in _found(run, FindingStatus.EXISTING)),
        fixed=tuple(brief(row.finding) for row in _found(run, FindingStatus.FIXED)),
        coverage=coverage(run),
        blank=no_findings(run),
        units=units(run.effects) if run else (),
        effects_blank=no_effects(run),
        unknown_effects=unknown_effects(run),
        days=days(stored.timeline),
    )


def _found(run: RunPage | None, status: FindingStatus) -> list[FoundRow]:
    return [row for row in run.findings if row.finding.status is status] if run else []


def _judged(run: RunRow) -> str:
    if run.finished is None or run.seconds is None:
        return ""
    return f"{clock(run.finished)} in {run.seconds:.1f} s"


def _tabs(stored: ChangePage, url: str, tab: str, findings: int) -> tuple[Tab, ...]:
    known = stored.run is not None and stored.run.run.state.final
    effects = len(stored.run.effects) if stored.run else 0
    return (
        Tab("Findings", "", url, str(findings) if known else "–", tab == "findings"),
        Tab("What it would do", "Plan", f"{url}/effects", str(effects) if known else "–", tab == "effects"),
        Tab("Timeline", "", f"{url}/timeline", str(len(stored.timeline)), tab == "timeline"),
    )
