"""A file to its documents and to what is wrong with it as YAML."""

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from validators.documents.composing import Allowance, compose
from validators.documents.decoding import Decoder
from validators.documents.lookup import locate
from validators.documents.nodes import Node, Path, Span, Value
from validators.documents.refused import LIMIT, SYNTAX, Refused, Trouble
from validators.documents.splitting import Chunk, chunks
from validators.documents.text import decoded, invisible_characters, place
from validators.model import Problem
from validators.words import shortened

_LONGEST_SHOWN = 40
_PAIR = re.compile(r"(?<!\\)((?:\\\\)*)(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})")


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """One document of a file: its data, and where each part of it stands."""

    path: str
    root: Node
    value: Value

    def locate(self, path: Path, *, key: bool = False) -> Span:
        """Where the field stands, its value or with `key` its name and value; an alias stands at its anchor.

        A field that is not there is located at the nearest field above it that is.
        """
        return locate(self.root, path, key=key)


@dataclass(frozen=True, slots=True)
class Documents:
    """What a file holds. Empty documents are left out; one that can't be read is a problem and not in `documents`."""

    documents: tuple[Document, ...]
    problems: tuple[Problem, ...]


def read(entry_path: str, data: bytes) -> Documents:
    """The documents in a file of YAML or JSON, and every defect of it as a problem of the file `entry_path`.

    Pure, and raises nothing whatever `data` is. What a file may hold is limited (validators/documents/limits.py).
    """
    documents: list[Document] = []
    troubles: list[Trouble] = []
    try:
        text = decoded(data)
        troubles.extend(invisible_characters(text))
        is_json = entry_path.endswith(".json")
        allowance = Allowance()
        for part in chunks(text):
            if isinstance(part, Trouble):
                troubles.append(part)
            else:
                documents.extend(_documents(entry_path, part, troubles, allowance, is_json=is_json))
        if is_json and documents:
            _check_json(text)
    except Refused as refused:
        if refused.trouble.rule == LIMIT:
            return Documents((), (refused.trouble.problem(entry_path),))
        troubles.append(refused.trouble)
    return Documents(tuple(documents), tuple(trouble.problem(entry_path) for trouble in troubles))


def _documents(path: str, chunk: Chunk, troubles: list[Trouble], allowance: Allowance, *, is_json: bool) -> Iterator[Document]:
    """The document in the chunk, none when it is empty or can't be read. Raises Refused for a limit."""
    decoder = Decoder()
    try:
        text = _without_pairs(chunk.text) if is_json else chunk.text
        composed = compose(text, chunk.line, allowance, slashes=is_json)
        value = decoder.value(composed.root) if composed.root else None
    except Refused as refused:
        if refused.trouble.rule == LIMIT:
            raise
        troubles.append(refused.trouble)
        return
    if composed.ignored and not is_json:
        troubles.append(composed.ignored)
    troubles.extend(dict.fromkeys(decoder.troubles))
    if composed.root and value is not None:
        yield Document(path, composed.root, value)


def _without_pairs(text: str) -> str:
    """JSON escapes characters beyond 16 bits as a pair of escapes, which YAML refuses; written as the one that YAML has."""
    return _PAIR.sub(_as_one_escape, text)


def _as_one_escape(pair: re.Match[str]) -> str:
    character: str = json.loads(f'"{pair[2]}"')
    return f"{pair[1]}\\U{ord(character):08x}"


def _check_json(text: str) -> None:
    """Raises Refused where the text of a `.json` file is YAML, but no JSON."""
    try:
        json.loads(text, parse_int=_finite, parse_float=_finite, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        message = f"this is not JSON: {error.msg[0].lower()}{error.msg[1:]}"
        raise Refused(Trouble(SYNTAX, error.lineno, error.colno, message, error.msg, title="syntax error")) from None
    except _NotJson as error:
        found = re.search(rf'(?<!["\w]){re.escape(error.word)}(?!["\w])', text)
        line, column = place(text, found.start() if found else 0)
        shown = shortened(error.word, _LONGEST_SHOWN)
        raise Refused(Trouble(SYNTAX, line, column, f"this is not JSON: `{shown}` {error}", shown, "syntax error")) from None


class _NotJson(Exception):
    """`word` stands for no number that readers of JSON know; the text says why."""

    def __init__(self, word: str, why: str) -> None:
        super().__init__(why)
        self.word = word


def _no_constant(word: str) -> NoReturn:
    raise _NotJson(word, "is no number there")


def _finite(word: str) -> float:
    """The number, as far as it matters here: Go refuses one that 64 bits can't hold, Python an integer of 4,300 digits."""
    number = float(word)
    if math.isinf(number):
        raise _NotJson(word, "is a number too large to be read")
    return number
