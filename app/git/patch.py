"""Reading what `git diff-tree --raw --patch` prints: https://git-scm.com/docs/diff-format.

Names come quoted, so that each line of git's own is one line whatever a file is called; lines of the files' contents are told
from them by the counts in the hunk headers.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from validators.trees.paths import decoded

RAW = re.compile(rb":(\d+) (\d+) ([0-9a-f]+) ([0-9a-f]+) ([A-Z])\d*\t([^\t]+)(?:\t([^\t]+))?")
HUNK = re.compile(rb"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
ESCAPE = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
ESCAPED = {b"a": b"\a", b"b": b"\b", b"t": b"\t", b"n": b"\n", b"v": b"\v", b"f": b"\f", b"r": b"\r", b'"': b'"', b"\\": b"\\"}


class Unreadable(ValueError):
    """The output is not what git writes, or ends where it can't: git died meanwhile."""


@dataclass(frozen=True, slots=True)
class RawEntry:
    """One file that differs. Ids are zeros for what is not there, or not known to git. `letter` is git's: A, D, M, R, T, U."""

    letter: str
    old_path: str
    path: str
    old_mode: str
    new_mode: str
    old_id: str
    new_id: str


@dataclass(slots=True)
class NewLines:
    """Lines of a file's new side: those added or changed, and the unchanged ones that git shows around them."""

    added: set[int] = field(default_factory=set)
    context: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Patch:
    """All that was read."""

    entries: list[RawEntry] = field(default_factory=list)
    lines: dict[str, NewLines] = field(default_factory=dict)


def parsed(output: Iterable[bytes]) -> Patch:
    """Read git's output, line by line with or without line ends. Raises Unreadable."""
    patch = Patch()
    current: NewLines | None = None
    rest = iter(output)
    for line in rest:
        if line.startswith(b":"):
            patch.entries.append(_entry(line.rstrip(b"\n")))
        elif line.startswith(b"+++ "):
            path = _path(line[4:])
            current = None if path is None else patch.lines.setdefault(path, NewLines())
        elif hunk := HUNK.match(line):
            _read_hunk(hunk, rest, current or NewLines())
    return patch


def _entry(line: bytes) -> RawEntry:
    match = RAW.fullmatch(line)
    if match is None:
        raise Unreadable("not a line of git's raw format")
    modes_and_ids = [part.decode("ascii") for part in match.group(1, 2, 3, 4, 5)]
    old_mode, new_mode, old_id, new_id, letter = modes_and_ids
    old_path = decoded(unquoted(match.group(6)))
    path = decoded(unquoted(match.group(7))) if match.group(7) else old_path
    return RawEntry(letter, old_path, path, old_mode, new_mode, old_id, new_id)


def _path(word: bytes) -> str | None:
    """The file of a `+++ b/PATH` line; None for /dev/null. Git ends a name that has spaces with a tab."""
    name = unquoted(word.rstrip(b"\n").removesuffix(b"\t"))
    return decoded(name.removeprefix(b"b/")) if name != b"/dev/null" else None


def _read_hunk(hunk: re.Match[bytes], rest: Iterator[bytes], found: NewLines) -> None:
    """Take just as many lines as the hunk's header announces."""
    old_left, number, new_left = int(hunk.group(1) or 1), int(hunk.group(2)), int(hunk.group(3) or 1)
    while old_left or new_left:
        sign = next(rest, b"")[:1]
        if sign == b"+":
            found.added.add(number)
        elif sign in (b" ", b"\n"):
            found.context.add(number)
        elif sign == b"":
            raise Unreadable("git's patch ends inside a hunk")
        old_left -= sign in (b"-", b" ", b"\n")
        new_left -= sign in (b"+", b" ", b"\n")
        number += sign in (b"+", b" ", b"\n")


def unquoted(name: bytes) -> bytes:
    """A name as it is, from git's way to quote it (as in C)."""
    if not (name.startswith(b'"') and name.endswith(b'"') and len(name) > 1):
        return name
    return ESCAPE.sub(_unescaped, name[1:-1])


def _unescaped(match: re.Match[bytes]) -> bytes:
    code = match.group(1)
    return ESCAPED[code] if code in ESCAPED else bytes([int(code, 8)])
