"""Between the frozen types of the domain and the plain data that a JSON column holds."""

from dataclasses import asdict, is_dataclass
from functools import cache
from typing import TypeVar, cast

from pydantic import TypeAdapter

from validators.words import storable

T = TypeVar("T")


def to_plain(value: object) -> object:
    """`value` (dataclasses, enums, tuples, mappings, texts, numbers) as JSON has it. Text that is no Unicode is escaped."""
    if is_dataclass(value) and not isinstance(value, type):
        return to_plain(asdict(value))
    if isinstance(value, str):
        return storable(str(value))
    if isinstance(value, dict):
        return {str(key): to_plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [to_plain(entry) for entry in value]
    return value


def from_plain(kind: type[T], data: object) -> T:
    """`data` as a `kind`. Raises pydantic's ValidationError for data of another form."""
    adapter = _adapter(kind)  # type: ignore[arg-type] # every type is hashable; mypy does not know it of a generic one
    return cast("T", adapter.validate_python(data))


@cache
def _adapter(kind: type[object]) -> TypeAdapter[object]:
    return TypeAdapter(kind)
