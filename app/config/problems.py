"""What is wrong with a configuration, in sentences: the place, what stands there, what should."""

import difflib
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from app.config.model import MOST_COMMENTS, Configuration
from validators.documents import Document, Path, Value
from validators.model import Location, Problem, Severity
from validators.words import counted, listed, shortened

MOST_PROBLEMS = 50
UNKNOWN_KEY = "configuration/unknown-key"
BAD_VALUE = "configuration/bad-value"
MISSING = "configuration/missing"

_VALUE_LIMIT = 60
_NUMBERS = {"greater_than_equal", "less_than_equal", "int_type"}
_KINDS = {"tuple_type": "a list", "model_type": "a group of settings", "bool_type": "`true` or `false`", "string_type": "text"}

Model: TypeAlias = type[BaseModel]


def problem(
    path: str, rule: str, message: str, *, line: int | None = None, column: int | None = None, about: str = ""
) -> Problem:
    """A problem of the configuration file, which is always an error: half a configuration is none."""
    return Problem(
        rule, Severity.ERROR, message, Location(path, line, line, column), about or message, title="broken configuration"
    )


def problems(path: str, document: Document, error: ValidationError) -> Iterator[Problem]:
    """A problem for each setting that is wrong, those past a limit counted in one."""
    details = error.errors(include_url=False)
    for detail in details[:MOST_PROBLEMS]:
        rule, message = _said(detail)
        where = tuple(step for step in detail["loc"])
        place = document.locate(where, key=rule == UNKNOWN_KEY)
        yield problem(path, rule, message, line=place.line, column=place.column, about=f"{_dotted(where)} {detail['type']}")
    if len(details) > MOST_PROBLEMS:
        yield problem(path, BAD_VALUE, f"{counted(len(details) - MOST_PROBLEMS, 'more problem')} of this kind.", about="more")


def _said(detail: ErrorDetails) -> tuple[str, str]:
    name = _dotted(detail["loc"])
    match detail["type"]:
        case "extra_forbidden":
            return UNKNOWN_KEY, _unknown(detail["loc"])
        case "missing":
            return MISSING, f"`{name}` is missing. Write `{name}: 1` on a line of its own."
        case _:
            return BAD_VALUE, f"`{name}` can't be {_shown(detail['input'])}: {_wanted(detail)}."


def _unknown(where: Path) -> str:
    """That a key is not a setting, with the one that was meant, or those that there are."""
    known = _settings_at(where[:-1])
    group = f" of `{_dotted(where[:-1])}`" if where[:-1] else ""
    said = f"`{shortened(str(where[-1]), _VALUE_LIMIT)}` is not a setting{group}."
    meant = difflib.get_close_matches(str(where[-1])[:_VALUE_LIMIT], known, n=1)
    return f"{said} Did you mean `{meant[0]}`?" if meant else f"{said} There are {listed([f'`{name}`' for name in known])}."


def _settings_at(where: Path) -> list[str]:
    """The names of the settings in the group at `where`."""
    model: Model = Configuration
    for step in where:
        fields = {field.alias or name: field.annotation for name, field in model.model_fields.items()}
        inner = fields.get(str(step))
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            model = inner
    return [field.alias or name for name, field in model.model_fields.items()]


def _wanted(detail: ErrorDetails) -> str:
    context: Mapping[str, object] = detail.get("ctx", {})
    kind = detail["type"]
    if kind in {"enum", "literal_error"}:
        quoted = detail["input"] == context["expected"]
        return (
            "it is a number, so write it without quotes"
            if quoted
            else f"it is {str(context['expected']).replace(chr(39), '`')}"
        )
    if kind in _NUMBERS:
        return f"it is a number from 0 to {MOST_COMMENTS}"
    if kind == "too_long":
        return f"it has at most {context['max_length']} entries"
    if kind == "string_type" and isinstance(detail["input"], int | float):
        return "it is text, so write it in quotes"
    if kind in _KINDS:
        return f"it is {_KINDS[kind]}"
    return detail["msg"]


def _shown(value: Value) -> str:
    if isinstance(value, dict | list):
        return "a group of settings" if isinstance(value, dict) else f"a list of {len(value):,}"
    words = {None: "empty", True: "`true`", False: "`false`"}
    return words[value] if value is None or isinstance(value, bool) else f"`{shortened(str(value), _VALUE_LIMIT)}`"


def _dotted(where: Path) -> str:
    """A setting as people name it: `schema.engine`, `ignore[3]`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in where).removeprefix(".")
