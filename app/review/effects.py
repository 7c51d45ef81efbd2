"""What the change would do, for the summary, below its headline: the dangers, and a folded diff of fields for each unit."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import takewhile

from app.review.deeds import ORDER, amounts
from app.review.fit import cut_front
from app.review.markdown import clean, fence, folded, prose
from validators.model import Action, FieldChange, ResourceChange
from validators.words import counted, shortened

_MOST_DANGERS = 10
_MOST_LINES = 150
_VALUE_LIMIT = 160


def dangers(changes: Sequence[ResourceChange]) -> str:
    """The risks as a short list, each said once."""
    units: dict[str, set[str]] = defaultdict(set)
    for change in changes:
        for risk in change.risks:
            units[risk].add(change.unit)
    lines = [f"- {prose(risk)}{_in_units(where)}" for risk, where in units.items()]
    left = len(lines) - _MOST_DANGERS
    return "\n".join([*lines[:_MOST_DANGERS], *([f"- {left} more of this kind"] if left > 0 else [])])


def folds(changes: Sequence[ResourceChange]) -> list[str]:
    """A folded diff for each unit; units to which the same is done share one."""
    by_unit: dict[str, list[ResourceChange]] = defaultdict(list)
    for change in changes:
        by_unit[change.unit].append(change)
    alike: dict[tuple[object, ...], list[str]] = defaultdict(list)
    for unit, done in by_unit.items():
        done.sort(key=_destruction)
        alike[tuple((change.action, change.resource, change.fields) for change in done)].append(unit)
    groups = sorted(alike.values(), key=lambda units: min(map(_destruction, by_unit[units[0]])))
    return [folded(_title(units, by_unit[units[0]]), fence(_diff(by_unit[units[0]]), "diff")) for units in groups]


def _title(units: list[str], changes: Sequence[ResourceChange]) -> str:
    counts = amounts(changes)
    if len(units) == 1:
        return f"{units[0]}: {counts}"
    shared = _shared_folder(units)
    if shared:
        return f"{shared}, alike in {counted(len(units), 'unit')}: {counts} in each"
    return f"{units[0]} and {len(units) - 1} alike: {counts} in each"


def _shared_folder(units: list[str]) -> str:
    columns = zip(*(unit.split("/") for unit in units), strict=False)
    return "/".join(names[0] for names in takewhile(lambda names: len(set(names)) == 1, columns))


def _in_units(units: set[str]) -> str:
    return f" (in {counted(len(units), 'unit')})" if len(units) > 1 else ""


def _destruction(change: ResourceChange) -> tuple[int, str]:
    return ORDER.index(change.action), str(change.resource)


def _diff(changes: Iterable[ResourceChange]) -> str:
    lines = [line for change in changes for line in _resource_lines(change)]
    left = len(lines) - _MOST_LINES
    return "\n".join([*lines[:_MOST_LINES], *([f"  {left} more lines"] if left > 0 else [])])


def _resource_lines(change: ResourceChange) -> list[str]:
    title = _one_line(str(change.resource))
    if change.action is Action.DELETE:
        return [f"- {title}"]
    if change.action is Action.CREATE:
        return [f"+ {title}"]
    head = f"  {title} (replace)" if change.action is Action.REPLACE else f"  {title}"
    return [head, *(line for field in change.fields for line in _field_lines(field))]


def _field_lines(field: FieldChange) -> list[str]:
    path = cut_front(_one_line(field.path), _VALUE_LIMIT)
    before = [] if field.before is None else [f"-   {path}: {_one_line(field.before)}"]
    after = [] if field.after is None else [f"+   {path}: {_one_line(field.after)}"]
    return before + after


def _one_line(text: str) -> str:
    return shortened(clean(text), _VALUE_LIMIT)
