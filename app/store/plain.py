"""From the plain data that a JSON column holds to the frozen types of the domain; validators/plain.py goes the other way."""

from functools import cache
from typing import TypeVar, cast

from pydantic import TypeAdapter

T = TypeVar("T")


def from_plain(kind: type[T], data: object) -> T:
    """`data` as a `kind`. Raises pydantic's ValidationError for data of another form."""
    adapter = _adapter(kind)  # type: ignore[arg-type] # every type is hashable; mypy does not know it of a generic one
    return cast("T", adapter.validate_python(data))


@cache
def _adapter(kind: type[object]) -> TypeAdapter[object]:
    return TypeAdapter(kind)
