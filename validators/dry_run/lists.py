"""How items of lists are matched: by Kubernetes' merge keys where the API has them, else by name, else by likeness.

The keys are the `x-kubernetes-patch-merge-key` and `x-kubernetes-list-map-keys` of the API:
https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy
"""

import json
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher

_KEYS: dict[str, tuple[str, ...]] = {
    "containers": ("name",),
    "initContainers": ("name",),
    "ephemeralContainers": ("name",),
    "env": ("name",),
    "volumes": ("name",),
    "volumeMounts": ("mountPath",),
    "volumeDevices": ("devicePath",),
    "imagePullSecrets": ("name",),
    "hostAliases": ("ip",),
    "topologySpreadConstraints": ("topologyKey", "whenUnsatisfiable"),
    "conditions": ("type",),
    "webhooks": ("name",),
    "secrets": ("name",),
}
ORDERED = frozenset({"initContainers"})
"""Lists whose items have keys and whose order counts all the same."""

_MOST_COMPARED = 500

Pair = tuple[str, object, object]
"""A label for an item, and the item before and after; None where it is absent."""


def has_keys(field: str) -> bool:
    """Whether the API matches the items of a list in this field by key, so that their order means nothing."""
    return (field in _KEYS or field in {"ports", "volumeClaimTemplates"}) and field not in ORDERED


def labels(field: str, items: list[object]) -> list[str] | None:
    """What tells the items of a list apart; None when nothing does."""
    found = [_label(field, item) for item in items]
    known = [label for label in found if label is not None]
    return known if len(set(known)) == len(items) else None


def pairs(field: str, before: list[object], after: list[object]) -> Iterator[Pair]:
    """The items of two lists, matched."""
    old, new = labels(field, before), labels(field, after)
    if old is None or new is None:
        yield from _by_likeness(before, after)
        return
    left, right = dict(zip(old, before, strict=True)), dict(zip(new, after, strict=True))
    renumbered = _renumbered(left, right) if field == "ports" else {}
    for label in dict.fromkeys((*old, *new)):
        if label in renumbered:
            yield renumbered[label][0], left[label], right[renumbered[label][1]]
        elif label not in {target for _, target in renumbered.values()}:
            yield label, left.get(label), right.get(label)


def _renumbered(left: Mapping[str, object], right: Mapping[str, object]) -> dict[str, tuple[str, str]]:
    """Ports that kept their name and got another number: the old label to the name and the new label.

    To the API they are two ports, to people one that changed.
    """
    names = {name: label for label, item in right.items() if label not in left and (name := _name(item))}
    gone = ((label, _name(item)) for label, item in left.items() if label not in right)
    return {label: (name, names[name]) for label, name in gone if name in names}


def _name(item: object) -> str:
    name = item.get("name") if isinstance(item, Mapping) else None
    return name if isinstance(name, str) else ""


def key_fields(field: str) -> tuple[str, ...]:
    """The fields that an item's label is made of."""
    return ("containerPort", "port", "protocol") if field == "ports" else _KEYS.get(field, ("name",))


def _label(field: str, item: object) -> str | None:
    if not isinstance(item, Mapping):
        return None
    if field == "ports" and (number := item.get("containerPort", item.get("port"))) is not None:
        protocol = item.get("protocol") or "TCP"
        return f"{number}" if protocol == "TCP" else f"{number}/{protocol}"
    if field == "volumeClaimTemplates":
        metadata = item.get("metadata")
        return str(metadata["name"]) if isinstance(metadata, Mapping) and "name" in metadata else None
    parts = [item.get(key) for key in key_fields(field)]
    return None if None in parts or any(isinstance(part, list | Mapping) for part in parts) else "/".join(map(str, parts))


def _by_likeness(before: list[object], after: list[object]) -> Iterator[Pair]:
    """Equal items are matched first, in order; what is left between them in the order it stands."""
    if max(len(before), len(after)) > _MOST_COMPARED:
        yield from _side_by_side(before, after, 0)
        return
    left = [json.dumps(item, sort_keys=True, default=repr) for item in before]
    right = [json.dumps(item, sort_keys=True, default=repr) for item in after]
    for tag, start, end, first, last in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if tag != "equal":
            yield from _side_by_side(before[start:end], after[first:last], first)


def _side_by_side(before: list[object], after: list[object], first: int) -> Iterator[Pair]:
    for index in range(max(len(before), len(after))):
        old = before[index] if index < len(before) else None
        yield str(first + index), old, after[index] if index < len(after) else None
