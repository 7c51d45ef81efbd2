"""Unified diffs as data: files, hunks, lines, and where a line of one commit stands in another."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)")
_LETTERS = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"a": b"\a", b"b": b"\b", b"f": b"\f", b"v": b"\v"}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a hunk. `sign` is " ", "+", "-", or a backslash for git's remark about a missing last newline.

    `old` and `new` are its numbers, None on the side where it is not.
    `position` counts from the file's first hunk header, as GitHub's old way of addressing lines does.
    """

    sign: str
    text: str
    old: int | None
    new: int | None
    position: int

    def number(self, side: str) -> int | None:
        """Its line number on the side LEFT or RIGHT; comments on an unchanged line may stand on either."""
        return self.old if side == "LEFT" else self.new


@dataclass(frozen=True, slots=True)
class Hunk:
    """A stretch of a file's diff, `header` being its @@ line."""

    header: str
    lines: tuple[Line, ...]

    def line(self, side: str, number: int) -> Line | None:
        """The line with this number on this side, when it is part of the hunk."""
        return next((line for line in self.lines if line.number(side) == number), None)


@dataclass(frozen=True, slots=True)
class FileDiff:
    """One file's part. `status` is added, removed, modified or renamed; `patch` is None for a binary file or without hunks."""

    path: str
    old_path: str
    status: str
    blob: str
    binary: bool
    hunks: tuple[Hunk, ...]

    @property
    def additions(self) -> int:
        """How many lines are new."""
        return sum(line.sign == "+" for hunk in self.hunks for line in hunk.lines)

    @property
    def deletions(self) -> int:
        """How many lines are gone."""
        return sum(line.sign == "-" for hunk in self.hunks for line in hunk.lines)

    @property
    def patch(self) -> str | None:
        """Its hunks as text."""
        parts = [text for hunk in self.hunks for text in (hunk.header, *(line.sign + line.text for line in hunk.lines))]
        return "\n".join(parts) if parts else None

    def find(self, side: str, number: int) -> tuple[Hunk, Line] | None:
        """The hunk and the line with this number on this side."""
        found = ((hunk, hunk.line(side, number)) for hunk in self.hunks)
        return next(((hunk, line) for hunk, line in found if line is not None), None)


def parse(text: str) -> list[FileDiff]:
    """The files of a unified diff by git."""
    parts = re.split(r"^(?=diff --git )", text, flags=re.MULTILINE)
    return [_file(part.split("\n")) for part in parts if part.startswith("diff --git ")]


def hunks_of(patch: str) -> tuple[Hunk, ...]:
    """The hunks of one file's patch, without its head."""
    return tuple(_hunks(patch.split("\n")))


def moved_line(hunks: tuple[Hunk, ...], number: int) -> int | None:
    """Where line `number` of the old file stands in the new one, by hunks without context; None when it changed."""
    shift = 0
    for hunk in hunks:
        start, old_count, _, new_count = _numbers(hunk.header)
        above = start - 1 if old_count else start  # git names the line before a pure insertion
        if number <= above:
            break
        if number <= above + old_count:
            return None
        shift += new_count - old_count
    return number + shift


def _file(lines: list[str]) -> FileDiff:
    first = next((at for at, line in enumerate(lines) if line.startswith("@@ ")), len(lines))
    head = lines[:first]
    words = dict(_described(head))
    old, new = _names(head, words)
    return FileDiff(
        path=new if new is not None else old or "",
        old_path=old if old is not None else new or "",
        status=_status(words),
        blob=words.get("index", "").split(" ")[0].partition("..")[2],
        binary=any(line.startswith("Binary files ") for line in head),
        hunks=tuple(_hunks(lines[first:])),
    )


def _described(head: list[str]) -> Iterator[tuple[str, str]]:
    for line in head[1:]:
        for word in ("new file", "deleted file", "rename from", "rename to", "index", "---", "+++"):
            if line.startswith(word + " "):
                yield word, line[len(word) + 1 :]


def _status(words: dict[str, str]) -> str:
    kinds = {"new file": "added", "deleted file": "removed", "rename from": "renamed"}
    return next((status for word, status in kinds.items() if word in words), "modified")


def _names(head: list[str], words: dict[str, str]) -> tuple[str | None, str | None]:
    """Old and new path; None for the side where the file is not."""
    if "rename from" in words:
        return _unquote(words["rename from"]), _unquote(words["rename to"])
    if "---" in words:
        return _side(words["---"], "a/"), _side(words["+++"], "b/")
    both = head[0].removeprefix("diff --git ")  # no hunks and no rename: the two names are the same
    name = _side(both[: len(both) // 2], "a/")
    return name, name


def _side(text: str, prefix: str) -> str | None:
    name = _unquote(text.rstrip("\t"))
    return None if name == "/dev/null" else name.removeprefix(prefix)


def _unquote(name: str) -> str:
    """A path as git writes it: in quotes with C escapes when it holds anything unusual."""
    if not name.startswith('"'):
        return name
    raw = _ESCAPE.sub(lambda found: _unescaped(found.group(1)), name.strip().strip('"').encode())
    return raw.decode("utf-8", "replace")


def _unescaped(code: bytes) -> bytes:
    return bytes([int(code, 8)]) if code.isdigit() else _LETTERS.get(code, code)


def _hunks(lines: list[str]) -> Iterator[Hunk]:
    position = -1  # the first header has none: the line below it is 1
    header, found, old, new = "", list[Line](), 0, 0
    for text in lines:
        position += 1
        if text.startswith("@@ "):
            if header:
                yield Hunk(header, tuple(found))
            header, found = text, []
            old, _, new, _ = _numbers(text)
        elif text[:1] in (" ", "+", "-"):
            sign = text[0]
            found.append(Line(sign, text[1:], None if sign == "+" else old, None if sign == "-" else new, position))
            old, new = old + (sign != "+"), new + (sign != "-")
        elif text.startswith("\\"):
            found.append(Line("\\", text[1:], None, None, position))
    if header:
        yield Hunk(header, tuple(found))


def _numbers(header: str) -> tuple[int, int, int, int]:
    found = _HUNK.match(header)
    if found is None:
        raise ValueError(f"not a hunk header: {header!r}")
    old, old_count, new, new_count = found.groups("1")
    return int(old), int(old_count), int(new), int(new_count)
