"""How fields, values and types are written in messages."""

import re
from collections.abc import Iterable

from validators.documents import Path, Value
from validators.words import shortened

_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$-]*")
_LONGEST_VALUE = 60

TYPES = {
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
    "boolean": "`true` or `false`",
    "object": "a mapping",
    "array": "a list",
}


def dotted(path: Path) -> str:
    """A field's path as people write it: `spec.containers[0].image`, `metadata.labels["app.kubernetes.io/name"]`."""
    written = ""
    for segment in path:
        if isinstance(segment, int):
            written += f"[{segment}]"
        elif _NAME.fullmatch(segment):
            written += f".{segment}" if written else segment
        else:
            written += f'["{segment}"]'
    return written


def named(path: Path, value: Value) -> str:
    """The same with the names of list items in place of their indices, which stay what they are when an item is put before.

    `value` is the object that the path leads through.
    """
    written = ""
    at: Value = value
    for segment in path:
        at = _step(at, segment)
        name = at.get("name") if isinstance(segment, int) and isinstance(at, dict) else None
        if isinstance(name, str):
            written += f"[{name}]"
        else:
            part = dotted((segment,))
            written += f".{part}" if written and not part.startswith("[") else part
    return written


def value_at(value: Value, path: Path) -> Value:
    """What stands at `path` within `value`; None where nothing does."""
    for segment in path:
        value = _step(value, segment)
    return value


def described(value: Value, *, hidden: bool = False) -> str:
    """A value in words for "found ..."; `hidden` names its type only."""
    if value is None:
        return "nothing (null)"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return "a boolean" if hidden else f"the boolean `{str(value).lower()}`"
    if isinstance(value, str):
        return "a string" if hidden else f'the string `"{shortened(value, _LONGEST_VALUE)}"`'
    return "a number" if hidden else f"the number `{value}`"


def alternatives(words: Iterable[str]) -> str:
    """The words as code, in an enumeration of which one is to be chosen: "`a`, `b` or `c`"."""
    shown = [f"`{word}`" for word in words if word]
    return " or ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def types_in_words(types: Iterable[str]) -> str:
    """JSON Schema's types in an enumeration; null stands for leaving the field out and is not named."""
    shown = [TYPES[name] for name in types if name in TYPES]
    return " or ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown) or "nothing"


def _step(value: Value, segment: str | int) -> Value:
    if isinstance(value, dict):
        return value.get(str(segment))
    if isinstance(value, list) and isinstance(segment, int) and 0 <= segment < len(value):
        return value[segment]
    return None
