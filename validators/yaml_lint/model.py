"""What goes to yamllint and what comes back, as plain data that crosses to another process."""

import re
from dataclasses import dataclass

_BLANK = rb"(?:[^\S\n]|[\x80-\xff])"  # whatever yamllint takes for white space within a line, and some more
_SWITCH = re.compile(
    rb"\A(?:\xef\xbb\xbf)?#%s*yamllint(?P<file> )disable-file%s*$|# yamllint(?P<rest> )disable%s*$" % (_BLANK, _BLANK, _BLANK),
    re.MULTILINE,
)
"""The comments that make yamllint pass over a file, or over all of it that follows, whichever the rule:
https://yamllint.readthedocs.io/en/stable/disable_with_comments.html."""


@dataclass(frozen=True, slots=True)
class Switch:
    """Where a text switches all of its checks off (1-based): for the `whole` file, or for what follows."""

    line: int
    whole: bool


def switch_in(data: bytes) -> Switch | None:
    """The first comment by which a text switches all of its checks off, if it has one."""
    found = _SWITCH.search(data)
    return Switch(data.count(b"\n", 0, found.start()) + 1, found["file"] is not None) if found else None


def switched_on(data: bytes) -> bytes:
    """The text with these comments made into others, each character at its place."""
    kept = bytearray(data)
    for found in _SWITCH.finditer(data):
        kept[found.start(found.lastgroup or 0)] = ord("-")
    return bytes(kept)


@dataclass(frozen=True, slots=True)
class Job:
    """A text to lint under the rules that hold for `path`. `may_disable`: comments that switch everything off count."""

    path: str
    data: bytes
    may_disable: bool = True


@dataclass(frozen=True, slots=True)
class Complaint:
    """What yamllint says: `rule` is "" for a syntax error, `level` is "error" or "warning"; line and column 1-based."""

    rule: str
    level: str
    text: str
    line: int
    column: int


Complaints = list[Complaint]
