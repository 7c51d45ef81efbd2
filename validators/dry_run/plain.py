"""What a change would do to a cluster by its plain manifests: two sides, matched object by object.

Objects are matched by what they are in the cluster, not by file: a moved file is no change, a new name is a new object. What
kustomize and Helm make of a change is not known here; the validator `units` says which units that leaves open.
"""

import secrets
from collections.abc import Iterator, Mapping

from validators.change import Change, FileAction
from validators.dry_run.difference import differences
from validators.dry_run.masking import Masks
from validators.dry_run.risks import of_delete, of_update
from validators.dry_run.sides import Instance, Key, Side, side
from validators.model import Action, Coverage, NotChecked, ResourceChange
from validators.units.discovery import Discovery
from validators.views import base_view, result_view

KEY_BYTES = 32


def changes(change: Change, key: bytes | None = None) -> tuple[tuple[ResourceChange, ...], Coverage]:
    """What happens to which resource, by unit, kind and name, and what is not known about it.

    `key` makes the fingerprints of Secret values: with the same key, equal values have equal fingerprints from run to run.
    Without one they mean something within this run only.
    """
    masks = Masks(key or secrets.token_bytes(KEY_BYTES))
    paths = (*base_view(change, whole=False).paths, *result_view(change, whole=False)[0].paths)
    before = side(Discovery(change.base, change.origin, paths), masks)
    after = side(Discovery(change.result, change.origin, paths), masks)
    moved = {file.old_path: file.path for file in change.files if file.action is FileAction.RENAMED}
    found, notes = _compared(before, after, moved)
    resources = sum(len(units) for units in after.instances.values())
    ordered = sorted(found, key=lambda each: (each.unit, each.resource.kind, each.resource.namespace, each.resource.name))
    return tuple(ordered), Coverage(files=len(before.applied | after.applied), resources=resources, not_checked=notes)


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
