"""What a change would do to a cluster: what its units come to on both sides, matched object by object.

Objects are matched by what they are in the cluster, not by file: a moved file is no change, a new name is a new object.
"""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from validators.change import Change, FileAction, ToolFailed, ToolMissing
from validators.dry_run.difference import differences
from validators.dry_run.generated import align
from validators.dry_run.masking import Masks
from validators.dry_run.risks import of_delete, of_update
from validators.dry_run.sides import Instance, Key, Side, side
from validators.model import Action, Coverage, Location, NotChecked, Problem, ResourceChange, Severity
from validators.rendering.kubernetes import version_for
from validators.rendering.model import Failure, Origin, Plan, Rendering
from validators.rendering.rendered import render
from validators.rendering.targets import plans_of_both
from validators.units.discovery import Discovery
from validators.views import base_view, result_view

KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Effects:
    """What happens to which resource, by unit, kind and name, and what is not known about it.

    `problems` say why units can't be rendered at the merge result, `problems_before` at the base. `broken` is why a program
    could not do its work, "" when all did; the resources of units are unknown then.
    """

    changes: tuple[ResourceChange, ...]
    coverage: Coverage
    problems: tuple[Problem, ...] = ()
    problems_before: tuple[Problem, ...] = ()
    broken: str = ""


def effects(change: Change, key: bytes | None = None) -> Effects:
    """What `change` does.

    `key` makes the fingerprints of Secret values: with the same key, equal values have equal fingerprints from run to run.
    Without one they mean something within this run only.
    """
    masks = Masks(key or secrets.token_bytes(KEY_BYTES))
    paths = (*base_view(change, whole=False).paths, *result_view(change, whole=False)[0].paths)
    old, new = (Discovery(tree, change.origin, paths) for tree in (change.base, change.result))
    plans = plans_of_both(old, new, version_for(change.settings))
    (was, before_broken), (now, after_broken) = _rendered(old, plans[0]), _rendered(new, plans[1])
    before, after = side(old, was, masks), side(new, now, masks)
    align(before, after)
    moved = {file.old_path: file.path for file in change.files if file.action is FileAction.RENAMED}
    found, notes = _compared(before, after, moved)
    resources = sum(len(units) for units in after.instances.values())
    ordered = sorted(found, key=lambda each: (each.unit, each.resource.kind, each.resource.namespace, each.resource.name))
    coverage = Coverage(len(before.applied | after.applied), resources, notes)
    return Effects(tuple(ordered), coverage, _problems(now), _problems(was), after_broken or before_broken)


def _rendered(found: Discovery, plans: tuple[Plan, ...]) -> tuple[tuple[Rendering, ...], str]:
    """What the units come to, and why a program could not tell."""
    try:
        return render(found, plans), ""
    except (ToolMissing, ToolFailed) as failure:
        why = f"not rendered: {failure}"
        return tuple(Rendering(plan, why=plan.why or (NotChecked(plan.unit.name, why),)) for plan in plans), str(failure)


def _problems(renderings: tuple[Rendering, ...]) -> tuple[Problem, ...]:
    found = [_problem(rendering, failure) for rendering in renderings for failure in rendering.failures]
    unset = {(each.name, each.origin): rendering for rendering in renderings for each in rendering.unset}
    return (*found, *(_unset(rendering, name, where) for (name, where), rendering in unset.items()))


def _unset(rendering: Rendering, name: str, where: Origin) -> Problem:
    message = (
        f"Flux replaces `${{{name}}}` by nothing: `postBuild` of Kustomization {rendering.plan.unit.name} gives it no value. "
        f"Set it, or write `${{{name}:=default}}`."
    )
    place = Location(where.path, where.line)
    return Problem("unit/unset-variable", Severity.WARNING, message, place, about=name, title=f"`{name}` has no value")


def _problem(rendering: Rendering, failure: Failure) -> Problem:
    unit, where = rendering.plan.unit, failure.origin
    return Problem(
        "unit/not-rendered",
        Severity.ERROR,
        f"{unit.name} can't be rendered, so nothing of it is deployed: {failure.message}",
        Location(where.path, where.line),
        about=f"{unit.kind} {unit.name}",
        title=f"{unit.name} can't be rendered",
        unit=unit.name,
    )


def _compared(before: Side, after: Side, moved: Mapping[str, str]) -> tuple[list[ResourceChange], tuple[NotChecked, ...]]:
    found: list[ResourceChange] = []
    notes: dict[NotChecked, None] = {}
    back = {new: old for old, new in moved.items()}
    for key in {**before.instances, **after.instances}:
        for old, new in _pairs(before.instances.get(key, {}), after.instances.get(key, {})):
            gone = old is not None and new is None and _doubt(key, old, after, moved)
            come = new is not None and old is None and _doubt(key, new, before, back)
            if note := gone or come:
                notes[note] = None
            else:
                found += _change(old, new)
    for path, why in after.unknown.items():
        if path in after.applied or path in before.applied or back.get(path) in before.applied:
            notes.setdefault(NotChecked(path, f"what becomes of its resources is not known: {why}"))
    notes |= dict.fromkeys((*after.notes, *before.notes))
    return found, tuple(notes)


def _pairs(before: Mapping[str, Instance], after: Mapping[str, Instance]) -> Iterator[tuple[Instance | None, Instance | None]]:
    """The instances of one object on both sides: those of the same unit together, then those that changed units."""
    yield from ((before[unit], after[unit]) for unit in before if unit in after)
    left = [each for unit, each in before.items() if unit not in after]
    right = [each for unit, each in after.items() if unit not in before]
    for index in range(max(len(left), len(right))):
        yield left[index] if index < len(left) else None, right[index] if index < len(right) else None


def _doubt(key: Key, instance: Instance, other: Side, moved: Mapping[str, str]) -> NotChecked | None:
    """Why it is not certain that the other side lacks the object; None when it is."""
    path = moved.get(instance.path, instance.path)
    if path in other.unknown:
        return NotChecked(path, f"what becomes of its resources is not known: {other.unknown[path]}")
    if instance.unit in other.unrendered:
        return NotChecked(instance.unit, f"what becomes of its resources is not known: {other.unrendered[instance.unit]}")
    if (key[1], key[3]) in other.elsewhere:
        return NotChecked(
            f"{key[1]}/{key[3]}", f"{instance.path} is not applied as it stands on both sides: it has to be rendered"
        )
    return None


def _change(old: Instance | None, new: Instance | None) -> Iterator[ResourceChange]:
    if new is None:
        if old is not None:
            yield ResourceChange(old.unit, Action.DELETE, old.resource, risks=of_delete(old.resource, old.value))
    elif old is None:
        yield ResourceChange(new.unit, Action.CREATE, new.resource)
    elif fields := tuple(differences(_desired(old.value), _desired(new.value))):
        action, risks = of_update(new.resource, old.value, new.value)
        yield ResourceChange(new.unit, action, new.resource, fields, risks)


def _desired(value: Mapping[str, object]) -> dict[str, object]:
    """The object without what the cluster writes itself."""
    return {key: part for key, part in value.items() if key != "status"}
