"""What only looks like an object, or is one in part."""

from collections.abc import Iterator

from validators.documents import Document, Value
from validators.model import ResourceId
from validators.resources import Resource, field, is_list, resource_id
from validators.schema.core import group
from validators.schema.model import Violation

INCOMPLETE = "schema/incomplete-object"

_OTHER_PROGRAMS = frozenset({"kustomize.config.k8s.io"})


def is_for_another_program(resource: Resource) -> bool:
    """Whether kustomize or kubectl reads it for itself; it never gets to a cluster."""
    kubeconfig = resource.id.api_version == "v1" and resource.id.kind == "Config"
    return kubeconfig or group(resource.id.api_version) in _OTHER_PROGRAMS


def is_patch(resource: Resource) -> bool:
    """Whether it says itself that it is to be merged into another object."""
    return "$patch" in resource.value


def wrong_list(resource: Resource) -> Violation | None:
    """A List that is none: kubectl and kubeconform pass over what it holds without a word."""
    if resource.id.kind.lower() != "list" or resource.id.api_version != "v1":
        return None
    if resource.at:
        return Violation(
            INCOMPLETE, ("kind",), "a List in a List", "a List in a List is not expanded; move its items one level up"
        )
    return Violation(INCOMPLETE, ("items",), "a List without a list", "`items` of a List should be a list of objects")


def incomplete(document: Document) -> Iterator[tuple[Resource, Violation]]:
    """The objects of the document that lack `kind` or `apiVersion`, and so can't be applied."""
    value = document.value
    if not isinstance(value, dict):
        return
    if is_list(value):
        if not field(value, "apiVersion"):
            yield Resource(_partly(value), value, document), _lacking(value)
        name = next(key for key in value if key.lower() == "items")
        items = value[name]
        for index, item in enumerate(items if isinstance(items, list) else ()):
            content = item if isinstance(item, dict) else {}
            if resource_id(content) is None:
                resource = Resource(_partly(content), content, document, (name, index))
                yield resource, _lacking(content)
    elif resource_id(value) is None and _is_meant(value):
        yield Resource(_partly(value), value, document), _lacking(value)


def _is_meant(value: dict[str, Value]) -> bool:
    """Whether an object must be meant: it has one of the two fields, and metadata, as only objects have; or it has both, and
    one of them says something."""
    named = [field(value, name) for name in ("kind", "apiVersion")]
    one = any(said is not None for said in named)
    both = {"kind", "apiversion"} <= {key.lower() for key in value} and any(said and isinstance(said, str) for said in named)
    return both or (one and isinstance(field(value, "metadata"), dict))


def _lacking(value: dict[str, Value]) -> Violation:
    kind = field(value, "kind")
    lacks = "apiVersion" if kind and not isinstance(kind, bool | dict | list) else "kind"
    return Violation(
        INCOMPLETE, (), f"missing `{lacks}`", f"an object needs `{lacks}`, which says what it is", detail=lacks, missing=True
    )


def _partly(value: dict[str, Value]) -> ResourceId:
    """As much of the object's name as there is."""
    found = resource_id({**value, "kind": field(value, "kind") or "object", "apiVersion": field(value, "apiVersion") or "v0"})
    return found or ResourceId("", "object", "", "")
