"""What the change would do, in a sentence: how much of what, to which resources by name, and of what that is not known."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.review.markdown import code
from validators.gaps import by_reason
from validators.judge import DRY_RUN
from validators.model import Action, FieldChange, Outcome, Report, ResourceChange, ResourceId
from validators.words import counted, listed, shortened

ORDER = (Action.DELETE, Action.REPLACE, Action.UPDATE, Action.CREATE)
"""What destroys comes first."""

_MOST_NAMES = 3
_MOST_UNKNOWN = 2
_VALUE_LIMIT = 60
_TELLING = ("units", DRY_RUN)
"""The validators that say of what it is not known what the change would do."""


@dataclass(frozen=True, slots=True)
class Deed:
    """What happens to one resource in all the units where it happens. `fields` are () where they differ between units."""

    action: Action
    resource: str
    units: tuple[str, ...]
    fields: tuple[FieldChange, ...]

    @property
    def where(self) -> str:
        """The unit by its name, or how many units there are."""
        return f"in {self.units[0]}" if len(self.units) == 1 else f"in {counted(len(self.units), 'unit')}"

    @property
    def how(self) -> str:
        """The one field that changes with its values, or how many do; "" where none is known."""
        if len(self.fields) != 1:
            return counted(len(self.fields), "field") if self.fields else ""
        field = self.fields[0]
        before, after = (_value(value) for value in (field.before, field.after))
        return f"{field.path}: {before} -> {after}"


def deeds(changes: Iterable[ResourceChange]) -> list[Deed]:
    """What happens to which resource, what destroys first; the same in many units once."""
    alike: dict[tuple[Action, ResourceId], list[ResourceChange]] = defaultdict(list)
    for change in changes:
        alike[change.action, change.resource].append(change)
    return sorted(map(_deed, alike.values()), key=lambda deed: ORDER.index(deed.action))


def amounts(changes: Iterable[ResourceChange]) -> str:
    """How many resources meet which fate: "1 delete, 2 updates"."""
    number = Counter(change.action for change in changes)
    return ", ".join(counted(number[action], action.value) for action in ORDER if number[action])


def unknown(report: Report) -> tuple[str, ...]:
    """What the change touches of which nobody knows what that would do, each once."""
    gaps = by_reason(result for result in report.results if result.validator in _TELLING)
    return tuple(dict.fromkeys(thing for gap in gaps for thing in gap.things))


def unknown_at_all(report: Report) -> bool:
    """Whether the dry run could not tell anything."""
    return any(result.validator == DRY_RUN and result.outcome is not Outcome.COMPLETED for result in report.results)


def headline(report: Report) -> str:
    """All of it in one line of Markdown; "" where nothing happens and nothing is unknown."""
    if unknown_at_all(report):
        return "**What it would do:** not known."
    left_open = _listed([code(thing) for thing in unknown(report)], _MOST_UNKNOWN)
    if not report.changes:
        return f"**What it would do:** not known for {left_open}." if left_open else ""
    units = {change.unit for change in report.changes}
    said = f"**What it would do:** {', '.join(_fates(report.changes))} in {counted(len(units), 'unit')}."
    return f"{said} Not known for {left_open}." if left_open else said


def _deed(alike: Sequence[ResourceChange]) -> Deed:
    first = alike[0]
    fields = first.fields if all(change.fields == first.fields for change in alike) else ()
    return Deed(first.action, str(first.resource), tuple(change.unit for change in alike), fields)


def _fates(changes: Sequence[ResourceChange]) -> Iterator[str]:
    """How many resources meet each fate, the first of them by name: "14 updates (`Deployment/web`)"."""
    for action in ORDER:
        if alike := [change for change in changes if change.action is action]:
            names = [code(deed.resource) for deed in deeds(alike)]
            yield f"{amounts(alike)} ({_listed(names, _MOST_NAMES)})"


def _listed(names: Sequence[str], most: int) -> str:
    left = len(names) - most
    return listed([*names] if left <= 1 else [*names[:most], f"{left:,} more"])


def _value(value: str | None) -> str:
    return "nothing" if value is None else shortened(value, _VALUE_LIMIT)
