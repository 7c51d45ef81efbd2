"""From the frozen types of the domain to plain data, for JSON and for databases."""

from dataclasses import asdict, is_dataclass

from validators.words import storable


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
