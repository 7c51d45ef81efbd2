"""Findings as people count them: what is the same defect in many files or many units is said once."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from validators.model import Finding, FindingStatus, Location, Report, Severity
from validators.words import counted

SYMBOLS = {Severity.ERROR: "✕", Severity.WARNING: "▲", Severity.INFO: "○"}
"""One symbol a severity, never without its word."""

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z`])")


@dataclass(frozen=True, slots=True)
class Defect:
    """Findings that say the same, the one to show first."""

    findings: tuple[Finding, ...]

    @property
    def first(self) -> Finding:
        """The finding that stands for all."""
        return self.findings[0]

    @property
    def keys(self) -> frozenset[str]:
        """The fingerprints of all of them."""
        return frozenset(finding.fingerprint for finding in self.findings)

    @property
    def extent(self) -> str:
        """Where else it is, such as "in 14 files"; "" when it is in one place."""
        paths = {finding.location.path for finding in self.findings}
        units = {finding.unit for finding in self.findings if finding.unit}
        lines = {finding.location.line for finding in self.findings}
        if len(paths) > 1:
            return f"in {counted(len(paths), 'file')}"
        if len(units) > 1:
            return f"in {counted(len(units), 'unit')}"
        return f"on {counted(len(lines), 'line')}" if len(lines) > 1 else ""


def to_tell(report: Report) -> list[Finding]:
    """What the summary lists: what the change brings about, and limits at the base that hide what it does."""
    return [finding for finding in report.findings if finding.status is FindingStatus.NEW or _hides(finding)]


def alike(findings: Iterable[Finding]) -> list[Defect]:
    """Findings that say the same wherever they are, folded; worst first, then in the order of places."""
    return _folded(findings, lambda finding: (finding.rule, finding.severity, finding.message))


def by_place(findings: Iterable[Finding]) -> list[Defect]:
    """Findings that say the same on the same line, folded; worst first, then in the order of places."""
    return _folded(findings, lambda finding: (finding.rule, finding.message, _place(finding.location)))


def first_sentences(message: str, number: int) -> str:
    """The first `number` sentences of a message."""
    return " ".join(_SENTENCE.split(" ".join(message.split()), maxsplit=number)[:number])


def briefly(message: str) -> str:
    """A message for a cell: the first sentence, and the question after it, which is the hint."""
    both, first = first_sentences(message, 2), headword(message)
    return both if both.endswith("?") else first


def headword(text: str) -> str:
    """The first sentence without its full stop, for titles and cells."""
    sentence = first_sentences(text, 1)
    return sentence[:-1] if sentence.endswith(".") and not sentence.endswith("..") else sentence


def _folded(findings: Iterable[Finding], key: Callable[[Finding], tuple[object, ...]]) -> list[Defect]:
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for finding in sorted(findings, key=_order):
        groups.setdefault(key(finding), []).append(finding)
    return [Defect(tuple(group)) for group in groups.values()]


def _hides(finding: Finding) -> bool:
    return finding.status is FindingStatus.EXISTING and finding.rule.endswith("/limit")


def _order(finding: Finding) -> tuple[int, tuple[str, int, int], str, str]:
    return finding.severity.rank, _place(finding.location), finding.rule, finding.fingerprint


def _place(location: Location) -> tuple[str, int, int]:
    return location.path, location.line or 0, location.column or 0
