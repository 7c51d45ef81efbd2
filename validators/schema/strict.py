"""What the API server refuses and the published schemas let pass: ports, quantities, enumerations, ranges, names of labels.

Each constraint is a schema of its own, put beside the published one, so that one pass finds both and each finding says which it
comes from. Sources: https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/validation.go and, for the
syntax of names, https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import cast

from validators.documents import Value
from validators.schema.model import KindSchema, Mismatch, Schema
from validators.schema.strict_fields import ENUMS, FIELDS, QUANTITY, REQUIRED

PREFIX = "strict."
_NEEDS = "needs."
_STARTS = ("io.k8s.api.", "io.k8s.apimachinery.pkg.apis.", "io.k8s.apiextensions-apiserver.pkg.apis.")
_INT32 = 2**31

_LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_QUALIFIED = rf"^({_LABEL}(\.{_LABEL})*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{{0,61}}[A-Za-z0-9])?$"
_ANNOTATION = _QUALIFIED.replace("[a-z0-9]", "[A-Za-z0-9]").replace("[-a-z0-9]", "[-A-Za-z0-9]")
_BASE64_CHARACTER = r"(?:[A-Za-z0-9+/][\r\n]*)"


@dataclass(frozen=True, slots=True)
class Constraint:
    """A constraint of the API server. `words` complete "should be"; `title` names the defect.

    One that allows nothing but certain words has them in `allowed`.
    """

    schema: Schema
    rule: str
    title: str
    words: str = ""
    allowed: tuple[str, ...] = ()


def _restart_policy(allowed: tuple[str, ...], *, required: bool) -> Constraint:
    """What a template's pods may do when they end: https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-template."""
    policy: Schema = {"enum": [*allowed, *([] if required else ["", None])]}
    pod: Schema = {"properties": {"restartPolicy": policy}, "required": ["restartPolicy"] if required else []}
    return Constraint({"properties": {"spec": pod}}, "schema/not-allowed-value", "value that is not allowed", allowed=allowed)


def _needed(name: str) -> Constraint:
    present: Schema = {"required": [name], "properties": {name: {"not": {"type": "null"}}}}
    return Constraint(present, "schema/needed-field", f"missing field `{name}`", "set")


CONSTRAINTS: dict[str, Constraint] = {
    "port": Constraint({"minimum": 1, "maximum": 65535}, "schema/port", "no such port", "a port from 1 to 65535"),
    "optional-port": Constraint({"minimum": 0, "maximum": 65535}, "schema/port", "no such port", "a port from 1 to 65535"),
    "port-or-name": Constraint(
        {
            "minimum": 1,
            "maximum": 65535,
            "pattern": r"^(?:[a-z0-9]+-)*[a-z0-9]*[a-z][a-z0-9]*(?:-[a-z0-9]+)*$",
            "maxLength": 15,
        },
        "schema/port",
        "no such port",
        "a port from 1 to 65535, or the name of one: at most 15 of a-z, 0-9 and `-`, with at least one letter",
    ),
    "node-port": Constraint(
        {"anyOf": [{"enum": [0, None]}, {"minimum": 30000, "maximum": 32767}]},
        "schema/port",
        "no port of a node",
        "a port from 30000 to 32767 (unless the API server has another `--service-node-port-range`)",
    ),
    "port-name": Constraint(
        {"pattern": r"^(?:[a-z0-9]+-)*[a-z0-9]+$", "maxLength": 15},
        "schema/name",
        "malformed name of a port",
        "at most 15 of a-z, 0-9 and `-`",
    ),
    "quantity": Constraint(
        {"pattern": r"^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?$"},
        "schema/quantity",
        "malformed quantity",
        "a number with a unit that Kubernetes knows, such as `500m`, `2`, `128Mi` or `1Gi`",
    ),
    "int32": Constraint(
        {"minimum": -_INT32, "maximum": _INT32 - 1}, "schema/number-range", "number too large", "a number of 32 bits"
    ),
    "not-negative": Constraint({"minimum": 0}, "schema/number-range", "negative number", "0 or more"),
    "positive": Constraint({"minimum": 1}, "schema/number-range", "number too small", "1 or more"),
    "count-or-share": Constraint(
        {"minimum": 0, "pattern": "^[0-9]+%$"},
        "schema/number-range",
        "no number of pods",
        "0 or more, or a share such as `25%`",
    ),
    "not-empty": Constraint({"minItems": 1}, "schema/needed-field", "empty list", "a list with at least one item"),
    "image": Constraint(
        {"pattern": r"^(?:\S(?:.*\S)?)?$"}, "schema/malformed-value", "blanks around an image", "without blanks around it"
    ),
    "host": Constraint(
        {"pattern": rf"^(?:(?:\*\.)?{_LABEL}(?:\.{_LABEL})*)?$", "maxLength": 253},
        "schema/name",
        "malformed host",
        "a DNS name of a-z, 0-9, `-` and `.`, with `*.` before it where it stands for many",
    ),
    "absolute-path": Constraint(
        {"pattern": "^(?:/.*)?$"}, "schema/malformed-value", "no absolute path", "a path that begins with `/`"
    ),
    "lasting-pod": _restart_policy(("Always",), required=False),
    "ending-pod": _restart_policy(("OnFailure", "Never"), required=True),
    "base64": Constraint(
        {
            "pattern": rf"^[\r\n]*(?:{_BASE64_CHARACTER}{{4}})*"
            rf"(?:{_BASE64_CHARACTER}{{2}}=[\r\n]*=[\r\n]*|{_BASE64_CHARACTER}{{3}}=[\r\n]*)?$"
        },
        "schema/base64",
        "no base64",
        "base64; plain text belongs under `stringData`",
    ),
    "labels": Constraint(
        {
            "propertyNames": {"pattern": _QUALIFIED, "maxLength": 317},
            "additionalProperties": {"pattern": r"^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?$", "maxLength": 63},
        },
        "schema/label",
        "malformed label",
        "at most 63 letters, digits, `-`, `_` and `.`, with a letter or digit at both ends",
    ),
    "annotations": Constraint(
        {"propertyNames": {"pattern": _ANNOTATION, "maxLength": 317}},
        "schema/annotation",
        "malformed annotation",
        "at most 63 letters, digits, `-`, `_` and `.`, with a letter or digit at both ends, after an optional `domain/`",
    ),
    "keys": Constraint(
        {"propertyNames": {"pattern": r"^[-._a-zA-Z0-9]+$", "maxLength": 253}},
        "schema/data-key",
        "malformed key",
        "letters, digits, `-`, `_` and `.`",
    ),
    "label-name": Constraint(
        {"pattern": rf"^{_LABEL}$", "maxLength": 63},
        "schema/name",
        "malformed name",
        "at most 63 of a-z, 0-9 and `-`, with a letter or digit at both ends",
    ),
}
_BY_FORMAT = {"int32": "int32", "byte": "base64"}


def constraint_of(mismatch: Mismatch) -> Constraint | None:
    """The constraint that the mismatch is with; None for one with the published schema."""
    if len(mismatch.schema) < 2 or mismatch.schema[0] != "$defs":  # noqa: PLR2004 - "$defs" and a name
        return None
    name = str(mismatch.schema[1])
    return constraints().get(name.removeprefix(PREFIX)) if name.startswith(PREFIX) else None


@cache
def constraints() -> dict[str, Constraint]:
    """All constraints by name, those that only allow certain words or that need a field among them."""
    words = {_enum_name(words): _enumeration(words) for words in ENUMS.values()}
    return {**CONSTRAINTS, **words, **{_NEEDS + name: _needed(name) for names in REQUIRED.values() for name in names}}


def tightened(schema: KindSchema) -> Schema:
    """The body of the schema with the constraints added; CRDs get those of the metadata alone."""
    body = dict(schema.body)
    definitions = cast("dict[str, Schema]", body.pop("$defs", {}))
    tight: Schema = {name: _tightened(name, definition) for name, definition in definitions.items()}
    tight |= {PREFIX + name: constraint.schema for name, constraint in constraints().items()}
    return {**(_tightened(schema.root, body) if schema.built_in else body), "$defs": tight}


def _tightened(name: str, definition: Schema) -> Schema:
    if name == QUANTITY:
        return {**definition, "allOf": [_reference("quantity")]}
    properties = definition.get("properties")
    if not isinstance(properties, dict):
        return definition
    added = {field: list(_constraints_of(name, field, schema)) for field, schema in properties.items()}
    fields: Schema = {
        field: {**cast("Schema", schema), "allOf": cast("Value", added[field])} if added[field] else schema
        for field, schema in properties.items()
    }
    needed: Value = [_reference(_NEEDS + field) for field in REQUIRED.get(_short(name), ())]
    return {**definition, "properties": fields, **({"allOf": needed} if needed else {})}


def _constraints_of(name: str, field: str, schema: Value) -> Iterator[Schema]:
    short = _short(name)
    if (short, field) in FIELDS:
        yield _reference(FIELDS[short, field])
    if isinstance(schema, dict):
        inner = schema.get("additionalProperties")
        if schema.get("format") in _BY_FORMAT:
            yield _reference(_BY_FORMAT[str(schema["format"])])
        elif isinstance(inner, dict) and inner.get("format") == "byte":
            yield {"additionalProperties": _reference("base64")}
    words = ENUMS.get((short, field))
    if words:
        yield _reference(_enum_name(words))


def _short(name: str) -> str:
    """The name of a definition as strict_fields.py writes it."""
    for start in _STARTS:
        name = name.removeprefix(start)
    return name


def _reference(name: str) -> Schema:
    return {"$ref": f"#/$defs/{PREFIX}{name}"}


def _enum_name(words: tuple[str, ...]) -> str:
    return "words." + ".".join(word if word.isalnum() else "other" for word in words)


def _enumeration(words: tuple[str, ...]) -> Constraint:
    """The constraint that allows these words for a text or each text of a list; the empty one stands for a default."""
    allowed: Schema = {"anyOf": [{"not": {"type": "string"}}, {"enum": ["", *words]}]}
    return Constraint({**allowed, "items": allowed}, "schema/not-allowed-value", "value that is not allowed", allowed=words)
