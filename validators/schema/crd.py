"""A CustomResourceDefinition to a strict JSON schema: what the API server would refuse, or drop without a word.

Structural schemas and what they mean: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from validators.documents import Value
from validators.schema.model import Schema
from validators.schema.wording import value_at

_VALUE_CHECKS = (
    *("minimum", "maximum", "multipleOf", "minLength", "maxLength", "minItems", "maxItems", "uniqueItems"),
    *("minProperties", "maxProperties", "enum", "required"),
)
_JUNCTORS = ("allOf", "anyOf", "oneOf")
# Go's regular expressions have neither look-around nor back-references; a pattern with them can't come from a real CRD.
_NOT_IN_GO = re.compile(r"\(\?[=!<](?!P)|\\[1-9]")
METADATA: Schema = {"$ref": "#/$defs/metadata"}
"""Stands for Kubernetes' own ObjectMeta, which whoever compiles the schema puts there."""


@dataclass(frozen=True, slots=True)
class CustomKind:
    """One version of a kind that a CRD serves, with its strict schema."""

    group: str
    version: str
    kind: str
    schema: Schema

    @property
    def api_version(self) -> str:
        """As manifests write it."""
        return f"{self.group}/{self.version}"


@dataclass(frozen=True, slots=True)
class Definition:
    """What a CRD defines: a kind of a group, in the API versions that it serves; `kinds` are those of them with a schema.

    `name` is the CRD's own, `versions` are the names of all its versions, `storage` is the one that objects are stored in.
    """

    name: str
    group: str
    kind: str
    scope: str
    versions: tuple[str, ...]
    storage: str | None
    api_versions: tuple[str, ...]
    kinds: tuple[CustomKind, ...]


def definition(crd: Mapping[str, Value]) -> Definition | None:
    """What the CRD (v1, or v1beta1 of old) defines; None where it is malformed, which its own schema says."""
    spec = crd.get("spec")
    names = spec.get("names") if isinstance(spec, dict) else None
    if not isinstance(spec, dict) or not isinstance(names, dict):
        return None
    group, kind = spec.get("group"), names.get("kind")
    if not isinstance(group, str) or not isinstance(kind, str):
        return None
    lax = spec.get("preserveUnknownFields") is True
    served = dict(_versions(spec))
    kinds = (
        CustomKind(group, version, kind, _whole(schema, f"{group}/{version}", kind, lax=lax))
        for version, schema in served.items()
        if schema is not None
    )
    return Definition(
        name=str(value_at(dict(crd), ("metadata", "name"))),
        group=group,
        kind=kind,
        scope=str(spec.get("scope")),
        versions=tuple(str(version.get("name")) for version in _listed(spec)),
        storage=next((str(version.get("name")) for version in _listed(spec) if version.get("storage") is True), None),
        api_versions=tuple(f"{group}/{version}" for version in served),
        kinds=tuple(kinds),
    )


def _listed(spec: Schema) -> list[Schema]:
    """All versions; very old CRDs name a single one."""
    listed = spec.get("versions") or [{"name": spec.get("version"), "served": True, "storage": True}]
    return [version for version in listed if isinstance(version, dict)] if isinstance(listed, list) else []


def _versions(spec: Schema) -> Iterator[tuple[str, Schema | None]]:
    """Each served version and its OpenAPI schema, None where it has none."""
    for version in _listed(spec):
        if version.get("served", True) is not True:
            continue
        holder = version.get("schema") or spec.get("validation")
        schema = holder.get("openAPIV3Schema") if isinstance(holder, dict) else None
        name = version.get("name")
        if isinstance(name, str):
            yield name, schema if isinstance(schema, dict) else None


def _whole(schema: Schema, api_version: str, kind: str, *, lax: bool) -> Schema:
    """The schema of the whole object."""
    whole = _converted(schema, lax=lax)
    properties = cast("Schema", whole.setdefault("properties", {}))
    properties.update({"apiVersion": {"enum": [api_version]}, "kind": {"enum": [kind]}, "metadata": METADATA})
    if not lax and not schema.get("x-kubernetes-preserve-unknown-fields"):
        whole["additionalProperties"] = False
    return {**whole, "type": "object"}


def _converted(schema: Schema, *, optional: bool = False, lax: bool = False) -> Schema:
    """A structural node. `optional`: the API server drops a null for a field that may be absent, so null is fine there.

    `lax` is preserveUnknownFields of old CRDs, for the whole tree; x-kubernetes-preserve-unknown-fields counts for one level.
    """
    node = _value_checks(schema)
    types: Value = schema.get("type")
    if schema.get("x-kubernetes-int-or-string") or schema.get("format") == "int-or-string":
        types = ["integer", "string"]
        _drop_type_junctors(node)
    _convert_properties(schema, node, lax=lax)
    if isinstance(items := schema.get("items"), dict):
        node["items"] = _converted(items, lax=lax)
    nullable = bool(schema.get("nullable")) or optional
    if types:
        listed: list[Value] = list(types) if isinstance(types, list) else [types]
        listed += ["null"] if nullable else []
        node["type"] = listed[0] if len(listed) == 1 else listed
    return _nullable(node) if nullable else node


def _convert_properties(schema: Schema, node: Schema, *, lax: bool) -> None:
    given, required = schema.get("properties"), schema.get("required")
    needed = required if isinstance(required, list) else []
    properties: Schema = {}
    for name, field in given.items() if isinstance(given, dict) else ():
        if isinstance(field, dict):
            properties[name] = _converted(field, optional=name not in needed, lax=lax)
    if schema.get("x-kubernetes-embedded-resource"):
        properties = {"apiVersion": {"type": "string"}, "kind": {"type": "string"}, **properties, "metadata": METADATA}
    if properties:
        node["properties"] = properties
    extra = schema.get("additionalProperties")
    if isinstance(extra, dict):
        node["additionalProperties"] = _converted(extra, lax=lax)
    elif extra is None and properties and not lax and not schema.get("x-kubernetes-preserve-unknown-fields"):
        node["additionalProperties"] = False


def _drop_type_junctors(node: Schema) -> None:
    """Take away the anyOf that says integer or string once more (it may stand within an allOf)."""
    node.pop("anyOf", None)
    parts = node.pop("allOf", None)
    kept = [part for part in parts if isinstance(part, dict) and "anyOf" not in part] if isinstance(parts, list) else []
    if kept:
        node["allOf"] = cast("Value", kept)


def _nullable(node: Schema) -> Schema:
    """The node with null allowed as well; a null that is dropped is never checked."""
    enum = node.get("enum")
    if isinstance(enum, list) and None not in enum:
        node["enum"] = [*enum, None]
    return {"anyOf": [{"type": "null"}, node]} if node.keys() & {*_JUNCTORS, "not"} else node


def _value_checks(schema: Schema) -> Schema:
    node: Schema = {key: schema[key] for key in _VALUE_CHECKS if key in schema}
    pattern = schema.get("pattern")
    if isinstance(pattern, str) and not _NOT_IN_GO.search(pattern):
        node["pattern"] = pattern
    for bound, flag in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if schema.get(flag) is True and bound in node:  # OpenAPI 3.0 has a boolean here, JSON Schema a number
            node[flag] = node.pop(bound)
    for key in _JUNCTORS:
        parts = schema.get(key)
        if isinstance(parts, list) and parts:
            node[key] = [_junctor(part) for part in parts if isinstance(part, dict)]
    if isinstance(negated := schema.get("not"), dict):
        node["not"] = _junctor(negated)
    return node


def _junctor(schema: Schema) -> Schema:
    """A schema inside of allOf, anyOf, oneOf or not: it checks values, and says nothing of which fields there are."""
    node = _value_checks(schema)
    if "type" in schema:
        node["type"] = schema["type"]
    properties = schema.get("properties")
    if isinstance(properties, dict):
        node["properties"] = {name: _junctor(field) for name, field in properties.items() if isinstance(field, dict)}
    for key in ("items", "additionalProperties"):
        if isinstance(part := schema.get(key), dict):
            node[key] = _junctor(part)
    return node
