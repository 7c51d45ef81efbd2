"""The resources that plain manifests bring to a cluster, on one side of a change, each with the unit that it belongs to."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from validators.documents import Documents, read, refused
from validators.dry_run.masking import Masks
from validators.dry_run.scope import group, is_cluster_scoped
from validators.model import ResourceId
from validators.resources import Resource, resources
from validators.units.discovery import Discovery
from validators.units.membership import Part
from validators.units.model import Unit
from validators.units.paths import parent
from validators.units.source import content

Key = tuple[str, str, str, str]
"""What an object is in a cluster: group, kind, namespace, name."""

_LOCAL = (
    "kustomize.config.k8s.io/",
    "kind.x-k8s.io/",
    "skaffold/",
    "config.k8s.io/",
    "audit.k8s.io/",
    "kubelet.config.k8s.io/",
)
"""Groups of files that programs read on a person's machine or a node: nobody applies them."""

_FATAL = frozenset({refused.SYNTAX, refused.ENCODING, refused.UNSUPPORTED, refused.LIMIT})
_MOVED_GROUPS = {"Ingress": "networking.k8s.io", "NetworkPolicy": "networking.k8s.io"}
"""Where the kinds of the group `extensions` went; those not named went to `apps`."""


@dataclass(frozen=True, slots=True)
class Instance:
    """One object as one unit deploys it, with the file that it is written in. Values of Secrets are masked."""

    unit: str
    resource: ResourceId
    value: Mapping[str, object]
    path: str


@dataclass(slots=True)
class Side:
    """The objects of one side by key and unit, and the files `applied`. `elsewhere` are kind and name of objects in files that
    are not applied as they stand; `unknown` are files that can't be read, with the reason. Filled while files are read."""

    instances: dict[Key, dict[str, Instance]] = field(default_factory=dict)
    elsewhere: set[tuple[str, str]] = field(default_factory=set)
    applied: set[str] = field(default_factory=set)
    unknown: dict[str, str] = field(default_factory=dict)


def side(found: Discovery, masks: Masks) -> Side:
    """What the touched files of one side come to."""
    seen = Side()
    for path, part in found.parts.items():
        data = content(found.tree, path)
        if part is Part.TEMPLATE:
            seen.unknown[path] = "it is a template"
        if data is None or part in {Part.OTHER, Part.TEMPLATE}:
            continue
        documents = read(path, data)
        if part is not Part.PLAIN:
            seen.elsewhere.update((each.id.kind, each.id.name) for each in resources(documents.documents))
            continue
        _add(seen, found, path, documents, masks)
    return seen


def _add(seen: Side, found: Discovery, path: str, documents: Documents, masks: Masks) -> None:
    if why := _unreadable(documents):
        seen.unknown[path] = f"it can't be read: {why}"
    seen.applied.add(path)
    known = [each for each in resources(documents.documents) if _is_applied(each)]
    units = found.plain(parent(path)) if known else ()
    for resource in known:
        for instance in _instances(resource, units, path, masks):
            seen.instances.setdefault(key(instance.resource), {}).setdefault(instance.unit, instance)


def _unreadable(documents: Documents) -> str:
    """Why a part of the file can't be read; "" when all of it can."""
    return next((problem.message for problem in documents.problems if problem.rule in _FATAL), "")


def key(resource: ResourceId) -> Key:
    """What `resource` is in a cluster, whatever version of the API it is written for."""
    own = group(resource)
    moved = _MOVED_GROUPS.get(resource.kind, "apps") if own == "extensions" else own
    return moved, resource.kind, resource.namespace, resource.name


def _instances(resource: Resource, units: Iterable[Unit], path: str, masks: Masks) -> Iterator[Instance]:
    for unit in units:
        namespace = "" if is_cluster_scoped(resource.id) else resource.id.namespace or unit.namespace
        id_ = replace(resource.id, namespace=namespace)
        yield Instance(unit.name, id_, _value(resource, id_, masks), path)


def _value(resource: Resource, id_: ResourceId, masks: Masks) -> Mapping[str, object]:
    if id_.kind.lower() == "secret":
        return masks.secret(resource.value, f"{id_.namespace}/{id_.name}")
    return resource.value


def _is_applied(resource: Resource) -> bool:
    return not resource.id.api_version.startswith(_LOCAL) and bool(resource.id.name)
