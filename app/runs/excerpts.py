"""The lines around each finding, for the pages: as they may be shown, and few."""

from functools import lru_cache

from app.review.redact import Redactor
from app.store.read import Excerpt
from validators.change import Change
from validators.documents import limits
from validators.model import Finding, FindingStatus, Location
from validators.secrets import shown_lines
from validators.tree import EntryKind

AROUND = 3
"""Lines shown before and after."""
MOST_LINES = 30
LONGEST_LINE = 400


class Excerpts:
    """Cuts excerpts out of the files of one change."""

    def __init__(self, change: Change, redactor: Redactor) -> None:
        self._change = change
        self._redactor = redactor
        self._lines = lru_cache(maxsize=8)(self._read)

    def around(self, finding: Finding) -> Excerpt | None:
        """The lines around a finding; None where it names no line, or nothing can be shown there."""
        place = finding.location
        if place.line is None or finding.status is FindingStatus.FIXED:
            return None
        lines = self._lines(place.path)
        first, last = _span(place)
        shown = lines[first - 1 : last]
        return Excerpt(first, tuple(self._redactor.text(line)[:LONGEST_LINE] for line in shown)) if shown else None

    def _read(self, path: str) -> list[str]:
        tree = self._change.result
        entry = tree.entry(path)
        if entry is None or entry.kind is not EntryKind.FILE or entry.size > limits.FILE_BYTES:
            return []
        text = tree.read(entry).decode("utf-8", "replace").removeprefix("\ufeff").replace("\r\n", "\n")
        return shown_lines(text.removesuffix("\n"))


def _span(place: Location) -> tuple[int, int]:
    """The first and last line to show."""
    line = place.line or 1
    end = max(line, place.end_line or line)
    return max(line - AROUND, 1), min(end + AROUND, line + MOST_LINES)
