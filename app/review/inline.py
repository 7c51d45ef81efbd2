"""Inline comments: one a defect, on the line that causes it, for errors and warnings that the change brings about."""

from collections.abc import Collection, Iterable, Mapping
from urllib.parse import quote

from app.forges.base import LineComment, PostedThread
from app.review.defects import SYMBOLS, Defect, by_place, first_sentences, headword
from app.review.markdown import clean, code, fence, link, prose
from app.review.standing import Surroundings
from validators.model import Finding, FindingStatus, Location, Severity, Suggestion

_MARKER = "<!-- fairlead:finding {key} -->"
_SUGGESTS = "```suggestion"
_MOST_SENTENCES = 2
_LONGEST_RANGE = 10
"""Lines that a comment spans at most: a finding about a whole object stands on its first line."""

Commentable = Mapping[str, Collection[int]]


def worth_a_thread(findings: Iterable[Finding]) -> list[Defect]:
    """The defects that deserve a thread, errors first; notes stay in the summary."""
    return by_place(f for f in findings if f.status is FindingStatus.NEW and f.severity is not Severity.INFO)


def comment(defect: Defect, commentable: Commentable, around: Surroundings) -> LineComment | None:
    """The comment about `defect`; None where its line is not one of the change's."""
    finding = defect.first
    lines = commentable.get(finding.location.path, ())
    if finding.location.line is None or finding.location.line not in lines:
        return None
    suggestion = _usable(finding, lines)
    first, last = _range(finding.location, suggestion, lines)
    return LineComment(
        key=finding.fingerprint,
        path=finding.location.path,
        line=last,
        start_line=first if first < last else None,
        body=body(defect, finding.fingerprint, suggestion, around),
    )


def reworded(defect: Defect, thread: PostedThread, around: Surroundings) -> LineComment | None:
    """The comment that `thread` should begin with by now; None where it does.

    A suggestion replaces the lines that the thread stands on, which are those of its first day: it is made only where both
    the old words and the new ones have one for that line alone.
    """
    suggestion = defect.first.suggestion
    if suggestion and not (_SUGGESTS in thread.body and thread.line == suggestion.start_line == suggestion.end_line):
        suggestion = None
    words = body(defect, thread.key, suggestion, around)
    if thread.body.replace("\r\n", "\n").strip() == words:
        return None
    return LineComment(thread.key, thread.path, thread.line or defect.first.location.line or 1, words)


def body(defect: Defect, key: str, suggestion: Suggestion | None, around: Surroundings) -> str:
    """The words of the comment, below the marker of `key`."""
    finding = defect.first
    title = headword(finding.title or finding.message)
    sentences = first_sentences(finding.message, _MOST_SENTENCES)
    if headword(sentences) == title:
        sentences = sentences.removeprefix(first_sentences(sentences, 1)).strip()
    parts = [
        f"{_MARKER.format(key=key)}\n{SYMBOLS[finding.severity]} **{finding.severity}:** {prose(title)}",
        prose(sentences),
        fence(suggestion.text, "suggestion") if suggestion else "",
        f"<sub>{_small_print(defect, around)}</sub>",
    ]
    return "\n\n".join(part for part in parts if part)


def _small_print(defect: Defect, around: Surroundings) -> str:
    finding = defect.first
    rule = link(finding.rule, f"{around.rules_url}/{quote(finding.rule)}")
    reach = ", ".join(part for part in (code(str(finding.resource)) if finding.resource else "", _units(defect)) if part)
    documentation = link("Documentation", finding.help_url) if finding.help_url else ""
    return " ".join(f"{part}." for part in (rule, reach, documentation) if part)


def _units(defect: Defect) -> str:
    units = sorted({finding.unit for finding in defect.findings if finding.unit})
    if len(units) == 1:
        return f"in unit {code(units[0])}"
    return f"in {len(units)} units" if units else ""


def _usable(finding: Finding, lines: Collection[int]) -> Suggestion | None:
    """The suggestion, if it can be taken over with one click: on lines of the change, and in plain characters."""
    suggestion = finding.suggestion
    if suggestion is None or clean(suggestion.text) != suggestion.text:
        return None
    return suggestion if all(line in lines for line in range(suggestion.start_line, suggestion.end_line + 1)) else None


def _range(location: Location, suggestion: Suggestion | None, lines: Collection[int]) -> tuple[int, int]:
    if suggestion:
        return suggestion.start_line, suggestion.end_line
    first = location.line or 1
    last = location.end_line or first
    whole = last - first < _LONGEST_RANGE and all(line in lines for line in range(first, last + 1))
    return first, last if whole else first
