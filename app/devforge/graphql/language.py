"""A reader of GraphQL documents: operations, arguments, variables, aliases, fragments. https://spec.graphql.org/October2021/

Not understood, and said so: subscriptions, directives, block strings, and schemas.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

_WORD = re.compile(
    r'[\s,\ufeff]*(?:#[^\n]*[\s,]*)*(\.\.\.|[!$()\[\]{}:=|&@]|"(?:[^"\\\n]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[_A-Za-z]\w*|$)'
)
_CONSTANTS = {"true": True, "false": False, "null": None}

Value = object
T = TypeVar("T")


class GraphqlError(Exception):
    """A document that is not understood, or that asks for what is not there. `kind` is GitHub's word, like NOT_FOUND."""

    def __init__(self, message: str, kind: str = "") -> None:
        super().__init__(message)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable where a value stands."""

    name: str


@dataclass(frozen=True, slots=True)
class Selection:
    """A field that is asked for. `key` is its name in the answer; `inside` is empty for a plain value.

    For a fragment, `name` is "..." and `on` the type it is for ("" for any).
    """

    name: str
    key: str
    arguments: Mapping[str, Value] = field(default_factory=dict)
    inside: tuple["Selection", ...] = ()
    on: str = ""
    spread: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """A query or mutation. `defaults` are the values of variables that are not given."""

    kind: str
    name: str
    defaults: Mapping[str, Value]
    selections: tuple[Selection, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """All operations and fragments of a request."""

    operations: tuple[Operation, ...]
    fragments: Mapping[str, Selection]


def parse(text: str) -> Document:
    """Read a document. Raises GraphqlError."""
    return _Reader(_words(text)).document()


def _words(text: str) -> list[str]:
    found, at = [], 0
    while at < len(text):
        match = _WORD.match(text, at)
        if match is None:
            raise GraphqlError(f"Parse error on {text[at:].strip()[:1]!r}")
        if match.group(1):
            found.append(match.group(1))
        at = match.end() if match.end() > at else at + 1
    return found


class _Reader:
    """Reads words from left to right."""

    def __init__(self, words: list[str]) -> None:
        self._words = words
        self._at = 0

    def document(self) -> Document:
        operations, fragments = [], {}
        while self._peek():
            if self._peek() == "fragment":
                self._take("fragment")
                name = self._take()
                self._take("on")
                fragments[name] = Selection("...", "", on=self._take(), inside=self._selections())
            else:
                operations.append(self._operation())
        return Document(tuple(operations), fragments)

    def _operation(self) -> Operation:
        if self._peek() == "{":
            return Operation("query", "", {}, self._selections())
        kind = self._take()
        if kind not in ("query", "mutation"):
            raise GraphqlError(f"Parse error on {kind!r}: expected query, mutation or fragment")
        name = self._take() if self._peek() not in ("(", "{") else ""
        return Operation(kind, name, self._variables(), self._selections())

    def _variables(self) -> dict[str, Value]:
        defaults: dict[str, Value] = {}
        if self._peek() != "(":
            return defaults
        self._take("(")
        while self._peek() != ")":
            self._take("$")
            name = self._take()
            self._take(":")
            self._type()
            if self._peek() == "=":
                self._take("=")
                defaults[name] = self._value()
        self._take(")")
        return defaults

    def _type(self) -> None:
        if self._peek() == "[":
            self._take("[")
            self._type()
            self._take("]")
        else:
            self._take()
        if self._peek() == "!":
            self._take("!")

    def _selections(self) -> tuple[Selection, ...]:
        self._take("{")
        found = []
        while self._peek() != "}":
            found.append(self._fragment() if self._peek() == "..." else self._field())
        self._take("}")
        return tuple(found)

    def _fragment(self) -> Selection:
        self._take("...")
        if self._peek() == "{":
            return Selection("...", "", inside=self._selections())
        name = self._take()
        if name == "on":
            return Selection("...", "", on=self._take(), inside=self._selections())
        return Selection("...", "", spread=name)

    def _field(self) -> Selection:
        key = name = self._name()
        if self._peek() == ":":
            self._take(":")
            name = self._name()
        arguments = self._arguments() if self._peek() == "(" else {}
        if self._peek() == "@":
            raise GraphqlError("Directives are not understood")
        return Selection(name, key, arguments, self._selections() if self._peek() == "{" else ())

    def _arguments(self) -> dict[str, Value]:
        self._take("(")
        found = {}
        while self._peek() != ")":
            name = self._name()
            self._take(":")
            found[name] = self._value()
        self._take(")")
        return found

    def _value(self) -> Value:
        word = self._take()
        if word == "$":
            return Variable(self._take())
        if word == "[":
            return self._until("]", self._value)
        if word == "{":
            return dict(self._until("}", self._pair))
        if word in _CONSTANTS:
            return _CONSTANTS[word]
        return json.loads(word) if word[0] in '"-0123456789' else word  # else the word of an enumeration

    def _pair(self) -> tuple[str, Value]:
        name = self._name()
        self._take(":")
        return name, self._value()

    def _until(self, end: str, read: Callable[[], T]) -> list[T]:
        found = []
        while self._peek() != end:
            found.append(read())
        self._take(end)
        return found

    def _name(self) -> str:
        word = self._take()
        if not (word[0].isalpha() or word[0] == "_"):
            raise GraphqlError(f"Parse error on {word!r}: expected a name")
        return word

    def _peek(self) -> str:
        return self._words[self._at] if self._at < len(self._words) else ""

    def _take(self, expected: str = "") -> str:
        word = self._peek()
        if not word or (expected and word != expected):
            raise GraphqlError(f"Parse error on {word or 'end of file'!r}" + (f": expected {expected!r}" if expected else ""))
        self._at += 1
        return word
