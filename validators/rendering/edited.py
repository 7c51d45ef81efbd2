"""A kustomization with the fields that Argo CD or Flux write into it before they build it, as they do it: in place."""

import json
from collections.abc import Mapping, Sequence

from validators.documents import read
from validators.units.fields import mapping, text

Fields = dict[str, object]


def parsed(data: bytes) -> Fields:
    """The kustomization in the content of a file; without any field where it can't be read."""
    documents = read("kustomization.yaml", data).documents
    value = documents[0].value if documents else None
    return dict(value) if isinstance(value, dict) else {}


def written(fields: Mapping[str, object]) -> bytes:
    """The kustomization as a file: JSON is YAML too."""
    return json.dumps(fields, indent=1).encode("utf-8", "surrogatepass")


def with_fields(fields: Fields, wanted: Mapping[str, object], names: Sequence[str]) -> Fields:
    """`fields` with those of `names` that `wanted` has in place of its own."""
    return fields | {name: wanted[name] for name in names if wanted.get(name)}


def with_items(fields: Fields, name: str, items: object) -> Fields:
    """`fields` with `items` at the end of the list called `name`."""
    own = fields.get(name)
    added = items if isinstance(items, list) else []
    return fields | {name: [*(own if isinstance(own, list) else []), *added]} if added else fields


def with_named(fields: Fields, name: str, items: object) -> Fields:
    """`fields` with `items` in the list called `name`, each in place of the one with the same `name`."""
    added = [item for item in items if isinstance(item, Mapping)] if isinstance(items, list) else []
    taken = {text(item, "name") for item in added}
    own = fields.get(name)
    kept = [item for item in (own if isinstance(own, list) else []) if text(item, "name") not in taken]
    return fields | {name: [*kept, *added]} if added else fields


def with_entries(fields: Fields, name: str, entries: object) -> Fields:
    """`fields` with `entries` in the mapping called `name`."""
    return fields | {name: {**mapping(fields, name), **entries}} if isinstance(entries, Mapping) and entries else fields
