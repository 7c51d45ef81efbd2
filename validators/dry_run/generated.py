"""ConfigMaps and Secrets whose names end in a hash of their content: with other content the same thing has another name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from validators.dry_run.sides import Key, Side

_HASHED = re.compile(r"(?P<stem>.+)-[bcdfghkmt2456789]{10}")
"""As kustomize writes hashes, https://github.com/kubernetes-sigs/kustomize/blob/master/api/hasher/hasher.go: hexadecimal
digits, some of them replaced by letters that make no words."""
_KINDS = frozenset({"ConfigMap", "Secret"})


@dataclass(frozen=True, slots=True)
class _Generated:
    """What stays the same of such an object when its content changes: the unit, and the key with the name before the hash."""

    unit: str
    key: Key


def align(before: Side, after: Side) -> None:
    """Put the objects of `before` that `after` has under another hash under the key that they have there.

    Those of which a unit has several with the same name but for the hash, on either side, stay apart, and so do immutable ones,
    which are made anew on purpose.
    """
    old, new = _only_in(before, after), _only_in(after, before)
    for generated, keys in old.items():
        others = new.get(generated, [])
        if len(keys) == len(others) == 1 and not _is_immutable(before, generated.unit, keys[0]):
            instance = before.instances[keys[0]].pop(generated.unit)
            before.instances.setdefault(others[0], {})[generated.unit] = instance


def _only_in(side: Side, other: Side) -> dict[_Generated, list[Key]]:
    """The objects that only this side has, each with the keys it is known by."""
    found: dict[_Generated, list[Key]] = {}
    for generated, key in _generated(side):
        if generated.unit not in other.instances.get(key, {}):
            found.setdefault(generated, []).append(key)
    return found


def _generated(side: Side) -> Iterator[tuple[_Generated, Key]]:
    for key, instances in side.instances.items():
        group, kind, namespace, name = key
        if kind in _KINDS and not group and (hashed := _HASHED.fullmatch(name)):
            for unit in instances:
                yield _Generated(unit, (group, kind, namespace, hashed["stem"])), key


def _is_immutable(side: Side, unit: str, key: Key) -> bool:
    return side.instances[key][unit].value.get("immutable") is True
