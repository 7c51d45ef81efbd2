"""Kubernetes objects in documents: what names each, and where each of its fields stands.

A `kind: List` is expanded one level, as kubectl does; its items stand in the file like any other object.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from validators.documents import Document, Path, Span, Value
from validators.model import Location, ResourceId


@dataclass(frozen=True, slots=True, eq=False)
class Resource:
    """An object that names its `apiVersion` and `kind`, as it was written. `at` is where it stands within its document."""

    id: ResourceId
    value: dict[str, Value]
    document: Document
    at: Path = ()

    def span(self, path: Path = (), *, key: bool = False) -> Span:
        """Where a field of the object stands, as `Document.locate` says it."""
        return self.document.locate((*self.at, *path), key=key)

    def locate(self, path: Path = (), *, key: bool = False) -> Location:
        """The same as a location in the object's file."""
        place = self.span(path, key=key)
        return Location(self.document.path, place.line, place.end_line, place.column)


def resources(documents: Iterable[Document]) -> Iterator[Resource]:
    """The objects in the documents, in their order. What does not name both `apiVersion` and `kind` is no object."""
    for document in documents:
        if not isinstance(document.value, dict):
            continue
        if is_list(document.value):
            yield from _items(document, document.value)
        elif (found := resource_id(document.value)) is not None:
            yield Resource(found, document.value, document)


def resource_id(value: Mapping[str, Value]) -> ResourceId | None:
    """What names the object; None where `apiVersion` or `kind` is missing. An object without a name has its `generateName`."""
    kind, api_version = field(value, "kind"), field(value, "apiVersion")
    if not _is_word(kind) or not _is_word(api_version):
        return None
    metadata = field(value, "metadata")
    names = metadata if isinstance(metadata, dict) else {}
    name = names.get("name") or names.get("generateName")
    return ResourceId(str(api_version), str(kind), _text(names.get("namespace")), _text(name))


def is_list(value: Mapping[str, Value]) -> bool:
    """Whether the object only holds others. A `PodList` is none: it is an answer of the API server."""
    kind = field(value, "kind")
    return isinstance(kind, str) and kind.lower() == "list" and isinstance(field(value, "items"), list)


def field(value: Mapping[str, Value], name: str) -> Value:
    """A field at the top of an object, whose name Go reads without regard to case; None where it is absent."""
    if name in value:
        return value[name]
    return next((entry for key, entry in value.items() if key.lower() == name.lower()), None)


def _items(document: Document, holder: Mapping[str, Value]) -> Iterator[Resource]:
    name = next(key for key in holder if key.lower() == "items")
    items = holder[name]
    for index, item in enumerate(items if isinstance(items, list) else ()):
        found = resource_id(item) if isinstance(item, dict) else None
        if found is not None and isinstance(item, dict):
            yield Resource(found, item, document, (name, index))


def _is_word(value: Value) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool) and value != ""


def _text(value: Value) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)
