"""The words of this room: a kind's schema, what an engine finds in an object, and what is said of it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from validators.documents import Path, Value
from validators.model import Severity

Schema: TypeAlias = dict[str, Value]

Pointer: TypeAlias = tuple[str | int, ...]
"""The way from a schema's root to a part of it."""


@dataclass(frozen=True, slots=True, eq=False)
class KindSchema:
    """The schema of one kind: `body` needs nothing beside itself (its definitions are its `$defs`, its own is named `root`).

    `origin` says where it comes from, in words ("Kubernetes 1.31", "the CRD in crds/queues.yaml"); `documentation` is a page
    about the kind, None where none is known. `built_in` are Kubernetes' own kinds. `trusted` schemas come from the operator or
    from this project, not from a change: slower engines may be tried on them.
    """

    api_version: str
    kind: str
    body: Schema
    origin: str
    root: str = ""
    documentation: str | None = None
    built_in: bool = False
    trusted: bool = False


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Where an object departs from its schema, as an engine says it.

    `keyword` is JSON Schema's, `expected` what it asks for (for additionalProperties: the fields that are not allowed, for
    required: the missing field). `key` is the key that propertyNames refuses. `branches` are the mismatches with each
    alternative of an anyOf or oneOf; of a oneOf that several alternatives fit there are none. `schema` leads to the keyword,
    `evaluated` as well, but through each reference on the way.
    """

    path: Path
    keyword: str
    expected: Value
    schema: Pointer
    key: str | None = None
    branches: "tuple[tuple[Mismatch, ...], ...]" = ()
    evaluated: Pointer = ()


class Remedy(StrEnum):
    """How a line is mended."""

    RENAME = "another key"
    REPLACE = "another value"
    QUOTE = "quotes around the value"


@dataclass(frozen=True, slots=True)
class Correction:
    """A certain way to mend a defect in its line; `text` is the new key or value."""

    remedy: Remedy
    text: str = ""


@dataclass(frozen=True, slots=True)
class Violation:
    """A defect of one object, in words, before it has a place. `path` leads to the field it is about.

    `missing`: the field is not there, so the object that lacks it (at `path`) is the place. `of_name`: its name is wrong, not
    its value. `detail` and the path make up
    what the defect is about. `page` is the name of the definition whose documentation helps.
    """

    rule: str
    path: Path
    title: str
    message: str
    detail: str = ""
    missing: bool = False
    of_name: bool = False
    severity: Severity = Severity.ERROR
    page: str = ""
    correction: Correction | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found out about one object. `failure` is why it could not be checked, "" when it was."""

    violations: tuple[Violation, ...] = ()
    failure: str = ""


IN_OTHER_WORDS = "words"
"""In place of a keyword of JSON Schema: the mismatch is in the words of the program that found it, which are `expected`."""
