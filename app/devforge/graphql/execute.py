"""Runs a GraphQL document over plain objects: fields are functions of their arguments, and only those asked for are called."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.devforge.graphql.language import Document, GraphqlError, Operation, Selection, Value, Variable

_DEEPEST = 30

Arguments = Mapping[str, Value]
Resolver = Callable[[Arguments], object]


@dataclass(frozen=True, slots=True)
class Node:
    """An object of the graph: its type's name, and what its fields hold or how to find it."""

    type_name: str
    fields: Mapping[str, object]


def connection(nodes: Sequence[Node]) -> Resolver:
    """A paged list, as `first`, `last`, `after` and `before` ask for it. Cursors are positions."""

    def page(arguments: Arguments) -> Node:
        start, end = _position(arguments.get("after"), 0), _position(arguments.get("before"), len(nodes) + 1) - 1
        first, last = arguments.get("first"), arguments.get("last")
        if isinstance(first, int):
            end = min(end, start + first)
        elif isinstance(last, int):
            start = max(start, end - last)
        else:
            raise GraphqlError(
                "You must provide a `first` or `last` value to properly paginate this connection.",
                "MISSING_PAGINATION_BOUNDARIES",
            )
        shown = list(nodes[start:end])
        marks = {"startCursor": str(start + 1) if shown else None, "endCursor": str(start + len(shown)) if shown else None}
        info = Node("PageInfo", {"hasNextPage": end < len(nodes), "hasPreviousPage": start > 0, **marks})
        edges = [Node("Edge", {"node": node, "cursor": str(start + at + 1)}) for at, node in enumerate(shown)]
        return Node("Connection", {"nodes": shown, "edges": edges, "pageInfo": info, "totalCount": len(nodes)})

    return page


def execute(document: Document, name: str, variables: Mapping[str, Value], roots: Mapping[str, Node]) -> dict[str, object]:
    """The answer to an operation, `data` beside `errors`; `roots` are the objects behind query and mutation.

    What is not there or not allowed is null in the data. Raises GraphqlError for a document that asks for the impossible.
    """
    operation = _chosen(document, name)
    run = _Run(document, {**operation.defaults, **variables})
    data: dict[str, object] = {}
    errors: list[object] = []
    for one in operation.selections:
        try:
            data |= run.select(roots[operation.kind], (one,), 0)
        except GraphqlError as problem:
            if not problem.kind:
                raise
            data[one.key] = None
            errors.append({"type": problem.kind, "path": [one.key], "message": str(problem)})
    return {"data": data, "errors": errors} if errors else {"data": data}


def _chosen(document: Document, name: str) -> Operation:
    found = [one for one in document.operations if name in ("", one.name)]
    if len(found) != 1:
        raise GraphqlError(f"No operation named {name!r}" if name else "An operation name is required")
    return found[0]


class _Run:
    def __init__(self, document: Document, variables: Mapping[str, Value]) -> None:
        self._document = document
        self._variables = variables

    def select(self, node: Node, selections: Sequence[Selection], depth: int) -> dict[str, object]:
        if depth > _DEEPEST:
            raise GraphqlError("Query is nested too deeply")
        found: dict[str, object] = {}
        for one in selections:
            if one.name == "...":
                found |= self._fragment(node, one, depth)
            else:
                found[one.key] = self._field(node, one, depth)
        return found

    def _fragment(self, node: Node, one: Selection, depth: int) -> dict[str, object]:
        fragment = self._document.fragments.get(one.spread) if one.spread else one
        if fragment is None:
            raise GraphqlError(f"Fragment {one.spread} was used, but not defined")
        return self.select(node, fragment.inside, depth + 1) if fragment.on in ("", node.type_name) else {}

    def _field(self, node: Node, one: Selection, depth: int) -> object:
        if one.name == "__typename":
            return node.type_name
        if one.name not in node.fields:
            raise GraphqlError(f"Field '{one.name}' doesn't exist on type '{node.type_name}'")
        value = node.fields[one.name]
        if callable(value):
            value = value({name: self._value(given) for name, given in one.arguments.items()})
        return self._shown(value, one, depth)

    def _shown(self, value: object, one: Selection, depth: int) -> object:
        if isinstance(value, list):
            return [self._shown(item, one, depth) for item in value]
        if not isinstance(value, Node):
            return value
        if not one.inside:
            raise GraphqlError(
                f"Field must have selections (field '{one.name}' returns {value.type_name} but has no selections)"
            )
        return self.select(value, one.inside, depth + 1)

    def _value(self, given: Value) -> Value:
        if isinstance(given, Variable):
            return self._variables.get(given.name)
        if isinstance(given, dict):
            return {name: self._value(value) for name, value in given.items()}
        return [self._value(value) for value in given] if isinstance(given, list) else given


def _position(cursor: Value, default: int) -> int:
    return int(cursor) if isinstance(cursor, str) and cursor.isdecimal() else default
