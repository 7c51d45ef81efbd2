"""Fields of a document whose types nobody vouches for: what is not of the wanted type is taken for absent."""

from collections.abc import Iterator, Mapping

Segments = tuple[str | int, ...]
"""The way to a field: keys and indices."""


def at(value: object, *keys: str) -> object:
    """What stands below `keys`; None when it is absent."""
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def text(value: object, *keys: str) -> str:
    """The text below `keys`; "" for none."""
    found = at(value, *keys)
    return found if isinstance(found, str) else ""


def mapping(value: object, *keys: str | int) -> Mapping[str, object]:
    """The mapping below `keys`; an empty one for none."""
    found = at(value, *map(str, keys))
    return found if isinstance(found, Mapping) else {}


def texts(value: object, pattern: str) -> tuple[str, ...]:
    """All texts at `pattern`, see values_at."""
    return tuple(found for _, found in values_at(value, pattern) if isinstance(found, str))


def values_at(value: object, pattern: str) -> Iterator[tuple[Segments, object]]:
    """All that stands at `pattern` (keys joined by dots, `[]` for each item of a list, `*` for each value of a mapping), with
    the way to it."""
    key, _, rest = pattern.partition(".")
    for segment, item in _children(value, key):
        if rest:
            yield from (((segment, *way), found) for way, found in values_at(item, rest))
        else:
            yield (segment,), item


def _children(value: object, key: str) -> Iterator[tuple[str | int, object]]:
    if key == "[]" and isinstance(value, list):
        yield from enumerate(value)
    elif key == "*" and isinstance(value, Mapping):
        yield from value.items()
    elif isinstance(value, Mapping) and key in value:
        yield key, value[key]


def dotted(segments: Segments) -> str:
    """A way as people write it: `patches[0].path`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in segments).removeprefix(".")
