"""Where secret values stand, so that whoever prints can leave them out.

What is found here is handed to the redactor; a line of source text is shown without its value where a Secret is described.
"""

import re
from collections.abc import Iterable, Iterator

from validators.change import Change
from validators.documents import Value, limits, read
from validators.model import Finding
from validators.tree import EntryKind, Tree

HIDDEN = "(hidden)"

_SECRET = re.compile(r"^[^#\n]*\bkind[\"']?\s*:\s*[\"']?Secret\b", re.MULTILINE)
_VALUES = re.compile(r"^[^#\n]*\b(?:data|stringData)[\"']?\s*:", re.MULTILINE)
_BEGIN = re.compile(r"(?P<key>[\s-]*[\"']?(?:data|stringData)[\"']?\s*:)(?P<value>.*)")
_FIELD = re.compile(r"(?P<key>[\s-]*[\"']?[^\s:\"'#][^:\"']*[\"']?:(?:\s+|$))(?P<value>.*)")


def secret_documents(change: Change, findings: Iterable[Finding]) -> Iterator[Value]:
    """The parsed documents, of both sides, of the files that the change or a finding touches and that speak of Secrets."""
    told = {finding.location.path for finding in findings}
    yield from documents_with_secrets(change.result, sorted(told | {file.path for file in change.files}))
    yield from documents_with_secrets(change.base, sorted(told | {file.old_path for file in change.files}))


def documents_with_secrets(tree: Tree, paths: Iterable[str]) -> Iterator[Value]:
    """The parsed documents of those files that speak of a Secret; what can't be read is left out."""
    for path in paths:
        entry = tree.entry(path)
        if entry is None or entry.kind is not EntryKind.FILE or entry.size > limits.FILE_BYTES:
            continue
        data = tree.read(entry)
        if b"Secret" in data:
            yield from (document.value for document in read(path, data).documents)


def shown_lines(text: str) -> list[str]:
    """The lines of a file as they may be shown: of a Secret's data only the keys are left, whether it can be read or not."""
    lines = text.split("\n")
    if not _SECRET.search(text):
        return lines
    return [line for document in _split(lines) for line in _shown(document)]


def _split(lines: list[str]) -> Iterator[list[str]]:
    """The lines of each document, with its marker first."""
    begins = [number for number, line in enumerate(lines) if line.startswith("---") or number == 0]
    for begin, end in zip(begins, [*begins[1:], len(lines)], strict=True):
        yield lines[begin:end]


def _shown(document: list[str]) -> Iterator[str]:
    """The lines of one document; below `data` and `stringData` without values."""
    text = "\n".join(document)
    if not (_SECRET.search(text) and _VALUES.search(text)):
        yield from document
        return
    begun: int | None = None
    for line in document:
        content = line.lstrip(" \t-")
        indent = len(line) - len(content)
        if begun is not None and content and indent <= begun:
            begun = None
        begin = _BEGIN.fullmatch(line)
        if begun is not None:
            yield _without_value(line)
        elif begin:
            begun = indent
            yield begin["key"] + (f" {HIDDEN}" if begin["value"].strip() else "")
        else:
            yield _hidden(line) if "{" in line else line


def _without_value(line: str) -> str:
    found = _FIELD.fullmatch(line)
    if found and found["value"].strip():
        return found["key"] + HIDDEN
    return line if found or not line.strip() else _hidden(line)


def _hidden(line: str) -> str:
    return line[: len(line) - len(line.lstrip())] + HIDDEN
