"""Is the schema of a CRD structural, as the API server wants it?

https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
"""

import re
import warnings
from collections.abc import Iterator
from typing import TypeAlias

from validators.documents import Path
from validators.schema.model import Schema

_TYPES = ("string", "number", "integer", "boolean", "array", "object")
_FOREIGN = ("$ref", "definitions", "dependencies", "patternProperties", "additionalItems", "id")
_NOT_IN_GO = re.compile(r"\(\?<?[=!]|(?<!\\)(?:\\\\)*\\[1-9]")
_UNTYPED = ("x-kubernetes-int-or-string", "x-kubernetes-preserve-unknown-fields")

Departure: TypeAlias = tuple[Path, str, str]
"""Where a schema is not structural, and why: in a few words, and in a sentence."""


def structural_violations(schema: Schema) -> Iterator[Departure]:
    """The departures of the schema of a whole object."""
    if schema.get("type") != "object":
        yield (), "no schema of an object", "the schema of the whole object should have `type: object`"
        return
    yield from _inside(schema, ())


def _node(schema: Schema, at: Path) -> Iterator[Departure]:
    """A field, an item or a value."""
    kind = schema.get("type")
    if not kind and not any(schema.get(mark) for mark in _UNTYPED):
        yield at, "a schema without type", "it needs a `type`"
    elif kind and kind not in _TYPES:
        yield (*at, "type"), "no type", f"`type` should be one of {', '.join(_TYPES)}"
    yield from _inside(schema, at)


def _inside(schema: Schema, at: Path) -> Iterator[Departure]:
    yield from _keywords(schema, at)
    properties, items, extra = schema.get("properties"), schema.get("items"), schema.get("additionalProperties")
    if isinstance(properties, dict):
        for name, field in properties.items():
            if isinstance(field, dict):
                yield from _node(field, (*at, "properties", name))
    if isinstance(items, dict):
        yield from _node(items, (*at, "items"))
    elif schema.get("type") == "array":
        yield at, "a list without items", "a list needs `items`"
    if isinstance(extra, dict):
        yield from _node(extra, (*at, "additionalProperties"))


def _keywords(schema: Schema, at: Path) -> Iterator[Departure]:
    for keyword in _FOREIGN:
        if keyword in schema:
            yield (*at, keyword), f"`{keyword}` in a CRD", f"the API server does not take `{keyword}` in a CRD"
    if schema.get("uniqueItems") is True:
        yield (
            (*at, "uniqueItems"),
            "`uniqueItems` in a CRD",
            "`uniqueItems` can't be set; `x-kubernetes-list-type: set` means that",
        )
    extra = schema.get("additionalProperties")
    if extra is False:
        yield (
            (*at, "additionalProperties"),
            "additional fields forbidden",
            "`additionalProperties` can't be false; leave it out",
        )
    elif extra is not None and schema.get("properties"):
        message = "`additionalProperties` and `properties` exclude each other"
        yield (*at, "additionalProperties"), "fields both named and free", message
    pattern = schema.get("pattern")
    if isinstance(pattern, str) and (trouble := _trouble(pattern)):
        yield (*at, "pattern"), "no regular expression of Go's", trouble


def _trouble(pattern: str) -> str:
    """Why Go can't compile the pattern, "" where it can, or where that is not certain."""
    if _NOT_IN_GO.search(pattern):
        return "the regular expression has a look-around or a back-reference, which Go does not know"
    try:
        with warnings.catch_warnings(action="ignore"):
            re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return "" if _compiles(pattern) else f"the regular expression can't be compiled: {error}"
    return ""


def _compiles(pattern: str) -> bool:
    """Whether an engine like Go's takes the pattern; it knows classes and flags that Python's does not."""
    import jsonschema_rs

    try:
        jsonschema_rs.Draft202012Validator({"pattern": pattern}, pattern_options=jsonschema_rs.RegexOptions())
    except ValueError:
        return False
    return True
