"""What was not looked at, as people read it: things left out for one reason are told together."""

from collections import defaultdict
from collections.abc import Iterable

from validators.model import NotChecked
from validators.words import listed

MOST_NAMES = 3


def by_reason(notes: Iterable[NotChecked]) -> tuple[NotChecked, ...]:
    """One note for each reason, in the order in which they first come; of many things the first few are named."""
    things: dict[str, list[str]] = defaultdict(list)
    for note in notes:
        if note.what not in things[note.why]:
            things[note.why].append(note.what)
    return tuple(NotChecked(_named(what), why) for why, what in things.items())


def _named(things: list[str]) -> str:
    left = len(things) - MOST_NAMES
    return listed(things) if left <= 1 else listed([*things[:MOST_NAMES], f"{left:,} more"])
