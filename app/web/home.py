"""The page of all changes: those that fail, those being judged, those that are ready, those lately merged."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from urllib.parse import urlencode

from app.forges.base import ChangeState
from app.store.read import ChangeList, ChangeQuery, ChangeRow, RepositoryRow, RunRow, RunState
from validators.model import Severity, VerdictState
from validators.words import counted


@dataclass(frozen=True, slots=True)
class Row:
    """A change in a list: its symbol, what it says, and what is behind it."""

    anchor: str
    url: str
    title: str
    repository: str
    number: int
    author: str
    state: str
    words: str
    detail: str
    updated: datetime


@dataclass(frozen=True, slots=True)
class Section:
    """Changes that are at the same point."""

    id: str
    title: str
    note: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class ForgeRows:
    """A forge and its repositories."""

    name: str
    repositories: tuple[RepositoryRow, ...]


@dataclass(frozen=True, slots=True)
class HomePage:
    """All that the page of changes shows. `empty` is before anything was ever sent."""

    title: str
    address: str
    query: str
    repository: str
    total: int
    empty: bool
    running: bool
    forges: tuple[ForgeRows, ...]
    sections: tuple[Section, ...]


_SECTIONS = (
    ("failed", "Blocked", "newest first"),
    ("running", "Being judged", ""),
    ("ready", "Ready to merge", ""),
    ("over", "Lately merged or closed", ""),
)


def home(query: ChangeQuery, changes: ChangeList, repositories: tuple[RepositoryRow, ...]) -> HomePage:
    """The page for what was asked and found."""
    places = [(place(change), row(change)) for change in changes.rows]
    sections = tuple(
        Section(name, title, note, rows)
        for name, title, note in _SECTIONS
        if (rows := tuple(shown for where, shown in places if where == name))
    )
    blocked = sum(where == "failed" for where, _ in places)
    return HomePage(
        title=f"{counted(blocked, 'change')} blocked" if blocked else "Changes",
        address="/?" + urlencode({"repository": query.repository, "q": query.search}),
        query=query.search,
        repository=query.repository,
        total=sum(repository.changes for repository in repositories),
        empty=not repositories,
        running=True,
        forges=_forges(repositories),
        sections=sections,
    )


def place(change: ChangeRow) -> str:
    """The section that a change stands in."""
    if change.state is not ChangeState.OPEN:
        return "over"
    if change.run is None or not change.run.state.final:
        return "running"
    verdict = change.run.verdict
    return "ready" if verdict is not None and verdict.state is VerdictState.SUCCESS else "failed"


def row(change: ChangeRow) -> Row:
    """A change as the list shows it."""
    kind, words, detail = _words(change)
    return Row(
        anchor=f"change-{change.id}",
        url=f"/changes/{change.id}",
        title=change.title,
        repository=change.repository,
        number=change.number,
        author=change.author,
        state=kind,
        words=words,
        detail=detail,
        updated=change.updated,
    )


def _words(change: ChangeRow) -> tuple[str, str, str]:
    """Symbol, words and detail: the answer first."""
    if change.state is ChangeState.MERGED:
        return "merged", "merged", ""
    if change.state is ChangeState.CLOSED:
        return "skipped", "closed", ""
    if change.run is None or change.run.state is RunState.QUEUED:
        return "waiting", "waiting to be judged", ""
    return _judged(change.run) if change.run.state.final else ("running", "being judged", "")


def _judged(run: RunRow) -> tuple[str, str, str]:
    if run.verdict is None or run.state is RunState.FAILED:
        return "broken", "can't judge", f"our fault, reference {run.reference}" if run.reference else ""
    if run.verdict.state is VerdictState.SUCCESS:
        warnings = run.counts.new.get(Severity.WARNING, 0)
        return "ok", "ready", counted(warnings, "warning") if warnings else ""
    if run.verdict.state is VerdictState.ERROR:
        return "broken", "can't judge", run.verdict.headline.removeprefix("Can't judge: ")
    return "error", run.verdict.headline, ""


def _forges(repositories: tuple[RepositoryRow, ...]) -> tuple[ForgeRows, ...]:
    by_forge = groupby(sorted(repositories, key=lambda one: (one.forge, one.path)), key=lambda one: one.forge)
    return tuple(ForgeRows(name, tuple(rows)) for name, rows in by_forge)
