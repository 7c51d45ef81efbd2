"""Did you mean ...? The name that was probably meant, and whether that is certain enough to offer it as a correction."""

from collections.abc import Collection
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches

_CERTAIN = 0.8
_CLOSE = 0.65
_MOST_GUESSES = 3


@dataclass(frozen=True, slots=True)
class Guess:
    """Names that may be meant, likeliest first; `certain` when there is one and it is very close."""

    names: tuple[str, ...] = ()
    certain: bool = False


def guess(name: str, known: Collection[str]) -> Guess:
    """The names among `known` that look like `name`."""
    same = [each for each in known if each.lower() == name.lower()]
    if len(same) == 1:
        return Guess((same[0],), certain=True)
    shorter = {each.lower(): each for each in sorted(known, reverse=True)}
    close = get_close_matches(name.lower(), shorter, n=_MOST_GUESSES, cutoff=_CLOSE)
    ratios = [SequenceMatcher(None, each, name.lower()).ratio() for each in close]
    certain = bool(ratios) and ratios[0] >= _CERTAIN and len([ratio for ratio in ratios if ratio >= _CERTAIN]) == 1
    return Guess(tuple(shorter[each] for each in (close[:1] if certain else close)), certain)


def did_you_mean(names: tuple[str, ...]) -> str:
    """The question as the end of a message, "" without a guess."""
    if not names:
        return ""
    return f"; did you mean {' or '.join(f'`{name}`' for name in names)}?"
