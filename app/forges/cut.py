"""The last resort against texts that are longer than a forge takes; the words are fitted by app/review long before."""

import re

_FENCE = re.compile(r"^ {0,3}(?P<fence>`{3,}|~{3,})", re.MULTILINE)
_NOTICE = "\n\n(Cut here: this is all that the forge takes.)"


def comment(body: str, limit: int) -> str:
    """Markdown of at most `limit` characters: cut at the end of a line, a code block that stands open closed, and said so."""
    if len(body) <= limit:
        return body
    room = limit - len(_NOTICE)
    while True:
        kept = body[:room].rpartition("\n")[0] or body[:room]
        closing = _open_fence(kept)
        closed = f"{kept}\n{closing}{_NOTICE}" if closing else f"{kept}{_NOTICE}"
        if len(closed) <= limit:
            return closed
        room -= len(closed) - limit


def _open_fence(text: str) -> str:
    """The fence that ends the code block which `text` leaves open, "" when it leaves none."""
    standing = ""
    for found in _FENCE.finditer(text):
        fence = found["fence"]
        if not standing:
            standing = fence
        elif fence[0] == standing[0] and len(fence) >= len(standing):
            standing = ""
    return standing
