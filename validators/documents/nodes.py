"""What a document is made of: nodes that know their place. Lines and columns are 1-based and count characters.

Nodes are filled while the text is read and not changed after. They are plain rather than frozen classes because a
frozen one takes three times as long to make, and a megabyte of YAML has some sixty thousand of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

Value: TypeAlias = "bool | int | float | str | list[Value] | dict[str, Value] | None"
"""A document as plain data, the way JSON has it."""

Path: TypeAlias = tuple[str | int, ...]
"""The way from a document's root to a field: keys and indices."""


class Span(NamedTuple):
    """A place in a file; `end_line` is included."""

    line: int
    end_line: int
    column: int


@dataclass(slots=True, eq=False)
class Scalar:
    """A text. `plain`: written without quotes and without a tag, so that its form decides on its type."""

    line: int
    column: int
    end_line: int
    text: str
    tag: str | None
    plain: bool


@dataclass(slots=True, eq=False)
class Items:
    """A sequence."""

    line: int
    column: int
    end_line: int
    items: "list[Node]" = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Mapping:
    """A mapping: its keys and values, in the order of the text. `fields` is for lookup.py, once it was asked for one."""

    line: int
    column: int
    end_line: int
    pairs: "list[tuple[Node, Node]]" = field(default_factory=list)
    fields: "dict[str, tuple[Node, Node]] | None" = None


@dataclass(slots=True, eq=False)
class Alias:
    """`*name`, which stands for the node at the anchor."""

    line: int
    column: int
    end_line: int
    target: "Scalar | Items | Mapping"


Node = Scalar | Items | Mapping | Alias


def at_anchor(node: Node) -> Scalar | Items | Mapping:
    """The node itself, or what an alias stands for."""
    return node.target if isinstance(node, Alias) else node


def span(node: Node) -> Span:
    """Where the node stands."""
    return Span(node.line, node.end_line, node.column)


MERGE_TAG = "tag:yaml.org,2002:merge"


def is_merge(key: Node) -> bool:
    """Whether the key is `<<`, which brings in the fields of other mappings (https://yaml.org/type/merge.html)."""
    return isinstance(key, Scalar) and key.text == "<<" and (key.plain or key.tag == MERGE_TAG)


def merged(value: Node) -> Iterator[Node]:
    """The nodes that a `<<` with this value brings in, in the order in which they are taken: the last is taken first."""
    yield from reversed(value.items) if isinstance(value, Items) else (value,)
