"""Texts of the right size: cut where it hurts least, and a whole comment below the forge's limit with nothing left open."""

from collections.abc import Callable, Sequence

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
    for kept in range(len(folds), -1, -1):
        left = len(folds) - kept
        parts = [*before, *folds[:kept], *([more(left)] if left else []), *after]
        text = "\n\n".join(part for part in parts if part)
        if length(text) <= limit:
            return text
    return None
