"""What `fairlead doctor` finds, as plain data: lines that say how something is, and what to do where it is not well."""

from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    """`ok`; `note`: it works, but could be better; `missing`: something that is needed is not there, or is refused."""

    OK = "ok"
    NOTE = "note"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at: how it is, what to do about it ("" for nothing), and the page to open for that."""

    name: str
    standing: Standing
    said: str
    todo: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Lines about one subject."""

    title: str
    lines: tuple[Line, ...]


def well(name: str, said: str) -> Line:
    """A thing that is as it should be."""
    return Line(name, Standing.OK, said)


def note(name: str, said: str, todo: str = "", url: str = "") -> Line:
    """A thing that works, but could be better."""
    return Line(name, Standing.NOTE, said, todo, url)


def missing(name: str, said: str, todo: str, url: str = "") -> Line:
    """A thing without which Fairlead does not work."""
    return Line(name, Standing.MISSING, said, todo, url)
