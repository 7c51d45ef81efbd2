"""A file to its documents' texts, as Kubernetes tools do it: at each line that begins with `---`.

kubectl and kubeconform split the text before any parser sees it, and drop whatever else stands on the separating line.
Source: splitYAMLDocument in https://github.com/kubernetes/apimachinery/blob/master/pkg/util/yaml/decoder.go
"""

from collections.abc import Iterator
from dataclasses import dataclass

from validators.documents import limits
from validators.documents.refused import IGNORED_TEXT, Trouble, beyond

_SEPARATOR = "\n---"


@dataclass(frozen=True, slots=True)
class Chunk:
    """The text between two separators; it begins in column 1 of line `line` (1-based) of the file."""

    text: str
    line: int


def chunks(text: str) -> Iterator[Chunk | Trouble]:
    """The chunks, and a trouble for each text that is dropped with a separator. Raises Refused."""
    line, start, number = 1, 0, 1
    while (end := text.find(_SEPARATOR, start)) >= 0:
        yield Chunk(text[start:end], line)
        line += text.count("\n", start, end) + 1
        after = text.find("\n", end + 1)
        after = len(text) if after < 0 else after
        dropped = text[end + len(_SEPARATOR) : after]
        if _is_content(dropped):
            yield _dropped(dropped, line)
        number += 1
        if number > limits.DOCUMENTS:
            raise beyond(f"{limits.DOCUMENTS:,} documents a file", line, 1)
        line, start = line + 1, after + 1
    yield Chunk(text[start:], line)


def _is_content(text: str) -> bool:
    stripped = text.strip()
    return bool(stripped) and not (stripped.startswith("#") and text[0] in " \t")


def _dropped(text: str, line: int) -> Trouble:
    shown = text.strip()[:40]
    message = (
        "Kubernetes tools take every line that begins with `---` for the end of a document and drop the rest of it, "
        f"here `{shown}`; put it on a line of its own"
    )
    return Trouble(IGNORED_TEXT, line, 4, message, f"--- {shown}", title="text on a separator line is dropped")
