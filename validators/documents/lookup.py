"""From a field's path to its place in the text."""

from validators.documents.nodes import Alias, Items, Mapping, Node, Path, Scalar, Span, at_anchor, is_merge, merged, span
from validators.documents.scalars import STANDARD_TAG, BadScalar, key_text, plain, tagged

Found = tuple[Node, Node]
"""The key and the value of a field; an item of a list has itself for a key."""


def locate(root: Node, path: Path, *, key: bool = False) -> Span:
    """Where the field at `path` stands, or the nearest field above it that exists; with `key`, from its name on."""
    found = find(root, path)
    name, value = found
    place = span(at_anchor(value))
    if not key:
        return place
    start = at_anchor(name)
    end = value.end_line if isinstance(value, Alias) else place.end_line
    return Span(start.line, max(start.line, end), start.column)


def find(root: Node, path: Path) -> Found:
    """The key and value at `path`, or at the longest part of it that exists."""
    found: Found = (root, root)
    for segment in path:
        step = _step(at_anchor(found[1]), segment)
        if step is None:
            break
        found = step
    return found


def _step(node: Node, segment: str | int) -> Found | None:
    if isinstance(node, Items) and isinstance(segment, int) and 0 <= segment < len(node.items):
        item = node.items[segment]
        return item, item
    return _fields(node).get(str(segment)) if isinstance(node, Mapping) else None


def _fields(node: Mapping) -> dict[str, Found]:
    """The fields by name: the last of a name, as that one counts; one that comes in through `<<` where none is written out."""
    if node.fields is None:
        node.fields = {}
        for key, value in node.pairs:
            if is_merge(key):
                for source in merged(value):
                    target = at_anchor(source)
                    node.fields |= _fields(target) if isinstance(target, Mapping) else {}
        for key, value in node.pairs:
            name = None if is_merge(key) else _name(key)
            if name is not None:
                node.fields[name] = (key, value)
    return node.fields


def _name(key: Node) -> str | None:
    """The name that the key has in the data; None for a key that is none."""
    node = at_anchor(key)
    if not isinstance(node, Scalar):
        return None
    if not node.plain and (node.tag is None or not node.tag.startswith(STANDARD_TAG)):
        return node.text
    try:
        return key_text(plain(node.text) if node.plain else tagged(node.tag or "", node.text))
    except BadScalar:
        return None
