"""Nodes to plain data, as sigs.k8s.io/yaml decodes them: keys become texts, merges are carried out, aliases written out.

What the strict mode of Kubernetes tools refuses (a key twice, a merge and a field of the same name) is told, and read as
the tools that are not strict read it: the later one counts.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from validators.documents import limits
from validators.documents.nodes import Alias, Items, Mapping, Node, Scalar, Value, at_anchor, is_merge, merged
from validators.documents.refused import (
    DUPLICATE_KEY,
    MERGE_OVERRIDE,
    ODD_SCALAR,
    SYNTAX,
    UNSUPPORTED,
    Refused,
    Trouble,
    beyond,
)
from validators.documents.scalars import BadScalar, Plain, key_text, oddity, plain, tagged
from validators.words import shortened

_LONGEST_SHOWN = 60

_Key = tuple[type, Plain]


@dataclass(frozen=True, slots=True)
class _Field:
    """A field of a mapping; `merge` is the `<<` that brings it in, None where it is written out."""

    key: Node
    value: Value
    merge: Node | None


class Decoder:
    """Reads one document. `troubles` gathers what is wrong without making the document unreadable."""

    def __init__(self) -> None:
        self.troubles: list[Trouble] = []
        self._nodes = 0
        self._aliased = 0
        self._depth = 0
        self._inside: list[Alias] = []

    def value(self, node: Node) -> Value:
        """The node as plain data. Raises Refused."""
        self._count()
        if isinstance(node, Scalar):
            return self._finite(node)
        if isinstance(node, Alias):
            self._enter(node)
            read = self.value(node.target)
            self._inside.pop()
            return read
        self._depth += 1
        if self._depth > limits.DEPTH:
            raise beyond(f"{limits.DEPTH} levels of nesting, through aliases", node.line, node.column)
        read = [self.value(item) for item in node.items] if isinstance(node, Items) else self._mapping(node)
        self._depth -= 1
        return read

    def _mapping(self, node: Mapping) -> Value:
        typed: dict[_Key, _Field] = {}
        for field in self._fields(node, None):
            key = self._key(field.key)
            if (type(key), key) in typed:
                self.troubles.append(_twice(typed[type(key), key], field))
            typed[type(key), key] = field
        named: dict[str, _Field] = {}
        for (_, key), field in typed.items():
            name = self._name(key, field.key)
            if name in named:  # `1` and `"1"` are the same field
                self.troubles.append(_twice(named[name], field))
            named[name] = field
        return {name: field.value for name, field in named.items()}

    def _fields(self, node: Mapping, merge: Node | None) -> Iterator[_Field]:
        """The fields in the order in which they are set; `merge` is the outermost `<<` that brings in this mapping."""
        for key, value in node.pairs:
            if is_merge(key):
                for source in merged(value):
                    yield from self._merged(source, merge or key)
            else:
                yield _Field(key, self.value(value), merge)

    def _merged(self, source: Node, merge: Node) -> Iterator[_Field]:
        target = at_anchor(source)
        if not isinstance(target, Mapping):
            raise _refused(UNSUPPORTED, source, "`<<` takes a mapping or a list of mappings", "<<")
        self._count()
        if isinstance(source, Alias):
            self._enter(source)
            yield from self._fields(target, merge)
            self._inside.pop()
        else:
            yield from self._fields(target, merge)

    def _enter(self, node: Alias) -> None:
        if any(alias.target is node.target for alias in self._inside):
            raise _refused(SYNTAX, node, "this alias stands inside of its own anchor, so it has no end", "alias of itself")
        if len(self._inside) == limits.DEPTH:
            raise beyond(f"{limits.DEPTH} levels of aliases", node.line, node.column)
        self._inside.append(node)

    def _count(self) -> None:
        self._nodes += 1
        if not self._inside:
            return
        self._aliased += 1
        alias = self._inside[0]
        if self._aliased > limits.ALIASED_NODES:
            raise beyond(f"{limits.ALIASED_NODES:,} nodes written through aliases", alias.line, alias.column)
        if _excessive(self._aliased, self._nodes):
            raise beyond("the share of aliases in a document that Kubernetes tools accept", alias.line, alias.column)

    def _key(self, node: Node) -> Plain:
        target = at_anchor(node)
        self._count()
        if isinstance(target, Scalar):
            return self._scalar(target)
        hint = "; is this `{{ ... }}` of a template?" if isinstance(target, Mapping) else ""
        raise _refused(UNSUPPORTED, node, f"a mapping or a list can't be a key{hint}", "a key that is no text")

    def _name(self, key: Plain, node: Node) -> str:
        try:
            return key_text(key)
        except BadScalar as error:
            raise _refused(UNSUPPORTED, node, f"{error}; quote it if it is meant as a text", str(error)) from None

    def _finite(self, node: Scalar) -> Plain:
        value = self._scalar(node)
        if isinstance(value, float) and not math.isfinite(value):
            raise _refused(UNSUPPORTED, node, f"`{node.text}` is no number in JSON, which Kubernetes speaks", node.text)
        return value

    def _scalar(self, node: Scalar) -> Plain:
        if not node.plain:
            return node.text if node.tag is None else self._tagged(node, node.tag)
        value = plain(node.text)
        if isinstance(value, str) and value[0] in "+-0123456789" and (odd := oddity(value)):
            message = f"{odd}: Kubernetes tools read a text, others stop here; quote it, or write the value that is meant"
            self.troubles.append(Trouble(ODD_SCALAR, node.line, node.column, message, node.text, title=odd))
        return value

    def _tagged(self, node: Scalar, tag: str) -> Plain:
        try:
            return tagged(tag, node.text)
        except BadScalar as error:
            raise _refused(SYNTAX, node, str(error), node.text) from None


def _excessive(aliased: int, total: int) -> bool:
    """Whether goyaml.v2 refuses the document for its aliases (allowedAliasRatio in its decode.go)."""
    if aliased <= 100 or total <= 1000:  # noqa: PLR2004 - the numbers that stand there
        return False
    allowed = 0.99 if total <= 400_000 else max(0.10, 0.99 - 0.89 * (total - 400_000) / 3_600_000)  # noqa: PLR2004
    return aliased / total > allowed


def _refused(rule: str, node: Node, message: str, about: str) -> Refused:
    return Refused(Trouble(rule, node.line, node.column, message, about, title=message))


def _twice(first: _Field, second: _Field) -> Trouble:
    """The trouble with a field that is set twice, at the later one that is written out."""
    written = [field.key for field in (second, first) if field.merge is None]
    place = written[0] if written else second.merge or second.key
    target = at_anchor(place if written else second.key)
    name = target.text if isinstance(target, Scalar) else ""
    shown = shortened(name, _LONGEST_SHOWN)
    if first.merge is None and second.merge is None:
        message = f"the key `{shown}` stands in line {first.key.line} already; only one of the two can count, so remove one"
        return Trouble(DUPLICATE_KEY, place.line, place.column, message, name, title=f"duplicate key `{shown}`")
    message = (
        f"`{shown}` is set here and comes in through `<<` as well; tools that read strictly refuse that, "
        "others differ in which of the two counts"
    )
    return Trouble(MERGE_OVERRIDE, place.line, place.column, message, name, title=f"`{shown}` overrides a merged field")
