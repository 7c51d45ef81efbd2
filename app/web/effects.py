"""What a change would do, as its page shows it: by unit, each resource with its fields and dangers."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from app.store.read import RunPage
from app.web.coverage import Blank, Gap, grouped
from validators.model import Action, FieldChange, ResourceChange
from validators.words import counted

_TELLING = ("units", "dry_run")
"""The validators that say what they could not render or compare."""


@dataclass(frozen=True, slots=True)
class ResourceLine:
    """What happens to one resource."""

    action: Action
    name: str
    namespace: str
    fields: tuple[FieldChange, ...]
    risks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnitPanel:
    """What happens to the resources of one unit."""

    name: str
    summary: str
    resources: tuple[ResourceLine, ...]


@dataclass(frozen=True, slots=True)
class UnknownEffects:
    """How many things a change touches of which nobody knows what that does, and why."""

    amount: int = 0
    gaps: tuple[Gap, ...] = ()


def units(effects: tuple[ResourceChange, ...]) -> tuple[UnitPanel, ...]:
    """The units that change, by name."""
    by_unit: dict[str, list[ResourceChange]] = defaultdict(list)
    for effect in effects:
        by_unit[effect.unit].append(effect)
    return tuple(
        UnitPanel(unit, _summary(changes), tuple(_resource(change) for change in changes))
        for unit, changes in sorted(by_unit.items())
    )


def _summary(changes: list[ResourceChange]) -> str:
    amounts = Counter(change.action for change in changes)
    return ", ".join(counted(amounts[action], str(action)) for action in Action if amounts[action])


def _resource(change: ResourceChange) -> ResourceLine:
    namespace = f"in {change.resource.namespace}" if change.resource.namespace else ""
    return ResourceLine(change.action, str(change.resource), namespace, change.fields, change.risks)


def no_effects(run: RunPage | None) -> Blank:
    """What stands there when no resource changes, as far as is known."""
    if run is None or not run.run.state.final:
        return Blank("pending", "Not known yet", "It stands here when the change is judged.")
    if not run.checks:
        return Blank("skipped", "Not known", "The change was not judged, so nobody knows what it would do.")
    if unknown_effects(run).gaps:
        return Blank("skipped", "No plain manifest changes", "What the rest would do is not known; the reasons stand below.")
    return Blank("ok", "Nothing changes in the cluster", "No resource is created, updated or deleted by this change.")


def unknown_effects(run: RunPage | None) -> UnknownEffects:
    """What the change touches without anybody knowing what that would do: units that were not rendered, for one."""
    checks = run.checks if run else ()
    found = [gap for check in checks if check.validator in _TELLING for gap in check.coverage.not_checked]
    unknown = tuple(dict.fromkeys(found))
    return UnknownEffects(len(unknown), grouped(unknown))
