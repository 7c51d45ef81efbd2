"""The in-process engine: jsonschema-rs, and the slower jsonschema for a trusted schema that it refuses.

Neither ever fetches anything: a schema that refers to another place can't be used. Patterns run in linear time.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, cast

from validators.documents import Value
from validators.schema.custom import BadSchema
from validators.schema.model import KindSchema, Mismatch, Schema
from validators.schema.strict import tightened

if TYPE_CHECKING:
    import jsonschema
    import jsonschema_rs

_DIALECT = "https://json-schema.org/draft/2020-12/schema"  # under draft-07 Go's `(?i)` would be no regular expression
_PATTERN_BYTES = 1024 * 1024

Check = Callable[[Value], tuple[Mismatch, ...]]


_MOST_KEPT = 200
_Checks = OrderedDict[int, tuple[KindSchema, Check]]
_trusted: _Checks = OrderedDict()
"""Those of the catalogue, compiled for whoever needs them next in this process."""


class InProcess:
    """Compiles each schema once and checks objects with it."""

    def __init__(self) -> None:
        self._own: _Checks = OrderedDict()

    def check(self, schema: KindSchema, value: Value) -> tuple[Mismatch, ...]:
        """Where the object departs from its schema and the API server's constraints. Raises BadSchema."""
        checks = _trusted if schema.trusted else self._own
        if id(schema) not in checks:
            checks[id(schema)] = (schema, _compiled(schema))
            while len(checks) > _MOST_KEPT:
                checks.popitem(last=False)
        return checks[id(schema)][1](value)


def _compiled(schema: KindSchema) -> Check:
    import jsonschema_rs

    body = {**tightened(schema), "$schema": _DIALECT}
    try:
        validator = jsonschema_rs.Draft202012Validator(
            body,
            validate_formats=False,
            pattern_options=jsonschema_rs.RegexOptions(size_limit=_PATTERN_BYTES),
            retriever=_retrieve_nothing,
        )
    except ValueError as error:
        if not schema.trusted:
            first = str(error).partition("\n")[0]
            raise BadSchema(f"{schema.origin} can't be used as a schema: {first}") from None
        return _slowly(schema, body)
    return lambda value: tuple(_mismatch(error) for error in validator.iter_errors(value))


def _slowly(schema: KindSchema, body: Schema) -> Check:
    import jsonschema
    import referencing

    try:
        jsonschema.Draft202012Validator.check_schema(body)
    except jsonschema.SchemaError as error:
        raise BadSchema(f"{schema.origin} is no JSON schema: {error.message}") from None
    validator = jsonschema.Draft202012Validator(body, registry=referencing.Registry())

    def check(value: Value) -> tuple[Mismatch, ...]:
        try:
            return tuple(_slow_mismatch(error) for error in validator.iter_errors(value))
        except referencing.exceptions.Unresolvable as error:
            raise BadSchema(f"{schema.origin} refers to {error.ref}, which is not part of it") from None

    return check


def _retrieve_nothing(address: str) -> Value:
    raise ValueError(f"{address} is not part of the schema, and nothing is fetched")


def _mismatch(error: "jsonschema_rs.ValidationError") -> Mismatch:
    facts: dict[str, object] = error.kind.as_dict()
    branches = cast("list[list[jsonschema_rs.ValidationError]]", facts.pop("context", []))
    inner = facts.pop("error", None)
    return Mismatch(
        path=tuple(error.instance_path),
        keyword=error.kind.name,
        expected=cast("Value", next(iter(facts.values()), None)),
        schema=tuple(error.schema_path),
        key=str(inner.instance) if inner is not None and error.kind.name == "propertyNames" else None,  # type: ignore[attr-defined] # a ValidationError
        branches=tuple(tuple(_mismatch(part) for part in branch) for branch in branches)
        if error.kind.name != "oneOf" or all(branches)
        else (),
        evaluated=tuple(error.evaluation_path),
    )


def _slow_mismatch(error: "jsonschema.ValidationError") -> Mismatch:
    keyword = str(error.validator)
    branches: dict[object, list[Mismatch]] = {}
    for part in error.context or ():
        branches.setdefault(part.schema_path[0], []).append(_slow_mismatch(part))
    return Mismatch(
        path=tuple(error.absolute_path),
        keyword=keyword,
        expected=next(_expected(error, keyword)),
        schema=tuple(error.absolute_schema_path),
        branches=tuple(tuple(branch) for branch in branches.values()),
    )


def _expected(error: "jsonschema.ValidationError", keyword: str) -> Iterator[Value]:
    """What the keyword asks for, in the form in which jsonschema-rs says it."""
    instance, schema = error.instance, cast("Schema", error.schema)
    if keyword == "additionalProperties" and isinstance(instance, dict):
        yield [name for name in instance if name not in cast("Schema", schema.get("properties", {}))]
    elif keyword == "required" and isinstance(instance, dict):
        names = cast("list[str]", error.validator_value)
        yield next(name for name in names if error.message.startswith(repr(name)))
    yield cast("Value", error.validator_value)
