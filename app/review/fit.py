"""Texts of the right size: cut where it hurts least, and a whole comment below the forge's limit with nothing left open."""

from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate

_GAP = "\n\n"
_MARGIN = 100
"""A hundredth of the forge's limit is left free: forges count, and add, in ways of their own."""


def length(text: str) -> int:
    """Characters as the strictest forge counts them: one outside the basic plane is two (UTF-16)."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def room(limit: int) -> int:
    """How many characters may be used where the forge accepts `limit`."""
    return limit - limit // _MARGIN


def cut_front(text: str, limit: int) -> str:
    """`text` with at most `limit` characters, cut at the front. To be called after masking, before it becomes Markdown."""
    return text if len(text) <= limit else "\u2026" + text[-(limit - 1) :]


def fit(
    before: Sequence[str], folds: Sequence[str], after: Sequence[str], *, limit: int, more: Callable[[int], str]
) -> str | None:
    """The paragraphs joined, with as many of `folds` as have room: whole ones from the first on, then `more(N)` for the rest.

    None when even the other paragraphs don't fit into `limit` characters.
    """
    whole = _joined([*before, *folds, *after])
    if length(whole) <= limit:
        return whole
    left_over = limit - length(_joined([*before, more(len(folds)), *after]))
    ends = accumulate(length(fold) + len(_GAP) for fold in folds)
    kept = sum(1 for end in ends if end <= left_over)
    return _joined([*before, *folds[:kept], more(len(folds) - kept), *after]) if left_over >= 0 else None


def _joined(paragraphs: Iterable[str]) -> str:
    return _GAP.join(paragraph for paragraph in paragraphs if paragraph)
