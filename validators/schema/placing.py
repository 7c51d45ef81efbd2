"""A defect of an object to a problem of its file: the line to mend, what the defect is about, the correction."""

from functools import lru_cache

from validators.documents import Span
from validators.model import Location, Problem, Suggestion
from validators.resources import Resource
from validators.schema.corrections import suggestion
from validators.schema.links import documentation
from validators.schema.model import KindSchema, Violation
from validators.schema.wording import named, value_at


def placed(violation: Violation, resource: Resource, schema: KindSchema | None, data: bytes) -> Problem:
    """The problem that the violation is; `data` is the content of the object's file."""
    place = _place(violation, resource)
    about = " ".join(part for part in (named(violation.path, resource.value), violation.detail) if part)
    return Problem(
        rule=violation.rule,
        severity=violation.severity,
        title=violation.title,
        message=violation.message if violation.message.endswith("?") else f"{violation.message}.",
        location=Location(resource.document.path, place.line, place.end_line, place.column),
        about=about,
        resource=resource.id,
        help_url=documentation(schema, violation.page) if schema else None,
        suggestion=_suggestion(violation, resource, data),
    )


def _place(violation: Violation, resource: Resource) -> Span:
    """Where people look: at the object that lacks a field, at an unknown field's name, else at the value.

    What comes in through an alias stands at its anchor, however often it is used.
    """
    value = resource.span(violation.path)
    key = resource.span(violation.path, key=True)
    if not key.line <= value.line <= key.end_line:
        return value
    if violation.missing:
        return key
    is_block = isinstance(value_at(resource.value, violation.path), dict | list)
    if violation.of_name or value.end_line != value.line or (value.line != key.line and is_block):
        return Span(key.line, key.line, key.column)
    return value


def _suggestion(violation: Violation, resource: Resource, data: bytes) -> Suggestion | None:
    if violation.correction is None:
        return None
    key = resource.span(violation.path, key=True)
    return suggestion(violation.correction, _lines(data), str(violation.path[-1]), key, resource.span(violation.path))


@lru_cache(maxsize=4)
def _lines(data: bytes) -> list[str]:
    """The lines of a file; a few are remembered, as violations come file by file."""
    return data.decode("utf-8-sig", "replace").split("\n")
