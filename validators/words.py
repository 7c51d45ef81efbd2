"""Small words around numbers and texts, the same in every verdict, format and comment."""

import re

# Lone surrogates (a path that is not UTF-8) and NUL: no database and no other program takes them.
_UNSTORABLE = re.compile(r"[\ud800-\udfff\x00]")
_RAW_BYTE = re.compile(r"[\udc80-\udcff]")  # a byte that is not UTF-8, as surrogateescape carries it


def counted(number: int, noun: str) -> str:
    """`number` with its noun, as people say it: "1 error", "2 statuses", "1,204 files"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}{'es' if noun.endswith('s') else 's'}"


def listed(parts: list[str]) -> str:
    """The parts as an enumeration: "a", "a and b", "a, b and c"."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def shortened(text: str, limit: int) -> str:
    """`text` on one line with at most `limit` characters; an ellipsis stands for what was cut."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def storable(text: str) -> str:
    """`text` as a database and JSON take it: lone surrogates and NUL become visible escapes."""
    return _UNSTORABLE.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    character = found.group()
    if _RAW_BYTE.match(character):
        return f"\\x{ord(character) & 0xFF:02x}"
    return character.encode("unicode_escape").decode("ascii")
