"""What differs between two versions of an object, field by field, the way people would say it."""

from collections.abc import Iterator, Mapping

from validators.documents.scalars import plain
from validators.dry_run.lists import has_keys, key_fields, labels, pairs
from validators.dry_run.masking import Masked
from validators.dry_run.quantities import amount, is_quantity
from validators.model import FieldChange
from validators.words import counted, shortened

LONGEST = 200
"""Characters of a value that are shown."""

_MOST_LEAVES = 3
_MOST_LINES = 3


def differences(before: object, after: object, path: str = "") -> Iterator[FieldChange]:
    """The fields in which `after` differs from `before`. A null is an absent field, and the order of fields means nothing."""
    yield from _compare(path, ("", path.rpartition(".")[2]), before, after)


def _compare(path: str, fields: tuple[str, str], before: object, after: object) -> Iterator[FieldChange]:
    """`fields` are the names of the field and of the one around it."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in dict.fromkeys((*before, *after)):
            yield from _compare(_child(path, key), (fields[1], key), before.get(key), after.get(key))
    elif isinstance(before, list) and isinstance(after, list):
        yield from _lists(path, fields, before, after)
    elif not _same(fields, before, after):
        if before is None or after is None:
            yield from _whole(path, before, after)
        else:
            yield _change(path, before, after)


def _lists(path: str, fields: tuple[str, str], before: list[object], after: list[object]) -> Iterator[FieldChange]:
    if not any(isinstance(item, Mapping | list) for item in (*before, *after)):
        if [repr(item) for item in before] != [repr(item) for item in after]:
            yield _change(path, before, after)
        return
    field = fields[1]
    for label, old, new in pairs(field, before, after):
        item = f"{path}[{label}]"
        changes = list(_compare(item, (field, ""), old, new))
        told = {f"{item}.{key}" for key in key_fields(field)} if old is None or new is None else set()
        yield from [change for change in changes if change.path not in told] or changes
    yield from _order(path, field, labels(field, before), labels(field, after))


def _order(path: str, field: str, before: list[str] | None, after: list[str] | None) -> Iterator[FieldChange]:
    """A row for items that only changed places, where that means something."""
    if has_keys(field) or before is None or after is None:
        return
    stayed = [label for label in before if label in after]
    if stayed != [label for label in after if label in before]:
        yield FieldChange(f"{path} (order)", shortened(", ".join(before), LONGEST), shortened(", ".join(after), LONGEST))


def _same(fields: tuple[str, str], before: object, after: object) -> bool:
    if isinstance(before, bool) is isinstance(after, bool) and before == after:
        return True
    if not is_quantity(fields[1], fields[0]):
        return False
    left = amount(before)
    return left is not None and left == amount(after)


def _whole(path: str, before: object, after: object) -> Iterator[FieldChange]:
    """A part that came or went as a whole: a small one leaf by leaf, a large one by its size."""
    part = before if after is None else after
    leaves = list(_leaves(path, part))
    shown = leaves if 0 < len(leaves) <= _MOST_LEAVES else [(path, counted(len(leaves), "field") if leaves else text(part))]
    for leaf, value in shown:
        yield FieldChange(leaf, value if after is None else None, value if before is None else None)


def _leaves(path: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping) and value:
        for key, part in value.items():
            yield from _leaves(_child(path, key), part)
    elif isinstance(value, list) and any(isinstance(item, Mapping | list) for item in value):
        names = labels(path.rpartition(".")[2], value) or [str(index) for index in range(len(value))]
        for label, item in zip(names, value, strict=True):
            yield from _leaves(f"{path}[{label}]", item)
    elif value is not None:
        yield path, text(value)


def _child(path: str, key: str) -> str:
    step = f'["{key}"]' if any(char in key for char in "./[] ") else f".{key}" if path else key
    return f"{path}{step}"


def _change(path: str, before: object, after: object) -> FieldChange:
    if isinstance(before, Masked) and isinstance(after, Masked):
        return FieldChange(path, before.text(after), after.text(before))
    if isinstance(before, str) and isinstance(after, str) and ("\n" in before.strip() or "\n" in after.strip()):
        return FieldChange(path, _lines(before, after), _lines(after, before))
    return FieldChange(path, text(before), text(after))


def _lines(text_: str, other: str) -> str:
    """The lines of a text that the other one lacks, the first few of them."""
    lines, known = text_.splitlines(), set(other.splitlines())
    own = [line for line in lines if line not in known]
    if not own:
        return counted(len(lines), "line")
    more = [f"… {counted(len(own) - _MOST_LINES, 'more line')}"] if len(own) > _MOST_LINES else []
    return "\n".join([*(shortened(line, LONGEST) for line in own[:_MOST_LINES]), *more])


def text(value: object) -> str:
    """A value on one line, as it would stand in YAML."""
    if isinstance(value, Masked):
        return value.text()
    if isinstance(value, str):
        return shortened(value, LONGEST) if value and isinstance(plain(value), str) else f'"{shortened(value, LONGEST)}"'
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return shortened(f"[{', '.join(map(text, value))}]", LONGEST)
    if isinstance(value, Mapping):
        return shortened("{" + ", ".join(f"{key}: {text(part)}" for key, part in value.items()) + "}", LONGEST)
    return "null" if value is None else str(value)
