"""How pages say times, colours and small things."""

from datetime import UTC, datetime

from app.devforge.clock import moment

_STEPS = ((60, "minute", 60), (3600, "hour", 3600), (86_400, "day", 86_400))
_A_MONTH = 30 * 86_400


def ago(text: str) -> str:
    """A time as people say it: just now, 5 minutes ago, on 3 Jan 2026."""
    then = moment(text)
    seconds = (datetime.now(UTC) - then).total_seconds()
    if seconds < _STEPS[0][0]:
        return "just now"
    if seconds >= _A_MONTH:
        return f"on {then.day} {then:%b %Y}"
    _, name, size = next(step for step in reversed(_STEPS) if seconds >= step[0])
    count = int(seconds // size)
    return f"{count} {name}{'s' if count > 1 else ''} ago"


def initials(name: str) -> str:
    """The letters on somebody's picture."""
    words = name.replace("-", " ").replace("[bot]", "").split()
    return "".join(word[0] for word in words[:2]).upper() or "?"


def plural(count: int, word: str) -> str:
    """1 file, 2 files."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
