"""Which configuration a change is judged by: the one at the base, or its own where it does nothing but mend that one.

A change never chooses the rules it is judged by, or whoever could would choose none. The one exception keeps a team from being
locked out by a configuration that can't be read: a change that touches `.fairlead.yaml` alone has nothing to smuggle past its
own rules.
"""

from dataclasses import dataclass, replace

from app.config.model import Configuration
from app.config.reading import PATH, BrokenConfiguration, read
from validators.change import Change
from validators.model import Problem, Verdict, VerdictState
from validators.verdict import READY
from validators.words import counted, listed

BY_ITS_OWN = f"{READY}, judged by its own `{PATH}`"

_MOST_NAMES = 3
_FIRST = f"Mend `{PATH}` on a pull request of its own first: one that touches nothing else is judged by its own version."


@dataclass(frozen=True, slots=True)
class Ruling:
    """The configuration that a change is judged by. `mends`: it is the change's own, since the one at the base can't be read.

    What `mends` holds for the checks does not hold for approvals: who must approve is never read from a configuration that
    `mends`, since whoever could would name themselves. Where the base does not say who, nobody has approved yet.
    """

    configuration: Configuration
    mends: bool

    def answer(self, verdict: Verdict) -> Verdict:
        """`verdict` as it is told: that the base had no say is told with a success, and not just below it."""
        own = self.mends and verdict.state is VerdictState.SUCCESS
        return replace(verdict, headline=BY_ITS_OWN) if own else verdict


def ruling(change: Change) -> Ruling:
    """What judges the change. Raises BrokenConfiguration about the base, with what to do, where nothing can."""
    try:
        return Ruling(read(change.base), mends=False)
    except BrokenConfiguration as broken:
        try:
            return Ruling(_own(change), mends=True)
        except _NotMended as why:
            raise BrokenConfiguration(broken.problems, broken.text, str(why)) from None


class _NotMended(Exception):
    """The change does not mend the configuration, or not it alone. The text says what would."""


def _own(change: Change) -> Configuration:
    """The configuration of a change that mends the one at the base and does nothing else. Raises _NotMended."""
    touched = {path for file in change.files for path in (file.path, file.old_path)}
    if PATH not in touched:
        raise _NotMended(_FIRST)
    if others := sorted(touched - {PATH}):
        raise _NotMended(f"This change touches {_named(others)} as well. {_FIRST}")
    if change.result.entry(PATH) is None:
        raise _NotMended(f"Removing it does not mend it: `version: 1` in `{PATH}` asks for the defaults.")
    try:
        return read(change.result)
    except BrokenConfiguration as still:
        raise _NotMended(f"The version of this change can't be read either: {_said(still.problems)}") from None


def _named(paths: list[str]) -> str:
    left = len(paths) - _MOST_NAMES
    names = [f"`{path}`" for path in paths]
    return listed(names if left <= 0 else [*names[:_MOST_NAMES], counted(left, "more file")])


def _said(problems: tuple[Problem, ...]) -> str:
    """The first problem, and how many there are besides."""
    first, *others = problems
    line = f"line {first.location.line}: " if first.location.line else ""
    more = f" There are {len(others)} more." if len(others) > 1 else " There is 1 more." if others else ""
    return f"{line}{first.message}{more}"
