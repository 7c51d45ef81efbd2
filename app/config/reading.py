"""From the files of a commit to a configuration. Nothing half: either all of it holds, or the problems are told."""

from pydantic import ValidationError

from app.config.model import Configuration
from app.config.problems import BAD_VALUE, MISSING, problem, problems
from validators.documents import Document
from validators.documents import read as read_documents
from validators.model import Problem
from validators.tree import Entry, EntryKind, Tree

PATH = ".fairlead.yaml"
MISNAMED = ".fairlead.yml"
BROKEN = "configuration/unreadable"

LARGEST = 64 * 1024
"""Bytes of a configuration; the longest that makes sense is a tenth of it."""


class BrokenConfiguration(Exception):
    """The configuration can't be used. `problems` say where and why, `text` is what was read, "" where nothing could be.

    `remedy` says how the change at hand gets judged nevertheless, in a sentence; "" where no change is at hand.
    """

    def __init__(self, problems: tuple[Problem, ...], text: str, remedy: str = "") -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems
        self.text = text
        self.remedy = remedy


def read(tree: Tree) -> Configuration:
    """The configuration in `tree`, the defaults where it has none. Raises BrokenConfiguration."""
    entry = tree.entry(PATH)
    if entry is None:
        return Configuration(version=1)
    if why := unreadable(entry):
        raise BrokenConfiguration((why,), "")
    return from_text(PATH, tree.read(entry))


def from_text(path: str, data: bytes) -> Configuration:
    """The configuration that the file `path` holds. Raises BrokenConfiguration."""
    configuration, found = _parsed(path, data)
    if configuration is None:
        raise BrokenConfiguration(found, data.decode("utf-8", "replace"))
    return configuration


def validate_text(path: str, data: bytes) -> tuple[Problem, ...]:
    """What is wrong with the configuration in the file `path`; nothing when it can be used."""
    return _parsed(path, data)[1]


def unreadable(entry: Entry) -> Problem | None:
    """Why what stands at the configuration's path is not even looked into."""
    if entry.kind is not EntryKind.FILE:
        return problem(entry.path, BROKEN, f"`{entry.path}` is a {entry.kind}, which is not followed. Make it a file.")
    return _too_large(entry.path, entry.size)


def document_of(path: str, data: bytes) -> Document | None:
    """The one document of a configuration that can be read; None otherwise."""
    documents = read_documents(path, data).documents
    return documents[0] if len(documents) == 1 else None


def _parsed(path: str, data: bytes) -> tuple[Configuration | None, tuple[Problem, ...]]:
    """The configuration, or what keeps it from being one."""
    if why := _too_large(path, len(data)):
        return None, (why,)
    content = read_documents(path, data)
    if content.problems or len(content.documents) != 1:
        return None, content.problems or (_not_one(path, len(content.documents)),)
    document = content.documents[0]
    if not isinstance(document.value, dict):
        return None, (problem(path, BROKEN, "This is not a group of settings. It begins with `version: 1`.", line=1, column=1),)
    try:
        configuration = Configuration.model_validate(document.value)
    except ValidationError as error:
        return None, tuple(
            sorted(problems(path, document, error), key=lambda told: (told.location.line is None, told.location.line or 0))
        )
    unknown = _without_schemas(path, document, configuration.kubernetes_version)
    return (None if unknown else configuration), unknown


def _without_schemas(path: str, document: Document, version: str) -> tuple[Problem, ...]:
    """That nothing can be checked for this version: with it no change could pass."""
    if not version:
        return ()
    from validators.schema.core import versions  # takes too long to read for those who want another setting

    if version in versions():
        return ()
    place = document.locate(("kubernetes_version",))
    message = f"`kubernetes_version` can't be `{version}`: there are schemas of {versions()[0]} to {versions()[-1]}."
    return (problem(path, BAD_VALUE, message, line=place.line, column=place.column),)


def _too_large(path: str, size: int) -> Problem | None:
    if size <= LARGEST:
        return None
    return problem(path, BROKEN, f"This file has {size:,} bytes; a configuration has at most {LARGEST:,}.", about="size")


def _not_one(path: str, number: int) -> Problem:
    if number:
        return problem(path, BROKEN, f"There are {number} documents in this file. Keep one.", about="documents")
    return problem(path, MISSING, "This file is empty. Write `version: 1`, or remove it.", line=1, column=1, about="empty")
