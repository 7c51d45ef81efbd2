"""What an engine says, in words: the field, what was found, what is allowed, what was probably meant."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import cast

from validators.documents import Value
from validators.schema.alternatives import folded
from validators.schema.guesses import did_you_mean, guess
from validators.schema.links import is_documented
from validators.schema.model import IN_OTHER_WORDS, Correction, KindSchema, Mismatch, Pointer, Remedy, Schema, Violation
from validators.schema.secrecy import is_hidden
from validators.schema.strict import Constraint, constraint_of
from validators.schema.wording import alternatives, described, dotted, types_in_words, value_at

UNKNOWN_FIELD = "schema/unknown-field"
MISSING_FIELD = "schema/missing-field"
WRONG_TYPE = "schema/wrong-type"
NOT_ALLOWED = "schema/not-allowed-value"
INVALID = "schema/invalid-value"

_MOST_NAMED = 12
_GLUED = re.compile(r"[\w.-]+:\S")

_BOUNDS = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "exclusiveMinimum": "more than {}",
    "exclusiveMaximum": "less than {}",
    "multipleOf": "a multiple of {}",
    "minLength": "at least {} characters long",
    "maxLength": "at most {} characters long",
    "minItems": "a list with at least {} items",
    "maxItems": "a list with at most {} items",
    "minProperties": "a mapping with at least {} fields",
    "maxProperties": "a mapping with at most {} fields",
    "pattern": "a text that matches `{}`",
    "uniqueItems": "a list without repetitions",
}


class Explainer:
    """Explains the mismatches of one object with its schema."""

    def __init__(self, schema: KindSchema, value: Value) -> None:
        self._schema = schema
        self._value = value

    def violations(self, mismatches: Iterable[Mismatch]) -> Iterator[Violation]:
        """The defects behind the mismatches: what an alternative refuses is told once, and a wrong type says all."""
        plain = [part for mismatch in mismatches for part in folded(mismatch, self._value)]
        wrong = {part.path for part in plain if constraint_of(part) is None}
        for part in plain:
            constraint = constraint_of(part)
            if constraint is None:
                yield from self._explained(part)
            elif part.path not in wrong:
                yield self._strict(part, constraint)

    def _explained(self, part: Mismatch) -> Iterator[Violation]:
        if part.keyword == "additionalProperties" and isinstance(part.expected, list):
            yield from (self._unknown(part, str(name)) for name in part.expected)
        elif part.keyword == "required":
            yield self._missing(part)
        elif part.keyword == "type":
            yield self._wrong_type(part)
        elif part.keyword in {"enum", "const"}:
            yield self._not_allowed(part)
        elif part.keyword == IN_OTHER_WORDS:
            said = f"`{dotted(part.path) or self._schema.kind}`: {part.expected}"
            yield Violation(INVALID, part.path, "refused by kubeconform", said, detail="kubeconform")
        else:
            yield self._invalid(part)

    def _unknown(self, part: Mismatch, name: str) -> Violation:
        known = cast("Schema", self._node(part.schema[:-1]).get("properties", {}))
        present = value_at(self._value, part.path)
        free = [each for each in known if not isinstance(present, dict) or each not in present]
        guessed = guess(name, free)
        hint = did_you_mean(guessed.names) or self._above(part, name) or f"; {self._holder(part)} has {_listed(known)}"
        return Violation(
            UNKNOWN_FIELD,
            (*part.path, name),
            title=f"unknown field `{name}`",
            message=f"`{dotted((*part.path, name))}` is not a field of {self._holder(part)}{hint}",
            of_name=True,
            page=self._page(part),
            correction=Correction(Remedy.RENAME, guessed.names[0]) if guessed.certain else None,
        )

    def _missing(self, part: Mismatch) -> Violation:
        name = str(part.expected)
        path = dotted((*part.path, name))
        return Violation(
            MISSING_FIELD,
            part.path,
            title=f"missing field `{name}`",
            message=f"`{path}` is missing; it is required",
            detail=name,
            missing=True,
            page=self._page(part),
        )

    def _wrong_type(self, part: Mismatch) -> Violation:
        expected = part.expected if isinstance(part.expected, list) else [part.expected]
        types = sorted({str(each) for each in expected} - {"null"})
        found = value_at(self._value, part.path)
        hidden = is_hidden(self._schema.kind, part.path)
        message = f"`{dotted(part.path)}` should be {types_in_words(types)}, found {described(found, hidden=hidden)}"
        correction = None
        if types == ["string"] and isinstance(found, bool | int | float):
            message += "; put it in quotes"
            correction = Correction(Remedy.QUOTE)
        elif isinstance(found, str) and not {"string"} & set(types) and _is_number(found):
            message += "; take the quotes away"
        elif isinstance(found, str) and types == ["object"] and _GLUED.match(found):
            message += "; a blank is missing after the `:`"
        return Violation(
            WRONG_TYPE,
            part.path,
            title=f"{types_in_words(types)} is needed",
            message=message,
            page=self._page(part),
            correction=None if hidden else correction,
        )

    def _not_allowed(self, part: Mismatch) -> Violation:
        allowed = part.expected if isinstance(part.expected, list) else [part.expected]
        return self._one_of(part, [str(each) for each in allowed if each not in {None, ""}])

    def _one_of(self, part: Mismatch, allowed: list[str]) -> Violation:
        found = value_at(self._value, part.path)
        hidden = is_hidden(self._schema.kind, part.path)
        guessed = guess(found, allowed) if isinstance(found, str) else guess("", ())
        return Violation(
            NOT_ALLOWED,
            part.path,
            title="value that is not allowed",
            message=f"`{dotted(part.path)}` should be {alternatives(allowed)}, found {described(found, hidden=hidden)}"
            + did_you_mean(guessed.names if len(allowed) > 1 else ()),
            page=self._page(part),
            correction=Correction(Remedy.REPLACE, guessed.names[0]) if guessed.certain and not hidden else None,
        )

    def _invalid(self, part: Mismatch) -> Violation:
        hidden = is_hidden(self._schema.kind, part.path)
        path = dotted(part.path) or self._schema.kind
        found = described(value_at(self._value, part.path), hidden=hidden)
        wanted = _BOUNDS.get(part.keyword, "").format(part.expected)
        if wanted:
            message = f"`{path}` should be {wanted}, found {found}"
        elif part.key is not None:
            message = f"`{path}` may not have the key `{part.key}`"
        else:
            message = f"`{path}` has a form that {self._schema.origin} does not allow: {_combination(part)}"
        title = "value out of bounds" if wanted else "combination that is not allowed"
        return Violation(INVALID, part.path, title, message, detail=part.keyword, page=self._page(part))

    def _strict(self, part: Mismatch, constraint: Constraint) -> Violation:
        if part.keyword == "required":
            return replace(self._missing(part), rule=constraint.rule)
        if constraint.allowed:
            return self._one_of(part, list(constraint.allowed))
        path, page = part.path, self._page(part)
        found = described(value_at(self._value, path), hidden=is_hidden(self._schema.kind, path))
        if part.key is not None:
            message = f"the key `{part.key}` of `{dotted(path)}` should be {constraint.words}"
            return Violation(constraint.rule, (*path, part.key), constraint.title, message, of_name=True, page=page)
        message = f"`{dotted(path)}` should be {constraint.words}, found {found}"
        return Violation(constraint.rule, path, constraint.title, message, page=page)

    def _holder(self, part: Mismatch) -> str:
        """What lacks or has the field, by its path: "`spec.template`", or the kind for its top."""
        return f"`{dotted(part.path)}`" if part.path else self._schema.kind

    def _node(self, pointer: Pointer) -> Schema:
        node: Value = self._schema.body
        node = value_at(node, pointer)
        return node if isinstance(node, dict) else {}

    def _above(self, part: Mismatch, name: str) -> str:
        """A hint where an object around this one has the field, as with a wrong indentation."""
        for depth, (_, node) in reversed(list(enumerate(self._levels(part)))[:-1]):
            properties = node.get("properties")
            if isinstance(properties, dict) and name in properties:
                where = f"`{dotted(part.path[:depth])}`" if depth else self._schema.kind
                return f"; it is one of {where}, so check the indentation"
        return ""

    def _page(self, part: Mismatch) -> str:
        """The innermost definition of Kubernetes around the mismatch: what its documentation describes."""
        return [page for page, _ in self._levels(part)][-1]

    def _levels(self, part: Mismatch) -> Iterator[tuple[str, Schema]]:
        """The schemas of the values on the way to the mismatch, the whole object first, each with the page about it."""
        page, node = self._schema.root, self._schema.body
        definitions = cast("Schema", self._schema.body.get("$defs", {}))
        waiting = False  # for the name of a property
        for segment in part.evaluated:
            if not waiting and segment in {"properties", "items", "additionalProperties"}:
                yield page, node
            waiting = not waiting and segment == "properties"
            reference = node.get("$ref") if segment == "$ref" else None
            if isinstance(reference, str):
                name = reference.removeprefix("#/$defs/")
                page = name if is_documented(name) else page
                step = definitions.get(name)
            else:
                step = value_at(node, (segment,))
            node = step if isinstance(step, dict) else {}
        yield page, node


def _listed(names: Iterable[str]) -> str:
    shown = sorted(names)
    more = f" and {len(shown) - _MOST_NAMED} more" if len(shown) > _MOST_NAMED else ""
    return ", ".join(f"`{name}`" for name in shown[:_MOST_NAMED]) + more if shown else "no fields of its own"


def _combination(part: Mismatch) -> str:
    """What an anyOf, oneOf or not is about, as far as it can be said."""
    wanted = sorted({str(each.expected) for branch in part.branches for each in branch if each.keyword == "required"})
    if wanted and part.keyword in {"anyOf", "oneOf"}:
        number = "one" if part.keyword == "anyOf" else "exactly one"
        return f"{number} of {alternatives(wanted)} is needed"
    if part.keyword == "oneOf" and not part.branches:
        return "it fits several forms of which only one may hold"
    return "no fields beside each other that exclude each other" if part.keyword == "not" else "it fits none of those allowed"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
