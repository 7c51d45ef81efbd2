"""Flux's variable substitution after a build, as its Go package does it, with what it does not know and what it refuses.

https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from validators.rendering.model import Confidence, Origin
from validators.tree import Tree
from validators.units.source import content

_VARIABLE = re.compile(r"\$\$\{|\$\{")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_DISABLED = re.compile(r"(?m)^ +kustomize\.toolkit\.fluxcd\.io/substitute: [\"']?disabled\b")
_DEFAULTS = (":-", ":=", "=", ":+")


class CanNotSubstitute(Exception):
    """A text that Flux refuses, or a function of its that is not known here. The text says which."""


@dataclass(frozen=True, slots=True)
class Substituted:
    """A text with its variables filled in; `unset` are the names of those without a value and a default."""

    text: str
    unset: frozenset[str]


def substitute(text: str, variables: Mapping[str, str]) -> Substituted:
    """`text` with `${name}` filled in. `$name` stays, `$${name}` becomes `${name}`. Raises CanNotSubstitute."""
    unset: set[str] = set()
    return Substituted(_filled(text, variables, unset), frozenset(unset))


def filled_in(output: bytes, variables: Mapping[str, str]) -> tuple[bytes, frozenset[str]]:
    """The documents that a build printed with `variables` filled in, but for those that ask not to; and the names without a
    value. Raises CanNotSubstitute."""
    parts: list[str] = []
    unset: set[str] = set()
    for document in re.split(r"(?m)^(?=---$)", output.decode("utf-8", "surrogateescape")):
        if _DISABLED.search(document):
            parts.append(document)
            continue
        done = substitute(document, variables)
        parts.append(done.text)
        unset |= done.unset
    return "".join(parts).encode("utf-8", "surrogateescape"), frozenset(unset)


def place_of(tree: Tree, paths: Iterable[str], text: str) -> Origin | None:
    """The first line of these files on which `text` stands."""
    wanted = text.encode()
    for path in sorted(paths):
        data = content(tree, path) or b""
        if wanted in data:
            return Origin(path, data[: data.index(wanted)].count(b"\n") + 1, Confidence.FILE)
    return None


def _filled(text: str, variables: Mapping[str, str], unset: set[str]) -> str:
    parts: list[str] = []
    position = 0
    while found := _VARIABLE.search(text, position):
        parts.append(text[position : found.start()])
        end = _end(text, found.end())
        if found.group() == "$${":
            parts.append(f"${{{text[found.end() : end]}}}")
        else:
            parts.append(_value(text[found.end() : end], variables, unset))
        position = end + 1
    return "".join((*parts, text[position:]))


def _end(text: str, begin: int) -> int:
    """Where the brace that was opened before `begin` is closed."""
    depth = 1
    for index in range(begin, len(text)):
        if text[index] == "\n":
            break
        depth += (text[index] == "{") - (text[index] == "}")
        if depth == 0:
            return index
    raise CanNotSubstitute(f"`${{{text[begin : begin + 30]}` is not closed")


def _value(inside: str, variables: Mapping[str, str], unset: set[str]) -> str:
    name = _NAME.match(inside)
    if name is None:
        raise CanNotSubstitute(f"`${{{inside}}}` names no variable; write `$${{...}}` for a text that has to stay")
    rest = inside[name.end() :]
    known = variables.get(name.group(), "")
    if not rest:
        if name.group() not in variables:
            unset.add(name.group())
        return known
    mark = next((each for each in _DEFAULTS if rest.startswith(each)), None)
    if mark is None:
        raise CanNotSubstitute(f"the function in `${{{inside}}}` is not known here")
    return known or _filled(rest[len(mark) :], variables, unset)
