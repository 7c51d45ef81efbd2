"""Reading an object whose fields may be of any type, and the violations that the checks have in common."""

from collections import Counter
from collections.abc import Iterable, Iterator

from validators.documents import Path, Value
from validators.schema.model import Violation
from validators.schema.wording import dotted, value_at

EXCLUSIVE = "schema/exclusive-fields"
DUPLICATE = "schema/duplicate-name"
UNKNOWN_NAME = "schema/unknown-name"
BOUNDS = "schema/bounds"
NEEDED = "schema/needed-field"

Place = tuple[Path, dict[str, Value]]
"""A mapping and where it stands in its object."""


def mapping(value: Value, path: Path) -> dict[str, Value]:
    """The mapping at `path`, empty where something else or nothing stands there."""
    found = value_at(value, path)
    return found if isinstance(found, dict) else {}


def items(value: Value, path: Path) -> Iterator[Place]:
    """The mappings in the list at `path`, each with its place."""
    found = value_at(value, path)
    for index, item in enumerate(found if isinstance(found, list) else ()):
        if isinstance(item, dict):
            yield (*path, index), item


def given(value: dict[str, Value], names: Iterable[str]) -> list[str]:
    """Those of the fields that are there and not null."""
    return [name for name in names if value.get(name) is not None]


def needed(path: Path, name: str, why: str) -> Violation:
    """A field that is needed in the mapping at `path`."""
    message = f"`{dotted((*path, name))}` is missing: {why}"
    return Violation(NEEDED, path, f"missing field `{name}`", message, detail=name, missing=True)


def repeated(places: Iterable[tuple[Path, Value]], what: str) -> Iterator[Violation]:
    """A violation for each text that stands at more than one of the places, at the last of them."""
    texts = [(path, text) for path, text in places if isinstance(text, str) and text]
    if len(texts) == len({text for _, text in texts}):
        return
    number = Counter(text for _, text in texts)
    for text, path in {text: path for path, text in texts if number[text] > 1}.items():
        message = f"`{dotted(path)}` is `{text[:80]}`, as another one is already: {what} have names of their own"
        yield Violation(DUPLICATE, path, f"two {what} of one name", message, detail=text[:80])
