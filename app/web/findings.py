"""Findings as the page of a change shows them: by file, each with its code, the cause underlined, and the fix beside it."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import PurePosixPath

from app.review.visible import visible
from app.store.read import Excerpt, FoundRow
from validators.model import Finding, Location, Severity, Suggestion

FileUrl = Callable[[str, int | None, int | None], str]


@dataclass(frozen=True, slots=True)
class CodeLine:
    """A line of code. `kind` is cause, del, add or "". `cause` are the words to underline, beside what stands around them."""

    number: int
    text: str
    kind: str = ""
    before_cause: str = ""
    cause: str = ""
    after_cause: str = ""


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """A finding with its code."""

    anchor: str
    severity: Severity
    title: str
    rule: str
    message: str
    path: str
    line_words: str
    line_url: str
    lines: tuple[CodeLine, ...]
    fix: tuple[CodeLine, ...]
    fix_text: str
    resource: str
    unit: str


@dataclass(frozen=True, slots=True)
class FindingFile:
    """A file with its findings and how many of each severity."""

    path: str
    name: str
    folder: str
    counts: Mapping[str, int]
    findings: tuple[ShownFinding, ...]


@dataclass(frozen=True, slots=True)
class BriefFinding:
    """A finding in one row."""

    severity: Severity
    title: str
    path: str
    place: str
    rule: str


def brief(finding: Finding) -> BriefFinding:
    """The row of a finding that was there before or is gone."""
    where = finding.location
    place = f"{where.path}:{where.line}" if where.line else where.path
    return BriefFinding(finding.severity, finding.title, visible(where.path), visible(place), finding.rule)


def finding_files(found: Iterable[FoundRow], url: FileUrl) -> tuple[FindingFile, ...]:
    """The files with findings, those with the worst first."""
    rows = sorted(found, key=lambda row: (row.finding.location.path, row.finding.location.line or 0))
    files = [_file(path, list(group), url) for path, group in groupby(rows, key=lambda row: row.finding.location.path)]
    return tuple(sorted(files, key=lambda file: (min(finding.severity.rank for finding in file.findings), file.path)))


def _file(path: str, rows: list[FoundRow], url: FileUrl) -> FindingFile:
    shown = visible(path)
    return FindingFile(
        path=shown,
        name=PurePosixPath(shown).name,
        folder=str(PurePosixPath(shown).parent),
        counts=Counter(str(row.finding.severity) for row in rows),
        findings=tuple(_shown(row, url) for row in rows),
    )


def _shown(row: FoundRow, url: FileUrl) -> ShownFinding:
    finding, where = row.finding, row.finding.location
    return ShownFinding(
        anchor=f"f-{finding.fingerprint}",
        severity=finding.severity,
        title=finding.title,
        rule=finding.rule,
        message=finding.message,
        path=visible(where.path),
        line_words=line_words(where),
        line_url=url(where.path, where.line, where.end_line),
        lines=_code(row.excerpt, where) if row.excerpt else (),
        fix=_fix(row.excerpt, finding.suggestion) if row.excerpt and finding.suggestion else (),
        fix_text=finding.suggestion.text if finding.suggestion else "",
        resource=str(finding.resource) if finding.resource else "",
        unit=finding.unit or "",
    )


def line_words(where: Location) -> str:
    """ "line 13", "lines 58 to 62", or "the whole file"."""
    if where.line is None:
        return "the whole file"
    if where.end_line is None or where.end_line == where.line:
        return f"line {where.line}"
    return f"lines {where.line} to {where.end_line}"


def _code(excerpt: Excerpt, where: Location) -> tuple[CodeLine, ...]:
    last = where.end_line or where.line or 0
    numbered = enumerate(excerpt.lines, start=excerpt.first)
    return tuple(
        _cause(number, text, where.column if number == where.line else None)
        if where.line is not None and where.line <= number <= last
        else CodeLine(number, visible(text))
        for number, text in numbered
    )


def _cause(number: int, text: str, column: int | None) -> CodeLine:
    """A line that is the cause: the words from `column` on are underlined, without the comment behind them."""
    if column is None or column > len(text):
        return CodeLine(number, visible(text), "cause")
    words = text[column - 1 :].split(" #", 1)[0].rstrip()
    before, after = text[: column - 1], text[column - 1 + len(words) :]
    return CodeLine(number, visible(text), "cause", visible(before), visible(words), visible(after))


def _fix(excerpt: Excerpt, suggestion: Suggestion) -> tuple[CodeLine, ...]:
    """The lines around, with those that go and those that come in their place."""
    lines: list[CodeLine] = []
    for number, text in enumerate(excerpt.lines, start=excerpt.first):
        goes = suggestion.start_line <= number <= suggestion.end_line
        lines.append(CodeLine(number, visible(text), "del" if goes else ""))
        if number == suggestion.end_line:
            added = suggestion.text.split("\n")
            lines += [CodeLine(suggestion.start_line + by, visible(new), "add") for by, new in enumerate(added)]
    return tuple(lines)
